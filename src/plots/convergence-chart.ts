import type { ConvergenceSequence, ConvergenceStudy } from "../io/convergence-study.js";
import { lineChart, type ChartSeries, type ChartSlope, type LineChart } from "./line-chart.js";

/** Relative errors below which all levels of a series are equal, but for the solver's residual. */
const NEGLIGIBLE = 1e-10;

/**
 * The errors of a convergence study over the mesh size, on logarithmic axes, with a triangle of the observed order: of each
 * phase that conducts, |f(h) - f(0)| / |f(0)| for f a third of the trace of the tensor, from P1 and of the lower bound, with
 * f(0) extrapolated (without an extrapolation: the value of the finest level), and the relative gap between the bounds.
 *
 * @param lengthUnit unit of the mesh sizes, for the axis
 * @throws UsageError `chart-empty` where no phase has an error above zero
 */
export async function convergenceChart(study: ConvergenceStudy, lengthUnit: string): Promise<string> {
  return lineChart(describeConvergence(study, lengthUnit));
}

/** The chart of {@link convergenceChart}, before it is drawn. */
export function describeConvergence(study: ConvergenceStudy, lengthUnit: string): LineChart {
  const series: ChartSeries[] = [];
  const slopes: ChartSlope[] = [];
  for (const [name, phase] of Object.entries(study.phases)) {
    const sizes = study.levels.map((level) => level.phases[name].meshSize);
    const add = (label: string, errors: readonly number[], order: number | null, dashed = false): void => {
      if (!errors.some((error) => error > NEGLIGIBLE)) return;
      series.push({ name: label, x: sizes, y: errors, dashed });
      if (order !== null && order > 0)
        slopes.push({ order, label: String(Number(order.toFixed(2))), series: label });
    };
    const { upper, lower, gap } = phase;
    add(`${name}: P1`, relativeErrors(upper.mean), upper.mean.exponent);
    if (lower !== null) add(`${name}: lower bound`, relativeErrors(lower.mean), null, true);
    if (gap !== null) add(`${name}: gap`, gap.values, gap.orders[gap.orders.length - 1], true);
  }
  return {
    title: "Convergence of the homogenized tensor",
    x: { label: "mesh size h = (|Ω| / cells)^(1/3)", unit: lengthUnit, log: true },
    y: { label: "relative error of trace / 3", log: true },
    series,
    slopes,
  };
}

function relativeErrors({ values, extrapolated }: ConvergenceSequence): number[] {
  const limit = extrapolated ?? values[values.length - 1];
  return values.map((value) => (limit === 0 ? 0 : Math.abs((value - limit) / limit)));
}
