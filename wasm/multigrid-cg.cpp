// For each right-hand side b, with the V-cycle M z = r and P the projection on mean zero over components:
//   alpha = r.z / p.Kp,  x += alpha p,  r -= alpha K p,  z = M^-1 r,  beta = r.z / (r.z before),  p = z + beta p
// Hestenes & Stiefel, 1952. z may differ from P z: K does not see that, and x is projected in the end. p is kept in
// float32, for any p that is nearly conjugate will do as long as x and r use the same; x is double. Passes over vectors
// are merged: r with the first sweep of the V-cycle, r.z with its last, x with p, one step late.
//
// The V-cycle ends with a backward sweep, (D + U) z = r - L z_before, so that K z = r - L z_before + L z costs half a
// product (Eisenstat, "Efficient implementation of a class of preconditioned conjugate gradient methods", SIAM J. Sci.
// Stat. Comput. 2 (1981)), and K p = K z + beta K p. These are float32 products, and r is float32: it drifts off by some
// 1e-7 of the residual at which it was last computed afresh. So r is replaced by P b - K x in double, p going on as
// before, soon after the start and whenever it has fallen far (van der Vorst & Ye, SIAM J. Sci. Comput. 22 (2000)). Where
// that shows a drift that will not do, or p.Kp is so small beside p.Dp that rounding K matters, as with flat cells, r and
// products are in double from there on; where coefficients jump or are anisotropic, from the start.
#include "multigrid-cg.h"

#include <cmath>

