import { z } from "zod";
import { ErfemError, ParseError } from "../core/errors.js";
import type { Matrix3 } from "../core/tensor.js";
import { told } from "./result-fields.js";

/** A parameter of the geometry and the values it takes. */
export interface SweepAxis {
  readonly name: string;
  /** Two or more different values are a study, one is allowed; in the order in which they are to be run. */
  readonly values: readonly number[];
}

/** One point of a sweep. */
export interface SweepPoint {
  /** Position in the full factorial, the first axis varying slowest. */
  readonly index: number;
  /** Value of each varied parameter. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Path of the result file in the folder of the sweep: `points/edge=0.1.json`. */
  readonly file: string;
}

const finite = z.number();
const vector = z.tuple([finite, finite, finite]);
const matrix: z.ZodType<Matrix3> = z.tuple([vector, vector, vector]);
/** Null in the file, NaN here: an entry that the condition on the outer faces leaves undefined. */
const entry = finite.nullable().transform((value) => value ?? NaN);
const row = z.tuple([entry, entry, entry]);
const tensor: z.ZodType<Matrix3> = z.tuple([row, row, row]);
const parameters = z.record(z.string(), finite);

/** The inputs of a sweep. */
export const inputsSchema = z.strictObject({
  erfem: told(z.string(), "Version of erfem"),
  gmsh: told(z.string(), "Version of Gmsh"),
  geometry: told(
    z.strictObject({
      name: told(z.string(), "Name of the geometry"),
      sha256: told(z.string(), "SHA-256 of its file and of those it draws in, hexadecimal"),
    }),
    "The geometry",
  ),
  vary: told(
    z.array(
      z.strictObject({ name: told(z.string(), "Parameter"), values: told(z.array(finite), "Its values") }),
    ),
    "The axes",
  ),
  set: told(parameters, "Fixed parameters"),
  size: told(finite.nullable(), "Mesh size, null for the geometry's own", "unit of the geometry"),
  algorithm: told(z.enum(["delaunay", "hxt"]), "How volumes are meshed"),
  homogenization: told(z.record(z.string(), z.unknown()), "Options of `homogenize`"),
});

/**
 * Everything that the results of a sweep depend on: versions of erfem and Gmsh, geometry (name, and hash of its file and
 * of the files it draws in), the axes, fixed parameters, mesh size (null: the geometry's own), and options of
 * `homogenize`. Equal inputs give equal files.
 */
export type SweepInputs = z.infer<typeof inputsSchema>;

/** The manifest of a sweep. */
export const manifestSchema = z
  .strictObject({
    schema: told(z.literal("erfem/sweep-manifest@1"), "Kind and version of the file"),
    inputs: told(inputsSchema, "Everything that the results depend on"),
    points: told(
      z.array(
        z.strictObject({
          parameters: told(parameters, "Value of each varied parameter"),
          file: told(z.string(), "Result file, relative to the folder"),
        }),
      ),
      "Points, the first axis varying slowest",
    ),
  })
  .meta({ title: "erfem sweep manifest" });

/** `sweep.json`: what a folder of results belongs to. The points follow from the inputs; they are listed for readers. */
export type SweepManifest = z.infer<typeof manifestSchema>;

const phaseSchema = z.looseObject({
  volumeFraction: finite,
  cells: finite,
  nodes: finite,
  dofs: finite,
  diffusion: z.unknown(),
  homogenized: tensor,
  effective: tensor,
  factor: tensor.nullable(),
  bounds: z.looseObject({ lower: matrix, upper: matrix, relativeGap: finite }).nullish(),
});

const resultSchema = z.looseObject({
  schema: z.literal("erfem/homogenization@1"),
  parameters,
  mesh: z.looseObject({ nodes: finite, cells: finite, lengthUnit: z.string() }),
  membrane: z.looseObject({ area: finite, areaPerVolume: finite }),
  phases: z.record(z.string(), phaseSchema),
});

/** The result of one point: an `erfem/homogenization@1` object with the point's `parameters`, and empty `timings`. */
export type SweepResult = z.infer<typeof resultSchema>;

/** What a sweep's table reads of one phase. */
export type SweepPhase = z.infer<typeof phaseSchema>;

const failureSchema = z.strictObject({
  schema: z.literal("erfem/sweep-failure@1"),
  parameters,
  error: z.strictObject({ code: z.string(), message: z.string() }),
});

/** Why one point has no result: the code and the message of the error. */
export type SweepFailure = z.infer<typeof failureSchema>;

/**
 * Reads `sweep.json`.
 *
 * @param file path, for the message
 * @throws ParseError `sweep-file`
 */
export function parseSweepManifest(text: string, file: string): SweepManifest {
  return parseFile(manifestSchema, text, file, "the manifest of a sweep");
}

/**
 * Reads the result file of a point.
 *
 * @throws ParseError `sweep-file`
 */
export function parseSweepResult(text: string, file: string): SweepResult {
  return parseFile(resultSchema, text, file, "the result of a point of a sweep");
}

/**
 * Reads the failure file of a point.
 *
 * @throws ParseError `sweep-file`
 */
export function parseSweepFailure(text: string, file: string): SweepFailure {
  return parseFile(failureSchema, text, file, "the failure of a point of a sweep");
}

function parseFile<T>(schema: z.ZodType<T>, text: string, file: string, what: string): T {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const { path, message } = parsed.error.issues[0];
    throw unreadable(file, what, `${path.join(".") || "its content"}: ${message}`, { path });
  } catch (cause) {
    if (cause instanceof ErfemError) throw cause;
    throw unreadable(file, what, String(cause), {}, cause);
  }
}

function unreadable(
  file: string,
  what: string,
  problem: string,
  details: object,
  cause?: unknown,
): ParseError {
  return new ParseError(
    "sweep-file",
    `${file} is not ${what} (${problem}); expected a file as erfem sweep writes it. Remove it, or name another folder.`,
    { cause, details: { file, ...details } },
  );
}
