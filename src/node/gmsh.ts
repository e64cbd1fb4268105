import { stat } from "node:fs/promises";
import { ErfemError, MeshError, ParseError, PeriodicityError, UsageError } from "../core/errors.js";
import type { ProgressReporter } from "../core/progress.js";
import type { MeshSizes } from "../homogenization/adaptation-plan.js";
import { readFileBytes, replaceFile } from "./files.js";
import { openGeometry, unknownParameter, type Geometry } from "./geometries.js";
import {
  gmshFailure,
  quoteLastLines,
  runGmsh,
  type GmshLog,
  type GmshProcessOptions,
} from "./gmsh-process.js";
import { withSizeField } from "./size-field-files.js";

export interface MeshGeometryOptions extends Omit<GmshProcessOptions, "onLine"> {
  /** Name of a built-in geometry, or path of a .geo file. A .geo is a program: run only what you trust. */
  readonly geo: string;
  /** Path of the mesh file to write. */
  readonly output: string;
  /** Values for parameters that the geometry declares. */
  readonly set?: Readonly<Record<string, number>>;
  /**
   * Mesh size, in the geometry's unit of length: the parameter `h` of a geometry that declares one (as the built-in
   * ones do), else the largest size (`-clmax`).
   */
  readonly size?: number;
  /** Default `msh41`. */
  readonly format?: "msh41" | "msh22";
  /** Text in the place of binary; default false. */
  readonly ascii?: boolean;
  /**
   * How the volumes are meshed: `delaunay` gives the same mesh in every run, `hxt` makes a million nodes ten times as
   * fast, a slightly different mesh every time. Default: what the geometry or Gmsh chooses (Gmsh: delaunay).
   */
  readonly algorithm?: "delaunay" | "hxt";
  /** Threads for Gmsh; default: its own choice. */
  readonly threads?: number;
  /** Sizes that replace all that the geometry says of them. */
  readonly sizes?: MeshSizes;
  readonly progress?: ProgressReporter;
  /** Checks the finished mesh, before it gets its name; what it throws is thrown on, with Gmsh's last lines. */
  readonly verify?: (bytes: Uint8Array) => void;
}

/** A mesh that Gmsh has made. */
export interface MeshedGeometry {
  /** Path of the mesh file, as given. */
  readonly output: string;
  /** Size of the mesh file, bytes. */
  readonly bytes: number;
  /** Command line with which Gmsh makes the same file, as long as it gets no `sizes`. */
  readonly command: readonly string[];
  /** Version of Gmsh; null where it did not say. */
  readonly gmshVersion: string | null;
  /** What Gmsh warned of, each once. */
  readonly warnings: readonly string[];
}

/** Our names of the algorithms, and Gmsh's. */
const gmshAlgorithms = { delaunay: "del3d", hxt: "hxt" } as const;

/**
 * Meshes a geometry in three dimensions with the Gmsh command line. The file at `output` appears when the mesh is
 * complete and verified; after a failure it is what it was before.
 *
 * @throws UsageError `unknown-parameter`, `invalid-parameter`, `contradicting-size`, `output-unwritable`
 * @throws MeshError `file-not-found`, `gmsh-missing`, `gmsh-failed`
 * @throws ErfemError `aborted`, and whatever `verify` throws
 */
export async function meshGeometry(options: MeshGeometryOptions): Promise<MeshedGeometry> {
  const geometry = await openGeometry(options.geo);
  const settings = commandSettings(geometry, options);
  const command = (output: string, script?: string): string[] => {
    // Gmsh merges the files of its command line one after the other, and then meshes.
    const inputs = script === undefined ? [geometry.path] : [geometry.path, script];
    return [...inputs, "-3", ...settings, "-o", output];
  };
  const log = await replaceFile(options.output, async (temporary) => {
    const gmshLog = await withSizeField(options.sizes, async (script) =>
      runGmsh(command(temporary, script), {
        ...options,
        onLine: progressFilter(options.progress),
      }),
    );
    const status = await stat(temporary).catch(() => undefined);
    if (status === undefined || status.size === 0) {
      throw gmshFailure("ended without writing a mesh", gmshLog, { command: command(options.output) });
    }
    if (options.verify !== undefined) {
      options.progress?.({ step: "check the mesh" });
      verifyMesh(await readFileBytes(temporary), options.verify, gmshLog);
    }
    return gmshLog;
  });
  return {
    output: options.output,
    bytes: (await stat(options.output)).size,
    command: ["gmsh", ...command(options.output)],
    gmshVersion: log.version,
    warnings: log.warnings,
  };
}

