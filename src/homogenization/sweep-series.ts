import { UsageError } from "../core/errors.js";
import { formatCsv, showNumber, sweepCellQuantities, sweepPhaseQuantities } from "./sweep-table.js";
import type { SweepStatistics } from "./sweep-statistics.js";
import type { SweepColumn } from "./sweep-table.js";

/** Two columns of a sweep's table to draw against each other. */
export interface SweepPlot {
  readonly x: string;
  readonly y: string;
}

/** One curve; NaN is nowhere in it. */
export interface SweepSeries {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /**
   * An enclosure of y: its bounds, where the sweep was made with bounds and y is a diagonal entry of a tensor; of a mean,
   * its confidence interval.
   */
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
  /** Single values beside the curve of their means. Default false. */
  readonly isScatter?: boolean;
}

/** What can be drawn: a sweep, or one averaged over its realizations. */
interface ChartRows {
  readonly points: readonly { readonly parameters: Readonly<Record<string, number>> }[];
  readonly columns: readonly ChartColumn[];
}

/** A column, with a confidence interval where it holds means. */
interface ChartColumn extends SweepColumn {
  readonly interval?: { readonly lower: readonly number[]; readonly upper: readonly number[] };
}

/** Curves with the labels of their axes. */
export interface SweepChart {
  readonly x: { readonly label: string; readonly unit: string };
  readonly y: { readonly label: string; readonly unit: string };
  readonly series: readonly SweepSeries[];
}

/**
 * Refuses, before long work, names that no table can hold. Phases are not known then: `<phase>.<quantity>` passes with any
 * phase.
 *
 * @throws UsageError `unknown-column`
 */
export function checkColumn(name: string, parameters: readonly string[]): void {
  const known = [...parameters, ...sweepCellQuantities, ...sweepPhaseQuantities];
  if (known.includes(name) || sweepPhaseQuantities.some((quantity) => name.endsWith(`.${quantity}`))) return;
  throw unknownColumn(name, [...known, "<phase>.<one of these>"]);
}

/**
 * The curves y over x. A quantity of a phase without its phase (`effective.11`) gives a curve for each phase. Where several
 * parameters are varied, a curve runs along x, or along the first parameter where x is none; every combination of the
 * others is a curve of its own.
 *
 * @throws UsageError `unknown-column`
 */
export function chartSweep(table: ChartRows, plot: SweepPlot): SweepChart {
  const xColumns = findColumns(table, plot.x);
  const yColumns = findColumns(table, plot.y);
  const phases = [...new Set([...xColumns, ...yColumns].map(({ phase }) => phase))];
  const named = phases.filter((phase) => phase !== null);
  const pairs = (named.length === 0 ? [null] : named).flatMap((phase) => {
    const x = xColumns.find((column) => column.phase === phase || column.phase === null);
    const y = yColumns.find((column) => column.phase === phase || column.phase === null);
    return x === undefined || y === undefined ? [] : [{ phase, x, y }];
  });
  // ER.volumeFraction over cytosol.volumeFraction: both named in full, of different phases.
  if (pairs.length === 0) pairs.push({ phase: null, x: xColumns[0], y: yColumns[0] });
  const groups = groupRows(table, plot.x);
  const series = pairs.flatMap(({ phase, x, y }) =>
    groups.map(({ label, rows }) => {
      const name = [phase ?? "", label].filter((part) => part !== "").join(", ");
      return createSeries(table, name === "" ? plot.y : name, rows, x, y);
    }),
  );
  return {
    x: { label: plot.x, unit: xColumns[0].unit },
    y: { label: plot.y, unit: yColumns[0].unit },
    series: series.filter((curve) => curve.x.length > 0),
  };
}

/**
 * The means over the realizations with their confidence intervals, and the realizations as points: y over x, as
 * {@link chartSweep} draws it.
 *
 * @throws UsageError `unknown-column`, for the parameter that was averaged over too
 */
export function chartStatistics(statistics: SweepStatistics, plot: SweepPlot): SweepChart {
  const { points, parameters, columns, over, table } = statistics;
  const means = chartSweep({ points, columns: [...parameters, ...columns] }, plot);
  // Without the parameter that tells the realizations apart, those of a group are points of one series.
  const withoutOver = table.points.map((point) => ({
    parameters: Object.fromEntries(Object.entries(point.parameters).filter(([name]) => name !== over)),
  }));
  const isBound = ({ quantity }: SweepColumn): boolean => /^(lower|upper)\b/.test(quantity);
  const kept = table.columns.filter((column) => column.name !== over && !isBound(column));
  const single = chartSweep({ points: withoutOver, columns: kept }, plot);
  return {
    ...means,
    series: [
      ...means.series.map((curve) => ({ ...curve, name: `mean, ${curve.name}` })),
      ...single.series.map((curve) => ({ ...curve, isScatter: true })),
    ],
  };
}

