import type { ProgressEvent, ProgressReporter } from "../core/progress.js";
import { escapeText } from "./escape-text.js";

/** What is needed of a terminal. */
export interface LineStream {
  readonly columns?: number;
  write(text: string): unknown;
}

/** One line of a terminal that shows the step at work, and is rewritten. */
export interface ProgressLine {
  readonly report: ProgressReporter;
  /** Removes the line; the next report writes it again. */
  clear(): void;
}

/** Shortest time between two rewrites within one step, ms. */
const refreshMs = 100;

const defaultColumns = 80;

/**
 * Writes `ER: solve  40 %  3.2 s  iteration 40` in plain text, cut to the width of the terminal. The seconds count from
 * the beginning of the step.
 *
 * @param now a clock, ms
 */
export function createProgressLine(
  stream: LineStream,
  now: () => number = () => performance.now(),
): ProgressLine {
  let step: string | undefined;
  let stepStart = 0;
  let lastWrite = -Infinity;
  let shown = 0;
  const write = (text: string): void => {
    stream.write(`\r${text.padEnd(shown)}`);
    shown = text.length;
  };
  return {
    report(event) {
      const time = now();
      const isNewStep = event.step !== step;
      if (isNewStep) {
        step = event.step;
        stepStart = time;
      }
      if (!isNewStep && time - lastWrite < refreshMs) return;
      lastWrite = time;
      // A terminal that does not know its width says 0.
      const columns = stream.columns !== undefined && stream.columns > 0 ? stream.columns : defaultColumns;
      write(describe(event, (time - stepStart) / 1000).slice(0, columns - 1));
    },
    clear() {
      if (shown === 0) return;
      write("");
      stream.write("\r");
      lastWrite = -Infinity;
    },
  };
}

function describe(event: ProgressEvent, seconds: number): string {
  const parts = [event.step];
  if (event.fraction !== undefined) parts.push(`${Math.round(100 * event.fraction)} %`);
  parts.push(`${seconds.toFixed(1)} s`);
  if (event.message !== undefined) parts.push(event.message);
  return escapeText(parts.join("  "));
}
