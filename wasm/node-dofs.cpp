// Fans can differ from classes only at nodes on the boundary of the phase, so that only the cells there are examined:
// their corners (a cell and one of its nodes) are joined across every facet inside the phase.
#include "node-dofs.h"

#include <new>

#include "chunks.h"
#include "disjoint-sets.h"
#include "facet-table.h"
#include "heap-sort.h"
#include "periodic-mesh.h"
#include "minimum-size.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

struct Phase {
  PeriodicMesh& mesh;
  int32_t numCells;
  const int32_t* cells;
};

struct NodeDofs {
  int32_t numDofs = 0;
  int32_t numExtraDofs = 0;
  Buffer<int32_t> nodes, dofs, exceptions;
};

/// Nodes of the phase, ascending; marks them as used.
bool collectNodes(const Phase& phase, Buffer<int32_t>& nodes) {
  PeriodicMesh& mesh = phase.mesh;
  const bool isLarge = 4 * int64_t{phase.numCells} > mesh.numNodes;
  if (!isLarge && !nodes.allocate(4 * uint64_t(phase.numCells))) return false;
  int32_t numNodes = 0;
  inChunks(phase.numCells, [=, &phase, &nodes, &numNodes, mark = mesh.nodeMark.data(), cells = mesh.cells](
                               int64_t from, int64_t to) NOINLINE {
    int32_t count = numNodes;
    for (int64_t i = from; i < to; i++) {
      const int32_t* corners = cells + 4 * int64_t{phase.cells[i]};
      for (int local = 0; local < 4; local++) {
        if ((mark[corners[local]] & kUsed) != 0) continue;
        mark[corners[local]] |= kUsed;
        if (!isLarge) nodes[count] = corners[local];
        count++;
      }
    }
    numNodes = count;
  });
  if (!isLarge) {
    heapSort(nodes.data(), numNodes, [](int32_t a, int32_t b) { return a < b; });
    nodes.shrink(numNodes);
    return true;
  }
  if (!nodes.allocate(numNodes)) return false;
  int32_t count = 0;
  for (int32_t node = 0; node < mesh.numNodes; node++) {
    if ((mesh.nodeMark[node] & kUsed) != 0) nodes[count++] = node;
  }
  return true;
}

inline bool isOnBoundary(const PeriodicMesh& mesh, int32_t node) { return (mesh.nodeMark[node] & kOnBoundary) != 0; }

/// The cells with a node whose class is on the boundary of the phase, by their place in the phase.
bool listBoundaryCells(const Phase& phase, Buffer<int32_t>& list, int32_t& count) {
  PeriodicMesh& mesh = phase.mesh;
  for (int pass = 0; pass < 2; pass++) {
    if (pass == 1 && !list.allocate(uint64_t(count))) return false;
    count = 0;
    inChunks(phase.numCells, [&](int64_t from, int64_t to) NOINLINE {
      int32_t found = count;
      for (int64_t i = from; i < to; i++) {
        const int32_t* const nodes = mesh.cells + 4 * int64_t{phase.cells[i]};
        bool isThere = false;
        for (int local = 0; local < 4; local++) isThere |= isOnBoundary(mesh, nodes[local]);
        if (!isThere) continue;
        if (pass == 1) list[std::size_t(found)] = static_cast<int32_t>(i);
        found++;
      }
      count = found;
    });
  }
  return true;
}

