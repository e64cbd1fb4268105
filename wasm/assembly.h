// Assembly of cell problems on tetrahedra: stiffness matrix, loads and integrals.
//
//   K_ij = sum_T |T| grad phi_i . a grad phi_j,   B_ik = -sum_T |T| (a e_k) . grad phi_i
//
// for an element with four affine basis functions a cell that add up to one, so that the rows of K add up to zero.
#pragma once

#include "kernel.h"

/// Assembles on some cells of a mesh, in two steps: all that needs the cells, and the rest.
/// coordinates: of the nodes, 3 each. cells: nodes of all cells of the mesh, 4 each. phaseCells[numPhaseCells]: the
/// cells to assemble. cellDofs: dofs of each phase cell, 4 each, 0 <= dof < numDofs; written over. element[16]: reference
/// gradients (4 x 3), then means over the cell of the four basis functions. tensors: symmetric 3x3, 9 numbers each.
/// tensorOfCell[numPhaseCells], or null where all cells have tensor 0.
ERFEM_EXPORT(erfem_assembly_create)
int32_t erfem_assembly_create(const double* coordinates, const int32_t* cells, int32_t numPhaseCells,
                              const int32_t* phaseCells, int32_t numDofs, int32_t* cellDofs,
                              const double* element, const double* tensors, const int32_t* tensorOfCell,
                              void** handle);

/// Addresses (2, of 32 bits): load [numDofs x 3]; sums [numDofs + 12]: int phi_i for each dof, int a (9), sum over
/// cells of the squares of their contributions to B_k (3). Valid up to erfem_assembly_finish.
ERFEM_EXPORT(erfem_assembly_loads) int32_t erfem_assembly_loads(void* handle, void** addresses);

/// Makes the whole matrix, without a look at the cells, and lets go of loads and sums. Addresses (3, of 32 bits):
/// rowStart[numDofs + 1], columns, values [rowStart[numDofs]], valid as long as the handle.
ERFEM_EXPORT(erfem_assembly_finish) int32_t erfem_assembly_finish(void* handle, void** addresses);

ERFEM_EXPORT(erfem_assembly_free) void erfem_assembly_free(void* handle);

/// energy[9]: sum_T |T| (e_k + grad chi_k) . a (e_l + grad chi_l), row-major and symmetric; chi[numDofs x 3]. The rest
/// as of erfem_assembly_create.
ERFEM_EXPORT(erfem_assembly_energy)
int32_t erfem_assembly_energy(const double* coordinates, const int32_t* cells, int32_t numPhaseCells,
                              const int32_t* phaseCells, const int32_t* cellDofs, const double* element,
                              const double* tensors, const int32_t* tensorOfCell, const double* chi, double* energy);
