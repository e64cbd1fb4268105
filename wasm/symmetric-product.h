// Products with a symmetric matrix that is stored by half: each entry is read once and used twice.
#pragma once

#include <cstring>

#include "lanes.h"
#include "matrix.h"

namespace erfem {

/// q = K p, returning p.q, in double for a p of W floats or doubles. Row i is complete once it has been met: all that
/// comes later lies below it.
template <int W, typename Vector>
Doubles<W> multiply(const SymmetricMatrix& matrix, const Vector* p, Doubles<W>* q) {
  const auto entryOf = [p](int32_t i) { return __builtin_convertvector(p[i], Doubles<W>); };
  const int32_t n = matrix.n;
  const int32_t* const rowStart = matrix.rowStart.data();
  const int32_t* const columns = matrix.columns.data();
  const double* const values = matrix.values.data();
  const double* const diagonal = matrix.diagonal.data();
  std::memset(static_cast<void*>(q), 0, sizeof(Doubles<W>) * std::size_t(n));
  Doubles<W> dot = 0.0;
  for (int32_t i = 0; i < n; ++i) {
    const Doubles<W> own = entryOf(i);
    Doubles<W> sum = diagonal[i] * own;
    const int32_t end = rowStart[i + 1];
    for (int32_t k = rowStart[i]; k < end; ++k) {
      const int32_t j = columns[k];
      sum += values[k] * entryOf(j);
      q[j] += values[k] * own;
    }
    sum += q[i];
    q[i] = sum;
    dot += own * sum;
  }
  return dot;
}

}  // namespace erfem
