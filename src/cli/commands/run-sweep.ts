import { availableParallelism } from "node:os";
import { ErfemError, MeshError, UsageError } from "../../core/errors.js";
import { checkFormulas } from "../../homogenization/compile-diffusion.js";
import { describePoint, type SweepShard } from "../../homogenization/sweep-plan.js";
import { checkColumn, type SweepPlot } from "../../homogenization/sweep-series.js";
import {
  averageSweep,
  checkOver,
  summarizeStatistics,
  type SweepStatistics,
} from "../../homogenization/sweep-statistics.js";
import { summarizeSweep } from "../../homogenization/sweep-table.js";
import type { SweepAxis, SweepPoint } from "../../io/sweep-files.js";
import { builtInGeometries } from "../../node/geometries.js";
import { mergeSweeps } from "../../node/merge-sweeps.js";
import { runSweep, type SweepOptions, type SweepProgress, type SweepRun } from "../../node/sweep.js";
import { formatJson } from "../format-json.js";
import type { GeometryFlags } from "../geometry-flags.js";
import { completeUnit } from "../geometry-unit.js";
import { toHomogenizeOptions, type HomogenizeFlags } from "../homogenize-flags.js";
import { runInterruptible } from "../interrupt.js";
import { toRecord } from "../parse-options.js";
import { writeSweepPlots } from "../sweep-plots.js";
import { formatStatistics, writeStatistics } from "../sweep-statistics.js";
import { formatSweep } from "../sweep-table.js";
import { withTerminal, type OutputFlags, type Terminal } from "../terminal.js";

/** Flags of `erfem sweep`. */
export interface SweepFlags extends HomogenizeFlags, GeometryFlags, OutputFlags {
  readonly vary?: SweepAxis[];
  readonly output: string;
  readonly shard?: SweepShard;
  readonly merge?: string[];
  readonly retryFailed?: boolean;
  readonly plot?: SweepPlot[];
  readonly over?: string;
  readonly confidence?: number;
}

/** Failures that are told one by one. */
const toldFailures = 5;

/** Shortest time between two lines of progress where stderr is a file, ms. */
const noteMs = 10_000;

/**
 * `erfem sweep`: runs a parameter study, or a part of it, or joins parts; writes its tables and plots.
 *
 * @throws ErfemError of every class; MeshError `sweep-points-failed` in the end where points have failed
 */
export async function runSweepCommand(geometry: string | undefined, flags: SweepFlags): Promise<void> {
  await withTerminal(flags, async (terminal) => {
    const plots = flags.plot ?? [];
    const run =
      flags.merge === undefined
        ? await runPoints(requireGeometry(geometry), flags, terminal)
        : await runInterruptible(() =>
            mergeSweeps({ folders: requireMerge(geometry, flags), output: flags.output }),
          );
    const statistics = run.records.results.size === 0 ? null : averageRun(run, flags);
    if (statistics !== null) await runInterruptible(() => writeStatistics(flags.output, statistics));
    if (plots.length > 0 && run.records.results.size > 0) {
      const title = run.manifest.inputs.geometry.name;
      await runInterruptible(() => writeSweepPlots(flags.output, title, statistics ?? run.table, plots));
    }
    if (flags.json === true) {
      const summary = summarizeSweep(run.manifest, run.points, run.records);
      const added = statistics === null ? {} : { statistics: summarizeStatistics(statistics) };
      terminal.print(formatJson({ ...summary, ...added }));
    } else if (flags.quiet !== true) {
      terminal.print(formatSweep(flags.output, run.table));
      if (statistics !== null) terminal.print(`\n${formatStatistics(flags.output, statistics)}`);
    }
    if (run.failed.length > 0) throw failedError(run);
  });
}

/** The statistics over the realizations; null where none were asked for. */
function averageRun({ manifest, table }: SweepRun, { over, confidence }: SweepFlags): SweepStatistics | null {
  if (over === undefined) return null;
  checkOver(
    over,
    manifest.inputs.vary.map((axis) => axis.name),
  );
  return averageSweep(table, over, confidence);
}

