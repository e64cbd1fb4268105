import type { MessagePort } from "node:worker_threads";
import { recordError, type Outcome } from "../core/error-record.js";
import type { LinearSolution } from "../solver/linear-solver.js";
import { runSolveTask, type SolveTask } from "../solver/solve-task.js";

/** What a worker is asked to do. */
export interface SolveRequest {
  readonly task: SolveTask;
  /** Where progress goes; null where nobody listens. */
  readonly progress: MessagePort | null;
}

/** Solves one system in a worker thread. */
export default async function solveRequest(request: SolveRequest): Promise<Outcome<LinearSolution>> {
  const { task, progress } = request;
  try {
    return { value: await runSolveTask(task, progress?.postMessage.bind(progress)) };
  } catch (error) {
    return { failure: recordError(error) };
  } finally {
    progress?.close();
  }
}
