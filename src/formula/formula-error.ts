import { UsageError, type ErrorDetails } from "../core/errors.js";

/** Characters of a long formula that are shown on either side of the fault. */
const shownWidth = 60;

/** Where in a formula something is wrong. */
export interface FormulaPlace {
  readonly text: string;
  /** First character, from 0; undefined where it is the whole formula. */
  readonly start?: number | undefined;
}

/**
 * An error that quotes the formula and marks the place with a caret; `details` gets `formula` and `column`, from 1.
 *
 * @param message without place and without full stop
 */
export function createFormulaError(
  code: string,
  message: string,
  { text, start }: FormulaPlace,
  details: ErrorDetails = {},
): UsageError {
  if (start === undefined) {
    return new UsageError(code, `${message}: ${excerpt(text, 0).line}`, {
      details: { ...details, formula: text },
    });
  }
  const { line, caret } = excerpt(text, start);
  return new UsageError(
    code,
    `${message} (column ${start + 1} of the formula)\n  ${line}\n  ${" ".repeat(caret)}^`,
    { details: { ...details, formula: text, column: start + 1 } },
  );
}

/** The formula around a place as one line, and the place in that line. */
function excerpt(text: string, start: number): { line: string; caret: number } {
  const first = Math.max(0, start - shownWidth);
  const last = Math.min(text.length, start + shownWidth);
  const head = first > 0 ? "..." : "";
  const tail = last < text.length ? "..." : "";
  const line = text.slice(first, last).replace(/[\s\p{Cc}]/gu, " ");
  return { line: `${head}${line}${tail}`, caret: head.length + start - first };
}
