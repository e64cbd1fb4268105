// What goes in and out of a run: blocks of vectors in the caller's order and scale.
#include "multigrid-cg.h"

#include <cmath>

namespace erfem {

// Powers of two that bring the largest entry of each right-hand side to about 1, so that its square does not underflow.
Status MultigridCg::chooseScales(const double* callerRhs, int32_t stride) {
  rhsScale = 1.0;
  for (int lane = 0; lane < numRhs; ++lane) {
    double largest = 0;
    double poison = 0;
    for (int32_t i = 0; i < fine.n; ++i) {
      const double magnitude = std::fabs(callerRhs[std::size_t(i) * std::size_t(stride) + lane]);
      largest = magnitude > largest ? magnitude : largest;
      poison += 0.0 * magnitude;
    }
    if (!(poison == 0)) return kNotFinite;
    rhsScale[lane] = choosePowerOfTwo(largest);
  }
  return kOk;
}

Status MultigridCg::copySolution(double* callerSolution, int32_t stride) {
  if (numRhs == 0 || stride < numRhs) return kBadArgument;
  takeStep();
  const DoubleQuad factor = fine.scale / rhsScale;
  for (int32_t i = 0; i < fine.n; ++i) {
    double* const to = callerSolution + std::size_t(fine.unknownAt(i)) * std::size_t(stride);
    const DoubleQuad value = factor * solution.load(i);
    for (int lane = 0; lane < numRhs; ++lane) to[lane] = value[lane];
  }
  return kOk;
}

Status MultigridCg::precondition(const double* callerResidual, int32_t count, double* callerResult) {
  status = kBadArgument;
  if (count < 1 || count > kMostLanes) return kBadArgument;
  numRhs = count;
  if (!allocateRun()) return kOutOfMemory;
  rhsScale = 1.0;
  step = 0.0;
  preconditioner.clear();
  MultigridLevel& finest = preconditioner.levels[0];
  for (int32_t i = 0; i < fine.n; ++i) finest.rhs[i] = narrow<4>(gather(callerResidual, count, i));
  preconditioner.cycle(0);
  for (int32_t i = 0; i < fine.n; ++i) solution.store(i, toDouble(finest.solution()[i]));
  return copySolution(callerResult, count);
}

bool MultigridCg::allocateRun() {
  const bool isFirst = direction.size() == 0;
  if (solution.numLanes != numRhs && !solution.allocate(fine.n, numRhs)) return false;
  return !isFirst || (direction.allocateZero(fine.n) && image.allocateZero(fine.n));
}

// caller(permutation[i], lane) for all lanes, unused ones zero.
DoubleQuad MultigridCg::gather(const double* caller, int32_t stride, int32_t i) const {
  const double* const from = caller + std::size_t(fine.unknownAt(i)) * std::size_t(stride);
  DoubleQuad value = 0.0;
  for (int lane = 0; lane < numRhs; ++lane) value[lane] = from[lane];
  return value;
}

}  // namespace erfem
