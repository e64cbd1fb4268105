import type { ProgressReporter } from "../core/progress.js";

/** Measures the wall time of named steps, and reports their beginning. */
export interface StepTimer {
  /** Runs a step; times of equal names add up. */
  time<T>(step: string, run: () => T): T;
  /** Runs an asynchronous step. */
  timeAsync<T>(step: string, run: () => Promise<T>): Promise<T>;
  /** Seconds by step, in the order of their first beginning. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** A timer that knows nothing yet. */
export function createStepTimer(progress?: ProgressReporter): StepTimer {
  const seconds: Record<string, number> = {};
  const begin = (step: string): (() => void) => {
    progress?.({ step });
    const start = performance.now();
    return () => {
      seconds[step] = (seconds[step] ?? 0) + (performance.now() - start) / 1000;
    };
  };
  return {
    time(step, run) {
      const end = begin(step);
      try {
        return run();
      } finally {
        end();
      }
    },
    async timeAsync(step, run) {
      const end = begin(step);
      try {
        return await run();
      } finally {
        end();
      }
    },
    seconds,
  };
}
