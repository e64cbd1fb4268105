#include "fine-matrix.h"

#include <algorithm>
#include <cmath>

namespace erfem {

namespace {

/// A row is zero where no entry exceeds this share of the largest of the matrix; the same in null-space.ts.
constexpr double kZeroRow = 1e-30;
/// What even matrices have at most: the ratio of two entries of the diagonal; the mean over the rows of
/// sum |K_ij| / K_ii - 1, which grows with anisotropy across the mesh and with flat cells; and the mean of
/// max |K_ij| / sum |K_ij|, which nears 1/2 with anisotropy along the edges. Uniform tensors on graded meshes of good
/// cells have less than 1e3, about 0.3 and about 0.3 (0.4 for facets).
constexpr double kMostDiagonalRatio = 1e4;
constexpr double kMostExcess = 0.5;
constexpr double kMostLargestShare = 0.45;

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
  bool isWrong = begin < end && ((columns[begin] < 0) | (columns[end - 1] >= caller.n));
  for (int32_t k = begin + 1; k < end; ++k) isWrong |= columns[k] <= columns[k - 1];
  return !isWrong;
}

// Reads one number of each cache line of a row that is needed soon.
inline void fetchRow(const CsrView& caller, int32_t row) {
  const int32_t begin = caller.rowStart[row];
  const int32_t end = caller.rowStart[row + 1];
  if (begin == end) return;
  const int32_t last = end - 1;
  const auto at = [last](int32_t k) { return k < last ? k : last; };
  asm volatile("" ::"r"(caller.columns[begin] + caller.columns[last]));
  asm volatile("" ::"r"(caller.values[begin]), "r"(caller.values[at(begin + 8)]), "r"(caller.values[last]));
}

}  // namespace

// Whether neighbours lie close together already, in a matrix that is not small: products with the matrix in the order
// it has would find most of a vector in a small cache. Runs of rows from all over the matrix are tried; columns out of
// range count as far away.
bool isOrderLocal(const CsrView& caller, bool isHalf) {
  constexpr int32_t kLines = 4096;      // of 64 bytes: four Quads each
  constexpr int32_t kRun = 1024;        // rows of a run
  constexpr int32_t kRunsApart = 8;     // every eighth run
  constexpr double kMostMisses = 1;     // a row: a quarter is unavoidable, a search finds orders with about a half
  if (caller.n <= 4 * kLines) return false;  // all of it is close, and a search improves the aggregates a little
  int32_t held[kLines];
  for (int32_t line = 0; line < kLines; ++line) held[line] = -1;
  int64_t misses = 0;
  int64_t rows = 0;
  for (int32_t first = 0; first < caller.n; first += kRun * kRunsApart) {
    const int32_t last = caller.n - first < kRun ? caller.n : first + kRun;
    for (int32_t k = caller.rowStart[first]; k < caller.rowStart[last]; ++k) {
      const int32_t line = caller.columns[k] >> 2;
      int32_t& slot = held[line & (kLines - 1)];
      misses += slot != line;
      slot = line;
    }
    rows += last - first;
  }
  return double(misses) <= (isHalf ? kMostMisses / 2 : kMostMisses) * double(rows);
}

namespace {

// padRow, for entries and what they lack.
inline void padUpper(Entry* entries, int32_t* rest, int32_t& end, int32_t column) {
  const int32_t from = end;
  padRow(entries, end, column);
  for (int32_t k = from; k < end; ++k) rest[k] = 0;
}

}  // namespace

// The matrix, row by row.
struct FineMatrix::Writer {
  FineMatrix& fine;
  SplitMatrix& split;
  int32_t* component;
  const int32_t* callerComponent;
  int32_t most;       // entries of a half
  double nearlyZero;  // for the entries of a row that is zero
  Entry* lower = split.lower.data();
  Entry* upper = split.upper.data();
  int32_t* rest = fine.rest.data();
  int32_t numUpper = 0;
  int32_t numLower = 0;
  int32_t lowerEnd = 0;
  int32_t upperEnd = 0;
  double diagonal = 0;
  double sum = 0;       // of the entries beside the diagonal
  double magnitude = 0; // of their sizes
  double largest = 0;   // of their sizes
  double smallestDiagonal = HUGE_VAL;
  double largestDiagonal = 0;
  double excessOfSizes = 0;  // sum over the rows of magnitude / diagonal - 1
  double largestShares = 0;  // sum over the rows of largest / magnitude

  void open(int32_t i) {
    split.lowerStart[i] = lowerEnd;
    split.upperStart[i] = upperEnd;
    diagonal = sum = magnitude = largest = 0;
  }

