// Conjugate gradients preconditioned with multigrid, for up to four right-hand sides that share every pass over the
// matrix.
#pragma once

#include "fine-matrix.h"
#include "multigrid.h"
#include "null-space.h"

namespace erfem {

/// Blocks of vectors without the lanes that are not used.
struct PackedBlock {
  int32_t numLanes = 0;
  Buffer<double> numbers;

  bool allocate(int32_t n, int32_t lanes) {
    numLanes = lanes;
    return numbers.allocate(uint64_t(n) * uint64_t(lanes));
  }

  /// Unused lanes zero.
  DoubleQuad load(int32_t i) const {
    const double* const x = numbers.data() + std::size_t(i) * std::size_t(numLanes);
    if (numLanes == 3) return DoubleQuad{x[0], x[1], x[2], 0.0};
    DoubleQuad value = 0.0;
    for (int lane = 0; lane < numLanes; ++lane) value[lane] = x[lane];
    return value;
  }

  void store(int32_t i, DoubleQuad value) {
    double* const x = numbers.data() + std::size_t(i) * std::size_t(numLanes);
    for (int lane = 0; lane < numLanes; ++lane) x[lane] = value[lane];
  }
};

/// Set up once, then run for any number of blocks of right-hand sides. Each right-hand side has its own step lengths;
/// one that has converged stands still.
struct MultigridCg {
  FineMatrix fine;
  NullSpace nullSpace;
  Multigrid preconditioner;

  // The run: blocks of n, in the order of the matrix.
  int32_t numRhs = 0;
  const double* rhs = nullptr;  // b, the caller's
  int32_t rhsStride = 0;
  PackedBlock solution;         // x, without the last step
  Buffer<Quad> direction;       // p, up to a factor for each lane
  Buffer<Quad> image;           // K p in float32
  bool isExact = false;         // whether r and products are in double: else r is the finest level's right-hand side
  Buffer<DoubleQuad> residual;  // r = P b - K x by recursion, once the run is exact
  Buffer<DoubleQuad> product;   // K p in double, once the run is exact
  DoubleQuad residualScale;     // powers of two: the finest level's right-hand side is residualScale r
  DoubleQuad curvature;         // p.Kp
  DoubleQuad rhsScale;          // powers of two: all this is for rhsScale P b
  DoubleQuad step;              // alpha of the step that the solution lacks
  double tolerance = 0;
  int32_t maxIterations = 0;
  int32_t numIterations = 0;
  Status status = kBadArgument;
  double rhsNorm[kMostLanes];       // ||b||
  double residualNorm[kMostLanes];  // ||r||
  double energy[kMostLanes];        // r.z
  double checkedNorm[kMostLanes];   // ||P b - K x|| at the last restart
  double freshNorm[kMostLanes];     // ||r|| when r was last computed afresh
  int32_t iterations[kMostLanes];
  bool active[kMostLanes];
  double replaceAt = 0;             // r is replaced when it falls below this share of freshNorm
  bool fresh = true;                // no step since the last restart

  Status create(const CsrView& caller, const int32_t* component, int32_t numComponents, int32_t& badRow);
  /// For the matrix of which `upper` is the half above the diagonal, and whose rows add up to zero; uses it up.
  Status createFrom(UpperTriangle& upper, int32_t n, const int32_t* component, int32_t numComponents, int32_t& badRow);
  /// The caller's blocks hold `count` of `stride` columns, row-major; the right-hand sides must stay there up to the end
  /// of the run. A guess of null means zero.
  Status start(const double* callerRhs, const double* callerGuess, int32_t count, int32_t stride,
               double relativeTolerance, int32_t limit);
  Status iterate(int32_t count);
  Status copySolution(double* callerSolution, int32_t stride);
  Status precondition(const double* callerResidual, int32_t count, double* callerResult);

 private:
  Status build(int32_t& badRow);
  bool allocateRun();
  Status chooseScales(const double* callerRhs, int32_t stride);
  DoubleQuad gather(const double* caller, int32_t stride, int32_t i) const;
  Status begin(bool isGuessed);
  void chooseResidualScale();
  DoubleQuad reduceResidual(DoubleQuad alpha);
  DoubleQuad reduceExactResidual(DoubleQuad alpha);
  Status updateDirection(bool restarting);
  bool haveProduct();
  Status restart(bool exact);
  Status replaceResidual(DoubleQuad alpha);
  Status goExact();
  void takeStep();
  void projectSolution();
  DoubleQuad* trueResidual();
  void computeTrueResidual(bool isZero);
  Status verify(Status otherwise);
  Status iterateOnce();
};

}  // namespace erfem
