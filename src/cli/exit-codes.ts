import {
  ConvergenceError,
  ErfemError,
  KernelError,
  MeshError,
  ParseError,
  PeriodicityError,
  UsageError,
} from "../core/errors.js";
import { escapeLines } from "./escape-text.js";

/** Exit codes of `erfem`. */
export const exitCodes = {
  ok: 0,
  usage: 2,
  badInput: 3,
  notConverged: 4,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit codes as a paragraph for --help. */
export const exitCodesHelp = `
Exit codes: 0 success, 2 wrong usage, 3 bad mesh or file, 4 not converged, 70 internal error, 130 interrupted.
`;

/** The exit code that tells a calling program what kind of failure this was. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof MeshError || error instanceof ParseError || error instanceof PeriodicityError) {
    return exitCodes.badInput;
  }
  if (error instanceof ConvergenceError) return exitCodes.notConverged;
  if (error instanceof ErfemError && error.code === "aborted") {
    return error.details["signal"] === "SIGTERM" ? exitCodes.terminated : exitCodes.interrupted;
  }
  return exitCodes.internal;
}

/**
 * `erfem: <message> [code]`, the code at the end of the first line; with `debug` the stack and its causes follow.
 * Control characters are escaped. An error that is not erfem's own has the code `internal-error`.
 */
export function describeError(error: unknown, debug: boolean): string {
  const known = error instanceof ErfemError;
  const text = error instanceof Error ? error.message : String(error);
  const [first, ...others] = text.split("\n");
  const lines = known
    ? [`erfem: ${first} [${error.code}]`, ...others]
    : [
        `erfem: internal error: ${first} [internal-error]`,
        ...others,
        ...(debug
          ? []
          : ["This is a defect of erfem: run the command again with --debug and report what it prints."]),
      ];
  if (error instanceof KernelError && !debug) lines.push("Run the command again with --debug for the stack.");
  if (debug) lines.push(...describeStack(error));
  return `${escapeLines(lines.join("\n"))}\n`;
}

function describeStack(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const lines = [error.stack ?? String(error)];
  if (error instanceof ErfemError) lines.push(`details: ${JSON.stringify(error.details)}`);
  if (error.cause instanceof Error) lines.push("caused by:", ...describeStack(error.cause));
  else if (error.cause !== undefined) lines.push(`caused by: ${JSON.stringify(error.cause)}`);
  return lines;
}