  void count(double value) {
    const double size = std::fabs(value);
    sum += value;
    magnitude += size;
    largest = size > largest ? size : largest;
  }

  void addLower(int32_t j, double value) {
    lower[lowerEnd] = {float(value), offsetOf(j)};
    lowerEnd += float(value) != 0;
    numLower += float(value) != 0;
    count(value);
  }

  void addUpper(int32_t j, double value) {
    upper[upperEnd] = {float(value), offsetOf(j)};
    rest[upperEnd] = restOf(value);
    upperEnd += float(value) != 0;
    numUpper += float(value) != 0;
    count(value);
  }

  void add(int32_t i, int32_t j, double value) {
    const bool isLower = (j < i) & (float(value) != 0);
    const bool isUpper = (j > i) & (float(value) != 0);
    lower[lowerEnd] = upper[upperEnd] = {float(value), offsetOf(j)};
    rest[upperEnd] = restOf(value);
    lowerEnd += isLower;
    numLower += isLower;
    upperEnd += isUpper;
    numUpper += isUpper;
    diagonal = j == i ? value : diagonal;
    count(j == i ? 0 : value);
  }

  // False where there is more than a symmetric matrix could have.
  bool close(int32_t i, int32_t row) {
    padRow(lower, lowerEnd, i);
    padUpper(upper, rest, upperEnd, i);
    const bool isZero = std::fmax(largest, std::fabs(diagonal)) <= nearlyZero;
    component[i] = isZero ? fine.numComponents++ : callerComponent ? callerComponent[row] : -1;
    if (diagonal > 0) {
      smallestDiagonal = std::fmin(smallestDiagonal, diagonal);
      largestDiagonal = std::fmax(largestDiagonal, diagonal);
      excessOfSizes += magnitude / diagonal - 1;
      largestShares += magnitude > 0 ? largest / magnitude : 0;
    }
    fine.diagonal[i] = diagonal;
    split.diagonal[i] = float(diagonal);
    split.inverseDiagonal[i] = split.diagonal[i] > 0 ? 1 / split.diagonal[i] : 0;
    split.excess[i] = component[i] >= 0 ? 0 : float(sum + diagonal);
    return (numLower <= most) & (numUpper <= most);
  }

  Status finish(int32_t n) {
    split.lowerStart[n] = lowerEnd;
    split.upperStart[n] = upperEnd;
    fine.isEven = largestDiagonal <= kMostDiagonalRatio * smallestDiagonal && excessOfSizes <= kMostExcess * n &&
                  largestShares <= kMostLargestShare * n;
    return numUpper == numLower ? kOk : kBadArgument;
  }
};

double choosePowerOfTwo(double largest) {
  constexpr int kMostExponent = 1000;
  int exponent = 0;
  if (largest > 0) std::frexp(largest, &exponent);
  return std::ldexp(1.0, std::clamp(-exponent, -kMostExponent, kMostExponent));
}

// Room for half of the entries, which is what a symmetric pattern needs, for padding, and for one row more: what does
// not fit is noticed when its row has been written.
bool FineMatrix::allocate(const CsrView& caller, uint64_t half, uint64_t longestRow, SplitMatrix& split,
                          Buffer<int32_t>& component) {
  const int32_t n = caller.n;
  const uint64_t room = half + longestRow + kRowPadding;
  const uint64_t padded = room + uint64_t(n) * (kRowPadding - 1);
  this->n = n;
  return padded <= uint64_t(INT32_MAX) && permutation.allocate(n) && component.allocate(n) && rest.allocate(padded) &&
         diagonal.allocate(n) && split.allocateRows(n) && split.lower.allocate(padded) && split.upper.allocate(padded);
}

Status FineMatrix::split(const CsrView& caller, const int32_t* callerComponent, SplitMatrix& split,
                         Buffer<int32_t>& component, int32_t& badRow) {
  badRow = -1;
  const int32_t n = caller.n;
  if (n < 0 || caller.rowStart[0] != 0) return kBadArgument;
  int32_t longestRow = 0;
  for (int32_t row = 0; row < n; ++row) {
    const int32_t length = caller.rowStart[row + 1] - caller.rowStart[row];
    longestRow = length > longestRow ? length : longestRow;
    if (length >= 0) continue;
    badRow = row;
    return kBadArgument;
  }
  const int32_t half = caller.rowStart[n] / 2;
  if (!allocate(caller, uint64_t(half), uint64_t(longestRow), split, component)) return kOutOfMemory;
  double largest;
  Status status = findLargest(caller, largest, badRow);
  if (status != kOk) return status;
  scale = choosePowerOfTwo(largest);
  Writer writer{*this, split, component.data(), callerComponent, half, kZeroRow * largest * scale};
  status = isOrderLocal(caller, false) ? writeInOrder(caller, writer, badRow) : writeSearching(caller, writer, badRow);
  if (status != kOk) return status;
  rest.shrink(uint64_t(split.upperStart[n]));
  split.lower.shrink(uint64_t(split.lowerStart[n]));
  split.upper.shrink(uint64_t(split.upperStart[n]));
  return kOk;
}

