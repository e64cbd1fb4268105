#include "incomplete-cholesky.h"

#include <algorithm>
#include <cmath>

namespace erfem {

namespace {

// What the null space says about the pivots, by component.
struct ComponentPivots {
  Buffer<int32_t> size;
  Buffer<int32_t> last;  // its last unknown
};

// a(i, j) -= d u_i u_j for i < j in row k, the pattern of row i being searched along with row k.
inline void eliminateRow(const SymmetricMatrix& matrix, int32_t k, const double* pivotRow, double inversePivot,
                         double* values, double* diagonal) {
  const int32_t* const rowStart = matrix.rowStart.data();
  const int32_t* const columns = matrix.columns.data();
  const int32_t begin = rowStart[k];
  const int32_t length = rowStart[k + 1] - begin;
  for (int32_t a = 0; a < length; ++a) {
    const int32_t i = columns[begin + a];
    const double factor = pivotRow[a] * inversePivot;
    diagonal[i] -= factor * pivotRow[a];
    int32_t at = rowStart[i];
    const int32_t end = rowStart[i + 1];
    for (int32_t b = a + 1; b < length; ++b) {
      const int32_t j = columns[begin + b];
      const double update = factor * pivotRow[b];
      while (at < end && columns[at] < j) ++at;
      if (at < end && columns[at] == j) {
        values[at] -= update;
      } else {
        diagonal[i] -= kRelaxation * update;
        diagonal[j] -= kRelaxation * update;
      }
    }
  }
}

// One attempt; false where a pivot is too small. `values` and `diagonal` become u and d.
bool tryFactorize(const SymmetricMatrix& matrix, const int32_t* component, const ComponentPivots& pivots,
                  double shift, double* values, double* diagonal) {
  const int32_t n = matrix.n;
  std::copy_n(matrix.values.data(), matrix.values.size(), values);
  for (int32_t i = 0; i < n; ++i) diagonal[i] = matrix.diagonal[i] * (1 + shift);

  for (int32_t k = 0; k < n; ++k) {
    const int32_t of = component[k];
    if (of >= 0 && pivots.size[of] == 1) continue;
    const double smallest = kSmallestPivot * matrix.diagonal[k];
    if (!(diagonal[k] >= smallest)) {
      if (of < 0 || pivots.last[of] != k) return false;
      diagonal[k] = smallest;
    }
    const double inversePivot = 1 / diagonal[k];
    double* const pivotRow = values + matrix.rowStart[k];
    eliminateRow(matrix, k, pivotRow, inversePivot, values, diagonal);
    const int32_t length = matrix.rowStart[k + 1] - matrix.rowStart[k];
    for (int32_t a = 0; a < length; ++a) pivotRow[a] *= inversePivot;
  }
  return true;
}

}  // namespace

Status factorizeIncomplete(const SymmetricMatrix& matrix, const int32_t* component, int32_t numComponents,
                           IncompleteCholesky& result, int32_t& badRow) {
  constexpr double kFirstShift = 1e-3;
  constexpr double kLargestShift = 1e3;
  const int32_t n = matrix.n;
  const std::size_t numEntries = matrix.values.size();
  ComponentPivots pivots;
  Buffer<double> values;
  Buffer<double> diagonal;
  if (!pivots.size.allocateZero(numComponents) || !pivots.last.allocate(numComponents) ||
      !values.allocate(numEntries) || !diagonal.allocate(n)) {
    return kOutOfMemory;
  }
  for (int32_t i = 0; i < n; ++i) {
    if (component[i] < 0) continue;
    ++pivots.size[component[i]];
    pivots.last[component[i]] = i;
  }

  double scale = 0;
  for (int32_t i = 0; i < n; ++i) {
    if (component[i] >= 0 && pivots.size[component[i]] == 1) continue;
    if (!(matrix.diagonal[i] > 0)) {
      badRow = i;
      return kNotPositiveDefinite;
    }
    scale = std::max(scale, matrix.diagonal[i]);
  }

  double shift = 0;
  while (!tryFactorize(matrix, component, pivots, shift, values.data(), diagonal.data())) {
    shift = shift == 0 ? kFirstShift : 2 * shift;
    if (shift <= kLargestShift) continue;
    std::fill_n(values.data(), numEntries, 0.0);  // no shift works: the diagonal alone
    std::copy_n(matrix.diagonal.data(), n, diagonal.data());
    break;
  }

  constexpr double kLargest = 1e30;  // far below the overflow of float32
  if (!result.upper.allocate(numEntries) || !result.inverseDiagonal.allocate(n)) return kOutOfMemory;
  for (std::size_t k = 0; k < numEntries; ++k) result.upper[k] = static_cast<float>(values[k]);
  for (int32_t i = 0; i < n; ++i) {
    const bool staysZero = component[i] >= 0 && pivots.size[component[i]] == 1;
    result.inverseDiagonal[i] = staysZero ? 0.0f : static_cast<float>(std::min(scale / diagonal[i], kLargest));
  }
  result.matrix = &matrix;
  result.shift = shift;
  return kOk;
}

}  // namespace erfem
