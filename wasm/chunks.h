// Long loops in pieces. An engine runs a function that is called once in the code its quick first compiler made of it,
// however long that takes; of a function that is called often it makes better code meanwhile. So the body of a long
// loop is a function of its own, called for a few thousand steps at a time.
#pragma once

#include <cstdint>

namespace erfem {

/// body(first, last) for consecutive pieces of 0 ... count - 1.
///
/// It is called through a pointer that no optimizer may see through: the one that works on whole WebAssembly modules
/// knows no `noinline`, and puts whatever is called at one place into its caller, which undoes all this.
template <typename Body>
void inChunks(int64_t count, const Body& body) {
  constexpr int64_t kChunk = 4096;
  void (*volatile run)(const void*, int64_t, int64_t) = [](const void* context, int64_t first, int64_t last) {
    (*static_cast<const Body*>(context))(first, last);
  };
  for (int64_t first = 0; first < count; first += kChunk) {
    run(static_cast<const void*>(&body), first, first + kChunk < count ? first + kChunk : count);
  }
}

}  // namespace erfem
