// Linear-time passes over the cells. Half-facets are sorted into buckets by their smallest node and paired inside a
// bucket, where a handful wait at any time; crowded buckets are sorted, so that no mesh takes quadratic time.
// The curve: G. M. Morton, "A computer oriented geodetic data base and a new technique in file sequencing" (1966).
#include "mesh-topology.h"

#include <algorithm>

#include "chunks.h"
#include "memory.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

constexpr int kBits = 10;          // of a box number: 2^10 boxes along the longest edge
constexpr int kDigit = 10;         // bits of a radix sort's digit
constexpr int kSearched = 256;     // longest bucket that is searched

/// 00abc -> a00b00c.
uint32_t spreadBits(uint32_t box) {
  box = (box | box << 16) & 0x030000ffu;
  box = (box | box << 8) & 0x0300f00fu;
  box = (box | box << 4) & 0x030c30c3u;
  return (box | box << 2) & 0x09249249u;
}

bool mortonKeys(int32_t numNodes, const double* x, Buffer<uint32_t>& keys) {
  if (!keys.allocate(numNodes)) return false;
  double low[3] = {0, 0, 0}, high[3] = {0, 0, 0};
  for (int32_t node = 0; node < numNodes; node++) {
    for (int k = 0; k < 3; k++) {
      const double c = x[3 * int64_t{node} + k];
      if (node == 0 || c < low[k]) low[k] = c;
      if (node == 0 || c > high[k]) high[k] = c;
    }
  }
  const double edge = std::max({high[0] - low[0], high[1] - low[1], high[2] - low[2]});
  const double scale = edge > 0 ? (1 << kBits) / edge : 0;
  const auto box = [&](double c, int k) {
    return spreadBits(std::min(static_cast<uint32_t>((c - low[k]) * scale), (1u << kBits) - 1));
  };
  uint32_t* const out = keys.data();
  inChunks(numNodes, [&](int64_t first, int64_t last) NOINLINE {
    for (int64_t node = first; node < last; node++) {
      const double* p = x + 3 * node;
      out[node] = box(p[0], 0) | box(p[1], 1) << 1 | box(p[2], 2) << 2;
    }
  });
  return true;
}

/// order: indices by ascending key, equal keys in their old order.
bool sortByKey(const Buffer<uint32_t>& keys, int32_t* order) {
  const int32_t n = static_cast<int32_t>(keys.size());
  Buffer<int32_t> other;
  if (!other.allocate(n)) return false;
  int32_t* from = other.data();
  int32_t* to = order;
  for (int32_t i = 0; i < n; i++) from[i] = i;
  constexpr uint32_t mask = (1u << kDigit) - 1;
  for (int shift = 0; shift < 3 * kBits; shift += kDigit) {
    int32_t start[(1 << kDigit) + 1] = {0};
    for (int32_t i = 0; i < n; i++) start[(keys[i] >> shift & mask) + 1]++;
    for (uint32_t digit = 0; digit < mask; digit++) start[digit + 1] += start[digit];
    for (int32_t i = 0; i < n; i++) to[start[keys[from[i]] >> shift & mask]++] = from[i];
    std::swap(from, to);
  }
  // Three digits: the last pass wrote to `order`.
  static_assert(3 * kBits / kDigit % 2 == 1);
  return true;
}

inline int32_t smallest(const int32_t* nodes) {
  return std::min(std::min(nodes[0], nodes[1]), std::min(nodes[2], nodes[3]));
}

/// Smallest node of half-facet i of a cell, its other two as one number, the smaller one in front, and whether these
/// three run clockwise seen from outside the cell.
struct FacetNodes {
  int32_t first;
  int32_t isClockwise;
  uint64_t others;
};

inline FacetNodes facetNodes(const int32_t* nodes, int i) {
  int32_t a = nodes[i == 0 ? 1 : 0];
  int32_t b = nodes[i <= 1 ? 2 : 1];
  int32_t c = nodes[i <= 2 ? 3 : 2];
  // Nodes (1,2,3), (0,3,2), (0,1,3), (0,2,1) run counter-clockwise; each exchange turns them.
  int32_t isClockwise = i & 1;
  const auto order = [&isClockwise](int32_t& p, int32_t& q) {
    const bool exchange = p > q;
    const int32_t low = exchange ? q : p;
    q = exchange ? p : q;
    p = low;
    isClockwise ^= static_cast<int32_t>(exchange);
  };
  order(a, b);
  order(b, c);
  order(a, b);
  return {a, isClockwise, static_cast<uint64_t>(static_cast<uint32_t>(b)) << 32 | static_cast<uint32_t>(c)};
}

struct Entry {
  uint64_t others;
  int32_t half;
  int32_t isClockwise;
};

struct Conflict {
  int32_t* halves;

  bool join(const Entry& entry, const Entry& other, int32_t* partner) const {
    if (partner[other.half] >= 0 || entry.isClockwise == other.isClockwise) {
      halves[0] = entry.half;
      halves[1] = other.half;
      halves[2] = partner[other.half];
      return false;
    }
    partner[entry.half] = other.half;
    partner[other.half] = entry.half;
    return true;
  }
};

