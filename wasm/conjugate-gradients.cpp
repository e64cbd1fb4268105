// For each right-hand side b, with K z = r replaced by M z = r and P the projection on mean zero over components:
//   alpha = r.z / p.Kp,  x += alpha p,  r -= alpha K p,  z = P M^-1 r,  beta = r.z / (r.z before),  p = z + beta p
// Hestenes & Stiefel, 1952; Golub & Van Loan, "Matrix Computations", 11.5. Once the recursion says that a right-hand
// side has converged, P b - K x is computed afresh; where that disagrees the iteration restarts from it, and where a
// restart no longer halves it, round-off has the last word: kStagnated.
#include "conjugate-gradients.h"

#include <cmath>

#include "reverse-cuthill-mckee.h"
#include "symmetric-product.h"

namespace erfem {

namespace {

template <int W>
inline Doubles<W>* lanes(Buffer<double>& block) {
  return reinterpret_cast<Doubles<W>*>(block.data());
}

template <int W>
inline Floats<W>* lanes(Buffer<float>& block) {
  return reinterpret_cast<Floats<W>*>(block.data());
}

template <int W>
void computeCorrection(ConjugateGradients& cg);

template <int W>
void prepareDirection(ConjugateGradients& cg, bool restart);

}  // namespace

}  // namespace erfem

#include "minimum-size.h"

