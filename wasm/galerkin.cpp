#include "galerkin.h"

#include <cmath>

#include "row-accumulator.h"

namespace erfem {

namespace {

// (L + D / 2) P by rows: half of A P, for A_c = P' A P is the sum of P' (L + D / 2) P and its transpose.
struct HalfProduct {
  Buffer<int32_t> rowStart;
  Buffer<Entry> entries;  // `offset` holds the column itself
  Buffer<float> excess;   // A P 1
};

Status multiplyByProlongator(const SplitMatrix& a, const Prolongator& p, HalfProduct& product) {
  const int32_t n = a.n;
  RowAccumulator<double> accumulator;
  if (!accumulator.allocate(p.numCoarse)) return kOutOfMemory;
  if (!product.rowStart.allocate(uint64_t(n) + 1) || !product.excess.allocate(n)) return kOutOfMemory;
  if (!product.entries.allocate(uint64_t(n) * 10 + 1024)) return kOutOfMemory;
  const int32_t* const start = p.rowStart.data();
  const Entry* const entries = p.entries.data();
  bool anyEmpty = false;
  for (int32_t i = 0; i < n; ++i) anyEmpty |= start[i] == start[i + 1];
  int32_t end = 0;
  for (int32_t i = 0; i < n; ++i) {
    product.rowStart[i] = end;
    auto row = accumulator.open(i);
    double diagonal = a.excess[i];
    const auto addRow = [&](int32_t j, double value) {
      for (int32_t k = start[j]; k < start[j + 1]; ++k) row.add(entries[k].column(), value * entries[k].value);
    };
    const Entry* other = a.lower.data() + a.lowerStart[i];
    const Entry* const lowerEnd = withoutPadding(other, a.lower.data() + a.lowerStart[i + 1], i);
    for (; other != lowerEnd; ++other) {
      const int32_t j = other->column();
      addRow(j, other->value);
      diagonal -= other->value;
    }
    for (int32_t k = a.upperStart[i]; k < a.upperStart[i + 1]; ++k) diagonal -= a.upper[k].value;
    addRow(i, 0.5 * diagonal);
    if (!growBuffer(product.entries, uint64_t(end), uint64_t(end) + uint64_t(row.count))) return kOutOfMemory;
    Entry* const to = product.entries.data() + end;
    for (int32_t k = 0; k < row.count; ++k) to[k] = {float(row.take(row.column(k))), uint32_t(row.column(k))};
    end += row.count;
    product.excess[i] = a.excess[i];
    if (anyEmpty) {
      a.forRow(i, [&](const Entry& entry) {
        if (start[entry.column()] == start[entry.column() + 1]) product.excess[i] -= entry.value;
      });
    }
  }
  product.rowStart[n] = end;
  return kOk;
}

// H = P' (L + D / 2) P by rows, in double: H and H' may cancel each other.
struct HalfGalerkin {
  Buffer<int32_t> rowStart;  // numCoarse + 1
  Buffer<int32_t> columns;
  Buffer<double> values;
  Buffer<double> excess;     // A_c 1

  Status build(const Prolongator& p, const Restriction& restriction, const HalfProduct& product, uint64_t mostEntries);
};

Status HalfGalerkin::build(const Prolongator& p, const Restriction& restriction, const HalfProduct& product,
                           uint64_t mostEntries) {
  const int32_t n = p.numCoarse;
  const uint64_t guess = uint64_t(n) * 64 + 1024;
  RowAccumulator<double> accumulator;
  if (!accumulator.allocate(n) || !rowStart.allocate(uint64_t(n) + 1) || !excess.allocate(n) ||
      !columns.allocate(guess) || !values.allocate(guess)) {
    return kOutOfMemory;
  }
  int32_t end = 0;
  for (int32_t c = 0; c < n; ++c) {
    rowStart[c] = end;
    auto row = accumulator.open(c);
    double sum = 0;
    for (int32_t k = restriction.rowStart[c]; k < restriction.rowStart[c + 1]; ++k) {
      const int32_t i = restriction.entries[k].column();
      const double weight = restriction.entries[k].value;
      sum += weight * product.excess[i];
      const Entry* const last = product.entries.data() + product.rowStart[i + 1];
      for (const Entry* entry = product.entries.data() + product.rowStart[i]; entry != last; ++entry) {
        row.add(int32_t(entry->offset), weight * entry->value);
      }
    }
    excess[c] = sum;
    const uint64_t needed = uint64_t(end) + uint64_t(row.count);
    if (needed > mostEntries || !growBuffer(columns, uint64_t(end), needed) ||
        !growBuffer(values, uint64_t(end), needed)) {
      return kOutOfMemory;
    }
    for (int32_t k = 0; k < row.count; ++k, ++end) {
      columns[end] = row.column(k);
      values[end] = row.take(row.column(k));
    }
  }
  rowStart[n] = end;
  return kOk;
}

// The transpose of H.
struct Transposed {
  Buffer<int32_t> rowStart;
  Buffer<int32_t> columns;
  Buffer<double> values;

