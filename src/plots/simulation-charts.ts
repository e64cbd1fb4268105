import type { TimeTable } from "../io/time-table.js";
import { lineChart, type ChartSeries, type LineChart } from "./line-chart.js";

/** A chart and what it is called. */
export interface NamedChart {
  /** Name of a field or state, or `fluxes`. */
  readonly name: string;
  readonly svg: string;
}

/** Points of a curve that can be told apart in a chart. */
const maxPoints = 1000;

/**
 * Charts of a simulation over time: of every field and state the mean in the cell, within a band from the least to the largest
 * value, and what the probes saw; and the fluxes through the ER membrane.
 *
 * @param series the time series of a run
 * @param probes its probes
 */
export async function chartSimulation(series: TimeTable, probes: TimeTable): Promise<NamedChart[]> {
  const charts: NamedChart[] = [];
  for (const { name, chart } of describeSimulation(series, probes))
    charts.push({ name, svg: await lineChart(chart) });
  return charts;
}

/** The charts of {@link chartSimulation}, before they are drawn. */
export function describeSimulation(
  series: TimeTable,
  probes: TimeTable,
): { readonly name: string; readonly chart: LineChart }[] {
  const rows = thin(series.rows);
  const probeRows = thin(probes.rows);
  const time = rows.map((row) => row[0]);
  const x = { label: "time", unit: "s" };
  const column = (name: string): number[] => {
    const at = series.columns.findIndex((candidate) => candidate.name === name);
    return rows.map((row) => row[at]);
  };
  const charts: { name: string; chart: LineChart }[] = [];
  for (const { name: mean, unit } of series.columns.filter((candidate) => candidate.name.endsWith(".mean"))) {
    const name = mean.slice(0, -".mean".length);
    const band = { lower: column(`${name}.min`), upper: column(`${name}.max`) };
    const curves: ChartSeries[] = [{ name: "mean, range", x: time, y: column(mean), band, mark: "line" }];
    probes.columns.forEach((probe, at) => {
      if (!probe.name.endsWith(`.${name}`)) return;
      const place = probe.name.slice(0, -name.length - 1);
      curves.push({
        name: `at ${place}`,
        x: probeRows.map((row) => row[0]),
        y: probeRows.map((row) => row[at]),
        mark: "line",
        dashed: true,
      });
    });
    charts.push({ name, chart: { title: name, x, y: { label: name, unit }, series: curves } });
  }
  const fluxes = series.columns.filter(({ name }) => name.startsWith("flux."));
  if (fluxes.length > 0) {
    const curves = fluxes.map(({ name }): ChartSeries => ({
      name: name.slice("flux.".length),
      x: time,
      y: column(name),
      mark: "line",
    }));
    const y = { label: "flux into the cytosol", unit: "uM um^3/s" };
    charts.push({
      name: "fluxes",
      chart: { title: "Fluxes through the ER membrane", x, y, series: curves },
    });
  }
  return charts;
}

/** At most {@link maxPoints} rows, the first and the last among them. */
function thin(rows: TimeTable["rows"]): TimeTable["rows"] {
  if (rows.length <= maxPoints) return rows;
  return Array.from(
    { length: maxPoints },
    (_, i) => rows[Math.round((i * (rows.length - 1)) / (maxPoints - 1))],
  );
}
