import { UsageError } from "../core/errors.js";
import { suggestName } from "../core/suggest-name.js";
import { createDenseFactors, factorizeDense, solveDense, type DenseFactors } from "./dense-factors.js";
import type { Reaction, ReactionPoint } from "./reaction.js";

/** Values below are small: changes are relative to the larger of a value and this. */
const SMALL = 1e-6;

/** Part of a concentration by which it may fall below 0, to be taken for 0: round-off. */
const UNDERSHOOT = 1e-9;

/** What is looked for. */
export interface SteadyUnknowns {
  /** Names of fields; none by default. */
  readonly fields?: readonly string[];
  /** Names of states; all by default. */
  readonly states?: readonly string[];
}

/** F(w) = 0 in a point: w are m of its fields and states, F their R and Phi. */
export interface SteadySystem {
  /** m. */
  readonly names: readonly string[];
  readonly reaction: Reaction;
  readonly point: ReactionPoint;
  /** Index among the fields, or, less the number of fields, among the states, m. */
  readonly entries: Int32Array;
  /** w, m. */
  readonly values: Float64Array;
  /** F(w), m. */
  readonly residual: Float64Array;
  /** F'(w), m x m, row-major. */
  readonly jacobian: Float64Array;
  /** Largest rate on the diagonal of F', 1/s; 1 where there is none. */
  rate: number;
  /** d, m. */
  readonly step: Float64Array;
  /** Factors of the rows and columns of the matrix that make their largest entries 1, m each. */
  readonly rowScales: Float64Array;
  readonly columnScales: Float64Array;
  readonly factors: DenseFactors;
  /** m. */
  readonly work: Float64Array;
}

/**
 * The system of a point, to be set by {@link resetSystem}.
 *
 * @throws UsageError `steady-unknown`
 */
export function createSteadySystem(
  reaction: Reaction,
  point: ReactionPoint,
  { fields = [], states = reaction.states }: SteadyUnknowns,
): SteadySystem {
  const entries = Int32Array.from([
    ...fields.map((name) => findName("field", name, reaction.fields)),
    ...states.map((name) => reaction.fields.length + findName("state", name, reaction.states)),
  ]);
  const m = entries.length;
  const vector = (): Float64Array => new Float64Array(m);
  return {
    names: [...fields, ...states],
    reaction,
    point,
    entries,
    values: vector(),
    residual: vector(),
    jacobian: new Float64Array(m * m),
    rate: 1,
    step: vector(),
    rowScales: vector(),
    columnScales: vector(),
    factors: createDenseFactors(m),
    work: vector(),
  };
}

/** Evaluates F and F' where the point stands. */
export function resetSystem(system: SteadySystem): void {
  const { reaction, point, entries, values, residual, jacobian } = system;
  const n = point.fields.length;
  const numStates = point.states.length;
  const m = entries.length;
  reaction.evaluate(point);
  let rate = 0;
  for (let i = 0; i < m; i++) {
    const row = entries[i];
    const isField = row < n;
    values[i] = isField ? point.fields[row] : point.states[row - n];
    residual[i] = isField ? point.sources[row] : point.stateRates[row - n];
    for (let j = 0; j < m; j++) {
      const column = entries[j];
      if (column < n) {
        jacobian[i * m + j] = isField
          ? point.sourcesByFields[row * n + column]
          : point.stateRatesByFields[(row - n) * n + column];
      } else {
        jacobian[i * m + j] = isField
          ? point.sourcesByStates[row * numStates + column - n]
          : point.stateRatesByStates[(row - n) * numStates + column - n];
      }
    }
    rate = Math.max(rate, Math.abs(jacobian[i * m + i]));
  }
  system.rate = rate > 0 ? rate : 1;
}

/** What is known of a step before it is tried. */
export interface Linearization {
  /** Name of an unknown that the matrix does not determine. */
  readonly singular: string | undefined;
  /** Whether det(I / tau - F') > 0. */
  readonly isPositive: boolean;
  /** Largest change of an unknown, relative to its size. */
  readonly change: number;
}

