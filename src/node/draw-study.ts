import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { MeshError, UsageError } from "../core/errors.js";
import { openSweepManifest, openSweepSummary, type OpenedSweep } from "../homogenization/open-sweep.js";
import { chartStatistics, chartSweep, type SweepPlot } from "../homogenization/sweep-series.js";
import { averageSweep } from "../homogenization/sweep-statistics.js";
import { checkAdaptation, checkConvergence, checkResolved, parseJsonFile } from "../io/study-files.js";
import { describeAdaptation } from "../plots/adaptation-chart.js";
import { describeConvergence } from "../plots/convergence-chart.js";
import { lineChart, type ChartAxis, type LineChart } from "../plots/line-chart.js";
import { describeResolved } from "../plots/resolved-chart.js";
import { drawSimulation, pickStyle, type DrawSimulationOptions } from "./draw-simulation.js";
import { readFileBytes } from "./files.js";
import { describeSweepChart } from "./sweep-chart.js";

/** How a study is drawn. */
export interface DrawStudyOptions extends DrawSimulationOptions {
  /** Axes that are logarithmic, of a sweep. */
  readonly log?: "x" | "y" | "xy";
  /** Unit of the lengths of a convergence study; default `mesh units`. */
  readonly lengthUnit?: string;
  /** Columns of a sweep; default the first parameter, and `homogenized.11` of every phase. */
  readonly plot?: SweepPlot;
  /** Parameter of a sweep to average over. */
  readonly over?: string;
  /** Of the intervals of `over`; default 0.95. */
  readonly confidence?: number;
}

/** A kind of study. */
export type StudyKind = "convergence" | "sweep" | "simulation" | "resolved" | "adaptation";

/** A study as a figure. */
export interface StudyFigure {
  readonly kind: StudyKind;
  readonly svg: string;
}

/** Options that belong to one kind only. */
const ownOptions: Readonly<Record<string, StudyKind>> = {
  plot: "sweep",
  over: "sweep",
  confidence: "sweep",
  log: "sweep",
  lengthUnit: "convergence",
  fields: "simulation",
  kymograph: "simulation",
  profile: "simulation",
};

/** Files by which a folder is recognised, the first found first. */
const leading = [
  "summary.json",
  "results.json",
  "sweep.json",
  "convergence.json",
  "resolved.json",
  "adaptation.json",
  "timeseries.csv",
];

/** Most bytes of a file of a study. */
const MAX_BYTES = 2 ** 30;

/**
 * Draws what erfem wrote into a folder, or one of its files: a convergence study, a sweep, a simulation, a comparison with the
 * resolved model, an adaptation.
 *
 * @throws MeshError `file-not-found`; ParseError `file-unknown`, `result-syntax`, `result-field`, `sweep-file`, `table-unreadable`
 * @throws UsageError `contradicting-options` for an option of another kind of study, `unknown-column`, `unknown-field`,
 *   `chart-empty`, `unknown-parameter`, `too-few-realizations`
 */
export async function drawStudy(path: string, options: DrawStudyOptions = {}): Promise<StudyFigure> {
  const file = await findStudy(path);
  if (basename(file) === "timeseries.csv") return drawRun(dirname(file), options);
  const text = await readText(file);
  const { schema, content } = parseJsonFile(text, file);
  switch (schema) {
    case "erfem/convergence@1":
      return drawChart(
        "convergence",
        describeConvergence(checkConvergence(content, file), options.lengthUnit ?? "mesh units"),
        options,
      );
    case "erfem/resolved@1":
      return drawChart("resolved", describeResolved(checkResolved(content, file)), options);
    case "erfem/adaptation@1":
      return drawChart("adaptation", describeAdaptation(checkAdaptation(content, file)), options);
    case "erfem/sweep@1":
      return drawSweep(openSweepSummary(content, file), options);
    case "erfem/sweep-manifest@1": {
      const read = async (name: string): Promise<string | null> =>
        readText(join(dirname(file), name)).catch((error: unknown) => {
          if (error instanceof MeshError && error.code === "file-not-found") return null;
          throw error;
        });
      return drawSweep(await openSweepManifest(text, file, read), options);
    }
    case "erfem/simulation@1":
      return drawRun(dirname(file), options);
    default:
      throw unknownFile(file, schema);
  }
}

async function drawRun(folder: string, options: DrawStudyOptions): Promise<StudyFigure> {
  refuseOthers("simulation", options);
  return { kind: "simulation", svg: await drawSimulation(folder, options) };
}

async function drawSweep(sweep: OpenedSweep, options: DrawStudyOptions): Promise<StudyFigure> {
  const { table, geometry, axes } = sweep;
  const first = axes.find((name) => name !== options.over) ?? axes.at(0);
  const plot = options.plot ?? { x: first ?? "volumeFraction", y: "homogenized.11" };
  const chart =
    options.over === undefined
      ? chartSweep(table, plot)
      : chartStatistics(averageSweep(table, options.over, options.confidence), plot);
  const { x, y, ...rest } = describeSweepChart(chart, geometry);
  const isLog = (axis: "x" | "y"): boolean => options.log?.includes(axis) === true;
  const scale = (axis: ChartAxis, name: "x" | "y"): ChartAxis => ({ ...axis, log: isLog(name) });
  return drawChart("sweep", { ...rest, x: scale(x, "x"), y: scale(y, "y") }, options);
}

async function drawChart(kind: StudyKind, chart: LineChart, options: DrawStudyOptions): Promise<StudyFigure> {
  refuseOthers(kind, options);
  return { kind, svg: await lineChart({ ...chart, ...pickStyle(options) }) };
}

/** Refuses options that would be left out in silence. */
function refuseOthers(kind: StudyKind, options: DrawStudyOptions): void {
  const given = options as Readonly<Record<string, unknown>>;
  const other = Object.keys(ownOptions).find(
    (name) => given[name] !== undefined && ownOptions[name] !== kind,
  );
  if (other === undefined) return;
  throw new UsageError(
    "contradicting-options",
    `this is a ${kind} study and has no use for ${other}, which belongs to a ${ownOptions[other]}; leave it out`,
    { details: { option: other, kind } },
  );
}

/** The file by which a study is recognised. */
async function findStudy(path: string): Promise<string> {
  const status = await stat(path).catch((cause: unknown) => {
    throw new MeshError("file-not-found", `there is no file or folder ${path}; check the path`, {
      cause,
      details: { path },
    });
  });
  if (!status.isDirectory()) return path;
  for (const name of leading) {
    const found = await stat(join(path, name)).then(
      (file) => file.isFile(),
      () => false,
    );
    if (found) return join(path, name);
  }
  throw unknownFile(path, "");
}

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readFileBytes(path, MAX_BYTES));
}

function unknownFile(path: string, schema: string): UsageError {
  const what =
    schema === "erfem/homogenization@1"
      ? "a result of erfem homogenize, which holds no fields: give its mesh, or the file of --vtu"
      : "nothing that can be drawn; expected a mesh, a .vtu file, or the folder of a convergence study, a sweep, a simulation, a " +
        "resolved study or an adaptation";
  return new UsageError("file-unknown", `${path} is ${what}`, { details: { path, schema } });
}
