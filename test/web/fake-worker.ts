import type { ProgressReporter } from "../../src/core/progress.js";
import { serveCalls, type WorkerAnswer, type WorkerScope } from "../../src/web/serve-calls.js";
import type { WebWorker } from "../../src/web/worker-call.js";
import type { LinearSolution } from "../../src/solver/linear-solver.js";
import type { SolveTask } from "../../src/solver/solve-task.js";

/** A worker in this thread, behind a message channel: what crosses is cloned or handed over as in a browser. */
export interface FakeWorker extends WebWorker {
  readonly isTerminated: boolean;
  /** What a browser does when a worker throws outside of its calls, or cannot be loaded: then without a message. */
  die(message?: string): void;
}

/** Starts a worker that answers calls so. */
export function startFakeWorker(
  answer: (request: SolveTask, progress: ProgressReporter) => Promise<WorkerAnswer<LinearSolution>>,
): FakeWorker {
  const { port1, port2 } = new MessageChannel();
  serveCalls(port2 as unknown as WorkerScope<SolveTask>, answer);
  const worker = {
    isTerminated: false,
    onmessage: null as WebWorker["onmessage"],
    onerror: null as WebWorker["onerror"],
    onmessageerror: null as WebWorker["onmessageerror"],
    postMessage(message: unknown, transfer: ArrayBuffer[]) {
      port1.postMessage(message, transfer);
    },
    terminate() {
      worker.isTerminated = true;
      port1.close();
    },
    die(message?: string) {
      const event = Object.assign(new Event("error"), { message });
      worker.onerror?.call(worker as unknown as Worker, event as ErrorEvent);
    },
  };
  port1.onmessage = (event) => {
    if (!worker.isTerminated) worker.onmessage?.call(worker as unknown as Worker, event);
  };
  return worker as unknown as FakeWorker;
}
