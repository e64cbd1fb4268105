import { UsageError } from "../core/errors.js";
import { isotropicTensor, requirePositiveDefinite, toMatrix3, type SymmetricTensor } from "../core/tensor.js";
import type { CellCoefficient } from "../fem/assembly.js";
import type { DiffusionValue } from "../io/homogenization-result.js";
import type { Phase } from "../mesh/phases.js";
import type { TetMesh } from "../mesh/tet-mesh.js";

/** Microscopic diffusion by physical volume or phase, um^2/ms; a volume's own value goes before its phase's. */
export type DiffusionSpec = Readonly<Record<string, number | SymmetricTensor>>;

/** Diffusion of volumes for which none is given, um^2/ms. */
export const DEFAULT_DIFFUSION = 1;

/** The diffusion of one phase: for assembly, and as it stands in the result. */
export interface PhaseDiffusion {
  readonly coefficient: CellCoefficient;
  /** The scalar, where all volumes of the phase have one and the same; else null. */
  readonly scalar: number | null;
  readonly record: DiffusionValue | Readonly<Record<string, DiffusionValue>>;
}

/**
 * Refuses names in a diffusion specification that are neither a volume nor a phase, and values that are not positive
 * definite.
 *
 * @throws UsageError `unknown-volume`, `diffusion-not-positive-definite`
 */
export function checkDiffusion(mesh: TetMesh, phases: readonly Phase[], spec: DiffusionSpec): void {
  const names = new Set([...mesh.volumes, ...phases].map((named) => named.name));
  for (const [name, value] of Object.entries(spec)) {
    if (!names.has(name)) {
      throw new UsageError(
        "unknown-volume",
        `diffusion is given for "${name}", which is neither a physical volume nor a phase; there are: ${[...names].join(", ")}`,
        { details: { volume: name, existing: [...names] } },
      );
    }
    requirePositiveDefinite(toTensor(value), `the diffusion of "${name}"`);
  }
}

/**
 * The diffusion tensor of every cell of a phase.
 *
 * @param phaseCells cells of the phase, ascending
 * @throws UsageError `diffusion-ambiguous` where cells lie in several volumes with different values
 */
export function resolveDiffusion(
  mesh: TetMesh,
  phase: Phase,
  phaseCells: Int32Array,
  spec: DiffusionSpec,
): PhaseDiffusion {
  const valueOfVolume = (name: string): number | SymmetricTensor =>
    valueOf(spec, name) ?? valueOf(spec, phase.name) ?? DEFAULT_DIFFUSION;
  const tensors: SymmetricTensor[] = [];
  const tensorOfRegion = mesh.cellRegions.map((region) => {
    const names = region.groups.map((group) => mesh.volumes[group].name);
    const own = names.filter((name) => phase.volumes.includes(name));
    const given = own.filter((name) => valueOf(spec, name) !== undefined);
    const candidates = given.length > 0 ? given : own;
    if (candidates.length === 0) return -1;
    const [tensor, ...others] = candidates.map((name) => toTensor(valueOfVolume(name)));
    if (others.some((other) => !isSame(other, tensor))) {
      throw new UsageError(
        "diffusion-ambiguous",
        `the volumes ${candidates.join(" and ")} share cells but have different diffusion; give one of them only`,
        { details: { volumes: candidates } },
      );
    }
    const known = tensors.findIndex((other) => isSame(other, tensor));
    return known >= 0 ? known : tensors.push(tensor) - 1;
  });
  const tensorOfCell = phaseCells.map((cell) => tensorOfRegion[mesh.cellRegion[cell]]);
  const values = phase.volumes.map(valueOfVolume);
  const uniform = values.every((value) => isSame(toTensor(value), toTensor(values[0])));
  const [first] = values;
  return {
    coefficient: { tensors, tensorOfCell },
    scalar: uniform ? scalarOf(toTensor(first)) : null,
    record: uniform
      ? toRecord(first)
      : Object.fromEntries(phase.volumes.map((name, v) => [name, toRecord(values[v])])),
  };
}

function valueOf(spec: DiffusionSpec, name: string): number | SymmetricTensor | undefined {
  return Object.hasOwn(spec, name) ? spec[name] : undefined;
}

function toTensor(value: number | SymmetricTensor): SymmetricTensor {
  return typeof value === "number" ? isotropicTensor(value) : value;
}

function toRecord(value: number | SymmetricTensor): DiffusionValue {
  return typeof value === "number" ? value : toMatrix3(value);
}

function isSame(a: SymmetricTensor, b: SymmetricTensor): boolean {
  return a.every((entry, e) => entry === b[e]);
}

function scalarOf(a: SymmetricTensor): number | null {
  return isSame(a, isotropicTensor(a[0])) ? a[0] : null;
}
