// Half-facets are gathered by their smallest node and paired by the other two in a small table, in linear time.
//
// Three of the half-facets of a cell have its smallest node for their smallest; only the fourth, opposite that node,
// needs a list of its own. In a mesh whose cells are sorted by their smallest node the other three need none at all.
#include <algorithm>

#include "chunks.h"
#include "memory.h"
#include "mesh-topology.h"
#include "minimum-size.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

/// Cells by their smallest node, and by the smallest but one.
struct CellLists {
  Buffer<int32_t> start;        // numNodes + 1
  Buffer<int32_t> cells;        // empty where the cells are sorted: then cells start[node] ... start[node + 1] - 1
  Buffer<int32_t> secondStart;  // numNodes + 1
  Buffer<int32_t> secondCells;
};

inline void findSmallest(const int32_t* nodes, int32_t& smallest, int32_t& second) {
  const int32_t a = std::min(nodes[0], nodes[1]), b = std::max(nodes[0], nodes[1]);
  const int32_t c = std::min(nodes[2], nodes[3]), d = std::max(nodes[2], nodes[3]);
  smallest = std::min(a, c);
  second = std::min(std::max(a, c), std::min(b, d));
}

Status listCells(int32_t numNodes, int32_t numCells, const int32_t* cells, CellLists& lists) {
  if (!lists.start.allocateZero(numNodes + 2u) || !lists.secondStart.allocateZero(numNodes + 2u) ||
      !lists.secondCells.allocate(numCells))
    return kOutOfMemory;
  bool inRange = true;
  bool isSorted = true;
  int32_t previous = 0;
  inChunks(numCells, [&, cells, numNodes, count = lists.start.data() + 2, secondCount = lists.secondStart.data() + 2](
                         int64_t from, int64_t to) NOINLINE {
    for (int64_t cell = from; cell < to; cell++) {
      const int32_t* nodes = cells + 4 * cell;
      for (int i = 0; i < 4; i++) inRange &= nodes[i] >= 0 && nodes[i] < numNodes;
      if (!inRange) return;
      int32_t smallest, second;
      findSmallest(nodes, smallest, second);
      isSorted &= smallest >= previous;
      previous = smallest;
      count[smallest]++;
      secondCount[second]++;
    }
  });
  if (!inRange) return kBadArgument;
  for (int32_t node = 0; node < numNodes; node++) {
    lists.start[node + 2] += lists.start[node + 1];
    lists.secondStart[node + 2] += lists.secondStart[node + 1];
  }
  if (!isSorted && !lists.cells.allocate(numCells)) return kOutOfMemory;
  inChunks(numCells, [cells, isSorted, next = lists.start.data() + 1, list = lists.cells.data(),
                      secondNext = lists.secondStart.data() + 1, secondList = lists.secondCells.data()](
                         int64_t from, int64_t to) NOINLINE {
    for (int64_t cell = from; cell < to; cell++) {
      int32_t smallest, second;
      findSmallest(cells + 4 * cell, smallest, second);
      const int32_t at = next[smallest]++;
      if (!isSorted) list[at] = static_cast<int32_t>(cell);
      secondList[secondNext[second]++] = static_cast<int32_t>(cell);
    }
  });
  return kOk;
}

/// A half-facet that waits for its partner: its other two nodes as one number, the smaller one in front, and whether
/// its three nodes in ascending order run clockwise seen from outside the cell.
struct Waiting {
  uint64_t others;
  int32_t half;
  uint32_t place;  // in the table, times 2, and the turn
};

/// The facets around one node.
struct FacetTable {
  Buffer<Waiting> waiting;
  Buffer<int32_t> places;  // index into `waiting`; stale where that entry is not there or has another place
  uint32_t mask = 0;
  int32_t count = 0;

  bool allocate(uint64_t mostFacets) {
    uint64_t size = 64;
    while (size < 2 * mostFacets) size *= 2;
    mask = static_cast<uint32_t>(size - 1);
    return waiting.allocate(mostFacets + 1) && places.allocateZero(size);
  }

