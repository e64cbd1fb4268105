// The matrix of the next level.
#pragma once

#include "kernel.h"
#include "multigrid-level.h"

namespace erfem {

/// A_c = P' A P, first A P by rows (Gustavson, "Two fast algorithms for sparse matrices", ACM TOMS 4 (1978)), then
/// P' (A P). Sums are in double precision; the diagonal follows from the row sums, which are P' A 1 and exactly zero
/// where coarseComponent[I] >= 0. kOutOfMemory also where A_c would have more than mostEntries entries.
Status multiplyGalerkin(const SplitMatrix& matrix, const Prolongator& prolongator, const Restriction& restriction,
                        const int32_t* coarseComponent, uint64_t mostEntries, SplitMatrix& result);

/// P', for a P of n rows.
Status transposeProlongator(const Prolongator& prolongator, int32_t n, Restriction& result);

}  // namespace erfem
