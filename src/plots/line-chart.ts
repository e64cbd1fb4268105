import type { TopLevelSpec } from "vega-lite";
import { UsageError } from "../core/errors.js";
import { defaultFontSize, describeStyle, renderChart } from "./chart-style.js";
import { okabeIto } from "./palette.js";
import { placeSlopeTriangle, type Corner } from "./slope-triangle.js";

/** What an axis shows. */
export interface ChartAxis {
  readonly label: string;
  /** Unit, shown in brackets behind the label. */
  readonly unit?: string;
  /** Logarithmic; values that are not positive are then left out. Default false. */
  readonly log?: boolean;
}

/** One curve. */
export interface ChartSeries {
  /** For the legend; different for each series. */
  readonly name: string;
  /** Abscissas, in any order; points are joined in the order of x. */
  readonly x: readonly number[];
  /** Ordinates, one for each x; NaN leaves a point out. */
  readonly y: readonly number[];
  /** An enclosure of y, drawn as a band: one value of each for each x. */
  readonly band?: { readonly lower: readonly number[]; readonly upper: readonly number[] };
  /** What is drawn; default `line-and-points`. */
  readonly mark?: "line" | "points" | "line-and-points";
  readonly dashed?: boolean;
}

/** A triangle that shows the slope of y ~ x^order, below a curve of a chart with two logarithmic axes. */
export interface ChartSlope {
  readonly order: number;
  /** What stands beside the triangle; default: the order. */
  readonly label?: string;
  /** Name of the series that it stands below, at its two smallest x. */
  readonly series: string;
}

/** A chart of curves. */
export interface LineChart {
  readonly title?: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly ChartSeries[];
  readonly slopes?: readonly ChartSlope[];
  /** Of the plane between the axes, pixels; default 480. */
  readonly width?: number;
  /** Default 360. */
  readonly height?: number;
  /** Of all text, pixels; default 14. */
  readonly fontSize?: number;
}

const shapes = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];

/** Share of the extent of the data that the axes reach further on either side. */
const margin = 0.06;

/**
 * Draws curves, bands and points as an SVG text: colours of `okabeIto`, a shape for each series too, units on the axes.
 * The same chart gives the same text in every run. Vega is loaded at the first call.
 *
 * @throws UsageError `chart-empty` without a point to draw, `chart-series-invalid` for arrays of different lengths or names
 *   used twice
 */
export async function lineChart(chart: LineChart): Promise<string> {
  return renderChart(describeLineChart(chart));
}

/**
 * A chart as a Vega-Lite specification: what {@link lineChart} draws, for views of one's own. Layer 1 are the curves, layer 2 the
 * points; rows have `series`, `x`, `y`, `lower` and `upper`.
 *
 * @throws UsageError `chart-empty`, `chart-series-invalid`
 */
export function describeLineChart(chart: LineChart): TopLevelSpec {
  checkSeries(chart.series);
  return describeChart(chart);
}

/** A point of a curve as Vega gets it. */
interface Row {
  readonly series: string;
  readonly x: number;
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
}

function describeChart(chart: LineChart): TopLevelSpec {
  const { title, x, y, series, width = 480, height = 360, fontSize = defaultFontSize } = chart;
  const rows = series.flatMap((one) => listRows(one, x, y));
  const xDomain = findDomain(
    rows.map((row) => row.x),
    x,
  );
  const corners = placeSlopes(chart, rows);
  const yDomain = findDomain(
    [...rows.flatMap((row) => [row.y, row.lower, row.upper]), ...corners.map((corner) => corner.y)],
    y,
  );
  const names = series.map((one) => one.name);
  const color = {
    field: "series",
    type: "nominal" as const,
    title: null,
    sort: null,
    scale: { domain: names, range: names.map((_, i) => okabeIto[i % okabeIto.length]) },
  };
  const shape = { ...color, scale: { domain: names, range: names.map((_, i) => shapes[i % shapes.length]) } };
  const dash = {
    ...color,
    scale: { domain: names, range: series.map(({ dashed }) => (dashed === true ? [6, 4] : [1, 0])) },
  };
  const position = { x: describeAxis("x", x, xDomain), y: describeAxis("y", y, yDomain) };
  const ofSeries = (keep: (one: ChartSeries) => boolean): { values: Row[] } => {
    const kept = new Set(series.filter(keep).map((one) => one.name));
    return { values: rows.filter((row) => kept.has(row.series)) };
  };
  const slopeAxes = {
    x: { field: "x", type: "quantitative" as const },
    y: { field: "y", type: "quantitative" as const },
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    ...(title === undefined ? {} : { title }),
    width,
    height,
    ...describeStyle(fontSize),
    layer: [
      {
        data: ofSeries((one) => one.band !== undefined),
        mark: { type: "area", opacity: 0.2 },
        encoding: { x: position.x, y: { ...position.y, field: "lower" }, y2: { field: "upper" }, color },
      },
      {
        data: ofSeries((one) => one.mark !== "points"),
        mark: { type: "line", strokeWidth: 2 },
        encoding: { ...position, color, strokeDash: dash },
      },
      {
        // Scattered points are small, and below the curves' own.
        data: {
          values: [
            ...ofSeries((one) => one.mark === "points").values.map((row) => ({ ...row, isScattered: true })),
            ...ofSeries((one) => one.mark !== "points" && one.mark !== "line").values,
          ],
        },
        mark: { type: "point", filled: true },
        encoding: {
          ...position,
          color,
          shape,
          size: { condition: { test: "datum.isScattered", value: 28 }, value: 70 },
          opacity: { condition: { test: "datum.isScattered", value: 0.55 }, value: 1 },
        },
      },
      {
        data: { values: corners },
        mark: { type: "line", color: "#555555", strokeWidth: 1.2, interpolate: "linear-closed" },
        encoding: {
          ...slopeAxes,
          detail: { field: "slope", type: "nominal" },
          order: { field: "corner", type: "quantitative" },
        },
      },
      {
        data: { values: corners.filter(({ label }) => label !== "") },
        mark: { type: "text", align: "left", dx: 6, dy: -8, color: "#333333", fontSize },
        encoding: { ...slopeAxes, text: { field: "label" } },
      },
    ],
  };
}

