// Rows of the multigrid matrices, and four right-hand sides side by side that they act on.
#pragma once

#include "lanes.h"

namespace erfem {

/// Lane l belongs to right-hand side l; lanes that are not used hold zeros.
using Quad = Floats<4>;
using DoubleQuad = Doubles<4>;

template <typename Vector>
inline DoubleQuad toDouble(Vector value) {
  return __builtin_convertvector(value, DoubleQuad);
}

/// One entry of a sparse row. The column is kept as the byte offset of its Quad, which saves a shift for every entry.
struct Entry {
  float value;
  uint32_t offset;

  int32_t column() const { return static_cast<int32_t>(offset / sizeof(Quad)); }
};

/// Rows of L and U have a multiple of this many entries: loops over a row end less unpredictably.
constexpr int32_t kRowPadding = 4;

inline uint32_t offsetOf(int32_t column) { return static_cast<uint32_t>(column) * uint32_t(sizeof(Quad)); }

inline const Quad& quadAt(const Quad* vectors, uint32_t offset) {
  return *reinterpret_cast<const Quad*>(reinterpret_cast<const char*>(vectors) + offset);
}

inline Quad& quadAt(Quad* vectors, uint32_t offset) {
  return *reinterpret_cast<Quad*>(reinterpret_cast<char*>(vectors) + offset);
}

/// sum of value x[column] over a padded row.
inline Quad multiplyRow(const Entry* entry, const Entry* end, const Quad* x) {
  Quad even = 0.0f;
  Quad odd = 0.0f;
  for (; entry != end; entry += kRowPadding) {
    even += entry[0].value * quadAt(x, entry[0].offset);
    odd += entry[1].value * quadAt(x, entry[1].offset);
    even += entry[2].value * quadAt(x, entry[2].offset);
    odd += entry[3].value * quadAt(x, entry[3].offset);
  }
  return even + odd;
}

/// Fills up a row of `column`, whose last entry is before `end`, with zeros in its own column.
inline void padRow(Entry* entries, int32_t& end, int32_t column) {
  while (end % kRowPadding != 0) entries[end++] = {0, offsetOf(column)};
}

/// The end of a padded row of `column` without its padding.
inline const Entry* withoutPadding(const Entry* begin, const Entry* end, int32_t column) {
  while (end > begin && end[-1].offset == offsetOf(column)) --end;
  return end;
}

}  // namespace erfem