  /// The entry of the facet, a new one (half = -1) where there is none.
  Waiting& find(uint64_t others) {
    uint32_t place = static_cast<uint32_t>((others * UINT64_C(0x9e3779b97f4a7c15)) >> 40) & mask;
    for (;; place = (place + 1) & mask) {
      const int32_t index = places[place];
      if ((index >= count) | (waiting[index].place >> 1 != place)) {
        places[place] = count;
        waiting[count] = {others, -1, place << 1};
        return waiting[count++];
      }
      if (waiting[index].others == others) return waiting[index];
    }
  }
};

/// A cell with its nodes in ascending order.
struct SortedCell {
  int64_t cell;
  uint64_t nodes[4];  // 4 node + local number
  uint32_t isTurned;  // 1 where an odd number of exchanges leads to this order

  inline SortedCell(const int32_t* cells, int32_t number) : cell(number), isTurned(0) {
    for (int i = 0; i < 4; i++) nodes[i] = static_cast<uint64_t>(cells[4 * cell + i]) << 2 | static_cast<uint64_t>(i);
    order(0, 1);
    order(2, 3);
    order(0, 2);
    order(1, 3);
    order(1, 2);
  }

 private:
  inline void order(int i, int j) {
    const uint64_t a = nodes[i], b = nodes[j];
    const bool exchange = a > b;
    nodes[i] = exchange ? b : a;
    nodes[j] = exchange ? a : b;
    isTurned ^= static_cast<uint32_t>(exchange);
  }
};

struct Pairing {
  int32_t* partner;
  int32_t* conflict;
  FacetTable table;

  /// Pairs the half-facet opposite place m of a cell with the one that waits for it, or lets it wait; false at a
  /// conflict. b < c: the nodes of the half-facet but the smallest.
  inline bool add(const SortedCell& cell, int m, int b, int c) {
    // The sorted nodes but one run clockwise for every other one.
    const uint32_t turn = (static_cast<uint32_t>(m) ^ cell.isTurned) & 1;
    const auto half = static_cast<int32_t>(4 * cell.cell + (cell.nodes[m] & 3));
    Waiting& other = table.find(cell.nodes[b] >> 2 << 32 | cell.nodes[c] >> 2);
    if (other.half < 0) {
      other.half = half;
      other.place |= turn;
      partner[half] = -1;
      return true;
    }
    if (partner[other.half] >= 0 || (other.place & 1) == turn) {
      conflict[0] = half;
      conflict[1] = other.half;
      conflict[2] = partner[other.half];
      return false;
    }
    partner[half] = other.half;
    partner[other.half] = half;
    return true;
  }
};

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_pair_facets(int32_t numNodes, int32_t numCells, const int32_t* cells, int32_t* partner,
                          int32_t* conflict) {
  conflict[0] = -1;
  CellLists lists;
  if (const Status status = listCells(numNodes, numCells, cells, lists); status != kOk) return status;
  int64_t most = 0;
  for (int32_t node = 0; node < numNodes; node++) {
    const int64_t own = lists.start[node + 1] - lists.start[node];
    most = std::max(most, 3 * own + lists.secondStart[node + 1] - lists.secondStart[node]);
  }
  Pairing pairing = {partner, conflict, {}};
  if (!pairing.table.allocate(static_cast<uint64_t>(most))) return kOutOfMemory;
  bool isPaired = true;
  inChunks(numNodes, [&](int64_t from, int64_t to) NOINLINE {
    for (int32_t node = static_cast<int32_t>(from); node < to && isPaired; node++) {
      pairing.table.count = 0;
      for (int32_t at = lists.secondStart[node]; at < lists.secondStart[node + 1] && isPaired; at++) {
        isPaired = pairing.add(SortedCell(cells, lists.secondCells[at]), 0, 2, 3);
      }
      for (int32_t at = lists.start[node]; at < lists.start[node + 1] && isPaired; at++) {
        const SortedCell cell(cells, lists.cells.size() > 0 ? lists.cells[at] : at);
        isPaired = pairing.add(cell, 1, 2, 3) && pairing.add(cell, 2, 1, 3) && pairing.add(cell, 3, 1, 2);
      }
    }
  });
  return isPaired ? kOk : kBadArgument;
}

ERFEM_END_OF_MINIMUM_SIZE
