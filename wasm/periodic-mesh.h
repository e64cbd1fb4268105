// A periodic mesh in the kernel's memory, for the passes over its cells; see src/mesh/periodic-mesh.ts for the terms.
#pragma once

#include "kernel.h"
#include "memory.h"

namespace erfem {

/// The arrays are the caller's. Work arrays are made once, and every function leaves them as it found them: thousands
/// of small phases cost no more than a large one.
struct PeriodicMesh {
  int32_t numNodes;
  int32_t numCells;
  const double* coordinates;  // numNodes x 3
  const int32_t* cells;       // numCells x 4
  const int32_t* partner;     // numCells x 4
  const int8_t* wrap;         // numCells x 4
  const int32_t* nodeClass;   // numNodes
  const int32_t* lowPartner[3];
  Buffer<int32_t> cellIndex;  // numCells, -1 between uses
  Buffer<int32_t> nodeIndex;  // numNodes, -1 between uses
  Buffer<uint8_t> nodeMark;   // numNodes, 0 between uses

  /// Local number in the cell of half-facet `other`, the partner of `half`, of what is identified with `node` across
  /// them: the node itself inside Y, its translate across the wrap. -1 where there is none.
  int nodeAcross(int32_t half, int32_t other, int32_t node) const {
    const int w = wrap[half];
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
/// away: partner, wrap [numCells x 4]; nodeClass, and the lowPartner of each direction [numNodes].
ERFEM_EXPORT(erfem_mesh_neighbours)
int32_t erfem_mesh_neighbours(void* handle, const int32_t* partner, const int8_t* wrap, const int32_t* nodeClass,
                              const int32_t* lowPartner0, const int32_t* lowPartner1, const int32_t* lowPartner2);

ERFEM_EXPORT(erfem_mesh_free) void erfem_mesh_free(void* handle);
