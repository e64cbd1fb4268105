// Conjugate gradients preconditioned with multigrid, for up to four right-hand sides that share every pass over the
// matrix.
#pragma once

#include "fine-matrix.h"
#include "multigrid.h"
#include "null-space.h"

namespace erfem {

/// Set up once, then run for any number of blocks of right-hand sides. Each right-hand side has its own step lengths;
/// one that has converged stands still.
struct MultigridCg {
  FineMatrix fine;
  NullSpace nullSpace;
  Multigrid preconditioner;

  // The run: blocks of n, in the order of the matrix.
  int32_t numRhs = 0;
  Buffer<DoubleQuad> rhs;       // P b, scaled
  Buffer<DoubleQuad> solution;  // x, without the last step
  Buffer<DoubleQuad> residual;  // r = P b - K x by recursion
  Buffer<Quad> direction;       // p, up to a factor for each lane
  Buffer<Quad> image;           // K p in float32
  Buffer<DoubleQuad> product;   // K p in double, once the run is exact
  bool isExact = false;         // whether products are in double
  DoubleQuad curvature;         // p.Kp
  DoubleQuad rhsScale;          // powers of two: rhs = rhsScale P b
  DoubleQuad step;              // alpha of the step that the solution lacks
  double tolerance = 0;
  int32_t maxIterations = 0;
  int32_t numIterations = 0;
  Status status = kBadArgument;
  double rhsNorm[kMostLanes];       // ||b||
  double residualNorm[kMostLanes];  // ||r||
  double energy[kMostLanes];        // r.z
  double energyScale[kMostLanes];   // 1 / the factor of the V-cycle's r
  double checkedNorm[kMostLanes];   // ||P b - K x|| at the last restart
  double freshNorm[kMostLanes];     // ||r|| when r was last computed afresh
  int32_t iterations[kMostLanes];
  bool active[kMostLanes];
  double replaceAt = 0;             // r is replaced when it falls below this share of freshNorm
  bool fresh = true;                // no step since the last restart

  Status create(const CsrView& caller, const int32_t* component, int32_t numComponents, int32_t& badRow);
  /// For the matrix of which `upper` is the half above the diagonal, and whose rows add up to zero; uses it up.
  Status createFrom(UpperTriangle& upper, int32_t n, const int32_t* component, int32_t numComponents, int32_t& badRow);
  /// The caller's blocks hold `count` of `stride` columns, row-major. A guess of null means zero.
  Status start(const double* callerRhs, const double* callerGuess, int32_t count, int32_t stride,
               double relativeTolerance, int32_t limit);
  Status iterate(int32_t count);
  Status copySolution(double* callerSolution, int32_t stride);
  Status precondition(const double* callerResidual, int32_t count, double* callerResult);

 private:
  Status build(int32_t& badRow);
  bool allocateRun();
  Status chooseScales(const double* callerRhs, int32_t stride);
  void gather(const double* caller, int32_t stride, DoubleQuad factor, DoubleQuad* block) const;
  Status begin();
  DoubleQuad reduceResidual(DoubleQuad alpha);
  Status updateDirection(bool restarting);
  bool haveProduct();
  Status restart(bool exact);
  Status replaceResidual(DoubleQuad alpha);
  Status goExact();
  void takeStep();
  void computeTrueResidual();
  Status verify(Status otherwise);
  Status iterateOnce();
};

}  // namespace erfem
