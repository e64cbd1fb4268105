import { ConvergenceError, UsageError } from "../core/errors.js";
import type { MacroscopicProblem } from "./macroscopic-problem.js";
import { StageSolver, type StageFailure, type StageInput } from "./newton.js";
import {
  chooseRejectedFactor,
  chooseStepFactor,
  resolveTolerances,
  weighFields,
  weighStates,
  weightedMaximum,
  type ResolvedTolerances,
} from "./step-control.js";
import {
  requireLength,
  requirePositiveSteps,
  type InitialConditions,
  type StepStatistics,
  type TimeStepperOptions,
} from "./stepper-options.js";
import { findUndershoot, refuseUndershoot } from "./undershoot.js";

// TR-BDF2: the trapezoidal rule to t + GAMMA dt, then BDF2 to t + dt; in both the unknown rate has the factor DIAGONAL.
const GAMMA = 2 - Math.SQRT2;
const DIAGONAL = GAMMA / 2;
const OUTER = Math.SQRT2 / 4;
/** Third-order weights minus those of the method. */
const ERROR_WEIGHTS = [(1 - OUTER) / 3 - OUTER, (3 * OUTER + 1) / 3 - OUTER, DIAGONAL / 3 - DIAGONAL];
/** Rejections for negative concentrations without a step in between that had none: smaller steps are no remedy then. */
const MOST_SIGN_REJECTIONS = 8;
const NEWTON_FACTOR = 0.25;

/**
 * Integrates a {@link MacroscopicProblem} in time with TR-BDF2, an L-stable, stiffly accurate ESDIRK method of order two
 * with an embedded error estimate of order three. The unknowns of a stage are the rates du/dt, so that reactions may
 * depend on them; the rates at the beginning solve F(t, u, du/dt) = 0, those of the last stage begin the next step.
 *
 *   u_2 = u_1 + dt d (v_1 + v_2),  u_3 = u_1 + dt (w v_1 + w v_2 + d v_3),  d = 1 - 1/sqrt 2,  w = sqrt 2 / 4
 *
 * Errors are measured in the largest of |e| / (absolute + relative |u|) over all nodes: release at a few sites counts.
 * It owns memory of the kernel: to be disposed of.
 *
 * @see M. E. Hosea and L. F. Shampine, "Analysis and implementation of TR-BDF2", Appl. Numer. Math. 20 (1996)
 */
export class TimeStepper {
  /** u at `time`, numNodes x numFields, uM. */
  readonly fields: Float64Array;
  /** du/dt at `time`, uM/s. */
  readonly rates: Float64Array;
  /** X at `time`, numStates. */
  readonly states: Float64Array;
  /** dX/dt at `time`, 1/s. */
  readonly stateRates: Float64Array;
  readonly statistics: StepStatistics;
  readonly #problem: MacroscopicProblem;
  readonly #options: TimeStepperOptions;
  readonly #tolerances: ResolvedTolerances;
  readonly #solver: StageSolver;
  readonly #isSigned: readonly boolean[];
  /** Rates of the second and third stage. */
  readonly #stageRates: readonly [Float64Array, Float64Array];
  readonly #stageStateRates: readonly [Float64Array, Float64Array];
  readonly #baseFields: Float64Array;
  readonly #baseStates: Float64Array;
  readonly #fieldWeights: Float64Array;
  readonly #stateWeights: Float64Array;
  #time: number;
  #step: number;
  #errorBefore = 1;
  #signRejections = 0;

