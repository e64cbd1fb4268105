// Memory that reports failure instead of ending the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "kernel.h"

namespace erfem {

/// Bytes at a multiple of 64, or null where there are none.
void* allocateBytes(uint64_t bytes);

/// Frees `old` first; the new bytes are zero if asked for.
void* replaceBytes(void* old, uint64_t bytes, bool isZero);

/// Whether `bytes` can be had in one piece just now.
bool canAllocate(uint64_t bytes);

/// A fixed array of plain numbers; `allocate` says whether there was memory.
template <typename T>
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { std::free(data_); }

  /// Contents are undefined. Frees what was there before.
  bool allocate(uint64_t length) { return replace(length, false); }

  bool allocateZero(uint64_t length) { return replace(length, true); }

  void clear() { std::memset(static_cast<void*>(data_), 0, length_ * sizeof(T)); }

  void reset() {
    std::free(data_);
    data_ = nullptr;
    length_ = 0;
  }

  /// Gives back what lies behind the first `length` entries.
  void shrink(uint64_t length) {
    if (length >= length_ || length == 0) return;
    if (void* const smaller = std::realloc(static_cast<void*>(data_), std::size_t(length) * sizeof(T))) {
      data_ = static_cast<T*>(smaller);
      length_ = static_cast<std::size_t>(length);
    }
  }

  void swap(Buffer& other) {
    std::swap(data_, other.data_);
    std::swap(length_, other.length_);
  }

  std::size_t size() const { return length_; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  bool replace(uint64_t length, bool isZero) {
    data_ = static_cast<T*>(replaceBytes(data_, length * sizeof(T), isZero));
    length_ = data_ ? static_cast<std::size_t>(length) : 0;
    return data_ != nullptr;
  }

  T* data_ = nullptr;
  std::size_t length_ = 0;
};

}  // namespace erfem
