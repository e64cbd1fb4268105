import type { SweepChart } from "../homogenization/sweep-series.js";
import { findFamily } from "../meshing/families/catalog.js";
import type { LineChart } from "../plots/line-chart.js";

/**
 * Curves of a sweep with bands and single values as a chart.
 *
 * @param geometry its name is the title; the parameters of a family of unit cells have units
 */
export function describeSweepChart(chart: SweepChart, geometry: string): LineChart {
  const parameters = findFamily(geometry)?.parameters ?? [];
  const [x, y] = [chart.x, chart.y].map(({ label, unit }) => {
    const known = unit === "" ? (parameters.find(({ name }) => name === label)?.unit ?? "") : unit;
    return known === "" ? { label } : { label, unit: known };
  });
  const series = chart.series.map(({ lower, upper, isScatter = false, ...curve }) => ({
    ...curve,
    mark: isScatter ? ("points" as const) : ("line-and-points" as const),
    ...(lower === undefined || upper === undefined ? {} : { band: { lower, upper } }),
  }));
  return { title: geometry, x, y, series };
}