/** The part of the command line that says what mesh is wanted. */
function commandSettings(geometry: Geometry, options: MeshGeometryOptions): string[] {
  const binary = options.ascii === true ? 0 : 1;
  const settings = ["-format", options.format ?? "msh41", "-setnumber", "Mesh.Binary", String(binary)];
  if (options.algorithm !== undefined) settings.push("-algo", gmshAlgorithms[options.algorithm]);
  if (options.threads !== undefined) {
    if (!Number.isInteger(options.threads))
      throw invalidParameter("threads", options.threads, "a whole number");
    settings.push("-nt", String(options.threads));
  }
  const values = new Map(Object.entries(options.set ?? {}));
  const declared = geometry.parameters.map((parameter) => parameter.name);
  for (const [name, value] of values) {
    if (!declared.includes(name)) throw unknownParameter(name, geometry);
    if (!Number.isFinite(value)) throw invalidParameter(name, value, "a finite number");
  }
  if (options.size !== undefined) {
    if (!(options.size > 0 && options.size < Infinity)) {
      throw invalidParameter("size", options.size, "a positive number");
    }
    const given = values.get("h");
    if (given !== undefined && given !== options.size) {
      throw new UsageError(
        "contradicting-size",
        `The mesh size is given twice: size ${options.size} and h = ${given}; leave one of them out.`,
        { details: { size: options.size, h: given } },
      );
    }
    if (declared.includes("h")) values.set("h", options.size);
    else settings.push("-clmax", String(options.size));
  }
  for (const [name, value] of values) settings.push("-setnumber", name, String(value));
  return settings;
}

/** Turns Gmsh's `Info    : [ 40%] Meshing surface 7` into progress. */
function progressFilter(progress: ProgressReporter | undefined): (line: string) => void {
  let step = "start Gmsh";
  return (line) => {
    const match = /^Info\s*:\s*(?:\[\s*(\d+)%\]\s*)?(.*)$/.exec(line);
    if (progress === undefined || match === null) return;
    const percent = match[1] as string | undefined;
    const message = match[2];
    const stage = /^(Meshing \dD|Optimizing mesh|Reading|Writing)\b/.exec(message)?.[1];
    if (stage !== undefined) step = `Gmsh: ${stage.charAt(0).toLowerCase()}${stage.slice(1)}`;
    progress({ step, message, ...(percent === undefined ? {} : { fraction: Number(percent) / 100 }) });
  };
}

/** Runs the caller's check and adds Gmsh's last lines to the error it throws. */
function verifyMesh(bytes: Uint8Array, verify: (bytes: Uint8Array) => void, log: GmshLog): void {
  try {
    verify(bytes);
  } catch (error) {
    if (!(error instanceof ErfemError)) throw error;
    const message = `${error.message}${quoteLastLines(log.lastLines)}`;
    const errorOptions = { cause: error, details: { ...error.details, lastLines: log.lastLines } };
    if (error instanceof PeriodicityError) throw new PeriodicityError(error.code, message, errorOptions);
    if (error instanceof MeshError) throw new MeshError(error.code, message, errorOptions);
    if (error instanceof ParseError) throw new ParseError(error.code, message, errorOptions);
    throw error;
  }
}

function invalidParameter(name: string, value: number, expected: string): UsageError {
  return new UsageError("invalid-parameter", `${name} is ${value}, expected ${expected}.`, {
    details: { name, value, expected },
  });
}
