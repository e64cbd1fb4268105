#include "fine-matrix.h"

#include <algorithm>
#include <cmath>

namespace erfem {

namespace {

/// A row is zero where no entry exceeds this share of the largest of the matrix; the same in null-space.ts.
constexpr double kZeroRow = 1e-30;

// kNotFinite where there is a NaN or an infinity: 0 * value is NaN only then.
Status findLargest(const CsrView& caller, double& largest, int32_t& badRow) {
  double poison = 0;
  largest = 0;
  const int32_t numEntries = caller.rowStart[caller.n];
  for (int32_t k = 0; k < numEntries; ++k) {
    const double magnitude = std::fabs(caller.values[k]);
    largest = magnitude > largest ? magnitude : largest;
    poison += 0.0 * magnitude;
  }
  return poison == 0 ? kOk : checkMatrix(caller, badRow);
}

// Columns in range and ascending.
bool areColumnsSound(const CsrView& caller, int32_t begin, int32_t end) {
  const int32_t* const columns = caller.columns;
  bool isWrong = begin < end && uint32_t(columns[begin]) >= uint32_t(caller.n);
  for (int32_t k = begin + 1; k < end; ++k) {
    isWrong |= (columns[k] <= columns[k - 1]) | (uint32_t(columns[k]) >= uint32_t(caller.n));
  }
  return !isWrong;
}

}  // namespace

double choosePowerOfTwo(double largest) {
  constexpr int kMostExponent = 1000;
  int exponent = 0;
  if (largest > 0) std::frexp(largest, &exponent);
  return std::ldexp(1.0, std::clamp(-exponent, -kMostExponent, kMostExponent));
}

bool FineMatrix::allocate(int32_t n, uint64_t half, uint64_t padded, SplitMatrix& split, Buffer<int32_t>& component) {
  whole.n = n;
  return permutation.allocate(n) && component.allocate(n) && whole.rowStart.allocate(uint64_t(n) + 1) &&
         whole.columns.allocate(half) && whole.values.allocate(half) && whole.diagonal.allocate(n) &&
         split.allocateRows(n) && split.lower.allocate(padded) && split.upper.allocate(padded);
}

Status FineMatrix::split(const CsrView& caller, const int32_t* callerComponent, SplitMatrix& split,
                         Buffer<int32_t>& component, int32_t& badRow) {
  badRow = -1;
  const int32_t n = caller.n;
  if (n < 0 || caller.rowStart[0] != 0) return kBadArgument;
  for (int32_t row = 0; row < n; ++row) {
    if (caller.rowStart[row + 1] >= caller.rowStart[row]) continue;
    badRow = row;
    return kBadArgument;
  }
  // Room for half of the entries, which is what a symmetric pattern needs, and one more that is written to in vain.
  const uint64_t half = uint64_t(caller.rowStart[n]) / 2 + 1;
  const uint64_t padded = half + uint64_t(n) * (kRowPadding - 1) + kRowPadding;
  if (padded > uint64_t(INT32_MAX) || !allocate(n, half, padded, split, component)) return kOutOfMemory;
  const Status status = splitRows(caller, callerComponent, split, component.data(), badRow);
  whole.columns.shrink(uint64_t(whole.rowStart[n]));
  whole.values.shrink(uint64_t(whole.rowStart[n]));
  split.lower.shrink(uint64_t(split.lowerStart[n]));
  split.upper.shrink(uint64_t(split.upperStart[n]));
  return status;
}

Status FineMatrix::splitRows(const CsrView& caller, const int32_t* callerComponent, SplitMatrix& split,
                             int32_t* component, int32_t& badRow) {
  const int32_t n = caller.n;
  const int32_t* const callerStart = caller.rowStart;
  const int32_t most = callerStart[n] / 2;
  whole.rowStart[n] = split.lowerStart[n] = split.upperStart[n] = 0;
  double largest;
  const Status status = findLargest(caller, largest, badRow);
  if (status != kOk) return status;
  scale = choosePowerOfTwo(largest);
  Buffer<int32_t> place;
  if (!place.allocate(n)) return kOutOfMemory;
  for (int32_t i = 0; i < n; ++i) place[i] = -1;

  int32_t* const order = permutation.data();
  Entry* const lower = split.lower.data();
  Entry* const upper = split.upper.data();
  int32_t numPlaced = 0;
  int32_t nextSeed = 0;
  int32_t wholeEnd = 0;
  int32_t numLower = 0;
  int32_t lowerEnd = 0;
  int32_t upperEnd = 0;
  for (int32_t i = 0; i < n; ++i) {
    whole.rowStart[i] = wholeEnd;
    split.lowerStart[i] = lowerEnd;
    split.upperStart[i] = upperEnd;
    if (i == numPlaced) {
      while (place[nextSeed] >= 0) ++nextSeed;
      place[nextSeed] = numPlaced;
      order[numPlaced++] = nextSeed;
    }
    const int32_t row = order[i];
    const int32_t begin = callerStart[row];
    const int32_t end = callerStart[row + 1];
    badRow = row;
    if (!areColumnsSound(caller, begin, end)) return kBadArgument;
    double diagonal = 0;
    double sum = 0;
    double largestOfRow = 0;
    for (int32_t k = begin; k < end; ++k) {
      const int32_t column = caller.columns[k];
      const double value = caller.values[k] * scale;
      const int32_t known = place[column];
      const bool isNew = known < 0;
      const int32_t j = isNew ? numPlaced : known;
      order[isNew ? numPlaced : i] = isNew ? column : row;
      place[column] = j;
      numPlaced += isNew;
      const bool isLower = (j < i) & (value != 0);
      const bool isUpper = (j > i) & (value != 0);
      if ((isLower & (numLower >= most)) | (isUpper & (wholeEnd >= most))) return kBadArgument;
      lower[lowerEnd] = upper[upperEnd] = {float(value), offsetOf(j)};
      whole.columns[wholeEnd] = j;
      whole.values[wholeEnd] = value;
      lowerEnd += isLower;
      numLower += isLower;
      upperEnd += isUpper;
      wholeEnd += isUpper;
      sum += value;
      largestOfRow = std::fabs(value) > largestOfRow ? std::fabs(value) : largestOfRow;
      diagonal += j == i ? value : 0;
    }
    padRow(lower, lowerEnd, i);
    padRow(upper, upperEnd, i);
    const bool isZero = largestOfRow <= kZeroRow * largest * scale;
    component[i] = isZero ? numComponents++ : callerComponent ? callerComponent[row] : -1;
    whole.diagonal[i] = diagonal;
    split.diagonal[i] = float(diagonal);
    split.inverseDiagonal[i] = split.diagonal[i] > 0 ? 1 / split.diagonal[i] : 0;
    split.excess[i] = component[i] >= 0 ? 0 : float(sum);
  }
  badRow = -1;
  whole.rowStart[n] = wholeEnd;
  split.lowerStart[n] = lowerEnd;
  split.upperStart[n] = upperEnd;
  return wholeEnd == numLower ? kOk : kBadArgument;
}

}  // namespace erfem
