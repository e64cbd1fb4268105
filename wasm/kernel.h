// The C interface of the erfem kernel: sparse symmetric systems K X = B in WebAssembly.
//
// Conventions
// - Every function that can fail returns a Status; results go through pointers.
// - Matrices are n x n, symmetric, compressed sparse row: rowStart[n + 1], columns and values [rowStart[n]], columns
//   ascending in each row without repetition. Indices are 32-bit, numbers are doubles.
// - Blocks of vectors are n x numRhs, row-major (the right-hand sides are interleaved), in the caller's numbering.
// - Inputs are read during the call only, and never changed, but where it says so. Handles are freed by their own free
//   function.
// - A null space is given as component[n]: -1 for an unknown that belongs to none, else the index of the component
//   whose constants K does not see. An unknown that is alone in its component is left at zero, whatever its row holds.
// - C++ code that cannot report a failed allocation (Eigen, without exceptions) ends in a trap; erfem_last_fault()
//   then tells why. After a trap the instance must be thrown away.
#pragma once

#include <cstdint>

#if defined(__wasm__)
#define ERFEM_EXPORT(name) extern "C" __attribute__((export_name(#name)))
#else
#define ERFEM_EXPORT(name) extern "C"
#endif

namespace erfem {

/// Interface version; the loader refuses a module with another one.
constexpr int32_t kKernelVersion = 5;

enum Status : int32_t {
  kOk = 0,                   // done; for an iteration: every right-hand side has reached its tolerance
  kRunning = 1,              // an iteration may go on
  kIterationLimit = 2,       // an iteration used up its limit
  kStagnated = 3,            // round-off keeps the true residual above the tolerance
  kOutOfMemory = 4,          // an allocation failed, or would exceed what 32-bit addresses reach
  kNotPositiveDefinite = 5,  // a pivot or a curvature p.Kp that is not positive
  kNotFinite = 6,            // a NaN or an infinity in the input, or an overflow
  kBadArgument = 7,          // sizes or indices that contradict each other
};

}  // namespace erfem

/// kKernelVersion.
ERFEM_EXPORT(erfem_kernel_version) int32_t erfem_kernel_version();

/// The Status behind the last trap; kOk when no trap happened on purpose.
ERFEM_EXPORT(erfem_last_fault) int32_t erfem_last_fault();

/// `bytes` bytes at a multiple of 64, or null.
ERFEM_EXPORT(erfem_allocate) void* erfem_allocate(uint32_t bytes);

/// Frees what erfem_allocate gave; null is allowed.
ERFEM_EXPORT(erfem_release) void erfem_release(void* pointer);

/// permutation[n]: the unknown of the caller that comes at each place of the reverse Cuthill-McKee order.
ERFEM_EXPORT(erfem_rcm)
int32_t erfem_rcm(int32_t n, const int32_t* rowStart, const int32_t* columns, int32_t* permutation);

/// Factorizes P K P' = L D L' with P by approximate minimum degree. Only entries with column <= row are read, so K may
/// be whole or its lower half. `info` (2 doubles): entries of L; unknown of a bad pivot or bad number, -1 if none.
ERFEM_EXPORT(erfem_ldlt_create)
int32_t erfem_ldlt_create(int32_t n, const int32_t* rowStart, const int32_t* columns, const double* values,
                          void** handle, double* info);

/// X = K^-1 B.
ERFEM_EXPORT(erfem_ldlt_solve)
int32_t erfem_ldlt_solve(void* handle, const double* rhs, int32_t numRhs, double* solution);

ERFEM_EXPORT(erfem_ldlt_free) void erfem_ldlt_free(void* handle);

/// Renumbers K (whole, not half) and prepares incomplete Cholesky. `info` (2 doubles): diagonal shift that the
/// preconditioner needed, relative; unknown with a bad diagonal or number, -1 if none.
ERFEM_EXPORT(erfem_cg_create)
int32_t erfem_cg_create(int32_t n, const int32_t* rowStart, const int32_t* columns, const double* values,
                        const int32_t* component, int32_t numComponents, void** handle, double* info);

/// Begins with X = 0. 1 <= numRhs <= 4. Stops at ||P b - K x|| <= relativeTolerance ||b|| for every right-hand side,
/// P b being b with the mean over every component taken away, or after maxIterations.
ERFEM_EXPORT(erfem_cg_start)
int32_t erfem_cg_start(void* handle, const double* rhs, int32_t numRhs, double relativeTolerance,
                       int32_t maxIterations);

/// At most `count` further iterations. kRunning, kOk, kIterationLimit, kStagnated, kNotPositiveDefinite, kNotFinite.
ERFEM_EXPORT(erfem_cg_iterate) int32_t erfem_cg_iterate(void* handle, int32_t count);

/// iterations[numRhs] and relativeResidual[numRhs]: of the recursion while running, recomputed as P b - K x at the end.
ERFEM_EXPORT(erfem_cg_report) int32_t erfem_cg_report(void* handle, int32_t* iterations, double* relativeResidual);

/// The present X; of mean zero over every component once the iteration has ended.
ERFEM_EXPORT(erfem_cg_solution) int32_t erfem_cg_solution(void* handle, double* solution);

