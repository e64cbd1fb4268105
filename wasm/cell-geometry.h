// A tetrahedron and the gradients of its barycentric coordinates.
#pragma once

#include <cstdint>

namespace erfem {

/// 6 |T| = det(x1 - x0, x2 - x0, x3 - x0); `nodes` are the four nodes of the cell.
inline double sixfoldVolume(const double* x, const int32_t* nodes) {
  const double* a = x + 3 * int64_t{nodes[0]};
  const double* b = x + 3 * int64_t{nodes[1]};
  const double* c = x + 3 * int64_t{nodes[2]};
  const double* d = x + 3 * int64_t{nodes[3]};
  const double u[3] = {b[0] - a[0], b[1] - a[1], b[2] - a[2]};
  const double v[3] = {c[0] - a[0], c[1] - a[1], c[2] - a[2]};
  const double w[3] = {d[0] - a[0], d[1] - a[1], d[2] - a[2]};
  return u[0] * (v[1] * w[2] - v[2] * w[1]) + u[1] * (v[2] * w[0] - v[0] * w[2]) + u[2] * (v[0] * w[1] - v[1] * w[0]);
}

/// Whether the reference gradients (4 x 3) are those of the barycentric coordinates.
inline bool isNodal(const double* gradients) {
  constexpr double kNodal[12] = {-1, -1, -1, 1, 0, 0, 0, 1, 0, 0, 0, 1};
  for (int e = 0; e < 12; e++) {
    if (gradients[e] != kNodal[e]) return false;
  }
  return true;
}

/// J^-1, its rows the gradients of the barycentric coordinates of nodes 1, 2, 3; returns |T| = det J / 6.
inline double invertJacobian(const double* x, const int32_t* nodes, double* inverse) {
  const double* a = x + 3 * int64_t{nodes[0]};
  const double* b = x + 3 * int64_t{nodes[1]};
  const double* c = x + 3 * int64_t{nodes[2]};
  const double* d = x + 3 * int64_t{nodes[3]};
  const double u[3] = {b[0] - a[0], b[1] - a[1], b[2] - a[2]};
  const double v[3] = {c[0] - a[0], c[1] - a[1], c[2] - a[2]};
  const double w[3] = {d[0] - a[0], d[1] - a[1], d[2] - a[2]};
  const double vw[3] = {v[1] * w[2] - v[2] * w[1], v[2] * w[0] - v[0] * w[2], v[0] * w[1] - v[1] * w[0]};
  const double det = u[0] * vw[0] + u[1] * vw[1] + u[2] * vw[2];
  const double scale = 1 / det;
  for (int k = 0; k < 3; k++) inverse[k] = vw[k] * scale;
  inverse[3] = (w[1] * u[2] - w[2] * u[1]) * scale;
  inverse[4] = (w[2] * u[0] - w[0] * u[2]) * scale;
  inverse[5] = (w[0] * u[1] - w[1] * u[0]) * scale;
  inverse[6] = (u[1] * v[2] - u[2] * v[1]) * scale;
  inverse[7] = (u[2] * v[0] - u[0] * v[2]) * scale;
  inverse[8] = (u[0] * v[1] - u[1] * v[0]) * scale;
  return det / 6;
}

}  // namespace erfem
