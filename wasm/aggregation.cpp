#include "aggregation.h"

#include <cmath>

namespace erfem {

namespace {

constexpr int32_t kFree = -1;
constexpr int32_t kAlone = -2;
/// A row whose other entries add up to less than this share of its diagonal is solved by the smoother.
constexpr float kNearlyDiagonal = 0.02f;

bool isNearlyDiagonal(const SplitMatrix& a, int32_t i) {
  if (a.inverseDiagonal[i] == 0) return true;
  float sum = 0;
  a.forRow(i, [&](const Entry& entry) { sum += std::fabs(entry.value); });
  return sum <= kNearlyDiagonal * a.diagonal[i];
}

// Whether i has strong neighbours and all of them are free.
bool canFormAggregate(const SplitMatrix& a, const Strength& strength, const int32_t* aggregateOf, int32_t i) {
  bool any = false;
  for (int32_t k = a.lowerStart[i]; k < a.lowerStart[i + 1]; ++k) {
    if (!strength.isStrong(i, a.lower[k])) continue;
    if (aggregateOf[a.lower[k].column()] != kFree) return false;
    any = true;
  }
  for (int32_t k = a.upperStart[i]; k < a.upperStart[i + 1]; ++k) {
    if (!strength.isStrong(i, a.upper[k])) continue;
    if (aggregateOf[a.upper[k].column()] != kFree) return false;
    any = true;
  }
  return any;
}

void formAggregate(const SplitMatrix& a, const Strength& strength, int32_t* aggregateOf, int32_t i, int32_t number) {
  aggregateOf[i] = number;
  a.forRow(i, [&](const Entry& entry) {
    int32_t& other = aggregateOf[entry.column()];
    if (other == kFree && strength.isStrong(i, entry)) other = number;
  });
}

// The aggregate of the strongest neighbour that has one, or kFree.
int32_t findStrongestAggregate(const SplitMatrix& a, const Strength& strength, const int32_t* aggregateOf, int32_t i) {
  float largest = 0;
  int32_t found = kFree;
  a.forRow(i, [&](const Entry& entry) {
    const float value = std::fabs(entry.value) * strength.scale[entry.column()];
    const int32_t aggregate = aggregateOf[entry.column()];
    if (value > largest && aggregate >= 0) {
      largest = value;
      found = aggregate;
    }
  });
  return found;
}

}  // namespace

bool Strength::build(const SplitMatrix& matrix) {
  if (!scale.allocate(matrix.n)) return false;
  for (int32_t i = 0; i < matrix.n; ++i) scale[i] = std::sqrt(matrix.inverseDiagonal[i]);
  return true;
}

Status aggregateUnknowns(const SplitMatrix& matrix, const Strength& strength, int32_t* aggregateOf,
                         int32_t& numAggregates) {
  const int32_t n = matrix.n;
  Buffer<int32_t> joined;
  if (!joined.allocate(n)) return kOutOfMemory;
  int32_t count = 0;
  for (int32_t i = 0; i < n; ++i) aggregateOf[i] = kFree;
  for (int32_t i = 0; i < n; ++i) {
    if (aggregateOf[i] == kFree && canFormAggregate(matrix, strength, aggregateOf, i)) {
      formAggregate(matrix, strength, aggregateOf, i, count++);
    }
  }

  // Joins are written down apart, so that an aggregate does not grow along a chain.
  for (int32_t i = 0; i < n; ++i) {
    joined[i] = aggregateOf[i];
    if (joined[i] != kFree) continue;
    joined[i] = isNearlyDiagonal(matrix, i) ? kAlone : findStrongestAggregate(matrix, strength, aggregateOf, i);
  }
  for (int32_t i = 0; i < n; ++i) {
    if (joined[i] == kFree) formAggregate(matrix, strength, joined.data(), i, count++);
  }
  for (int32_t i = 0; i < n; ++i) aggregateOf[i] = joined[i] == kAlone ? -1 : joined[i];
  numAggregates = count;
  return kOk;
}

}  // namespace erfem
