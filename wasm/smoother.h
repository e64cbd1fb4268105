// Gauss-Seidel sweeps, and what goes between two levels.
#pragma once

#include "multigrid-level.h"

namespace erfem {

/// (L + D) x = r, which is a forward sweep from x = 0. rhs(i) gives r_i, for i = 0, 1, ..
template <typename Rhs>
void sweepForward(const SplitMatrix& a, Quad* x, Rhs rhs) {
  const Entry* const lower = a.lower.data();
  const int32_t* const start = a.lowerStart.data();
  const float* const inverse = a.inverseDiagonal.data();
  for (int32_t i = 0; i < a.n; ++i) {
    x[i] = (rhs(i) - multiplyRow(lower + start[i], lower + start[i + 1], x)) * inverse[i];
  }
}

/// (L x + U x)_i.
inline Quad multiplyOthers(const SplitMatrix& a, const Quad* x, int32_t i) {
  return multiplyRow(a.lower.data() + a.lowerStart[i], a.lower.data() + a.lowerStart[i + 1], x) +
         multiplyRow(a.upper.data() + a.upperStart[i], a.upper.data() + a.upperStart[i + 1], x);
}

/// (D x + U x)_i.
inline Quad multiplyUpper(const SplitMatrix& a, const Quad* x, int32_t i) {
  return multiplyRow(a.upper.data() + a.upperStart[i], a.upper.data() + a.upperStart[i + 1], x) + a.diagonal[i] * x[i];
}

/// x_i = (r - L x - U x)_i / d_i for i = n - 1, n - 2, ..; done(i, x_i, (D x + U x)_i) sees each result.
template <typename Done>
void sweepBackward(const SplitMatrix& a, const Quad* rhs, Quad* x, Done done) {
  const Entry* const lower = a.lower.data();
  const Entry* const upper = a.upper.data();
  const int32_t* const lowerStart = a.lowerStart.data();
  const int32_t* const upperStart = a.upperStart.data();
  const float* const inverse = a.inverseDiagonal.data();
  for (int32_t i = a.n - 1; i >= 0; --i) {
    const Quad above = rhs[i] - multiplyRow(lower + lowerStart[i], lower + lowerStart[i + 1], x);
    const Quad result = (above - multiplyRow(upper + upperStart[i], upper + upperStart[i + 1], x)) * inverse[i];
    x[i] = result;
    done(i, result, inverse[i] != 0 ? above : Quad(0.0f));
  }
}

/// The same for i = 0, 1, ..
inline void sweepForwardAgain(const SplitMatrix& a, const Quad* rhs, Quad* x) {
  for (int32_t i = 0; i < a.n; ++i) x[i] = (rhs[i] - multiplyOthers(a, x, i)) * a.inverseDiagonal[i];
}

/// coarse = P' fine.
inline void restrictVector(const Restriction& r, const Quad* fine, Quad* coarse) {
  const Entry* const entries = r.entries.data();
  const int32_t* const start = r.rowStart.data();
  for (int32_t c = 0; c < r.numCoarse; ++c) coarse[c] = multiplyRow(entries + start[c], entries + start[c + 1], fine);
}

/// fine += P coarse.
inline void prolongVector(const Restriction& r, const Quad* coarse, Quad* fine) {
  const Entry* const entries = r.entries.data();
  const int32_t* const start = r.rowStart.data();
  for (int32_t c = 0; c < r.numCoarse; ++c) {
    const Quad value = coarse[c];
    for (int32_t k = start[c]; k < start[c + 1]; ++k) quadAt(fine, entries[k].offset) += entries[k].value * value;
  }
}

}  // namespace erfem
