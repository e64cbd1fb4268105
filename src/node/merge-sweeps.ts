import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { MeshError, UsageError } from "../core/errors.js";
import {
  compareInputs,
  describeDifferences,
  describePoint,
  planSweep,
} from "../homogenization/sweep-plan.js";
import type { SweepFailure, SweepInputs, SweepPoint, SweepResult } from "../io/sweep-files.js";
import type { SweepRun } from "./sweep.js";
import { openSweepFolder, readRecords, readSweepManifest } from "./sweep-folder.js";

/** Parts of a sweep and the folder that they are joined in. */
export interface MergeSweepsOptions {
  readonly folders: readonly string[];
  /** Folder of the whole; not one of the parts. */
  readonly output: string;
}

/** What is known of a point, and where. */
interface Found {
  readonly folder: string;
  readonly result: SweepResult | undefined;
  readonly failure: SweepFailure | undefined;
}

/** Points that a message names. */
const namedPoints = 5;

/**
 * Joins the parts of a sweep, made with `shard`, in a folder like that of one run. Their inputs must agree, and each point
 * must be in one of them, as a result or as a failure.
 *
 * @throws UsageError `sweep-merge-folders`, `sweep-inputs-differ`, `folder-locked`, `output-unwritable`
 * @throws MeshError `sweep-points-doubled`, `sweep-points-missing`; nothing is written then
 * @throws ParseError `sweep-file`
 */
export async function mergeSweeps({ folders, output }: MergeSweepsOptions): Promise<SweepRun> {
  checkFolders(folders, output);
  const inputs = await readInputs(folders);
  const points = planSweep(inputs.vary);
  const found = await findPoints(folders, points);
  const merged = await openSweepFolder(output, inputs, points);
  try {
    for (const point of points) {
      const { folder, result, failure } = found[point.index];
      // The file as it is: byte for byte that of the part.
      if (result !== undefined)
        await merged.writeResult(point, await readFile(join(folder, point.file), "utf8"));
      if (failure !== undefined) await merged.writeFailure(point, failure.error);
    }
    const table = await merged.writeTables();
    const failed = points.flatMap((point) => {
      const error = merged.records.failures.get(point.index)?.error;
      return error === undefined ? [] : [{ point, error }];
    });
    return { manifest: merged.manifest, points, records: merged.records, table, failed };
  } finally {
    await merged.close();
  }
}

function checkFolders(folders: readonly string[], output: string): void {
  const paths = folders.map((folder) => resolve(folder));
  const repeated = paths.find((path, i) => paths.indexOf(path) < i || path === resolve(output));
  if (folders.length > 0 && repeated === undefined) return;
  throw new UsageError(
    "sweep-merge-folders",
    repeated === undefined
      ? "No folder is named to be merged; expected those of the parts."
      : `The folder ${repeated} is named twice; expected different folders of the parts, and another one for the whole.`,
    { details: { folders, output } },
  );
}

/** The inputs that all folders share. */
async function readInputs(folders: readonly string[]): Promise<SweepInputs> {
  const all: SweepInputs[] = [];
  for (const folder of folders) {
    const manifest = await readSweepManifest(folder);
    if (manifest === null) {
      throw new UsageError(
        "sweep-merge-folders",
        `${folder} has no sweep.json: it is not the folder of a sweep.`,
        {
          details: { folder },
        },
      );
    }
    all.push(manifest.inputs);
    const differences = compareInputs(manifest.inputs, all[0]);
    if (differences.length > 0) {
      throw new UsageError(
        "sweep-inputs-differ",
        `${folder} ("there") and ${folders[0]} ("here") are of different sweeps: ${describeDifferences(differences)}.`,
        { details: { folders: [folder, folders[0]], differences } },
      );
    }
  }
  return all[0];
}

/** Where each point is; by index. */
async function findPoints(folders: readonly string[], points: readonly SweepPoint[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const folder of folders) {
    const results = new Map<number, SweepResult>();
    const failures = new Map<number, SweepFailure>();
    await readRecords(folder, points, { results, failures });
    for (const point of points) {
      const result = results.get(point.index);
      const failure = failures.get(point.index);
      if (result === undefined && failure === undefined) continue;
      const other = found.at(point.index);
      if (other !== undefined) {
        throw new MeshError(
          "sweep-points-doubled",
          `The point ${describePoint(point)} is in ${other.folder} and in ${folder}; expected each in one folder. ` +
            "Leave out a folder, or remove the file from one.",
          { details: { point: point.parameters, folders: [other.folder, folder] } },
        );
      }
      found[point.index] = { folder, result, failure };
    }
  }
  const missing = points.filter(({ index }) => !Object.hasOwn(found, index));
  if (missing.length > 0) {
    const named = missing.slice(0, namedPoints).map((point) => describePoint(point));
    const more = missing.length > namedPoints ? ", ..." : "";
    throw new MeshError(
      "sweep-points-missing",
      `${missing.length} of ${points.length} points are in none of the folders: ${named.join("; ")}${more}. ` +
        "Run the parts that are not finished again, or name the folders that are left out.",
      { details: { missing: missing.map((point) => point.parameters) } },
    );
  }
  return found;
}
