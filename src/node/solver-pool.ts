import { MessageChannel } from "node:worker_threads";
import { Tinypool } from "tinypool";
import { ConvergenceError, ErfemError, KernelError, UsageError } from "../core/errors.js";
import type { ProgressEvent } from "../core/progress.js";
import type { SolverName } from "../solver/choose-solver.js";
import {
  toCsrSystem,
  type LinearSolution,
  type LinearSolver,
  type LinearSystem,
  type SolveOptions,
} from "../solver/linear-solver.js";
import { releaseMatrix } from "../solver/system-matrix.js";
import type { SolveFailure, SolveOutcome, SolveTask } from "./solver-worker.js";

/** A pool of worker threads that solve linear systems. */
export interface SolverPoolOptions {
  /** Most systems solved at a time. */
  readonly jobs: number;
  /** Solver that the workers use. Default `auto`. */
  readonly solver?: SolverName;
}

/** A solver that works in other threads; `dispose` ends them. */
export interface SolverPool extends LinearSolver {
  dispose(): Promise<void>;
}

/**
 * A pool of worker threads, each with a WebAssembly kernel of its own: independent systems, such as those of two phases,
 * are solved at the same time. A system is copied to its worker. Give it to `homogenize` as `solver`, with `concurrency`
 * set to `jobs`.
 *
 * @throws UsageError `jobs-invalid`
 */
export function createSolverPool(options: SolverPoolOptions): SolverPool {
  const { jobs, solver = "auto" } = options;
  if (!Number.isInteger(jobs) || jobs < 1) {
    throw new UsageError("jobs-invalid", `the number of jobs is ${jobs}; expected a whole number from 1`, {
      details: { jobs },
    });
  }
  const pool = new Tinypool({
    filename: new URL("./solver-worker.js", import.meta.url).href,
    minThreads: 0,
    maxThreads: jobs,
  });
  return {
    name: solver,
    solve: async (system, solveOptions) => solveInPool(pool, solver, system, solveOptions),
    dispose: async () => pool.destroy(),
  };
}

async function solveInPool(
  pool: Tinypool,
  solver: SolverName,
  system: LinearSystem,
  options: SolveOptions = {},
): Promise<LinearSolution> {
  const { progress, ...limits } = options;
  const channel = progress === undefined ? null : new MessageChannel();
  channel?.port1.on("message", (event: ProgressEvent) => progress?.(event));
  try {
    const task: SolveTask = {
      solver,
      system: toCsrSystem(system),
      limits,
      progress: channel?.port2 ?? null,
    };
    releaseMatrix(system.matrix);
    const outcome = (await pool.run(task, {
      transferList: channel === null ? [] : [channel.port2],
    })) as SolveOutcome;
    if ("failure" in outcome) throw reviveError(outcome.failure);
    return outcome.solution;
  } finally {
    channel?.port1.close();
  }
}

/** The error of a worker, as an error of its class in this thread. */
function reviveError({ type, code, message, details }: SolveFailure): ErfemError {
  const classes = { ConvergenceError, KernelError, UsageError };
  const known = Object.entries(classes).find(([name]) => name === type);
  return new (known?.[1] ?? ErfemError)(code, message, { details });
}
