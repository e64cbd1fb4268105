// Allocation, and the way out where C++ has none: without exceptions, a failing `operator new` (Eigen's last resort
// too) writes down its reason and traps, because going on would write to address 0, which WebAssembly allows.
#include "memory.h"

#include <new>

namespace {

int32_t lastFault = erfem::kOk;

}  // namespace

namespace erfem {

void* allocateBytes(uint64_t bytes) {
  constexpr uint64_t kAlignment = 64;
  constexpr uint64_t kLargest = UINT64_C(0xfff00000);
  if (bytes > kLargest) return nullptr;
  const uint64_t rounded = bytes == 0 ? kAlignment : (bytes + kAlignment - 1) / kAlignment * kAlignment;
  return std::aligned_alloc(kAlignment, static_cast<std::size_t>(rounded));
}

void* replaceBytes(void* old, uint64_t bytes, bool isZero) {
  std::free(old);
  void* const data = allocateBytes(bytes);
  if (data && isZero) std::memset(data, 0, static_cast<std::size_t>(bytes));
  return data;
}

bool canAllocate(uint64_t bytes) {
  void* const trial = allocateBytes(bytes);
  std::free(trial);
  return trial != nullptr;
}

}  // namespace erfem

void* operator new(std::size_t bytes) {
  void* const pointer = std::malloc(bytes == 0 ? 1 : bytes);
  if (!pointer) {
    lastFault = erfem::kOutOfMemory;
    __builtin_trap();
  }
  return pointer;
}
void* operator new[](std::size_t bytes) { return operator new(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return std::malloc(bytes == 0 ? 1 : bytes); }
void operator delete(void* pointer) noexcept { std::free(pointer); }
void operator delete[](void* pointer) noexcept { std::free(pointer); }
void operator delete(void* pointer, std::size_t) noexcept { std::free(pointer); }
void operator delete[](void* pointer, std::size_t) noexcept { std::free(pointer); }

int32_t erfem_kernel_version() { return erfem::kKernelVersion; }

int32_t erfem_last_fault() { return lastFault; }

void* erfem_allocate(uint32_t bytes) { return erfem::allocateBytes(bytes); }

void erfem_release(void* pointer) { std::free(pointer); }