/** The curves as CSV: one row for each point of a curve. */
export function formatChartCsv({ x, y, series }: SweepChart): string {
  const hasBounds = series.some((curve) => curve.lower !== undefined);
  const rows = series.flatMap((curve) =>
    curve.x.map((value, i) => [
      curve.name,
      showNumber(value),
      showNumber(curve.y[i]),
      ...(hasBounds ? [showNumber(curve.lower?.[i] ?? NaN), showNumber(curve.upper?.[i] ?? NaN)] : []),
    ]),
  );
  return formatCsv([["series", x.label, y.label, ...(hasBounds ? ["lower", "upper"] : [])], ...rows]);
}

/** Columns of this full name, else the columns of this quantity of all phases. */
function findColumns({ columns }: ChartRows, name: string): readonly ChartColumn[] {
  const exact = columns.filter((column) => column.name === name);
  const found =
    exact.length > 0 ? exact : columns.filter((column) => column.phase !== null && column.quantity === name);
  if (found.length > 0) return found;
  throw unknownColumn(
    name,
    columns.map((column) => column.name),
  );
}

/** Rows of equal values of all parameters but the one that a curve runs along, in the order of the points. */
function groupRows(table: ChartRows, x: string): { readonly label: string; readonly rows: number[] }[] {
  const parameters = Object.keys(table.points.at(0)?.parameters ?? {});
  const along = parameters.includes(x) ? x : parameters[0];
  const groups = new Map<string, number[]>();
  for (const [row, point] of table.points.entries()) {
    const others = Object.entries(point.parameters).filter(([name]) => name !== along);
    const label = others.map(([name, value]) => `${name} = ${value}`).join(", ");
    const rows = groups.get(label);
    if (rows === undefined) groups.set(label, [row]);
    else rows.push(row);
  }
  return Array.from(groups, ([label, rows]) => ({ label, rows }));
}

function createSeries(
  table: ChartRows,
  name: string,
  rows: readonly number[],
  x: ChartColumn,
  y: ChartColumn,
): SweepSeries {
  const used = rows
    .filter((row) => !Number.isNaN(x.values[row]) && !Number.isNaN(y.values[row]))
    .sort((a, b) => x.values[a] - x.values[b]);
  const pick = (values: readonly number[]): number[] => used.map((row) => values[row]);
  const band = findBand(table, y);
  return {
    name,
    x: pick(x.values),
    y: pick(y.values),
    ...(band === null ? {} : { lower: pick(band.lower), upper: pick(band.upper) }),
  };
}

/**
 * The confidence interval of a mean; the bounds of a diagonal entry: those of the homogenized tensor, times what turns that tensor into the one drawn. Entries
 * beside the diagonal of two bounds do not enclose an entry of the tensor.
 */
function findBand(
  table: ChartRows,
  y: ChartColumn,
): { readonly lower: readonly number[]; readonly upper: readonly number[] } | null {
  if (y.interval !== undefined) return y.interval;
  const match = /^(effective|homogenized|factor)\.(11|22|33)$/.exec(y.quantity);
  if (y.phase === null || match === null) return null;
  const find = (quantity: string): readonly number[] | undefined =>
    table.columns.find((column) => column.phase === y.phase && column.quantity === quantity)?.values;
  const [lower, upper, homogenized] = ["lower", "upper", "homogenized"].map((name) =>
    find(`${name}.${match[2]}`),
  );
  if (lower === undefined || upper === undefined || homogenized === undefined) return null;
  // A tensor that is zero has bounds that are zero in every scale.
  const scale = y.values.map((value, row) => (homogenized[row] === 0 ? 1 : value / homogenized[row]));
  const scaled = (values: readonly number[]): number[] => values.map((value, row) => value * scale[row]);
  return { lower: scaled(lower), upper: scaled(upper) };
}

function unknownColumn(name: string, known: readonly string[]): UsageError {
  return new UsageError(
    "unknown-column",
    `there is no column "${name}" to plot; there are: ${known.join(", ")}`,
    {
      details: { name, known },
    },
  );
}
