// Only facets whose nodes all have cells of several phases around them, or nothing, or lie on the physical surface, are
// looked up: a part of the mesh that grows as its surface does.
#include "membrane.h"

#include <algorithm>
#include <new>

#include "chunks.h"
#include "facet-table.h"
#include "periodic-mesh.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

struct ListedFacets {
  int64_t count = 0;
  Buffer<int32_t> halves, partners;
  Buffer<uint8_t> kinds;
};

/// The facets of the physical surface.
struct TaggedFacets {
  FacetTable table;
  Buffer<uint8_t> isOnSurface;  // of each node

  bool build(int32_t numNodes, int32_t count, const int32_t* facets) {
    if (!table.allocate(uint64_t(count)) || !isOnSurface.allocateZero(uint64_t(numNodes))) return false;
    for (int32_t f = 0; f < count; f++) {
      const int32_t* const nodes = facets + 3 * int64_t{f};
      for (int i = 0; i < 3; i++) isOnSurface[nodes[i]] = 1;
      if (!table.add(nodes[0], nodes[1], nodes[2])) return false;
    }
    return true;
  }
};

/// The half-facets whose nodes all are where something may meet something else, and what lies across them.
struct Candidates {
  int32_t count = 0;
  Buffer<int32_t> halves;   // ascending
  Buffer<int32_t> partner;  // half-facet, the wrap included; -1 where there is none
  Buffer<int8_t> wrap;

  /// @param isSpecial whether a node is there
  template <typename IsSpecial>
  bool list(const PeriodicMesh& mesh, IsSpecial isSpecial) {
    for (int pass = 0; pass < 2; pass++) {
      if (pass == 1 && !halves.allocate(uint64_t(count))) return false;
      count = 0;
      inChunks(mesh.numCells, [&, cells = mesh.cells](int64_t from, int64_t to) NOINLINE {
        int32_t found = count;
        for (int64_t cell = from; cell < to; cell++) {
          const int32_t* const nodes = cells + 4 * cell;
          const bool is[4] = {isSpecial(nodes[0]), isSpecial(nodes[1]), isSpecial(nodes[2]), isSpecial(nodes[3])};
          const int sum = is[0] + is[1] + is[2] + is[3];
          if (sum < 3) continue;
          for (int i = 0; i < 4; i++) {
            if (sum - is[i] < 3) continue;
            if (pass == 1) halves[std::size_t(found)] = static_cast<int32_t>(4 * cell + i);
            found++;
          }
        }
        count = found;
      });
    }
    return true;
  }

  bool pair(const PeriodicMesh& mesh) {
    FacetTable table;
    if (!partner.allocate(uint64_t(count)) || !wrap.allocateZero(uint64_t(count)) ||
        !table.allocate(uint64_t(count) / 2))
      return false;
    int32_t next = 0;  // place in the boundary, which ascends as well
    for (int32_t i = 0; i < count; i++) {
      const int32_t half = halves[i];
      while (next < mesh.numBoundary && mesh.boundary[next] < half) next++;
      partner[i] = -1;
      if (next < mesh.numBoundary && mesh.boundary[next] == half) {
        partner[i] = mesh.partner[next];
        wrap[i] = mesh.wrap[next];
        continue;
      }
      int32_t* const first =
          table.add(facetNode(mesh.cells, half, 0), facetNode(mesh.cells, half, 1), facetNode(mesh.cells, half, 2));
      if (!first) return false;
      if (*first < 0) {
        *first = i;
      } else {
        partner[i] = halves[*first];
        partner[*first] = half;
      }
    }
    return true;
  }
};

struct Classification {
  const PeriodicMesh& mesh;
  const int32_t* cellRegion;
  const int32_t* regionPhase;
  bool isAlone;                // one phase only
  const TaggedFacets* tagged;  // null: no physical surface

  inline int32_t phaseOf(int32_t cell) const { return regionPhase[cellRegion[cell]]; }

  bool isTagged(int32_t half) const {
    const int32_t* const cells = mesh.cells;
    return tagged && tagged->table.find(facetNode(cells, half, 0), facetNode(cells, half, 1), facetNode(cells, half, 2));
  }

  FacetKind classify(int32_t half, int32_t other, int wrap) const {
    if (other >= 0 && other < half) return kNotListed;
    if (other >= 0 && phaseOf(other >> 2) == phaseOf(half >> 2)) return isTagged(half) ? kInner : kNotListed;
    if (other < 0 && !isAlone) return kOuter;
    return !tagged || wrap != 0 || isTagged(half) ? kMembrane : kUntagged;
  }
};

