import type { ResolvedQuantity, ResolvedStudy } from "../io/resolved-study.js";
import { lineChart, type ChartSeries, type ChartSlope, type LineChart } from "./line-chart.js";

const labels: readonly (readonly [ResolvedQuantity, string])[] = [
  ["l2", "L2"],
  ["gradient", "gradient"],
  ["gradientReconstructed", "gradient, reconstructed"],
];

/**
 * Errors of the homogenized solution over the period, on logarithmic axes: for each target in the block in L2, and of the
 * gradient with and without the reconstruction u0 + epsilon chi_k du0/dx_k; with triangles of the observed orders of the last
 * target, lest they cover each other.
 *
 * @throws UsageError `chart-empty` where there is no error
 */
export async function resolvedChart(study: ResolvedStudy): Promise<string> {
  return lineChart(describeResolved(study));
}

/** The chart of {@link resolvedChart}, before it is drawn. */
export function describeResolved(study: ResolvedStudy): LineChart {
  const periods = study.levels.map(({ epsilon }) => epsilon);
  const series: ChartSeries[] = [];
  const slopes: ChartSlope[] = [];
  const inBlock = study.targets.filter(({ domain }) => domain === "block");
  inBlock.forEach(({ name }) => {
    const i = study.targets.findIndex((target) => target.name === name);
    for (const [quantity, label] of labels) {
      const errors = study.levels.map((level) => level.errors[i][quantity] ?? NaN);
      const full = `${name}: ${label}`;
      series.push({ name: full, x: periods, y: errors, dashed: quantity === "gradient" });
      const order = study.levels.at(-1)?.orders[i][quantity] ?? null;
      // The slope of what does not fall is no order.
      if (name === inBlock.at(-1)?.name && order !== null && order > LEAST_ORDER)
        slopes.push({ order, label: String(Number(order.toFixed(2))), series: full });
    }
  });
  return {
    title: "Homogenized against resolved",
    x: { label: "period ε", unit: "µm", log: true },
    y: { label: "relative error", log: true },
    series,
    slopes,
  };
}

const LEAST_ORDER = 0.2;
