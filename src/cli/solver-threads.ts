import { availableParallelism } from "node:os";
import { homogenize, type Homogenization, type HomogenizeOptions } from "../homogenization/homogenize.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { HomogenizeFlags } from "./homogenize-flags.js";

/** Cells a phase, on average, from which worker threads are worth their start and the copies of the systems. */
const LEAST_CELLS_FOR_WORKERS = 50_000;

/** Systems to solve at a time: one, in this thread, where worker threads do not pay. */
export function chooseJobs(flags: HomogenizeFlags, mesh: TetMesh): number {
  const numPhases = flags.phase?.length ?? mesh.volumes.length;
  if (mesh.numCells < LEAST_CELLS_FOR_WORKERS * numPhases) return 1;
  const numSystems = flags.bounds === true ? 2 * numPhases : numPhases;
  return Math.min(flags.jobs ?? availableParallelism(), numSystems);
}

/** {@link homogenize} with the solver of the flags, in worker threads where that pays. */
export async function homogenizeInThreads(
  flags: HomogenizeFlags,
  mesh: TetMesh,
  options: HomogenizeOptions,
): Promise<Homogenization> {
  const jobs = chooseJobs(flags, mesh);
  const solver = flags.solver ?? "auto";
  if (jobs === 1) return homogenize(mesh, { ...options, solver });
  const { createSolverPool } = await import("../node/solver-pool.js");
  const pool = createSolverPool({ jobs, solver });
  try {
    return await homogenize(mesh, { ...options, solver: pool, concurrency: jobs });
  } finally {
    await pool.dispose();
  }
}
