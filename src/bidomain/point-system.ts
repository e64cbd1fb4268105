import { UsageError } from "../core/errors.js";
import { addStiffnessProduct } from "./field-stiffness.js";
import { NodeField, type MacroscopicProblem } from "./macroscopic-problem.js";
import type { ProblemRegion } from "./problem-regions.js";
import { eliminateInPlace, hasPositivePivots } from "./small-dense.js";
import type { FluxPoint } from "./problem-options.js";
import { createReactionPoint, type ReactionPoint } from "./reaction.js";

/** A stage of an implicit method: u = u_0 + h v and X = X_0 + h w in the unknown rates v = du/dt and w = dX/dt. */
export interface Stage {
  /** s. */
  readonly time: number;
  /** s; 0 for the rates at a given u and X. */
  readonly h: number;
  /** u, numNodes x numFields, uM. */
  readonly fields: Float64Array;
  /** v, numNodes x numFields, uM/s. */
  readonly rates: Float64Array;
  /** X, numStates. */
  readonly states: Float64Array;
  /** w, numStates, 1/s. */
  readonly stateRates: Float64Array;
}

/**
 * The equations of a stage, linearized, with the states eliminated point by point. With G = I - h Phi_X in a pair,
 *
 *   dw = T dv - s,   T = h G^-1 Phi_u,   s = G^-1 (w - Phi)
 *   (D + h K) dv = -F,   D = V (C - R_v - h R_u - h R_X T) - h S g_u,   F = residual + V h R_X s
 *
 * D is a numFields x numFields block at each node. Rows and columns of fields that are absent or fixed are those of the
 * identity (times the mass, where there is one), and their F is 0.
 */
export class PointSystem {
  /** F, numNodes x numFields, uM um^3/s. */
  readonly residual: Float64Array;
  /** D, numNodes x numFields x numFields, um^3. */
  readonly blocks: Float64Array;
  /** T, numStates x numFields, each row in the fields of the reaction first. */
  readonly stateByRate: Float64Array;
  /** s, numStates, 1/s. */
  readonly stateShift: Float64Array;
  readonly #problem: MacroscopicProblem;
  readonly #work: readonly RegionWork[];
  readonly #fluxPoint: FluxPoint;

  constructor(problem: MacroscopicProblem) {
    const { numNodes, numFields, numStates } = problem;
    this.#problem = problem;
    this.residual = new Float64Array(numNodes * numFields);
    this.blocks = new Float64Array(numNodes * numFields * numFields);
    this.stateByRate = new Float64Array(numStates * numFields);
    this.stateShift = new Float64Array(numStates);
    this.#work = problem.regions.map(createWork);
    const fields = new Float64Array(numFields);
    const byFields = new Float64Array(numFields);
    this.#fluxPoint = { time: 0, x: 0, y: 0, z: 0, fields, value: 0, byFields };
  }

