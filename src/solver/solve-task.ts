import type { ProgressReporter } from "../core/progress.js";
import { chooseSolver, type SolverName } from "./choose-solver.js";
import type { CsrSystem, LinearSolution, LinearSystem, SolveOptions } from "./linear-solver.js";
import { toCsr } from "./system-matrix.js";

/** What another thread is asked to do, as plain data. */
export interface SolveTask {
  readonly solver: SolverName;
  readonly system: CsrSystem;
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
  const csr = toCsr(system.matrix);
  // What came out of a kernel's memory is a copy already.
  const copy = <T extends Int32Array | Float64Array>(array: T): T =>
    csr === system.matrix ? (array.slice() as T) : array;
  const rowStart = copy(csr.rowStart);
  const columns = copy(csr.columns);
  const values = copy(csr.values);
  const rhs = system.rhs.slice();
  const component = system.component.slice();
  const matrix = { ...csr, rowStart, columns, values };
  return {
    task: { solver, system: { ...system, matrix, rhs, component }, limits },
    transfer: [rowStart, columns, values, rhs, component].map((array) => array.buffer as ArrayBuffer),
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
