// Inside Y cells are joined by a union-find. The pieces found are the nodes of a small graph whose edges are the facets
// across the wrap: a search through it gives every piece a winding number, the lattice translation passed on the way to
// it, and an edge that closes a loop with a different winding number shows a percolating path.
#include "components.h"

#include <new>

#include "cell-geometry.h"
#include "chunks.h"
#include "compensated-sum.h"
#include "disjoint-sets.h"
#include "heap-sort.h"
#include "periodic-mesh.h"

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

/// Numbers the pieces of a phase that are connected inside Y: mesh.cellIndex receives those of its cells.
int32_t findPieces(const Phase& phase) {
  PeriodicMesh& mesh = phase.mesh;
  // First the parent of each cell, a cell of the phase; a root is the smallest of its set.
  int32_t* const parent = mesh.cellIndex.data();
  for (int32_t i = 0; i < phase.numCells; i++) parent[phase.cells[i]] = phase.cells[i];
  inChunks(phase.numCells, [parent, phaseCells = phase.cells, partner = mesh.partner, wrap = mesh.wrap](
                               int64_t from, int64_t to) NOINLINE {
    for (int64_t i = from; i < to; i++) {
      const int32_t cell = phaseCells[i];
      for (int32_t half = 4 * cell; half < 4 * cell + 4; half++) {
        const int32_t other = partner[half];
        if (other > half && wrap[half] == 0 && parent[other >> 2] >= 0) joinSets(parent, cell, other >> 2);
      }
    }
  });
  int32_t numPieces = 0;
  inChunks(phase.numCells, [=, phaseCells = phase.cells, &numPieces](int64_t from, int64_t to) NOINLINE {
    for (int64_t i = from; i < to; i++) {
      // Parents are smaller than their children, so that they hold the number of their piece by now.
      int32_t& place = parent[phaseCells[i]];
      place = place == phaseCells[i] ? numPieces++ : parent[place];
    }
  });
  return numPieces;
}

/// The facets across the wrap, as edges between pieces, in both directions.
struct Crossings {
  Buffer<int32_t> start;  // numPieces + 1
  Buffer<int32_t> other;  // piece on the other side
  Buffer<int8_t> wrap;
};

bool findCrossings(const Phase& phase, int32_t numPieces, Crossings& crossings) {
  const PeriodicMesh& mesh = phase.mesh;
  const int32_t* const pieceOfCell = mesh.cellIndex.data();
  if (!crossings.start.allocateZero(numPieces + 2u)) return false;
  const auto visit = [&](auto act) {
    inChunks(phase.numCells, [&](int64_t from, int64_t to) NOINLINE {
      for (int64_t i = from; i < to; i++) {
        const int32_t first = 4 * phase.cells[i];
        uint32_t wraps;
        std::memcpy(&wraps, mesh.wrap + first, 4);
        if (wraps == 0) continue;
        for (int32_t half = first; half < first + 4; half++) {
          if (mesh.wrap[half] == 0) continue;
          const int32_t other = pieceOfCell[mesh.partner[half] >> 2];
          if (other >= 0) act(pieceOfCell[first >> 2], other, mesh.wrap[half]);
        }
      }
    });
  };
  visit([&](int32_t piece, int32_t, int8_t) { crossings.start[piece + 2]++; });
  for (int32_t p = 0; p < numPieces; p++) crossings.start[p + 2] += crossings.start[p + 1];
  const auto numEdges = static_cast<uint64_t>(crossings.start[numPieces + 1]);
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
bool measure(const Phase& phase, const Buffer<int32_t>& label, Components& found, Buffer<int32_t>& rank) {
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
      const int32_t c = label[mesh.cellIndex[cell]];
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
  const int32_t numPieces = findPieces(phase);
  Crossings crossings;
  Buffer<int32_t> label, rank;
  const bool isDone = findCrossings(phase, numPieces, crossings) && joinPieces(crossings, numPieces, label, found) &&
                      measure(phase, label, found, rank);
  // Of a single component nobody need write down who belongs to it.
  if (found.count == 1) componentOfCell = nullptr;
  for (int32_t i = 0; i < phase.numCells; i++) {
    int32_t& piece = mesh.cellIndex[phase.cells[i]];
    if (isDone && componentOfCell) componentOfCell[i] = rank[label[piece]];
    piece = -1;
  }
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
