// Interleaved blocks of vectors: lane l of every entry belongs to right-hand side l.
#pragma once

#include <cstdint>

namespace erfem {

/// W doubles side by side; 4 of them fill SIMD registers.
template <int W>
using Doubles = double __attribute__((ext_vector_type(W)));

/// W floats side by side.
template <int W>
using Floats = float __attribute__((ext_vector_type(W)));

template <int W>
inline Doubles<W> widen(Floats<W> value) {
  return __builtin_convertvector(value, Doubles<W>);
}

template <int W>
inline Floats<W> narrow(Doubles<W> value) {
  return __builtin_convertvector(value, Floats<W>);
}

constexpr int kMostLanes = 4;

/// The narrowest block that holds numRhs vectors: 1 or 4. Code for each width makes the module larger.
inline int laneWidth(int32_t numRhs) { return numRhs == 1 ? 1 : 4; }

}  // namespace erfem