/**
 * Sets the step d, (I / tau - F'(w)) d = F(w), with rows and columns scaled: their units differ.
 *
 * @param damping 1 / tau
 */
export function linearizeSystem(system: SteadySystem, damping: number): Linearization {
  const { names, values, residual, jacobian, step, rowScales, columnScales, factors, work } = system;
  const m = names.length;
  const matrix = factors.factors;
  for (let i = 0; i < m; i++) {
    let largest = 0;
    for (let j = 0; j < m; j++) {
      matrix[i * m + j] = (i === j ? damping : 0) - jacobian[i * m + j];
      largest = Math.max(largest, Math.abs(matrix[i * m + j]));
    }
    rowScales[i] = largest > 0 ? 1 / largest : 1;
    work[i] = residual[i] * rowScales[i];
  }
  for (let j = 0; j < m; j++) {
    let largest = 0;
    for (let i = 0; i < m; i++) {
      matrix[i * m + j] *= rowScales[i];
      largest = Math.max(largest, Math.abs(matrix[i * m + j]));
    }
    columnScales[j] = largest > 0 ? 1 / largest : 1;
    for (let i = 0; i < m; i++) matrix[i * m + j] *= columnScales[j];
  }
  const found = factorizeDense(factors);
  if ("singular" in found) {
    return { singular: names[found.singular], isPositive: false, change: Infinity };
  }
  solveDense(factors, work, step);
  let change = 0;
  for (let j = 0; j < m; j++) {
    step[j] *= columnScales[j];
    change = Math.max(change, relativeChange(values[j], step[j], step[j]));
  }
  return { singular: undefined, isPositive: found.sign > 0, change };
}

/**
 * Moves the point by the step, and evaluates the reaction there: w + d.
 *
 * @returns the size of the next correction with the same matrix, relative to that of the step; infinite, with the point where
 *   it was, where a concentration would be negative or a value is not finite
 */
export function moveSystem(system: SteadySystem, damping: number): number {
  const { reaction, point, entries, values, step, rowScales, columnScales, factors, work } = system;
  const n = point.fields.length;
  const m = entries.length;
  const set = (i: number, value: number): void => {
    if (entries[i] < n) point.fields[entries[i]] = value;
    else point.states[entries[i] - n] = value;
  };
  let size = 0;
  for (let i = 0; i < m; i++) {
    const next = values[i] + step[i];
    const isBelow = entries[i] < n && next < -UNDERSHOOT * Math.max(values[i], SMALL);
    if (isBelow || !Number.isFinite(next)) {
      for (let j = 0; j <= i; j++) set(j, values[j]);
      return Infinity;
    }
    set(i, entries[i] < n ? Math.max(next, 0) : next);
    size = Math.max(size, relativeChange(values[i], step[i], step[i]));
  }
  reaction.evaluate(point);
  for (let i = 0; i < m; i++) {
    const rate = entries[i] < n ? point.sources[entries[i]] : point.stateRates[entries[i] - n];
    work[i] = (rate - damping * step[i]) * rowScales[i];
  }
  const correction = new Float64Array(m);
  solveDense(factors, work, correction);
  let next = 0;
  for (let i = 0; i < m; i++) {
    next = Math.max(next, relativeChange(values[i], step[i], correction[i] * columnScales[i]));
  }
  return size === 0 ? 0 : next / size;
}

/** |change| / max(|w|, |w + d|), for a value w and its step d. */
function relativeChange(value: number, step: number, change: number): number {
  return Math.abs(change) / Math.max(Math.abs(value), Math.abs(value + step), SMALL);
}

function findName(what: string, name: string, known: readonly string[]): number {
  const index = known.indexOf(name);
  if (index >= 0) return index;
  const nearest = suggestName(name, known);
  throw new UsageError(
    "steady-unknown",
    `the reaction has no ${what} "${name}"${nearest === undefined ? "" : `, did you mean "${nearest}"?`}; there are ` +
      (known.length === 0 ? "none" : known.join(", ")),
    { details: { name, known } },
  );
}
