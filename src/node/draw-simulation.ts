import { join } from "node:path";
import { MeshError, UsageError } from "../core/errors.js";
import { suggestName } from "../core/suggest-name.js";
import { readSnapshot, type Snapshot } from "../io/snapshot-reader.js";
import { checkSimulation, parseJsonFile } from "../io/study-files.js";
import { parseTimeTable, type TimeTable } from "../io/time-table.js";
import { heatMap } from "../plots/heat-map.js";
import { lineChart } from "../plots/line-chart.js";
import { describeSimulation } from "../plots/simulation-charts.js";
import { slabMeans } from "../plots/slab-means.js";
import { stackFigures } from "../plots/stack-figures.js";
import { readFileBytes } from "./files.js";

/** How a simulation is drawn. */
export interface DrawSimulationOptions {
  readonly title?: string;
  /** Of the plane between the axes, pixels; default 480. */
  readonly width?: number;
  /** Default 360. */
  readonly height?: number;
  /** Pixels; default 14. */
  readonly fontSize?: number;
  /** Fields, states or `fluxes`; default all of them, below each other, and of a kymograph or a profile `c`. */
  readonly fields?: readonly string[];
  /** Means over slabs across this axis, over time, from the snapshots. */
  readonly kymograph?: "x" | "y" | "z";
  /** Means over slabs across this axis, a curve for each snapshot. */
  readonly profile?: "x" | "y" | "z";
}

/** Charts in a row. */
const COLUMNS = 2;

/** Slabs of a kymograph or a profile. */
const SLABS = 60;

/** Most curves of a profile. */
const MAX_CURVES = 8;

/** Most bytes of a file of a run. */
const MAX_BYTES = 2 ** 32;

/**
 * A run of `erfem simulate`, from its folder: time series, or where fields are along an axis.
 *
 * @throws UsageError `unknown-field`, `contradicting-options`, `snapshots-missing`, `chart-empty`
 * @throws ParseError `table-unreadable`, `snapshot-unreadable`, `result-field`; MeshError `file-not-found`
 */
export async function drawSimulation(folder: string, options: DrawSimulationOptions): Promise<string> {
  const { fields, kymograph, profile } = options;
  const series = await readTable(join(folder, "timeseries.csv"));
  if (kymograph === undefined && profile === undefined) {
    const probes = await readTable(join(folder, "probes.csv")).catch(emptyIfAbsent);
    const charts = describeSimulation(series, probes);
    const names = charts.map(({ name }) => name);
    const chosen = (fields ?? names).map((name) => {
      const found = charts.find((chart) => chart.name === name);
      if (found === undefined) throw unknownField(name, names);
      return found;
    });
    return stackFigures(
      await Promise.all(chosen.map(({ chart }) => lineChart({ ...chart, ...pickStyle(options) }))),
      COLUMNS,
    );
  }
  if (kymograph !== undefined && profile !== undefined) {
    throw new UsageError(
      "contradicting-options",
      "a kymograph and a profile are two figures; draw one of them",
    );
  }
  const slabs = await readSlabs(folder, kymograph ?? profile ?? "x", fields?.[0] ?? "c");
  const unit = series.columns.find(({ name }) => name === `${slabs.field}.mean`)?.unit ?? "";
  return kymograph === undefined ? drawProfile(slabs, unit, options) : drawKymograph(slabs, unit, options);
}

/** Means over slabs at the times of the snapshots. */
interface Slabs {
  readonly field: string;
  readonly axis: "x" | "y" | "z";
  /** s, ascending. */
  readonly times: readonly number[];
  /** Borders of the slabs, um. */
  readonly edges: readonly number[];
  /** means[time][slab]. */
  readonly means: readonly (readonly number[])[];
}

