import { ErfemError } from "../core/errors.js";

const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"];

/**
 * Runs work that would leave a child process or a temporary file behind if the process were killed at once: a signal
 * aborts the work and waits for its end. Work without an await cannot be interrupted so; leave it to the system, which
 * ends the process on the spot.
 *
 * @throws ErfemError `aborted`, with the signal in `details`, after a signal
 */
export async function runInterruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    received ??= name;
    controller.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  try {
    const result = await work(controller.signal);
    if (!controller.signal.aborted) return result;
    throw aborted(received);
  } catch (error) {
    // A terminal sends the signal to children too: their death may be noticed before our own signal.
    if (controller.signal.aborted) throw aborted(received, error);
    throw error;
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}

function aborted(signal: NodeJS.Signals | undefined, cause?: unknown): ErfemError {
  return new ErfemError("aborted", "interrupted", { cause, details: { signal } });
}
