// The entries above the diagonal of a stiffness matrix, row by row.
#pragma once

#include "memory.h"

namespace erfem {

/// What is assembled; the arrays belong to the caller, see assembly.h.
struct CellProblem {
  const double* coordinates;
  const int32_t* cells;
  int32_t numPhaseCells;
  const int32_t* phaseCells;
  int32_t numDofs;
  int32_t* cellDofs;  // used up
  const double* element;
  const double* tensors;
  const int32_t* tensorOfCell;  // null: all cells have tensor 0
};

/// Row i holds the columns j > i of dofs that share a cell with i, ascending.
struct UpperTriangle {
  Buffer<int32_t> rowStart;  // numDofs + 1
  Buffer<int32_t> columns;
  Buffer<double> values;
};

/// Loads and integrals, all zero before they are added up.
struct CellSums {
  Buffer<double> load;  // numDofs x 3
  Buffer<double> sums;  // numDofs + 12: int phi_i, int a (9), sum over cells of the squared contributions to B_k (3)
};

/// kOutOfMemory, also where the whole matrix would have more than 2^31 entries; kBadArgument for a dof out of range.
Status assembleRows(const CellProblem& problem, UpperTriangle& upper, CellSums& sums);

}  // namespace erfem
