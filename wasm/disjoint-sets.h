// Disjoint sets over 0 ... n - 1: each element points to its parent, a root to itself.
#pragma once

#include "memory.h"

namespace erfem {

struct DisjointSets {
  Buffer<int32_t> parent;

  bool allocate(int32_t n) {
    if (!parent.allocate(n)) return false;
    for (int32_t i = 0; i < n; i++) parent[i] = i;
    return true;
  }

  /// The root of the set that holds i; paths are halved on the way (Tarjan and van Leeuwen 1984).
  int32_t findRoot(int32_t i) {
    int32_t* const up = parent.data();
    while (up[i] != i) i = up[i] = up[up[i]];
    return i;
  }

  /// Joins two sets; the smaller root stays a root, so that a root is the smallest element of its set.
  void join(int32_t i, int32_t j) {
    const int32_t a = findRoot(i), b = findRoot(j);
    parent[a < b ? b : a] = a < b ? a : b;
  }
};

}  // namespace erfem
