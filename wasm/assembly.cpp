// From the entries above the diagonal to the whole matrix: K is symmetric, and K_ii = -sum_{j != i} K_ij since constants
// are in its null space.
#include "assembly.h"

#include <new>

#include "assembled.h"
#include "chunks.h"

#define NOINLINE __attribute__((noinline))

namespace erfem {
namespace {

/// The whole matrix from the entries above its diagonal.
Status mirror(const UpperTriangle& upper, int32_t n, Assembly& out) {
  const double* const values = upper.values.data();
  const int32_t numUpper = upper.rowStart[n];
  Buffer<int32_t> next;
  if (!out.rowStart.allocateZero(n + 1u) || !next.allocate(n)) return kOutOfMemory;
  for (int32_t at = 0; at < numUpper; at++) out.rowStart[upper.columns[at] + 1]++;
  for (int32_t row = 0; row < n; row++) {
    next[row] = out.rowStart[row];
    out.rowStart[row + 1] += out.rowStart[row] + 1 + upper.rowStart[row + 1] - upper.rowStart[row];
  }
  if (!out.columns.allocate(out.rowStart[n]) || !out.values.allocate(out.rowStart[n])) return kOutOfMemory;
  // Rows come in ascending order, so that the entries left of each diagonal do so too.
  Buffer<int32_t> diagonal;
  if (!diagonal.allocate(n)) return kOutOfMemory;
  for (int32_t row = n - 1; row >= 0; row--)
    diagonal[row] = out.rowStart[row + 1] - (upper.rowStart[row + 1] - upper.rowStart[row]) - 1;
  inChunks(n, [=, &out, rows = upper.rowStart.data(), upperColumns = upper.columns.data(), left = next.data(),
               places = diagonal.data()](int64_t from, int64_t to) NOINLINE {
    int32_t* const columns = out.columns.data();
    double* const entries = out.values.data();
    for (int32_t row = static_cast<int32_t>(from); row < to; row++) {
      const int32_t place = places[row];
      columns[place] = row;
      double sum = 0;
      for (int32_t at = out.rowStart[row]; at < place; at++) sum += entries[at];
      int32_t target = place;
      for (int32_t at = rows[row]; at < rows[row + 1]; at++) {
        const int32_t column = upperColumns[at];
        const int32_t mirrored = left[column]++;
        columns[++target] = column;
        entries[target] = values[at];
        columns[mirrored] = row;
        entries[mirrored] = values[at];
        sum += values[at];
      }
      entries[place] = -sum;
    }
  });
  return kOk;
}

}  // namespace
}  // namespace erfem

using namespace erfem;

int32_t erfem_assembly_create(const double* coordinates, const int32_t* cells, int32_t numPhaseCells,
                              const int32_t* phaseCells, int32_t numDofs, int32_t* cellDofs,
                              const double* element, const double* tensors, const int32_t* tensorOfCell,
                              void** handle) {
  if (numPhaseCells < 0 || numDofs < 0) return kBadArgument;
  Assembly* const assembly = new (std::nothrow) Assembly;
  if (!assembly) return kOutOfMemory;
  assembly->numDofs = numDofs;
  const CellProblem problem = {coordinates, cells,   numPhaseCells, phaseCells,  numDofs,
                               cellDofs,    element, tensors,       tensorOfCell};
  if (const Status status = assembleRows(problem, assembly->upper, assembly->cellSums); status != kOk) {
    delete assembly;
    return status;
  }
  *handle = assembly;
  return kOk;
}

int32_t erfem_assembly_loads(void* handle, void** addresses) {
  Assembly& assembly = *static_cast<Assembly*>(handle);
  addresses[0] = assembly.cellSums.load.data();
  addresses[1] = assembly.cellSums.sums.data();
  return kOk;
}

int32_t erfem_assembly_finish(void* handle, void** addresses) {
  Assembly& assembly = *static_cast<Assembly*>(handle);
  assembly.cellSums.load.reset();
  assembly.cellSums.sums.reset();
  if (const Status status = mirror(assembly.upper, assembly.numDofs, assembly); status != kOk) return status;
  assembly.upper.rowStart.reset();
  assembly.upper.columns.reset();
  assembly.upper.values.reset();
  addresses[0] = assembly.rowStart.data();
  addresses[1] = assembly.columns.data();
  addresses[2] = assembly.values.data();
  return kOk;
}

void erfem_assembly_free(void* handle) { delete static_cast<Assembly*>(handle); }
