// Cells that share a node away from the boundary of the phase are connected through facets around it: inside Y they are
// joined by a union-find over nodes. Only facets whose nodes all are on the boundary are looked up. The pieces found are
// the nodes of a small graph whose edges are the facets across the wrap: a search through it gives every piece a winding
// number, the lattice translation passed on the way to it, and an edge that closes a loop with a different winding number
// shows a percolating path.
#include "components.h"

#include <new>

#include "cell-geometry.h"
#include "chunks.h"
#include "compensated-sum.h"
#include "disjoint-sets.h"
#include "facet-table.h"
#include "heap-sort.h"
#include "periodic-mesh.h"
#include "row-accumulator.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

struct Phase {
  PeriodicMesh& mesh;
  int32_t numCells;
  const int32_t* cells;
};

struct Components {
  int32_t count = 0;
  Buffer<int32_t> numCells;
  Buffer<double> volume;
  Buffer<uint8_t> percolates;  // count x 3
};

/// In PeriodicMesh::nodeIndex: a node that was not met yet, and one on the boundary of the phase.
constexpr int32_t kUnknown = -1, kOnSurface = -2;

/// The pieces of a phase that are connected inside Y.
struct Pieces {
  const Phase& phase;
  int32_t count = 0;
  Buffer<int32_t> piece;       // of each element: first its parent, then the piece it is in
  Buffer<int32_t> loneCells;   // those with no node off the boundary, ascending by their place in the phase
  Buffer<int32_t> loneElement; // the element of each
  int32_t numLone = 0;

  explicit Pieces(const Phase& of) : phase(of) {}

  /// The element of a cell: that of any node off the boundary, or its own; -1 for a cell of another phase.
  int32_t elementOf(int32_t cell) const {
    const PeriodicMesh& mesh = phase.mesh;
    const int32_t* const nodes = mesh.cells + 4 * int64_t{cell};
    for (int local = 0; local < 4; local++) {
      if (mesh.nodeIndex[nodes[local]] >= 0) return mesh.nodeIndex[nodes[local]];
    }
    int32_t low = 0, high = numLone;
    while (low < high) {
      const int32_t middle = (low + high) / 2;
      if (loneCells[middle] < cell) low = middle + 1;
      else high = middle;
    }
    return low < numLone && loneCells[low] == cell ? loneElement[low] : -1;
  }

  /// Elements are numbered by the first cell that has them: mesh.nodeIndex receives those of nodes.
  bool find() {
    PeriodicMesh& mesh = phase.mesh;
    FacetTable facets;  // with the element of one of their cells
    int32_t numElements = 0;
    bool isDone =
        piece.allocate(4096) && loneCells.allocate(1024) && loneElement.allocate(1024) && facets.allocate(4096);
    inChunks(phase.numCells, [&, count = mesh.classCount.data(), index = mesh.nodeIndex.data()](int64_t from, int64_t to)
                                 NOINLINE {
      for (int64_t i = from; i < to && isDone; i++) {
        const uint64_t used = uint64_t(numElements), lone = uint64_t(numLone);
        isDone = growBuffer(piece, used, used + 4) && growBuffer(loneCells, lone, lone + 1) &&
                 growBuffer(loneElement, lone, lone + 1);
        if (!isDone) return;
        const int32_t cell = phase.cells[i];
        const int32_t* const nodes = mesh.cells + 4 * int64_t{cell};
        int32_t own = -1;  // the root of the elements met
        int onBoundary = 0;
        for (int local = 0; local < 4; local++) {
          const int32_t node = nodes[local];
          if (index[node] == kUnknown) {
            index[node] = mesh.isOnBoundary(node, count) ? kOnSurface : numElements;
            piece[numElements] = numElements;
            numElements += index[node] >= 0;
          }
          if (index[node] < 0) {
            onBoundary |= 1 << local;
            continue;
          }
          if (own < 0) {
            own = findRoot(piece.data(), index[node]);
          } else if (piece[index[node]] != own) {
            joinSets(piece.data(), own, index[node]);
            own = findRoot(piece.data(), own);
          }
        }
        if (own < 0) {
          own = numElements++;
          piece[own] = own;
          loneCells[numLone] = cell;
          loneElement[numLone++] = own;
        }
        if (__builtin_popcount(static_cast<uint32_t>(onBoundary)) < 3) continue;
        for (int local = 0; local < 4 && isDone; local++) {
          if ((onBoundary | 1 << local) != 15) continue;
          const int32_t half = 4 * cell + local;
          int32_t* const other =
              facets.add(facetNode(mesh.cells, half, 0), facetNode(mesh.cells, half, 1), facetNode(mesh.cells, half, 2));
          if (!other) isDone = false;
          else if (*other < 0) *other = own;
          else joinSets(piece.data(), own, *other);
        }
      }
    });
    if (!isDone) return false;
    for (int32_t e = 0; e < numElements; e++) {
      // Parents are smaller than their children, so that they hold the number of their piece by now.
      piece[e] = piece[e] == e ? count++ : piece[piece[e]];
    }
    return true;
  }
};

