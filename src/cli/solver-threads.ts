import { availableParallelism } from "node:os";
import { homogenize, type Homogenization, type HomogenizeOptions } from "../homogenization/homogenize.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { chooseSolver } from "../solver/choose-solver.js";
import type { LinearSolver } from "../solver/linear-solver.js";
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

/**
 * {@link homogenize} with the solver of the flags, in worker threads where that pays. The last phase, which is the largest,
 * is solved in this thread, which has its system already, while the workers are busy with the others; with bounds workers
 * solve all.
 */
export async function homogenizeInThreads(
  flags: HomogenizeFlags,
  mesh: TetMesh,
  options: HomogenizeOptions,
): Promise<Homogenization> {
  const jobs = chooseJobs(flags, mesh);
  const solver = flags.solver ?? "auto";
  if (jobs === 1) return homogenize(mesh, { ...options, solver });
  const { createSolverPool } = await import("../node/solver-pool.js");
  const numPhases = flags.bounds === true ? Infinity : (flags.phase?.length ?? mesh.volumes.length);
  const pool = createSolverPool({ jobs: numPhases === Infinity ? jobs : jobs - 1, solver });
  let numSolved = 0;
  const shared: LinearSolver = {
    name: pool.name,
    solve: async (system, solveOptions) => {
      numSolved++;
      const own = numSolved < numPhases ? pool : chooseSolver(solver, system, options.kernel);
      return own.solve(system, solveOptions);
    },
  };
  try {
    return await homogenize(mesh, { ...options, solver: shared, concurrency: jobs });
  } finally {
    await pool.dispose();
  }
}
