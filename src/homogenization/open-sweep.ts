import { z } from "zod";
import { ParseError } from "../core/errors.js";
import { checkContent } from "../io/study-files.js";
import {
  parseSweepFailure,
  parseSweepManifest,
  parseSweepResult,
  type SweepFailure,
  type SweepPoint,
  type SweepResult,
} from "../io/sweep-files.js";
import { tabulateSweep, type SweepTable } from "./sweep-table.js";

const summary = z.looseObject({
  inputs: z.looseObject({
    geometry: z.looseObject({ name: z.string() }),
    vary: z.array(z.looseObject({ name: z.string() })),
  }),
  missing: z.number(),
  points: z.array(
    z.looseObject({
      parameters: z.record(z.string(), z.number()),
      file: z.string().optional(),
      result: z.looseObject({}).optional(),
      error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
});

/** A sweep, ready to be drawn. */
export interface OpenedSweep {
  readonly geometry: string;
  readonly axes: readonly string[];
  readonly table: SweepTable;
  readonly failures: readonly SweepFailure[];
  /** Points that have not been run. */
  readonly missing: number;
}

/** `results.json` of a sweep. @throws ParseError `result-field`, `sweep-file` */
export function openSweepSummary(content: unknown, file: string): OpenedSweep {
  const { inputs, missing, points } = checkContent(summary, content, file, "the results of a sweep");
  const results = new Map<number, SweepResult>();
  const failures = new Map<number, SweepFailure>();
  points.forEach(({ parameters, result, error }, index) => {
    if (result !== undefined) {
      const text = JSON.stringify({ schema: "erfem/homogenization@1", parameters, ...result });
      results.set(index, parseSweepResult(text, file));
    } else if (error !== undefined) {
      failures.set(index, { schema: "erfem/sweep-failure@1", parameters, error });
    }
  });
  const listed = points.map(({ parameters, file: path }, index): SweepPoint => ({
    index,
    parameters,
    file: path ?? "",
  }));
  return {
    geometry: inputs.geometry.name,
    axes: inputs.vary.map(({ name }) => name),
    table: tabulateSweep(listed, { results, failures }),
    failures: [...failures.values()],
    missing,
  };
}

/**
 * A sweep that has not been run to its end, from its manifest and the files of its points; a damaged file counts as absent.
 *
 * @param read text of a file of the folder; null where there is none
 * @throws ParseError `sweep-file` for the manifest
 */
export async function openSweepManifest(
  text: string,
  file: string,
  read: (path: string) => Promise<string | null>,
): Promise<OpenedSweep> {
  const { inputs, points } = parseSweepManifest(text, file);
  const results = new Map<number, SweepResult>();
  const failures = new Map<number, SweepFailure>();
  const tryParse = <T>(
    content: string | null,
    parse: (text: string, file: string) => T,
    path: string,
  ): T | null => {
    if (content === null) return null;
    try {
      return parse(content, path);
    } catch (error) {
      if (error instanceof ParseError) return null;
      throw error;
    }
  };
  for (const [index, { file: path }] of points.entries()) {
    const failed = path.replace(/\.json$/, ".failed.json");
    const result = tryParse(await read(path), parseSweepResult, path);
    const failure = result === null ? tryParse(await read(failed), parseSweepFailure, failed) : null;
    if (result !== null) results.set(index, result);
    if (failure !== null) failures.set(index, failure);
  }
  const listed = points.map((point, index) => ({ index, ...point }));
  return {
    geometry: inputs.geometry.name,
    axes: inputs.vary.map(({ name }) => name),
    table: tabulateSweep(listed, { results, failures }),
    failures: [...failures.values()],
    missing: points.length - results.size - failures.size,
  };
}