  /**
   * Evaluates F, D, T and s.
   *
   * @throws UsageError `capacity-matrix-not-positive` where C - dR/d(du/dt) has a pivot that is not positive: the
   *   reaction takes up more with a rising concentration than there is
   */
  evaluate(stage: Stage): void {
    const { residual, blocks } = this;
    const { masses, numNodes, numFields: n, stiffness } = this.#problem;
    residual.fill(0);
    blocks.fill(0);
    for (let node = 0; node < numNodes; node++) {
      for (let field = 0; field < n; field++) {
        const at = node * n + field;
        residual[at] = masses[at] * stage.rates[at];
        blocks[at * n + field] = masses[at];
      }
    }
    addStiffnessProduct(stiffness, n, 1, stage.fields, residual);
    this.#problem.regions.forEach((region, r) => {
      this.#addReaction(region, this.#work[r], stage);
    });
    this.#addFluxes(stage);
    this.#maskFields();
  }

  #addReaction(region: ProblemRegion, work: RegionWork, stage: Stage): void {
    const { reaction } = region;
    if (reaction === null) return;
    const { coordinates } = this.#problem.mesh;
    const { pairNode, pairVolume, numFields } = this.#problem;
    const { numPairs, firstPair, fieldOfReaction, numStates: m, firstState } = region;
    const { point } = work;
    const n = fieldOfReaction.length;
    point.time = stage.time;
    for (let p = 0; p < numPairs; p++) {
      const node = pairNode[firstPair + p];
      const state = firstState + p * m;
      point.x = coordinates[3 * node];
      point.y = coordinates[3 * node + 1];
      point.z = coordinates[3 * node + 2];
      for (let a = 0; a < n; a++) {
        const at = node * numFields + fieldOfReaction[a];
        point.fields[a] = stage.fields[at];
        point.rates[a] = stage.rates[at];
      }
      for (let s = 0; s < m; s++) point.states[s] = stage.states[state + s];
      reaction.evaluate(point);
      this.#requireCapacity(region, work, firstPair + p);
      if (m > 0) this.#eliminateStates(region, work, state, stage);
      this.#scatter(region, work, node, pairVolume[firstPair + p], stage.h);
    }
  }

  /** T and s of a pair, in `work` and in the arrays of all states. */
  #eliminateStates(region: ProblemRegion, work: RegionWork, state: number, { h, stateRates }: Stage): void {
    const { numStates: m } = region;
    const { point, matrix, columns } = work;
    const n = region.fieldOfReaction.length;
    const { numFields } = this.#problem;
    for (let s = 0; s < m; s++) {
      for (let t = 0; t < m; t++) {
        matrix[s * m + t] = (s === t ? 1 : 0) - h * point.stateRatesByStates[s * m + t];
      }
      for (let a = 0; a < n; a++) columns[s * (n + 1) + a] = h * point.stateRatesByFields[s * n + a];
      columns[s * (n + 1) + n] = stateRates[state + s] - point.stateRates[s];
    }
    eliminateInPlace(matrix, m, columns, n + 1);
    for (let s = 0; s < m; s++) {
      for (let a = 0; a < n; a++) this.stateByRate[(state + s) * numFields + a] = columns[s * (n + 1) + a];
      this.stateShift[state + s] = columns[s * (n + 1) + n];
    }
  }

  #scatter(region: ProblemRegion, work: RegionWork, node: number, volume: number, h: number): void {
    const { fieldOfReaction, numStates: m } = region;
    const { point, columns } = work;
    const n = fieldOfReaction.length;
    const { numFields } = this.#problem;
    for (let a = 0; a < n; a++) {
      const row = node * numFields + fieldOfReaction[a];
      let source = point.sources[a];
      for (let s = 0; s < m; s++) source -= h * point.sourcesByStates[a * m + s] * columns[s * (n + 1) + n];
      this.residual[row] -= volume * source;
      for (let b = 0; b < n; b++) {
        let slope = point.sourcesByRates[a * n + b] + h * point.sourcesByFields[a * n + b];
        for (let s = 0; s < m; s++) slope += h * point.sourcesByStates[a * m + s] * columns[s * (n + 1) + b];
        this.blocks[row * numFields + fieldOfReaction[b]] -= volume * slope;
      }
    }
  }

  #requireCapacity(region: ProblemRegion, work: RegionWork, pair: number): void {
    const { point, capacity } = work;
    const { fieldOfReaction, capacities } = region;
    const n = fieldOfReaction.length;
    let isPlain = true;
    for (let e = 0; e < n * n; e++) {
      if (point.sourcesByRates[e] !== 0) isPlain = false;
      capacity[e] = -point.sourcesByRates[e];
    }
    if (isPlain) return;
    const { masses, pairNode, pairVolume, numFields } = this.#problem;
    const node = pairNode[pair];
    for (let a = 0; a < n; a++) {
      const field = fieldOfReaction[a];
      // A membrane has no capacity of its own: it draws on the volumes around the node.
      const own =
        capacities[field] > 0 ? capacities[field] : masses[node * numFields + field] / pairVolume[pair];
      capacity[a * n + a] += own;
    }
    if (hasPositivePivots(capacity, n)) return;
    throw new UsageError(
      "capacity-matrix-not-positive",
      `in "${region.volume}" at node ${node} the reaction depends on du/dt so that C - dR/d(du/dt) is not positive: ` +
        "the rates are not determined by the concentrations; reduce that dependence below the capacity",
      { details: { volume: region.volume, node, sourcesByRates: Array.from(point.sourcesByRates) } },
    );
  }

  #addFluxes({ time, h, fields }: Stage): void {
    const { numFields, boundary, mesh } = this.#problem;
    const point = this.#fluxPoint;
    point.time = time;
    for (const { condition, field, nodes, areas } of boundary.fluxes) {
      for (let i = 0; i < nodes.length; i++) {
        const first = nodes[i] * numFields;
        point.x = mesh.coordinates[3 * nodes[i]];
        point.y = mesh.coordinates[3 * nodes[i] + 1];
        point.z = mesh.coordinates[3 * nodes[i] + 2];
        for (let k = 0; k < numFields; k++) point.fields[k] = fields[first + k];
        condition.evaluate(point);
        this.residual[first + field] -= areas[i] * point.value;
        for (let k = 0; k < numFields; k++) {
          this.blocks[(first + field) * numFields + k] -= h * areas[i] * point.byFields[k];
        }
      }
    }
  }

  #maskFields(): void {
    const { nodeFields, masses, numNodes, numFields: n } = this.#problem;
    for (let node = 0; node < numNodes; node++) {
      for (let field = 0; field < n; field++) {
        const at = node * n + field;
        if (nodeFields[at] === NodeField.free) continue;
        this.residual[at] = 0;
        for (let k = 0; k < n; k++) {
          this.blocks[at * n + k] = 0;
          this.blocks[(node * n + k) * n + field] = 0;
        }
        this.blocks[at * n + field] = masses[at] > 0 ? masses[at] : 1;
      }
    }
  }
}

/** Work arrays of a region, for one pair at a time. */
interface RegionWork {
  readonly point: ReactionPoint;
  /** G, m x m. */
  readonly matrix: Float64Array;
  /** T and s, m x (n + 1). */
  readonly columns: Float64Array;
  /** C - R_v, n x n. */
  readonly capacity: Float64Array;
}

function createWork({ fieldOfReaction, numStates }: ProblemRegion): RegionWork {
  const n = fieldOfReaction.length;
  return {
    point: createReactionPoint(n, numStates),
    matrix: new Float64Array(numStates * numStates),
    columns: new Float64Array(numStates * (n + 1)),
    capacity: new Float64Array(n * n),
  };
}
