import { UsageError } from "../core/errors.js";
import { studentHalfWidth } from "../core/student-t.js";
import { formatCsv, showNumber, type SweepColumn, type SweepTable } from "./sweep-table.js";

/** A quantity over its realizations: one entry for each group of them. */
export interface AveragedColumn extends SweepColumn {
  /** Mean of the realizations; NaN where none has the quantity. */
  readonly values: readonly number[];
  /** Realizations that have the quantity. */
  readonly counts: readonly number[];
  /** Standard deviation s of the realizations, with n - 1; NaN for fewer than two. */
  readonly deviations: readonly number[];
  /** Confidence interval of the mean, mean -+ t s / sqrt(n); NaN for fewer than two. */
  readonly interval: { readonly lower: readonly number[]; readonly upper: readonly number[] };
}

/** A sweep over realizations, averaged: one row for each combination of the other parameters. */
export interface SweepStatistics {
  /** The parameter whose values are the realizations. */
  readonly over: string;
  /** Probability with which an interval holds the mean of all realizations that there could be. */
  readonly confidence: number;
  readonly points: readonly { readonly parameters: Readonly<Record<string, number>> }[];
  /** Points without a result, in each row. */
  readonly failed: readonly number[];
  /** The other parameters. */
  readonly parameters: readonly SweepColumn[];
  /** What was averaged: the columns of the sweep that are neither parameters nor bounds. */
  readonly columns: readonly AveragedColumn[];
  /** The realizations that were averaged. */
  readonly table: SweepTable;
}

export const defaultConfidence = 0.95;

/**
 * Mean, standard deviation and confidence interval of every quantity over the realizations of a random cell, or over
 * sub-volumes of an image: the points that differ in the parameter `over` only. The interval is Student's,
 * mean -+ t s / sqrt(n), and supposes independent realizations. A cell is representative when the mean no longer moves
 * with its size; its spread tells how many realizations a wanted precision takes.
 *
 * @param over a varied parameter, such as `seed`
 * @throws UsageError `unknown-parameter` where `over` is not varied, `too-few-realizations` where it has one value,
 *   `confidence-invalid`
 * @see Kanit, Forest, Galliet, Mounoury and Jeulin (2003), Int. J. Solids Struct. 40, section 5
 */
export function averageSweep(
  table: SweepTable,
  over: string,
  confidence: number = defaultConfidence,
): SweepStatistics {
  const names = Object.keys(table.points.at(0)?.parameters ?? {});
  checkOver(over, names);
  const groups = groupRealizations(table, over);
  if (groups.every(({ rows }) => rows.length < 2)) {
    throw new UsageError(
      "too-few-realizations",
      `"${over}" has one value in every group of points; expected several, such as --vary ${over}=1:10:10, to average over`,
      { details: { over } },
    );
  }
  const isAveraged = ({ name, quantity }: SweepColumn): boolean =>
    !names.includes(name) && !/^(lower|upper|relativeGap)\b/.test(quantity);
  const parameters = table.columns
    .filter(({ name }) => names.includes(name) && name !== over)
    .map((column) => ({ ...column, values: groups.map(({ rows }) => column.values[rows[0]]) }));
  return {
    over,
    confidence,
    points: groups.map((group) => ({ parameters: group.parameters })),
    failed: groups.map(({ rows }) => rows.filter((row) => table.status[row] !== "done").length),
    parameters,
    columns: table.columns.filter(isAveraged).map((column) => average(column, groups, confidence)),
    table,
  };
}

/**
 * Refuses a parameter that is not varied.
 *
 * @param varied names of the varied parameters
 * @throws UsageError `unknown-parameter`
 */
export function checkOver(over: string, varied: readonly string[]): void {
  if (varied.includes(over)) return;
  throw new UsageError(
    "unknown-parameter",
    `"${over}" is not varied, so there is nothing to average over; varied: ${varied.join(", ") || "nothing"}`,
    { details: { name: over, varied } },
  );
}

/** The statistics as CSV: parameters, realizations, then mean, deviation and interval of each quantity. */
export function formatStatisticsCsv(statistics: SweepStatistics): string {
  const { points, parameters, columns } = statistics;
  const parts = ["count", "mean", "deviation", "lower", "upper"];
  const head = [
    ...parameters.map(({ name }) => name),
    "failed",
    ...columns.flatMap(({ name }) => parts.map((part) => `${name}.${part}`)),
  ];
  const rows = points.map((_, row) => [
    ...parameters.map(({ values }) => showNumber(values[row])),
    String(statistics.failed[row]),
    ...columns.flatMap(({ counts, values, deviations, interval }) =>
      [counts, values, deviations, interval.lower, interval.upper].map((numbers) => showNumber(numbers[row])),
    ),
  ]);
  return formatCsv([head, ...rows]);
}

/** The statistics as one JSON object, `erfem/sweep-statistics@1`; numbers that do not exist are null. */
export function summarizeStatistics(statistics: SweepStatistics): object {
  const { over, confidence, points, failed, columns } = statistics;
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return {
    schema: "erfem/sweep-statistics@1",
    over,
    confidence,
    groups: points.map(({ parameters }, row) => ({
      parameters,
      failed: failed[row],
      quantities: Object.fromEntries(
        columns.map(({ name, unit, counts, values, deviations, interval }) => [
          name,
          {
            unit,
            count: counts[row],
            mean: orNull(values[row]),
            deviation: orNull(deviations[row]),
            interval: [orNull(interval.lower[row]), orNull(interval.upper[row])],
          },
        ]),
      ),
    })),
  };
}

interface Group {
  readonly parameters: Readonly<Record<string, number>>;
  readonly rows: number[];
}

/** Rows that differ in `over` only, in the order of the points. */
function groupRealizations(table: SweepTable, over: string): Group[] {
  const groups = new Map<string, Group>();
  for (const [row, point] of table.points.entries()) {
    const others = Object.entries(point.parameters).filter(([name]) => name !== over);
    const key = JSON.stringify(others);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { parameters: Object.fromEntries(others), rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

function average(column: SweepColumn, groups: readonly Group[], confidence: number): AveragedColumn {
  const moments = groups.map(({ rows }) => {
    const known = rows.map((row) => column.values[row]).filter((value) => !Number.isNaN(value));
    const count = known.length;
    if (count === 0) return { count, mean: NaN, deviation: NaN, halfWidth: NaN };
    const mean = known.reduce((sum, value) => sum + value, 0) / count;
    if (count === 1) return { count, mean, deviation: NaN, halfWidth: NaN };
    const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / (count - 1));
    const halfWidth = (studentHalfWidth(confidence, count - 1) * deviation) / Math.sqrt(count);
    return { count, mean, deviation, halfWidth };
  });
  return {
    ...column,
    values: moments.map(({ mean }) => mean),
    counts: moments.map(({ count }) => count),
    deviations: moments.map(({ deviation }) => deviation),
    interval: {
      lower: moments.map(({ mean, halfWidth }) => mean - halfWidth),
      upper: moments.map(({ mean, halfWidth }) => mean + halfWidth),
    },
  };
}
