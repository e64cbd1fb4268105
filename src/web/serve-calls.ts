import { recordError } from "../core/error-record.js";
import type { ProgressReporter } from "../core/progress.js";
import type { WorkerMessage } from "./worker-call.js";

/** The part of a worker's global scope that is used here. */
export interface WorkerScope<Request> {
  onmessage: ((event: MessageEvent<Request>) => unknown) | null;
  onmessageerror: ((event: MessageEvent) => unknown) | null;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
}

/** An answer, and the buffers of it to hand over instead of copying them. */
export interface WorkerAnswer<T> {
  readonly value: T;
  readonly transfer: ArrayBuffer[];
}

/** Makes a worker answer what `callWorker` asks. */
export function serveCalls<Request, T>(
  scope: WorkerScope<Request>,
  answer: (request: Request, progress: ProgressReporter) => Promise<WorkerAnswer<T>>,
): void {
  const send = (message: WorkerMessage<T>, transfer: ArrayBuffer[] = []): void => {
    scope.postMessage(message, transfer);
  };
  const progress: ProgressReporter = (event) => {
    send({ progress: event });
  };
  scope.onmessageerror = () => {
    send({ outcome: { failure: recordError(new Error("a request that cannot be read")) } });
  };
  scope.onmessage = async ({ data }) => {
    try {
      const { value, transfer } = await answer(data, progress);
      send({ outcome: { value } }, transfer);
    } catch (error) {
      send({ outcome: { failure: recordError(error) } });
    }
  };
}
