import { UsageError } from "../core/errors.js";
import { isotropicTensor, requirePositiveDefinite, toMatrix3, type SymmetricTensor } from "../core/tensor.js";
import { isField, type CoefficientField, type PiecewiseCoefficient } from "../fem/coefficient-average.js";
import type { DiffusionValue } from "../io/homogenization-result.js";
import type { CoefficientSpec } from "../io/problem.js";
import { indexVolumes, listNames, type Phase } from "../mesh/phases.js";
import type { TetMesh } from "../mesh/tet-mesh.js";

/**
 * Diffusion of a volume, um^2/ms: a scalar, a tensor, a formula (a string, as `{ formula }`), six formulas, cell data of the
 * mesh, or a function of the point. Formulas may use `coefficientVariables`.
 */
export type DiffusionInput = CoefficientSpec | string | CoefficientField;

/**
 * Microscopic diffusion in um^2/ms by the name of a physical volume or phase, or by physical tag; a volume's own value goes
 * before its phase's.
 */
export type DiffusionSpec = Readonly<Record<string, DiffusionInput>>;

/** A specification ready for evaluation: see `compileDiffusion`. */
export type CompiledDiffusion = Readonly<Record<string, number | SymmetricTensor | CoefficientField>>;

/** Diffusion of volumes for which none is given, um^2/ms. */
export const DEFAULT_DIFFUSION = 1;

/** The diffusion of one phase: for assembly, and as it stands in the result. */
export interface PhaseDiffusion {
  readonly coefficient: PiecewiseCoefficient;
  /** The scalar, where all volumes of the phase have one and the same; else null. */
  readonly scalar: number | null;
  readonly record: DiffusionValue | Readonly<Record<string, DiffusionValue>>;
}

/**
 * A diffusion specification with every key the name of a volume or phase: a key that names neither is a physical tag.
 * Refuses keys that mean nothing or two things, and constants that are not positive definite.
 *
 * @throws UsageError `unknown-volume`, `diffusion-ambiguous`, `diffusion-not-positive-definite`
 */
export function checkDiffusion(mesh: TetMesh, phases: readonly Phase[], spec: DiffusionSpec): DiffusionSpec {
  const phaseOfName = new Map(phases.map((phase) => [phase.name, phase]));
  const volumeIndex = indexVolumes(mesh);
  const resolved = new Map<string, DiffusionInput>();
  for (const [key, value] of Object.entries(spec)) {
    if (typeof value === "number" || isTensor(value)) {
      requirePositiveDefinite(toPiece(value), `the diffusion of "${key}"`);
    }
    // A name goes before a tag.
    const index = volumeIndex.get(key);
    const named = index === undefined ? undefined : mesh.volumes[index].name;
    const volume = named !== key && phaseOfName.has(key) ? undefined : named;
    const name = volume ?? key;
    const phase = phaseOfName.get(name);
    if (phase === undefined && volume === undefined) refuseUnknownName(mesh, phases, key);
    if (phase !== undefined && volume !== undefined && !phase.volumes.includes(volume)) {
      throw new UsageError(
        "diffusion-ambiguous",
        `diffusion is given for "${key}", but "${name}" is both a physical volume and another phase (of ` +
          `${listNames(phase.volumes)}); give the phase another name`,
        { details: { name, phaseVolumes: phase.volumes } },
      );
    }
    if (resolved.has(name)) {
      throw new UsageError(
        "diffusion-ambiguous",
        `the diffusion of the volume "${name}" is given by its name and by its physical tag; give it once`,
        { details: { name, key } },
      );
    }
    resolved.set(name, value);
  }
  return Object.fromEntries(resolved);
}

/**
 * What every cell of a phase is made of, in time proportional to the phase.
 *
 * @param phaseCells cells of the phase, ascending
 * @param spec of {@link checkDiffusion}, compiled
 * @throws UsageError `diffusion-ambiguous` where cells lie in several volumes with different values
 */
