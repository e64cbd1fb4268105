import type { CellReaction } from "./cell-reaction.js";
import type { MacroscopicProblem } from "./macroscopic-problem.js";

/** What a reaction says of the calcium in its fields and states. */
export type CalciumWeights = Pick<CellReaction, "fields" | "calciumWeights" | "weighStates">;

/**
 * Calcium in all forms, uM um^3:
 *
 *   sum_i (sum_k w_k sum_r V_ir C_k^r u_ik + sum_r V_ir sum_s v_s(x_i) X_irs),
 *
 * free, bound to buffers, and held by the membrane. Closed cells keep it.
 *
 * @see (5.5)
 */
export class CalciumTotal {
  /** w_k of each field of the problem. */
  readonly fieldWeights: Float64Array;
  readonly #problem: MacroscopicProblem;
  /** V_ir v_s of each state, um^3. */
  readonly #stateWeights: Float64Array;

  /** @param reactions of the regions of the problem */
  constructor(problem: MacroscopicProblem, reactions: readonly CalciumWeights[]) {
    this.#problem = problem;
    this.fieldWeights = Float64Array.from(problem.fieldNames, (name) => {
      const owner = reactions.find(({ fields }) => fields.includes(name));
      return owner === undefined ? 0 : owner.calciumWeights[owner.fields.indexOf(name)];
    });
    this.#stateWeights = new Float64Array(problem.numStates);
    const { coordinates } = problem.mesh;
    problem.regions.forEach(({ firstPair, numPairs, firstState, numStates }, r) => {
      const weights = new Float64Array(numStates);
      for (let p = 0; p < numPairs && numStates > 0; p++) {
        const node = problem.pairNode[firstPair + p];
        reactions[r].weighStates(
          coordinates[3 * node],
          coordinates[3 * node + 1],
          coordinates[3 * node + 2],
          weights,
        );
        for (let s = 0; s < numStates; s++) {
          this.#stateWeights[firstState + p * numStates + s] = problem.pairVolume[firstPair + p] * weights[s];
        }
      }
    });
  }

  /**
   * @param fields u, numNodes x numFields, uM
   * @param states X, numStates
   */
  measure(fields: Float64Array, states: Float64Array): number {
    const { numFields, masses } = this.#problem;
    let total = 0;
    for (let k = 0; k < numFields; k++) {
      let amount = 0;
      for (let at = k; at < fields.length; at += numFields) amount += masses[at] * fields[at];
      total += this.fieldWeights[k] * amount;
    }
    let held = 0;
    for (let s = 0; s < states.length; s++) held += this.#stateWeights[s] * states[s];
    return total + held;
  }
}
