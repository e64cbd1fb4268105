// Two square pipes of ER on cosine arches along x and y, and a straight square pipe along z, in a periodic unit cell.
//
// A RECONSTRUCTION of Figure 9 of Goel, Sneyd and Friedman (2006): the paper prints volume fraction 0.0285, membrane
// area "close to 1.2" and the factors 6.7e-3 (twice) and 1.04e-2, but no dimensions. The defaults reproduce all four.
//
// The arch along x has the centreline y = 1/2, z = 1/2 + A (1 + cos 2 pi x), the one along y its mirror image below;
// their square sections stand perpendicular to the centreline. All three pipes cross at the centre of the cell.
// Unit cell [0,1]^3, all lengths in cells (dimensionless). Needs Gmsh 4.8.4 or newer with the OpenCASCADE kernel, and
// periodic-cell.geo.
//
//   gmsh -3 -format msh41 -bin -setnumber h 0.04 arched-pipes.geo -o arched-pipes.msh
//
// Physical groups: volumes "ER" (1) and "cytosol" (2), surface "membrane" (3). Opposite faces carry the same mesh.

SetFactory("OpenCASCADE");

DefineConstant[
  edge = {0.0895, Name "Edge of the arched pipes' square section"},
  edgeZ = {0.1, Name "Edge of the straight pipe's square section"},
  amplitude = {0.175, Name "Amplitude A of the arches; they rise by 2A"},
  h = {0.04, Name "Mesh size on the membrane"},
  grading = {4, Name "Factor of refinement where pipes cross and of coarsening far from the ER; 1 is uniform"}
];

If (edge <= 0 || edge >= edgeZ || edgeZ >= 1)
  Error("edge = %g, edgeZ = %g, expected 0 < edge < edgeZ < 1 (in cells)", edge, edgeZ);
  Abort;
EndIf
If (amplitude < 0 || 4 * amplitude + edge >= 1 || 2 * Pi^2 * amplitude * edge >= 1)
  Error("amplitude = %g, expected A >= 0, 4 A + edge < 1 (inside the cell), 2 pi^2 A edge < 1 (no fold)", amplitude);
  Abort;
EndIf
If (h <= 0 || grading < 1)
  Error("h = %g, grading = %g, expected h > 0 and grading >= 1", h, grading);
  Abort;
EndIf

// One side of an arch: spline through points at distance `offset` from the centreline, along its normal
samples = 32;
Macro ArchSide
  side() = {};
  For i In {0:samples}
    s = i / samples;
    slope = -sign * 2 * Pi * amplitude * Sin(2 * Pi * s);
    norm = Sqrt(1 + slope^2);
    p = newp;
    z = 0.5 + sign * amplitude * (1 + Cos(2 * Pi * s));
    Point(p) = {s - offset * slope / norm, 0.5 - edge / 2, z + offset / norm};
    side() += {p};
  EndFor
Return

// An arch along x: the plane strip between its two sides, extruded across. (A sweep of the section along the centreline
// is the same body, but its two ends then differ by 1e-6 and the faces of the cell do not match exactly.)
Macro Arch
  offset = -edge / 2;
  Call ArchSide;
  bottom() = side();
  offset = edge / 2;
  Call ArchSide;
  c = newl;
  Spline(c) = {bottom()};
  Line(c + 1) = {bottom(samples), side(samples)};
  Spline(c + 2) = {side()};
  Line(c + 3) = {side(0), bottom(0)};
  strip = newll;
  Curve Loop(strip) = {c, c + 1, -(c + 2), c + 3};
  Plane Surface(strip) = {strip};
  arch() = Extrude{0, edge, 0}{ Surface{strip}; };
  Recursive Delete{ Surface{strip}; }
Return

sign = 1;
Call Arch;
archX = arch(1);
sign = -1;
Call Arch;
archY = arch(1);
Rotate{{0, 0, 1}, {0.5, 0.5, 0.5}, Pi / 2}{ Volume{archY}; }
pipeZ = newv;
Box(pipeZ) = {0.5 - edgeZ / 2, 0.5 - edgeZ / 2, 0, edgeZ, edgeZ, 1};
cell = newv;
Box(cell) = {0, 0, 0, 1, 1, 1};

// The arches touch each other tangentially inside the straight pipe: unite each with it in turn
er() = BooleanUnion{ Volume{archX}; Delete; }{ Volume{pipeZ}; Delete; };
er() = BooleanUnion{ Volume{er()}; Delete; }{ Volume{archY}; Delete; };
phases() = BooleanFragments{ Volume{er()}; Delete; }{ Volume{cell}; Delete; };

crossing = edgeZ;
reentrant() = {};
Include "periodic-cell.geo";
