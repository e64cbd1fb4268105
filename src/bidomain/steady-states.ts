import { ConvergenceError } from "../core/errors.js";
import type { Reaction, ReactionPoint } from "./reaction.js";

/** Most steps of Newton's method; one is enough for gates, whose Phi is linear in X. */
const MAX_STEPS = 50;

/** Largest |dX| of the last step relative to max(|X|, 1e-6): quadratic convergence makes the error its square. */
const TOLERANCE = 1e-10;

/**
 * The steady states of a point: X with Phi(u, X) = 0 for its time, place and fields, by Newton's method from the states that
 * it has. Overwrites `point.states`, and the outputs of `point` with their values there.
 *
 * @throws ConvergenceError `steady-state-not-found` where dPhi/dX is singular (a state that has no steady value, or any), or
 *   the iteration does not end
 */
export function findSteadyStates(reaction: Reaction, point: ReactionPoint): void {
  const { states } = point;
  const m = states.length;
  const matrix = new Float64Array(m * m);
  const step = new Float64Array(m);
  for (let iteration = 0; iteration < MAX_STEPS; iteration++) {
    reaction.evaluate(point);
    if (m === 0) return;
    matrix.set(point.stateRatesByStates);
    for (let s = 0; s < m; s++) step[s] = -point.stateRates[s];
    const singular = solveDense(matrix, step);
    if (singular !== undefined) {
      throw createError(reaction, point, `Phi does not determine "${reaction.states[singular]}" there`);
    }
    let largest = 0;
    for (let s = 0; s < m; s++) {
      states[s] += step[s];
      largest = Math.max(largest, Math.abs(step[s]) / Math.max(Math.abs(states[s]), 1e-6));
    }
    if (largest <= TOLERANCE) {
      reaction.evaluate(point);
      return;
    }
    if (Number.isNaN(largest)) break;
  }
  throw createError(reaction, point, `Newton's method did not end in ${MAX_STEPS} steps`);
}

function createError(reaction: Reaction, point: ReactionPoint, fault: string): ConvergenceError {
  const { time, x, y, z } = point;
  const fields = reaction.fields.map((name, k) => `${name} = ${point.fields[k]}`).join(", ");
  return new ConvergenceError(
    "steady-state-not-found",
    `no steady states at (${x}, ${y}, ${z}) um, ${time} s with ${fields}: ${fault}; give initial values instead`,
    { details: { fault, time, place: [x, y, z], fields: [...point.fields], states: [...point.states] } },
  );
}

/**
 * Solves A x = b in place by elimination with row pivoting; x replaces b.
 *
 * @param A m x m, row-major, destroyed
 * @param b m
 * @returns column without pivot where A is singular, else undefined
 */
function solveDense(A: Float64Array, b: Float64Array): number | undefined {
  const m = b.length;
  let largest = 0;
  for (let i = 0; i < A.length; i++) largest = Math.max(largest, Math.abs(A[i]));
  for (let k = 0; k < m; k++) {
    let pivot = k;
    for (let i = k + 1; i < m; i++) {
      if (Math.abs(A[i * m + k]) > Math.abs(A[pivot * m + k])) pivot = i;
    }
    if (!(Math.abs(A[pivot * m + k]) > Number.EPSILON * 1e-6 * largest)) return k;
    if (pivot !== k) swapRows(A, b, pivot, k);
    for (let i = k + 1; i < m; i++) {
      const factor = A[i * m + k] / A[k * m + k];
      if (factor === 0) continue;
      for (let j = k; j < m; j++) A[i * m + j] -= factor * A[k * m + j];
      b[i] -= factor * b[k];
    }
  }
  for (let k = m - 1; k >= 0; k--) {
    for (let j = k + 1; j < m; j++) b[k] -= A[k * m + j] * b[j];
    b[k] /= A[k * m + k];
  }
  return undefined;
}

function swapRows(A: Float64Array, b: Float64Array, first: number, second: number): void {
  const m = b.length;
  for (let j = 0; j < m; j++) {
    const kept = A[first * m + j];
    A[first * m + j] = A[second * m + j];
    A[second * m + j] = kept;
  }
  const kept = b[first];
  b[first] = b[second];
  b[second] = kept;
}
