// Reverse Cuthill-McKee order: neighbours in the graph of K become neighbours in memory.
#pragma once

#include "kernel.h"

namespace erfem {

/// permutation[i] = unknown at place i. The pattern must be symmetric; a connected part fills consecutive places.
///
/// Breadth-first search from a pseudo-peripheral unknown, neighbours by ascending degree, the whole order reversed.
/// Cuthill & McKee, "Reducing the bandwidth of sparse symmetric matrices", 1969; the start by George & Liu, "An
/// implementation of a pseudoperipheral node finder", ACM TOMS 5 (1979).
Status orderReverseCuthillMcKee(int32_t n, const int32_t* rowStart, const int32_t* columns, int32_t* permutation);

}  // namespace erfem
