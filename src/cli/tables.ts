import Table from "cli-table3";
import { escapeText } from "./escape-text.js";

/** A cell of a grid: text stands left, numbers stand right with six significant digits. */
export type GridCell = string | number;

/** Significant digits of numbers in tables; result files keep all. */
const significantDigits = 6;

const longestBar = 40;

/** Rows of a grid before those in the middle are only counted. */
const maxRows = 100;

/** A number with six significant digits; as a power of ten below 1e-4 and from 1e7 on. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e7) return value.toPrecision(significantDigits);
  return value.toExponential(significantDigits - 1);
}

/** A number with at most six significant digits, for running text: `0.25`. */
export function formatShort(value: number): string {
  return String(Number(value.toPrecision(significantDigits)));
}

/** `(0.5, 0, 1)`. */
export function formatVector(vector: readonly number[]): string {
  return `(${vector.map(formatShort).join(", ")})`;
}

/** A share of 1 as `2.8 %`. */
export function formatPercent(share: number): string {
  return `${formatShort(100 * share)} %`;
}

/**
 * Rows in aligned columns without rules, indented by two blanks; no colours, control characters escaped. Of very many
 * rows the first and the last ones are shown.
 */
export function formatGrid(rows: readonly (readonly GridCell[])[]): string {
  const table = new Table({
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: " ",
    },
    style: { "padding-left": 1, "padding-right": 0, head: [], border: [] },
  });
  for (const row of shortenRows(rows)) {
    table.push(
      row.map((cell) =>
        typeof cell === "number"
          ? { content: formatNumber(cell), hAlign: "right" as const }
          : { content: escapeText(cell) },
      ),
    );
  }
  return table
    .toString()
    .split("\n")
    .map((line) => ` ${line}`.trimEnd())
    .join("\n");
}

function shortenRows(rows: readonly (readonly GridCell[])[]): readonly (readonly GridCell[])[] {
  const hidden = rows.length - maxRows;
  if (hidden <= 0) return rows;
  return [...rows.slice(0, maxRows - 1), [`... ${hidden} more, see --json`], rows[rows.length - 1]];
}

/** Text bars whose lengths are proportional to the counts; a count above zero shows at least one sign. */
export function formatHistogram(labels: readonly string[], counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return formatGrid(
    counts.map((count, i) => [labels[i], count, "#".repeat(Math.ceil((longestBar * count) / most))]),
  );
}

/** A headline, control characters escaped, and what stands below it. */
export function formatSection(headline: string, ...blocks: readonly string[]): string {
  return [escapeText(headline), ...blocks.filter((block) => block !== "")].join("\n");
}
