// Three square pipes of ER along x, y and z that cross at the centre of a periodic unit cell.
//
// Unit cell [0,1]^3, all lengths in cells (dimensionless). For edge a the volume fraction of the ER is 3a^2 - 2a^3 and
// the membrane's area 12a(1 - a). Needs Gmsh 4.8.4 or newer with the OpenCASCADE kernel, and periodic-cell.geo.
//
//   gmsh -3 -format msh41 -bin -setnumber edge 0.1 -setnumber h 0.04 three-pipe.geo -o three-pipe.msh
//
// Physical groups: volumes "ER" (1) and "cytosol" (2), surface "membrane" (3). Opposite faces carry the same mesh.

SetFactory("OpenCASCADE");

DefineConstant[
  edge = {0.1, Name "Edge of the pipes' square section"},
  h = {0.04, Name "Mesh size on the membrane"},
  grading = {4, Name "Factor of refinement where pipes cross and of coarsening far from the ER; 1 is uniform"}
];

If (edge <= 0 || edge >= 1)
  Error("edge = %g, expected 0 < edge < 1 (in cells)", edge);
  Abort;
EndIf
If (h <= 0 || grading < 1)
  Error("h = %g, grading = %g, expected h > 0 and grading >= 1", h, grading);
  Abort;
EndIf

near = 0.5 - edge / 2;
Box(1) = {0, near, near, 1, edge, edge};
Box(2) = {near, 0, near, edge, 1, edge};
Box(3) = {near, near, 0, edge, edge, 1};
Box(4) = {0, 0, 0, 1, 1, 1};
er() = BooleanUnion{ Volume{1}; Delete; }{ Volume{2, 3}; Delete; };
phases() = BooleanFragments{ Volume{er()}; Delete; }{ Volume{4}; Delete; };

crossing = edge;
reentrant() = {};
Include "periodic-cell.geo";
