// A periodic mesh in the kernel's memory, for the passes over its cells; see src/mesh/periodic-mesh.ts for the terms.
#pragma once

#include <algorithm>

#include "kernel.h"
#include "memory.h"

namespace erfem {

/// What is known of a node or, of a class, at its smallest node.
enum NodeMark : uint8_t {
  kUsed = 1,          // by the phase at work; 0 between uses
  kBoundaryNode = 2,  // on a facet of `boundary`
  kOpenClass = 4,     // on a facet with nothing on the other side, the wrap included
  kOnBoundary = 8,    // of the phase at work; 0 between uses
};

/// The arrays are the caller's. Work arrays are made once, and every function leaves them as it found them: thousands
/// of small phases cost no more than a large one.
struct PeriodicMesh {
  int32_t numNodes;
  int32_t numCells;
  const double* coordinates;  // numNodes x 3
  const int32_t* cells;       // numCells x 4
  int32_t numBoundary;
  const int32_t* boundary;    // half-facets with nothing on the other side inside Y, ascending
  const int32_t* partner;     // numBoundary: the half-facet across the wrap, or -1
  const int8_t* wrap;         // numBoundary
  const int32_t* nodeClass;   // numNodes
  const int32_t* lowPartner[3];
  Buffer<int32_t> degree;     // corners of cells in each class
  Buffer<uint8_t> nodeMark;   // bits of NodeMark
  Buffer<int32_t> nodeIndex;  // numNodes, -1 between uses
  Buffer<int32_t> classCount; // numNodes, 0 between uses

  /// Whether the class of a node is on the boundary of a part of the mesh that has count[class] corners there: where
  /// other cells, or none, take a share of the solid angle.
  bool isOnBoundary(int32_t node, const int32_t* count) const {
    const int32_t c = nodeClass[node];
    return count[c] != degree[c] || (nodeMark[c] & kOpenClass) != 0;
  }

  /// Index of a half-facet in `boundary`, or -1.
  int32_t findBoundary(int32_t half) const {
    const int32_t* const end = boundary + numBoundary;
    const int32_t* const found = std::lower_bound(boundary, end, half);
    return found != end && *found == half ? static_cast<int32_t>(found - boundary) : -1;
  }

  /// Whether a cell may have facets in `boundary`.
  bool mayTouchBoundary(int32_t cell) const {
    const int32_t* const nodes = cells + 4 * int64_t{cell};
    int marks = 0;
    for (int local = 0; local < 4; local++) marks += (nodeMark[nodes[local]] & kBoundaryNode) != 0;
    return marks >= 3;
  }

  /// Counts the corners of some cells in classCount.
  void countCorners(int32_t numPhaseCells, const int32_t* phaseCells);

  /// Puts back classCount, and nodeIndex at the nodes of these cells.
  void forgetCorners(int32_t numPhaseCells, const int32_t* phaseCells);

  /// Local number in the cell of half-facet `other`, on the other side of wrap w, of the translate of `node`. -1 where
  /// there is none.
  int nodeAcross(int w, int32_t other, int32_t node) const {
    const int32_t* const nodes = cells + (other & ~3);
    const int32_t image = w > 0 ? lowPartner[w - 1][node] : node;
    for (int local = 0; local < 4; local++) {
      if (local == (other & 3)) continue;
      if ((w < 0 ? lowPartner[-w - 1][nodes[local]] : nodes[local]) == image) return local;
    }
    return -1;
  }
};

/// Local nodes of half-facet i: all but i.
inline int32_t facetNode(const int32_t* cells, int32_t half, int corner) {
  return cells[(half & ~3) + corner + (corner >= (half & 3))];
}

}  // namespace erfem

/// coordinates[numNodes x 3] and cells[numCells x 4] must live as long as the handle. Good for erfem_expand_dofs.
ERFEM_EXPORT(erfem_mesh_create)
int32_t erfem_mesh_create(int32_t numNodes, const double* coordinates, int32_t numCells, const int32_t* cells,
                          void** handle);

/// Adds the neighbours, which must live as long as the handle, or up to a call with null pointers, which takes them
/// away: the half-facets that have no partner inside Y, ascending, with the partner and the wrap of each; nodeClass, and
/// the lowPartner of each direction [numNodes].
ERFEM_EXPORT(erfem_mesh_neighbours)
int32_t erfem_mesh_neighbours(void* handle, int32_t numBoundary, const int32_t* boundary, const int32_t* partner,
                              const int8_t* wrap, const int32_t* nodeClass, const int32_t* lowPartner0,
                              const int32_t* lowPartner1, const int32_t* lowPartner2);

ERFEM_EXPORT(erfem_mesh_free) void erfem_mesh_free(void* handle);
