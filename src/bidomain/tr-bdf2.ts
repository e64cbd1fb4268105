import type { InflowIntegral } from "./inflow-integral.js";
import type { MacroscopicProblem } from "./macroscopic-problem.js";
import { StageSolver, type NewtonOptions, type StageFailure, type StageInput } from "./newton.js";
import { weighFields, weighStates, weightedMaximum, type ResolvedTolerances } from "./step-control.js";

// The trapezoidal rule to t + GAMMA dt, then BDF2 to t + dt; in both the unknown rate has the factor DIAGONAL.
const GAMMA = 2 - Math.SQRT2;
const DIAGONAL = GAMMA / 2;
const OUTER = Math.SQRT2 / 4;
/** Third-order weights minus those of the method. */
const ERROR_WEIGHTS = [(1 - OUTER) / 3 - OUTER, (3 * OUTER + 1) / 3 - OUTER, DIAGONAL / 3 - DIAGONAL];

/** Where a step begins. */
export interface StepStart {
  /** s. */
  readonly time: number;
  /** u, numNodes x numFields, uM. */
  readonly fields: Float64Array;
  /** du/dt, uM/s. */
  readonly rates: Float64Array;
  /** X, numStates. */
  readonly states: Float64Array;
  /** dX/dt, 1/s. */
  readonly stateRates: Float64Array;
}

/**
 * One step of TR-BDF2 in the rates v = du/dt (and likewise of the states),
 *
 *   u_2 = u_1 + dt d (v_1 + v_2),  u_3 = u_1 + dt (w v_1 + w v_2 + d v_3),  d = 1 - 1/sqrt 2,  w = sqrt 2 / 4,
 *
 * with v_2 and v_3 by {@link StageSolver}. It owns memory of the kernel.
 *
 * @see M. E. Hosea and L. F. Shampine, "Analysis and implementation of TR-BDF2", Appl. Numer. Math. 20 (1996)
 */
export class TrBdf2 {
  readonly solver: StageSolver;
  /** v_3 of the last attempt. */
  readonly rates: Float64Array;
  /** dX/dt there. */
  readonly stateRates: Float64Array;
  readonly #problem: MacroscopicProblem;
  readonly #tolerances: ResolvedTolerances;
  /** v_2. */
  readonly #middle: Float64Array;
  readonly #middleStates: Float64Array;
  readonly #baseFields: Float64Array;
  readonly #baseStates: Float64Array;
  readonly #fieldWeights: Float64Array;
  readonly #stateWeights: Float64Array;

  constructor(problem: MacroscopicProblem, tolerances: ResolvedTolerances, newton?: NewtonOptions) {
    const size = problem.numNodes * problem.numFields;
    const { numStates } = problem;
    this.solver = new StageSolver(problem, newton);
    this.#problem = problem;
    this.#tolerances = tolerances;
    this.rates = new Float64Array(size);
    this.stateRates = new Float64Array(numStates);
    this.#middle = new Float64Array(size);
    this.#middleStates = new Float64Array(numStates);
    this.#baseFields = new Float64Array(size);
    this.#baseStates = new Float64Array(numStates);
    this.#fieldWeights = new Float64Array(size);
    this.#stateWeights = new Float64Array(numStates);
  }

  /** Solves F(t, u_1, v_1) = 0 for `start.rates` and `start.stateRates`, which it overwrites. */
  findRates(start: StepStart): StageFailure | null {
    this.#weigh(start);
    const input = this.#stage(start.time, 0, start.fields, start.states);
    return this.solver.solve(input, start.rates, start.stateRates);
  }

