// For each right-hand side b, with the V-cycle M z = r and P the projection on mean zero over components:
//   alpha = r.z / p.Kp,  x += alpha p,  r -= alpha K p,  z = M^-1 r,  beta = r.z / (r.z before),  p = z + beta p
// Hestenes & Stiefel, 1952. z may differ from P z: K does not see that, and x is projected in the end. p is kept in
// float32, for any p that is nearly conjugate will do as long as x and r use the same; x and r are double. Passes over
// vectors are merged: r with the first sweep of the V-cycle, r.z with its last, x with p, one step late.
//
// The V-cycle ends with a backward sweep, (D + U) z = r - L z_before, so that K z = r - L z_before + L z costs half a
// product (Eisenstat, "Efficient implementation of a class of preconditioned conjugate gradient methods", SIAM J. Sci.
// Stat. Comput. 2 (1981)), and K p = K z + beta K p. These are float32 products: r drifts off by some 1e-7 of the
// residual at which it was last computed afresh. So r is replaced by P b - K x in double, p going on as before, soon
// after the start and whenever it has fallen far (van der Vorst & Ye, SIAM J. Sci. Comput. 22 (2000)). Where that shows
// a drift that will not do, or p.Kp is so small beside p.Dp that rounding K matters, as with flat cells, products are in
// double from there on; where coefficients jump or are anisotropic, from the start.
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
/// The least p.Kp / p.Dp for products in float32, which are then good to one percent.
constexpr double kLeastCurvature = 1e-5;
/// The most drift of r, as a share of what it will be when it is replaced next.
constexpr double kMostDrift = 0.1;

// q = K p, returning p.q; each entry of the upper half is read once and used twice.
template <typename Vector>
DoubleQuad multiply(const SymmetricMatrix& matrix, const Vector* p, DoubleQuad* q) {
  const int32_t n = matrix.n;
  const int32_t* const rowStart = matrix.rowStart.data();
  const int32_t* const columns = matrix.columns.data();
  const double* const values = matrix.values.data();
  const double* const diagonal = matrix.diagonal.data();
  std::memset(static_cast<void*>(q), 0, sizeof(DoubleQuad) * std::size_t(n));
  DoubleQuad dot = 0.0;
  for (int32_t i = 0; i < n; ++i) {
    const DoubleQuad own = toDouble(p[i]);
    DoubleQuad sum = diagonal[i] * own + q[i];
    const int32_t end = rowStart[i + 1];
    for (int32_t k = rowStart[i]; k < end; ++k) {
      const int32_t j = columns[k];
      sum += values[k] * toDouble(p[j]);
      q[j] += values[k] * own;
    }
    q[i] = sum;
    dot += own * sum;
  }
  return dot;
}

DoubleQuad sumSquares(const Buffer<DoubleQuad>& vectors) {
  DoubleQuad sum = 0.0;
  for (std::size_t i = 0; i < vectors.size(); ++i) sum += vectors[i] * vectors[i];
  return sum;
}

}  // namespace

Status MultigridCg::create(const CsrView& caller, const int32_t* component, int32_t numComponents, int32_t& badRow) {
  MultigridLevel& finest = preconditioner.levels[0];
  fine.numComponents = numComponents;
  Status result = fine.split(caller, component, finest.matrix, finest.component, badRow);
  if (result != kOk) return result;
  result = nullSpace.build(finest.component.data(), caller.n, fine.numComponents);
  if (result != kOk) return result;
  for (int32_t i = 0; i < caller.n; ++i) {
    const int32_t c = finest.component[i];
    if (c >= 0 && nullSpace.inverseSize[c] == 1) {
      finest.matrix.inverseDiagonal[i] = 0;
    } else if (!(fine.whole.diagonal[i] > 0)) {
      badRow = fine.permutation[i];
      return kNotPositiveDefinite;
    }
  }
  return preconditioner.build(fine.numComponents);
}

Status MultigridCg::start(const double* callerRhs, const double* callerGuess, int32_t count, int32_t stride,
                          double relativeTolerance, int32_t limit) {
  status = kBadArgument;
  if (count < 1 || count > kMostLanes || stride < count || !(relativeTolerance >= 0)) return kBadArgument;
  if (!allocateRun()) return kOutOfMemory;
  numRhs = count;
  tolerance = relativeTolerance;
  maxIterations = limit;
  numIterations = 0;
  step = 0.0;
  preconditioner.clear();
  const Status scales = chooseScales(callerRhs, stride);
  if (scales != kOk) return status = scales;
  gather(callerRhs, stride, rhsScale, rhs.data());
  if (callerGuess) {
    gather(callerGuess, stride, rhsScale / fine.scale, solution.data());
  } else {
    solution.clear();
  }
  return status = begin();
}

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

