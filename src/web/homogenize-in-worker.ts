import type { ProgressReporter } from "../core/progress.js";
import type { HomogenizeOptions } from "../homogenization/homogenize.js";
import type { HomogenizationResult } from "../io/homogenization-result.js";
import type { SolverName } from "../solver/choose-solver.js";
import { checkJobs } from "../solver/solver-pool.js";
import { callWorker, type WebWorker } from "./worker-call.js";

/** What to compute, as plain data: what `homogenize` takes, without what cannot cross to a worker. */
export interface WorkerHomogenizeOptions extends Omit<
  HomogenizeOptions,
  "solver" | "concurrency" | "kernel" | "progress"
> {
  /** Solver by name. Default `auto`: by size. */
  readonly solver?: SolverName;
  /**
   * Phases solved at a time, each in a worker of its own from two on. Default: logical processors for large meshes,
   * where the workers' start and the copies of the systems pay, else 1.
   */
  readonly jobs?: number;
  /** Limit on the bytes of a gzip file after expansion. Default 4 GiB. */
  readonly maxBytes?: number;
}

/** Who is told, and who may end it. */
export interface WorkerHomogenizeControl {
  readonly progress?: ProgressReporter;
  /** Ends the worker at once when it aborts. */
  readonly signal?: AbortSignal;
  /** Starts a worker on the module `erfem/web/homogenize-worker`, where the page serves it in a way of its own. */
  readonly createWorker?: () => WebWorker;
}

/** What the worker is asked to do. */
export interface HomogenizeRequest {
  readonly file: Blob | Uint8Array;
  readonly options: WorkerHomogenizeOptions;
}

/**
 * Parses a mesh and homogenizes it in a web worker of its own, so that the page stays responsive.
 *
 * @param file a .msh file, or the same compressed with gzip. A File is read in the worker, and its name is recorded in
 *   the result; bytes are copied
 * @throws ErfemError what `decompress`, `parseMsh` and `homogenize` throw, as errors of their classes
 * @throws ErfemError `aborted`; KernelError `worker-failed`; UsageError `jobs-invalid`
 */
export async function homogenizeInWorker(
  file: Blob | Uint8Array,
  options: WorkerHomogenizeOptions = {},
  control: WorkerHomogenizeControl = {},
): Promise<HomogenizationResult> {
  const { progress, signal, createWorker = startHomogenizeWorker } = control;
  if (options.jobs !== undefined) checkJobs(options.jobs);
  const sent = file instanceof Uint8Array ? file.slice() : file;
  const transfer = sent instanceof Uint8Array ? [sent.buffer] : [];
  const worker = createWorker();
  try {
    const request: HomogenizeRequest = { file: sent, options };
    return await callWorker<HomogenizationResult>(worker, request, { transfer, progress, signal });
  } finally {
    worker.terminate();
  }
}

function startHomogenizeWorker(): Worker {
  // In one piece, which bundlers recognize.
  return new Worker(new URL("./homogenize-worker.js", import.meta.url), { type: "module" });
}