  /** Solves the two stages; the new u and X are in the solver then, the rates here. */
  attempt(start: StepStart, dt: number): StageFailure | null {
    this.#weigh(start);
    const h = DIAGONAL * dt;
    this.#middle.set(start.rates);
    this.#middleStates.set(start.stateRates);
    combine(this.#baseFields, start.fields, h, start.rates);
    combine(this.#baseStates, start.states, h, start.stateRates);
    const middle = this.#stage(start.time + GAMMA * dt, h, this.#baseFields, this.#baseStates);
    const failure = this.solver.solve(middle, this.#middle, this.#middleStates);
    if (failure !== null) return failure;
    extrapolate(this.rates, start.rates, this.#middle);
    extrapolate(this.stateRates, start.stateRates, this.#middleStates);
    const outer = OUTER * dt;
    combine(this.#baseFields, start.fields, outer, start.rates, this.#middle);
    combine(this.#baseStates, start.states, outer, start.stateRates, this.#middleStates);
    const last = this.#stage(start.time + dt, h, this.#baseFields, this.#baseStates);
    return this.solver.solve(last, this.rates, this.stateRates);
  }

  /** Largest error of the last attempt in tolerances; NaN where an entry is NaN. */
  estimateError(start: StepStart, dt: number): number {
    const [a, b, c] = ERROR_WEIGHTS.map((weight) => weight * dt);
    const error = this.#baseFields;
    for (let i = 0; i < error.length; i++) {
      error[i] = a * start.rates[i] + b * this.#middle[i] + c * this.rates[i];
    }
    this.solver.filterError(error);
    const stateError = this.#baseStates;
    for (let i = 0; i < stateError.length; i++) {
      stateError[i] = a * start.stateRates[i] + b * this.#middleStates[i] + c * this.stateRates[i];
    }
    const ofFields = weightedMaximum(error, this.#fieldWeights);
    const ofStates = weightedMaximum(stateError, this.#stateWeights);
    return ofFields >= ofStates ? ofFields : ofStates;
  }

  /** Adds what came in during the last attempt, which ends at `end`. */
  addInflow(inflow: InflowIntegral, start: StepStart, dt: number, end: number): void {
    const h = DIAGONAL * dt;
    combine(this.#baseFields, start.fields, h, start.rates, this.#middle);
    combine(this.#baseStates, start.states, h, start.stateRates, this.#middleStates);
    inflow.add(
      dt,
      [OUTER, OUTER, DIAGONAL],
      {
        time: start.time + GAMMA * dt,
        fields: this.#baseFields,
        rates: this.#middle,
        states: this.#baseStates,
      },
      { time: end, fields: this.solver.fields, rates: this.rates, states: this.solver.states },
    );
  }

  /** A first step in which nothing changes by more than its tolerance, s; 1 where nothing changes. */
  firstStep(start: StepStart): number {
    const rate = Math.max(
      weightedMaximum(start.rates, this.#fieldWeights),
      weightedMaximum(start.stateRates, this.#stateWeights),
    );
    return rate > 0 ? 1 / rate : 1;
  }

  #weigh({ fields, states }: StepStart): void {
    weighFields(this.#problem, this.#tolerances, fields, this.#fieldWeights);
    weighStates(this.#problem, this.#tolerances, states, this.#stateWeights);
  }

  #stage(time: number, h: number, baseFields: Float64Array, baseStates: Float64Array): StageInput {
    const [fieldWeights, stateWeights] = [this.#fieldWeights, this.#stateWeights];
    return { time, h, baseFields, baseStates, fieldWeights, stateWeights };
  }
}

/** result = x + h y, or x + h (y + z). */
function combine(
  result: Float64Array,
  x: Float64Array,
  h: number,
  y: Float64Array,
  z: Float64Array | null = null,
): void {
  if (z === null) for (let i = 0; i < result.length; i++) result[i] = x[i] + h * y[i];
  else for (let i = 0; i < result.length; i++) result[i] = x[i] + h * (y[i] + z[i]);
}

/** Rates at t + dt from those at t and t + GAMMA dt, on a line. */
function extrapolate(result: Float64Array, first: Float64Array, second: Float64Array): void {
  for (let i = 0; i < result.length; i++) result[i] = first[i] + (second[i] - first[i]) / GAMMA;
}
