import type { ProgressReporter } from "../../core/progress.js";
import { callWorker } from "../worker-call.js";
import type { SessionCalls, SessionKind } from "./session-messages.js";

/** A worker that keeps one mesh, or one simulation, and is asked about it; calls wait for each other. */
export class Session {
  readonly #worker = new Worker(new URL("./session-worker.ts", import.meta.url), { type: "module" });
  readonly #end = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @throws ErfemError what the worker failed with; `aborted` after {@link close}; KernelError `worker-failed`
   */
  async call<K extends SessionKind>(
    kind: K,
    request: SessionCalls[K]["request"],
    progress?: ProgressReporter,
  ): Promise<SessionCalls[K]["answer"]> {
    const before = this.#last;
    const work = async (): Promise<SessionCalls[K]["answer"]> => {
      await before.catch(() => undefined);
      return callWorker(this.#worker, { kind, ...request }, { progress, signal: this.#end.signal });
    };
    const answer = work();
    this.#last = answer;
    return answer;
  }

  /** Ends the worker at once, whatever it does. */
  close(): void {
    this.#end.abort();
    this.#worker.terminate();
  }
}
