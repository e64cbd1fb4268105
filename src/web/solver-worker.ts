import { runSolveTask, type SolveTask } from "../solver/solve-task.js";
import { serveCalls, type WorkerScope } from "./serve-calls.js";

// The module of createWebSolverPool's workers: one system a call, each in a kernel of its own.
serveCalls(globalThis as unknown as WorkerScope<SolveTask>, async (task, progress) => {
  const value = await runSolveTask(task, progress);
  const { buffer } = value.solution;
  return { value, transfer: buffer instanceof ArrayBuffer ? [buffer] : [] };
});
