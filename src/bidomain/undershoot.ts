import { ConvergenceError } from "../core/errors.js";
import { NodeField, type MacroscopicProblem } from "./macroscopic-problem.js";
import type { ResolvedTolerances } from "./step-control.js";

/** A concentration below minus its absolute tolerance. */
export interface Undershoot {
  readonly field: number;
  readonly node: number;
  /** uM. */
  readonly value: number;
}

/**
 * The concentration furthest below minus its absolute tolerance, in units of that; null where there is none.
 *
 * @param isSigned of each field, whether it may be negative
 * @param fields u, numNodes x numFields
 */
export function findUndershoot(
  problem: MacroscopicProblem,
  tolerances: ResolvedTolerances,
  isSigned: readonly boolean[],
  fields: Float64Array,
): Undershoot | null {
  const { numFields, nodeFields } = problem;
  let found: Undershoot | null = null;
  let worst = -1;
  for (let field = 0; field < numFields; field++) {
    if (isSigned[field]) continue;
    const { absolute } = tolerances.fields[field];
    for (let i = field; i < fields.length; i += numFields) {
      if (fields[i] >= worst * absolute || nodeFields[i] !== NodeField.free) continue;
      worst = fields[i] / absolute;
      found = { field, node: (i - field) / numFields, value: fields[i] };
    }
  }
  return found;
}

/**
 * Refuses a step for its undershoot.
 *
 * @throws ConvergenceError `negative-concentration`
 */
export function refuseUndershoot(
  problem: MacroscopicProblem,
  { field, node, value }: Undershoot,
  { time, step }: { readonly time: number; readonly step: number },
): never {
  const name = problem.fieldNames[field];
  const numPositive = problem.stiffness.numPositive[field];
  const { nodeTags, coordinates } = problem.mesh;
  const point = [0, 1, 2].map((k) => coordinates[3 * node + k]);
  throw new ConvergenceError(
    "negative-concentration",
    `the concentration of "${name}" falls to ${value} uM at node ${nodeTags[node]}, (${point.map((x) => Number(x.toPrecision(6))).join(", ")}) um, after t = ${time} s, however short the step ` +
      `(last ${step} s); its stiffness has ${numPositive} positive off-diagonal entries: ` +
      (numPositive > 0
        ? "use a mesh with better angles or a finer one where it is steep, or allow undershoots"
        : "the reaction takes away what is not there; check it, or allow undershoots"),
    { details: { field: name, node, nodeTag: nodeTags[node], point, value, time, step, numPositive } },
  );
}