// Rows as they come: L, the diagonal and U lie one behind the other.
Status FineMatrix::writeInOrder(const CsrView& caller, Writer& writer, int32_t& badRow) {
  const int32_t n = caller.n;
  const int32_t* const columns = caller.columns;
  for (int32_t i = 0; i < n; ++i) {
    permutation[i] = badRow = i;
    int32_t k = caller.rowStart[i];
    const int32_t end = caller.rowStart[i + 1];
    if (!areColumnsSound(caller, k, end)) return kBadArgument;
    writer.open(i);
    for (; k < end && columns[k] < i; ++k) writer.addLower(columns[k], caller.values[k] * scale);
    if (k < end && columns[k] == i) writer.diagonal = caller.values[k++] * scale;
    for (; k < end; ++k) writer.addUpper(columns[k], caller.values[k] * scale);
    if (!writer.close(i, i)) return kBadArgument;
  }
  badRow = -1;
  return writer.finish(n);
}

// Breadth-first search: all neighbours of an unknown have their places once it has been searched.
Status FineMatrix::writeSearching(const CsrView& caller, Writer& writer, int32_t& badRow) {
  constexpr int32_t kAhead = 8;
  const int32_t n = caller.n;
  Buffer<int32_t> place;
  if (!place.allocate(n)) return kOutOfMemory;
  for (int32_t i = 0; i < n; ++i) place[i] = -1;
  int32_t* const order = permutation.data();
  int32_t numPlaced = 0;
  int32_t nextSeed = 0;
  for (int32_t i = 0; i < n; ++i) {
    if (i == numPlaced) {
      while (place[nextSeed] >= 0) ++nextSeed;
      place[nextSeed] = numPlaced;
      order[numPlaced++] = nextSeed;
    }
    if (i + kAhead < numPlaced) fetchRow(caller, order[i + kAhead]);
    const int32_t row = order[i];
    badRow = row;
    const int32_t begin = caller.rowStart[row];
    const int32_t end = caller.rowStart[row + 1];
    if (!areColumnsSound(caller, begin, end)) return kBadArgument;
    writer.open(i);
    for (int32_t k = begin; k < end; ++k) {
      const int32_t column = caller.columns[k];
      const int32_t known = place[column];
      const bool isNew = known < 0;
      const int32_t j = isNew ? numPlaced : known;
      order[isNew ? numPlaced : i] = isNew ? column : row;
      place[column] = j;
      numPlaced += isNew;
      writer.add(i, j, caller.values[k] * scale);
    }
    if (!writer.close(i, row)) return kBadArgument;
  }
  badRow = -1;
  return writer.finish(n);
}

// What is known of a matrix before its halves are written.
struct FineMatrix::RowSums {
  Buffer<double> sum;        // of the entries beside the diagonal, left to right
  Buffer<double> magnitude;  // of their sizes
  Buffer<double> largest;    // of their sizes
  double largestEntry = 0;   // of the matrix
  double poison = 0;         // NaN where an entry is not finite

  bool measure(const UpperTriangle& upper, int32_t n, int32_t* numLower) {
    if (!sum.allocateZero(n) || !magnitude.allocateZero(n) || !largest.allocateZero(n)) return false;
    const int32_t* const start = upper.rowStart.data();
    const int32_t* const columns = upper.columns.data();
    const double* const values = upper.values.data();
    for (int32_t i = 0; i < n; ++i) {
      double ownSum = sum[i], ownMagnitude = magnitude[i], ownLargest = largest[i];
      for (int32_t k = start[i]; k < start[i + 1]; ++k) {
        const int32_t j = columns[k];
        const double value = values[k];
        const double size = std::fabs(value);
        ownSum += value;
        ownMagnitude += size;
        ownLargest = size > ownLargest ? size : ownLargest;
        sum[j] += value;
        magnitude[j] += size;
        largest[j] = size > largest[j] ? size : largest[j];
        numLower[j] += value != 0;
      }
      sum[i] = ownSum;
      magnitude[i] = ownMagnitude;
      largest[i] = ownLargest;
      largestEntry = std::fmax(largestEntry, std::fmax(ownLargest, std::fabs(ownSum)));
      poison += 0.0 * ownMagnitude;
    }
    return true;
  }
};

