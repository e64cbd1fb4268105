import type { MessagePort } from "node:worker_threads";
import { ErfemError, type ErrorDetails } from "../core/errors.js";
import { chooseSolver, type SolverName } from "../solver/choose-solver.js";
import type { LinearSolution, LinearSystem } from "../solver/linear-solver.js";

/** What a worker is asked to do. */
export interface SolveTask {
  readonly solver: SolverName;
  readonly system: LinearSystem;
  readonly limits: { readonly relativeTolerance?: number; readonly maxIterations?: number };
  /** Where progress goes; null where nobody listens. */
  readonly progress: MessagePort | null;
}

/** A failure in a form that crosses threads: classes of errors do not. */
export interface SolveFailure {
  readonly type: string;
  readonly code: string;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** What comes back. */
export type SolveOutcome = { readonly solution: LinearSolution } | { readonly failure: SolveFailure };

/** Solves one system in a worker thread, in a kernel of its own. */
export default async function solveTask(task: SolveTask): Promise<SolveOutcome> {
  const { system, progress } = task;
  try {
    const solution = await chooseSolver(task.solver, system).solve(system, {
      ...task.limits,
      ...(progress === null
        ? {}
        : {
            progress: (event) => {
              progress.postMessage(event);
            },
          }),
    });
    return { solution };
  } catch (error) {
    if (!(error instanceof ErfemError)) throw error;
    const { name, code, message, details } = error;
    return { failure: { type: name, code, message, details } };
  } finally {
    progress?.close();
  }
}
