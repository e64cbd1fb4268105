import type { ProgressReporter } from "../core/progress.js";
import { chooseSolver, type SolverName } from "./choose-solver.js";
import type { LinearSolution, LinearSystem, SolveOptions } from "./linear-solver.js";

/** What another thread is asked to do, as plain data. */
export interface SolveTask {
  readonly solver: SolverName;
  readonly system: LinearSystem;
  readonly limits: Omit<SolveOptions, "progress">;
}

/** A task and the buffers to hand over with it. */
export interface PackedSolveTask {
  readonly task: SolveTask;
  /** Buffers of `task` alone. */
  readonly transfer: ArrayBuffer[];
}

/** A task with a copy of the system, to be handed over: the caller keeps the system, and it is copied only once. */
export function packSolveTask(
  solver: SolverName,
  system: LinearSystem,
  limits: SolveTask["limits"],
): PackedSolveTask {
  const rowStart = system.matrix.rowStart.slice();
  const columns = system.matrix.columns.slice();
  const values = system.matrix.values.slice();
  const rhs = system.rhs.slice();
  const component = system.component.slice();
  const matrix = { ...system.matrix, rowStart, columns, values };
  return {
    task: { solver, system: { ...system, matrix, rhs, component }, limits },
    transfer: [rowStart, columns, values, rhs, component].map((array) => array.buffer),
  };
}

/**
 * Solves the system of a task in this thread, in a kernel of its own.
 *
 * @see {@link LinearSolver.solve} for the errors
 */
export async function runSolveTask(task: SolveTask, progress?: ProgressReporter): Promise<LinearSolution> {
  const { solver, system, limits } = task;
  return chooseSolver(solver, system).solve(
    system,
    progress === undefined ? limits : { ...limits, progress },
  );
}