/// phaseOfClass: the phase of the cells around each class of nodes, kSeveral where they have several.
constexpr int32_t kNone = -1, kSeveral = -2;

void findPhases(const Classification& facets, int32_t* phaseOfClass) {
  inChunks(facets.mesh.numCells, [=, &facets](int64_t from, int64_t to) NOINLINE {
    for (int64_t cell = from; cell < to; cell++) {
      const int32_t phase = facets.phaseOf(static_cast<int32_t>(cell));
      const int32_t* const nodes = facets.mesh.cells + 4 * cell;
      for (int local = 0; local < 4; local++) {
        int32_t& known = phaseOfClass[facets.mesh.nodeClass[nodes[local]]];
        known = known == kNone || known == phase ? phase : kSeveral;
      }
    }
  });
}

template <typename T>
bool grow(Buffer<T>& buffer, uint64_t size) {
  Buffer<T> grown;
  if (!grown.allocate(size)) return false;
  if (buffer.size() > 0) std::memcpy(grown.data(), buffer.data(), sizeof(T) * buffer.size());
  buffer.swap(grown);
  return true;
}

bool reserve(ListedFacets& list, uint64_t size) {
  return grow(list.halves, size) && grow(list.partners, size) && grow(list.kinds, size);
}

bool append(ListedFacets& list, int32_t half, int32_t partner, FacetKind kind) {
  if (list.count == static_cast<int64_t>(list.halves.size()) && !reserve(list, static_cast<uint64_t>(2 * list.count)))
    return false;
  list.halves[std::size_t(list.count)] = half;
  list.partners[std::size_t(list.count)] = partner;
  list.kinds[std::size_t(list.count++)] = kind;
  return true;
}

Status listFacets(PeriodicMesh& mesh, const Classification& facets, ListedFacets& list) {
  constexpr uint64_t kFirstRoom = 4096;
  int32_t* const phaseOfClass = mesh.nodeIndex.data();
  findPhases(facets, phaseOfClass);
  Candidates candidates;
  const TaggedFacets* const tagged = facets.tagged;
  const bool isListed = candidates.list(mesh, [&mesh, phaseOfClass, tagged](int32_t node) {
    const int32_t c = mesh.nodeClass[node];
    return phaseOfClass[c] == kSeveral || (mesh.nodeMark[c] & kOpenClass) != 0 || (tagged && tagged->isOnSurface[node]);
  });
  std::memset(phaseOfClass, 0xff, sizeof(int32_t) * mesh.nodeIndex.size());
  if (!isListed || !candidates.pair(mesh) || !reserve(list, kFirstRoom)) return kOutOfMemory;
  for (int32_t i = 0; i < candidates.count; i++) {
    const int32_t half = candidates.halves[i], other = candidates.partner[i];
    const FacetKind kind = facets.classify(half, other, candidates.wrap[i]);
    if (kind != kNotListed && !append(list, half, other, kind)) return kOutOfMemory;
  }
  return kOk;
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_membrane_create(void* mesh, const int32_t* cellRegion, const int32_t* regionPhase, int32_t numPhases,
                              int32_t numTagged, const int32_t* tagged, void** handle) {
  *handle = nullptr;
  PeriodicMesh& cells = *static_cast<PeriodicMesh*>(mesh);
  TaggedFacets table;
  if (numTagged >= 0 && !table.build(cells.numNodes, numTagged, tagged)) return kOutOfMemory;
  auto* const list = new (std::nothrow) ListedFacets;
  if (!list) return kOutOfMemory;
  const TaggedFacets* const surface = numTagged >= 0 ? &table : nullptr;
  const Status status = listFacets(cells, {cells, cellRegion, regionPhase, numPhases == 1, surface}, *list);
  if (status != kOk) {
    delete list;
    return status;
  }
  *handle = list;
  return kOk;
}

int32_t erfem_membrane_arrays(void* handle, void** addresses) {
  ListedFacets& list = *static_cast<ListedFacets*>(handle);
  addresses[0] = list.halves.data();
  addresses[1] = list.partners.data();
  addresses[2] = list.kinds.data();
  return static_cast<int32_t>(list.count);
}

void erfem_membrane_free(void* handle) { delete static_cast<ListedFacets*>(handle); }
