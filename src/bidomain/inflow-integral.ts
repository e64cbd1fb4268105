import { BoundaryInflow, type InflowState } from "./boundary-inflow.js";
import type { MacroscopicProblem } from "./macroscopic-problem.js";

/**
 * int_0^t q_j dt of every boundary condition, uM um^3, by the weights of the time integrator: what came in balances what is
 * there to the accuracy of the solved equations, whatever the error of the steps is.
 */
export class InflowIntegral {
  /** Since the beginning, uM um^3, one number for each condition of {@link BoundaryInflow}. */
  readonly amounts: Float64Array;
  /** q at the end of the last step, uM um^3/s. */
  readonly rates: Float64Array;
  readonly #inflow: BoundaryInflow;
  readonly #middle: Float64Array;
  readonly #last: Float64Array;

  constructor(problem: MacroscopicProblem) {
    this.#inflow = new BoundaryInflow(problem);
    const count = this.#inflow.conditions.length;
    [this.amounts, this.rates, this.#middle, this.#last] = Array.from(
      { length: 4 },
      () => new Float64Array(count),
    );
  }

  /** The conditions, in the order of the numbers. */
  get conditions(): BoundaryInflow["conditions"] {
    return this.#inflow.conditions;
  }

  /** Whether there is nothing to measure. */
  get isEmpty(): boolean {
    return this.amounts.length === 0;
  }

  /** Takes q at the beginning of the next step anew. */
  start(state: InflowState): void {
    this.#inflow.evaluate(state, this.rates);
  }

  /** Adds a step: dt sum_i weights_i q_i over its three stages, the first of which is where the last step ended. */
  add(dt: number, weights: readonly [number, number, number], middle: InflowState, last: InflowState): void {
    this.#inflow.evaluate(middle, this.#middle);
    this.#inflow.evaluate(last, this.#last);
    for (let j = 0; j < this.amounts.length; j++) {
      this.amounts[j] +=
        dt * (weights[0] * this.rates[j] + weights[1] * this.#middle[j] + weights[2] * this.#last[j]);
    }
    this.rates.set(this.#last);
  }
}
