import { appendFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ParseError, UsageError } from "../core/errors.js";
import { compareInputs, createManifest, describeDifferences } from "../homogenization/sweep-plan.js";
import {
  formatSweepCsv,
  summarizeSweep,
  tabulateSweep,
  type SweepRecords,
  type SweepTable,
} from "../homogenization/sweep-table.js";
import { formatJson } from "../io/format-json.js";
import {
  parseSweepFailure,
  parseSweepManifest,
  parseSweepResult,
  type SweepFailure,
  type SweepInputs,
  type SweepManifest,
  type SweepPoint,
  type SweepResult,
} from "../io/sweep-files.js";
import { writeFileAtomically } from "./files.js";
import { acquireLock } from "./folder-lock.js";
import { removeTemporaries, temporaryFile } from "./temporary-files.js";

/** The folder of a sweep, held by this process: it alone writes there until `close`. */
export interface SweepFolder {
  readonly path: string;
  readonly manifest: SweepManifest;
  readonly points: readonly SweepPoint[];
  /** What is known of the points; grows with each write. */
  readonly records: SweepRecords;
  /** Folder for meshes on their way from Gmsh to the solver; removed by `close`. */
  readonly scratch: string;
  writeResult(point: SweepPoint, text: string): Promise<void>;
  writeFailure(point: SweepPoint, error: SweepFailure["error"]): Promise<void>;
  /** Appends the seconds by step of one point to `timings.jsonl`. */
  writeTimings(point: SweepPoint, seconds: Readonly<Record<string, number>>): Promise<void>;
  /** Writes `sweep.csv` and `results.json`. */
  writeTables(): Promise<SweepTable>;
  close(): Promise<void>;
}

/**
 * Opens the folder of a sweep: takes its lock, writes its manifest or compares it, removes what a killed run left behind,
 * and reads what is done. A point is done when its result file is there: files get their names when they are complete.
 *
 * @throws UsageError `folder-locked`, `sweep-inputs-differ`, `output-unwritable`
 * @throws ParseError `sweep-file`
 */
export async function openSweepFolder(
  path: string,
  inputs: SweepInputs,
  points: readonly SweepPoint[],
): Promise<SweepFolder> {
  const scratch = join(path, "scratch");
  await makeFolders(path, ["points"]);
  const lock = await acquireLock(join(path, "sweep.lock"), path);
  try {
    const manifest = createManifest(inputs, points);
    const known = await readSweepManifest(path);
    if (known === null) {
      await requireNoResults(path);
      await writeFileAtomically(join(path, "sweep.json"), formatJson(manifest));
    } else requireEqualInputs(path, known.inputs, inputs);
    await rm(scratch, { recursive: true, force: true });
    await removeTemporaries(path, /^(?:\.sweep|\.results|sweep\.lock)\./);
    await removeTemporaries(join(path, "points"), /^/);
    await makeFolders(path, ["scratch"]);
    const results = new Map<number, SweepResult>();
    const failures = new Map<number, SweepFailure>();
    const records = { results, failures };
    await readRecords(path, points, records);
    await endLastLine(join(path, "timings.jsonl"));
    return {
      path,
      manifest,
      points,
      records,
      scratch,
      async writeResult(point, text) {
        const file = join(path, point.file);
        const result = parseSweepResult(text, file);
        await writeFileAtomically(file, text);
        await rm(join(path, failureFile(point)), { force: true });
        results.set(point.index, result);
        failures.delete(point.index);
      },
      async writeFailure(point, error) {
        const failure: SweepFailure = {
          schema: "erfem/sweep-failure@1",
          parameters: point.parameters,
          error,
        };
        await writeFileAtomically(join(path, failureFile(point)), formatJson(failure));
        failures.set(point.index, failure);
      },
      async writeTimings(point, seconds) {
        const line = JSON.stringify({ file: point.file, seconds });
        await appendFile(join(path, "timings.jsonl"), `${line}\n`);
      },
      writeTables: async () => writeSweepTables(path, manifest, points, records),
      async close() {
        await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * The manifest of a folder; null where there is none.
 *
 * @throws ParseError `sweep-file`
 */
export async function readSweepManifest(path: string): Promise<SweepManifest | null> {
  const file = join(path, "sweep.json");
  const text = await readText(file);
  return text === null ? null : parseSweepManifest(text, file);
}

/**
 * Reads the results and failures of a folder into `records`; a file that is damaged or of another point counts as absent.
 */
export async function readRecords(
  path: string,
  points: readonly SweepPoint[],
  records: { results: Map<number, SweepResult>; failures: Map<number, SweepFailure> },
): Promise<void> {
  for (const point of points) {
    const result = await readRecord(join(path, point.file), point, parseSweepResult);
    if (result !== null) {
      records.results.set(point.index, result);
      continue;
    }
    const failure = await readRecord(join(path, failureFile(point)), point, parseSweepFailure);
    if (failure !== null) records.failures.set(point.index, failure);
  }
}

/** `points/edge=0.1.failed.json`. */
export function failureFile(point: SweepPoint): string {
  return point.file.replace(/\.json$/, ".failed.json");
}

async function writeSweepTables(
  path: string,
  manifest: SweepManifest,
  points: readonly SweepPoint[],
  records: SweepRecords,
): Promise<SweepTable> {
  const table = tabulateSweep(points, records);
  await writeFileAtomically(join(path, "sweep.csv"), formatSweepCsv(table));
  await writeFileAtomically(
    join(path, "results.json"),
    formatJson(summarizeSweep(manifest, points, records)),
  );
  return table;
}

async function readRecord<T extends SweepResult | SweepFailure>(
  file: string,
  point: SweepPoint,
  parse: (text: string, file: string) => T,
): Promise<T | null> {
  const text = await readText(file);
  if (text === null) return null;
  try {
    const record = parse(text, file);
    return JSON.stringify(record.parameters) === JSON.stringify(point.parameters) ? record : null;
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}

async function requireNoResults(path: string): Promise<void> {
  const results = (await readdir(join(path, "points"))).filter((name) => name.endsWith(".json"));
  if (results.length === 0 || results.every((name) => temporaryFile.test(name))) return;
  throw new UsageError(
    "sweep-inputs-differ",
    `${path} holds results, such as points/${results[0]}, but no sweep.json that says of what; take another folder.`,
    { details: { path } },
  );
}

function requireEqualInputs(path: string, known: SweepInputs, inputs: SweepInputs): void {
  const differences = compareInputs(known, inputs);
  if (differences.length === 0) return;
  throw new UsageError(
    "sweep-inputs-differ",
    `${path} holds a sweep of other inputs: ${describeDifferences(differences)}. Give the same, or take another folder.`,
    { details: { path, differences } },
  );
}

async function makeFolders(path: string, names: readonly string[]): Promise<void> {
  try {
    for (const name of names) await mkdir(join(path, name), { recursive: true });
  } catch (cause) {
    throw new UsageError(
      "output-unwritable",
      `Cannot write into ${path}: ${String(cause)}; name a folder, or one that can be made in ${dirname(path)}.`,
      { cause, details: { path } },
    );
  }
}

/** Ends a line that a killed run has left unfinished, so that the next one is whole. */
async function endLastLine(file: string): Promise<void> {
  const text = await readText(file);
  if (text !== null && text !== "" && !text.endsWith("\n")) await appendFile(file, "\n");
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new UsageError("sweep-folder-unreadable", `Cannot read ${file}: ${String(error)}.`, {
      cause: error,
      details: { file },
    });
  }
}