namespace erfem {

namespace {

/// The least p.Kp / p.Dp for products in float32, which are then good to one percent.
constexpr double kLeastCurvature = 1e-5;

}  // namespace

Status MultigridCg::create(const CsrView& caller, const int32_t* component, int32_t numComponents, int32_t& badRow) {
  MultigridLevel& finest = preconditioner.levels[0];
  fine.numComponents = numComponents;
  const Status result = fine.split(caller, component, finest.matrix, finest.component, badRow);
  return result == kOk ? build(badRow) : result;
}

Status MultigridCg::createFrom(UpperTriangle& upper, int32_t n, const int32_t* component, int32_t numComponents,
                               int32_t& badRow) {
  MultigridLevel& finest = preconditioner.levels[0];
  fine.numComponents = numComponents;
  const Status result = fine.take(upper, n, component, finest.matrix, finest.component, badRow);
  return result == kOk ? build(badRow) : result;
}

// All that follows the finest level.
Status MultigridCg::build(int32_t& badRow) {
  MultigridLevel& finest = preconditioner.levels[0];
  const int32_t n = fine.n;
  const Status result = nullSpace.build(finest.component.data(), n, fine.numComponents);
  if (result != kOk) return result;
  for (int32_t i = 0; i < n; ++i) {
    const int32_t c = finest.component[i];
    if (c >= 0 && nullSpace.inverseSize[c] == 1) {
      finest.matrix.inverseDiagonal[i] = 0;
    } else if (!(fine.diagonal[i] > 0)) {
      badRow = fine.unknownAt(i);
      return kNotPositiveDefinite;
    }
  }
  return preconditioner.build(fine.numComponents);
}

Status MultigridCg::start(const double* callerRhs, const double* callerGuess, int32_t count, int32_t stride,
                          double relativeTolerance, int32_t limit) {
  status = kBadArgument;
  if (count < 1 || count > kMostLanes || stride < count || !(relativeTolerance >= 0)) return kBadArgument;
  numRhs = count;
  if (!allocateRun()) return kOutOfMemory;
  rhs = callerRhs;
  rhsStride = stride;
  tolerance = relativeTolerance;
  maxIterations = limit;
  numIterations = 0;
  step = 0.0;
  preconditioner.clear();
  const Status scales = chooseScales(callerRhs, stride);
  if (scales != kOk) return status = scales;
  for (int32_t i = 0; i < fine.n; ++i) {
    solution.store(i, callerGuess ? gather(callerGuess, stride, i) * (rhsScale / fine.scale) : DoubleQuad(0.0));
  }
  return status = begin(callerGuess != nullptr);
}

// A power of two that brings r to norm about sqrt(n): float32 can neither underflow nor overflow.
void MultigridCg::chooseResidualScale() {
  for (int lane = 0; lane < kMostLanes; ++lane) {
    const double mean = residualNorm[lane] / std::sqrt(double(fine.n));
    residualScale[lane] = residualNorm[lane] > 0 ? choosePowerOfTwo(mean) : 0;
  }
}

// r -= alpha K p, returning r.r, and the first sweep of the V-cycle for r scaled anew.
DoubleQuad MultigridCg::reduceResidual(DoubleQuad alpha) {
  if (isExact) return reduceExactResidual(alpha);
  const DoubleQuad before = residualScale;
  chooseResidualScale();
  DoubleQuad keep;
  for (int lane = 0; lane < kMostLanes; ++lane) keep[lane] = before[lane] > 0 ? residualScale[lane] / before[lane] : 0;
  const DoubleQuad step = alpha * residualScale;
  MultigridLevel& finest = preconditioner.levels[0];
  Quad* const r = finest.rhs.data();
  const Quad* const q = image.data();
  DoubleQuad sum = 0.0;
  sweepForward(finest.matrix, finest.solution(), [&](int32_t i) {
    const DoubleQuad reduced = keep * toDouble(r[i]) - step * toDouble(q[i]);
    sum += reduced * reduced;
    return r[i] = narrow<4>(reduced);
  });
  for (int lane = 0; lane < kMostLanes; ++lane) {
    if (residualScale[lane] > 0) sum[lane] /= residualScale[lane] * residualScale[lane];
  }
  return sum;
}

// The same for r and K p in double.
DoubleQuad MultigridCg::reduceExactResidual(DoubleQuad alpha) {
  chooseResidualScale();
  MultigridLevel& finest = preconditioner.levels[0];
  Quad* const scaled = finest.rhs.data();
  DoubleQuad* const r = residual.data();
  const DoubleQuad* const q = product.data();
  DoubleQuad sum = 0.0;
  sweepForward(finest.matrix, finest.solution(), [&](int32_t i) {
    const DoubleQuad reduced = r[i] - alpha * q[i];
    r[i] = reduced;
    sum += reduced * reduced;
    return scaled[i] = narrow<4>(reduced * residualScale);
  });
  return sum;
}

// The rest of the V-cycle, p = z + beta p together with the step of x along the old p, and K p. `restarting` forgets
// the old p.
Status MultigridCg::updateDirection(bool restarting) {
  MultigridLevel& finest = preconditioner.levels[0];
  const Quad* const scaled = finest.rhs.data();
  Quad* const halfImages = finest.residual();
  DoubleQuad newEnergy = 0.0;
  preconditioner.correct(0);
  preconditioner.finish(0, [&](int32_t i, Quad z, Quad halfImage) {
    newEnergy += toDouble(scaled[i] * z);
    halfImages[i] = halfImage;
  });
  Quad beta = 0.0f;
  Quad moving = 0.0f;
  for (int lane = 0; lane < kMostLanes; ++lane) {
    newEnergy[lane] = residualScale[lane] > 0 ? newEnergy[lane] / residualScale[lane] : 0;
    if (!restarting && active[lane]) beta[lane] = float(newEnergy[lane] / energy[lane]);
    moving[lane] = active[lane] ? 1 : 0;
    energy[lane] = newEnergy[lane];
  }
  const SplitMatrix& a = finest.matrix;
  const float* const diagonal = a.diagonal.data();
  const Entry* const lower = a.lower.data();
  const int32_t* const start = a.lowerStart.data();
  const Quad* const z = finest.solution();
  Quad* const p = direction.data();
  Quad* const q = image.data();
  DoubleQuad dot = 0.0;
  DoubleQuad dotDiagonal = 0.0;
  for (int32_t i = 0; i < a.n; ++i) {
    const Quad old = p[i];
    solution.store(i, solution.load(i) + step * toDouble(old));
    const Quad own = moving * z[i] + beta * old;
    p[i] = own;
    if (isExact) continue;
    const Quad imageOfZ = halfImages[i] + multiplyRow(lower + start[i], lower + start[i + 1], z);
    const Quad imageOfOwn = moving * imageOfZ + beta * q[i];
    q[i] = imageOfOwn;
    dot += toDouble(own * imageOfOwn);
    dotDiagonal += toDouble(diagonal[i] * own * own);
  }
  step = 0.0;
  fresh = restarting;
  const bool wasExact = isExact;
  if (!isExact) {
    for (int lane = 0; lane < kMostLanes; ++lane) {
      isExact |= active[lane] && !(dot[lane] >= kLeastCurvature * dotDiagonal[lane]);
    }
  }
  curvature = dot;
  if (!isExact) return kRunning;
  if (!haveProduct()) return kOutOfMemory;
  if (!wasExact) computeTrueResidual(false);
  curvature = multiplyExact(fine, a, [p](int32_t i) { return toDouble(p[i]); }, product.data());
  return kRunning;
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
