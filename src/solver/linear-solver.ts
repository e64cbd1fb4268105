import type { ProgressReporter } from "../core/progress.js";
import type { CsrMatrix } from "../sparse/csr.js";
import { toCsr, type SystemMatrix } from "./system-matrix.js";

/**
 * K X = B for several right-hand sides at once, K symmetric positive semidefinite.
 *
 * The null space of K is spanned by the indicator vectors of its singular components: `component[i]` is the component
 * of unknown i, 0 <= component[i] < numComponents. With numComponents = 0 (and `component` empty) K is positive
 * definite. Every column of B sums to zero over every component, up to round-off.
 */
export interface LinearSystem {
  /** K; a solver of its own takes it as arrays, by {@link toCsrSystem}, wherever it lies. */
  readonly matrix: SystemMatrix;
  /** Right-hand sides, numRows x numRhs, row-major. */
  readonly rhs: Float64Array;
  readonly numRhs: number;
  /** Whether the caller has no more use for `rhs`: a solver may write the solution there. Default false. */
  readonly isRhsSpent?: boolean;
  /** Component of each unknown, numRows; empty where numComponents is 0. */
  readonly component: Int32Array;
  readonly numComponents: number;
}

/** A linear system with its matrix as arrays. */
export interface CsrSystem extends LinearSystem {
  readonly matrix: CsrMatrix;
}

/** The system with its matrix as arrays; the matrix is copied where it lies in the memory of a kernel. */
export function toCsrSystem(system: LinearSystem): CsrSystem {
  return { ...system, matrix: toCsr(system.matrix) };
}

/** How far to solve, and whom to tell. */
export interface SolveOptions {
  /** Bound on ||b - K x||_2 / ||b||_2 of every right-hand side, recomputed from the solution. Default 1e-10. */
  readonly relativeTolerance?: number;
  /** Limit on the iterations; reaching it is an error. Default 10000. */
  readonly maxIterations?: number;
  readonly progress?: ProgressReporter;
}

/** X, with the mean of every column zero over every singular component. */
export interface LinearSolution {
  /** Solutions, numRows x numRhs, row-major. */
  readonly solution: Float64Array;
  /** Name of the method that produced them, for the result file. */
  readonly method: string;
  /** Iterations for each right-hand side; 0 for a direct method. */
  readonly iterations: readonly number[];
  /** ||b - K x||_2 / ||b||_2 for each right-hand side, recomputed at the end; 0 where b = 0. */
  readonly relativeResidual: readonly number[];
}

/** A way to solve a {@link LinearSystem}. */
export interface LinearSolver {
  readonly name: string;
  /**
   * @throws ConvergenceError `not-converged` when the tolerance is not reached
   * @throws KernelError where the method breaks down or memory ends
   */
  solve(system: LinearSystem, options?: SolveOptions): Promise<LinearSolution>;
}
