import { join } from "node:path";
import { formatJson } from "../io/format-json.js";
import {
  formatStatisticsCsv,
  summarizeStatistics,
  type AveragedColumn,
  type SweepStatistics,
} from "../homogenization/sweep-statistics.js";
import { writeFileAtomically } from "../node/files.js";
import { formatGrid, formatPercent, formatSection, type GridCell } from "./tables.js";

/** Quantities of a phase that the table on the terminal shows; statistics.csv has all. */
const shownQuantities = ["volumeFraction", "effective.11", "effective.22", "effective.33"];

/**
 * Writes `statistics.csv` and `statistics.json` into the folder of a sweep.
 *
 * @throws UsageError `output-unwritable`
 */
export async function writeStatistics(folder: string, statistics: SweepStatistics): Promise<void> {
  await writeFileAtomically(join(folder, "statistics.csv"), formatStatisticsCsv(statistics));
  await writeFileAtomically(join(folder, "statistics.json"), formatJson(summarizeStatistics(statistics)));
}

/** Mean, interval and spread of the most important quantities, one table for each. */
export function formatStatistics(folder: string, statistics: SweepStatistics): string {
  const { over, confidence, columns } = statistics;
  const sections = columns
    .filter(({ quantity, phase }) =>
      phase === null ? quantity === "membrane.areaPerVolume" : shownQuantities.includes(quantity),
    )
    .map((column) => {
      const unit = column.unit === "" ? "" : `, ${column.unit}`;
      return formatSection(`${column.name}${unit}`, formatColumn(column, statistics));
    });
  const summary = [
    ["averaged over", over],
    ["intervals", `${formatPercent(confidence)}, Student's, of the mean`],
    ["tables", "statistics.csv, statistics.json"],
  ];
  return [...sections, formatSection(folder, formatGrid(summary))].join("\n\n");
}

function formatColumn(column: AveragedColumn, { parameters, points }: SweepStatistics): string {
  const head = [
    ...parameters.map(({ name }) => name),
    "realizations",
    "mean",
    "from",
    "to",
    "deviation",
    "of mean",
  ];
  const orDash = (value: number): GridCell => (Number.isNaN(value) ? "-" : value);
  const rows = points.map((_, row): GridCell[] => {
    const [mean, deviation] = [column.values[row], column.deviations[row]];
    const share = deviation / Math.abs(mean);
    return [
      ...parameters.map(({ values }) => values[row]),
      column.counts[row],
      orDash(mean),
      orDash(column.interval.lower[row]),
      orDash(column.interval.upper[row]),
      orDash(deviation),
      Number.isFinite(share) ? formatPercent(share) : "-",
    ];
  });
  return formatGrid([head, ...rows]);
}
