// Preconditioned conjugate gradients for up to four right-hand sides that share every pass over the matrix.
#pragma once

#include "incomplete-cholesky.h"
#include "null-space.h"

namespace erfem {

/// State of one run. Each right-hand side has its own step lengths; one that has converged stands still.
struct ConjugateGradients {
  SymmetricMatrix matrix;
  Buffer<int32_t> permutation;  // unknown of the caller at each place
  NullSpace nullSpace;
  IncompleteCholesky preconditioner;

  // The run: blocks of n x width, in the order of the matrix.
  int32_t numRhs = 0;
  int32_t width = 0;
  Buffer<double> rhs;        // P b
  Buffer<double> solution;   // x
  Buffer<double> residual;   // r = P b - K x by recursion
  Buffer<double> direction;  // p
  Buffer<double> product;    // K p
  Buffer<float> corrected;   // z = M^-1 r, up to a factor for each lane

  double tolerance = 0;
  int32_t maxIterations = 0;
  int32_t numIterations = 0;
  Status status = kBadArgument;
  double rhsNorm[kMostLanes];       // ||b||
  double residualNorm[kMostLanes];  // ||r||
  double energy[kMostLanes];        // r.z
  double checkedNorm[kMostLanes];   // ||P b - K x|| at the last restart
  int32_t iterations[kMostLanes];
  bool active[kMostLanes];
  bool fresh = true;  // no step since the last restart

  Status create(const CsrView& caller, const int32_t* component, int32_t numComponents, int32_t& badRow);
  Status start(const double* callerRhs, int32_t count, double relativeTolerance, int32_t limit);
  Status iterate(int32_t count);

  /// Blocks from and to the caller's order.
  Status copySolution(double* callerSolution);
  Status precondition(const double* callerResidual, int32_t count, double* callerResult);
};

}  // namespace erfem
