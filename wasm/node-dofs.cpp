// Fans can differ from classes only at nodes on the boundary of the phase, so that only the cells there are examined:
// their corners (a cell and one of its nodes) are joined across every facet inside the phase.
#include "node-dofs.h"

#include <new>

#include "chunks.h"
#include "disjoint-sets.h"
#include "heap-sort.h"
#include "periodic-mesh.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

constexpr uint8_t kUsed = 1;        // the phase uses the node
constexpr uint8_t kOnBoundary = 2;  // the class, of which it is the smallest node, is on the boundary of the phase
constexpr int32_t kInside = INT32_MAX;  // in PeriodicMesh::cellIndex: a cell of the phase away from the boundary

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
        if (mark[corners[local]] != 0) continue;
        mark[corners[local]] = kUsed;
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
    if (mesh.nodeMark[node] != 0) nodes[count++] = node;
  }
  return true;
}

/// Marks the classes with a node on a facet that has no cell of the phase on its other side; whether there are any.
bool markBoundaryClasses(const Phase& phase) {
  PeriodicMesh& mesh = phase.mesh;
  bool hasBoundary = false;
  inChunks(phase.numCells, [&phase, &mesh, &hasBoundary, partner = mesh.partner, index = mesh.cellIndex.data()](
                               int64_t from, int64_t to) NOINLINE {
    for (int64_t i = from; i < to; i++) {
      const int32_t first = 4 * phase.cells[i];
      for (int32_t half = first; half < first + 4; half++) {
        const int32_t other = partner[half];
        if (other >= 0 && index[other >> 2] >= 0) continue;
        hasBoundary = true;
        for (int corner = 0; corner < 3; corner++)
          mesh.nodeMark[mesh.nodeClass[facetNode(mesh.cells, half, corner)]] |= kOnBoundary;
      }
    }
  });
  return hasBoundary;
}

/// Numbers the cells with a node of a boundary class, in mesh.cellIndex; lists them by their place in the phase.
bool listBoundaryCells(const Phase& phase, Buffer<int32_t>& list, int32_t& count) {
  PeriodicMesh& mesh = phase.mesh;
  if (!list.allocate(phase.numCells)) return false;
  count = 0;
  inChunks(phase.numCells, [&](int64_t from, int64_t to) NOINLINE {
    for (int64_t i = from; i < to; i++) {
      const int32_t* corners = mesh.cells + 4 * int64_t{phase.cells[i]};
      int marks = 0;
      for (int local = 0; local < 4; local++) marks |= mesh.nodeMark[mesh.nodeClass[corners[local]]];
      if ((marks & kOnBoundary) == 0) continue;
      mesh.cellIndex[phase.cells[i]] = count;
      list[count++] = static_cast<int32_t>(i);
    }
  });
  return true;
}

/// Gives the second and further fans of the boundary classes dofs of their own. mesh.nodeIndex: dof of each class.
bool splitFans(const Phase& phase, NodeDofs& out) {
  PeriodicMesh& mesh = phase.mesh;
  Buffer<int32_t> list, fanDof;
  Buffer<uint8_t> hasFan;
  DisjointSets fans;
  int32_t count = 0;
  if (!listBoundaryCells(phase, list, count) || !fans.allocate(4 * count)) return false;
  const auto isBoundaryCorner = [&mesh](int32_t node) {
    return (mesh.nodeMark[mesh.nodeClass[node]] & kOnBoundary) != 0;
  };
  for (int32_t b = 0; b < count; b++) {
    const int32_t cell = phase.cells[list[b]];
    for (int32_t half = 4 * cell; half < 4 * cell + 4; half++) {
      const int32_t other = mesh.partner[half];
      if (other < half || mesh.cellIndex[other >> 2] < 0) continue;
      for (int local = 0; local < 4; local++) {
        const int32_t node = mesh.cells[4 * cell + local];
        if (local == (half & 3) || !isBoundaryCorner(node)) continue;
        const int across = mesh.nodeAcross(half, other, node);
        if (across >= 0) fans.join(4 * b + local, 4 * mesh.cellIndex[other >> 2] + across);
      }
    }
  }
  if (!fanDof.allocate(4 * uint64_t(count)) || !hasFan.allocateZero(out.numDofs)) return false;
  const int32_t numClassDofs = out.numDofs;
  uint64_t numExceptions = 0;
  const auto forCorners = [&](auto act) {
    for (int32_t b = 0; b < count; b++) {
      for (int local = 0; local < 4; local++) {
        const int32_t node = mesh.cells[4 * int64_t{phase.cells[list[b]]} + local];
        if (isBoundaryCorner(node)) act(4 * b + local, mesh.nodeIndex[mesh.nodeClass[node]]);
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
  for (int32_t i = 0; i < phase.numCells; i++) mesh.cellIndex[phase.cells[i]] = kInside;
  bool isDone = collectNodes(phase, out.nodes) && out.dofs.allocate(out.nodes.size());
  const auto numNodes = static_cast<int32_t>(out.nodes.size());
  if (isDone) {
    for (int32_t n = 0; n < numNodes; n++) {
      // A class can be used through an image only, so that its smallest node need not be used itself.
      int32_t& dof = mesh.nodeIndex[mesh.nodeClass[out.nodes[n]]];
      if (dof < 0) dof = out.numDofs++;
      out.dofs[n] = dof;
    }
    if (markBoundaryClasses(phase)) isDone = splitFans(phase, out);
  }
  for (int32_t i = 0; i < phase.numCells; i++) mesh.cellIndex[phase.cells[i]] = -1;
  for (int32_t n = 0; n < numNodes; n++) {
    const int32_t node = out.nodes[n];
    mesh.nodeMark[node] = mesh.nodeMark[mesh.nodeClass[node]] = 0;
    mesh.nodeIndex[mesh.nodeClass[node]] = -1;
  }
  if (!isDone) mesh.nodeMark.clear();
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
