import { analyzeCholesky } from "../sparse/analyze-cholesky.js";
import { factorizeCholesky } from "../sparse/factorize-cholesky.js";
import { solveCholesky } from "../sparse/solve-cholesky.js";
import { solveDirectly } from "./direct-solution.js";
import { toCsrSystem, type LinearSolver } from "./linear-solver.js";

/**
 * The direct solver in TypeScript: sparse Cholesky with approximate minimum degree order, no WebAssembly needed.
 * @see {@link LinearSolver.solve} for the errors
 */
export function createCholeskySolver(): LinearSolver {
  const name = "cholesky";
  return {
    name,
    solve(system, options) {
      return new Promise((resolve) => {
        resolve(
          solveDirectly(toCsrSystem(system), name, options, (matrix) => {
            const factor = factorizeCholesky(matrix, analyzeCholesky(matrix));
            return {
              solve: (rhs, numRhs) => solveCholesky(factor, rhs, numRhs),
              dispose: () => undefined,
            };
          }),
        );
      });
    },
  };
}
