import { basename } from "node:path";
import type { ErfemError } from "../core/errors.js";
import { MeshError, UsageError } from "../core/errors.js";
import { describePoint, planSweep, selectShard, type SweepShard } from "../homogenization/sweep-plan.js";
import type { SweepRecords, SweepTable } from "../homogenization/sweep-table.js";
import { formatJson } from "../io/format-json.js";
import type { SweepAxis, SweepFailure, SweepInputs, SweepManifest, SweepPoint } from "../io/sweep-files.js";
import {
  builtInGeometries,
  hashGeometry,
  openGeometry,
  unknownParameter,
  type Geometry,
} from "./geometries.js";
import { runGmsh } from "./gmsh-process.js";
import { openSweepFolder, type SweepFolder } from "./sweep-folder.js";
import { runInProcesses, type TaskEnd } from "./sweep-processes.js";
import type { SweepHomogenizeOptions, SweepTask } from "./sweep-worker.js";
import { readVersion } from "./version.js";

/** A parameter study: what is varied, what is fixed, where the results go. */
export interface SweepOptions {
  /** Name of a built-in geometry, or path of a .geo file. A .geo is a program: run only what you trust. */
  readonly geo: string;
  /** The varied parameters; all combinations of their values are run. */
  readonly axes: readonly SweepAxis[];
  /** Values for other parameters of the geometry. */
  readonly set?: Readonly<Record<string, number>>;
  /** Mesh size, as `meshGeometry` takes it. */
  readonly size?: number;
  /** Default `delaunay`, which gives the same mesh every time. With `hxt` equal inputs need not give equal files. */
  readonly algorithm?: "delaunay" | "hxt";
  readonly homogenization?: SweepHomogenizeOptions;
  /** Folder of the results; made where there is none. */
  readonly folder: string;
  /** Points worked on at a time, each in a process of its own. */
  readonly jobs: number;
  /** Runs a part of the points only. */
  readonly shard?: SweepShard;
  /** Runs those points again that have failed before. */
  readonly retryFailed?: boolean;
  /** Gmsh's program; default `$ERFEM_GMSH`, else `gmsh` on the PATH. */
  readonly executable?: string;
  readonly signal?: AbortSignal;
  /** Told at the beginning and after each point. */
  readonly onProgress?: (progress: SweepProgress) => void;
  /** Told of each point that fails. */
  readonly onFailure?: (point: SweepPoint, error: SweepFailure["error"]) => void;
}

/** How far a sweep, or the part of it that is run, has come. */
export interface SweepProgress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** Seconds to the end, from the points of this run; null before the first. */
  readonly remainingSeconds: number | null;
}

/** A sweep, or a part of it, after its run. */
export interface SweepRun {
  readonly manifest: SweepManifest;
  /** Points of the whole sweep. */
  readonly points: readonly SweepPoint[];
  readonly records: SweepRecords;
  /** The table of all results in the folder, as in `sweep.csv`. */
  readonly table: SweepTable;
  /** Points of this run without a result. Those whose process died are run again next time, the others are recorded. */
  readonly failed: readonly { readonly point: SweepPoint; readonly error: SweepFailure["error"] }[];
}

/** Failures that are not the point's: what is missing or broken would fail at every point. */
const fatalCodes: ReadonlySet<string> = new Set([
  "gmsh-missing",
  "geometry-changed",
  "file-not-found",
  "output-unwritable",
]);

/**
 * Runs a parameter study: each point is meshed with Gmsh and homogenized in a child process, and its result is a file of
 * its own, `points/edge=0.1.json`. What is done is not done again, so a run that was killed goes on where it was.
 *
 * @throws UsageError `sweep-range`, `sweep-shard`, `jobs-invalid`, `unknown-parameter`, `contradicting-parameter`,
 *   `contradicting-size`, `sweep-inputs-differ`, `folder-locked`, `output-unwritable`
 * @throws MeshError `file-not-found`, `gmsh-missing`, `geometry-changed`
 * @throws ErfemError `aborted`
 */
export async function runSweep(options: SweepOptions): Promise<SweepRun> {
  const points = planSweep(options.axes);
  const shard = options.shard === undefined ? points : selectShard(points, options.shard);
  if (!Number.isInteger(options.jobs) || options.jobs < 1) {
    throw new UsageError(
      "jobs-invalid",
      `The number of jobs is ${options.jobs}; expected a whole number from 1.`,
      {
        details: { jobs: options.jobs },
      },
    );
  }
  const geometry = await openGeometry(options.geo);
  checkParameters(geometry, options);
  const inputs = await describeInputs(geometry, options);
  const folder = await openSweepFolder(options.folder, inputs, points);
  try {
    const crashes = await runPoints(folder, shard, inputs, options);
    const table = await folder.writeTables();
    const failed = shard.flatMap((point) => {
      const error = folder.records.failures.get(point.index)?.error ?? crashes.get(point.index);
      return error === undefined ? [] : [{ point, error }];
    });
    return { manifest: folder.manifest, points, records: folder.records, table, failed };
  } finally {
    await folder.close();
  }
}

