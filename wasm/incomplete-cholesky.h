// Incomplete Cholesky factorization without fill, as a preconditioner of conjugate gradients.
#pragma once

#include "lanes.h"
#include "matrix.h"

namespace erfem {

/// M = s U' D U, U unit upper triangular on the pattern of K, D diagonal, s > 0.
///
/// Pivots in natural order:  d_k = k_kk,  u_kj = k_kj / d_k,  k_ij -= d_k u_ki u_kj  for i, j > k;  an update outside the
/// pattern is dropped, and kRelaxation times it is added to both diagonals i and j, which keeps M close to K on smooth
/// vectors (Gustafsson, "A class of first order factorization methods", BIT 18 (1978)). Where a pivot falls below
/// kSmallestPivot of its diagonal entry, all begins again with K + shift diag(K), the shift growing until it works
/// (Manteuffel, "An incomplete factorization technique for positive definite linear systems", Math. Comp. 34 (1980)).
/// The last pivot of a singular component is bounded from below instead: it would be zero if nothing were dropped.
///
/// Float32 halves the memory to read. Columns and row offsets are those of the matrix, which must outlive this.
struct IncompleteCholesky {
  const SymmetricMatrix* matrix = nullptr;
  Buffer<float> upper;            // u, like matrix->values
  Buffer<float> inverseDiagonal;  // 1 / (s d); 0 for an unknown that stays at zero
  double shift = 0;
};

constexpr double kRelaxation = 0.95;
constexpr double kSmallestPivot = 1e-3;

/// `component` as in kernel.h but in the order of the matrix. kOutOfMemory; kNotPositiveDefinite for a diagonal that is
/// not positive, badRow telling which.
Status factorizeIncomplete(const SymmetricMatrix& matrix, const int32_t* component, int32_t numComponents,
                           IncompleteCholesky& result, int32_t& badRow);

/// z = M^-1 z in place: U' y = z, then U z = D^-1 y.
template <int W>
void applyIncomplete(const IncompleteCholesky& factor, Floats<W>* z) {
  const int32_t n = factor.matrix->n;
  const int32_t* const rowStart = factor.matrix->rowStart.data();
  const int32_t* const columns = factor.matrix->columns.data();
  const float* const upper = factor.upper.data();
  const float* const inverseDiagonal = factor.inverseDiagonal.data();
  for (int32_t i = 0; i < n; ++i) {
    const Floats<W> own = z[i];
    const int32_t end = rowStart[i + 1];
    for (int32_t k = rowStart[i]; k < end; ++k) z[columns[k]] -= upper[k] * own;
  }
  for (int32_t i = n - 1; i >= 0; --i) {
    Floats<W> sum = inverseDiagonal[i] * z[i];
    const int32_t end = rowStart[i + 1];
    for (int32_t k = rowStart[i]; k < end; ++k) sum -= upper[k] * z[columns[k]];
    z[i] = sum;
  }
}

}  // namespace erfem