/// Joins the corners (4 b + local number, b an index of `list`) at boundary classes of cells that share a facet.
bool joinCorners(const Phase& phase, const Buffer<int32_t>& list, int32_t count, DisjointSets& fans) {
  const PeriodicMesh& mesh = phase.mesh;
  const auto cellAt = [&](int32_t b) { return phase.cells[list[b]]; };
  FacetTable facets;  // with 4 b + local number of one of their half-facets
  if (!facets.allocate(2 * uint64_t(count))) return false;
  const auto join = [&](int32_t own, int32_t other, int wrap) {
    const int32_t half = 4 * cellAt(own >> 2) + (own & 3);
    for (int local = 0; local < 4; local++) {
      const int32_t node = mesh.cells[(half & ~3) + local];
      if (local == (own & 3) || !isOnBoundary(mesh, node)) continue;
      const int across = mesh.nodeAcross(wrap, 4 * cellAt(other >> 2) + (other & 3), node);
      if (across >= 0) fans.join((own & ~3) + local, (other & ~3) + across);
    }
  };
  for (int32_t b = 0; b < count; b++) {
    const int32_t first = 4 * cellAt(b);
    const bool mayTouch = mesh.mayTouchBoundary(first >> 2);
    for (int32_t half = first; half < first + 4; half++) {
      const int32_t own = 4 * b + (half & 3);
      const int32_t at = mayTouch ? mesh.findBoundary(half) : -1;
      if (at >= 0) {
        const int32_t partner = mesh.partner[at];
        if (partner < half) continue;  // joined from there, or nothing is there
        int32_t low = 0, high = count;
        while (low < high) {
          const int32_t middle = (low + high) / 2;
          if (cellAt(middle) < partner >> 2) low = middle + 1;
          else high = middle;
        }
        if (low < count && cellAt(low) == partner >> 2) join(own, 4 * low + (partner & 3), mesh.wrap[at]);
        continue;
      }
      const int32_t nodes[3] = {facetNode(mesh.cells, half, 0), facetNode(mesh.cells, half, 1),
                                facetNode(mesh.cells, half, 2)};
      if (!isOnBoundary(mesh, nodes[0]) && !isOnBoundary(mesh, nodes[1]) &&
          !isOnBoundary(mesh, nodes[2]))
        continue;
      int32_t* const other = facets.add(nodes[0], nodes[1], nodes[2]);
      if (!other) return false;
      if (*other < 0) *other = own;
      else join(own, *other, 0);
    }
  }
  return true;
}

/// Gives the second and further fans of the boundary classes dofs of their own. mesh.nodeIndex: dof of each class.
bool splitFans(const Phase& phase, NodeDofs& out) {
  PeriodicMesh& mesh = phase.mesh;
  Buffer<int32_t> list, fanDof;
  Buffer<uint8_t> hasFan;
  DisjointSets fans;
  int32_t count = 0;
  if (!listBoundaryCells(phase, list, count)) return false;
  if (count == 0) return true;
  if (!fans.allocate(4 * count) || !joinCorners(phase, list, count, fans)) return false;
  if (!fanDof.allocate(4 * uint64_t(count)) || !hasFan.allocateZero(out.numDofs)) return false;
  const int32_t numClassDofs = out.numDofs;
  uint64_t numExceptions = 0;
  const auto forCorners = [&](auto act) {
    for (int32_t b = 0; b < count; b++) {
      for (int local = 0; local < 4; local++) {
        const int32_t node = mesh.cells[4 * int64_t{phase.cells[list[b]]} + local];
        if (isOnBoundary(mesh, node)) act(4 * b + local, mesh.nodeIndex[mesh.nodeClass[node]]);
      }
    }
  };
  forCorners([&](int32_t corner, int32_t dof) {
    const int32_t root = fans.findRoot(corner);
    if (root == corner) {
      fanDof[root] = hasFan[dof] ? out.numDofs++ : dof;
      hasFan[dof] = 1;
    }
    numExceptions += fanDof[root] >= numClassDofs;
  });
  out.numExtraDofs = out.numDofs - numClassDofs;
  if (!out.exceptions.allocate(2 * numExceptions)) return false;
  int32_t* next = out.exceptions.data();
  forCorners([&](int32_t corner, int32_t) {
    const int32_t dof = fanDof[fans.findRoot(corner)];
    if (dof < numClassDofs) return;
    *next++ = 4 * list[corner >> 2] + (corner & 3);
    *next++ = dof;
  });
  return true;
}