/// The facets across the wrap, as edges between pieces, in both directions.
struct Crossings {
  Buffer<int32_t> start;  // numPieces + 1
  Buffer<int32_t> other;  // piece on the other side
  Buffer<int8_t> wrap;
};

bool findCrossings(const Phase& phase, const Pieces& pieces, Crossings& crossings) {
  const PeriodicMesh& mesh = phase.mesh;
  if (!crossings.start.allocateZero(pieces.count + 2u)) return false;
  const auto visit = [&](auto act) {
    inChunks(phase.numCells, [&](int64_t from, int64_t to) NOINLINE {
      for (int64_t i = from; i < to; i++) {
        const int32_t cell = phase.cells[i];
        if (!mesh.mayTouchBoundary(cell)) continue;
        for (int32_t half = 4 * cell; half < 4 * cell + 4; half++) {
          const int32_t at = mesh.findBoundary(half);
          if (at < 0 || mesh.wrap[at] == 0) continue;
          const int32_t other = pieces.elementOf(mesh.partner[at] >> 2);
          if (other >= 0) act(pieces.piece[pieces.elementOf(cell)], pieces.piece[other], mesh.wrap[at]);
        }
      }
    });
  };
  visit([&](int32_t piece, int32_t, int8_t) { crossings.start[piece + 2]++; });
  for (int32_t p = 0; p < pieces.count; p++) crossings.start[p + 2] += crossings.start[p + 1];
  const auto numEdges = static_cast<uint64_t>(crossings.start[pieces.count + 1]);
  if (!crossings.other.allocate(numEdges) || !crossings.wrap.allocate(numEdges)) return false;
  visit([&](int32_t piece, int32_t other, int8_t wrap) {
    const int32_t edge = crossings.start[piece + 1]++;
    crossings.other[edge] = other;
    crossings.wrap[edge] = wrap;
  });
  return true;
}

/// Breadth-first search through the pieces: the component of each, and what each component spans.
bool joinPieces(const Crossings& crossings, int32_t numPieces, Buffer<int32_t>& label, Components& found) {
  Buffer<int32_t> queue, winding;
  if (!label.allocate(numPieces) || !queue.allocate(numPieces) || !winding.allocateZero(3 * uint64_t(numPieces)) ||
      !found.percolates.allocateZero(3 * uint64_t(numPieces)))
    return false;
  for (int32_t p = 0; p < numPieces; p++) label[p] = -1;
  for (int32_t seed = 0; seed < numPieces; seed++) {
    if (label[seed] >= 0) continue;
    const int32_t component = found.count++;
    label[seed] = component;
    queue[0] = seed;
    int32_t tail = 1;
    for (int32_t head = 0; head < tail; head++) {
      const int32_t p = queue[head];
      for (int32_t edge = crossings.start[p]; edge < crossings.start[p + 1]; edge++) {
        const int32_t q = crossings.other[edge];
        const bool isNew = label[q] < 0;
        if (isNew) {
          label[q] = component;
          queue[tail++] = q;
        }
        for (int k = 0; k < 3; k++) {
          const int shift = crossings.wrap[edge] == k + 1 ? 1 : crossings.wrap[edge] == -(k + 1) ? -1 : 0;
          const int32_t reached = winding[3 * std::size_t(p) + k] + shift;
          if (isNew) winding[3 * std::size_t(q) + k] = reached;
          else if (winding[3 * std::size_t(q) + k] != reached) found.percolates[3 * std::size_t(component) + k] = 1;
        }
      }
    }
  }
  return true;
}

