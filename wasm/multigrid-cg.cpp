// For each right-hand side b, with the V-cycle M z = r and P the projection on mean zero over components:
//   alpha = r.z / p.Kp,  x += alpha p,  r -= alpha K p,  z = M^-1 r,  beta = r.z / (r.z before),  p = z + beta p
// Hestenes & Stiefel, 1952. z may differ from P z: K does not see that, and x is projected in the end. p is kept in
// float32, for any p that is nearly conjugate will do as long as x and r use the same; K p, x and r are double. Passes
// over vectors are merged: r with the first sweep of the V-cycle, r.z with its last, x with p, one step late. Once the
// recursion says that all have converged, P b - K x is computed afresh; where that disagrees the iteration restarts
// from it, and where a restart no longer halves it, round-off has the last word: kStagnated.
#include "multigrid-cg.h"

#include <cmath>

namespace erfem {

namespace {

template <typename Vector>
inline DoubleQuad toDouble(Vector value) {
  return __builtin_convertvector(value, DoubleQuad);
}

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

// Powers of two that bring the largest entry of each right-hand side to about 1, so that its square does not underflow.
Status MultigridCg::chooseScales(const double* callerRhs, int32_t stride) {
  rhsScale = 1.0;
  for (int lane = 0; lane < numRhs; ++lane) {
    double largest = 0;
    double poison = 0;
    for (int32_t i = 0; i < fine.whole.n; ++i) {
      const double magnitude = std::fabs(callerRhs[std::size_t(i) * std::size_t(stride) + lane]);
      largest = magnitude > largest ? magnitude : largest;
      poison += 0.0 * magnitude;
    }
    if (!(poison == 0)) return kNotFinite;
    rhsScale[lane] = choosePowerOfTwo(largest);
  }
  return kOk;
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
  direction.clear();
  reduceResidual(DoubleQuad(0.0));
  updateDirection(true);
  return kRunning;
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
  const DoubleQuad* const q = product.data();
  DoubleQuad* const r = residual.data();
  DoubleQuad sum = 0.0;
  sweepForward(finest.matrix, finest.solution.data(), [&](int32_t i) {
    const DoubleQuad reduced = r[i] - alpha * q[i];
    r[i] = reduced;
    sum += reduced * reduced;
    const Quad result = narrow<4>(reduced * scale);
    scaled[i] = result;
    return result;
  });
  for (int lane = 0; lane < kMostLanes; ++lane) energyScale[lane] = scale[lane] > 0 ? 1 / scale[lane] : 0;
  return sum;
}

// The rest of the V-cycle, and p = z + beta p together with the step of x along the old p. `restart` forgets that.
void MultigridCg::updateDirection(bool restart) {
  const MultigridLevel& finest = preconditioner.levels[0];
  const Quad* const scaled = finest.rhs.data();
  DoubleQuad newEnergy = 0.0;
  preconditioner.correct(0);
  preconditioner.finish(0, [&](int32_t i, Quad z) { newEnergy += toDouble(scaled[i] * z); });
  Quad beta = 0.0f;
  Quad moving = 0.0f;
  for (int lane = 0; lane < kMostLanes; ++lane) {
    newEnergy[lane] *= energyScale[lane];
    if (!restart && active[lane]) beta[lane] = float(newEnergy[lane] / energy[lane]);
    moving[lane] = active[lane] ? 1 : 0;
    energy[lane] = newEnergy[lane];
  }
  const Quad* const z = finest.solution.data();
  Quad* const p = direction.data();
  DoubleQuad* const x = solution.data();
  for (int32_t i = 0; i < fine.whole.n; ++i) {
    const Quad old = p[i];
    x[i] += step * toDouble(old);
    p[i] = moving * z[i] + beta * old;
  }
  step = 0.0;
  fresh = restart;
}

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

// Ends the run, or restarts the right-hand sides that have not truly converged.
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
    checkedNorm[lane] = residualNorm[lane];
    active[lane] = anyActive = true;
  }
  if (!anyActive) return stagnated ? kStagnated : kOk;
  direction.clear();
  reduceResidual(DoubleQuad(0.0));
  updateDirection(true);
  return kRunning;
}

Status MultigridCg::iterateOnce() {
  const DoubleQuad curvature = multiply(fine.whole, direction.data(), product.data());
  DoubleQuad alpha = 0.0;
  bool brokenDown = false;
  for (int lane = 0; lane < kMostLanes; ++lane) {
    if (!active[lane]) continue;
    if (!std::isfinite(curvature[lane]) || !std::isfinite(energy[lane])) return kNotFinite;
    if (curvature[lane] > 0 && energy[lane] > 0) {
      alpha[lane] = energy[lane] / curvature[lane];
    } else if (fresh || curvature[lane] < 0) {
      return kNotPositiveDefinite;
    } else {
      brokenDown = true;  // p.Kp = 0 after a while: underflow
    }
  }
  if (brokenDown) return verify(kRunning);

  step = alpha;
  const DoubleQuad squaredNorm = reduceResidual(alpha);
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
  updateDirection(false);
  return kRunning;
}

Status MultigridCg::iterate(int32_t count) {
  for (int32_t k = 0; k < count && status == kRunning; ++k) status = iterateOnce();
  return status;
}

Status MultigridCg::copySolution(double* callerSolution, int32_t stride) {
  if (numRhs == 0 || stride < numRhs) return kBadArgument;
  takeStep();
  const DoubleQuad factor = fine.scale / rhsScale;
  for (int32_t i = 0; i < fine.whole.n; ++i) {
    double* const to = callerSolution + std::size_t(fine.permutation[i]) * std::size_t(stride);
    const DoubleQuad value = factor * solution[i];
    for (int lane = 0; lane < numRhs; ++lane) to[lane] = value[lane];
  }
  return kOk;
}

Status MultigridCg::precondition(const double* callerResidual, int32_t count, double* callerResult) {
  status = kBadArgument;
  if (count < 1 || count > kMostLanes) return kBadArgument;
  if (!allocateRun()) return kOutOfMemory;
  numRhs = count;
  rhsScale = 1.0;
  step = 0.0;
  preconditioner.clear();
  gather(callerResidual, count, rhsScale, residual.data());
  MultigridLevel& finest = preconditioner.levels[0];
  for (int32_t i = 0; i < fine.whole.n; ++i) finest.rhs[i] = narrow<4>(residual[i]);
  preconditioner.cycle(0);
  for (int32_t i = 0; i < fine.whole.n; ++i) solution[i] = toDouble(finest.solution[i]);
  return copySolution(callerResult, count);
}

bool MultigridCg::allocateRun() {
  if (numRhs > 0) return true;
  const int32_t n = fine.whole.n;
  return rhs.allocate(n) && solution.allocate(n) && residual.allocate(n) && product.allocateZero(n) &&
         direction.allocateZero(n);
}

// block[i][lane] = factor caller(permutation[i], lane), unused lanes zero.
void MultigridCg::gather(const double* caller, int32_t stride, DoubleQuad factor, DoubleQuad* block) const {
  for (int32_t i = 0; i < fine.whole.n; ++i) {
    const double* const from = caller + std::size_t(fine.permutation[i]) * std::size_t(stride);
    DoubleQuad value = 0.0;
    for (int lane = 0; lane < numRhs; ++lane) value[lane] = from[lane];
    block[i] = value * factor;
  }
}

}  // namespace erfem
