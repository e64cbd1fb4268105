import { ParseError } from "../core/errors.js";
import type { FieldFault } from "./field-faults.js";
import type { PathStep, YamlText } from "./yaml-text.js";

/** Faults that a message lists; `details.faults` has all. */
const listedFaults = 5;

/**
 * One error for all faults, in the order of the text; its code and place are those of the first.
 *
 * @param code where the first fault has none of its own
 */
export function createFieldError(
  code: string,
  faults: readonly FieldFault[],
  locate: YamlText["locate"],
  fileName: string,
): ParseError {
  const placed = faults
    .map((fault) => ({ ...fault, ...locate(fault.path, fault.isName) }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  const [first] = placed;
  const lines = placed.slice(0, listedFaults).map(({ line, column, path, message }) => {
    const name = formatPath(path);
    return `${fileName}:${line}:${column}: ${name === "" ? "" : `${name}: `}${message}`;
  });
  if (placed.length > listedFaults) lines.push(`and ${placed.length - listedFaults} more`);
  return new ParseError(first.code ?? code, lines.join("\n"), {
    ...(first.cause === undefined ? {} : { cause: first.cause }),
    details: {
      file: fileName,
      line: first.line,
      column: first.column,
      path: formatPath(first.path),
      faults: placed.map(({ path, line, column, message }) => ({
        path: formatPath(path),
        line,
        column,
        message,
      })),
    },
  });
}

/** `phases.ER.volumes[0]`. */
export function formatPath(path: readonly PathStep[]): string {
  return path.reduce<string>((before, step) => {
    if (typeof step === "number") return `${before}[${step}]`;
    return before === "" ? step : `${before}.${step}`;
  }, "");
}
