import type { ProgressReporter } from "../core/progress.js";
import { escapeLines } from "./escape-text.js";
import { createProgressLine } from "./progress-line.js";

/** Flags that every command has. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Where a command prints: results to stdout, everything else to stderr. */
export interface Terminal {
  /** Shows what is being done; absent where nobody would see it. Made to be spread into a call's options. */
  readonly progress: { readonly progress?: ProgressReporter };
  readonly print: (text: string) => void;
  /** A line to stderr that is neither result nor warning; not with --quiet. */
  readonly note: (message: string) => void;
  /** Tells of something legal in the input that a user should know of. */
  readonly warn: (message: string) => void;
}

/**
 * Runs a command with a terminal, and removes the progress line at its end. Progress is shown where stderr is a
 * terminal, but not with --quiet, nor with --json into a pipe, whose reader may write to the same terminal.
 */
export async function withTerminal(
  flags: OutputFlags,
  run: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const { stdout, stderr } = process;
  const isShown = stderr.isTTY && flags.quiet !== true && (flags.json !== true || stdout.isTTY);
  const line = isShown ? createProgressLine(stderr) : undefined;
  try {
    await run({
      progress: line === undefined ? {} : { progress: line.report },
      print(text) {
        line?.clear();
        stdout.write(text.endsWith("\n") ? text : `${text}\n`);
      },
      note(message: string) {
        if (flags.quiet === true) return;
        line?.clear();
        stderr.write(`${escapeLines(message)}\n`);
      },
      warn(message: string) {
        line?.clear();
        stderr.write(`erfem: warning: ${escapeLines(message)}\n`);
      },
    });
  } finally {
    line?.clear();
  }
}
