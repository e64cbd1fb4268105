#include "multigrid.h"

#include <cmath>

#include "galerkin.h"
#include "prolongator.h"

namespace erfem {

namespace {

/// Coarsening ends at this size, which is solved directly.
constexpr int32_t kCoarsestSize = 200;
/// Where coarsening has stalled, up to this size is still solved directly.
constexpr int32_t kMostDirect = 1000;
constexpr float kThresholdDecay = 0.5f;
/// A coarsening that leaves more than this share is tried again with all connections strong, and is then given up.
constexpr double kTooLittle = 0.6;
/// A level may not have more entries than this many times the finest.
constexpr uint64_t kMostGrowth = 2;

// sqrt(x'A D^-1 A x / x'D x) after some steps of the power method on four vectors, below the largest eigenvalue of D^-1
// A.
float estimateSpectralRadius(const SplitMatrix& a, Quad* x, Quad* y) {
  constexpr int kSteps = 6;
  uint32_t state = 12345;
  for (int32_t i = 0; i < a.n; ++i) {
    for (int lane = 0; lane < kMostLanes; ++lane) {
      state = state * 1664525u + 1013904223u;  // Numerical Recipes, 7.1
      x[i][lane] = float(int32_t(state)) * 4.656612873e-10f;
    }
  }
  float radius = 1;
  for (int step = 0; step < kSteps; ++step) {
    Quad before = 0.0f;
    Quad after = 0.0f;
    for (int32_t i = 0; i < a.n; ++i) {
      const bool isZero = a.inverseDiagonal[i] == 0;
      y[i] = isZero ? Quad(0.0f) : x[i] + multiplyOthers(a, x, i) * a.inverseDiagonal[i];
      before += a.diagonal[i] * x[i] * x[i];
      after += a.diagonal[i] * y[i] * y[i];
    }
    Quad scale = 0.0f;
    radius = 0;
    for (int lane = 0; lane < kMostLanes; ++lane) {
      const float ratio = before[lane] > 0 ? std::sqrt(after[lane] / before[lane]) : 0;
      radius = std::fmax(radius, ratio);
      if (ratio > 0) scale[lane] = 1 / ratio;
    }
    for (int32_t i = 0; i < a.n; ++i) x[i] = y[i] * scale;
  }
  return radius;
}

}  // namespace

Status Multigrid::build(int32_t numComponents) {
  const uint64_t fineEntries = levels[0].matrix.numEntries();
  uint64_t allEntries = fineEntries;
  float threshold = options.threshold;
  numLevels = 1;
  bool isDone = false;
  while (true) {
    MultigridLevel& level = levels[numLevels - 1];
    // The finest level has its vectors last, in the memory that coarsening it has left.
    if (numLevels > 1 && !level.allocateVectors()) return kOutOfMemory;
    if (isDone || level.matrix.n <= kCoarsestSize || numLevels == kMostLevels) break;
    const Status status = coarsen(threshold, kMostGrowth * fineEntries + 100000, isDone);
    if (status != kOk) return status;
    if (isDone) break;
    threshold *= kThresholdDecay;
    allEntries += levels[numLevels - 1].matrix.numEntries();
  }
  operatorComplexity = fineEntries > 0 ? double(allEntries) / double(fineEntries) : 1;
  const MultigridLevel& last = levels[numLevels - 1];
  const Status status =
      last.matrix.n > kMostDirect ? kOk : coarse.factorize(last.matrix, last.component.data(), numComponents);
  for (int32_t level = 0; level < numLevels; ++level) {
    levels[level].component.reset();
    levels[level].matrix.excess.reset();
  }
  return status != kOk || levels[0].allocateVectors() ? status : kOutOfMemory;
}

// Adds a level, or says that there is none to add.
Status Multigrid::coarsen(float threshold, uint64_t mostEntries, bool& isDone) {
  MultigridLevel& fine = levels[numLevels - 1];
  MultigridLevel& next = levels[numLevels];
  const int32_t n = fine.matrix.n;
  Strength strength;
  Buffer<int32_t> aggregateOf;
  if (!strength.build(fine.matrix) || !aggregateOf.allocate(n)) return kOutOfMemory;
  strength.threshold = threshold;
  int32_t numAggregates = 0;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Status status = aggregateUnknowns(fine.matrix, strength, aggregateOf.data(), numAggregates);
    if (status != kOk) return status;
    if (numAggregates <= kTooLittle * n) break;
    strength.threshold = 0;
  }
  isDone = numAggregates == 0 || numAggregates > kTooLittle * n;
  if (isDone) return kOk;

  float damping = 0;
  if (numLevels > 1) {
    const float radius = estimateSpectralRadius(fine.matrix, fine.rhs.data(), fine.solution());
    if (!(radius > 0) || !std::isfinite(radius)) return kNotFinite;
    damping = 4.0f / (3.0f * 1.05f * radius);
  }
  Prolongator prolongator;
  Status status = buildProlongator(fine.matrix, strength, damping, aggregateOf.data(), numAggregates, prolongator);
  if (status == kOk) status = transposeProlongator(prolongator, n, fine.restriction);
  if (status != kOk) return status;
  if (!next.component.allocate(numAggregates)) return kOutOfMemory;
  for (int32_t i = 0; i < n; ++i) {
    if (aggregateOf[i] >= 0) next.component[aggregateOf[i]] = fine.component[i];
  }
  status = multiplyGalerkin(fine.matrix, prolongator, fine.restriction, next.component.data(), mostEntries,
                            next.matrix);
  if (status != kOk) return status;
  ++numLevels;
  return kOk;
}

void Multigrid::clear() {
  for (int32_t level = 0; level < numLevels; ++level) levels[level].clearWork();
}

void Multigrid::cycle(int32_t level) {
  MultigridLevel& here = levels[level];
  const Quad* const rhs = here.rhs.data();
  if (!isDirect(level)) sweepForward(here.matrix, here.solution(), [rhs](int32_t i) { return rhs[i]; });
  correct(level);
  finish(level, [](int32_t, Quad, Quad) {});
}

void Multigrid::correct(int32_t level) {
  MultigridLevel& fine = levels[level];
  const SplitMatrix& a = fine.matrix;
  const Quad* const rhs = fine.rhs.data();
  Quad* const x = fine.solution();
  if (isDirect(level)) return coarse.solve(rhs, x);
  if (options.numSweeps > 1) sweepBackward(a, rhs, x, [](int32_t, Quad, Quad) {});
  if (level + 1 == numLevels) return;
  Quad* const residual = fine.residual();
  if (options.numSweeps > 1) {
    for (int32_t i = 0; i < a.n; ++i) residual[i] = rhs[i] - multiplyOthers(a, x, i) - a.diagonal[i] * x[i];
  } else {
    // After one forward sweep from zero the residual is -U x.
    const Entry* const upper = a.upper.data();
    const int32_t* const start = a.upperStart.data();
    for (int32_t i = 0; i < a.n; ++i) residual[i] = -multiplyRow(upper + start[i], upper + start[i + 1], x);
  }
  restrictVector(fine.restriction, residual, levels[level + 1].rhs.data());
  cycle(level + 1);
}

}  // namespace erfem
