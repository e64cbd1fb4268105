import { ConvergenceError, UsageError } from "../core/errors.js";
import type { CsrSystem, LinearSolution, SolveOptions } from "./linear-solver.js";
import { computeRelativeResiduals, type NullSpace } from "./null-space.js";

/** {@link SolveOptions} with every number filled in. */
export interface SolveLimits {
  readonly relativeTolerance: number;
  readonly maxIterations: number;
}

/** Why a solver gave up, as far as it knows. */
export type StopReason = "converged" | "iteration-limit" | "stagnated";

/** Share of the tolerance that the kernel aims at, for its sums are rounded in another order than the final check's. */
export const KERNEL_SAFETY = 0.9;

const DEFAULT_LIMITS: SolveLimits = { relativeTolerance: 1e-10, maxIterations: 10_000 };

/**
 * The limits of a solve.
 * @throws UsageError `bad-tolerance` or `bad-iteration-limit`
 */
export function resolveLimits(options: SolveOptions = {}): SolveLimits {
  const relativeTolerance = options.relativeTolerance ?? DEFAULT_LIMITS.relativeTolerance;
  const maxIterations = options.maxIterations ?? DEFAULT_LIMITS.maxIterations;
  if (!(relativeTolerance > 0 && relativeTolerance < 1)) {
    throw new UsageError(
      "bad-tolerance",
      `A relative tolerance of ${relativeTolerance} was given; expected a number between 0 and 1, such as 1e-10.`,
      { details: { relativeTolerance } },
    );
  }
  if (!Number.isInteger(maxIterations) || maxIterations < 0 || maxIterations >= 2 ** 31) {
    throw new UsageError(
      "bad-iteration-limit",
      `An iteration limit of ${maxIterations} was given; expected a whole number from 0 to ${2 ** 31 - 1}.`,
      { details: { maxIterations } },
    );
  }
  return { relativeTolerance, maxIterations };
}

/**
 * The end of every solver: the true residual, and the solution only if that meets the tolerance.
 *
 * @param solution X, numRows x numRhs, row-major, of mean zero over every component
 * @throws ConvergenceError `solver-stagnated` where round-off stopped the solver, else `not-converged`
 */
export function acceptSolution(
  system: CsrSystem,
  nullSpace: NullSpace,
  limits: SolveLimits,
  result: {
    readonly solution: Float64Array;
    readonly method: string;
    readonly iterations: readonly number[];
    readonly reason: StopReason;
  },
): LinearSolution {
  const { reason, ...solution } = result;
  const relativeResidual = computeRelativeResiduals(system, result.solution, nullSpace);
  return judgeSolution({ ...solution, relativeResidual }, reason, limits);
}

/**
 * The solution if its true residual, `relativeResidual`, meets the tolerance.
 *
 * @throws ConvergenceError `solver-stagnated` where round-off stopped the solver, else `not-converged`
 */
export function judgeSolution(
  result: LinearSolution,
  reason: StopReason,
  limits: SolveLimits,
): LinearSolution {
  const { method, iterations, relativeResidual } = result;
  // Not "some residual > tolerance": that would let NaN pass.
  if (relativeResidual.every((residual) => residual <= limits.relativeTolerance)) {
    return result;
  }
  const worst = Math.max(...relativeResidual);
  const facts = `relative residual ${worst.toExponential(2)} after ${Math.max(...iterations)} iterations of ${method}`;
  const details = { residuals: relativeResidual, iterations, tolerance: limits.relativeTolerance, method };
  if (reason === "iteration-limit") {
    throw new ConvergenceError(
      "not-converged",
      `Not converged: ${facts}, the limit, expected ${limits.relativeTolerance}; allow more iterations or a larger ` +
        "tolerance, and check the mesh for flat cells.",
      { details },
    );
  }
  throw new ConvergenceError(
    "solver-stagnated",
    `Round-off stopped the solver: ${facts}, expected ${limits.relativeTolerance}; the matrix is too badly ` +
      "conditioned for that tolerance. Ask for a larger one, or mend flat cells of the mesh.",
    { details },
  );
}