namespace erfem {

namespace {

// r = P b - K x and its norm, x being projected first.
template <int W>
void computeTrueResidual(ConjugateGradients& cg) {
  Doubles<W>* const solution = lanes<W>(cg.solution);
  const Doubles<W>* const rhs = lanes<W>(cg.rhs);
  Doubles<W>* const residual = lanes<W>(cg.residual);
  cg.nullSpace.project<W>(solution);
  multiply<W>(cg.matrix, solution, residual);
  Doubles<W> sum = 0.0;
  for (int32_t i = 0; i < cg.matrix.n; ++i) {
    const Doubles<W> difference = rhs[i] - residual[i];
    residual[i] = difference;
    sum += difference * difference;
  }
  for (int lane = 0; lane < W; ++lane) cg.residualNorm[lane] = std::sqrt(sum[lane]);
}

// Ends the run, or restarts the right-hand sides that have not truly converged.
template <int W>
__attribute__((noinline)) Status verify(ConjugateGradients& cg, Status otherwise) {
  constexpr double kWorthARestart = 0.5;
  computeTrueResidual<W>(cg);
  bool stagnated = false;
  bool anyActive = false;
  for (int lane = 0; lane < W; ++lane) {
    cg.active[lane] = false;
    if (!std::isfinite(cg.residualNorm[lane])) return kNotFinite;
    if (cg.residualNorm[lane] <= cg.tolerance * cg.rhsNorm[lane]) continue;
    if (otherwise != kRunning) return otherwise;
    if (cg.residualNorm[lane] > kWorthARestart * cg.checkedNorm[lane]) {
      stagnated = true;
      continue;
    }
    cg.checkedNorm[lane] = cg.residualNorm[lane];
    cg.active[lane] = anyActive = true;
  }
  if (!anyActive) return stagnated ? kStagnated : kOk;
  cg.nullSpace.project<W>(lanes<W>(cg.residual));
  prepareDirection<W>(cg, true);
  return kRunning;
}

template <int W>
Status begin(ConjugateGradients& cg) {
  Doubles<W>* const rhs = lanes<W>(cg.rhs);
  Doubles<W> sum = 0.0;
  for (int32_t i = 0; i < cg.matrix.n; ++i) sum += rhs[i] * rhs[i];
  cg.nullSpace.project<W>(rhs);
  std::memcpy(cg.residual.data(), cg.rhs.data(), sizeof(double) * cg.rhs.size());
  Doubles<W> projected = 0.0;
  for (int32_t i = 0; i < cg.matrix.n; ++i) projected += rhs[i] * rhs[i];
  bool anyActive = false;
  for (int lane = 0; lane < W; ++lane) {
    if (!std::isfinite(sum[lane])) return kNotFinite;
    cg.rhsNorm[lane] = std::sqrt(sum[lane]);
    cg.residualNorm[lane] = std::sqrt(projected[lane]);
    cg.checkedNorm[lane] = INFINITY;
    cg.iterations[lane] = 0;
    cg.active[lane] = cg.residualNorm[lane] > cg.tolerance * cg.rhsNorm[lane];
    anyActive = anyActive || cg.active[lane];
  }
  if (!anyActive) return kOk;
  if (cg.maxIterations <= 0) return kIterationLimit;
  prepareDirection<W>(cg, true);
  return kRunning;
}

// The function of the width at hand.
template <typename Function>
Status withWidth(int32_t width, Function function) {
  if (width == 1) return function.template operator()<1>();
  return function.template operator()<4>();
}

// block(i, lane) = caller(permutation[i], lane), unused lanes zero.
void gather(const ConjugateGradients& cg, const double* caller, double* block) {
  for (int32_t i = 0; i < cg.matrix.n; ++i) {
    const double* const from = caller + std::size_t(cg.permutation[i]) * cg.numRhs;
    double* const to = block + std::size_t(i) * cg.width;
    for (int32_t lane = 0; lane < cg.width; ++lane) to[lane] = lane < cg.numRhs ? from[lane] : 0;
  }
}

template <typename Number>
void scatter(const ConjugateGradients& cg, const Number* block, double* caller) {
  for (int32_t i = 0; i < cg.matrix.n; ++i) {
    const Number* const from = block + std::size_t(i) * cg.width;
    double* const to = caller + std::size_t(cg.permutation[i]) * cg.numRhs;
    for (int32_t lane = 0; lane < cg.numRhs; ++lane) to[lane] = from[lane];
  }
}

bool allocateRun(ConjugateGradients& cg, int32_t numRhs) {
  const int32_t width = laneWidth(numRhs);
  cg.numRhs = numRhs;
  if (cg.width == width) return true;
  const uint64_t length = uint64_t(cg.matrix.n) * uint64_t(width);
  cg.width = 0;
  if (!cg.rhs.allocate(length) || !cg.solution.allocate(length) || !cg.residual.allocate(length) ||
      !cg.direction.allocate(length) || !cg.product.allocate(length) || !cg.corrected.allocate(length)) {
    return false;
  }
  cg.width = width;
  return true;
}

}  // namespace

Status ConjugateGradients::create(const CsrView& caller, const int32_t* component, int32_t numComponents,
                                  int32_t& badRow) {
  Status result = checkMatrix(caller, badRow);
  if (result != kOk) return result;
  if (!permutation.allocate(caller.n)) return kOutOfMemory;
  result = orderReverseCuthillMcKee(caller.n, caller.rowStart, caller.columns, permutation.data());
  if (result != kOk) return result;
  result = permuteSymmetric(caller, permutation.data(), matrix);
  if (result != kOk) return result;
  Buffer<int32_t> ordered;
  if (!ordered.allocate(caller.n)) return kOutOfMemory;
  for (int32_t i = 0; i < caller.n; ++i) ordered[i] = component[permutation[i]];
  result = nullSpace.build(ordered.data(), caller.n, numComponents);
  if (result != kOk) return result;
  result = factorizeIncomplete(matrix, ordered.data(), numComponents, preconditioner, badRow);
  if (badRow >= 0) badRow = permutation[badRow];
  return result;
}

Status ConjugateGradients::start(const double* callerRhs, int32_t count, double relativeTolerance, int32_t limit) {
  status = kBadArgument;
  if (count < 1 || count > kMostLanes || !(relativeTolerance >= 0)) return kBadArgument;
  if (!allocateRun(*this, count)) return kOutOfMemory;
  tolerance = relativeTolerance;
  maxIterations = limit;
  numIterations = 0;
  solution.clear();
  gather(*this, callerRhs, rhs.data());
  status = withWidth(width, [this]<int W>() { return begin<W>(*this); });
  return status;
}

Status ConjugateGradients::copySolution(double* callerSolution) {
  if (width == 0) return kBadArgument;
  scatter(*this, solution.data(), callerSolution);
  return kOk;
}

Status ConjugateGradients::precondition(const double* callerResidual, int32_t count, double* callerResult) {
  status = kBadArgument;
  if (count < 1 || count > kMostLanes) return kBadArgument;
  if (!allocateRun(*this, count)) return kOutOfMemory;
  gather(*this, callerResidual, residual.data());
  for (int32_t lane = 0; lane < width; ++lane) residualNorm[lane] = std::sqrt(double(matrix.n));
  withWidth(width, [this]<int W>() {
    computeCorrection<W>(*this);
    return kOk;
  });
  scatter(*this, corrected.data(), callerResult);
  return kOk;
}

}  // namespace erfem

ERFEM_END_OF_MINIMUM_SIZE

