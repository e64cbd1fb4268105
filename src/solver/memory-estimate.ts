import { DIRECT_LIMIT } from "./choose-solver.js";

// Bytes, measured as growth of the kernel's memory over systems of 20 thousand to a million unknowns of both elements;
// test/homogenization/memory-check.test.ts holds them against it.

/** Multigrid, for each unknown and each entry: at the end of the set-up the caller's matrix is still there. */
const MULTIGRID_PER_DOF = 500;
const MULTIGRID_PER_ENTRY = 18;
/** Incomplete Cholesky while it is made, for each unknown and entry, and conjugate gradients while they run. */
const CHOLESKY_PER_DOF = 28;
const CHOLESKY_PER_ENTRY = 24;
const GRADIENTS_PER_DOF = 236;
const GRADIENTS_PER_ENTRY = 8;
/** Sparse LDL' of meshes in space, whose factor has about n^(4/3) entries. */
const DIRECT = 340;
const DIRECT_EXPONENT = 4 / 3;

/**
 * Bytes of kernel memory that a solver needs at most while it works on a system of three right-hand sides, beside what the
 * kernel holds anyway:
 * - `wasm-mgcg`: 500 n + 18 m for n unknowns and m entries; up to a fifth more for anisotropic coefficients
 * - `wasm-cg`: the larger of 28 n + 24 m (factorization) and 236 n + 8 m (iteration)
 * - `wasm-ldlt`: 340 n^(4/3), roughly
 * - 0 for a solver that does not work in the kernel
 *
 * @param solver its name
 */
export function estimateSolverMemory(solver: string, numDofs: number, numEntries: number): number {
  switch (solver) {
    case "auto":
      return estimateSolverMemory(numDofs <= DIRECT_LIMIT ? "wasm-ldlt" : "wasm-mgcg", numDofs, numEntries);
    case "wasm-mgcg":
      return MULTIGRID_PER_DOF * numDofs + MULTIGRID_PER_ENTRY * numEntries;
    case "wasm-cg":
      return Math.max(
        CHOLESKY_PER_DOF * numDofs + CHOLESKY_PER_ENTRY * numEntries,
        GRADIENTS_PER_DOF * numDofs + GRADIENTS_PER_ENTRY * numEntries,
      );
    case "wasm-ldlt":
      return DIRECT * numDofs ** DIRECT_EXPONENT;
    default:
      return 0;
  }
}