// r -= alpha K p, returning r.r, and the first sweep of the V-cycle for r scaled to norm about sqrt(n): float32 can
// neither underflow nor overflow.
DoubleQuad MultigridCg::reduceResidual(DoubleQuad alpha) {
  DoubleQuad scale;
  for (int lane = 0; lane < kMostLanes; ++lane) {
    scale[lane] = residualNorm[lane] > 0 ? std::sqrt(double(fine.whole.n)) / residualNorm[lane] : 0;
  }
  MultigridLevel& finest = preconditioner.levels[0];
  Quad* const scaled = finest.rhs.data();
  DoubleQuad* const r = residual.data();
  DoubleQuad sum = 0.0;
  const auto sweep = [&](const auto* q) {
    sweepForward(finest.matrix, finest.solution.data(), [&](int32_t i) {
      const DoubleQuad reduced = r[i] - alpha * toDouble(q[i]);
      r[i] = reduced;
      sum += reduced * reduced;
      const Quad result = narrow<4>(reduced * scale);
      scaled[i] = result;
      return result;
    });
  };
  if (isExact) {
    sweep(product.data());
  } else {
    sweep(image.data());
  }
  for (int lane = 0; lane < kMostLanes; ++lane) energyScale[lane] = scale[lane] > 0 ? 1 / scale[lane] : 0;
  return sum;
}

// The rest of the V-cycle, p = z + beta p together with the step of x along the old p, and K p. `restarting` forgets
// the old p.
Status MultigridCg::updateDirection(bool restarting) {
  MultigridLevel& finest = preconditioner.levels[0];
  Quad* const scaled = finest.rhs.data();
  DoubleQuad newEnergy = 0.0;
  preconditioner.correct(0);
  preconditioner.finish(0, [&](int32_t i, Quad z, Quad halfImage) {
    newEnergy += toDouble(scaled[i] * z);
    scaled[i] = halfImage;  // r is not needed any more
  });
  Quad beta = 0.0f;
  Quad moving = 0.0f;
  for (int lane = 0; lane < kMostLanes; ++lane) {
    newEnergy[lane] *= energyScale[lane];
    if (!restarting && active[lane]) beta[lane] = float(newEnergy[lane] / energy[lane]);
    moving[lane] = active[lane] ? 1 : 0;
    energy[lane] = newEnergy[lane];
  }
  const SplitMatrix& a = finest.matrix;
  const float* const diagonal = a.diagonal.data();
  const Entry* const lower = a.lower.data();
  const int32_t* const start = a.lowerStart.data();
  const Quad* const z = finest.solution.data();
  Quad* const p = direction.data();
  Quad* const q = image.data();
  DoubleQuad* const x = solution.data();
  DoubleQuad dot = 0.0;
  DoubleQuad dotDiagonal = 0.0;
  for (int32_t i = 0; i < a.n; ++i) {
    const Quad old = p[i];
    x[i] += step * toDouble(old);
    const Quad own = moving * z[i] + beta * old;
    p[i] = own;
    if (isExact) continue;
    const Quad imageOfZ = scaled[i] + multiplyRow(lower + start[i], lower + start[i + 1], z);
    const Quad imageOfOwn = moving * imageOfZ + beta * q[i];
    q[i] = imageOfOwn;
    dot += toDouble(own * imageOfOwn);
    dotDiagonal += toDouble(diagonal[i] * own * own);
  }
  step = 0.0;
  fresh = restarting;
  if (!isExact) {
    for (int lane = 0; lane < kMostLanes; ++lane) {
      isExact |= active[lane] && !(dot[lane] >= kLeastCurvature * dotDiagonal[lane]);
    }
  }
  curvature = dot;
  if (!isExact) return kRunning;
  if (!haveProduct()) return kOutOfMemory;
  curvature = multiply(fine.whole, p, product.data());
  return kRunning;
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
  multiply(fine.whole, solution.data(), residual.data());
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

Status MultigridCg::iterateOnce() {
  DoubleQuad alpha = 0.0;
  bool brokenDown = false;
  bool isDue = false;
  for (int lane = 0; lane < kMostLanes; ++lane) {
    if (!active[lane]) continue;
    isDue |= !isExact && residualNorm[lane] < replaceAt * freshNorm[lane];
    if (!std::isfinite(curvature[lane]) || !std::isfinite(energy[lane])) return kNotFinite;
    if (curvature[lane] > 0 && energy[lane] > 0) {
      alpha[lane] = energy[lane] / curvature[lane];
    } else if (!isExact) {
      return goExact();
    } else if (fresh || curvature[lane] < 0) {
      return kNotPositiveDefinite;
    } else {
      brokenDown = true;  // p.Kp = 0 after a while: underflow
    }
  }
  if (brokenDown) return verify(kRunning);

  step = alpha;
  if (isDue) {
    const Status replaced = replaceResidual(alpha);
    if (replaced != kOk) return replaced;
  }
  const DoubleQuad squaredNorm = reduceResidual(isDue ? DoubleQuad(0.0) : alpha);
  ++numIterations;
  bool anyActive = false;
  for (int lane = 0; lane < kMostLanes; ++lane) {
    if (!active[lane]) continue;
    ++iterations[lane];
    residualNorm[lane] = std::sqrt(squaredNorm[lane]);
    active[lane] = !(residualNorm[lane] <= tolerance * rhsNorm[lane]);
    anyActive = anyActive || active[lane];
  }
  if (!anyActive) return verify(kRunning);
  if (numIterations >= maxIterations) return verify(kIterationLimit);
  return updateDirection(false);
}

Status MultigridCg::iterate(int32_t count) {
  for (int32_t k = 0; k < count && status == kRunning; ++k) status = iterateOnce();
  return status;
}

}  // namespace erfem
