import { UsageError } from "../core/errors.js";
import type { LinearSolver } from "./linear-solver.js";

/**
 * A solver that works in other threads, each with a WebAssembly kernel of its own: independent systems, such as those
 * of two phases, are solved at the same time. `dispose` ends the threads.
 */
export interface SolverPool extends LinearSolver {
  dispose(): Promise<void>;
}

/** @throws UsageError `jobs-invalid` unless the number of jobs is a whole number from 1 */
export function checkJobs(jobs: number): void {
  if (Number.isInteger(jobs) && jobs >= 1) return;
  throw new UsageError("jobs-invalid", `the number of jobs is ${jobs}; expected a whole number from 1`, {
    details: { jobs },
  });
}
