import { ErfemError } from "../core/errors.js";
import type { ProgressReporter } from "../core/progress.js";
import type { VtuGrid } from "../io/vtu-writer.js";
import type { Simulation, SimulationState } from "./simulation.js";

/** Where a run stands, to go on from there. */
export interface RunState {
  readonly simulation: SimulationState;
  /** Snapshots that have been written. */
  readonly numSnapshots: number;
}

/** Takes what a run produces; every call is awaited before the run goes on. */
export interface SimulationSink {
  /** Rows of the time series and of the probes since the last call, in the order of time. */
  record(rows: readonly (readonly number[])[], probeRows: readonly (readonly number[])[]): Promise<void>;
  /** @param index from 0 */
  snapshot(index: number, time: number, grid: VtuGrid): Promise<void>;
  /** A state to go on from. Everything recorded before belongs to it. */
  checkpoint(state: RunState, isSnapshot: boolean): Promise<void>;
}

export interface RunOptions {
  /** Snapshots that have been written before; default 0. */
  readonly numSnapshots?: number;
  readonly progress?: ProgressReporter;
  readonly signal?: AbortSignal;
}

/** Accepted steps between two checkpoints: their times depend on the run alone, as a resumed run must repeat them. */
const STEPS_PER_CHECKPOINT = 20;

/**
 * Runs a simulation to its end. A run that goes on from a checkpoint takes the same steps as one that was never interrupted.
 *
 * @throws ErfemError `aborted` after `signal`; what `TimeStepper.advanceTo` and the sink throw
 */
export async function runSimulation(
  simulation: Simulation,
  sink: SimulationSink,
  options: RunOptions = {},
): Promise<void> {
  const { times } = simulation.source.model.output;
  const { end } = simulation.source.model.time;
  const report = createReporter(simulation, options.progress);
  let numSnapshots = options.numSnapshots ?? 0;
  const snapshot = async (): Promise<void> => {
    await sink.snapshot(numSnapshots, simulation.time, simulation.createGrid());
    numSnapshots++;
    await sink.checkpoint({ simulation: simulation.capture(), numSnapshots }, true);
  };
  if (simulation.stepper.statistics.steps === 0 && numSnapshots === 0) {
    await sink.record([[...simulation.firstRow]], [simulation.probe()]);
  }
  while (simulation.time < end || numSnapshots < times.length) {
    const goal = numSnapshots < times.length ? times[numSnapshots] : end;
    while (simulation.time < goal) {
      if (options.signal?.aborted === true) throw new ErfemError("aborted", "interrupted");
      const { rows, probeRows } = advance(simulation, goal, report);
      await sink.record(rows, probeRows);
      if (simulation.time < goal || numSnapshots === times.length) {
        await sink.checkpoint({ simulation: simulation.capture(), numSnapshots }, false);
      }
    }
    if (numSnapshots < times.length) await snapshot();
  }
}

/** Steps to `goal`, or as many as there are between checkpoints. */
function advance(
  simulation: Simulation,
  goal: number,
  report: () => void,
): { readonly rows: number[][]; readonly probeRows: number[][] } {
  const rows: number[][] = [];
  const probeRows: number[][] = [];
  let before = simulation.time;
  simulation.stepper.advanceTo(goal, () => {
    rows.push(simulation.measure(simulation.time - before));
    probeRows.push(simulation.probe());
    before = simulation.time;
    report();
    return rows.length < STEPS_PER_CHECKPOINT;
  });
  return { rows, probeRows };
}

/** Simulated time, step, and the time left at the pace so far. */
function createReporter(simulation: Simulation, progress: ProgressReporter | undefined): () => void {
  if (progress === undefined) return () => undefined;
  const { end } = simulation.source.model.time;
  const [firstTime, start] = [simulation.time, performance.now()];
  let before = simulation.time;
  return () => {
    const { time } = simulation;
    const seconds = (performance.now() - start) / 1000;
    const left = time > firstTime ? (seconds * (end - time)) / (time - firstTime) : NaN;
    const step = time - before;
    before = time;
    progress({
      step: "simulate",
      fraction: time / end,
      message: `t = ${formatSeconds(time)}  step ${formatSeconds(step)}  left ${formatDuration(left)}`,
    });
  };
}

function formatSeconds(seconds: number): string {
  return seconds >= 0.1 || seconds === 0
    ? `${seconds.toPrecision(4)} s`
    : seconds >= 1e-4
      ? `${(1e3 * seconds).toPrecision(3)} ms`
      : `${(1e6 * seconds).toPrecision(3)} us`;
}

function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.ceil(seconds);
  if (whole < 120) return `${whole} s`;
  return whole < 7200 ? `${Math.ceil(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
