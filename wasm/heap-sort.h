// Sorting in place, in little code: for what is sorted seldom.
#pragma once

#include <cstdint>
#include <utility>

namespace erfem {

/// Sorts a[0] ... a[n - 1] so that isBefore(a[i + 1], a[i]) never holds. J. W. J. Williams, "Algorithm 232: Heapsort",
/// 1964.
template <typename T, typename Before>
void heapSort(T* a, int32_t n, const Before& isBefore) {
  int32_t size = n;
  for (int32_t start = n / 2; size > 1;) {
    if (start > 0) start--;
    else std::swap(a[0], a[--size]);
    for (int32_t root = start, child; (child = 2 * root + 1) < size; root = child) {
      if (child + 1 < size && isBefore(a[child], a[child + 1])) child++;
      if (!isBefore(a[root], a[child])) break;
      std::swap(a[root], a[child]);
    }
  }
}

}  // namespace erfem
