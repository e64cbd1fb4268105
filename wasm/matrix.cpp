#include "matrix.h"

#include <cmath>

#include "minimum-size.h"

namespace erfem {

Status checkPattern(int32_t n, const int32_t* rowStart, const int32_t* columns, int32_t& badRow) {
  badRow = -1;
  if (n < 0 || !rowStart || rowStart[0] != 0) return kBadArgument;
  for (int32_t row = 0; row < n; ++row) {
    badRow = row;
    if (rowStart[row + 1] < rowStart[row]) return kBadArgument;
    int32_t previous = -1;
    for (int32_t k = rowStart[row]; k < rowStart[row + 1]; ++k) {
      if (columns[k] <= previous || columns[k] >= n) return kBadArgument;
      previous = columns[k];
    }
  }
  badRow = -1;
  return kOk;
}

Status checkMatrix(const CsrView& matrix, int32_t& badRow) {
  const Status status = checkPattern(matrix.n, matrix.rowStart, matrix.columns, badRow);
  if (status != kOk) return status;
  for (int32_t row = 0; row < matrix.n; ++row) {
    for (int32_t k = matrix.rowStart[row]; k < matrix.rowStart[row + 1]; ++k) {
      if (!std::isfinite(matrix.values[k])) {
        badRow = row;
        return kNotFinite;
      }
    }
  }
  return kOk;
}

Status permuteSymmetric(const CsrView& matrix, const int32_t* permutation, SymmetricMatrix& result) {
  const int32_t n = matrix.n;
  Buffer<int32_t> place;  // place[permutation[i]] = i
  if (!place.allocate(n) || !result.rowStart.allocateZero(uint64_t(n) + 1) || !result.diagonal.allocateZero(n)) {
    return kOutOfMemory;
  }
  result.n = n;
  for (int32_t i = 0; i < n; ++i) place[permutation[i]] = i;

  int32_t numEntries = 0;
  for (int32_t i = 0; i < n; ++i) {
    const int32_t row = permutation[i];
    for (int32_t k = matrix.rowStart[row]; k < matrix.rowStart[row + 1]; ++k) {
      if (place[matrix.columns[k]] > i) ++numEntries;
    }
    result.rowStart[i + 1] = numEntries;
  }
  if (!result.columns.allocate(numEntries) || !result.values.allocate(numEntries)) return kOutOfMemory;

  for (int32_t i = 0; i < n; ++i) {
    const int32_t row = permutation[i];
    const int32_t begin = result.rowStart[i];
    int32_t end = begin;
    for (int32_t k = matrix.rowStart[row]; k < matrix.rowStart[row + 1]; ++k) {
      const int32_t j = place[matrix.columns[k]];
      const double value = matrix.values[k];
      if (j == i) result.diagonal[i] = value;
      if (j <= i) continue;
      int32_t at = end++;  // insertion sort: rows are short
      for (; at > begin && result.columns[at - 1] > j; --at) {
        result.columns[at] = result.columns[at - 1];
        result.values[at] = result.values[at - 1];
      }
      result.columns[at] = j;
      result.values[at] = value;
    }
  }
  return kOk;
}

}  // namespace erfem

ERFEM_END_OF_MINIMUM_SIZE