Status FineMatrix::take(UpperTriangle& upper, int32_t n, const int32_t* callerComponent, SplitMatrix& split,
                        Buffer<int32_t>& component, int32_t& badRow) {
  badRow = -1;
  RowSums rows;
  Buffer<int32_t> next;  // place of the next entry of each row of L
  if (!split.allocateRows(n) || !next.allocateZero(uint64_t(n) + 1) || !rows.measure(upper, n, next.data()))
    return kOutOfMemory;
  if (rows.poison != 0 || !std::isfinite(rows.largestEntry)) return kNotFinite;
  scale = choosePowerOfTwo(rows.largestEntry);
  const double nearlyZero = kZeroRow * rows.largestEntry;
  int64_t lowerEnd = 0;
  for (int32_t i = 0; i < n; ++i) {
    split.lowerStart[i] = static_cast<int32_t>(lowerEnd);
    const int32_t count = next[i];
    next[i] = static_cast<int32_t>(lowerEnd);
    lowerEnd += (count + kRowPadding - 1) / kRowPadding * kRowPadding;
    if (lowerEnd > INT32_MAX) return kOutOfMemory;
  }
  split.lowerStart[n] = static_cast<int32_t>(lowerEnd);
  const uint64_t mostUpper = uint64_t(upper.rowStart[n]) + uint64_t(n) * (kRowPadding - 1);
  if (mostUpper > uint64_t(INT32_MAX) || !split.lower.allocate(uint64_t(lowerEnd)) || !split.upper.allocate(mostUpper) ||
      !rest.allocate(mostUpper) || !component.allocate(n) || !diagonal.allocate(n))
    return kOutOfMemory;
  this->n = n;
  permutation.reset();
  const int32_t* const columns = upper.columns.data();
  const double* const values = upper.values.data();
  Entry* const lowerEntries = split.lower.data();
  Entry* const upperEntries = split.upper.data();
  double smallestDiagonal = HUGE_VAL, largestDiagonal = 0, excessOfSizes = 0, largestShares = 0;
  int32_t upperEnd = 0;
  for (int32_t i = 0, from = 0; i < n; ++i) {
    split.upperStart[i] = upperEnd;
    // All rows above have been written. More is left than the padding where the scale made entries zero.
    while (next[i] < split.lowerStart[i + 1]) lowerEntries[next[i]++] = {0, offsetOf(i)};
    for (const int32_t to = upper.rowStart[i + 1]; from < to; ++from) {
      const double value = values[from] * scale;
      const int32_t j = columns[from];
      if (float(value) == 0) continue;
      rest[upperEnd] = restOf(value);
      upperEntries[upperEnd++] = {float(value), offsetOf(j)};
      lowerEntries[next[j]++] = {float(value), offsetOf(i)};
    }
    padUpper(upperEntries, rest.data(), upperEnd, i);
    const double own = -rows.sum[i] * scale;
    const bool isZero = std::fmax(rows.largest[i], std::fabs(rows.sum[i])) <= nearlyZero;
    component[i] = isZero ? numComponents++ : callerComponent ? callerComponent[i] : -1;
    if (own > 0) {
      const double magnitude = rows.magnitude[i] * scale;
      smallestDiagonal = std::fmin(smallestDiagonal, own);
      largestDiagonal = std::fmax(largestDiagonal, own);
      excessOfSizes += magnitude / own - 1;
      largestShares += magnitude > 0 ? rows.largest[i] * scale / magnitude : 0;
    }
    diagonal[i] = own;
    split.diagonal[i] = float(own);
    split.inverseDiagonal[i] = split.diagonal[i] > 0 ? 1 / split.diagonal[i] : 0;
    split.excess[i] = 0;
  }
  split.upperStart[n] = upperEnd;
  upper.rowStart.reset();
  upper.columns.reset();
  upper.values.reset();
  isEven = largestDiagonal <= kMostDiagonalRatio * smallestDiagonal && excessOfSizes <= kMostExcess * n &&
           largestShares <= kMostLargestShare * n;
  rest.shrink(uint64_t(upperEnd));
  split.upper.shrink(uint64_t(upperEnd));
  return kOk;
}

}  // namespace erfem
