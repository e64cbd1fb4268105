// Sums of sparse rows.
#pragma once

#include "memory.h"

namespace erfem {

/// Adds up the entries of one row after the other by column, without a branch for each entry.
template <typename Number>
class RowAccumulator {
 public:
  bool allocate(int32_t numColumns) {
    if (!sums_.allocateZero(numColumns) || !mark_.allocate(numColumns) || !list_.allocate(uint64_t(numColumns) + 1)) {
      return false;
    }
    for (int32_t column = 0; column < numColumns; ++column) mark_[column] = -1;
    return true;
  }

  /// A row in the making. Kept in registers: rows[i] must not be used while another is open.
  struct Row {
    Number* sums;
    int32_t* mark;
    int32_t* list;
    int32_t row;
    int32_t count;

    void add(int32_t column, Number value) {
      list[count] = column;
      count += mark[column] != row;
      mark[column] = row;
      sums[column] += value;
    }

    /// The columns in the order of their first entry.
    int32_t column(int32_t k) const { return list[k]; }

    /// The sum of a column, which begins again at zero.
    Number take(int32_t column) {
      const Number sum = sums[column];
      sums[column] = 0;
      return sum;
    }
  };

  /// `row` must differ from all rows before it; all sums of the row before must have been taken.
  Row open(int32_t row) { return {sums_.data(), mark_.data(), list_.data(), row, 0}; }

 private:
  Buffer<Number> sums_;
  Buffer<int32_t> mark_;  // last row that had the column
  Buffer<int32_t> list_;
};

/// Makes room for `needed` entries, keeping the first `used`.
template <typename T>
bool growBuffer(Buffer<T>& buffer, uint64_t used, uint64_t needed) {
  if (needed <= buffer.size()) return true;
  const uint64_t length = needed + needed / 2;
  Buffer<T> larger;
  if (length > uint64_t(INT32_MAX) || !larger.allocate(length)) return false;
  if (used > 0) std::memcpy(static_cast<void*>(larger.data()), buffer.data(), used * sizeof(T));
  buffer.swap(larger);
  return true;
}

}  // namespace erfem
