// When a run starts, is restarted, corrects its residual, and ends.
//
// Once the recursion says that all have converged, P b - K x is computed afresh; where that disagrees the iteration
// restarts from it, and where a restart no longer halves it, round-off has the last word: kStagnated.
#include "multigrid-cg.h"

#include <cmath>

#include "symmetric-product.h"

namespace erfem {

namespace {

/// Products are in double from the start for up to so many unknowns.
constexpr int32_t kAlwaysExact = 4096;
/// A residual that has fallen by this factor since it was last computed afresh is computed afresh again; the first time,
/// which tells how fast r drifts, comes sooner.
constexpr double kReplaceAt = 1e-4;
constexpr double kFirstReplaceAt = 0.1;
/// The most drift of r, as a share of what it will be when it is replaced next.
constexpr double kMostDrift = 0.1;

DoubleQuad sumSquares(const Buffer<DoubleQuad>& vectors) {
  DoubleQuad sum = 0.0;
  for (std::size_t i = 0; i < vectors.size(); ++i) sum += vectors[i] * vectors[i];
  return sum;
}

}  // namespace

Status MultigridCg::begin() {
  const DoubleQuad sum = sumSquares(rhs);
  nullSpace.project<4>(rhs.data());
  computeTrueResidual();
  bool anyActive = false;
  for (int lane = 0; lane < kMostLanes; ++lane) {
    if (!std::isfinite(sum[lane]) || !std::isfinite(residualNorm[lane])) return kNotFinite;
    rhsNorm[lane] = std::sqrt(sum[lane]);
    checkedNorm[lane] = INFINITY;
    iterations[lane] = 0;
    active[lane] = residualNorm[lane] > tolerance * rhsNorm[lane];
    anyActive = anyActive || active[lane];
  }
  if (!anyActive) return kOk;
  if (maxIterations <= 0) return kIterationLimit;
  return restart(isExact || !fine.isEven || fine.whole.n <= kAlwaysExact);
}

// Goes on from the present r as if from the start, with products in double or not.
Status MultigridCg::restart(bool exact) {
  isExact = exact;
  replaceAt = kFirstReplaceAt;
  if (isExact && !haveProduct()) return kOutOfMemory;
  for (int lane = 0; lane < kMostLanes; ++lane) freshNorm[lane] = residualNorm[lane];
  direction.clear();
  image.clear();
  reduceResidual(DoubleQuad(0.0));
  return updateDirection(true);
}

// Room for products in double, when they are needed.
bool MultigridCg::haveProduct() { return product.size() > 0 || product.allocateZero(fine.whole.n); }

void MultigridCg::takeStep() {
  for (int32_t i = 0; i < fine.whole.n; ++i) solution[i] += step * toDouble(direction[i]);
  step = 0.0;
}

// r = P b - K x and its norm, x being projected first.
void MultigridCg::computeTrueResidual() {
  nullSpace.project<4>(solution.data());
  multiply<4>(fine.whole, solution.data(), residual.data());
  for (int32_t i = 0; i < fine.whole.n; ++i) residual[i] = rhs[i] - residual[i];
  nullSpace.project<4>(residual.data());
  const DoubleQuad sum = sumSquares(residual);
  for (int lane = 0; lane < kMostLanes; ++lane) residualNorm[lane] = std::sqrt(sum[lane]);
}

// Ends the run, or restarts the right-hand sides that have not truly converged, with products in double.
Status MultigridCg::verify(Status otherwise) {
  constexpr double kWorthARestart = 0.5;
  takeStep();
  computeTrueResidual();
  bool stagnated = false;
  bool anyActive = false;
  for (int lane = 0; lane < kMostLanes; ++lane) {
    active[lane] = false;
    if (!std::isfinite(residualNorm[lane])) return kNotFinite;
    if (residualNorm[lane] <= tolerance * rhsNorm[lane]) continue;
    if (otherwise != kRunning) return otherwise;
    if (residualNorm[lane] > kWorthARestart * checkedNorm[lane]) {
      stagnated = true;
      continue;
    }
    if (isExact) checkedNorm[lane] = residualNorm[lane];
    active[lane] = anyActive = true;
  }
  if (!anyActive) return stagnated ? kStagnated : kOk;
  return restart(true);
}

// r = P b - K x instead of r -= alpha K p, after the step of x. Goes on in double where r has drifted too far.
Status MultigridCg::replaceResidual(DoubleQuad alpha) {
  Quad* const recursion = preconditioner.levels[0].residual.data();
  const int32_t n = fine.whole.n;
  for (int32_t i = 0; i < n; ++i) recursion[i] = narrow<4>(residual[i] - alpha * toDouble(image[i]));
  takeStep();
  computeTrueResidual();
  DoubleQuad drift = 0.0;
  for (int32_t i = 0; i < n; ++i) {
    const DoubleQuad difference = toDouble(narrow<4>(residual[i]) - recursion[i]);
    drift += difference * difference;
  }
  for (int lane = 0; lane < kMostLanes; ++lane) {
    isExact |= active[lane] && !(std::sqrt(drift[lane]) <= kMostDrift * kReplaceAt * freshNorm[lane]);
    freshNorm[lane] = residualNorm[lane];
  }
  replaceAt = kReplaceAt;
  return isExact && !haveProduct() ? kOutOfMemory : kOk;
}

// Goes on with products in double, from P b - K x.
Status MultigridCg::goExact() {
  takeStep();
  computeTrueResidual();
  return restart(true);
}

}  // namespace erfem