  /**
   * Also finds the rates at the beginning.
   *
   * @throws UsageError `wrong-length`, `unknown-field`, `tolerance-not-positive`, `step-not-positive`;
   *   `capacity-matrix-not-positive` where the reaction does not determine the rates
   * @throws ConvergenceError `initial-rates`
   * @throws KernelError
   */
  constructor(problem: MacroscopicProblem, initial: InitialConditions, options: TimeStepperOptions = {}) {
    const size = problem.numNodes * problem.numFields;
    const { numStates } = problem;
    requireLength("fields", initial.fields, size);
    if (initial.states !== undefined) requireLength("states", initial.states, numStates);
    requirePositiveSteps(options);
    this.#problem = problem;
    this.#options = options;
    this.#tolerances = resolveTolerances(problem, options.tolerances);
    this.#isSigned = problem.fieldNames.map((name) => options.signedFields?.includes(name) === true);
    this.fields = initial.fields.slice();
    this.states = initial.states?.slice() ?? new Float64Array(numStates);
    this.rates = new Float64Array(size);
    this.stateRates = new Float64Array(numStates);
    this.#stageRates = [new Float64Array(size), new Float64Array(size)];
    this.#stageStateRates = [new Float64Array(numStates), new Float64Array(numStates)];
    this.#baseFields = new Float64Array(size);
    this.#baseStates = new Float64Array(numStates);
    this.#fieldWeights = new Float64Array(size);
    this.#stateWeights = new Float64Array(numStates);
    this.#time = initial.time ?? 0;
    this.#solver = new StageSolver(problem, options.newton);
    this.statistics = Object.assign(this.#solver.statistics, {
      steps: 0,
      rejectedForError: 0,
      rejectedForNewton: 0,
      rejectedForSign: 0,
      undershoots: 0,
    });
    try {
      this.restart();
    } catch (error) {
      this.dispose();
      throw error;
    }
    this.#step = options.fixedStep ?? options.initialStep ?? this.#chooseFirstStep();
  }

  /** s. */
  get time(): number {
    return this.#time;
  }

  /** Length of the next step, s. */
  get nextStep(): number {
    return this.#step;
  }

  /**
   * Finds the rates from u and X anew: after a change of either, or where the reaction jumps in time.
   *
   * @throws ConvergenceError `initial-rates`
   * @throws UsageError `capacity-matrix-not-positive`
   */
  restart(): void {
    this.#prescribeFields();
    this.#weigh();
    const input = this.#stage(this.#time, 0, this.fields, this.states);
    const failure = this.#solver.solve(input, this.rates, this.stateRates);
    if (failure === null) return;
    throw new ConvergenceError(
      "initial-rates",
      `the rates du/dt at t = ${this.#time} s could not be found (${failure}); check the reaction's dependence on ` +
        "du/dt and its derivatives",
      { details: { time: this.#time, failure } },
    );
  }

  /**
   * Steps to `end`, and ends there exactly.
   *
   * @param onStep called after each step; ends the integration where it returns false
   * @throws ConvergenceError `negative-concentration`, `step-too-small`
   * @throws UsageError `capacity-matrix-not-positive`; KernelError
   */
  advanceTo(end: number, onStep?: (stepper: TimeStepper) => unknown): void {
    while (this.#time < end) {
      const rest = end - this.#time;
      const wished = this.#step;
      const isLast = wished >= rest * (1 - 1e-10);
      const dt = isLast
        ? rest
        : wished > rest / 2 && this.#options.fixedStep === undefined
          ? rest / 2
          : wished;
      const taken = this.#advance(dt, isLast ? end : this.#time + dt);
      // A step cut short says nothing against the length wished for.
      if (taken === dt && dt < wished) this.#step = Math.max(this.#step, wished);
      if (this.#options.fixedStep !== undefined) this.#step = this.#options.fixedStep;
      if (onStep?.(this) === false) return;
    }
  }

  /** Frees the kernel's memory; the numbers stay. */
  dispose(): void {
    this.#solver.dispose();
  }

  /** One step of `wished` to `end`, or a shorter one; its length. */
  #advance(wished: number, end: number): number {
    const { minStep = 1e-12, maxStep = Infinity, fixedStep } = this.#options;
    let dt = Math.min(wished, maxStep);
    const signRejections = this.#signRejections;
    for (;;) {
      this.#weigh();
      const failure = this.#attempt(dt);
      if (failure !== null) {
        this.statistics.rejectedForNewton++;
        dt = this.#shorten(dt * NEWTON_FACTOR, minStep, failure);
        continue;
      }
      const error = fixedStep === undefined ? this.#estimateError(dt) : 0;
      if (!(error <= 1)) {
        this.statistics.rejectedForError++;
        dt = this.#shorten(dt * chooseRejectedFactor(error), minStep, "error");
        continue;
      }
      const undershoot = findUndershoot(this.#problem, this.#tolerances, this.#isSigned, this.#solver.fields);
      if (undershoot !== null && this.#options.allowUndershoot !== true) {
        this.statistics.rejectedForSign++;
        this.#signRejections++;
        if (fixedStep !== undefined || dt / 2 < minStep || this.#signRejections >= MOST_SIGN_REJECTIONS)
          refuseUndershoot(this.#problem, undershoot, { time: this.#time, step: dt });
        dt = this.#shorten(dt / 2, minStep, "negative concentration");
        continue;
      }
      if (undershoot !== null) this.statistics.undershoots++;
      if (this.#signRejections === signRejections) this.#signRejections = 0;
      this.#accept(dt === wished ? end : this.#time + dt);
      if (fixedStep === undefined)
        this.#step = Math.min(maxStep, dt * chooseStepFactor(error, this.#errorBefore));
      this.#errorBefore = error;
      return dt;
    }
  }

  /** Solves the two stages; their rates and the new u and X stay in the stage arrays and in the solver. */
  #attempt(dt: number): StageFailure | null {
    const h = DIAGONAL * dt;
    const [second, third] = this.#stageRates;
    const [secondStates, thirdStates] = this.#stageStateRates;
    for (let i = 0; i < second.length; i++) {
      second[i] = this.rates[i];
      this.#baseFields[i] = this.fields[i] + h * this.rates[i];
    }
    for (let i = 0; i < secondStates.length; i++) {
      secondStates[i] = this.stateRates[i];
      this.#baseStates[i] = this.states[i] + h * this.stateRates[i];
    }
    const middle = this.#stage(this.#time + GAMMA * dt, h, this.#baseFields, this.#baseStates);
    const failure = this.#solver.solve(middle, second, secondStates);
    if (failure !== null) return failure;
    const outer = OUTER * dt;
    for (let i = 0; i < third.length; i++) {
      third[i] = this.rates[i] + (second[i] - this.rates[i]) / GAMMA;
      this.#baseFields[i] = this.fields[i] + outer * (this.rates[i] + second[i]);
    }
    for (let i = 0; i < thirdStates.length; i++) {
      thirdStates[i] = this.stateRates[i] + (secondStates[i] - this.stateRates[i]) / GAMMA;
      this.#baseStates[i] = this.states[i] + outer * (this.stateRates[i] + secondStates[i]);
    }
    const last = this.#stage(this.#time + dt, h, this.#baseFields, this.#baseStates);
    return this.#solver.solve(last, third, thirdStates);
  }

  /** Largest error of the step in tolerances. */
  #estimateError(dt: number): number {
    const [a, b, c] = ERROR_WEIGHTS.map((weight) => weight * dt);
    const [second, third] = this.#stageRates;
    const [secondStates, thirdStates] = this.#stageStateRates;
    const error = this.#baseFields;
    for (let i = 0; i < error.length; i++) error[i] = a * this.rates[i] + b * second[i] + c * third[i];
    this.#solver.filterError(error);
    const stateError = this.#baseStates;
    for (let i = 0; i < stateError.length; i++) {
      stateError[i] = a * this.stateRates[i] + b * secondStates[i] + c * thirdStates[i];
    }
    const ofFields = weightedMaximum(error, this.#fieldWeights);
    const ofStates = weightedMaximum(stateError, this.#stateWeights);
    return ofFields >= ofStates ? ofFields : ofStates;
  }

  #accept(time: number): void {
    this.#time = time;
    this.fields.set(this.#solver.fields);
    this.states.set(this.#solver.states);
    this.rates.set(this.#stageRates[1]);
    this.stateRates.set(this.#stageStateRates[1]);
    this.statistics.steps++;
  }

  #shorten(dt: number, minStep: number, reason: string): number {
    if (dt >= minStep && this.#options.fixedStep === undefined) return dt;
    if (reason === "capacity") {
      throw new UsageError(
        "capacity-matrix-not-positive",
        `after t = ${this.#time} s the reaction depends on du/dt so that C - dR/d(du/dt) is not positive; reduce that ` +
          "dependence below the capacity",
        { details: { time: this.#time } },
      );
    }
    throw new ConvergenceError(
      "step-too-small",
      `the step after t = ${this.#time} s fails (${reason}) and would have to be ${dt} s; the least allowed is ` +
        `${this.#options.fixedStep ?? minStep} s. Check the reaction and its derivatives, or loosen the tolerances`,
      { details: { time: this.#time, step: dt, reason } },
    );
  }

  #stage(time: number, h: number, baseFields: Float64Array, baseStates: Float64Array): StageInput {
    return {
      time,
      h,
      baseFields,
      baseStates,
      fieldWeights: this.#fieldWeights,
      stateWeights: this.#stateWeights,
    };
  }

  #weigh(): void {
    weighFields(this.#problem, this.#tolerances, this.fields, this.#fieldWeights);
    weighStates(this.#tolerances, this.states, this.#stateWeights);
  }

  #prescribeFields(): void {
    const { boundary, numFields, mesh } = this.#problem;
    for (const { value, field, nodes } of boundary.fixed) {
      for (const node of nodes) {
        const [x, y, z] = mesh.coordinates.subarray(3 * node, 3 * node + 3);
        this.fields[node * numFields + field] =
          typeof value === "number" ? value : value(this.#time, x, y, z);
      }
    }
  }

  #chooseFirstStep(): number {
    const rate = Math.max(
      weightedMaximum(this.rates, this.#fieldWeights),
      weightedMaximum(this.stateRates, this.#stateWeights),
    );
    return Math.max(this.#options.minStep ?? 1e-12, rate > 0 ? 1 / rate : 1);
  }
}
