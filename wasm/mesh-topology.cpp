// The order of a mesh. The curve: G. M. Morton, "A computer oriented geodetic data base and a new technique in file
// sequencing" (1966).
#include "mesh-topology.h"

#include <algorithm>

#include "chunks.h"
#include "memory.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

constexpr int kBits = 10;          // of a box number: 2^10 boxes along the longest edge
constexpr int kDigit = 10;         // bits of a radix sort's digit

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

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_order_mesh(int32_t numNodes, const double* coordinates, int32_t numCells, int32_t* cells,
                         int32_t* oldNode, int32_t* oldCell, int32_t* ordered) {
  Buffer<uint32_t> keys;
  if (!mortonKeys(numNodes, coordinates, keys) || !sortByKey(keys, oldNode)) return kOutOfMemory;
  keys.reset();
  Buffer<int32_t> newNode, start;
  if (!newNode.allocate(numNodes) || !start.allocateZero(numNodes + 1u)) return kOutOfMemory;
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
  inChunks(numCells, [=, next = start.data()](int64_t first, int64_t last) NOINLINE {
    for (int64_t cell = first; cell < last; cell++) {
      const int32_t* nodes = cells + 4 * cell;
      const int32_t target = next[smallest(nodes)]++;
      oldCell[target] = static_cast<int32_t>(cell);
      std::memcpy(ordered + 4 * int64_t{target}, nodes, 4 * sizeof(int32_t));
    }
  });
  return kOk;
}
