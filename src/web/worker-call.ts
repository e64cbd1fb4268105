import { takeOutcome, type Outcome } from "../core/error-record.js";
import { ErfemError, KernelError } from "../core/errors.js";
import type { ProgressEvent, ProgressReporter } from "../core/progress.js";

/** The part of a web worker that is used here. */
export type WebWorker = Pick<
  Worker,
  "postMessage" | "terminate" | "onmessage" | "onerror" | "onmessageerror"
>;

/** What a worker sends: progress, any number of times, then how the call ended. */
export type WorkerMessage<T> = { readonly progress: ProgressEvent } | { readonly outcome: Outcome<T> };

/** How a call is made, and who is told. */
export interface WorkerCallOptions {
  /** Buffers of the request to hand over instead of copying them. */
  readonly transfer?: ArrayBuffer[];
  readonly progress?: ProgressReporter | undefined;
  /** Ends the call when it aborts; to end the worker, which goes on, is left to its owner. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks a worker that serves calls with `serveCalls`, one at a time, and waits for its answer. After an error the worker
 * is of no use: terminate it.
 *
 * @throws ErfemError the worker's failure, as an error of its class
 * @throws KernelError `worker-failed` where the worker could not be loaded or died
 * @throws ErfemError `aborted`, or the reason of the signal where that is an ErfemError
 */
export async function callWorker<T>(
  worker: WebWorker,
  request: unknown,
  options: WorkerCallOptions = {},
): Promise<T> {
  const { transfer = [], progress, signal } = options;
  if (signal?.aborted === true) throw abortError(signal);
  const answered = new AbortController();
  const outcome = new Promise<Outcome<T>>((resolve, reject) => {
    const onAbort = (): void => {
      if (signal !== undefined) reject(abortError(signal));
    };
    signal?.addEventListener("abort", onAbort, { signal: answered.signal });
    worker.onmessage = ({ data }: MessageEvent<WorkerMessage<T>>) => {
      if ("outcome" in data) resolve(data.outcome);
      else progress?.(data.progress);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(workerError(event.message));
    };
    worker.onmessageerror = () => {
      reject(workerError("its answer cannot be read"));
    };
    worker.postMessage(request, transfer);
  });
  try {
    return takeOutcome(await outcome);
  } finally {
    answered.abort();
  }
}

/** What work ends with when a signal aborts: its reason if that is an ErfemError, else ErfemError `aborted`. */
export function abortError(signal: AbortSignal): ErfemError {
  const cause: unknown = signal.reason;
  return cause instanceof ErfemError ? cause : new ErfemError("aborted", "the work was aborted", { cause });
}

// Where the module cannot be loaded, the event has no message.
function workerError(reason = "its module cannot be loaded"): KernelError {
  return new KernelError(
    "worker-failed",
    `A web worker failed: ${reason}. Its module must be served as JavaScript from the origin of the page (else give ` +
      "createWorker), and the browser must have memory for the mesh.",
    { details: { reason } },
  );
}
