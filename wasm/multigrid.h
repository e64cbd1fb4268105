// Smoothed-aggregation multigrid, a preconditioner for up to four right-hand sides.
#pragma once

#include "coarse-factor.h"
#include "smoother.h"

namespace erfem {

constexpr int kMostLevels = 24;

struct MultigridOptions {
  float threshold;     // of strong connections on the finest level
  int32_t numSweeps;   // of Gauss-Seidel, before and after
};

constexpr MultigridOptions kFastMultigrid = {0.06f, 1};
/// For matrices that the fast options take many iterations for: anisotropy across the mesh, flat cells.
constexpr MultigridOptions kRobustMultigrid = {0.15f, 2};

/// One V-cycle, symmetric: a forward sweep first and a backward sweep last; with two sweeps, forward and backward
/// before, forward and backward after. Vanek, Mandel & Brezina, Computing 56 (1996); Briggs, Henson & McCormick, "A
/// Multigrid Tutorial", 2000.
struct Multigrid {
  MultigridOptions options = kFastMultigrid;
  MultigridLevel levels[kMostLevels];
  int32_t numLevels = 0;
  CoarseFactor coarse;
  double operatorComplexity = 1;  // entries of all levels / entries of the finest

  /// levels[0].matrix and .component are there, all the rest is built. kOutOfMemory, kNotFinite,
  /// kNotPositiveDefinite.
  Status build(int32_t numComponents);

  /// To be called before the first cycle, and after one that met a NaN: padding of rows multiplies what is there by 0.
  void clear();

  /// levels[level].solution() = approximate A^-1 levels[level].rhs.
  void cycle(int32_t level);

  /// The parts of a cycle, where levels[level].solution() is the result of the first forward sweep: up to the correction
  /// by the next level, and after it. done(i, x_i, (D x + U x)_i) sees the results of the last sweep.
  void correct(int32_t level);
  template <typename Done>
  void finish(int32_t level, Done done) {
    MultigridLevel& fine = levels[level];
    const Quad* const x = fine.solution();
    if (isDirect(level)) {
      for (int32_t i = 0; i < fine.matrix.n; ++i) done(i, x[i], multiplyUpper(fine.matrix, x, i));
      return;
    }
    if (level + 1 < numLevels) {
      prolongVector(fine.restriction, levels[level + 1].solution(), fine.solution());
    }
    if (options.numSweeps > 1) sweepForwardAgain(fine.matrix, fine.rhs.data(), fine.solution());
    sweepBackward(fine.matrix, fine.rhs.data(), fine.solution(), done);
  }

 private:
  bool isDirect(int32_t level) const { return level + 1 == numLevels && coarse.n > 0; }
  Status coarsen(float threshold, uint64_t mostEntries, bool& isDone);
};

}  // namespace erfem