/// Pairs the entries of a bucket; false at a conflict.
bool pairBucket(Entry* entries, int32_t count, int32_t* partner, const Conflict& conflict) {
  if (count > kSearched) {
    std::sort(entries, entries + count, [](const Entry& a, const Entry& b) {
      return a.others != b.others ? a.others < b.others : a.half < b.half;
    });
    for (int32_t e = 1; e < count; e++) {
      if (entries[e].others == entries[e - 1].others && !conflict.join(entries[e], entries[e - 1], partner))
        return false;
    }
    return true;
  }
  int32_t different = 0;  // entries[0 ... different): one of each facet met so far
  for (int32_t e = 0; e < count; e++) {
    const Entry entry = entries[e];
    int32_t found = 0;
    while (found < different && entries[found].others != entry.others) found++;
    if (found == different) entries[different++] = entry;
    else if (!conflict.join(entry, entries[found], partner)) return false;
  }
  return true;
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_order_mesh(int32_t numNodes, const double* coordinates, int32_t numCells, int32_t* cells,
                         int32_t* oldNode, int32_t* oldCell) {
  Buffer<uint32_t> keys;
  if (!mortonKeys(numNodes, coordinates, keys) || !sortByKey(keys, oldNode)) return kOutOfMemory;
  Buffer<int32_t> newNode, start, ordered;
  if (!newNode.allocate(numNodes) || !start.allocateZero(numNodes + 1u) ||
      !ordered.allocate(4 * uint64_t(numCells)))
    return kOutOfMemory;
  for (int32_t node = 0; node < numNodes; node++) newNode[oldNode[node]] = node;
  bool inRange = true;
  inChunks(numCells, [&inRange, cells, numNodes, number = newNode.data(), count = start.data() + 1](
                         int64_t first, int64_t last) NOINLINE {
    for (int64_t cell = first; cell < last; cell++) {
      int32_t* nodes = cells + 4 * cell;
      for (int i = 0; i < 4; i++) {
        if (nodes[i] < 0 || nodes[i] >= numNodes) {
          inRange = false;
          return;
        }
        nodes[i] = number[nodes[i]];
      }
      count[smallest(nodes)]++;
    }
  });
  if (!inRange) return kBadArgument;
  for (int32_t node = 0; node < numNodes; node++) start[node + 1] += start[node];
  inChunks(numCells, [=, next = start.data(), out = ordered.data()](int64_t first, int64_t last) NOINLINE {
    for (int64_t cell = first; cell < last; cell++) {
      const int32_t* nodes = cells + 4 * cell;
      const int32_t target = next[smallest(nodes)]++;
      oldCell[target] = static_cast<int32_t>(cell);
      std::memcpy(out + 4 * int64_t{target}, nodes, 4 * sizeof(int32_t));
    }
  });
  std::memcpy(cells, ordered.data(), 4 * sizeof(int32_t) * static_cast<std::size_t>(numCells));
  return kOk;
}

int32_t erfem_pair_facets(int32_t numNodes, int32_t numCells, const int32_t* cells, int32_t* partner,
                          int32_t* conflict) {
  conflict[0] = -1;
  const int64_t numHalves = 4 * int64_t{numCells};
  Buffer<int32_t> start, halves;
  Buffer<Entry> bucket;
  if (!start.allocateZero(numNodes + 2u) || !halves.allocate(numHalves)) return kOutOfMemory;
  bool inRange = true;
  inChunks(numCells, [&inRange, cells, numNodes, count = start.data() + 2](int64_t first, int64_t last) NOINLINE {
    for (int64_t cell = first; cell < last; cell++) {
      const int32_t* nodes = cells + 4 * cell;
      for (int i = 0; i < 4; i++) inRange &= nodes[i] >= 0 && nodes[i] < numNodes;
      if (!inRange) return;
      for (int i = 0; i < 4; i++) count[facetNodes(nodes, i).first]++;
    }
  });
  if (!inRange) return kBadArgument;
  int32_t longest = 0;
  for (int32_t node = 0; node < numNodes; node++) {
    longest = std::max(longest, start[node + 2]);
    start[node + 2] += start[node + 1];
  }
  inChunks(numCells, [=, next = start.data() + 1, out = halves.data()](int64_t first, int64_t last) NOINLINE {
    for (int64_t cell = first; cell < last; cell++) {
      for (int i = 0; i < 4; i++) {
        const int32_t half = static_cast<int32_t>(4 * cell + i);
        out[next[facetNodes(cells + 4 * cell, i).first]++] = half;
        partner[half] = -1;
      }
    }
  });
  if (!bucket.allocate(static_cast<uint64_t>(longest) + 1)) return kOutOfMemory;
  bool isPaired = true;
  inChunks(numNodes, [=, &isPaired, starts = start.data(), in = halves.data(), entries = bucket.data()](
                         int64_t first, int64_t last) NOINLINE {
    for (int64_t node = first; node < last && isPaired; node++) {
      int32_t count = 0;
      for (int32_t at = starts[node]; at < starts[node + 1]; at++) {
        const int32_t half = in[at];
        const FacetNodes nodes = facetNodes(cells + (half & ~3), half & 3);
        entries[count++] = {nodes.others, half, nodes.isClockwise};
      }
      isPaired = pairBucket(entries, count, partner, {conflict});
    }
  });
  return isPaired ? kOk : kBadArgument;
}
