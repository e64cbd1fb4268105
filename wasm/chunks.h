// Long loops in pieces. An engine runs a function that is called once in the code its quick first compiler made of it,
// however long that takes; of a function that is called often it makes better code meanwhile. So the body of a long
// loop is a function of its own, called for a few thousand steps at a time.
#pragma once

#include <cstdint>

namespace erfem {

/// body(first, last) for consecutive pieces of 0 ... count - 1. Write the body as
/// [=](int64_t first, int64_t last) __attribute__((noinline)) { ... }, with pointers captured by value.
template <typename Body>
void inChunks(int64_t count, const Body& body) {
  constexpr int64_t kChunk = 4096;
  for (int64_t first = 0; first < count; first += kChunk) body(first, first + kChunk < count ? first + kChunk : count);
}

}  // namespace erfem
