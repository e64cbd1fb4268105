import { UsageError } from "../core/errors.js";
import type { SolverName } from "../solver/choose-solver.js";
import type { LinearSolution } from "../solver/linear-solver.js";
import { packSolveTask } from "../solver/solve-task.js";
import { checkJobs, type SolverPool } from "../solver/solver-pool.js";
import { callWorker, type WebWorker } from "./worker-call.js";
import { WorkerPool } from "./worker-pool.js";

/** A pool of web workers that solve linear systems. */
export interface WebSolverPoolOptions {
  /** Most systems solved at a time. Default: logical processors of the machine. */
  readonly jobs?: number;
  /** Solver that the workers use. Default `auto`. */
  readonly solver?: SolverName;
  /** Ends the workers at once when it aborts; what they were asked to do then fails with `aborted`. */
  readonly signal?: AbortSignal;
  /** Starts a worker on the module `erfem/web/solver-worker`, where the page serves it in a way of its own. */
  readonly createWorker?: () => WebWorker;
}

/**
 * A pool of web workers, each with a WebAssembly kernel of its own, started when they are needed. A system is copied
 * once, its solution not at all. Give it to `homogenize` as `solver`, with `concurrency` set to `jobs`, and dispose of
 * it in the end. Solves throw, besides what the solver throws, KernelError `worker-failed`, ErfemError `aborted` and
 * UsageError `pool-disposed`.
 *
 * @throws UsageError `jobs-invalid`
 */
export function createWebSolverPool(options: WebSolverPoolOptions = {}): SolverPool {
  const { jobs = navigator.hardwareConcurrency, solver = "auto", signal } = options;
  checkJobs(jobs);
  const { createWorker = startSolverWorker } = options;
  const workers = new WorkerPool({ numWorkers: jobs, createWorker, signal });
  return {
    name: solver,
    async solve(system, { progress, ...limits } = {}) {
      return workers.use(async (worker) => {
        const { task, transfer } = packSolveTask(solver, system, limits);
        return callWorker<LinearSolution>(worker, task, { transfer, progress, signal: workers.closed });
      });
    },
    async dispose() {
      workers.close(new UsageError("pool-disposed", "the solver pool was disposed of; create another one"));
      return Promise.resolve();
    },
  };
}

function startSolverWorker(): Worker {
  // In one piece, which bundlers recognize.
  return new Worker(new URL("./solver-worker.js", import.meta.url), { type: "module" });
}