/// Counts and measures the components and sorts them; rank[label] is the place of each.
bool measure(const Phase& phase, const Pieces& pieces, const Buffer<int32_t>& label, Components& found,
             Buffer<int32_t>& rank) {
  const PeriodicMesh& mesh = phase.mesh;
  Buffer<CompensatedSum> volume;
  Buffer<int32_t> count, order;
  if (!volume.allocate(found.count) || !count.allocateZero(found.count) || !order.allocate(found.count) ||
      !rank.allocate(found.count) || !found.numCells.allocate(found.count) || !found.volume.allocate(found.count))
    return false;
  for (int32_t c = 0; c < found.count; c++) {
    volume[c] = CompensatedSum();
    order[c] = c;
  }
  inChunks(phase.numCells, [&](int64_t from, int64_t to) NOINLINE {
    for (int64_t i = from; i < to; i++) {
      const int32_t cell = phase.cells[i];
      const int32_t c = found.count == 1 ? 0 : label[pieces.piece[pieces.elementOf(cell)]];
      count[c]++;
      volume[c].add(sixfoldVolume(mesh.coordinates, mesh.cells + 4 * int64_t{cell}) / 6);
    }
  });
  heapSort(order.data(), found.count, [&volume](int32_t a, int32_t b) {
    const double va = volume[a].value(), vb = volume[b].value();
    return va != vb ? va > vb : a < b;
  });
  Buffer<uint8_t> percolates;
  if (!percolates.allocate(3 * uint64_t(found.count))) return false;
  for (int32_t r = 0; r < found.count; r++) {
    const int32_t c = order[r];
    rank[c] = r;
    found.numCells[r] = count[c];
    found.volume[r] = volume[c].value();
    std::memcpy(percolates.data() + 3 * r, found.percolates.data() + 3 * c, 3);
  }
  found.percolates.swap(percolates);
  return true;
}

Status findComponents(const Phase& phase, int32_t* componentOfCell, Components& found) {
  PeriodicMesh& mesh = phase.mesh;
  mesh.countCorners(phase.numCells, phase.cells);
  Pieces pieces(phase);
  Crossings crossings;
  Buffer<int32_t> label, rank;
  const bool isDone = pieces.find() && findCrossings(phase, pieces, crossings) &&
                      joinPieces(crossings, pieces.count, label, found) && measure(phase, pieces, label, found, rank);
  // Of a single component nobody need write down who belongs to it.
  if (isDone && found.count > 1) {
    for (int32_t i = 0; i < phase.numCells; i++)
      componentOfCell[i] = rank[label[pieces.piece[pieces.elementOf(phase.cells[i])]]];
  }
  mesh.forgetCorners(phase.numCells, phase.cells);
  return isDone ? kOk : kOutOfMemory;
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_components_create(void* mesh, int32_t numPhaseCells, const int32_t* phaseCells, int32_t* componentOfCell,
                                void** handle) {
  *handle = nullptr;
  auto* const found = new (std::nothrow) Components;
  if (!found) return kOutOfMemory;
  const Status status =
      findComponents({*static_cast<PeriodicMesh*>(mesh), numPhaseCells, phaseCells}, componentOfCell, *found);
  if (status != kOk) {
    delete found;
    return status;
  }
  *handle = found;
  return kOk;
}

int32_t erfem_components_arrays(void* handle, void** addresses) {
  Components& found = *static_cast<Components*>(handle);
  addresses[0] = found.numCells.data();
  addresses[1] = found.volume.data();
  addresses[2] = found.percolates.data();
  return found.count;
}

void erfem_components_free(void* handle) { delete static_cast<Components*>(handle); }
