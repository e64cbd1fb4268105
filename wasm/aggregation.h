// Aggregates: the unknowns of the next level.
#pragma once

#include "kernel.h"
#include "multigrid-level.h"

namespace erfem {

/// Strength of the connection of two unknowns: s_ij = |a_ij| / sqrt(a_ii a_jj). Strong ones exceed the threshold.
struct Strength {
  Buffer<float> scale;  // 1 / sqrt(a_ii), 0 where a_ii is 0
  float threshold = 0;

  bool build(const SplitMatrix& matrix);

  bool isStrong(int32_t i, const Entry& entry) const {
    return __builtin_fabsf(entry.value) * scale[i] * scale[entry.column()] > threshold;
  }
};

/// aggregateOf[i]: aggregate of unknown i; -1 for one that the smoother alone takes care of.
///
/// First pass: an unknown none of whose strong neighbours has an aggregate forms one with all of them. Second: the
/// others join the aggregate of their strongest neighbour that got one in the first pass. Third: what is left forms
/// aggregates with its free neighbours. An unknown that is nearly alone in its row has no aggregate. Vanek, Mandel &
/// Brezina, "Algebraic multigrid by smoothed aggregation for second and fourth order elliptic problems", Computing 56
/// (1996), algorithm 2.
Status aggregateUnknowns(const SplitMatrix& matrix, const Strength& strength, int32_t* aggregateOf,
                         int32_t& numAggregates);

}  // namespace erfem
