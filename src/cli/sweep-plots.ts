import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  chartStatistics,
  chartSweep,
  formatChartCsv,
  type SweepPlot,
} from "../homogenization/sweep-series.js";
import type { SweepStatistics } from "../homogenization/sweep-statistics.js";
import { lineChart } from "../plots/line-chart.js";
import type { SweepTable } from "../homogenization/sweep-table.js";
import { writeFileAtomically } from "../node/files.js";
import { describeSweepChart } from "../node/sweep-chart.js";

/**
 * Writes `plots/<y>-over-<x>.svg` and `.csv` into the folder of a sweep; returns the paths.
 *
 * @throws UsageError `unknown-column`, `output-unwritable`
 */
export async function writeSweepPlots(
  folder: string,
  title: string,
  table: SweepTable | SweepStatistics,
  plots: readonly SweepPlot[],
): Promise<string[]> {
  const charts = plots.map((plot) =>
    "over" in table ? chartStatistics(table, plot) : chartSweep(table, plot),
  );
  const written: string[] = [];
  if (charts.length > 0) await mkdir(join(folder, "plots"), { recursive: true });
  for (const chart of charts) {
    const stem = join(folder, "plots", `${chart.y.label}-over-${chart.x.label}`.replaceAll(/[/\\]/g, "_"));
    await writeFileAtomically(`${stem}.csv`, formatChartCsv(chart));
    written.push(`${stem}.csv`);
    await writeFileAtomically(`${stem}.svg`, await lineChart(describeSweepChart(chart, title)));
    written.push(`${stem}.svg`);
  }
  return written;
}
