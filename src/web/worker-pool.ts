import { abortError, type WebWorker } from "./worker-call.js";

/** How many workers, and of which kind. */
export interface WorkerPoolOptions {
  /** Most workers at a time. */
  readonly numWorkers: number;
  readonly createWorker: () => WebWorker;
  /** Closes the pool when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** Workers that are started when they are needed and kept for their next use. */
export class WorkerPool {
  readonly #createWorker: () => WebWorker;
  readonly #idle: WebWorker[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #end = new AbortController();
  #numFree: number;

  constructor({ numWorkers, createWorker, signal }: WorkerPoolOptions) {
    this.#numFree = numWorkers;
    this.#createWorker = createWorker;
    if (signal === undefined) return;
    const onAbort = (): void => {
      this.close(abortError(signal));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { signal: this.closed });
  }

  /** Aborts when the pool is closed, with the reason given then. */
  get closed(): AbortSignal {
    return this.#end.signal;
  }

  /**
   * Works with a worker as soon as one is free, and ends the worker where its work fails or outlives the pool.
   *
   * @throws the reason given to `close` where the pool is closed before the work begins; else what the work throws
   */
  async use<T>(work: (worker: WebWorker) => Promise<T>): Promise<T> {
    if (this.#numFree > 0) this.#numFree--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      this.closed.throwIfAborted();
      return await this.#workWith(this.#idle.pop() ?? this.#createWorker(), work);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#numFree++;
      else next();
    }
  }

  /** Ends the workers that are idle; those at work are to end by the signal `closed`. */
  close(reason: Error): void {
    this.#end.abort(reason);
    for (const worker of this.#idle.splice(0)) worker.terminate();
  }

  async #workWith<T>(worker: WebWorker, work: (worker: WebWorker) => Promise<T>): Promise<T> {
    let isReusable = false;
    try {
      const value = await work(worker);
      isReusable = !this.closed.aborted;
      return value;
    } finally {
      if (isReusable) this.#idle.push(worker);
      else worker.terminate();
    }
  }
}
