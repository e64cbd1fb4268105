#include "mesh-geometry.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "cell-geometry.h"
#include "chunks.h"
#include "compensated-sum.h"
#include "memory.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

/// Barycentric coordinates down to minus this count as inside: a point on a facet belongs to both cells.
constexpr double kInside = 1e-12;

double det(const double* a, const double* b, const double* c) {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
}

/// Whether the box around four numbers holds 0.
inline bool spansZero(double a, double b, double c, double d) {
  const double low = std::min(std::min(a, b), std::min(c, d)), high = std::max(std::max(a, b), std::max(c, d));
  if (low <= 0 && high >= 0) return true;
  const double reach = kInside * (std::fabs(a - b) + std::fabs(a - c) + std::fabs(a - d));
  return low <= reach && high >= -reach;
}

/// Whether a cell holds a point, and its barycentric coordinates there.
inline bool holdsPoint(const double* x, const int32_t* nodes, const double* point, double* barycentric) {
  double corner[4][3];
  for (int k = 0; k < 3; k++) {
    for (int i = 0; i < 4; i++) corner[i][k] = x[3 * int64_t{nodes[i]} + k] - point[k];
    if (!spansZero(corner[0][k], corner[1][k], corner[2][k], corner[3][k])) return false;
  }
  const double parts[4] = {det(corner[1], corner[2], corner[3]), -det(corner[2], corner[3], corner[0]),
                           det(corner[3], corner[0], corner[1]), -det(corner[0], corner[1], corner[2])};
  const double total = parts[0] + parts[1] + parts[2] + parts[3];
  bool isInside = true;
  for (int i = 0; i < 4; i++) {
    barycentric[i] = parts[i] / total;
    isInside &= barycentric[i] >= -kInside;
  }
  return isInside;
}

/// Bit 2 k: the node lies clearly below the point along axis k; bit 2 k + 1: clearly above. A cell whose nodes have a
/// bit in common does not hold the point.
void listSides(int32_t numNodes, const double* coordinates, const double* point, uint8_t* sides) {
  // Of the farthest node: far more than the margin of holdsPoint, which is relative to a cell.
  constexpr double kMargin = 1e-9;
  double margin[3] = {0, 0, 0};
  inChunks(numNodes, [=, &margin](int64_t from, int64_t to) NOINLINE {
    for (int64_t i = 3 * from; i < 3 * to; i += 3) {
      for (int k = 0; k < 3; k++) margin[k] = std::max(margin[k], kMargin * std::fabs(coordinates[i + k] - point[k]));
    }
  });
  inChunks(numNodes, [=, &margin](int64_t from, int64_t to) NOINLINE {
    for (int64_t node = from; node < to; node++) {
      unsigned side = 0;
      for (int k = 0; k < 3; k++) {
        const double difference = coordinates[3 * node + k] - point[k];
        side |= unsigned(difference < -margin[k]) << 2 * k;
        side |= unsigned(difference > margin[k]) << (2 * k + 1);
      }
      sides[node] = static_cast<uint8_t>(side);
    }
  });
}

template <typename T>
void gather(int32_t count, const int32_t* order, const void* from, void* to) {
  inChunks(count, [order, in = static_cast<const T*>(from), out = static_cast<T*>(to)](int64_t first,
                                                                                       int64_t last) NOINLINE {
    for (int64_t i = first; i < last; i++) out[i] = in[order[i]];
  });
}

}  // namespace
}  // namespace erfem

using namespace erfem;

void erfem_mesh_extent(int32_t numNodes, const double* coordinates, int32_t numCells, const int32_t* cells,
                       double* extent) {
  double* const low = extent;
  double* const high = extent + 3;
  for (int k = 0; k < 3; k++) {
    low[k] = INFINITY;
    high[k] = -INFINITY;
  }
  inChunks(numNodes, [=](int64_t from, int64_t to) NOINLINE {
    for (int64_t i = 3 * from; i < 3 * to; i += 3) {
      for (int k = 0; k < 3; k++) {
        low[k] = std::min(low[k], coordinates[i + k]);
        high[k] = std::max(high[k], coordinates[i + k]);
      }
    }
  });
  extent[6] = 0;
  for (int e = 0; e < 6; e++) extent[6] = std::max(extent[6], std::fabs(extent[e]));
  CompensatedSum volume;
  inChunks(numCells, [=, &volume](int64_t from, int64_t to) NOINLINE {
    for (int64_t cell = from; cell < to; cell++) volume.add(sixfoldVolume(coordinates, cells + 4 * cell) / 6);
  });
  extent[7] = volume.value();
}

int32_t erfem_list_face_nodes(int32_t numNodes, const double* coordinates, const double* planes, double distance,
                              int32_t* nodes, uint8_t* sides, double* outermost) {
  int32_t count = 0;
  outermost[0] = distance;
  outermost[1] = -1;
  inChunks(numNodes, [=, &count](int64_t from, int64_t to) NOINLINE {
    for (int64_t node = from; node < to; node++) {
      const double* x = coordinates + 3 * node;
      unsigned side = 0;
      for (int k = 0; k < 3; k++) {
        const double* n = planes + 3 * k;
        const double height = planes[9 + k];
        const double s = n[0] * (x[0] - planes[12]) + n[1] * (x[1] - planes[13]) + n[2] * (x[2] - planes[14]);
        side |= unsigned(std::fabs(s) <= distance) << 2 * k;
        side |= unsigned(std::fabs(s - height) <= distance) << (2 * k + 1);
        const double excess = std::max(-s, s - height);
        if (excess > outermost[0]) {
          outermost[0] = excess;
          outermost[1] = static_cast<double>(node);
        }
      }
      if (side == 0) continue;
      nodes[count] = static_cast<int32_t>(node);
      sides[count++] = static_cast<uint8_t>(side);
    }
  });
  return count;
}

int32_t erfem_locate_point(int32_t numNodes, const double* coordinates, const int32_t* cells, int32_t numPhaseCells,
                           const int32_t* phaseCells, const double* point, double* barycentric) {
  // Worth a look at every node where the phase is large; without it every cell is looked at more closely.
  Buffer<uint8_t> sides;
  const uint8_t* sideOfNode = nullptr;
  if (4 * int64_t{numPhaseCells} > numNodes && sides.allocate(numNodes)) {
    listSides(numNodes, coordinates, point, sides.data());
    sideOfNode = sides.data();
  }
  int32_t found = -1;
  inChunks(numPhaseCells, [=, &found](int64_t from, int64_t to) NOINLINE {
    for (int64_t i = from; i < to && found < 0; i++) {
      const int32_t* nodes = cells + 4 * int64_t{phaseCells[i]};
      if (sideOfNode && (sideOfNode[nodes[0]] & sideOfNode[nodes[1]] & sideOfNode[nodes[2]] & sideOfNode[nodes[3]]) != 0)
        continue;
      if (holdsPoint(coordinates, nodes, point, barycentric)) found = static_cast<int32_t>(i);
    }
  });
  return found;
}

void erfem_gather(int32_t count, const int32_t* order, int32_t bytes, const void* from, void* to) {
  struct Point {
    double x[3];
  };
  if (bytes == 4) gather<int32_t>(count, order, from, to);
  if (bytes == 8) gather<double>(count, order, from, to);
  if (bytes == 24) gather<Point>(count, order, from, to);
}
