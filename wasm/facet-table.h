// Facets by their three nodes.
#pragma once

#include <algorithm>

#include "memory.h"

namespace erfem {

/// A number for each facet: open addressing over a list in the order of arrival, at most half full, growing.
class FacetTable {
 public:
  bool allocate(uint64_t numFacets) {
    count_ = 0;
    uint64_t size = 16;
    while (size < 2 * numFacets) size *= 2;
    return entries_.allocate(size / 2) && makeSlots(size);
  }

  /// The number of the facet with these nodes, in any order; null where there is none.
  __attribute__((noinline)) const int32_t* find(int32_t a, int32_t b, int32_t c) const {
    const Entry key = sorted(a, b, c);
    const int32_t found = slots_[findSlot(key)];
    return found < 0 ? nullptr : &entries_[std::size_t(found)].number;
  }

  /// The same, with -1 for a facet that is new; null where there is no memory. Good up to the next call.
  __attribute__((noinline)) int32_t* add(int32_t a, int32_t b, int32_t c) {
    if (count_ == static_cast<int32_t>(entries_.size()) && !grow()) return nullptr;
    const Entry key = sorted(a, b, c);
    int32_t& slot = slots_[findSlot(key)];
    if (slot < 0) {
      slot = count_;
      entries_[std::size_t(count_++)] = key;
    }
    return &entries_[std::size_t(slot)].number;
  }

 private:
  struct Entry {
    int32_t low, middle, high, number;
  };

  static Entry sorted(int32_t a, int32_t b, int32_t c) {
    const int32_t low = std::min({a, b, c}), high = std::max({a, b, c});
    return {low, a ^ b ^ c ^ low ^ high, high, -1};
  }

  uint32_t findSlot(const Entry& key) const {
    uint32_t hash =
        uint32_t(key.low) * 0x9e3779b1u ^ uint32_t(key.middle) * 0x85ebca6bu ^ uint32_t(key.high) * 0xc2b2ae35u;
    hash ^= hash >> 15;
    for (uint32_t slot = hash & mask_;; slot = (slot + 1) & mask_) {
      if (slots_[slot] < 0) return slot;
      const Entry& entry = entries_[std::size_t(slots_[slot])];
      if (entry.low == key.low && entry.middle == key.middle && entry.high == key.high) return slot;
    }
  }

  bool makeSlots(uint64_t size) {
    if (!slots_.allocate(size)) return false;
    mask_ = static_cast<uint32_t>(size - 1);
    std::memset(slots_.data(), 0xff, sizeof(int32_t) * slots_.size());
    return true;
  }

  bool grow() {
    Buffer<Entry> larger;
    if (!larger.allocate(2 * uint64_t(entries_.size()))) return false;
    std::memcpy(larger.data(), entries_.data(), sizeof(Entry) * entries_.size());
    entries_.swap(larger);
    if (!makeSlots(2 * uint64_t(entries_.size()))) return false;
    for (int32_t i = 0; i < count_; i++) slots_[findSlot(entries_[std::size_t(i)])] = i;
    return true;
  }

  Buffer<Entry> entries_;
  Buffer<int32_t> slots_;  // index into the list, -1: empty
  uint32_t mask_ = 0;
  int32_t count_ = 0;
};

}  // namespace erfem
