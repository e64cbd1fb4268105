// Degrees of freedom at the nodes of a phase of a periodic mesh.
#pragma once

#include "kernel.h"

/// One dof for each facet-connected fan of phase cells around a periodic class of nodes, numbered by the smallest node
/// of the class that the phase uses; second and further fans come last.
/// phaseCells[numPhaseCells]: ascending. counts (4): dofs, those of further fans among them,
/// nodes, numbers in the list of exceptions.
ERFEM_EXPORT(erfem_node_dofs_create)
int32_t erfem_node_dofs_create(void* mesh, int32_t numPhaseCells, const int32_t* phaseCells, int32_t* counts,
                               void** handle);

/// Addresses (3, of 32 bits): the nodes of the phase, ascending; the dof of the first fan of each; exceptions: corners
/// (4 times the number of the cell in phaseCells, and the local node) of further fans, each followed by its dof.
ERFEM_EXPORT(erfem_node_dofs_arrays) int32_t erfem_node_dofs_arrays(void* handle, void** addresses);

ERFEM_EXPORT(erfem_node_dofs_free) void erfem_node_dofs_free(void* handle);

/// cellDofs[4 numPhaseCells] from what erfem_node_dofs_create gave. Needs no neighbours in the mesh.
ERFEM_EXPORT(erfem_expand_dofs)
int32_t erfem_expand_dofs(void* mesh, int32_t numPhaseCells, const int32_t* phaseCells, int32_t numPhaseNodes,
                          const int32_t* nodes, const int32_t* dofs, int32_t numExceptions, const int32_t* exceptions,
                          int32_t* cellDofs);