  bool build(const HalfGalerkin& half, int32_t n) {
    const int32_t numEntries = half.rowStart[n];
    if (!rowStart.allocateZero(uint64_t(n) + 2) || !columns.allocate(numEntries) || !values.allocate(numEntries)) {
      return false;
    }
    // Counted up to the end of each row, which makes rowStart right in the end.
    int32_t* const next = rowStart.data() + 1;
    for (int32_t k = 0; k < numEntries; ++k) ++next[half.columns[k] + 1];
    for (int32_t c = 0; c < n; ++c) next[c + 1] += next[c];
    for (int32_t c = 0; c < n; ++c) {
      for (int32_t k = half.rowStart[c]; k < half.rowStart[c + 1]; ++k) {
        const int32_t to = next[half.columns[k]]++;
        columns[to] = c;
        values[to] = half.values[k];
      }
    }
    return true;
  }
};

// The finished row c of A_c, split.
template <typename Row>
bool storeRow(Row& row, int32_t c, double excess, SplitMatrix& result, int32_t& lowerEnd, int32_t& upperEnd) {
  const uint64_t room = uint64_t(row.count) + kRowPadding;
  if (!growBuffer(result.lower, uint64_t(lowerEnd), uint64_t(lowerEnd) + room) ||
      !growBuffer(result.upper, uint64_t(upperEnd), uint64_t(upperEnd) + room)) {
    return false;
  }
  Entry* const lower = result.lower.data();
  Entry* const upper = result.upper.data();
  result.lowerStart[c] = lowerEnd;
  result.upperStart[c] = upperEnd;
  const double ownSum = row.take(c);
  double others = 0;
  for (int32_t k = 1; k < row.count; ++k) {
    const int32_t column = row.column(k);
    const double sum = row.take(column);
    others += sum;
    lower[lowerEnd] = upper[upperEnd] = {float(sum), offsetOf(column)};
    lowerEnd += column < c;
    upperEnd += column > c;
  }
  padRow(lower, lowerEnd, c);
  padRow(upper, upperEnd, c);
  const double bySums = excess - others;
  // A row of its own is exactly its excess; of an indefinite sum by rounding, what has been added up is better.
  const double diagonal = std::fmax(bySums > 0 || row.count == 1 ? bySums : ownSum, 0);
  result.diagonal[c] = float(diagonal);
  result.inverseDiagonal[c] = diagonal > 0 ? float(1 / diagonal) : 0;
  result.excess[c] = float(excess);
  return true;
}

}  // namespace

Status transposeProlongator(const Prolongator& p, int32_t n, Restriction& result) {
  const int32_t numCoarse = p.numCoarse;
  result.numCoarse = numCoarse;
  if (!result.rowStart.allocateZero(uint64_t(numCoarse) + 2)) return kOutOfMemory;
  // start[c] is counted up to the end of row c, which makes rowStart right in the end.
  int32_t* const start = result.rowStart.data() + 1;
  const auto forEntries = [&](auto visit) {
    for (int32_t i = 0; i < n; ++i) {
      for (int32_t k = p.rowStart[i]; k < p.rowStart[i + 1]; ++k) {
        if (p.entries[k].value != 0) visit(i, p.entries[k]);
      }
    }
  };
  forEntries([&](int32_t, const Entry& entry) { ++start[entry.column() + 1]; });
  uint64_t end = 0;
  for (int32_t c = 0; c < numCoarse; ++c) {
    start[c] = int32_t(end);
    end += (uint64_t(start[c + 1]) + kRowPadding - 1) / kRowPadding * kRowPadding;
    if (end > uint64_t(INT32_MAX)) return kOutOfMemory;
  }
  if (!result.entries.allocate(end)) return kOutOfMemory;
  forEntries([&](int32_t i, const Entry& entry) {
    result.entries[start[entry.column()]++] = {entry.value, offsetOf(i)};
  });
  for (int32_t c = 0; c < numCoarse; ++c) {
    const int32_t own = start[c] > 0 ? result.entries[start[c] - 1].column() : 0;
    padRow(result.entries.data(), start[c], own);
  }
  return kOk;
}

Status multiplyGalerkin(const SplitMatrix& a, const Prolongator& p, const Restriction& restriction,
                        const int32_t* coarseComponent, uint64_t mostEntries, SplitMatrix& result) {
  const int32_t n = p.numCoarse;
  HalfGalerkin half;
  {
    HalfProduct product;
    Status status = multiplyByProlongator(a, p, product);
    if (status == kOk) status = half.build(p, restriction, product, mostEntries);
    if (status != kOk) return status;
  }
  Transposed transposed;
  RowAccumulator<double> accumulator;
  const uint64_t guess = uint64_t(half.rowStart[n]) * 3 / 5 + uint64_t(n) * kRowPadding;
  if (!transposed.build(half, n) || !accumulator.allocate(n) || !result.allocateRows(n) ||
      !result.lower.allocate(guess) || !result.upper.allocate(guess)) {
    return kOutOfMemory;
  }
  int32_t lowerEnd = 0;
  int32_t upperEnd = 0;
  for (int32_t c = 0; c < n; ++c) {
    auto row = accumulator.open(c);
    row.add(c, 0);
    for (int32_t k = half.rowStart[c]; k < half.rowStart[c + 1]; ++k) row.add(half.columns[k], half.values[k]);
    for (int32_t k = transposed.rowStart[c]; k < transposed.rowStart[c + 1]; ++k) {
      row.add(transposed.columns[k], transposed.values[k]);
    }
    const double excess = coarseComponent[c] >= 0 ? 0 : half.excess[c];
    if (!storeRow(row, c, excess, result, lowerEnd, upperEnd)) return kOutOfMemory;
    if (uint64_t(lowerEnd) + uint64_t(upperEnd) > mostEntries) return kOutOfMemory;
  }
  result.lowerStart[n] = lowerEnd;
  result.upperStart[n] = upperEnd;
  result.lower.shrink(lowerEnd);
  result.upper.shrink(upperEnd);
  return kOk;
}

}  // namespace erfem
