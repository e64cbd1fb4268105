// The caller's matrix in an order in which neighbours lie close together: in float32 for the smoother, and what these
// numbers lack of double precision for conjugate gradients.
#pragma once

#include "assembly-rows.h"
#include "matrix.h"
#include "multigrid-level.h"

namespace erfem {

/// Renumbers, unless neighbours lie close together already, by breadth-first search (Cuthill & McKee 1969, without
/// their order by degree) and splits, in one pass over the rows of the caller.
///
/// permutation[i] = unknown of the caller at place i; empty where the order is the caller's. `split` is the caller's matrix
/// times `scale`, a power of two that brings the largest entry to about 1, for the range of float32; `rest` and
/// `diagonal` make it exact, see exactEntry, but for entries below 1e-38 of the largest, which are good to 1e-45 of it.
/// Zeros are left out. component[i] is that of unknown permutation[i], -1 for none; rows that are zero, or so small (1e-30
/// of the largest entry) become components of their own, and numComponents grows. callerComponent may be null for none
/// at all. kOutOfMemory; with badRow: kBadArgument, kNotFinite.
struct FineMatrix {
  int32_t n = 0;
  Buffer<int32_t> permutation;
  Buffer<int32_t> rest;     // of each entry of split.upper
  Buffer<double> diagonal;  // n
  double scale = 1;
  int32_t numComponents = 0;
  bool isEven = false;  // neither jumps of coefficients nor anisotropy to speak of: float32 products will do

  /// The unknown of the caller at place i.
  int32_t unknownAt(int32_t i) const { return permutation.size() > 0 ? permutation[i] : i; }

  Status split(const CsrView& caller, const int32_t* callerComponent, SplitMatrix& split, Buffer<int32_t>& component,
               int32_t& badRow);

  /// The same for the matrix of which `upper` is the half above the diagonal, and whose rows add up to zero, in the order
  /// that it has; frees it.
  Status take(UpperTriangle& upper, int32_t n, const int32_t* callerComponent, SplitMatrix& split,
              Buffer<int32_t>& component, int32_t& badRow);

 private:
  struct Writer;
  struct RowSums;
  bool allocate(const CsrView& caller, uint64_t half, uint64_t longestRow, SplitMatrix& split,
                Buffer<int32_t>& component);
  Status writeInOrder(const CsrView& caller, Writer& writer, int32_t& badRow);
  Status writeSearching(const CsrView& caller, Writer& writer, int32_t& badRow);
};

/// Whether neighbours lie close together in the order that a matrix has, or its half above the diagonal.
bool isOrderLocal(const CsrView& matrix, bool isHalf);

/// What the float32 next to a number lacks of it, in units of the last place of a double: numbers of one sign are ordered
/// as their bits are. 0 where that float32 is subnormal.
inline int32_t restOf(double number) {
  const float near = float(number);
  if (!(__builtin_fabsf(near) >= 0x1p-126f)) return 0;
  return int32_t(__builtin_bit_cast(int64_t, number) - __builtin_bit_cast(int64_t, double(near)));
}

/// The number again.
inline double exactEntry(float near, int32_t rest) {
  return __builtin_bit_cast(double, __builtin_bit_cast(int64_t, double(near)) + rest);
}

/// q = K x in double for the matrix of `split`, made exact; x(i) gives x_i. Returns x.q.
template <typename Get>
DoubleQuad multiplyExact(const FineMatrix& fine, const SplitMatrix& split, Get x, DoubleQuad* q) {
  const int32_t* const start = split.upperStart.data();
  const Entry* const entries = split.upper.data();
  const int32_t* const rest = fine.rest.data();
  std::memset(static_cast<void*>(q), 0, sizeof(DoubleQuad) * std::size_t(fine.n));
  DoubleQuad dot = 0.0;
  for (int32_t i = 0; i < fine.n; ++i) {
    const DoubleQuad own = x(i);
    DoubleQuad sum = fine.diagonal[i] * own;
    // Padding adds zero times its own entry.
    for (int32_t k = start[i]; k < start[i + 1]; ++k) {
      const double value = exactEntry(entries[k].value, rest[k]);
      const int32_t j = entries[k].column();
      sum += value * x(j);
      q[j] += value * own;
    }
    // Complete by now: all that comes later lies below row i.
    sum += q[i];
    q[i] = sum;
    dot += own * sum;
  }
  return dot;
}

/// 2^k with 1/2 <= 2^k largest < 1, within the range of double; 1 for largest = 0.
double choosePowerOfTwo(double largest);

}  // namespace erfem
