import { acceptSolution, resolveLimits } from "./convergence.js";
import { checkSystem } from "./check-system.js";
import type { CsrSystem, LinearSolution, SolveOptions } from "./linear-solver.js";
import {
  computeNorms,
  computeRelativeResiduals,
  computeResidual,
  findNullSpace,
  pinComponents,
  projectMeanZero,
} from "./null-space.js";
import type { CsrMatrix } from "../sparse/csr.js";

/** A factorized symmetric positive definite matrix. */
export interface Factorization {
  /** K^-1 B, a new array; both numRows x numRhs, row-major. */
  solve(rhs: Float64Array, numRhs: number): Float64Array;
  dispose(): void;
}

/** Makes a {@link Factorization}; `unknown[i]` is the number of unknown i in the whole system, for messages. */
export type Factorize = (matrix: CsrMatrix, unknown: Int32Array) => Factorization;

/** Refinement ends when a step no longer divides the largest residual by this. */
const WORTH_A_STEP = 2;
const MAX_REFINEMENTS = 5;

/**
 * X of mean zero over every component with K X = P B, by a factorization of K without one unknown per component, and as
 * many steps of iterative refinement, X += K^-1 (P B - K X), as the tolerance asks for.
 *
 * @throws ConvergenceError `solver-stagnated`, and whatever checkSystem and `factorize` throw
 * @see Higham, "Accuracy and Stability of Numerical Algorithms", chapter 12
 */
export function solveDirectly(
  system: CsrSystem,
  method: string,
  options: SolveOptions | undefined,
  factorize: Factorize,
): LinearSolution {
  const limits = resolveLimits(options);
  checkSystem(system);
  const { numRhs } = system;
  const nullSpace = findNullSpace(system);
  const { matrix, kept } = pinComponents(system.matrix, nullSpace);
  const solution = new Float64Array(system.matrix.numRows * numRhs);
  options?.progress?.({ step: method, fraction: 0, message: `factorize ${matrix.numRows} unknowns` });

  if (matrix.numRows > 0) {
    const factorization = factorize(matrix, kept);
    try {
      let residual = Infinity;
      for (let step = 0; step <= MAX_REFINEMENTS; step++) {
        const defect = computeResidual(system, solution, nullSpace);
        const trial = solution.slice();
        addCorrection(trial, defect, kept, numRhs, factorization);
        projectMeanZero(trial, numRhs, nullSpace);
        const reached = Math.max(...computeRelativeResiduals(system, trial, nullSpace));
        if (reached < residual) solution.set(trial);
        if (!(reached > limits.relativeTolerance && reached * WORTH_A_STEP < residual)) break;
        residual = reached;
      }
    } finally {
      factorization.dispose();
    }
  }
  options?.progress?.({ step: method, fraction: 1 });
  const iterations = new Array<number>(numRhs).fill(0);
  return acceptSolution(system, nullSpace, limits, { solution, method, iterations, reason: "stagnated" });
}

// x += K^-1 r on the unknowns that are kept; each column of r scaled to norm 1, so that tiny ones keep their digits.
function addCorrection(
  solution: Float64Array,
  residual: Float64Array,
  kept: Int32Array,
  numRhs: number,
  factorization: Factorization,
): void {
  const norms = computeNorms(residual, numRhs);
  const rhs = new Float64Array(kept.length * numRhs);
  for (let i = 0; i < kept.length; i++) {
    for (let l = 0; l < numRhs; l++) {
      rhs[i * numRhs + l] = norms[l] > 0 ? residual[kept[i] * numRhs + l] / norms[l] : 0;
    }
  }
  const correction = factorization.solve(rhs, numRhs);
  for (let i = 0; i < kept.length; i++) {
    for (let l = 0; l < numRhs; l++) solution[kept[i] * numRhs + l] += correction[i * numRhs + l] * norms[l];
  }
}
