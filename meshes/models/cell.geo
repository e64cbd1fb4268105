// A flat cell, 160 x 160 x 12 um, coordinates in um: the ellipsoid around (0, 0, 0).
//
//   gmsh -3 -format msh41 -bin cell.geo -o cell.msh
//
// Physical groups: volume "cell" (1), surface "membrane" (2).

SetFactory("OpenCASCADE");

DefineConstant[ h = {4, Name "Mesh size, um"} ];

Sphere(1) = {0, 0, 0, 1};
Dilate{ {0, 0, 0}, {80, 80, 6} }{ Volume{1}; }
Physical Volume("cell", 1) = {1};
Physical Surface("membrane", 2) = {Boundary{ Volume{1}; }};
Mesh.MeshSizeMin = h;
Mesh.MeshSizeMax = h;
