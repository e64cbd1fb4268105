// Symmetric sparse matrices: the caller's, and the half of it in a new order that the iterations work on.
#pragma once

#include "kernel.h"
#include "memory.h"

namespace erfem {

/// A caller's matrix, compressed sparse row; see kernel.h.
struct CsrView {
  int32_t n;
  const int32_t* rowStart;
  const int32_t* columns;
  const double* values;
};

/// kBadArgument for offsets or columns out of order or out of range, kNotFinite for values; badRow tells where.
Status checkMatrix(const CsrView& matrix, int32_t& badRow);

/// The same for the pattern alone.
Status checkPattern(int32_t n, const int32_t* rowStart, const int32_t* columns, int32_t& badRow);

/// K = diag(diagonal) + U + U': diagonal and strict upper half by rows, columns ascending.
struct SymmetricMatrix {
  int32_t n = 0;
  Buffer<int32_t> rowStart;
  Buffer<int32_t> columns;
  Buffer<double> values;
  Buffer<double> diagonal;
};

/// result(i, j) = matrix(permutation[i], permutation[j]).
Status permuteSymmetric(const CsrView& matrix, const int32_t* permutation, SymmetricMatrix& result);

}  // namespace erfem
