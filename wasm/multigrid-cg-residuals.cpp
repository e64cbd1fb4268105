// When a run starts, is restarted, corrects its residual, and ends.
//
// Once the recursion says that all have converged, P b - K x is computed afresh; where that disagrees the iteration
// restarts from it, and where a restart no longer halves it, round-off has the last word: kStagnated.
#include "multigrid-cg.h"

#include <cmath>

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

}  // namespace

Status MultigridCg::begin(bool isGuessed) {
  const bool exact = isExact || !fine.isEven || fine.n <= kAlwaysExact;
  if (exact && !haveProduct()) return kOutOfMemory;
  DoubleQuad sum = 0.0;
  for (int32_t i = 0; i < fine.n; ++i) {
    const DoubleQuad own = rhsScale * gather(rhs, rhsStride, i);
    sum += own * own;
  }
  if (isGuessed) projectSolution();
  computeTrueResidual(!isGuessed);
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
  return restart(exact);
}

// Goes on from the true residual as if from the start, with r and products in double or not.
Status MultigridCg::restart(bool exact) {
  isExact = exact;
  replaceAt = kFirstReplaceAt;
  if (isExact && !haveProduct()) return kOutOfMemory;
  for (int lane = 0; lane < kMostLanes; ++lane) freshNorm[lane] = residualNorm[lane];
  MultigridLevel& finest = preconditioner.levels[0];
  if (!isExact) {
    chooseResidualScale();
    const DoubleQuad* const r = trueResidual();
    for (int32_t i = 0; i < fine.n; ++i) finest.rhs[i] = narrow<4>(r[i] * residualScale);
  }
  finest.clearWork();
  direction.clear();
  image.clear();
  reduceResidual(DoubleQuad(0.0));
  return updateDirection(true);
}

// Room for r and products in double, when they are needed; the true residual goes there.
bool MultigridCg::haveProduct() {
  if (residual.size() > 0) return true;
  if (!product.allocateZero(fine.n) || !residual.allocate(fine.n)) return false;
  const DoubleQuad* const known = preconditioner.levels[0].scratch();
  std::memcpy(static_cast<void*>(residual.data()), known, sizeof(DoubleQuad) * residual.size());
  return true;
}

void MultigridCg::takeStep() {
  for (int32_t i = 0; i < fine.n; ++i) solution.store(i, solution.load(i) + step * toDouble(direction[i]));
  step = 0.0;
}

// Takes the mean over each component from x, to which K is blind.
void MultigridCg::projectSolution() {
  nullSpace.project<4>([this](int32_t i) { return solution.load(i); },
                       [this](int32_t i, DoubleQuad value) { solution.store(i, value); });
}

// Where the true residual is: of a run in float32 it takes the room of the finest level's vectors.
DoubleQuad* MultigridCg::trueResidual() {
  return residual.size() > 0 ? residual.data() : preconditioner.levels[0].scratch();
}

// P b - K x and its norm; K x is known to be zero, or not.
void MultigridCg::computeTrueResidual(bool isZero) {
  DoubleQuad* const r = trueResidual();
  if (isZero) {
    std::memset(static_cast<void*>(r), 0, sizeof(DoubleQuad) * std::size_t(fine.n));
  } else {
    multiplyExact(fine, preconditioner.levels[0].matrix, [this](int32_t i) { return solution.load(i); }, r);
  }
  for (int32_t i = 0; i < fine.n; ++i) r[i] = rhsScale * gather(rhs, rhsStride, i) - r[i];
  DoubleQuad sum = 0.0;
  nullSpace.project<4>(r);
  for (int32_t i = 0; i < fine.n; ++i) sum += r[i] * r[i];
  for (int lane = 0; lane < kMostLanes; ++lane) residualNorm[lane] = std::sqrt(sum[lane]);
}

// Ends the run, or restarts the right-hand sides that have not truly converged, with products in double.
Status MultigridCg::verify(Status otherwise) {
  constexpr double kWorthARestart = 0.5;
  takeStep();
  projectSolution();
  computeTrueResidual(false);
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
  MultigridLevel& finest = preconditioner.levels[0];
  Quad* const scaled = finest.rhs.data();
  const DoubleQuad factor = alpha * residualScale;
  for (int32_t i = 0; i < fine.n; ++i) scaled[i] = narrow<4>(toDouble(scaled[i]) - factor * toDouble(image[i]));
  takeStep();
  computeTrueResidual(false);
  const DoubleQuad* const r = trueResidual();
  DoubleQuad drift = 0.0;
  for (int32_t i = 0; i < fine.n; ++i) {
    const Quad fresh = narrow<4>(r[i] * residualScale);
    const DoubleQuad difference = toDouble(fresh - scaled[i]);
    scaled[i] = fresh;
    drift += difference * difference;
  }
  for (int lane = 0; lane < kMostLanes; ++lane) {
    const double most = kMostDrift * kReplaceAt * freshNorm[lane] * residualScale[lane];
    isExact |= active[lane] && !(std::sqrt(drift[lane]) <= most);
    freshNorm[lane] = residualNorm[lane];
  }
  replaceAt = kReplaceAt;
  if (isExact && !haveProduct()) return kOutOfMemory;
  finest.clearWork();
  return kOk;
}

// Goes on in double, from P b - K x.
Status MultigridCg::goExact() {
  takeStep();
  computeTrueResidual(false);
  return restart(true);
}

}  // namespace erfem
