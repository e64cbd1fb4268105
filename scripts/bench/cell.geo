// A cell of 30 x 30 x 10 um, an ellipsoid: the mesh of scripts/bench/simulation.js. Unit of length: um.
SetFactory("OpenCASCADE");

DefineConstant[ h = {0.4, Name "h"} ];

Sphere(1) = {0, 0, 0, 15};
Dilate { {0, 0, 0}, {1, 1, 1/3} } { Volume{1}; }
Physical Volume("cell") = {1};
Physical Surface("plasma membrane") = Boundary{ Volume{1}; };

Mesh.MeshSizeMin = h;
Mesh.MeshSizeMax = h;
