// The caller's matrix in an order in which neighbours lie close together, twice: in double precision for conjugate
// gradients, in float32 for the smoother.
#pragma once

#include "assembly-rows.h"
#include "matrix.h"
#include "multigrid-level.h"

namespace erfem {

/// Renumbers, unless neighbours lie close together already, by breadth-first search (Cuthill & McKee 1969, without
/// their order by degree) and splits, in one pass over the rows of the caller.
///
/// permutation[i] = unknown of the caller at place i. `whole` (diagonal and upper half) and `split` are the caller's
/// matrix times `scale`, a power of two that brings the largest entry to about 1, for the range of float32. Zeros are
/// left out. component[i] is that of unknown permutation[i], -1 for none; rows that are zero, or so small (1e-30
/// of the largest entry) become components of their own, and numComponents grows. callerComponent may be null for none
/// at all. kOutOfMemory; with badRow: kBadArgument, kNotFinite.
struct FineMatrix {
  Buffer<int32_t> permutation;
  SymmetricMatrix whole;
  double scale = 1;
  int32_t numComponents = 0;
  bool isEven = false;  // neither jumps of coefficients nor anisotropy to speak of: float32 products will do

  Status split(const CsrView& caller, const int32_t* callerComponent, SplitMatrix& split, Buffer<int32_t>& component,
               int32_t& badRow);

  /// The same for the matrix of which `upper` is the half above the diagonal, and whose rows add up to zero, in the order
  /// that it has: its arrays become those of `whole`.
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

/// 2^k with 1/2 <= 2^k largest < 1, within the range of double; 1 for largest = 0.
double choosePowerOfTwo(double largest);

}  // namespace erfem