async function runPoints(geo: string, flags: SweepFlags, terminal: Terminal): Promise<SweepRun> {
  const axes = flags.vary ?? [];
  await checkFormulas(toRecord(flags.diffusion ?? [], "--diffusion"));
  for (const { x, y } of flags.plot ?? []) {
    const parameters = axes.map((axis) => axis.name);
    checkColumn(x, parameters);
    checkColumn(y, parameters);
  }
  if (flags.over !== undefined) {
    checkOver(
      flags.over,
      axes.map((axis) => axis.name),
    );
  }
  if (flags.algorithm === "hxt") {
    terminal.warn(
      "--algorithm hxt need not give the same mesh every time: equal inputs may give other digits",
    );
  }
  let last: SweepProgress | undefined;
  const report = createReporter(terminal);
  const failures = createFailureReporter(terminal);
  try {
    return await runInterruptible((signal) =>
      runSweep({
        ...toSweepOptions(geo, axes, flags),
        signal,
        onProgress(progress) {
          last = progress;
          report(progress);
        },
        onFailure: failures,
      }),
    );
  } catch (error) {
    if (!(error instanceof ErfemError) || error.code !== "aborted" || last === undefined) throw error;
    throw new ErfemError(
      "aborted",
      `interrupted: ${last.done} of ${last.total} points are done; give the same command again to go on`,
      { cause: error, details: { ...error.details, done: last.done, total: last.total } },
    );
  }
}

/** Progress on the terminal's line; where stderr is no terminal, as lines from time to time. */
function createReporter(terminal: Terminal): (progress: SweepProgress) => void {
  const { progress: reportLine } = terminal.progress;
  let lastNote = -Infinity;
  return (state) => {
    const { total, done, failed, remainingSeconds } = state;
    const ended = done + failed;
    const parts = [`${done} of ${total} points`];
    if (failed > 0) parts.push(`${failed} failed`);
    if (remainingSeconds !== null && ended < total) parts.push(`${formatDuration(remainingSeconds)} left`);
    const message = parts.join(", ");
    if (reportLine !== undefined) {
      reportLine({ step: "sweep", fraction: ended / total, message });
      return;
    }
    const now = performance.now();
    if (ended < total && now - lastNote < noteMs) return;
    lastNote = now;
    terminal.note(`erfem: sweep: ${message}`);
  };
}

/** Tells of the first failures at once: what is wrong at every point is better known early. */
function createFailureReporter(terminal: Terminal): NonNullable<SweepOptions["onFailure"]> {
  let count = 0;
  return (point, error) => {
    if (++count <= toldFailures) {
      terminal.warn(`${describePoint(point)} failed: ${error.message} [${error.code}]`);
    } else if (count === toldFailures + 1) terminal.warn("more points failed; see sweep.csv in the end");
  };
}

function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

function toSweepOptions(geo: string, axes: readonly SweepAxis[], flags: SweepFlags): SweepOptions {
  return {
    geo,
    axes,
    set: toRecord(flags.set ?? [], "--set"),
    algorithm: flags.algorithm ?? "delaunay",
    folder: flags.output,
    jobs: flags.jobs ?? availableParallelism(),
    retryFailed: flags.retryFailed ?? false,
    ...(flags.size === undefined ? {} : { size: flags.size }),
    ...(flags.shard === undefined ? {} : { shard: flags.shard }),
    homogenization: {
      ...toHomogenizeOptions(completeUnit(flags, geo)),
      ...(flags.solver === undefined ? {} : { solver: flags.solver }),
    },
  };
}

function requireGeometry(geometry: string | undefined): string {
  if (geometry !== undefined) return geometry;
  throw new UsageError(
    "geometry-missing",
    `no geometry is named; expected one of ${builtInGeometries.join(", ")}, or the path of a Gmsh .geo file, or --merge`,
  );
}

function requireMerge(geometry: string | undefined, flags: SweepFlags): string[] {
  const given = { geometry, "--vary": flags.vary, "--set": flags.set, "--shard": flags.shard };
  const refused = Object.entries(given).find(([, value]) => value !== undefined)?.[0];
  if (refused === undefined) return flags.merge ?? [];
  throw new UsageError(
    "contradicting-options",
    `--merge joins what has been run and takes no ${refused}; leave it out`,
    { details: { option: refused } },
  );
}

function failedError({ failed, points }: SweepRun): MeshError {
  const counts = new Map<string, { count: number; first: SweepPoint }>();
  for (const { point, error } of failed) {
    const known = counts.get(error.code);
    if (known === undefined) counts.set(error.code, { count: 1, first: point });
    else known.count++;
  }
  const reasons = Array.from(
    counts,
    ([code, { count, first }]) =>
      `${code} ${count} time${count === 1 ? "" : "s"}, first at ${describePoint(first)}`,
  );
  return new MeshError(
    "sweep-points-failed",
    `${failed.length} of ${points.length} points failed: ${reasons.join("; ")}. ` +
      "The messages are in points/*.failed.json; --retry-failed runs them again.",
    { details: { failed: failed.map(({ point, error }) => ({ parameters: point.parameters, ...error })) } },
  );
}
