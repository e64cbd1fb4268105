// Disjoint sets over 0 ... n - 1: each element points to its parent, a root to itself.
#pragma once

#include "memory.h"

namespace erfem {

/// The root of the set that holds i; paths are halved on the way (Tarjan and van Leeuwen 1984).
inline int32_t findRoot(int32_t* parent, int32_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

/// Joins two sets; the smaller root stays a root, so that a root is the smallest element of its set.
inline void joinSets(int32_t* parent, int32_t i, int32_t j) {
  const int32_t a = findRoot(parent, i), b = findRoot(parent, j);
  parent[a < b ? b : a] = a < b ? a : b;
}

struct DisjointSets {
  Buffer<int32_t> parent;

  bool allocate(int32_t n) {
    if (!parent.allocate(n)) return false;
    for (int32_t i = 0; i < n; i++) parent[i] = i;
    return true;
  }

  int32_t findRoot(int32_t i) { return erfem::findRoot(parent.data(), i); }

  void join(int32_t i, int32_t j) { joinSets(parent.data(), i, j); }
};

}  // namespace erfem
