// Constants over components: what K does not see.
#pragma once

#include "lanes.h"
#include "memory.h"

namespace erfem {

/// The components of the unknowns in the order of the iteration, as runs of consecutive unknowns of one component.
struct NullSpace {
  struct Run {
    int32_t begin;
    int32_t end;
    int32_t component;  // -1: none
  };
  Buffer<Run> runs;
  int32_t numComponents = 0;
  Buffer<double> inverseSize;  // 1 / number of unknowns, by component
  Buffer<double> sums;         // scratch, numComponents x kMostLanes

  /// kOutOfMemory, or kBadArgument for a component out of range.
  Status build(const int32_t* component, int32_t n, int32_t count) {
    Buffer<int32_t> size;
    if (!size.allocateZero(count) || !inverseSize.allocate(count)) return kOutOfMemory;
    if (!sums.allocate(uint64_t(count) * kMostLanes)) return kOutOfMemory;
    numComponents = count;
    uint64_t numRuns = 0;
    for (int32_t i = 0; i < n; ++i) {
      if (component[i] < -1 || component[i] >= count) return kBadArgument;
      if (component[i] >= 0) ++size[component[i]];
      if (i == 0 || component[i] != component[i - 1]) ++numRuns;
    }
    for (int32_t c = 0; c < count; ++c) inverseSize[c] = size[c] > 0 ? 1.0 / size[c] : 0;
    if (!runs.allocate(numRuns)) return kOutOfMemory;
    int32_t run = -1;
    for (int32_t i = 0; i < n; ++i) {
      if (i == 0 || component[i] != component[i - 1]) runs[++run] = {i, i, component[i]};
      runs[run].end = i + 1;
    }
    return kOk;
  }

  /// means[c] = mean of the vectors over component c, W numbers each; valid until the next call. get(i) gives vector i.
  template <int W, typename Get>
  const Doubles<W>* computeMeansOf(Get get) {
    auto* const means = reinterpret_cast<Doubles<W>*>(sums.data());
    for (int32_t c = 0; c < numComponents; ++c) means[c] = Doubles<W>(0.0);
    for (std::size_t at = 0; at < runs.size(); ++at) {
      const Run run = runs[at];
      if (run.component < 0) continue;
      Doubles<W> sum = 0.0;
      for (int32_t i = run.begin; i < run.end; ++i) sum += get(i);
      means[run.component] += sum;
    }
    for (int32_t c = 0; c < numComponents; ++c) means[c] *= inverseSize[c];
    return means;
  }

  template <int W, typename Vector>
  const Doubles<W>* computeMeans(const Vector* vectors) {
    return computeMeansOf<W>([vectors](int32_t i) { return __builtin_convertvector(vectors[i], Doubles<W>); });
  }

  /// x -= mean of x, over every component. get(i) gives x_i, set(i, x_i) changes it.
  template <int W, typename Get, typename Set>
  void project(Get get, Set set) {
    const Doubles<W>* const means = computeMeansOf<W>(get);
    for (std::size_t at = 0; at < runs.size(); ++at) {
      const Run run = runs[at];
      if (run.component < 0) continue;
      const Doubles<W> mean = means[run.component];
      for (int32_t i = run.begin; i < run.end; ++i) set(i, get(i) - mean);
    }
  }

  template <int W>
  void project(Doubles<W>* vectors) {
    project<W>([vectors](int32_t i) { return vectors[i]; },
               [vectors](int32_t i, Doubles<W> value) { vectors[i] = value; });
  }
};

}  // namespace erfem
