import { z } from "zod";
import { ErfemError, ParseError } from "../../core/errors.js";
import { tabulateSweep, type SweepTable } from "../../homogenization/sweep-table.js";
import type { ConvergenceStudy } from "../../io/convergence-study.js";
import type { ResolvedStudy } from "../../io/resolved-study.js";
import type { SimulationResult } from "../../io/simulation-result.js";
import {
  parseSweepFailure,
  parseSweepManifest,
  parseSweepResult,
  type SweepFailure,
  type SweepPoint,
  type SweepResult,
} from "../../io/sweep-files.js";
import type { TimeTable } from "../../plots/simulation-charts.js";

/** The JSON in a file, and the schema that it says it follows. @throws ParseError `result-syntax` */
export function parseJsonFile(text: string, file: string): { schema: string; content: unknown } {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new ParseError("result-syntax", `${file} is not JSON; expected a result of erfem`, {
      cause,
      details: { file },
    });
  }
  const schema = (content as { schema?: unknown } | null)?.schema;
  return { schema: typeof schema === "string" ? schema : "", content };
}

const number = z.number();
const sequence = z.looseObject({
  values: z.array(number),
  orders: z.array(number.nullable()),
  exponent: number.nullable(),
  extrapolated: number.nullable(),
});
const sequences = z.looseObject({ mean: sequence });
const convergence = z.looseObject({
  levels: z.array(z.looseObject({ phases: z.record(z.string(), z.looseObject({ meshSize: number })) })),
  phases: z.record(
    z.string(),
    z.looseObject({
      upper: sequences,
      lower: sequences.nullable(),
      gap: z.looseObject({ values: z.array(number), orders: z.array(number.nullable()) }).nullable(),
    }),
  ),
});

/** `convergence.json`. @throws ParseError `result-field` */
export function checkConvergence(content: unknown, file: string): ConvergenceStudy {
  return check(convergence, content, file, "a convergence study") as unknown as ConvergenceStudy;
}

const errors = z.looseObject({ l2: number, gradient: number });
const resolved = z.looseObject({
  targets: z.array(z.looseObject({ name: z.string(), domain: z.string() })),
  levels: z.array(
    z.looseObject({ epsilon: number, errors: z.array(errors), orders: z.array(z.looseObject({})) }),
  ),
});

/** `resolved.json`. @throws ParseError `result-field` */
export function checkResolved(content: unknown, file: string): ResolvedStudy {
  return check(resolved, content, file, "a comparison with the resolved model") as unknown as ResolvedStudy;
}

const simulation = z.looseObject({
  model: z.looseObject({ file: z.string() }),
  mesh: z.looseObject({ nodes: number, cells: number }),
  end: number,
  values: z.record(z.string(), z.looseObject({ unit: z.string() })),
  calcium: z.looseObject({ initial: number, final: number, balance: number }),
  steps: z.looseObject({ accepted: number }),
  snapshots: z.array(z.looseObject({ time: number, file: z.string() })),
  seconds: number,
  warnings: z.array(z.string()),
});

/** `summary.json` of a simulation. @throws ParseError `result-field` */
export function checkSimulation(content: unknown, file: string): SimulationResult {
  return check(simulation, content, file, "the summary of a simulation") as unknown as SimulationResult;
}

const summary = z.looseObject({
  inputs: z.looseObject({
    geometry: z.looseObject({ name: z.string() }),
    vary: z.array(z.looseObject({ name: z.string() })),
  }),
  missing: number,
  points: z.array(
    z.looseObject({
      parameters: z.record(z.string(), number),
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
  const { inputs, missing, points } = check(summary, content, file, "the results of a sweep");
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

/**
 * A table of a simulation: columns `name (unit)`, lines of numbers. A last line that is cut is left out: the run may go on.
 *
 * @throws ParseError `table-unreadable`
 */
export function parseTimeTable(text: string, file: string): TimeTable {
  const lines = text.split("\r\n");
  const columns = splitHeader(lines[0]).map((title) => {
    const match = /^(.*) \(([^()]*)\)$/.exec(title);
    return match === null ? { name: title, unit: "" } : { name: match[1], unit: match[2] };
  });
  const rows = lines
    .slice(1, -1)
    .map((line) => line.split(",").map((field) => (field === "" ? NaN : Number(field))));
  const wrong = rows.findIndex((row) => row.length !== columns.length);
  if (wrong < 0 && lines.length > 1) return { columns, rows };
  throw new ParseError(
    "table-unreadable",
    `${file} is not a table of erfem simulate (line ${wrong < 0 ? 1 : wrong + 2} has not ${columns.length} numbers)`,
    { details: { file, line: wrong + 2 } },
  );
}

/** Fields of a CSV line, quoted ones too. */
function splitHeader(line: string): string[] {
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(
    fields,
    ([, quoted, plain]) => (quoted as string | undefined)?.replaceAll('""', '"') ?? plain,
  );
}

function check<T>(schema: z.ZodType<T>, content: unknown, file: string, what: string): T {
  const checked = schema.safeParse(content);
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0];
  const field = path.join(".");
  throw new ParseError(
    "result-field",
    `${file} is not ${what} (${field === "" ? "its content" : field}: ${message}); expected a file as erfem writes it`,
    { details: { file, field } },
  );
}

/** What to say of a file that the page has no use for. */
export function unknownFile(file: string): ErfemError {
  return new ErfemError(
    "file-unknown",
    `${file} is nothing that can be shown; expected a mesh (.msh, .msh.gz), a result of erfem homogenize, sweep, convergence or ` +
      "resolve (.json), or the folder of a sweep, a convergence study or a simulation",
    { details: { file } },
  );
}