export function resolveDiffusion(
  mesh: TetMesh,
  phase: Phase,
  phaseCells: Int32Array,
  spec: CompiledDiffusion,
): PhaseDiffusion {
  const valueOfVolume = (name: string): CompiledDiffusion[string] =>
    valueOf(spec, name) ?? valueOf(spec, phase.name) ?? DEFAULT_DIFFUSION;
  const ownVolumes = new Set(phase.volumes);
  const pieces: Piece[] = [];
  const indexOfPiece = new Map<unknown, number>();
  const pieceOfRegion = new Map<number, number>();
  const findPiece = (region: number): number => {
    const names = mesh.cellRegions[region].groups.map((group) => mesh.volumes[group].name);
    const own = names.filter((name) => ownVolumes.has(name));
    const given = own.filter((name) => valueOf(spec, name) !== undefined);
    const candidates = given.length > 0 ? given : own;
    const [piece, ...others] = candidates.map((name) => toPiece(valueOfVolume(name)));
    if (others.some((other) => !isSame(other, piece))) {
      throw new UsageError(
        "diffusion-ambiguous",
        `the volumes ${candidates.join(" and ")} share cells but have different diffusion; give one of them only`,
        { details: { volumes: candidates } },
      );
    }
    const key = isField(piece) ? piece : piece.join();
    const known = indexOfPiece.get(key);
    if (known !== undefined) return known;
    indexOfPiece.set(key, pieces.length);
    return pieces.push(piece) - 1;
  };
  const isOwn = (group: number): boolean => ownVolumes.has(mesh.volumes[group].name);
  const numRegions = mesh.cellRegions.filter((region) => region.groups.some(isOwn)).length;
  let lastRegion = -1;
  for (let i = 0; i < phaseCells.length && pieceOfRegion.size < numRegions; i++) {
    const region = mesh.cellRegion[phaseCells[i]];
    if (region === lastRegion) continue;
    lastRegion = region;
    if (!pieceOfRegion.has(region)) pieceOfRegion.set(region, findPiece(region));
  }
  // Zeros take no memory before they are written to.
  const pieceOfCell = new Int32Array(phaseCells.length);
  if (pieces.length > 1) {
    for (let i = 0; i < phaseCells.length; i++) {
      pieceOfCell[i] = pieceOfRegion.get(mesh.cellRegion[phaseCells[i]]) ?? 0;
    }
  }
  const values = phase.volumes.map(valueOfVolume);
  const [first] = values;
  const firstPiece = toPiece(first);
  const uniform = values.every((value) => isSame(toPiece(value), firstPiece));
  return {
    coefficient: { pieces, pieceOfCell },
    scalar: uniform ? scalarOf(firstPiece) : null,
    record: uniform
      ? toRecord(first)
      : Object.fromEntries(phase.volumes.map((name, v) => [name, toRecord(values[v])])),
  };
}

function refuseUnknownName(mesh: TetMesh, phases: readonly Phase[], name: string): never {
  const existing = [...new Set([...mesh.volumes, ...phases].map((named) => named.name))];
  throw new UsageError(
    "unknown-volume",
    `diffusion is given for "${name}", which is neither a physical volume nor a phase; there are: ${listNames(existing)}`,
    { details: { volume: name, existing } },
  );
}

type Piece = PiecewiseCoefficient["pieces"][number];

function valueOf(spec: CompiledDiffusion, name: string): CompiledDiffusion[string] | undefined {
  return Object.hasOwn(spec, name) ? spec[name] : undefined;
}

function toPiece<T extends SymmetricTensor | CoefficientField>(value: number | T): SymmetricTensor | T {
  return typeof value === "number" ? isotropicTensor(value) : value;
}

function isTensor(value: DiffusionInput): value is SymmetricTensor {
  return Array.isArray(value);
}

function toRecord(value: CompiledDiffusion[string]): DiffusionValue {
  if (typeof value === "number") return value;
  return isField(value) ? value.description : toMatrix3(value);
}

function isSame(a: Piece, b: Piece): boolean {
  if (isField(a) || isField(b)) return a === b;
  return a.every((entry, e) => entry === b[e]);
}

/** The scalar that a constant piece is a multiple of the identity with, else null. */
function scalarOf(piece: Piece): number | null {
  return !isField(piece) && isSame(piece, isotropicTensor(piece[0])) ? piece[0] : null;
}