bool mapDofs(const Phase& phase, NodeDofs& out) {
  PeriodicMesh& mesh = phase.mesh;
  mesh.countCorners(phase.numCells, phase.cells);
  bool isDone = collectNodes(phase, out.nodes) && out.dofs.allocate(out.nodes.size());
  const auto numNodes = static_cast<int32_t>(out.nodes.size());
  if (isDone) {
    for (int32_t n = 0; n < numNodes; n++) {
      // A class can be used through an image only, so that its smallest node need not be used itself.
      int32_t& dof = mesh.nodeIndex[mesh.nodeClass[out.nodes[n]]];
      if (dof < 0) dof = out.numDofs++;
      if (mesh.isOnBoundary(out.nodes[n], mesh.classCount.data())) mesh.nodeMark[out.nodes[n]] |= kOnBoundary;
      out.dofs[n] = dof;
    }
    isDone = splitFans(phase, out);
  }
  mesh.forgetCorners(phase.numCells, phase.cells);
  const auto kept = static_cast<uint8_t>(~(kUsed | kOnBoundary));
  for (int32_t n = 0; n < numNodes; n++) {
    const int32_t node = out.nodes[n];
    mesh.nodeMark[node] &= kept;
    mesh.nodeIndex[mesh.nodeClass[node]] = -1;
  }
  if (!isDone) {
    for (std::size_t node = 0; node < mesh.nodeMark.size(); node++) mesh.nodeMark[node] &= kept;
  }
  return isDone;
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_node_dofs_create(void* mesh, int32_t numPhaseCells, const int32_t* phaseCells, int32_t* counts,
                               void** handle) {
  *handle = nullptr;
  auto* const out = new (std::nothrow) NodeDofs;
  if (!out || !mapDofs({*static_cast<PeriodicMesh*>(mesh), numPhaseCells, phaseCells}, *out)) {
    delete out;
    return kOutOfMemory;
  }
  counts[0] = out->numDofs;
  counts[1] = out->numExtraDofs;
  counts[2] = static_cast<int32_t>(out->nodes.size());
  counts[3] = static_cast<int32_t>(out->exceptions.size());
  *handle = out;
  return kOk;
}

int32_t erfem_node_dofs_arrays(void* handle, void** addresses) {
  NodeDofs& out = *static_cast<NodeDofs*>(handle);
  addresses[0] = out.nodes.data();
  addresses[1] = out.dofs.data();
  addresses[2] = out.exceptions.data();
  return kOk;
}

void erfem_node_dofs_free(void* handle) { delete static_cast<NodeDofs*>(handle); }

int32_t erfem_expand_dofs(void* handle, int32_t numPhaseCells, const int32_t* phaseCells, int32_t numPhaseNodes,
                          const int32_t* nodes, const int32_t* dofs, int32_t numExceptions, const int32_t* exceptions,
                          int32_t* cellDofs) {
  PeriodicMesh& mesh = *static_cast<PeriodicMesh*>(handle);
  int32_t* const dofOfNode = mesh.nodeIndex.data();
  for (int32_t n = 0; n < numPhaseNodes; n++) dofOfNode[nodes[n]] = dofs[n];
  inChunks(numPhaseCells, [=, cells = mesh.cells](int64_t from, int64_t to) NOINLINE {
    for (int64_t i = from; i < to; i++) {
      const int32_t* corners = cells + 4 * int64_t{phaseCells[i]};
      for (int local = 0; local < 4; local++) cellDofs[4 * i + local] = dofOfNode[corners[local]];
    }
  });
  for (int32_t e = 0; e < numExceptions; e += 2) cellDofs[exceptions[e]] = exceptions[e + 1];
  for (int32_t n = 0; n < numPhaseNodes; n++) dofOfNode[nodes[n]] = -1;
  return kOk;
}

ERFEM_END_OF_MINIMUM_SIZE