function describeAxis(
  field: "x" | "y",
  { label, unit, log }: ChartAxis,
  domain: [number, number],
): {
  field: string;
  type: "quantitative";
  title: string;
  scale: object;
  axis: { format?: string; labelExpr?: string; tickCount: number };
} {
  return {
    field,
    type: "quantitative",
    title: unit === undefined || unit === "" ? label : `${label} (${unit})`,
    scale: log === true ? { type: "log", domain, nice: false } : { domain, zero: false, nice: true },
    // Vega's own formats of a linear axis write 250 as 2.5e+2.
    axis: { tickCount: 6, ...(log === true ? { format: "~g" } : { labelExpr: "format(datum.value, '~g')" }) },
  };
}

/** The points that can be drawn, by ascending x. */
function listRows({ name, x, y, band }: ChartSeries, xAxis: ChartAxis, yAxis: ChartAxis): Row[] {
  const isDrawable = (value: number, axis: ChartAxis): boolean =>
    Number.isFinite(value) && (axis.log !== true || value > 0);
  return x
    .map((value, i): Row => ({
      series: name,
      x: value,
      y: y[i],
      lower: band === undefined ? y[i] : band.lower[i],
      upper: band === undefined ? y[i] : band.upper[i],
    }))
    .filter(
      (row) => isDrawable(row.x, xAxis) && [row.y, row.lower, row.upper].every((v) => isDrawable(v, yAxis)),
    )
    .sort((a, b) => a.x - b.x);
}

/** The range of the values and a margin. @throws UsageError `chart-empty` */
function findDomain(values: readonly number[], axis: ChartAxis): [number, number] {
  if (values.length === 0) {
    throw new UsageError(
      "chart-empty",
      `no series of the chart "${axis.label}" has a point that can be drawn (a logarithmic axis shows positive values only)`,
    );
  }
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  if (axis.log === true) {
    const factor = low === high ? 2 : (high / low) ** margin;
    return [low / factor, high * factor];
  }
  const pad = low === high ? Math.max(Math.abs(low) * margin, Number.MIN_VALUE) || 1 : (high - low) * margin;
  return [low - pad, high + pad];
}

/** The corners of all slope triangles. */
function placeSlopes(chart: LineChart, rows: readonly Row[]): (Corner & { slope: number; corner: number })[] {
  const { slopes = [], x, y } = chart;
  if (slopes.length === 0) return [];
  if (x.log !== true || y.log !== true) {
    throw new UsageError(
      "chart-series-invalid",
      "slopes of y ~ x^order are straight on two logarithmic axes only",
    );
  }
  const extent = (values: readonly number[]): number =>
    Math.log(values.reduce((a, b) => Math.max(a, b)) / values.reduce((a, b) => Math.min(a, b)));
  const height = rows.length === 0 ? 0 : extent(rows.map((row) => row.y));
  return slopes.flatMap(({ order, label, series }, slope) => {
    const points = rows.filter((row) => row.series === series);
    if (points.length < 2) return [];
    const text = label ?? String(Number(order.toPrecision(3)));
    return placeSlopeTriangle(points[0], points[1], order, text, height).map((corner, index) => ({
      ...corner,
      slope,
      corner: index,
    }));
  });
}

function checkSeries(series: readonly ChartSeries[]): void {
  const names = new Set<string>();
  for (const { name, x, y, band } of series) {
    const lengths = [y, ...(band === undefined ? [] : [band.lower, band.upper])].map((a) => a.length);
    const isRepeated = names.has(name);
    names.add(name);
    if (!isRepeated && lengths.every((length) => length === x.length)) continue;
    throw new UsageError(
      "chart-series-invalid",
      isRepeated
        ? `two series are called "${name}"; give each a name of its own`
        : `the series "${name}" has ${x.length} abscissas, but ${lengths.join(", ")} ordinates; give one for each`,
      { details: { name } },
    );
  }
}
