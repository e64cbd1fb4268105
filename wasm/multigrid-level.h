// One level of the multigrid hierarchy: a matrix split for Gauss-Seidel, and the prolongator from the next level.
#pragma once

#include "memory.h"
#include "quad.h"

namespace erfem {

/// A = L + D + U in float32. The diagonal is kept as well by the row sums, d_i = excess_i - sum of row i of L and U,
/// which are exactly zero over singular components: float32 cannot round a null space away, however much coefficients
/// jump.
struct SplitMatrix {
  int32_t n = 0;
  Buffer<int32_t> lowerStart;     // n + 1
  Buffer<Entry> lower;            // padded rows, see padRow
  Buffer<int32_t> upperStart;     // n + 1
  Buffer<Entry> upper;
  Buffer<float> diagonal;
  Buffer<float> inverseDiagonal;  // 0 where the diagonal is zero: such an unknown stays at zero
  Buffer<float> excess;           // needed for the set-up only

  bool allocateRows(int32_t numRows) {
    n = numRows;
    const uint64_t length = uint64_t(numRows) + 1;
    return lowerStart.allocate(length) && upperStart.allocate(length) && diagonal.allocate(numRows) &&
           inverseDiagonal.allocate(numRows) && excess.allocate(numRows);
  }

  uint64_t numEntries() const { return uint64_t(lowerStart[n]) + uint64_t(upperStart[n]) + uint64_t(n); }

  /// Visits the entries of row i beside the diagonal, without padding.
  template <typename Visit>
  void forRow(int32_t i, Visit visit) const {
    const Entry* entry = lower.data() + lowerStart[i];
    const Entry* end = withoutPadding(entry, lower.data() + lowerStart[i + 1], i);
    for (; entry != end; ++entry) visit(*entry);
    entry = upper.data() + upperStart[i];
    end = withoutPadding(entry, upper.data() + upperStart[i + 1], i);
    for (; entry != end; ++entry) visit(*entry);
  }
};

/// P by rows of the finer level, not padded. Each row adds up to exactly 1 or is empty. Needed for the set-up only.
struct Prolongator {
  int32_t numCoarse = 0;
  Buffer<int32_t> rowStart;  // n + 1
  Buffer<Entry> entries;
};

/// P' by rows of the coarser level, padded by zeros in the column of their last entry, for P' v and P v alike: its rows
/// are long, and loops over short rows end unpredictably.
struct Restriction {
  int32_t numCoarse = 0;
  Buffer<int32_t> rowStart;  // numCoarse + 1
  Buffer<Entry> entries;     // columns are unknowns of the finer level
};

struct MultigridLevel {
  SplitMatrix matrix;
  Restriction restriction;
  Buffer<int32_t> component;  // of each unknown, -1: none; needed for the set-up only
  Buffer<Quad> rhs;
  Buffer<Quad> work;  // the solution, and behind it what the coarser level has to correct

  bool allocateVectors() { return rhs.allocate(matrix.n) && work.allocate(2 * uint64_t(matrix.n)); }

  Quad* solution() { return work.data(); }
  Quad* residual() { return work.data() + matrix.n; }
  /// The room of both, for a vector in double between two cycles; `clearWork` before the next.
  DoubleQuad* scratch() { return reinterpret_cast<DoubleQuad*>(work.data()); }
  void clearWork() { work.clear(); }
};

}  // namespace erfem
