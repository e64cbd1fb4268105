import { fork, type ChildProcess } from "node:child_process";
import { ErfemError } from "../core/errors.js";
import type { SweepOutcome, SweepTask } from "./sweep-worker.js";

/** What became of a task: an outcome, or the end of the process that worked on it. */
export type TaskEnd = SweepOutcome | { readonly crash: string };

/** Characters kept of what a process writes to stderr, for the message about its end. */
const keptCharacters = 2000;

/**
 * Works on tasks in child processes, `jobs` at a time, each process on one task after the other; after a failure a new one
 * is started. When this function returns or throws, no process is left: not those it started, nor their Gmsh.
 *
 * @param onEnd called once for each task, one call at a time; what it throws ends the work
 * @throws ErfemError `aborted` after the signal
 */
export async function runInProcesses<T>(
  items: readonly T[],
  jobs: number,
  createTask: (item: T) => SweepTask,
  onEnd: (item: T, end: TaskEnd) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const queue = items.values();
  const workers = new Set<Worker>();
  let turn = Promise.resolve();
  const stopping = new AbortController();
  const isStopped = (): boolean => stopping.signal.aborted;
  const stop = (): void => {
    stopping.abort();
    for (const worker of workers) void worker.kill();
  };
  const work = async (): Promise<void> => {
    let worker: Worker | undefined;
    try {
      for (const item of queue) {
        if (isStopped()) return;
        if (worker === undefined) workers.add((worker = startWorker()));
        const end = await worker.run(createTask(item));
        if (isStopped()) return;
        if (!("result" in end)) {
          await worker.kill();
          workers.delete(worker);
          worker = undefined;
        }
        // One after the other: they write into the same folder.
        turn = turn.then(async () => onEnd(item, end));
        await turn;
      }
    } finally {
      await worker?.kill();
    }
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    if (signal?.aborted === true) stop();
    const slots = Array.from({ length: Math.min(jobs, items.length) }, async () => {
      try {
        await work();
      } catch (error) {
        stop();
        throw error;
      }
    });
    const ended = await Promise.allSettled(slots);
    if (signal?.aborted === true) {
      throw new ErfemError("aborted", "The sweep was interrupted; its processes have been stopped.", {
        cause: signal.reason,
      });
    }
    const rejected = ended.find((slot) => slot.status === "rejected");
    if (rejected !== undefined) throw rejected.reason;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** A child process that works on one task at a time. */
interface Worker {
  run(task: SweepTask): Promise<TaskEnd>;
  /** Ends the process and its Gmsh; resolves when the process has ended. */
  kill(): Promise<void>;
}

function startWorker(): Worker {
  const child = fork(new URL("./sweep-worker.js", import.meta.url), [], {
    // A group of its own: it gets no Ctrl-C from the terminal, and can be ended together with its Gmsh.
    detached: true,
    // As in cli/main.ts: code that runs once, for seconds, must be compiled well at once.
    execArgv: ["--no-liftoff"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-keptCharacters);
  });
  let cause: Error | undefined;
  let hasEnded = false;
  const ended = new Promise<TaskEnd>((resolve) => {
    child.once("error", (error) => {
      cause = error;
      if (child.pid === undefined) resolve({ crash: `did not start: ${error.message}` });
    });
    child.once("exit", (code, name) => {
      hasEnded = true;
      killGroup(child);
      const how = name === null ? `exit code ${code ?? "unknown"}` : `signal ${name}`;
      resolve({ crash: [`ended with ${how}`, cause?.message, lastLine(errors)].filter(Boolean).join(": ") });
    });
  });
  return {
    async run(task) {
      const answered = new Promise<TaskEnd>((resolve) => {
        child.once("message", (outcome: SweepOutcome) => {
          resolve(outcome);
        });
      });
      // What cannot be sent is told by the end of the process.
      child.send(task, () => undefined);
      return Promise.race([answered, ended]);
    },
    async kill() {
      if (!hasEnded) killGroup(child);
      await ended;
    },
  };
}

/** Ends a process and those that it has started. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // No groups (Windows), or nobody left in it.
    child.kill("SIGKILL");
  }
}

function lastLine(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => line.trim())
    .findLast((line) => line !== "");
}
