import type { VtuGrid } from "../io/vtu-writer.js";
import type { Model } from "../io/model.js";
import { findInitialConditions } from "./model-initial.js";
import type { ModelProblem } from "./model-problem.js";
import { Observables, type ObservableColumn } from "./observables.js";
import { Probes } from "./probes.js";
import { createSnapshotGrid } from "./snapshot-grid.js";
import type { Tolerance, ToleranceOptions } from "./step-control.js";
import type { StepperState, TimeStepperOptions } from "./stepper-options.js";
import { TimeStepper } from "./time-stepper.js";

/** How a model is run. */
export interface SimulationOptions {
  /** Whether to go on, and count, where a concentration is negative beyond its tolerance. Default false. */
  readonly allowUndershoot?: boolean;
  /** Where to go on from; default: the beginning. */
  readonly from?: SimulationState;
}

/** Where a simulation stands, to go on from there. */
export interface SimulationState {
  readonly stepper: StepperState;
  /** Calcium in all forms at the beginning, uM um^3. */
  readonly initialCalcium: number;
  /** Largest |balance| so far, see {@link Simulation.worstBalance}. */
  readonly worstBalance: number;
  /** See {@link Simulation.firstRow}. */
  readonly firstRow: readonly number[];
}

/** Defaults of tolerances that a model gives in part. */
const DEFAULT_TOLERANCE: Tolerance = { absolute: 1e-5, relative: 1e-4 };

/**
 * A model in time: steps, and what is told of them. It owns memory of the kernel: to be disposed of.
 */
export class Simulation {
  readonly source: ModelProblem;
  readonly stepper: TimeStepper;
  /** Calcium in all forms at the beginning, uM um^3. */
  readonly initialCalcium: number;
  /** Row of the time series at the beginning. */
  readonly firstRow: readonly number[];
  readonly #observables: Observables;
  readonly #probes: Probes;
  #worstBalance: number;

  private constructor(source: ModelProblem, stepper: TimeStepper, from: SimulationState | undefined) {
    this.source = source;
    this.stepper = stepper;
    this.#observables = new Observables(source, nameInflows(source, stepper));
    this.#probes = new Probes(source);
    this.initialCalcium = from?.initialCalcium ?? this.#observables.measureCalcium(stepper);
    this.firstRow = from?.firstRow ?? this.#observables.measure(stepper, 0, this.initialCalcium);
    this.#worstBalance = from?.worstBalance ?? 0;
  }

  /**
   * Finds the values at the beginning, or takes over a state.
   *
   * @throws ParseError `model-probe`
   * @throws ConvergenceError `steady-state-not-found`, `initial-rates`
   * @throws UsageError `capacity-matrix-not-positive`, and the codes of `compileFormula`
   * @throws KernelError
   */
  static async create(source: ModelProblem, options: SimulationOptions = {}): Promise<Simulation> {
    const initial = options.from?.stepper ?? (await findInitialConditions(source));
    const stepper = new TimeStepper(source.problem, initial, toStepperOptions(source, options));
    try {
      return new Simulation(source, stepper, options.from);
    } catch (error) {
      stepper.dispose();
      throw error;
    }
  }

  /** s. */
  get time(): number {
    return this.stepper.time;
  }

  /**
   * Largest |total - initial - inflow| / initial of calcium after a step: of a model whose fluxes conserve calcium what
   * solvers and round-off leave.
   */
  get worstBalance(): number {
    return this.#worstBalance;
  }

  /** Calcium that came in through surfaces, in all forms, uM um^3. */
  get calciumInflow(): number {
    return this.#observables.measureInflow(this.stepper);
  }

  /** Columns of the time series. */
  get columns(): readonly ObservableColumn[] {
    return this.#observables.columns;
  }

  /** Columns of the probes. */
  get probeColumns(): readonly ObservableColumn[] {
    return this.#probes.columns;
  }

  /** A row of the time series; the balance in it counts for {@link worstBalance}. */
  measure(step: number): number[] {
    const row = this.#observables.measure(this.stepper, step, this.initialCalcium);
    const balance = row[this.columns.findIndex(({ name }) => name === "balance")];
    this.#worstBalance = Math.max(this.#worstBalance, Math.abs(balance));
    return row;
  }

  /** A row of the probes. */
  probe(): number[] {
    return this.#probes.measure(this.stepper);
  }

  /** The fields that the model writes, for ParaView. */
  createGrid(): VtuGrid {
    return createSnapshotGrid(this.source, this.stepper);
  }

  /** See `TimeStepper.capture`. */
  capture(): SimulationState {
    return {
      stepper: this.stepper.capture(),
      initialCalcium: this.initialCalcium,
      worstBalance: this.#worstBalance,
      firstRow: this.firstRow,
    };
  }

  /** Frees the kernel's memory. */
  dispose(): void {
    this.stepper.dispose();
  }
}

/** `surface.field` of each boundary condition. */
function nameInflows({ problem }: ModelProblem, { inflow }: TimeStepper): string[] {
  return inflow.conditions.map(({ surface, field }) => `${surface}.${problem.fieldNames[field]}`);
}

function toStepperOptions(
  { model, problem }: ModelProblem,
  { allowUndershoot = false }: SimulationOptions,
): TimeStepperOptions {
  const { initialStep, maxStep } = model.time;
  return {
    tolerances: readTolerances(model, problem.fieldNames),
    allowUndershoot,
    ...(initialStep === undefined ? {} : { initialStep }),
    ...(maxStep === undefined ? {} : { maxStep }),
  };
}

function readTolerances({ time }: Model, fieldNames: readonly string[]): ToleranceOptions {
  const named = Object.entries(time.tolerances).map(
    ([name, given]) => [name, { ...DEFAULT_TOLERANCE, ...given }] as const,
  );
  const isField = ([name]: readonly [string, Tolerance]): boolean => fieldNames.includes(name);
  return {
    fields: Object.fromEntries(named.filter(isField)),
    namedStates: Object.fromEntries(named.filter((entry) => !isField(entry))),
  };
}
