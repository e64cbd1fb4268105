import { UsageError } from "../core/errors.js";
import type { NewtonOptions, NewtonStatistics } from "./newton.js";
import type { ToleranceOptions } from "./step-control.js";

/** How to step. */
export interface TimeStepperOptions {
  readonly tolerances?: ToleranceOptions;
  /** s; by default a step in which nothing changes by more than its tolerance. */
  readonly initialStep?: number;
  /** s; default 1e-12. */
  readonly minStep?: number;
  /** s; default unbounded. */
  readonly maxStep?: number;
  /** s; all steps of this length, whatever their error. */
  readonly fixedStep?: number;
  /** Fields that may be negative, which concentrations may not. */
  readonly signedFields?: readonly string[];
  /** Whether to go on and count where a concentration is below minus its absolute tolerance. Default false. */
  readonly allowUndershoot?: boolean;
  readonly newton?: NewtonOptions;
}

/** Where to begin. */
export interface InitialConditions {
  /** s; default 0. */
  readonly time?: number;
  /** u, numNodes x numFields, uM; see interpolateFields. */
  readonly fields: Float64Array;
  /** X, numStates; by default zero; see interpolateStates. */
  readonly states?: Float64Array;
}

/** Where a stepper stands, to go on from there. */
export interface StepperState {
  /** s. */
  readonly time: number;
  /** Length of the next step, s. */
  readonly step: number;
  /** Error of the last step in tolerances. */
  readonly errorBefore: number;
  /** Rejections for negative concentrations without a step in between that had none. */
  readonly signRejections: number;
  /** u, numNodes x numFields, uM. */
  readonly fields: Float64Array;
  /** du/dt, uM/s. */
  readonly rates: Float64Array;
  /** X, numStates. */
  readonly states: Float64Array;
  /** dX/dt, 1/s. */
  readonly stateRates: Float64Array;
  /** What came in through each boundary condition, uM um^3. */
  readonly inflow: Float64Array;
  readonly statistics: StepStatistics;
}

/** Counts since the beginning. */
export interface StepStatistics extends NewtonStatistics {
  steps: number;
  /** Steps rejected for their error. */
  rejectedForError: number;
  /** Steps rejected because a stage had no solution. */
  rejectedForNewton: number;
  /** Steps rejected for a negative concentration. */
  rejectedForSign: number;
  /** Steps accepted with a negative concentration. */
  undershoots: number;
}

/** @throws UsageError `wrong-length` */
export function requireLength(what: string, numbers: Float64Array, length: number): void {
  if (numbers.length === length) return;
  throw new UsageError("wrong-length", `${what} has ${numbers.length} numbers, expected ${length}`, {
    details: { what, length: numbers.length, expected: length },
  });
}

/** @throws UsageError `step-not-positive` */
export function requirePositiveSteps(options: TimeStepperOptions): void {
  for (const name of ["initialStep", "minStep", "maxStep", "fixedStep"] as const) {
    const step = options[name];
    if (step === undefined || step > 0) continue;
    throw new UsageError("step-not-positive", `${name} is ${step} s; expected a length > 0`, {
      details: { name, step },
    });
  }
}