namespace erfem {

namespace {

// z = M^-1 r with r scaled to norm 1, so that float32 can neither underflow nor overflow.
template <int W>
void computeCorrection(ConjugateGradients& cg) {
  Doubles<W> scale;
  for (int lane = 0; lane < W; ++lane) {
    scale[lane] = cg.residualNorm[lane] > 0 ? std::sqrt(double(cg.matrix.n)) / cg.residualNorm[lane] : 0;
  }
  const Doubles<W>* const residual = lanes<W>(cg.residual);
  Floats<W>* const corrected = lanes<W>(cg.corrected);
  for (int32_t i = 0; i < cg.matrix.n; ++i) corrected[i] = narrow<W>(residual[i] * scale);
  applyIncomplete<W>(cg.preconditioner, corrected);
}

// r.Pz, z not yet being projected: r.z - sum over components of mean(z) sum(r); sum(r) is zero up to round-off.
template <int W>
Doubles<W> computeEnergy(ConjugateGradients& cg, const Doubles<W>* means) {
  const Doubles<W>* const residual = lanes<W>(cg.residual);
  const Floats<W>* const corrected = lanes<W>(cg.corrected);
  Doubles<W> energy = 0.0;
  for (std::size_t at = 0; at < cg.nullSpace.runs.size(); ++at) {
    const NullSpace::Run run = cg.nullSpace.runs[at];
    const Doubles<W> mean = run.component < 0 ? Doubles<W>(0.0) : means[run.component];
    for (int32_t i = run.begin; i < run.end; ++i) energy += residual[i] * (widen<W>(corrected[i]) - mean);
  }
  return energy;
}

// p = P z + beta p, and p = 0 for right-hand sides that stand still.
template <int W>
void updateDirection(ConjugateGradients& cg, Doubles<W> beta, const Doubles<W>* means) {
  const Floats<W>* const corrected = lanes<W>(cg.corrected);
  Doubles<W>* const direction = lanes<W>(cg.direction);
  Doubles<W> moving;
  for (int lane = 0; lane < W; ++lane) moving[lane] = cg.active[lane] ? 1 : 0;
  for (std::size_t at = 0; at < cg.nullSpace.runs.size(); ++at) {
    const NullSpace::Run run = cg.nullSpace.runs[at];
    const Doubles<W> mean = run.component < 0 ? Doubles<W>(0.0) : means[run.component];
    for (int32_t i = run.begin; i < run.end; ++i) {
      direction[i] = moving * (widen<W>(corrected[i]) - mean) + beta * direction[i];
    }
  }
}

// A new direction; `restart` forgets the old one.
template <int W>
void prepareDirection(ConjugateGradients& cg, bool restart) {
  computeCorrection<W>(cg);
  const Doubles<W>* const means = cg.nullSpace.computeMeans<W>(lanes<W>(cg.corrected));
  const Doubles<W> energy = computeEnergy<W>(cg, means);
  Doubles<W> beta = 0.0;
  for (int lane = 0; lane < W; ++lane) {
    if (!restart && cg.active[lane]) beta[lane] = energy[lane] / cg.energy[lane];
    cg.energy[lane] = energy[lane];
  }
  if (restart) cg.direction.clear();
  updateDirection<W>(cg, beta, means);
  cg.fresh = restart;
}

// x += alpha p, r -= alpha K p, returning r.r.
template <int W>
Doubles<W> takeStep(ConjugateGradients& cg, Doubles<W> alpha) {
  const Doubles<W>* const direction = lanes<W>(cg.direction);
  const Doubles<W>* const product = lanes<W>(cg.product);
  Doubles<W>* const solution = lanes<W>(cg.solution);
  Doubles<W>* const residual = lanes<W>(cg.residual);
  Doubles<W> sum = 0.0;
  for (int32_t i = 0; i < cg.matrix.n; ++i) {
    solution[i] += alpha * direction[i];
    const Doubles<W> reduced = residual[i] - alpha * product[i];
    residual[i] = reduced;
    sum += reduced * reduced;
  }
  return sum;
}

template <int W>
Status iterateOnce(ConjugateGradients& cg) {
  const Doubles<W> curvature = multiply<W>(cg.matrix, lanes<W>(cg.direction), lanes<W>(cg.product));
  Doubles<W> alpha = 0.0;
  bool brokenDown = false;
  for (int lane = 0; lane < W; ++lane) {
    if (!cg.active[lane]) continue;
    if (!std::isfinite(curvature[lane]) || !std::isfinite(cg.energy[lane])) return kNotFinite;
    if (curvature[lane] > 0 && cg.energy[lane] > 0) {
      alpha[lane] = cg.energy[lane] / curvature[lane];
    } else if (cg.fresh || curvature[lane] < 0) {
      return kNotPositiveDefinite;
    } else {
      brokenDown = true;  // p.Kp = 0 after a while: underflow
    }
  }
  if (brokenDown) return verify<W>(cg, kRunning);

  const Doubles<W> squaredNorm = takeStep<W>(cg, alpha);
  ++cg.numIterations;
  bool anyActive = false;
  for (int lane = 0; lane < W; ++lane) {
    if (!cg.active[lane]) continue;
    ++cg.iterations[lane];
    cg.residualNorm[lane] = std::sqrt(squaredNorm[lane]);
    cg.active[lane] = !(cg.residualNorm[lane] <= cg.tolerance * cg.rhsNorm[lane]);
    anyActive = anyActive || cg.active[lane];
  }
  if (!anyActive) return verify<W>(cg, kRunning);
  if (cg.numIterations >= cg.maxIterations) return verify<W>(cg, kIterationLimit);
  prepareDirection<W>(cg, false);
  return kRunning;
}

}  // namespace

Status ConjugateGradients::iterate(int32_t count) {
  for (int32_t step = 0; step < count && status == kRunning; ++step) {
    status = withWidth(width, [this]<int W>() { return iterateOnce<W>(*this); });
  }
  return status;
}

}  // namespace erfem
