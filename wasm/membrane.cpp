#include "membrane.h"

#include <algorithm>
#include <new>

#include "chunks.h"
#include "periodic-mesh.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

struct ListedFacets {
  int64_t count = 0;
  Buffer<int32_t> halves, partners;
  Buffer<uint8_t> kinds;
};

/// The facets of the physical surface by their nodes: open addressing, at most half full.
class TaggedFacets {
 public:
  bool build(const PeriodicMesh& mesh, int32_t count, const int32_t* facets) {
    uint64_t size = 16;
    while (size < 2 * uint64_t(count)) size *= 2;
    mask_ = static_cast<uint32_t>(size - 1);
    if (!slots_.allocate(size) || !isOnSurface_.allocateZero(mesh.numNodes)) return false;
    for (uint64_t slot = 0; slot < size; slot++) slots_[slot].nodes[0] = -1;
    for (int32_t f = 0; f < count; f++) {
      const int32_t* const nodes = facets + 3 * int64_t{f};
      for (int i = 0; i < 3; i++) isOnSurface_[nodes[i]] = 1;
      find(nodes[0], nodes[1], nodes[2]) = sorted(nodes[0], nodes[1], nodes[2]);
    }
    return true;
  }

  /// Most cells have fewer than three nodes on the surface: their facets need not be looked up.
  bool mayHold(const int32_t* nodes) const {
    return isOnSurface_[nodes[0]] + isOnSurface_[nodes[1]] + isOnSurface_[nodes[2]] + isOnSurface_[nodes[3]] >= 3;
  }

  bool holds(const int32_t* cells, int32_t half) {
    return find(facetNode(cells, half, 0), facetNode(cells, half, 1), facetNode(cells, half, 2)).nodes[0] >= 0;
  }

 private:
  struct Slot {
    int32_t nodes[3];  // ascending; -1 first: empty
  };

  static Slot sorted(int32_t a, int32_t b, int32_t c) {
    const int32_t low = std::min({a, b, c}), high = std::max({a, b, c});
    return {{low, a ^ b ^ c ^ low ^ high, high}};
  }

  Slot& find(int32_t a, int32_t b, int32_t c) {
    const Slot key = sorted(a, b, c);
    uint32_t hash = uint32_t(key.nodes[0]) * 0x9e3779b1u ^ uint32_t(key.nodes[1]) * 0x85ebca6bu ^
                    uint32_t(key.nodes[2]) * 0xc2b2ae35u;
    hash ^= hash >> 15;
    uint32_t slot = hash & mask_;
    while (slots_[slot].nodes[0] >= 0 && std::memcmp(slots_[slot].nodes, key.nodes, sizeof key.nodes) != 0)
      slot = (slot + 1) & mask_;
    return slots_[slot];
  }

  Buffer<Slot> slots_;
  Buffer<uint8_t> isOnSurface_;
  uint32_t mask_ = 0;
};

struct Classification {
  const PeriodicMesh& mesh;
  const int32_t* cellRegion;
  const int32_t* regionPhase;
  bool isAlone;          // one phase only
  TaggedFacets* tagged;  // null: no physical surface

  inline int32_t phaseOf(int32_t cell) const { return regionPhase[cellRegion[cell]]; }

  inline FacetKind classify(int32_t half, int32_t phase, bool mayBeTagged) const {
    const int32_t other = mesh.partner[half];
    if (other >= 0 && other < half) return kNotListed;
    const auto isTagged = [&] { return mayBeTagged && tagged->holds(mesh.cells, half); };
    if (other >= 0 && phaseOf(other >> 2) == phase) return isTagged() ? kInner : kNotListed;
    if (other < 0 && !isAlone) return kOuter;
    return !tagged || mesh.wrap[half] != 0 || isTagged() ? kMembrane : kUntagged;
  }
};

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

Status listFacets(const Classification& facets, ListedFacets& list) {
  constexpr uint64_t kFirstRoom = 4096;
  if (!reserve(list, kFirstRoom)) return kOutOfMemory;
  bool isDone = true;
  inChunks(facets.mesh.numCells, [&](int64_t from, int64_t to) NOINLINE {
    const PeriodicMesh& mesh = facets.mesh;
    for (int32_t cell = static_cast<int32_t>(from); cell < to && isDone; cell++) {
      const int32_t phase = facets.phaseOf(cell);
      const bool mayBeTagged = facets.tagged && facets.tagged->mayHold(mesh.cells + 4 * int64_t{cell});
      for (int32_t half = 4 * cell; half < 4 * cell + 4; half++) {
        const FacetKind kind = facets.classify(half, phase, mayBeTagged);
        if (kind != kNotListed) isDone &= append(list, half, mesh.partner[half], kind);
      }
    }
  });
  return isDone ? kOk : kOutOfMemory;
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_membrane_create(void* mesh, const int32_t* cellRegion, const int32_t* regionPhase, int32_t numPhases,
                              int32_t numTagged, const int32_t* tagged, void** handle) {
  *handle = nullptr;
  const PeriodicMesh& cells = *static_cast<PeriodicMesh*>(mesh);
  TaggedFacets table;
  if (numTagged >= 0 && !table.build(cells, numTagged, tagged)) return kOutOfMemory;
  auto* const list = new (std::nothrow) ListedFacets;
  if (!list) return kOutOfMemory;
  const Status status = listFacets({cells, cellRegion, regionPhase, numPhases == 1, numTagged >= 0 ? &table : nullptr}, *list);
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
