// What is behind the handle of an assembly.
#pragma once

#include "assembly-rows.h"

namespace erfem {

struct Assembly {
  int32_t numDofs = 0;
  UpperTriangle upper;  // up to erfem_assembly_finish, or until it is taken
  CellSums cellSums;    // up to erfem_assembly_finish
  Buffer<int32_t> rowStart, columns;
  Buffer<double> values;
};

}  // namespace erfem
