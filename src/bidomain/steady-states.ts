import { ConvergenceError } from "../core/errors.js";
import type { Reaction, ReactionPoint } from "./reaction.js";
import {
  createSteadySystem,
  linearizeSystem,
  moveSystem,
  resetSystem,
  type SteadySystem,
  type SteadyUnknowns,
} from "./steady-system.js";

/** Most steps, those that are taken back included. */
const MAX_STEPS = 300;

/** Largest relative change of the last step: quadratic convergence makes the error its square. */
const TOLERANCE = 1e-10;

/** Ratio of the next correction to a step: a step with more is taken back, after one with less the next may be longer. */
const MAX_RATIO = 0.25;
const GOOD_RATIO = 0.05;

/** Changes of 1 / tau from step to step, and its first value and its least, relative to the fastest rate. */
const SHRINKAGE = 0.1;
const GROWTH = 5;
const FIRST_DAMPING = 1e-3;
const LEAST_DAMPING = 1e-12;

/**
 * The steady states of a point: X with Phi(u, X) = 0 for its time, place and fields, from the states that it has. Overwrites
 * `point.states`, and the outputs of `point` with their values there; `point.rates` become zero.
 *
 * @throws ConvergenceError `steady-state-not-found`, see {@link findSteadyPoint}
 */
export function findSteadyStates(reaction: Reaction, point: ReactionPoint): void {
  findSteadyPoint(reaction, point, {});
}

/**
 * The steady values w of some fields and states of a point, all others held:
 *
 *   R_k(t, x, u, 0, X) = 0  for the fields u_k of w,   Phi_s(t, x, u, X) = 0  for the states X_s of w,   in short F(w) = 0,
 *
 * from the values that the point has. Fields are concentrations, and stay >= 0. A step is one of Newton's method, or, where
 * that is no good, one of the linearized implicit Euler method for dw/dt = F(w) in a pseudo-time,
 *
 *   (I / tau - F'(w)) d = F(w).
 *
 * It is good where the matrix has a positive determinant and the next correction with the same matrix is less than a quarter
 * of d; tau is made as long as that allows, and infinite in the end. So the search follows the kinetics: of several steady
 * values it finds one to which they lead from the start, and none at the threshold between two of them.
 *
 * Overwrites the unknowns, and the outputs of `point` with their values there; `point.rates` become zero.
 *
 * @throws ConvergenceError `steady-state-not-found` where nothing determines an unknown, or the search does not end, as where
 *   an unknown grows without bound; with time, place, fields and states reached
 * @throws UsageError `steady-unknown` for names that the reaction does not have
 * @see Deuflhard, Newton Methods for Nonlinear Problems, Springer 2004, sections 2.1 and 6.4
 */
export function findSteadyPoint(reaction: Reaction, point: ReactionPoint, unknowns: SteadyUnknowns): void {
  const system = createSteadySystem(reaction, point, unknowns);
  point.rates.fill(0);
  resetSystem(system);
  if (system.names.length === 0) return;
  /** 1 / tau, 1/s. */
  let damping = 0;
  let undetermined: string | undefined;
  for (let numSteps = 0; numSteps < MAX_STEPS; numSteps++) {
    const { singular, isPositive, change } = linearizeSystem(system, damping);
    if (damping === 0) undetermined = singular;
    const isThere = singular === undefined && change <= TOLERANCE;
    if (isThere && damping === 0) {
      moveSystem(system, damping);
      return;
    }
    if (isThere && undetermined !== undefined) break;
    if (isThere) {
      // Nothing is left to follow but round-off.
      damping = 0;
      continue;
    }
    const ratio = isPositive ? moveSystem(system, damping) : Infinity;
    if (ratio <= MAX_RATIO) {
      resetSystem(system);
      if (ratio <= GOOD_RATIO) damping *= SHRINKAGE;
      if (damping < LEAST_DAMPING * system.rate) damping = 0;
    } else {
      damping = Math.max(damping * GROWTH, FIRST_DAMPING * system.rate);
    }
    if (!Number.isFinite(damping)) break;
  }
  throw createError(reaction, point, system, undetermined);
}

function createError(
  reaction: Reaction,
  point: ReactionPoint,
  { names }: SteadySystem,
  undetermined: string | undefined,
): ConvergenceError {
  const { time, x, y, z } = point;
  const fields = reaction.fields.map((name, k) => `${name} = ${point.fields[k]}`).join(", ");
  const fault =
    undetermined === undefined
      ? `the search for ${names.join(", ")} did not end in ${MAX_STEPS} steps`
      : `nothing determines "${undetermined}" there`;
  return new ConvergenceError(
    "steady-state-not-found",
    `no steady state at (${x}, ${y}, ${z}) um, ${time} s with ${fields}: ${fault}; give initial values instead`,
    {
      details: {
        fault,
        unknowns: names,
        time,
        place: [x, y, z],
        fields: [...point.fields],
        states: [...point.states],
      },
    },
  );
}
