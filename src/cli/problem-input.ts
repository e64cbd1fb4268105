import { open } from "node:fs/promises";
import { basename, dirname, extname, isAbsolute, join } from "node:path";
import { copyError } from "../core/error-record.js";
import { ErfemError, ParseError } from "../core/errors.js";
import { describeField } from "../homogenization/compile-diffusion.js";
import { locateDiffusion, parseProblem } from "../io/problem-file.js";
import type { MeshSpec, Problem } from "../io/problem.js";
import type { PhaseSpec } from "../mesh/phases.js";
import { builtInGeometries } from "../node/geometries.js";
import { readFileBytes } from "../node/files.js";
import type { HomogenizeFlags } from "./homogenize-flags.js";

/** A problem with the file that it stands in; paths are as the program can open them. */
export interface OpenedProblem extends Problem {
  readonly path: string;
  readonly text: string;
}

/** Extensions that say what a file is; others leave it to the content. */
const problemExtensions: ReadonlySet<string> = new Set([".yaml", ".yml", ".json"]);
const meshExtensions: ReadonlySet<string> = new Set([
  ".msh",
  ".gz",
  ".mesh",
  ".meshb",
  ".vtu",
  ".inp",
  ".xml",
  ".xdmf",
  ".h5",
  ".hdf5",
]);

/** Bytes in which a problem without extension must name its mesh or geometry. */
const headBytes = 65_536;

/** Most bytes of a problem file that are read; `parseProblem` takes far fewer. */
const maxProblemBytes = 16 * 2 ** 20;

/**
 * Reads a problem file; undefined for a mesh. A file is a problem by its extension .yaml, .yml or .json; where the extension
 * says neither that nor .msh or .gz, by beginning with a brace or having a line `mesh:` or `geometry:`.
 *
 * @throws MeshError `file-not-found`, `file-unreadable`, `file-too-large`
 * @throws ParseError `problem-syntax`, `problem-field` and the codes of formulas, see {@link parseProblem}
 */
export async function openProblem(path: string): Promise<OpenedProblem | undefined> {
  if (!(await isProblem(path))) return undefined;
  const text = decodeText(await readFileBytes(path, maxProblemBytes), path);
  return { ...withPaths(await parseProblem(text, path), path), path, text };
}

/**
 * An error of the computation, with the line of the problem file that it comes from, where it comes from the diffusion
 * that the file gives.
 */
export async function placeError(
  error: unknown,
  problem: OpenedProblem,
  flags: HomogenizeFlags,
): Promise<unknown> {
  if (!(error instanceof ErfemError)) return error;
  const { volume, field } = error.details;
  const given = new Set(flags.diffusion?.map(({ name }) => name));
  const found = Object.entries(problem.diffusion).find(
    ([name, input]) =>
      !given.has(name) && (name === volume || (field !== undefined && describeField(input) === field)),
  );
  if (found === undefined) return error;
  const place = await locateDiffusion(problem.text, problem.path, found[0]);
  if (place === undefined) return error;
  const { line, column, path } = place;
  return copyError(error, `${problem.path}:${line}:${column}: ${path}: ${error.message}`, {
    ...error.details,
    file: problem.path,
    ...place,
  });
}

/** What the command line says, completed by what the problem says: each option goes before its field. */
export function completeFlags<Flags extends HomogenizeFlags>(flags: Flags, problem: Problem): Flags {
  const { unitCell, homogeneous, periodicTolerance, periodic, boundary } = problem;
  const { lengthUnit, bounds, tolerance, maxIterations, solver, jobs } = problem;
  const phase = choosePhases(flags.phase, problem.phases);
  const given = new Set(flags.diffusion?.map(({ name }) => name));
  const diffusion = Object.entries(problem.diffusion)
    .filter(([name]) => !given.has(name) && !isLeftOut(name, phase, problem.phases))
    .map(([name, value]) => ({ name, value }));
  const faces = { unitCell, homogeneous, periodicTolerance, periodic, boundary };
  const solving = { bounds, tolerance, maxIterations, solver, jobs };
  const completed = { ...withoutUndefined({ lengthUnit, ...faces, ...solving }), ...withoutUndefined(flags) };
  return {
    ...(completed as Flags),
    ...(phase === undefined ? {} : { phase }),
    diffusion: [...diffusion, ...(flags.diffusion ?? [])],
  };
}

/** `--phase NAME` is the phase of that name in the file, where it has one. */
function choosePhases(
  flags: readonly PhaseSpec[] | undefined,
  phases: readonly PhaseSpec[] | undefined,
): PhaseSpec[] | undefined {
  if (flags === undefined) return phases === undefined ? undefined : [...phases];
  return flags.map((flag) => {
    const isBareName = flag.volumes.length === 1 && flag.volumes[0] === flag.name;
    return (isBareName ? phases?.find(({ name }) => name === flag.name) : undefined) ?? flag;
  });
}

/** Whether a coefficient is that of a phase of the file that --phase leaves out, and of no volume that is left. */
function isLeftOut(
  name: string,
  chosen: readonly PhaseSpec[] | undefined,
  phases: readonly PhaseSpec[] | undefined,
): boolean {
  const phase = phases?.find((other) => other.name === name);
  if (phase === undefined || phase.volumes.includes(name)) return false;
  return chosen?.every((other) => other.name !== name && !other.volumes.includes(name)) === true;
}

async function isProblem(path: string): Promise<boolean> {
  const extension = extname(path).toLowerCase();
  if (problemExtensions.has(extension)) return true;
  if (meshExtensions.has(extension)) return false;
  const head = await readHead(path);
  return /^\s*\{/.test(head) || /^(?:mesh|geometry)\s*:/m.test(head);
}

/** The first bytes as text; nothing for what cannot be read twice, such as a pipe, or at all. */
async function readHead(path: string): Promise<string> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return "";
  try {
    if (!(await handle.stat()).isFile()) return "";
    const bytes = new Uint8Array(headBytes);
    const { bytesRead } = await handle.read(bytes, 0, headBytes, 0);
    return new TextDecoder("latin1").decode(bytes.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ParseError("problem-syntax", `${path}: expected text in UTF-8`, {
      cause,
      details: { file: path, line: 1, column: 1 },
    });
  }
}

/** Paths in the file are relative to it. */
function withPaths(problem: Problem, path: string): Problem {
  const place = (name: string): string => (isAbsolute(name) ? name : join(dirname(path), name));
  const placeMesh = (mesh: MeshSpec): MeshSpec => {
    if ("file" in mesh) return { file: place(mesh.file) };
    const { geometry } = mesh;
    const isName = builtInGeometries.includes(geometry) && basename(geometry) === geometry;
    return isName ? mesh : { ...mesh, geometry: place(geometry) };
  };
  return { ...problem, mesh: placeMesh(problem.mesh) };
}

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
