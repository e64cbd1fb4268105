import type { HomogenizeOptions } from "../homogenization/homogenize.js";
import type { SolverName } from "../solver/choose-solver.js";

/** Cells a phase, on average, from which worker threads are worth their start and the copies of the systems. */
const LEAST_CELLS_FOR_WORKERS = 50_000;

/** Whether systems of this size are solved in worker threads. */
export function usesWorkers(jobs: number, cellsPerPhase: number): boolean {
  return jobs > 1 && cellsPerPhase >= LEAST_CELLS_FOR_WORKERS;
}

/** Runs `work` with a pool of worker threads where that pays, else with the solver in this thread. */
export async function withSolvers<T>(
  jobs: number,
  cellsPerPhase: number,
  solver: SolverName,
  work: (options: Pick<HomogenizeOptions, "solver" | "concurrency">) => Promise<T>,
): Promise<T> {
  if (!usesWorkers(jobs, cellsPerPhase)) return work({ solver });
  const { createSolverPool } = await import("../node/solver-pool.js");
  const pool = createSolverPool({ jobs, solver });
  try {
    return await work({ solver: pool, concurrency: jobs });
  } finally {
    await pool.dispose();
  }
}
