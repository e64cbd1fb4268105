import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  chartSweep,
  formatChartCsv,
  type SweepChart,
  type SweepPlot,
} from "../homogenization/sweep-series.js";
import type { SweepTable } from "../homogenization/sweep-table.js";
import { writeFileAtomically } from "../node/files.js";

/** A chart of curves, as src/plots draws it; `log` makes an axis logarithmic. */
export interface LineChartSpec {
  readonly title: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: SweepChart["series"];
}

interface ChartAxis {
  readonly label: string;
  readonly unit?: string;
  readonly log?: boolean;
}

/** Draws a chart as SVG. */
export type LineChart = (spec: LineChartSpec) => Promise<string>;

/**
 * Writes `plots/<y>-over-<x>.svg` and `.csv` into the folder of a sweep; returns the paths.
 *
 * @param lineChart undefined where there is no chart engine: then only CSV is written
 * @throws UsageError `unknown-column`, `output-unwritable`
 */
export async function writeSweepPlots(
  folder: string,
  title: string,
  table: SweepTable,
  plots: readonly SweepPlot[],
  lineChart: LineChart | undefined,
): Promise<string[]> {
  const charts = plots.map((plot) => chartSweep(table, plot));
  const written: string[] = [];
  if (charts.length > 0) await mkdir(join(folder, "plots"), { recursive: true });
  for (const chart of charts) {
    const stem = join(folder, "plots", `${chart.y.label}-over-${chart.x.label}`.replaceAll(/[/\\]/g, "_"));
    await writeFileAtomically(`${stem}.csv`, formatChartCsv(chart));
    written.push(`${stem}.csv`);
    if (lineChart === undefined) continue;
    const [x, y] = [chart.x, chart.y].map(({ label, unit }) => (unit === "" ? { label } : { label, unit }));
    await writeFileAtomically(`${stem}.svg`, await lineChart({ title, x, y, series: chart.series }));
    written.push(`${stem}.svg`);
  }
  return written;
}

/** The chart engine, loaded when it is needed; undefined where this build has none. */
export async function loadLineChart(): Promise<LineChart | undefined> {
  // A name known only at run time: the compiler must not look for a module that another build may lack.
  const url = new URL("../plots/line-chart.js", import.meta.url).href;
  try {
    return ((await import(url)) as { lineChart: LineChart }).lineChart;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
