// ER as sheets across z, each with a square hole in its middle, joined by square columns at the corners of the unit cell
// [0,1]^3: calcium moves well along the sheets and badly across them, in both compartments. The defaults have the ratio of
// ER to cytosol of the Li-Rinzel model, 0.185.
//
//   gmsh -3 -format msh41 -bin sheets.geo -o sheets.msh
//
// Physical groups: volumes "ER" (1) and "cytosol" (2), surface "membrane" (3). Opposite faces carry the same mesh.
// gamma = t (1 - a^2) + p^2 (1 - t), membrane area 2 (1 - a^2 - p^2) + 4 a t + 4 p (1 - t) for thickness t, hole a, column p.

SetFactory("OpenCASCADE");

DefineConstant[
  thickness = {0.1335, Name "Thickness of the sheets"},
  hole = {0.3, Name "Edge of the holes"},
  column = {0.2, Name "Edge of the columns"},
  h = {0.06, Name "Mesh size on the membrane"},
  grading = {2, Name "Factor of refinement at the holes and of coarsening far from the ER; 1 is uniform"}
];

If (thickness <= 0 || thickness >= 1 || hole <= 0 || column <= 0 || hole + column >= 1)
  Error("thickness, hole, column = %g, %g, %g, expected 0 < thickness < 1, hole + column < 1", thickness, hole, column);
  Abort;
EndIf

low = 0.5 - thickness / 2;
Box(1) = {0, 0, low, 1, 1, thickness};
Box(2) = {0.5 - hole / 2, 0.5 - hole / 2, low, hole, hole, thickness};
sheet() = BooleanDifference{ Volume{1}; Delete; }{ Volume{2}; Delete; };
Box(11) = {0, 0, 0, column / 2, column / 2, 1};
Box(12) = {1 - column / 2, 0, 0, column / 2, column / 2, 1};
Box(13) = {0, 1 - column / 2, 0, column / 2, column / 2, 1};
Box(14) = {1 - column / 2, 1 - column / 2, 0, column / 2, column / 2, 1};
er() = BooleanUnion{ Volume{sheet()}; Delete; }{ Volume{11:14}; Delete; };
Box(20) = {0, 0, 0, 1, 1, 1};
phases() = BooleanFragments{ Volume{er()}; Delete; }{ Volume{20}; Delete; };

crossing = hole;
reentrant() = {};
Include "../periodic-cell.geo";
