// The part that all unit cells share: not a geometry of its own, the others include it at their end.
//
// In: phases(0) the ER, phases(1) the cytosol (volumes that share their common boundary and fill [0,1]^3),
//     crossing the edge of the cube around (1/2, 1/2, 1/2) where the pipes cross, h and grading the mesh size. In place of
//     crossing, where they are not the edges of a cube, reentrant() the re-entrant edges of the ER: six numbers each,
//     least and largest x, y, z from (1/2, 1/2, 1/2); else reentrant() = {}.
// Sets the physical groups "ER" (1), "cytosol" (2), "membrane" (3), the periodic faces and the mesh size.

// Every face at coordinate 1 is a copy, by translation, of the face at coordinate 0 with the same bounding box
eps = 1e-4;
cellFaces() = {};
For d In {0:2}
  tx = (d == 0); ty = (d == 1); tz = (d == 2);
  low() = Surface In BoundingBox{-eps, -eps, -eps, 1 - tx + eps, 1 - ty + eps, 1 - tz + eps};
  high() = Surface In BoundingBox{tx - eps, ty - eps, tz - eps, 1 + eps, 1 + eps, 1 + eps};
  For i In {0:#low() - 1}
    a() = BoundingBox Surface{low(i)};
    For j In {0:#high() - 1}
      b() = BoundingBox Surface{high(j)};
      gap = Abs(b(0) - a(0) - tx) + Abs(b(1) - a(1) - ty) + Abs(b(2) - a(2) - tz)
          + Abs(b(3) - a(3) - tx) + Abs(b(4) - a(4) - ty) + Abs(b(5) - a(5) - tz);
      If (gap < eps)
        Periodic Surface{high(j)} = {low(i)} Translate{tx, ty, tz};
      EndIf
    EndFor
  EndFor
  cellFaces() += {low(), high()};
EndFor

membrane() = Abs(Boundary{ Volume{phases(0)}; });
membrane() -= {cellFaces()};
Physical Volume("ER", 1) = {phases(0)};
Physical Volume("cytosol", 2) = {phases(1)};
Physical Surface("membrane", 3) = {membrane()};

// Mesh size: h on the membrane, h*grading at the corners of the cell, between them what Gmsh interpolates, but at the
// re-entrant edges of the ER, where the pipes cross, h/grading, growing with the distance
MeshSize{ PointsOf{ Volume{phases(1)}; } } = h * grading;
MeshSize{ PointsOf{ Volume{phases(0)}; } } = h;
Mesh.MeshSizeMax = h * grading;
If (#reentrant() == 0)
  For d In {0:2}
    For i In {0:3}
      u = (i % 2 - 0.5) * crossing;
      v = (Floor(i / 2) - 0.5) * crossing;
      w = crossing / 2;
      x0 = (d == 0) ? -w : u;
      x1 = (d == 0) ? w : u;
      y0 = (d == 1) ? -w : (d == 0) ? u : v;
      y1 = (d == 1) ? w : (d == 0) ? u : v;
      z0 = (d == 2) ? -w : v;
      z1 = (d == 2) ? w : v;
      reentrant() += {x0, x1, y0, y1, z0, z1};
    EndFor
  EndFor
EndIf
edges() = {};
For i In {0:#reentrant() / 6 - 1}
  f = newf;
  Field[f] = Box; // of no width: a segment
  Field[f].XMin = 0.5 + reentrant(6 * i); Field[f].XMax = 0.5 + reentrant(6 * i + 1);
  Field[f].YMin = 0.5 + reentrant(6 * i + 2); Field[f].YMax = 0.5 + reentrant(6 * i + 3);
  Field[f].ZMin = 0.5 + reentrant(6 * i + 4); Field[f].ZMax = 0.5 + reentrant(6 * i + 5);
  Field[f].VIn = h / grading;
  Field[f].VOut = h * grading;
  Field[f].Thickness = 0.25;
  edges() += {f};
EndFor
f = newf;
Field[f] = Min;
Field[f].FieldsList = {edges()};
Background Field = f;
