// What a reader of mesh files asks of millions of tetrahedra while their bytes are still in the cache: decode them, mark
// their nodes, and pick out the few that the caller must look at closely.
#include <algorithm>
#include <cmath>

#include "memory.h"

namespace erfem {
namespace {

/// |det(x1 - x0, x2 - x0, x3 - x0)| <= kFlatness L^3 with the longest edge L at x0: the caller calls such a cell flat.
constexpr double kFlatness = 1e-14;

/// Cells that are looked at together.
constexpr int32_t kBatch = 64;

/// Half a cache line: what is asked of a node comes with one access.
struct Node {
  double x[3];
  /// A Bloom filter of the cells whose second smallest node this is: they are spread more evenly than by the smallest.
  uint64_t seen;
};

struct CellReader {
  Buffer<Node> nodes;
  Buffer<uint8_t> isUsed;
  double largestFlat = 0;  // no cell whose determinant is above this is flat
};

/// A bound of the determinant of flat cells: no edge is longer than the diagonal of the bounding box.
double boundFlat(const Buffer<Node>& nodes) {
  double square = 0;
  for (int k = 0; k < 3; k++) {
    double low = nodes[0].x[k], high = low;
    for (std::size_t node = 0; node < nodes.size(); node++) {
      low = std::min(low, nodes[node].x[k]);
      high = std::max(high, nodes[node].x[k]);
    }
    square += (high - low) * (high - low);
  }
  constexpr double safety = 2;  // for the rounding of both bounds
  return safety * kFlatness * square * std::sqrt(square);
}

/// det(b - a, c - a, d - a), rounded as the caller's.
inline double determinant(const double* a, const double* b, const double* c, const double* d) {
  const double px = b[0] - a[0], py = b[1] - a[1], pz = b[2] - a[2];
  const double qx = c[0] - a[0], qy = c[1] - a[1], qz = c[2] - a[2];
  const double rx = d[0] - a[0], ry = d[1] - a[1], rz = d[2] - a[2];
  return px * (qy * rz - qz * ry) + py * (qz * rx - qx * rz) + pz * (qx * ry - qy * rx);
}

/// Three of 64 bits, the same for all orders of the nodes.
inline uint64_t filterBits(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  const uint32_t hash = (a ^ b ^ c ^ d) * 0x9e3779b1u ^ (a + b + c + d) * 0x85ebca6bu;
  return uint64_t{1} << (hash >> 26) | uint64_t{1} << (hash >> 20 & 63) | uint64_t{1} << (hash >> 14 & 63);
}

inline uint32_t secondSmallest(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return std::min(std::max(std::min(a, b), std::min(c, d)), std::min(std::max(a, b), std::max(c, d)));
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_cells_create(int32_t numNodes, const double* coordinates, void** handle) {
  *handle = nullptr;
  if (numNodes < 1) return kBadArgument;
  CellReader* const reader = new (std::nothrow) CellReader;
  if (!reader || !reader->nodes.allocate(numNodes) || !reader->isUsed.allocateZero(numNodes)) {
    delete reader;
    return kOutOfMemory;
  }
  for (int64_t node = 0; node < numNodes; node++) {
    const double* const x = coordinates + 3 * node;
    reader->nodes[node] = {{x[0], x[1], x[2]}, 0};
  }
  reader->largestFlat = boundFlat(reader->nodes);
  *handle = reader;
  return kOk;
}

int32_t erfem_cells_decode(const uint64_t* records, int32_t stride, int32_t count, double firstTag, int32_t span,
                           const int32_t* table, int32_t* cells, double* tags, int32_t* isRun) {
  constexpr uint64_t largestTag = (UINT64_C(1) << 53) - 1;
  const uint64_t first = static_cast<uint64_t>(firstTag);
  *isRun = 1;
  for (int32_t i = 0; i < count; i++) {
    const uint64_t* const record = records + int64_t{i} * stride;
    if (record[0] > largestTag) return i;
    tags[i] = static_cast<double>(record[0]);
    for (int corner = 0; corner < 4; corner++) {
      const uint64_t at = record[1 + corner] - first;
      if (at >= static_cast<uint32_t>(span)) return i;
      const int32_t node = table ? table[at] - 1 : static_cast<int32_t>(at);
      if (node < 0) return i;
      cells[4 * i + corner] = node;
    }
    *isRun &= record[0] == records[0] + static_cast<uint64_t>(i);
  }
  return count;
}

int32_t erfem_cells_check(void* handle, const int32_t* cells, int32_t count, int32_t* doubtful, int32_t* repeated,
                          int32_t* numFound) {
  CellReader& reader = *static_cast<CellReader*>(handle);
  Node* const nodes = reader.nodes.data();
  uint8_t* const isUsed = reader.isUsed.data();
  const uint32_t numNodes = static_cast<uint32_t>(reader.nodes.size());
  const double largestFlat = reader.largestFlat;
  int32_t numDoubtful = 0, numRepeated = 0;
  for (int32_t first = 0; first < count; first += kBatch) {
    const int32_t last = std::min(first + kBatch, count);
    uint32_t largest = 0;
    for (int64_t i = 4 * int64_t{first}; i < 4 * int64_t{last}; i++) {
      largest = std::max(largest, static_cast<uint32_t>(cells[i]));
    }
    if (largest >= numNodes) return kBadArgument;
    // Fetches the nodes of many cells at once: the loop below is too long for the processor to look ahead.
    uint64_t fetched = 0;
    for (int64_t i = 4 * int64_t{first}; i < 4 * int64_t{last}; i++) fetched |= nodes[cells[i]].seen;
    asm volatile("" : : "r"(fetched));
    for (int32_t cell = first; cell < last; cell++) {
      const int32_t* const corners = cells + 4 * int64_t{cell};
      const uint32_t a = corners[0], b = corners[1], c = corners[2], d = corners[3];
      doubtful[numDoubtful] = cell;
      numDoubtful += !(determinant(nodes[a].x, nodes[b].x, nodes[c].x, nodes[d].x) > largestFlat);
      uint64_t& seen = nodes[secondSmallest(a, b, c, d)].seen;
      const uint64_t bits = filterBits(a, b, c, d);
      repeated[numRepeated] = cell;
      numRepeated += (seen & bits) == bits;
      seen |= bits;
      isUsed[a] = isUsed[b] = isUsed[c] = isUsed[d] = 1;
    }
  }
  numFound[0] = numDoubtful;
  numFound[1] = numRepeated;
  return kOk;
}

int32_t erfem_cells_used(void* handle, uint8_t* isUsed) {
  const CellReader& reader = *static_cast<CellReader*>(handle);
  const std::size_t numNodes = reader.isUsed.size();
  std::memcpy(isUsed, reader.isUsed.data(), numNodes);
  int32_t numUsed = 0;
  for (std::size_t node = 0; node < numNodes; node++) numUsed += isUsed[node];
  return numUsed;
}

int32_t erfem_cells_match(const int32_t* cells, int32_t count, const uint32_t* marks, int32_t shift, int32_t* matching) {
  int32_t numMatching = 0;
  for (int32_t cell = 0; cell < count; cell++) {
    const int32_t* const corners = cells + 4 * int64_t{cell};
    const uint32_t a = corners[0], b = corners[1], c = corners[2], d = corners[3];
    const uint32_t sum = ((a + b + c + d) * 0x9e3779b1u) >> shift;
    const uint32_t squares = ((a * a + b * b + c * c + d * d) * 0x85ebca6bu) >> shift;
    matching[numMatching] = cell;
    numMatching += static_cast<int32_t>(marks[sum >> 5] >> (sum & 31) & marks[squares >> 5] >> (squares & 31) & 1);
  }
  return numMatching;
}

void erfem_cells_free(void* handle) { delete static_cast<CellReader*>(handle); }