/// Z = M^-1 R for vectors of the last numRhs, up to one positive factor for each: the preconditioner alone, for tests.
ERFEM_EXPORT(erfem_cg_precondition)
int32_t erfem_cg_precondition(void* handle, const double* residual, int32_t numRhs, double* result);

ERFEM_EXPORT(erfem_cg_free) void erfem_cg_free(void* handle);

/// Renumbers K (whole, not half) and sets up smoothed-aggregation multigrid. `component` may be null where
/// numComponents is 0; rows that are zero (1e-30 of the largest entry) become components of their own. `robust` 0:
/// settings that are fastest for isotropic diffusion on good meshes; 1: strong connections counted more narrowly, and
/// twice the smoothing. `info` (4 doubles): levels; entries of all levels over those of the finest; unknowns of the
/// coarsest; unknown with a bad diagonal or number, -1 if none. A handle serves any number of runs.
ERFEM_EXPORT(erfem_mg_create)
int32_t erfem_mg_create(int32_t n, const int32_t* rowStart, const int32_t* columns, const double* values,
                        const int32_t* component, int32_t numComponents, int32_t robust, void** handle, double* info);

/// The same for the matrix of an assembly (assembly.h) that is not finished, whose half it takes, so that the handle of the
/// assembly is good for nothing but its loads then, and to be freed. kRunning where nothing has been done, for the order
/// of the unknowns is not one to keep: finish the assembly, and call erfem_mg_create.
ERFEM_EXPORT(erfem_mg_create_assembled)
int32_t erfem_mg_create_assembled(void* assembly, const int32_t* component, int32_t numComponents, int32_t robust,
                                  void** handle, double* info);

/// Begins a run for 1 <= numRhs <= 4 right-hand sides: row i of the block begins at rhs[i * stride]. `guess`, a block
/// of the same shape, is where to begin; null means zero. The right-hand sides must stay there until the run has ended.
/// Ends as erfem_cg_start says.
ERFEM_EXPORT(erfem_mg_start)
int32_t erfem_mg_start(void* handle, const double* rhs, const double* guess, int32_t numRhs, int32_t stride,
                       double relativeTolerance, int32_t maxIterations);

/// At most `count` further iterations; statuses as of erfem_cg_iterate.
ERFEM_EXPORT(erfem_mg_iterate) int32_t erfem_mg_iterate(void* handle, int32_t count);

/// As erfem_cg_report.
ERFEM_EXPORT(erfem_mg_report) int32_t erfem_mg_report(void* handle, int32_t* iterations, double* relativeResidual);

/// The present X; of mean zero over every component once the iteration has ended. Row i begins at solution[i * stride].
ERFEM_EXPORT(erfem_mg_solution) int32_t erfem_mg_solution(void* handle, double* solution, int32_t stride);

/// Z = M^-1 R, one V-cycle in the scale of K: the preconditioner alone.
ERFEM_EXPORT(erfem_mg_precondition)
int32_t erfem_mg_precondition(void* handle, const double* residual, int32_t numRhs, double* result);

ERFEM_EXPORT(erfem_mg_free) void erfem_mg_free(void* handle);

/// Prepares to check tetrahedra on numNodes >= 1 nodes, coordinates[3 * numNodes].
ERFEM_EXPORT(erfem_cells_create)
int32_t erfem_cells_create(int32_t numNodes, const double* coordinates, void** handle);

/// Decodes `count` records of `stride` 64-bit integers: an element's tag, the tags of its corners, anything else. A node
/// has the index tag - firstTag, or table[tag - firstTag] - 1 where there is a table; tags from firstTag + span on, and
/// entries of 0, are unknown. Writes cells[4 * count] and tags[count] up to the first record with an unknown node or a
/// tag above 2^53 - 1, and returns the number of records before it. isRun (1): 1 where their tags are consecutive.
ERFEM_EXPORT(erfem_cells_decode)
int32_t erfem_cells_decode(const uint64_t* records, int32_t stride, int32_t count, double firstTag, int32_t span,
                           const int32_t* table, int32_t* cells, double* tags, int32_t* isRun);

/// Takes note of further cells[4 * count], node indices, and lists, counted from 0, those that are not surely of positive
/// volume (`doubtful`) and those that may have the nodes of an earlier cell (`repeated`), each with room for count + 1.
/// `numFound` (2): how many of each.
ERFEM_EXPORT(erfem_cells_check)
int32_t erfem_cells_check(void* handle, const int32_t* cells, int32_t count, int32_t* doubtful, int32_t* repeated,
                          int32_t* numFound);

/// isUsed[numNodes]: 1 for nodes of a cell, else 0. Returns the number of nodes of a cell.
ERFEM_EXPORT(erfem_cells_used) int32_t erfem_cells_used(void* handle, uint8_t* isUsed);

/// Lists, counted from 0, those of cells[4 * count] with both bits set in marks[2^(27 - shift)]: the bits
/// ((sum of the nodes) * 0x9e3779b1 mod 2^32) >> shift and ((sum of their squares) * 0x85ebca6b mod 2^32) >> shift;
/// shift <= 27. `matching` has room for count + 1. Returns how many there are.
ERFEM_EXPORT(erfem_cells_match)
int32_t erfem_cells_match(const int32_t* cells, int32_t count, const uint32_t* marks, int32_t shift, int32_t* matching);

ERFEM_EXPORT(erfem_cells_free) void erfem_cells_free(void* handle);
