import { ConvergenceError } from "../core/errors.js";
import { InflowIntegral } from "./inflow-integral.js";
import type { MacroscopicProblem } from "./macroscopic-problem.js";
import {
  chooseRejectedFactor,
  chooseStepFactor,
  resolveTolerances,
  type ResolvedTolerances,
} from "./step-control.js";
import {
  requireLength,
  requirePositiveSteps,
  type InitialConditions,
  type StepperState,
  type StepStatistics,
  type TimeStepperOptions,
} from "./stepper-options.js";
import { refuseStep } from "./step-failure.js";
import { TrBdf2 } from "./tr-bdf2.js";
import { findUndershoot, refuseUndershoot } from "./undershoot.js";

/** Rejections for negative concentrations without a step in between that had none: smaller steps are no remedy then. */
const MOST_SIGN_REJECTIONS = 8;
const NEWTON_FACTOR = 0.25;
/** s. */
const MIN_STEP = 1e-12;

/**
 * Integrates a {@link MacroscopicProblem} in time with TR-BDF2, an L-stable, stiffly accurate ESDIRK method of order two
 * with an embedded error estimate of order three. The unknowns of a stage are the rates du/dt, so that reactions may
 * depend on them; the rates at the beginning solve F(t, u, du/dt) = 0, those of the last stage begin the next step.
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
  /** What came in through the boundary conditions. */
  readonly inflow: InflowIntegral;
  readonly #problem: MacroscopicProblem;
  readonly #options: TimeStepperOptions;
  readonly #tolerances: ResolvedTolerances;
  readonly #method: TrBdf2;
  readonly #isSigned: readonly boolean[];
  #time: number;
  #step: number;
  #errorBefore = 1;
  #signRejections = 0;

  /**
   * Also finds the rates at the beginning; goes on where `initial` is the state of a stepper of the same problem.
   *
   * @throws UsageError `wrong-length`, `unknown-field`, `tolerance-not-positive`, `step-not-positive`;
   *   `capacity-matrix-not-positive` where the reaction does not determine the rates
   * @throws ConvergenceError `initial-rates`
   * @throws KernelError
   */
  constructor(
    problem: MacroscopicProblem,
    initial: InitialConditions | StepperState,
    options: TimeStepperOptions = {},
  ) {
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
    this.#time = initial.time ?? 0;
    this.#method = new TrBdf2(problem, this.#tolerances, options.newton);
    this.statistics = Object.assign(this.#method.solver.statistics, {
      steps: 0,
      rejectedForError: 0,
      rejectedForNewton: 0,
      rejectedForSign: 0,
      undershoots: 0,
    });
    this.inflow = new InflowIntegral(problem);
    if ("rates" in initial) {
      this.#step = this.#goOn(initial);
      return;
    }
    try {
      this.restart();
    } catch (error) {
      this.dispose();
      throw error;
    }
    this.#step =
      options.fixedStep ??
      options.initialStep ??
      Math.max(options.minStep ?? MIN_STEP, this.#method.firstStep(this));
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
   * Everything that the steps to come depend on: a stepper made from it takes the same steps, bit by bit, as this one does
   * from here on. To that end this one gives up its preconditioner, as if it were new, too.
   */
  capture(): StepperState {
    this.#method.solver.forget();
    return {
      time: this.#time,
      step: this.#step,
      errorBefore: this.#errorBefore,
      signRejections: this.#signRejections,
      fields: this.fields.slice(),
      rates: this.rates.slice(),
      states: this.states.slice(),
      stateRates: this.stateRates.slice(),
      inflow: this.inflow.amounts.slice(),
      statistics: structuredClone(this.statistics),
    };
  }

  /**
   * Finds the rates from u and X anew: after a change of either, or where the reaction jumps in time.
   *
   * @throws ConvergenceError `initial-rates`
   * @throws UsageError `capacity-matrix-not-positive`
   */
  restart(): void {
    this.#prescribeFields();
    const failure = this.#method.findRates(this);
    if (failure === null) {
      this.inflow.start(this);
      return;
    }
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
    this.#method.solver.dispose();
  }

  /** One step of `wished` to `end`, or a shorter one; its length. */
  #advance(wished: number, end: number): number {
    const { minStep = MIN_STEP, maxStep = Infinity, fixedStep } = this.#options;
    let dt = Math.min(wished, maxStep);
    const signRejections = this.#signRejections;
    for (;;) {
      const failure = this.#method.attempt(this, dt);
      if (failure !== null) {
        this.statistics.rejectedForNewton++;
        dt = this.#shorten(dt * NEWTON_FACTOR, minStep, failure);
        continue;
      }
      const error = fixedStep === undefined ? this.#method.estimateError(this, dt) : 0;
      if (!(error <= 1)) {
        this.statistics.rejectedForError++;
        dt = this.#shorten(dt * chooseRejectedFactor(error), minStep, "error");
        continue;
      }
      const undershoot = findUndershoot(
        this.#problem,
        this.#tolerances,
        this.#isSigned,
        this.#method.solver.fields,
      );
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
      this.#accept(dt, dt === wished ? end : this.#time + dt);
      if (fixedStep === undefined)
        this.#step = Math.min(maxStep, dt * chooseStepFactor(error, this.#errorBefore));
      this.#errorBefore = error;
      return dt;
    }
  }

  #accept(dt: number, end: number): void {
    const { solver, rates, stateRates } = this.#method;
    if (!this.inflow.isEmpty) this.#method.addInflow(this.inflow, this, dt, end);
    this.#time = end;
    this.fields.set(solver.fields);
    this.states.set(solver.states);
    this.rates.set(rates);
    this.stateRates.set(stateRates);
    this.statistics.steps++;
  }

  /** Takes over what another stepper captured; the length of the next step. */
  #goOn(state: StepperState): number {
    requireLength("rates", state.rates, this.rates.length);
    requireLength("stateRates", state.stateRates, this.stateRates.length);
    requireLength("inflow", state.inflow, this.inflow.amounts.length);
    this.rates.set(state.rates);
    this.stateRates.set(state.stateRates);
    this.inflow.amounts.set(state.inflow);
    this.inflow.start(this);
    this.#errorBefore = state.errorBefore;
    this.#signRejections = state.signRejections;
    Object.assign(this.statistics, structuredClone(state.statistics));
    return state.step;
  }

  #shorten(dt: number, minStep: number, reason: string): number {
    if (dt >= minStep && this.#options.fixedStep === undefined) return dt;
    return refuseStep(this.#time, dt, this.#options.fixedStep ?? minStep, reason);
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
}