async function readSlabs(folder: string, axis: Slabs["axis"], field: string): Promise<Slabs> {
  const file = join(folder, "summary.json");
  const { content } = parseJsonFile(new TextDecoder().decode(await readFileBytes(file, MAX_BYTES)), file);
  const { snapshots } = checkSimulation(content, file);
  const times: number[] = [];
  const means: number[][] = [];
  let edges: number[] = [];
  for (const entry of snapshots) {
    const snapshot = await openSnapshot(join(folder, entry.file), folder);
    const values = snapshot.fields.get(field);
    if (values === undefined) throw unknownField(field, [...snapshot.fields.keys()]);
    const slabs = slabMeans(snapshot.points, snapshot.cells, values, axisNumber[axis], SLABS);
    edges = slabs.edges;
    times.push(entry.time);
    means.push(slabs.means);
  }
  if (times.length < 2) {
    throw new UsageError(
      "snapshots-missing",
      `the run in ${folder} holds ${times.length} snapshots, expected two at least; ask for more with output: { every: ... } in its model file`,
      { details: { folder, snapshots: times.length } },
    );
  }
  return { field, axis, times, edges, means };
}

const axisNumber = { x: 0, y: 1, z: 2 } as const;

/** A snapshot of the run; names in the summary that lead out of the folder are refused. */
async function openSnapshot(path: string, folder: string): Promise<Snapshot> {
  if (!path.startsWith(join(folder, "/"))) {
    throw new MeshError("file-not-found", `the summary names a snapshot outside of ${folder}: ${path}`, {
      details: { path },
    });
  }
  return readSnapshot(Uint8Array.from(await readFileBytes(path, MAX_BYTES)), path);
}

async function drawKymograph(slabs: Slabs, unit: string, options: DrawSimulationOptions): Promise<string> {
  const { field, axis, times, edges, means } = slabs;
  // A snapshot stands for the time halfway to its neighbours.
  const middles = times.slice(1).map((time, i) => (times[i] + time) / 2);
  return heatMap({
    title: `Mean ${field} across ${axis}`,
    x: { label: "time", unit: "s" },
    y: { label: axis, unit: "µm" },
    value: { label: field, unit },
    xEdges: [times[0], ...middles, times[times.length - 1]],
    yEdges: edges,
    values: edges.slice(1).map((_, slab) => means.map((row) => row[slab])),
    ...pickStyle(options),
  });
}

async function drawProfile(slabs: Slabs, unit: string, options: DrawSimulationOptions): Promise<string> {
  const { field, axis, times, edges, means } = slabs;
  const count = Math.min(MAX_CURVES, times.length);
  const chosen = Array.from({ length: count }, (_, i) => Math.round((i * (times.length - 1)) / (count - 1)));
  const x = edges.slice(1).map((edge, i) => (edges[i] + edge) / 2);
  return lineChart({
    title: `Mean ${field} across ${axis}`,
    x: { label: axis, unit: "µm" },
    y: { label: field, unit },
    series: chosen.map((i) => ({
      name: `${Number(times[i].toPrecision(4))} s`,
      x,
      y: means[i],
      mark: "line",
    })),
    ...pickStyle(options),
  });
}

async function readTable(path: string): Promise<TimeTable> {
  return parseTimeTable(new TextDecoder().decode(await readFileBytes(path, MAX_BYTES)), path);
}

function emptyIfAbsent(error: unknown): TimeTable {
  if (error instanceof MeshError && error.code === "file-not-found") return { columns: [], rows: [] };
  throw error;
}

/** The options of the look that are given. */
export function pickStyle(options: DrawSimulationOptions): {
  title?: string;
  width?: number;
  height?: number;
  fontSize?: number;
} {
  const { title, width, height, fontSize } = options;
  return {
    ...(title === undefined ? {} : { title }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(fontSize === undefined ? {} : { fontSize }),
  };
}

function unknownField(name: string, known: readonly string[]): UsageError {
  const meant = suggestName(name, known);
  return new UsageError(
    "unknown-field",
    `the run has no "${name}"${meant === undefined ? "" : `; did you mean ${meant}?`}; it has: ${known.join(", ") || "none"}`,
    { details: { name, known } },
  );
}
