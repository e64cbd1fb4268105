// Facet-connected components of a phase of a periodic mesh.
#pragma once

#include "kernel.h"

/// phaseCells[numPhaseCells]: ascending. componentOfCell[numPhaseCells], or null where it is not wanted: components by
/// descending volume, equal ones in the order of their first cells.
ERFEM_EXPORT(erfem_components_create)
int32_t erfem_components_create(void* mesh, int32_t numPhaseCells, const int32_t* phaseCells, int32_t* componentOfCell,
                                void** handle);

/// Returns their number n. Addresses (3, of 32 bits): number of cells (int32) and volume (double) of each, and whether
/// it spans each of the three lattice directions (n x 3 bytes).
ERFEM_EXPORT(erfem_components_arrays) int32_t erfem_components_arrays(void* handle, void** addresses);

ERFEM_EXPORT(erfem_components_free) void erfem_components_free(void* handle);
