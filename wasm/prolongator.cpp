#include "prolongator.h"

#include <cmath>

#include "row-accumulator.h"

namespace erfem {

namespace {

constexpr float kLeastDiagonal = 0.3f;
constexpr float kRowDamping = 1.6f;

// The nearest multiple of 2^-21, so that entries add up to 1 in float32 without rounding. They are below 2 in size.
inline float roundEntry(float value) { return std::nearbyint(value * 2097152.0f) * (1 / 2097152.0f); }

}  // namespace

Status buildProlongator(const SplitMatrix& a, const Strength& strength, float damping, const int32_t* aggregateOf,
                        int32_t numAggregates, Prolongator& result) {
  const int32_t n = a.n;
  RowAccumulator<float> accumulator;
  if (!accumulator.allocate(numAggregates)) return kOutOfMemory;
  result.numCoarse = numAggregates;
  if (!result.rowStart.allocate(uint64_t(n) + 1)) return kOutOfMemory;
  if (!result.entries.allocate(uint64_t(n) * 5 + 1024)) return kOutOfMemory;
  int32_t end = 0;
  for (int32_t i = 0; i < n; ++i) {
    result.rowStart[i] = end;
    const int32_t own = aggregateOf[i];
    if (own < 0) continue;
    auto row = accumulator.open(i);
    row.add(own, 0);
    float filtered = a.diagonal[i] - a.excess[i];
    float magnitude = 0;
    a.forRow(i, [&](const Entry& entry) {
      const int32_t aggregate = aggregateOf[entry.column()];
      const bool counts = strength.isStrong(i, entry) & (aggregate >= 0);
      const float value = counts ? entry.value : 0;
      filtered += counts ? 0 : entry.value;
      magnitude += std::fabs(value);
      row.add(counts ? aggregate : own, value);
    });
    const float divisor = std::fmax(filtered, kLeastDiagonal * a.diagonal[i]);
    const float omega = damping > 0 ? damping : kRowDamping * divisor / (std::fabs(filtered) + magnitude);
    const float factor = -omega / divisor;
    if (!growBuffer(result.entries, uint64_t(end), uint64_t(end) + uint64_t(row.count))) return kOutOfMemory;
    Entry* const entries = result.entries.data() + end;
    float rest = 0;
    row.take(own);
    for (int32_t k = 1; k < row.count; ++k) {
      const int32_t aggregate = row.column(k);
      const float value = roundEntry(factor * row.take(aggregate));
      rest += value;
      entries[k] = {value, offsetOf(aggregate)};
    }
    entries[0] = {1 - rest, offsetOf(own)};
    end += row.count;
  }
  result.rowStart[n] = end;
  return kOk;
}

}  // namespace erfem