/** Runs those points that have no result yet; returns those whose process died. */
async function runPoints(
  folder: SweepFolder,
  shard: readonly SweepPoint[],
  inputs: SweepInputs,
  options: SweepOptions,
): Promise<Map<number, SweepFailure["error"]>> {
  const { results, failures } = folder.records;
  const isOpen = ({ index }: SweepPoint): boolean =>
    !results.has(index) && (!failures.has(index) || options.retryFailed === true);
  const open = shard.filter(isOpen);
  const crashes = new Map<number, SweepFailure["error"]>();
  const start = performance.now();
  let ended = 0;
  const report = (): void => {
    const done = shard.filter(({ index }) => results.has(index)).length;
    const left = open.length - ended;
    options.onProgress?.({
      total: shard.length,
      done,
      failed: shard.length - done - left,
      remainingSeconds: ended === 0 ? null : ((performance.now() - start) / 1000 / ended) * left,
    });
  };
  const finish = async (point: SweepPoint, end: TaskEnd): Promise<void> => {
    if ("result" in end) {
      const { schema, timings, ...rest } = end.result;
      const record = { schema, parameters: point.parameters, ...rest, timings: {} };
      await folder.writeResult(point, formatJson(record));
      await folder.writeTimings(point, timings);
    } else {
      const error =
        "failure" in end
          ? end.failure
          : { code: "process-died", message: `The process of the point ${end.crash}` };
      if (fatalCodes.has(error.code)) throw fatalError(error, point);
      if ("failure" in end) await folder.writeFailure(point, error);
      else crashes.set(point.index, error);
      options.onFailure?.(point, error);
    }
    ended++;
    report();
  };
  report();
  const createTask = (point: SweepPoint): SweepTask => ({
    mesh: {
      geo: options.geo,
      set: { ...options.set, ...point.parameters },
      algorithm: inputs.algorithm,
      ...(options.size === undefined ? {} : { size: options.size }),
      ...(options.executable === undefined ? {} : { executable: options.executable }),
    },
    geometrySha256: inputs.geometry.sha256,
    homogenization: options.homogenization ?? {},
    scratch: folder.scratch,
  });
  await runInProcesses(open, options.jobs, createTask, finish, options.signal);
  return crashes;
}

/** @throws UsageError for names that the geometry does not declare, and for values given twice */
function checkParameters(geometry: Geometry, { axes, set = {}, size }: SweepOptions): void {
  const declared = geometry.parameters.map((parameter) => parameter.name);
  for (const name of [...axes.map((axis) => axis.name), ...Object.keys(set)]) {
    if (!declared.includes(name)) throw unknownParameter(name, geometry);
  }
  for (const { name } of axes) {
    if (Object.hasOwn(set, name)) {
      throw new UsageError(
        "contradicting-parameter",
        `"${name}" is both varied and fixed; leave one of them out.`,
        {
          details: { name },
        },
      );
    }
  }
  if (size === undefined || !declared.includes("h")) return;
  if (axes.some((axis) => axis.name === "h") || Object.hasOwn(set, "h")) {
    throw new UsageError(
      "contradicting-size",
      "The mesh size is given twice: size and h; leave one of them out.",
      {
        details: { size },
      },
    );
  }
}

async function describeInputs(geometry: Geometry, options: SweepOptions): Promise<SweepInputs> {
  const gmshOptions = options.executable === undefined ? {} : { executable: options.executable };
  const gmsh =
    geometry.family === undefined && geometry.image === undefined
      ? (await runGmsh(["--version"], gmshOptions)).lastLines.at(-1)
      : "not used";
  const inputs: SweepInputs = {
    erfem: readVersion(),
    gmsh: gmsh ?? "",
    geometry: {
      // Not the whole path: it may be another one on another machine.
      name: builtInGeometries.includes(options.geo) ? options.geo : basename(geometry.path),
      sha256: await hashGeometry(geometry),
    },
    vary: options.axes.map(({ name, values }) => ({ name, values: [...values] })),
    set: { ...options.set },
    size: options.size ?? null,
    algorithm: options.algorithm ?? "delaunay",
    homogenization: { ...options.homogenization },
  };
  return inputs;
}

/** The error that ends the whole sweep. */
function fatalError({ code, message }: SweepFailure["error"], point: SweepPoint): ErfemError {
  const type = code === "output-unwritable" ? UsageError : MeshError;
  return new type(code, message, { details: { point: describePoint(point) } });
}
