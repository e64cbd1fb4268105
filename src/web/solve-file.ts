import type { ProgressReporter } from "../core/progress.js";
import { homogenize, type Homogenization } from "../homogenization/homogenize.js";
import { decompress } from "../io/decompress.js";
import { parseMesh } from "../io/parse-mesh.js";
import { loadKernel, type Kernel } from "../kernel/kernel.js";
import { orderMesh } from "../mesh/order-mesh.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { HomogenizeRequest } from "./homogenize-in-worker.js";
import { createWebSolverPool } from "./solver-pool.js";

/** Cells a phase, on average, from which solver workers are worth their start and the copies of the systems. */
const LEAST_CELLS_FOR_WORKERS = 50_000;

/**
 * Reads a mesh file and homogenizes it, in a worker: phases of a large mesh in further workers.
 *
 * @throws ErfemError what `decompress`, the reader of the mesh and `homogenize` throw
 */
export async function solveFile(
  { file, options }: HomogenizeRequest,
  progress: ProgressReporter,
): Promise<Homogenization> {
  const { solver = "auto", jobs: wanted, maxBytes, ...others } = options;
  const kernel = await loadKernel();
  const mesh = await readMesh(kernel, file, maxBytes, progress);
  const source = { ...(file instanceof File ? { file: file.name } : {}), ...options.source };
  const numPhases = options.phases?.length ?? mesh.volumes.length;
  const isLarge = mesh.numCells / numPhases >= LEAST_CELLS_FOR_WORKERS;
  const jobs = Math.min(wanted ?? (isLarge ? navigator.hardwareConcurrency : 1), numPhases);
  const pool = jobs > 1 ? createWebSolverPool({ jobs, solver }) : null;
  try {
    return await homogenize(mesh, {
      ...others,
      solver: pool ?? solver,
      concurrency: jobs,
      kernel,
      source,
      progress,
    });
  } finally {
    await pool?.dispose();
  }
}

/** Reads a mesh and orders it at once, so that neither its bytes nor its order in the file take memory any longer. */
async function readMesh(
  kernel: Kernel,
  file: Blob | Uint8Array,
  maxBytes: number | undefined,
  progress: ProgressReporter,
): Promise<TetMesh> {
  progress({ step: "read" });
  const stored = file instanceof Uint8Array ? file : new Uint8Array(await file.arrayBuffer());
  const bytes = await decompress(stored, maxBytes === undefined ? {} : { maxBytes });
  const name = file instanceof File ? file.name : "";
  return orderMesh(kernel, await parseMesh(bytes, { name, progress, kernel }), true);
}
