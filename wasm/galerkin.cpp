#include "galerkin.h"

#include "row-accumulator.h"

namespace erfem {

namespace {

// A P by rows, and A P 1.
struct Product {
  Buffer<int32_t> rowStart;
  Buffer<Entry> entries;  // `offset` holds the column itself
  Buffer<float> excess;
};

Status multiplyByProlongator(const SplitMatrix& a, const Prolongator& p, Product& product) {
  const int32_t n = a.n;
  RowAccumulator<double> accumulator;
  if (!accumulator.allocate(p.numCoarse)) return kOutOfMemory;
  if (!product.rowStart.allocate(uint64_t(n) + 1) || !product.excess.allocate(n)) return kOutOfMemory;
  if (!product.entries.allocate(uint64_t(n) * 14 + 1024)) return kOutOfMemory;
  const int32_t* const start = p.rowStart.data();
  const Entry* const entries = p.entries.data();
  int32_t end = 0;
  for (int32_t i = 0; i < n; ++i) {
    product.rowStart[i] = end;
    auto row = accumulator.open(i);
    double diagonal = a.excess[i];
    double excess = a.excess[i];
    const auto addRow = [&](int32_t j, double value) {
      for (int32_t k = start[j]; k < start[j + 1]; ++k) row.add(entries[k].column(), value * entries[k].value);
    };
    a.forRow(i, [&](const Entry& entry) {
      const int32_t j = entry.column();
      addRow(j, entry.value);
      diagonal -= entry.value;
      excess -= start[j] == start[j + 1] ? entry.value : 0;
    });
    addRow(i, diagonal);
    if (!growBuffer(product.entries, uint64_t(end), uint64_t(end) + uint64_t(row.count))) return kOutOfMemory;
    Entry* const to = product.entries.data() + end;
    for (int32_t k = 0; k < row.count; ++k) to[k] = {float(row.take(row.column(k))), uint32_t(row.column(k))};
    end += row.count;
    product.excess[i] = float(excess);
  }
  product.rowStart[n] = end;
  return kOk;
}

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
  const double diagonal = bySums > 0 ? bySums : ownSum;
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
  Product product;
  const Status status = multiplyByProlongator(a, p, product);
  if (status != kOk) return status;
  const int32_t n = p.numCoarse;
  RowAccumulator<double> accumulator;
  const uint64_t guess = uint64_t(n) * 32 + 1024;
  if (!accumulator.allocate(n) || !result.allocateRows(n) || !result.lower.allocate(guess) ||
      !result.upper.allocate(guess)) {
    return kOutOfMemory;
  }
  int32_t lowerEnd = 0;
  int32_t upperEnd = 0;
  for (int32_t c = 0; c < n; ++c) {
    auto row = accumulator.open(c);
    row.add(c, 0);
    double excess = 0;
    for (int32_t k = restriction.rowStart[c]; k < restriction.rowStart[c + 1]; ++k) {
      const int32_t i = restriction.entries[k].column();
      const double weight = restriction.entries[k].value;
      excess += weight * product.excess[i];
      const Entry* const end = product.entries.data() + product.rowStart[i + 1];
      for (const Entry* entry = product.entries.data() + product.rowStart[i]; entry != end; ++entry) {
        row.add(int32_t(entry->offset), weight * entry->value);
      }
    }
    if (coarseComponent[c] >= 0) excess = 0;
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
