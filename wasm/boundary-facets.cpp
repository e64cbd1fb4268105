// Every facet counts for its smallest node: by a hash of its nodes, with the sign of the side it is seen from. What the
// two cells of a facet count adds up to zero, so that nearly all nodes end with zero, and only the facets of the others
// are looked up in a table. A facet of three cells or of two on its same side leaves more than zero as well.
#include "boundary-facets.h"

#include <algorithm>
#include <new>

#include "chunks.h"
#include "facet-table.h"
#include "periodic-mesh.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

struct BoundaryFacets {
  int32_t count = 0;
  Buffer<int32_t> halves;
};

/// 64 bits that look like chance.
inline uint64_t mix(uint64_t x) {
  x ^= x >> 32;
  x *= UINT64_C(0xd6e8feb86659fd93);
  return x ^ x >> 32;
}

inline uint64_t hashNode(int32_t node) { return mix((uint64_t(uint32_t(node)) + 1) * UINT64_C(0x9e3779b97f4a7c15)); }

/// 1 where an odd number of exchanges sorts the nodes of a half-facet, seen from outside its cell.
inline int turnOf(const int32_t* cells, int32_t half) {
  const int32_t a = facetNode(cells, half, 0), b = facetNode(cells, half, 1), c = facetNode(cells, half, 2);
  return (half & 1) ^ (a > b) ^ (a > c) ^ (b > c);
}

/// What is left at every node; false for a node out of range.
bool countFacets(int32_t numNodes, int32_t numCells, const int32_t* cells, uint64_t* left) {
  bool inRange = true;
  inChunks(numCells, [=, &inRange](int64_t from, int64_t to) NOINLINE {
    bool isInRange = inRange;
    for (int64_t cell = from; cell < to && isInRange; cell++) {
      const int32_t* const n = cells + 4 * cell;
      for (int i = 0; i < 4; i++) isInRange &= n[i] >= 0 && n[i] < numNodes;
      if (!isInRange) break;
      const uint64_t m[4] = {hashNode(n[0]), hashNode(n[1]), hashNode(n[2]), hashNode(n[3])};
      const uint64_t all = m[0] + m[1] + m[2] + m[3];
      const uint32_t a = n[0] > n[1], b = n[0] > n[2], c = n[0] > n[3];
      const uint32_t d = n[1] > n[2], e = n[1] > n[3], f = n[2] > n[3];
      const uint32_t turns[4] = {d ^ e ^ f, 1 ^ b ^ c ^ f, a ^ c ^ e, 1 ^ a ^ b ^ d};
      const int32_t low01 = std::min(n[0], n[1]), low23 = std::min(n[2], n[3]);
      const int32_t lowest[4] = {std::min(n[1], low23), std::min(n[0], low23), std::min(low01, n[3]),
                                 std::min(low01, n[2])};
      for (int i = 0; i < 4; i++) {
        // Mixed again: around a ring of facets the sums of their nodes would cancel one another.
        const uint64_t own = mix(all - m[i]);
        const uint64_t negative = UINT64_C(0) - turns[i];
        left[lowest[i]] += (own ^ negative) - negative;
      }
    }
    inRange = isInRange;
  });
  return inRange;
}

/// The half-facets whose smallest node has something left, ascending.
bool listSuspects(int32_t numCells, const int32_t* cells, const uint64_t* left, Buffer<int32_t>& list) {
  int64_t count = 0;
  for (int pass = 0; pass < 2; pass++) {
    if (pass == 1 && !list.allocate(uint64_t(count))) return false;
    count = 0;
    inChunks(numCells, [=, &count, &list](int64_t from, int64_t to) NOINLINE {
      int64_t found = count;
      for (int64_t cell = from; cell < to; cell++) {
        const int32_t* const n = cells + 4 * cell;
        if ((left[n[0]] | left[n[1]] | left[n[2]] | left[n[3]]) == 0) continue;
        for (int i = 0; i < 4; i++) {
          const auto half = static_cast<int32_t>(4 * cell + i);
          const int32_t lowest =
              std::min({facetNode(cells, half, 0), facetNode(cells, half, 1), facetNode(cells, half, 2)});
          if (left[lowest] == 0) continue;
          if (pass == 1) list[std::size_t(found)] = half;
          found++;
        }
      }
      count = found;
    });
  }
  list.shrink(uint64_t(count));
  return true;
}

/// Pairs the suspects: what stays without a partner is on the boundary.
Status pairSuspects(const int32_t* cells, const Buffer<int32_t>& suspects, int32_t count, int32_t* conflict,
                    BoundaryFacets& found) {
  FacetTable table;
  Buffer<int32_t> partner;  // index of a suspect, -1
  if (!table.allocate(uint64_t(count) / 2 + 1) || !partner.allocate(uint64_t(count))) return kOutOfMemory;
  int32_t numPaired = 0;
  for (int32_t i = 0; i < count; i++) {
    const int32_t half = suspects[i];
    partner[i] = -1;
    int32_t* const first = table.add(facetNode(cells, half, 0), facetNode(cells, half, 1), facetNode(cells, half, 2));
    if (!first) return kOutOfMemory;
    if (*first < 0) {
      *first = i;
      continue;
    }
    const int32_t other = *first;
    if (partner[other] >= 0 || turnOf(cells, half) == turnOf(cells, suspects[other])) {
      conflict[0] = half;
      conflict[1] = suspects[other];
      conflict[2] = partner[other] >= 0 ? suspects[partner[other]] : -1;
      return kBadArgument;
    }
    partner[i] = other;
    partner[other] = i;
    numPaired += 2;
  }
  if (!found.halves.allocate(uint64_t(count - numPaired))) return kOutOfMemory;
  for (int32_t i = 0; i < count; i++) {
    if (partner[i] < 0) found.halves[found.count++] = suspects[i];
  }
  return kOk;
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_boundary_create(int32_t numNodes, int32_t numCells, const int32_t* cells, int32_t* conflict,
                              void** handle) {
  conflict[0] = -1;
  *handle = nullptr;
  Buffer<uint64_t> left;
  Buffer<int32_t> suspects;
  if (!left.allocateZero(uint64_t(numNodes))) return kOutOfMemory;
  if (!countFacets(numNodes, numCells, cells, left.data())) return kBadArgument;
  if (!listSuspects(numCells, cells, left.data(), suspects)) return kOutOfMemory;
  left.reset();
  auto* const found = new (std::nothrow) BoundaryFacets;
  if (!found) return kOutOfMemory;
  const Status status = pairSuspects(cells, suspects, static_cast<int32_t>(suspects.size()), conflict, *found);
  if (status != kOk) {
    delete found;
    return status;
  }
  *handle = found;
  return kOk;
}

int32_t erfem_boundary_arrays(void* handle, void** addresses) {
  BoundaryFacets& found = *static_cast<BoundaryFacets*>(handle);
  addresses[0] = found.halves.data();
  return found.count;
}

void erfem_boundary_free(void* handle) { delete static_cast<BoundaryFacets*>(handle); }
