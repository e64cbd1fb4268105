import { UsageError } from "../core/errors.js";
import type { Kernel } from "../kernel/kernel.js";
import { createCholeskySolver } from "./cholesky-solver.js";
import type { LinearSolver, LinearSystem } from "./linear-solver.js";
import { createWasmCgSolver } from "./wasm-conjugate-gradients.js";
import { createWasmDirectSolver } from "./wasm-direct.js";
import { createWasmMultigridSolver } from "./wasm-multigrid.js";

/** The solvers that can be asked for by name. */
export const solverNames = ["auto", "wasm-mgcg", "wasm-ldlt", "wasm-cg", "cholesky"] as const;

export type SolverName = (typeof solverNames)[number];

/**
 * Unknowns up to which `auto` factorizes. Conjugate gradients take 3 ms for three right-hand sides at 1000 unknowns of
 * a 3-D mesh, the factorization 20 ms, and 1 s at 5000: up to here its digits come for next to nothing.
 */
export const DIRECT_LIMIT = 1000;

/**
 * The solver of a name; `auto` takes the direct one for systems of up to `DIRECT_LIMIT` unknowns, else conjugate
 * gradients with multigrid.
 *
 * @param system only its size is looked at
 * @param kernel the instance to use; by default each solve takes one of its own, whose memory goes with it
 * @throws UsageError `unknown-solver`
 */
export function chooseSolver(name: string, system: LinearSystem, kernel?: Kernel): LinearSolver {
  switch (name) {
    case "auto":
      return system.matrix.numRows <= DIRECT_LIMIT
        ? createWasmDirectSolver(kernel)
        : createWasmMultigridSolver(kernel);
    case "wasm-mgcg":
      return createWasmMultigridSolver(kernel);
    case "wasm-ldlt":
      return createWasmDirectSolver(kernel);
    case "wasm-cg":
      return createWasmCgSolver(kernel);
    case "cholesky":
      return createCholeskySolver();
    default:
      throw new UsageError(
        "unknown-solver",
        `There is no solver "${name}"; expected one of ${solverNames.join(", ")}.`,
        { details: { name, expected: solverNames } },
      );
  }
}
