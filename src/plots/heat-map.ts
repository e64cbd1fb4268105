import type { TopLevelSpec } from "vega-lite";
import { UsageError } from "../core/errors.js";
import { describeStyle, renderChart } from "./chart-style.js";
import { sequentialColor } from "./color-map.js";
import type { ChartAxis } from "./line-chart.js";

/** Values over two axes, drawn as coloured rectangles. */
export interface HeatMap {
  readonly title?: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly value: { readonly label: string; readonly unit?: string };
  /** Borders of the columns, ascending, one more than columns. */
  readonly xEdges: readonly number[];
  /** Borders of the rows. */
  readonly yEdges: readonly number[];
  /** values[row][column]; NaN leaves a rectangle white. */
  readonly values: readonly (readonly number[])[];
  /** Pixels; default 480. */
  readonly width?: number;
  /** Default 360. */
  readonly height?: number;
  readonly fontSize?: number;
}

/** By which rectangles overlap, pixels. */
const OVERLAP = 0.5;

/** Colours of the scale. */
const STEPS = 32;

/**
 * Draws values over two axes as an SVG text, with a colour bar.
 *
 * @throws UsageError `chart-empty` without a value to draw
 */
export async function heatMap(map: HeatMap): Promise<string> {
  return renderChart(describeHeatMap(map));
}

function describeHeatMap(map: HeatMap): TopLevelSpec {
  const { xEdges, yEdges, values, width = 480, height = 360 } = map;
  // Half a pixel into the next rectangle, which is drawn later: no white seams.
  const reach = (edges: readonly number[], i: number, pixels: number): number => {
    const last = edges[edges.length - 1];
    return Math.min(last, edges[i + 1] + (OVERLAP * (last - edges[0])) / pixels);
  };
  const rows = values.flatMap((row, j) =>
    row.map((value, i) => ({
      x: xEdges[i],
      x2: reach(xEdges, i, width),
      y: yEdges[j],
      y2: reach(yEdges, j, height),
      value,
    })),
  );
  const kept = rows.filter(({ value }) => Number.isFinite(value));
  if (kept.length === 0)
    throw new UsageError("chart-empty", `there is no value of ${map.value.label} to draw`);
  const colors = Array.from({ length: STEPS }, (_, i) => sequentialColor(i / (STEPS - 1)));
  const axis = ({ label, unit }: Omit<ChartAxis, "log">): string =>
    unit === undefined || unit === "" ? label : `${label} (${unit})`;
  const position = (field: "x" | "y", one: ChartAxis, edges: readonly number[]): object => ({
    field,
    type: "quantitative",
    title: axis(one),
    scale: { domain: [edges[0], edges[edges.length - 1]], nice: false, zero: false },
    axis: { tickCount: 6, grid: false, labelExpr: "format(datum.value, '~g')" },
  });
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    ...(map.title === undefined ? {} : { title: map.title }),
    width,
    height,
    ...describeStyle(map.fontSize),
    data: { values: kept },
    mark: { type: "rect" },
    encoding: {
      x: position("x", map.x, xEdges),
      x2: { field: "x2" },
      y: position("y", map.y, yEdges),
      y2: { field: "y2" },
      color: {
        field: "value",
        type: "quantitative",
        title: axis(map.value),
        scale: { range: colors, zero: false, nice: false },
        legend: { gradientLength: height, direction: "vertical", format: "~g" },
      },
    },
  } as unknown as TopLevelSpec;
}
