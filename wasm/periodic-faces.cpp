// Nodes are found in a grid of boxes, facets in a table by their nodes. The same as src/mesh/periodic-matching.ts does,
// which tells the user what is wrong where something does not pair.
#include "periodic-faces.h"

#include <algorithm>
#include <cmath>

#include "disjoint-sets.h"
#include "facet-table.h"
#include "memory.h"
#include "periodic-mesh.h"
#include "minimum-size.h"

namespace erfem {
namespace {

uint32_t tableSize(int32_t count) {
  uint32_t size = 16;
  while (size < 2 * uint32_t(count)) size *= 2;
  return size;
}

double squaredDistance(const double* a, const double* b) {
  const double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
  return x * x + y * y + z * z;
}

/// Some nodes by the boxes of a grid; those of equal hash form a chain.
class NodeGrid {
 public:
  /// The grid over `count` nodes, at least one. `distance`: of the searches.
  bool build(const double* coordinates, const int32_t* nodes, int32_t count, double distance) {
    constexpr double kMostBoxes = 1 << 20;  // along an axis: box numbers are exact
    coordinates_ = coordinates;
    nodes_ = nodes;
    double extent[3];
    for (int k = 0; k < 3; k++) {
      double low = INFINITY, high = -INFINITY;
      for (int32_t i = 0; i < count; i++) {
        const double x = coordinates[3 * int64_t{nodes[i]} + k];
        low = std::min(low, x);
        high = std::max(high, x);
      }
      origin_[k] = low;
      extent[k] = high - low;
    }
    // About the distance between the nodes of a face.
    const double longest = std::max({extent[0], extent[1], extent[2]});
    const double shortest = std::min({extent[0], extent[1], extent[2]});
    const double middle = extent[0] + extent[1] + extent[2] - longest - shortest;
    edge_ = std::max({4 * distance, std::sqrt(longest * std::max(middle, 0.0) / count), longest / (kMostBoxes - 1)});
    if (!(edge_ > 0)) edge_ = 1;
    const uint32_t size = tableSize(count);
    mask_ = size - 1;
    if (!heads_.allocate(size) || !next_.allocate(count)) return false;
    for (uint32_t slot = 0; slot < size; slot++) heads_[slot] = -1;
    for (int32_t entry = 0; entry < count; entry++) {
      const double* const x = coordinates + 3 * int64_t{nodes[entry]};
      int32_t& head = heads_[hash(box(x[0], 0), box(x[1], 1), box(x[2], 2))];
      next_[entry] = head;
      head = entry;
    }
    return true;
  }

  /// The node nearest to a point of those at most `distance` away, the smallest among equals; -1 where there is none.
  int32_t findNearest(const double* point, double distance, double& square) const {
    int64_t from[3], to[3];
    for (int k = 0; k < 3; k++) {
      from[k] = box(point[k] - distance, k);
      to[k] = box(point[k] + distance, k);
    }
    int32_t best = -1;
    square = distance * distance;
    for (int64_t a = from[0]; a <= to[0]; a++) {
      for (int64_t b = from[1]; b <= to[1]; b++) {
        for (int64_t c = from[2]; c <= to[2]; c++) {
          for (int32_t entry = heads_[hash(a, b, c)]; entry >= 0; entry = next_[entry]) {
            const int32_t node = nodes_[entry];
            const double candidate = squaredDistance(coordinates_ + 3 * int64_t{node}, point);
            if (candidate > square || (candidate == square && best >= 0 && node > best)) continue;
            best = node;
            square = candidate;
          }
        }
      }
    }
    return best;
  }

 private:
  int64_t box(double x, int k) const { return static_cast<int64_t>(std::floor((x - origin_[k]) / edge_)); }

  uint32_t hash(int64_t a, int64_t b, int64_t c) const {
    return (uint32_t(a) * 73856093u ^ uint32_t(b) * 19349663u ^ uint32_t(c) * 83492791u) & mask_;
  }

