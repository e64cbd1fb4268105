import { NodeField, type MacroscopicProblem } from "./macroscopic-problem.js";
import type { ProblemRegion } from "./problem-regions.js";
import type { FluxPoint } from "./problem-options.js";
import { createReactionPoint, type ReactionPoint } from "./reaction.js";

/** A boundary condition that calcium, or another field, enters through. */
export interface InflowCondition {
  readonly surface: string;
  /** Field of the problem. */
  readonly field: number;
}

/** u, v = du/dt and X at one time. */
export interface InflowState {
  /** s. */
  readonly time: number;
  /** numNodes x numFields, uM. */
  readonly fields: Float64Array;
  /** numNodes x numFields, uM/s. */
  readonly rates: Float64Array;
  /** numStates. */
  readonly states: Float64Array;
}

/** A node whose field is prescribed, and what is needed for its balance. */
interface FixedNode {
  readonly condition: number;
  readonly node: number;
  readonly field: number;
  /** Place of the field among the mobile ones, -1 where it does not move. */
  readonly mobile: number;
  /** Pairs of the node whose reaction has the field: region, pair, and the field in the reaction. */
  readonly pairs: readonly {
    readonly region: ProblemRegion;
    readonly pair: number;
    readonly local: number;
  }[];
}

/**
 * What enters the domain through the boundary conditions, uM um^3/s for each: with a prescribed flux the integral of g over
 * the surface; with a prescribed concentration the balance of its nodes,
 *
 *   q = sum_i (M v + K u - sum_r V R)_i.
 *
 * A node with both belongs to the concentration. With it sum_i (M v)_i = sum_i (sum_r V R)_i + sum_j q_j: the discrete form
 * of the conservation law with fluxes.
 *
 * @see Goel, Sneyd and Friedman (2006), equation (5.5)
 */
export class BoundaryInflow {
  /** Fluxes in the order of the problem, then concentrations. */
  readonly conditions: readonly InflowCondition[];
  readonly #problem: MacroscopicProblem;
  readonly #fixed: readonly FixedNode[];
  readonly #fluxPoint: FluxPoint;
  readonly #points: ReadonlyMap<ProblemRegion, ReactionPoint>;

  constructor(problem: MacroscopicProblem) {
    const { boundary, numFields, regions } = problem;
    this.#problem = problem;
    this.conditions = [
      ...boundary.fluxes.map(({ condition, field }) => ({ surface: condition.surface, field })),
      ...boundary.fixed.map(({ surface, field }) => ({ surface, field })),
    ];
    this.#fixed = listFixedNodes(problem);
    const fields = new Float64Array(numFields);
    this.#fluxPoint = { time: 0, x: 0, y: 0, z: 0, fields, value: 0, byFields: new Float64Array(numFields) };
    this.#points = new Map(
      regions.map((region) => [
        region,
        createReactionPoint(region.fieldOfReaction.length, region.reaction?.states.length ?? 0),
      ]),
    );
  }

  /** @param inflow overwritten, one number for each condition, uM um^3/s */
  evaluate(state: InflowState, inflow: Float64Array): void {
    inflow.fill(0);
    this.#addFluxes(state, inflow);
    for (const fixed of this.#fixed) inflow[fixed.condition] += this.#balance(fixed, state);
  }

  #addFluxes({ time, fields }: InflowState, inflow: Float64Array): void {
    const { numFields, boundary, mesh, nodeFields } = this.#problem;
    const point = this.#fluxPoint;
    point.time = time;
    boundary.fluxes.forEach(({ condition, field, nodes, areas }, j) => {
      for (let i = 0; i < nodes.length; i++) {
        const first = nodes[i] * numFields;
        if (nodeFields[first + field] !== NodeField.free) continue;
        point.x = mesh.coordinates[3 * nodes[i]];
        point.y = mesh.coordinates[3 * nodes[i] + 1];
        point.z = mesh.coordinates[3 * nodes[i] + 2];
        for (let k = 0; k < numFields; k++) point.fields[k] = fields[first + k];
        condition.evaluate(point);
        inflow[j] += areas[i] * point.value;
      }
    });
  }

  /** (M v + K u - sum_r V R) of a prescribed field at a node. */
  #balance({ node, field, mobile, pairs }: FixedNode, { time, fields, rates, states }: InflowState): number {
    const { numFields, masses, stiffness, pairVolume, mesh } = this.#problem;
    const at = node * numFields + field;
    let sum = masses[at] * rates[at];
    if (mobile >= 0) {
      const { rowStart, columns, values, mobile: mobileFields } = stiffness;
      for (let entry = rowStart[node]; entry < rowStart[node + 1]; entry++) {
        const other = columns[entry] * numFields + field;
        sum += values[entry * mobileFields.length + mobile] * (fields[other] - fields[at]);
      }
    }
    for (const { region, pair, local } of pairs) {
      const point = this.#points.get(region);
      if (point === undefined || region.reaction === null) continue;
      point.time = time;
      point.x = mesh.coordinates[3 * node];
      point.y = mesh.coordinates[3 * node + 1];
      point.z = mesh.coordinates[3 * node + 2];
      region.fieldOfReaction.forEach((k, a) => {
        point.fields[a] = fields[node * numFields + k];
        point.rates[a] = rates[node * numFields + k];
      });
      const firstState = region.firstState + (pair - region.firstPair) * region.numStates;
      for (let s = 0; s < region.numStates; s++) point.states[s] = states[firstState + s];
      region.reaction.evaluate(point);
      sum -= pairVolume[pair] * point.sources[local];
    }
    return sum;
  }
}

/** Every node with a prescribed field once: where two conditions name it, the last prescribes it. */
function listFixedNodes({
  boundary,
  stiffness,
  regions,
  pairNode,
  numFields,
}: MacroscopicProblem): FixedNode[] {
  if (boundary.fixed.length === 0) return [];
  const conditionOf = new Map<number, number>();
  boundary.fixed.forEach(({ field, nodes }, j) => {
    for (const node of nodes) conditionOf.set(node * numFields + field, boundary.fluxes.length + j);
  });
  const pairsOf = new Map<number, FixedNode["pairs"][number][]>();
  for (const region of regions) {
    for (let pair = region.firstPair; pair < region.firstPair + region.numPairs; pair++) {
      region.fieldOfReaction.forEach((field, local) => {
        const at = pairNode[pair] * numFields + field;
        if (!conditionOf.has(at)) return;
        const pairs = pairsOf.get(at) ?? [];
        pairs.push({ region, pair, local });
        pairsOf.set(at, pairs);
      });
    }
  }
  return [...conditionOf].map(([at, condition]) => {
    const field = at % numFields;
    return {
      condition,
      node: (at - field) / numFields,
      field,
      mobile: stiffness.mobile.indexOf(field),
      pairs: pairsOf.get(at) ?? [],
    };
  });
}
