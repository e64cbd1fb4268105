import { UsageError } from "../core/errors.js";
import { indexNames } from "./index-names.js";
import { NodeField, type MacroscopicProblem } from "./macroscopic-problem.js";

/** An error of size absolute + relative |u| is tolerated in each step. */
export interface Tolerance {
  readonly relative: number;
  /** In the unit of the field. */
  readonly absolute: number;
}

/** Tolerances of all fields and states. */
export interface ToleranceOptions {
  /** Of fields that are not named. Default relative 1e-4, absolute 1e-5 uM. */
  readonly default?: Tolerance;
  /** By name. */
  readonly fields?: Readonly<Record<string, Tolerance>>;
  /** Of states that are not named. Default relative 1e-4, absolute 1e-5. */
  readonly states?: Tolerance;
  /** Of states by name. */
  readonly namedStates?: Readonly<Record<string, Tolerance>>;
}

const DEFAULT: Tolerance = { relative: 1e-4, absolute: 1e-5 };

/** Tolerance of each field of a problem, and of the states of each of its regions. */
export interface ResolvedTolerances {
  readonly fields: readonly Tolerance[];
  readonly states: readonly (readonly Tolerance[])[];
}

/** @throws UsageError `unknown-field`, `unknown-state`, `tolerance-not-positive` */
export function resolveTolerances(
  problem: MacroscopicProblem,
  options: ToleranceOptions = {},
): ResolvedTolerances {
  const named = options.fields ?? {};
  for (const name of Object.keys(named)) indexNames(problem.fieldNames, name, "field");
  const others = options.default ?? DEFAULT;
  const fields = problem.fieldNames.map((name) => (Object.hasOwn(named, name) ? named[name] : others));
  const stateNames = problem.regions.flatMap(({ reaction }) => reaction?.states ?? []);
  const namedStates = options.namedStates ?? {};
  for (const name of Object.keys(namedStates)) indexNames(stateNames, name, "state");
  const otherStates = options.states ?? DEFAULT;
  const states = problem.regions.map(({ reaction }) =>
    (reaction?.states ?? []).map((name) =>
      Object.hasOwn(namedStates, name) ? namedStates[name] : otherStates,
    ),
  );
  for (const tolerance of [...fields, otherStates, ...states.flat()]) {
    if (tolerance.absolute > 0 && tolerance.relative >= 0) continue;
    throw new UsageError(
      "tolerance-not-positive",
      `a tolerance is relative ${tolerance.relative}, absolute ${tolerance.absolute}; expected absolute > 0 and ` +
        "relative >= 0",
      { details: { ...tolerance } },
    );
  }
  return { fields, states };
}

/**
 * weights_i = 1 / (absolute + relative |u_i|), 0 where the field is not free.
 *
 * @param fields u, numNodes x numFields
 * @param weights overwritten, as long
 */
export function weighFields(
  problem: MacroscopicProblem,
  tolerances: ResolvedTolerances,
  fields: Float64Array,
  weights: Float64Array,
): void {
  const { numFields, nodeFields } = problem;
  for (let field = 0; field < numFields; field++) {
    const { relative, absolute } = tolerances.fields[field];
    for (let i = field; i < fields.length; i += numFields) {
      weights[i] = nodeFields[i] === NodeField.free ? 1 / (absolute + relative * Math.abs(fields[i])) : 0;
    }
  }
}

/** The same of states, numStates. */
export function weighStates(
  problem: MacroscopicProblem,
  tolerances: ResolvedTolerances,
  states: Float64Array,
  weights: Float64Array,
): void {
  problem.regions.forEach(({ firstState, numStates, numPairs }, r) => {
    tolerances.states[r].forEach(({ relative, absolute }, s) => {
      const end = firstState + numPairs * numStates;
      for (let i = firstState + s; i < end; i += numStates)
        weights[i] = 1 / (absolute + relative * Math.abs(states[i]));
    });
  });
}

/** max_i |x_i| weights_i; NaN where an entry is NaN. */
export function weightedMaximum(x: Float64Array, weights: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i]) * weights[i];
    if (!(size <= largest)) largest = size;
  }
  return largest;
}

const SAFETY = 0.9;
const LEAST_FACTOR = 0.2;
const LARGEST_FACTOR = 5;

/**
 * Factor of the step after one whose error was `error` tolerances, for an estimate of order three:
 * 0.9 error^(-0.7/3) before^(0.4/3), within [0.2, 5].
 *
 * @param before error of the step before
 * @see K. Gustafsson, "Control-theoretic techniques for stepsize selection in implicit Runge-Kutta methods", ACM TOMS 20
 *   (1994)
 */
export function chooseStepFactor(error: number, before: number): number {
  const factor = SAFETY * Math.max(error, 1e-10) ** (-0.7 / 3) * Math.max(before, 1e-4) ** (0.4 / 3);
  return Math.min(LARGEST_FACTOR, Math.max(LEAST_FACTOR, factor));
}

/** Factor of the step after one that is rejected for its error. */
export function chooseRejectedFactor(error: number): number {
  return Number.isFinite(error) ? Math.max(LEAST_FACTOR, SAFETY * error ** (-1 / 3)) : LEAST_FACTOR;
}
