// The coarsest level, solved directly.
#pragma once

#include "kernel.h"
#include "multigrid-level.h"

namespace erfem {

/// A + sum over components of alpha 1_c 1_c' = L L', dense. The added term makes a singular A positive definite and
/// leaves the solution alone where the right-hand side sums to zero; alpha is the mean diagonal of the component over
/// its size.
struct CoarseFactor {
  int32_t n = 0;
  Buffer<float> lower;            // n x n, the strict lower half by rows
  Buffer<float> inverseDiagonal;  // of L; 0 for an unknown whose pivot was lost to round-off, and that stays at zero

  /// kOutOfMemory, kNotFinite, kNotPositiveDefinite. Cholesky by rows; Golub & Van Loan, "Matrix Computations", 4.2.
  Status factorize(const SplitMatrix& matrix, const int32_t* component, int32_t numComponents);

  void solve(const Quad* rhs, Quad* solution) const;
};

}  // namespace erfem
