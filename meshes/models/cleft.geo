// A cleft of cytosol 200 nm wide beside a body of 1800 nm, both 600 x 600 nm across, coordinates in nm: Figure 5 of Goel,
// Sneyd and Friedman (2006). The cleft is meshed more finely.
//
//   gmsh -3 -format msh41 -bin cleft.geo -o cleft.msh
//
// Physical groups: volumes "cleft" (1) and "body" (2), surfaces "entry" (3), at x = 0, and "far" (4), at x = 2000.

SetFactory("OpenCASCADE");

DefineConstant[
  h = {60, Name "Mesh size in the cleft, nm"},
  hBody = {120, Name "Mesh size at the far end of the body, nm"}
];

Box(1) = {0, 0, 0, 200, 600, 600};
Box(2) = {200, 0, 0, 1800, 600, 600};
volumes() = BooleanFragments{ Volume{1}; Delete; }{ Volume{2}; Delete; };
Physical Volume("cleft", 1) = {volumes(0)};
Physical Volume("body", 2) = {volumes(1)};
Physical Surface("entry", 3) = Surface In BoundingBox{-1, -1, -1, 1, 601, 601};
Physical Surface("far", 4) = Surface In BoundingBox{1999, -1, -1, 2001, 601, 601};
MeshSize{ PointsOf{ Volume{volumes()}; } } = h;
MeshSize{ Point In BoundingBox{1999, -1, -1, 2001, 601, 601} } = hBody;
