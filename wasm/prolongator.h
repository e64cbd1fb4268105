// Smoothed prolongators.
#pragma once

#include "aggregation.h"

namespace erfem {

/// P = (I - omega D^-1 A_F) T: T has a 1 for the aggregate of each unknown; A_F is A without its weak entries and its
/// row sums, all of which go to the diagonal, so that P 1 = 1; D is the diagonal of A_F, but at least 0.3 of that of A.
/// With `damping` 0, omega = 1.6 / (sum of magnitudes of a row of D^-1 A_F), row by row: 0.8 where no entry is
/// positive. Vanek, Mandel & Brezina, Computing 56 (1996), section 3.
Status buildProlongator(const SplitMatrix& matrix, const Strength& strength, float damping, const int32_t* aggregateOf,
                        int32_t numAggregates, Prolongator& result);

}  // namespace erfem
