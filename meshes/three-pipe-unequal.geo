// Three square pipes of ER along x, y and z, of sections of their own, that cross at the centre of a periodic unit cell.
//
// Unit cell [0,1]^3, all lengths in cells (dimensionless). For edges a >= b, c, whichever axis a belongs to, the volume
// fraction of the ER is a^2 + b^2 + c^2 - a(b^2 + c^2) and the membrane's area 4a + 4(b + c)(1 - a) - 2(b^2 + c^2).
// Needs Gmsh 4.8.4 or newer with the OpenCASCADE kernel, and periodic-cell.geo.
//
//   gmsh -3 -format msh41 -bin -setnumber edge1 0.2 -setnumber h 0.04 three-pipe-unequal.geo -o cell.msh
//
// Physical groups: volumes "ER" (1) and "cytosol" (2), surface "membrane" (3). Opposite faces carry the same mesh.

SetFactory("OpenCASCADE");

DefineConstant[
  edge1 = {0.2, Name "Edge of the square section of the pipe along x"},
  edge2 = {0.15, Name "Edge of the square section of the pipe along y"},
  edge3 = {0.1, Name "Edge of the square section of the pipe along z"},
  h = {0.04, Name "Mesh size on the membrane"},
  grading = {4, Name "Factor of refinement where pipes cross and of coarsening far from the ER; 1 is uniform"}
];

edge() = {edge1, edge2, edge3};
For d In {0:2}
  If (edge(d) <= 0 || edge(d) >= 1)
    Error("edge%g = %g, expected 0 < edge < 1 (in cells)", d + 1, edge(d));
    Abort;
  EndIf
EndFor
If (h <= 0 || grading < 1)
  Error("h = %g, grading = %g, expected h > 0 and grading >= 1", h, grading);
  Abort;
EndIf

Box(1) = {0, 0.5 - edge1 / 2, 0.5 - edge1 / 2, 1, edge1, edge1};
Box(2) = {0.5 - edge2 / 2, 0, 0.5 - edge2 / 2, edge2, 1, edge2};
Box(3) = {0.5 - edge3 / 2, 0.5 - edge3 / 2, 0, edge3, edge3, 1};
Box(4) = {0, 0, 0, 1, 1, 1};
er() = BooleanUnion{ Volume{1}; Delete; }{ Volume{2, 3}; Delete; };
phases() = BooleanFragments{ Volume{er()}; Delete; }{ Volume{4}; Delete; };

// The thickest pipe, along t, is left by the others through squares of their own section on its sides: along d at
// -a/2 and a/2, with two edges along t and two along the third axis u.
t = (edge1 >= edge2 && edge1 >= edge3) ? 0 : (edge2 >= edge3) ? 1 : 2;
reentrant() = {};
For d In {0:2}
  If (d != t)
    u = 3 - d - t;
    For i In {0:7}
      along = (i % 2 == 0) ? t : u;
      side = (Floor(i / 2) % 2 - 0.5) * edge(d);
      level = (Floor(i / 4) - 0.5) * edge(t);
      For k In {0:2}
        low = (k == along) ? -edge(d) / 2 : (k == d) ? level : side;
        high = (k == along) ? edge(d) / 2 : low;
        reentrant() += {low, high};
      EndFor
    EndFor
  EndIf
EndFor
Include "periodic-cell.geo";
