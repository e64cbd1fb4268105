// The facets of a mesh that have a cell on one side only.
#pragma once

#include "kernel.h"

/// Finds them without pairing all the others. kBadArgument with conflict[3] as of erfem_pair_facets, where a facet has
/// three cells, or two on the same side.
ERFEM_EXPORT(erfem_boundary_create)
int32_t erfem_boundary_create(int32_t numNodes, int32_t numCells, const int32_t* cells, int32_t* conflict,
                              void** handle);

/// Returns their number. Address (1, of 32 bits): half-facets, ascending.
ERFEM_EXPORT(erfem_boundary_arrays) int32_t erfem_boundary_arrays(void* handle, void** addresses);

ERFEM_EXPORT(erfem_boundary_free) void erfem_boundary_free(void* handle);
