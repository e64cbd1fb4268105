import { MessageChannel } from "node:worker_threads";
import { Tinypool } from "tinypool";
import { takeOutcome, type Outcome } from "../core/error-record.js";
import type { ProgressEvent } from "../core/progress.js";
import type { SolverName } from "../solver/choose-solver.js";
import type { LinearSolution, LinearSystem, SolveOptions } from "../solver/linear-solver.js";
import { packSolveTask } from "../solver/solve-task.js";
import { checkJobs, type SolverPool } from "../solver/solver-pool.js";
import { releaseMatrix } from "../solver/system-matrix.js";
import type { SolveRequest } from "./solver-worker.js";

/** A pool of worker threads that solve linear systems. */
export interface SolverPoolOptions {
  /** Most systems solved at a time. */
  readonly jobs: number;
  /** Solver that the workers use. Default `auto`. */
  readonly solver?: SolverName;
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
  checkJobs(jobs);
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
    const { task, transfer } = packSolveTask(solver, system, limits);
    releaseMatrix(system.matrix);
    const request: SolveRequest = { task, progress: channel?.port2 ?? null };
    const outcome = (await pool.run(request, {
      transferList: channel === null ? transfer : [...transfer, channel.port2],
    })) as Outcome<LinearSolution>;
    return takeOutcome(outcome);
  } finally {
    channel?.port1.close();
  }
}
