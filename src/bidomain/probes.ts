import { ParseError } from "../core/errors.js";
import { boundingBox } from "../mesh/geometry.js";
import { findCell } from "../mesh/find-cell.js";
import { NodeField } from "./macroscopic-problem.js";
import type { ModelProblem } from "./model-problem.js";
import { unitOfState, type ObservableColumn } from "./observables.js";

/** Entries and weights of one number: sum_i weights_i values(entries_i). */
interface Interpolation {
  readonly kind: "fields" | "states";
  /** Places in the vector of fields or of states. */
  readonly entries: Int32Array;
  readonly weights: Float64Array;
}

/** The fields and states at the probes of a model, one row of their table: P1 in the cell of the probe. */
export class Probes {
  readonly columns: readonly ObservableColumn[];
  readonly #values: readonly Interpolation[];

  /** @throws ParseError `model-probe` for a point outside of the mesh */
  constructor(source: ModelProblem) {
    const columns: ObservableColumn[] = [{ name: "time", unit: "s" }];
    const values: Interpolation[] = [];
    const { model, problem, parts } = source;
    const { numFields, nodeFields, fieldNames, pairNode } = problem;
    for (const { name, point } of model.probes) {
      const place = findCell(problem.mesh, point) ?? refuseProbe(source, name, point);
      const { nodes, weights } = place;
      fieldNames.forEach((field, k) => {
        const entries = nodes.map((node) => node * numFields + k);
        if (entries.some((at) => nodeFields[at] === NodeField.absent)) return;
        columns.push({ name: `${name}.${field}`, unit: "uM" });
        values.push({ kind: "fields", entries, weights });
      });
      problem.regions.forEach(({ firstPair, numPairs, firstState, numStates }, r) => {
        const pairs = nodes.map((node) => findSorted(pairNode, firstPair, firstPair + numPairs, node));
        if (pairs.some((pair) => pair < 0)) return;
        parts[r].reaction.states.forEach((state, s) => {
          const column = `${name}.${state}`;
          // On the surface between two regions the first one counts.
          if (columns.some((other) => other.name === column)) return;
          columns.push({ name: column, unit: unitOfState(source, state) });
          const entries = pairs.map((pair) => firstState + (pair - firstPair) * numStates + s);
          values.push({ kind: "states", entries, weights });
        });
      });
    }
    this.columns = columns;
    this.#values = values;
  }

  /** Time and values of now. */
  measure(now: {
    readonly time: number;
    readonly fields: Float64Array;
    readonly states: Float64Array;
  }): number[] {
    return [
      now.time,
      ...this.#values.map(({ kind, entries, weights }) => {
        const values = now[kind];
        let sum = 0;
        for (let i = 0; i < entries.length; i++) sum += weights[i] * values[entries[i]];
        return sum;
      }),
    ];
  }
}

/** Place of a value in an ascending part of an array, -1 where it is not there. */
function findSorted(values: Int32Array, start: number, end: number, wanted: number): number {
  let [low, high] = [start, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low < end && values[low] === wanted ? low : -1;
}

function refuseProbe({ model, problem }: ModelProblem, name: string, point: readonly number[]): never {
  const { file, places } = model.source;
  const path = `probes.${name}`;
  const { line, column } = places[path];
  const { min, max } = boundingBox(problem.mesh);
  throw new ParseError(
    "model-probe",
    `${file}:${line}:${column}: ${path}: the point (${point.join(", ")}) um is in no cell of the mesh, whose box is ` +
      `(${min.join(", ")}) to (${max.join(", ")}) um`,
    { details: { file, line, column, path, point } },
  );
}