  const double* coordinates_ = nullptr;
  const int32_t* nodes_ = nullptr;
  double origin_[3] = {0, 0, 0};
  double edge_ = 1;
  uint32_t mask_ = 0;
  Buffer<int32_t> heads_, next_;
};

/// Those of some items with a bit set; their places where `items` is null.
bool select(const int32_t* items, const uint8_t* sides, int32_t count, int bit, Buffer<int32_t>& selected,
            int32_t& numSelected) {
  numSelected = 0;
  for (int32_t i = 0; i < count; i++) numSelected += sides[i] >> bit & 1;
  if (!selected.allocate(numSelected)) return false;
  int32_t next = 0;
  for (int32_t i = 0; i < count; i++) {
    if (sides[i] >> bit & 1) selected[next++] = items ? items[i] : i;
  }
  return true;
}

/// Nodes of the high face of direction k and their translates on the low one.
Status pairNodes(const FacePairing& faces, int k) {
  Buffer<int32_t> low, high;
  Buffer<uint8_t> isTaken;
  NodeGrid grid;
  int32_t numLow, numHigh;
  const double* const vector = faces.vectors + 3 * k;
  const double tolerance = faces.vectors[9];
  if (!select(faces.nodes, faces.sides, faces.numNear, 2 * k, low, numLow) ||
      !select(faces.nodes, faces.sides, faces.numNear, 2 * k + 1, high, numHigh))
    return kOutOfMemory;
  if (numLow != numHigh) return kBadArgument;
  if (numLow == 0) return kOk;
  if (!grid.build(faces.coordinates, low.data(), numLow, tolerance) || !isTaken.allocateZero(faces.numNodes))
    return kOutOfMemory;
  for (int32_t i = 0; i < numHigh; i++) {
    const double* const x = faces.coordinates + 3 * int64_t{high[i]};
    const double point[3] = {x[0] - vector[0], x[1] - vector[1], x[2] - vector[2]};
    double square;
    const int32_t found = grid.findNearest(point, tolerance, square);
    if (found < 0 || isTaken[found]) return kBadArgument;
    isTaken[found] = 1;
    faces.lowPartner[k][high[i]] = found;
    *faces.mismatch = std::max(*faces.mismatch, std::sqrt(square));
  }
  return kOk;
}

/// Facets of the high face of direction k and their translates on the low one.
Status pairFacets(const FacePairing& faces, int k) {
  Buffer<int32_t> low, high;
  FacetTable table;
  int32_t numLow, numHigh;
  if (!select(nullptr, faces.sideOfFacet, faces.numBoundary, 2 * k, low, numLow) ||
      !select(nullptr, faces.sideOfFacet, faces.numBoundary, 2 * k + 1, high, numHigh) ||
      !table.allocate(uint64_t(numLow)))
    return kOutOfMemory;
  if (numLow != numHigh) return kBadArgument;
  const auto node = [&faces](int32_t at, int corner) { return facetNode(faces.cells, faces.boundary[at], corner); };
  for (int32_t i = 0; i < numLow; i++) {
    int32_t* const place = table.add(node(low[i], 0), node(low[i], 1), node(low[i], 2));
    if (!place) return kOutOfMemory;
    *place = low[i];
  }
  const int32_t* const lowOf = faces.lowPartner[k];
  for (int32_t i = 0; i < numHigh; i++) {
    const int32_t at = high[i];
    const int32_t* const found = table.find(lowOf[node(at, 0)], lowOf[node(at, 1)], lowOf[node(at, 2)]);
    if (!found || faces.wrap[*found] != 0) return kBadArgument;
    faces.partner[at] = faces.boundary[*found];
    faces.partner[*found] = faces.boundary[at];
    faces.wrap[at] = static_cast<int8_t>(k + 1);
    faces.wrap[*found] = static_cast<int8_t>(-(k + 1));
  }
  return kOk;
}

/// The smallest node of every class.
void joinClasses(const FacePairing& faces) {
  int32_t* const parent = faces.nodeClass;
  for (int32_t node = 0; node < faces.numNodes; node++) parent[node] = node;
  for (const int32_t* lowOf : faces.lowPartner) {
    for (int32_t i = 0; i < faces.numNear; i++) {
      const int32_t low = lowOf[faces.nodes[i]];
      if (low >= 0) joinSets(parent, faces.nodes[i], low);
    }
  }
  for (int32_t i = 0; i < faces.numNear; i++) parent[faces.nodes[i]] = findRoot(parent, faces.nodes[i]);
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_measure_link(int32_t numPairs, const int32_t* pairs, const double* coordinates, int32_t isGiven,
                           double* translation, double* gap) {
  const auto point = [=](int32_t pair, int side) { return coordinates + 3 * int64_t{pairs[2 * int64_t{pair} + side]}; };
  if (!isGiven) {
    translation[0] = translation[1] = translation[2] = 0;
    for (int32_t pair = 0; pair < numPairs; pair++) {
      for (int k = 0; k < 3; k++) translation[k] += (point(pair, 0)[k] - point(pair, 1)[k]) / numPairs;
    }
  }
  gap[0] = gap[1] = 0;
  for (int32_t pair = 0; pair < numPairs; pair++) {
    double moved[3];
    for (int k = 0; k < 3; k++) moved[k] = point(pair, 1)[k] + translation[k];
    const double distance = std::sqrt(squaredDistance(point(pair, 0), moved));
    if (!(distance > gap[0])) continue;
    gap[0] = distance;
    gap[1] = pair;
  }
  return kOk;
}

void erfem_lowest_nodes(int32_t count, const int32_t* nodes, const double* coordinates, const double* normals,
                        double* lowest) {
  for (int32_t i = 0; i < count; i++) {
    const double* const x = coordinates + 3 * int64_t{nodes[i]};
    for (int k = 0; k < 3; k++) {
      const double* const n = normals + 3 * k;
      lowest[k] = std::min(lowest[k], n[0] * x[0] + n[1] * x[1] + n[2] * x[2]);
    }
  }
}

int32_t erfem_side_facets(int32_t numNodes, const double* coordinates, const int32_t* cells, int32_t numBoundary,
                          const int32_t* boundary, int32_t numNear, const int32_t* nodes, const uint8_t* sides,
                          uint8_t* sideOfFacet, double* shortest) {
  Buffer<uint8_t> sideOfNode;
  if (!sideOfNode.allocateZero(numNodes)) return kOutOfMemory;
  for (int32_t i = 0; i < numNear; i++) sideOfNode[nodes[i]] = sides[i];
  double square = INFINITY;
  for (int32_t i = 0; i < numBoundary; i++) {
    int32_t corner[3];
    for (int c = 0; c < 3; c++) corner[c] = facetNode(cells, boundary[i], c);
    sideOfFacet[i] = sideOfNode[corner[0]] & sideOfNode[corner[1]] & sideOfNode[corner[2]];
    if (sideOfFacet[i] == 0) continue;
    const double* x[3];
    for (int c = 0; c < 3; c++) x[c] = coordinates + 3 * int64_t{corner[c]};
    square = std::min({square, squaredDistance(x[0], x[1]), squaredDistance(x[1], x[2]), squaredDistance(x[2], x[0])});
  }
  *shortest = std::sqrt(square);
  return kOk;
}

int32_t erfem_pair_faces(const FacePairing* faces) {
  std::memset(faces->wrap, 0, static_cast<std::size_t>(faces->numBoundary));
  std::memset(faces->partner, 0xff, sizeof(int32_t) * static_cast<std::size_t>(faces->numBoundary));
  *faces->mismatch = 0;
  for (int k = 0; k < 3; k++) {
    std::memset(faces->lowPartner[k], 0xff, sizeof(int32_t) * static_cast<std::size_t>(faces->numNodes));
    if (const Status status = pairNodes(*faces, k); status != kOk) return status;
  }
  for (int k = 0; k < 3; k++) {
    if (const Status status = pairFacets(*faces, k); status != kOk) return status;
  }
  joinClasses(*faces);
  return kOk;
}

ERFEM_END_OF_MINIMUM_SIZE
