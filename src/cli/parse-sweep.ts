import { UsageError } from "../core/errors.js";
import { linearValues, logarithmicValues, type SweepShard } from "../homogenization/sweep-plan.js";
import type { SweepPlot } from "../homogenization/sweep-series.js";
import type { SweepAxis } from "../io/sweep-files.js";
import { parseNumber, parsePositiveInteger } from "./parse-options.js";

/**
 * `name=start:stop:count`, `name=log:start:stop:count` or `name=a,b,c`.
 *
 * @throws UsageError `sweep-range`, `invalid-option-value`
 */
export function parseVary(text: string): SweepAxis {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(equals, 0));
  const what = `--vary ${name}`;
  const range = text.slice(equals + 1);
  const parts = range.split(":");
  const isLogarithmic = parts[0] === "log";
  const ends = isLogarithmic ? parts.slice(1) : parts;
  if (name === "" || range === "" || (parts.length > 1 && ends.length !== 3)) {
    throw new UsageError(
      "sweep-range",
      `--vary is "${text}"; expected name=start:stop:count, name=log:start:stop:count or name=a,b,c, such as edge=0.05:0.95:19`,
      { details: { value: text } },
    );
  }
  if (parts.length === 1) return { name, values: range.split(",").map((value) => parseNumber(value, what)) };
  const [start, stop] = ends.map((end) => parseNumber(end, what));
  const count = parsePositiveInteger(ends[2], `${what}, the count`);
  const values = isLogarithmic ? logarithmicValues : linearValues;
  return { name, values: values(start, stop, count) };
}

/**
 * `i/n`.
 *
 * @throws UsageError `sweep-shard`
 */
export function parseShard(text: string): SweepShard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  if (match === null || Number(match[1]) < 1 || Number(match[1]) > Number(match[2])) {
    throw new UsageError("sweep-shard", `--shard is "${text}"; expected i/n with 1 <= i <= n, such as 2/8`, {
      details: { value: text },
    });
  }
  return { index: Number(match[1]), count: Number(match[2]) };
}

/**
 * `x,y`: two columns.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parsePlot(text: string): SweepPlot {
  const columns = text.split(",").map((column) => column.trim());
  if (columns.length !== 2 || columns.includes("")) {
    throw new UsageError(
      "invalid-option-value",
      `--plot is "${text}"; expected two columns x,y, such as volumeFraction,effective.11`,
      { details: { option: "--plot", value: text } },
    );
  }
  return { x: columns[0], y: columns[1] };
}

/**
 * A probability between 0 and 1.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseConfidence(text: string): number {
  const confidence = parseNumber(text, "--confidence");
  if (confidence > 0 && confidence < 1) return confidence;
  throw new UsageError(
    "invalid-option-value",
    `--confidence is ${text}; expected a number between 0 and 1, such as 0.95`,
    { details: { option: "--confidence", value: text } },
  );
}
