import { PeriodicityError, UsageError } from "../core/errors.js";
import { determinant3, norm3, type Vector3 } from "../core/tensor.js";
import { withKernelBuffers } from "../kernel/kernel-buffers.js";
import type { Kernel } from "../kernel/kernel.js";
import { facetNode } from "./facets.js";
import { facePlanes, sortLatticeVectors, type UnitCell } from "./lattice.js";
import { periodicTranslations } from "./periodic-links.js";
import { viewCells } from "./resident-cells.js";
import type { KernelSurvey } from "./survey-mesh.js";
import type { TetMesh } from "./tet-mesh.js";

/** A unit cell given by the caller. */
export interface GivenUnitCell {
  /** Lattice vectors L1, L2, L3. */
  readonly vectors: readonly [Vector3, Vector3, Vector3];
  /**
   * Corner of the cell. By default the mesh decides, direction by direction: where it is as long as the cell, the cell
   * begins where the mesh begins; where it is shorter, the mesh lies in the middle of the cell.
   */
  readonly origin?: Vector3;
}

/** How to find the unit cell of a mesh. */
export interface UnitCellOptions {
  readonly unitCell?: GivenUnitCell;
  /** Says that one phase really fills its bounding box. */
  readonly homogeneous?: boolean;
  /** Relative tolerance on coordinates, of the longest lattice vector. Default 1e-6. */
  readonly periodicTolerance?: number;
}

/** Default of {@link UnitCellOptions.periodicTolerance}. */
export const DEFAULT_PERIODIC_TOLERANCE = 1e-6;

/** Relative difference of volumes below which a mesh fills its box: far above round-off, far below one cell. */
export const FILLED_TOLERANCE = 1e-8;

/** |det [L1; L2; L3]| of unit vectors below which three translations do not span space. */
const INDEPENDENCE_TOLERANCE = 1e-6;

/**
 * The unit cell of a mesh: the one given; else the box whose edges are the translations of the $Periodic section; else
 * the bounding box, but only where that is no guess: at least two phases fill it, or a single phase leaves part of it
 * empty and reaches all six faces, or the caller says that it is homogeneous.
 *
 * @param numPhases number of phases with cells
 * @throws PeriodicityError `unit-cell-unknown`, `periodic-translations-dependent`, `periodic-not-a-translation`
 * @throws UsageError `unit-cell-degenerate`, `not-homogeneous`
 */
export function findUnitCell(
  kernel: Kernel,
  mesh: TetMesh,
  survey: KernelSurvey,
  numPhases: number,
  options: UnitCellOptions = {},
): UnitCell {
  const tolerance = options.periodicTolerance ?? DEFAULT_PERIODIC_TOLERANCE;
  if (options.unitCell !== undefined) return givenUnitCell(mesh, options.unitCell, tolerance);

  const translations = periodicTranslations(kernel, mesh, survey, tolerance);
  if (translations.length > 3) {
    throw new PeriodicityError(
      "periodic-translations-dependent",
      `the $Periodic section holds ${translations.length} different translations (${translations.map(formatVector).join("; ")}); ` +
        `a unit cell has three: give it with --unit-cell L1,L2,L3`,
      { details: { translations } },
    );
  }
  if (translations.length === 3) return periodicUnitCell(kernel, mesh, survey, translations);
  return boxUnitCell(mesh, survey, numPhases, translations, options.homogeneous ?? false, tolerance);
}

/** `(0.1, 0, 1)`: a point or vector in a message. */
export function formatVector(v: readonly number[]): string {
  return `(${v.map((x) => String(Number(x.toPrecision(9)))).join(", ")})`;
}

/** Distance of a node from the low face of direction k: n_k . (x - origin), in mesh units. */
export function distanceFromLowFace(
  coordinates: Float64Array,
  node: number,
  normal: Vector3,
  origin: Vector3,
): number {
  const i = 3 * node;
  return (
    normal[0] * (coordinates[i] - origin[0]) +
    normal[1] * (coordinates[i + 1] - origin[1]) +
    normal[2] * (coordinates[i + 2] - origin[2])
  );
}

function givenUnitCell(mesh: TetMesh, given: GivenUnitCell, tolerance: number): UnitCell {
  const lengths = given.vectors.map(norm3);
  const volume = determinant3(...given.vectors);
  const finite = [...given.vectors.flat(), ...(given.origin ?? [])].every(Number.isFinite);
  if (!finite || !(Math.abs(volume) > INDEPENDENCE_TOLERANCE * lengths[0] * lengths[1] * lengths[2])) {
    throw new UsageError(
      "unit-cell-degenerate",
      `the unit cell ${given.vectors.map(formatVector).join(", ")} has no volume; give three positive lengths`,
      { details: { vectors: given.vectors } },
    );
  }
  const vectors = sortLatticeVectors(given.vectors);
  return { origin: given.origin ?? placeCell(mesh, vectors, tolerance), vectors, source: "given" };
}

/** Origin that puts the mesh in the middle of the cell, or flush with it where it is as long as the cell. */
function placeCell(mesh: TetMesh, vectors: readonly [Vector3, Vector3, Vector3], tolerance: number): Vector3 {
  const { normals, heights } = facePlanes(vectors);
  const size = Math.max(...vectors.map(norm3));
  const origin: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    const [low, high] = extentAlong(mesh, normals[k]);
    const spans = Math.abs(high - low - heights[k]) <= tolerance * size;
    const start = (spans ? low : (low + high - heights[k]) / 2) / heights[k];
    for (let d = 0; d < 3; d++) origin[d] += start * vectors[k][d];
  }
  return origin;
}

function extentAlong(mesh: TetMesh, normal: Vector3): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let node = 0; node < mesh.numNodes; node++) {
    const s = distanceFromLowFace(mesh.coordinates, node, normal, [0, 0, 0]);
    if (s < low) low = s;
    if (s > high) high = s;
  }
  return [low, high];
}

function periodicUnitCell(
  kernel: Kernel,
  mesh: TetMesh,
  { coordinatesAt }: KernelSurvey,
  translations: readonly Vector3[],
): UnitCell {
  const lengths = translations.map(norm3);
  const volume = determinant3(translations[0], translations[1], translations[2]);
  if (!(Math.abs(volume) > INDEPENDENCE_TOLERANCE * lengths[0] * lengths[1] * lengths[2])) {
    throw new PeriodicityError(
      "periodic-translations-dependent",
      `the translations of the $Periodic section, ${translations.map(formatVector).join("; ")}, lie in one plane; ` +
        `a unit cell needs three independent ones: give it with --unit-cell L1,L2,L3`,
      { details: { translations } },
    );
  }
  const vectors = sortLatticeVectors(translations);
  const { normals, heights } = facePlanes(vectors);
  const lowest = withKernelBuffers(kernel, (buffers) => {
    const normalsAt = buffers.copyIn(Float64Array.from(normals.flat()));
    const lowestAt = buffers.copyIn(new Float64Array(3).fill(Infinity));
    for (const { dimension, nodePairs } of mesh.periodicLinks) {
      if (dimension !== 2) continue;
      const nodesAt = buffers.copyIn(nodePairs);
      kernel.call("erfem_lowest_nodes", nodePairs.length, nodesAt, coordinatesAt, normalsAt, lowestAt);
    }
    return buffers.readFloat64(lowestAt, 3);
  });
  const origin: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    for (let d = 0; d < 3; d++) origin[d] += (lowest[k] / heights[k]) * vectors[k][d];
  }
  return { origin: snapOrigin(origin, Math.max(...lengths)), vectors, source: "periodic" };
}

/** Removes the round-off of a change of basis from coordinates that are zero but for it. */
function snapOrigin(origin: Vector3, size: number): Vector3 {
  const snap = (x: number): number => (Math.abs(x) < 1e-14 * size ? 0 : x);
  return [snap(origin[0]), snap(origin[1]), snap(origin[2])];
}

function boxUnitCell(
  mesh: TetMesh,
  survey: KernelSurvey,
  numPhases: number,
  translations: readonly Vector3[],
  homogeneous: boolean,
  tolerance: number,
): UnitCell {
  const { box } = survey;
  const lengths = box.max.map((x, k) => x - box.min[k]);
  const boxVolume = lengths[0] * lengths[1] * lengths[2];
  const filledShare = survey.volume / boxVolume;
  const filled = Math.abs(filledShare - 1) <= FILLED_TOLERANCE;
  const vectors: readonly [Vector3, Vector3, Vector3] = [
    [lengths[0], 0, 0],
    [0, lengths[1], 0],
    [0, 0, lengths[2]],
  ];
  if (homogeneous && !filled) {
    throw new UsageError(
      "not-homogeneous",
      `the mesh fills ${(100 * filledShare).toPrecision(6)} % of its bounding box, so the box is not homogeneous; ` +
        `leave --homogeneous out, or give the unit cell with --unit-cell L1,L2,L3`,
      { details: { filledShare } },
    );
  }
  const size = Math.max(...lengths);
  const reason = whyBoxIsNoUnitCell(mesh, survey, numPhases, filled, homogeneous, tolerance * size);
  const stray = translations.find((t) =>
    t.some((component, k) => {
      const shift = Math.abs(component) / lengths[k];
      return Math.abs(shift - Math.round(shift)) * lengths[k] > tolerance * size;
    }),
  );
  if (reason === undefined && stray === undefined)
    return { origin: box.min, vectors, source: "bounding-box" };
  throw new PeriodicityError(
    "unit-cell-unknown",
    (reason ??
      `the translation ${formatVector(stray ?? [])} of the $Periodic section is no period of the bounding box`) +
      `; the bounding box is ${formatVector(lengths)} at ${formatVector(box.min)}: give the unit cell with ` +
      `--unit-cell L1,L2,L3[@x,y,z]${filled && numPhases === 1 ? ", or say --homogeneous if one phase really fills it" : ""}`,
    { details: { boundingBox: box, filledShare, numPhases, translations } },
  );
}

/** Why the bounding box would be a guess, or undefined where it is none. */
function whyBoxIsNoUnitCell(
  mesh: TetMesh,
  survey: KernelSurvey,
  numPhases: number,
  filled: boolean,
  homogeneous: boolean,
  distance: number,
): string | undefined {
  if (filled) {
    if (numPhases > 1 || homogeneous) return undefined;
    return "a single phase fills its own bounding box, so that the box need not be the unit cell (a straight pipe meshed alone looks like this)";
  }
  if (numPhases > 1)
    return "the phases do not fill their bounding box, so that the box need not be the unit cell";
  const missing = facesNotReached(mesh, survey, distance);
  if (missing.length === 0) return undefined;
  return `the phase has no facet on the ${missing.join(", ")} face of its bounding box, so that the box need not be the unit cell`;
}

/** The faces of the bounding box on which no boundary facet of the mesh lies. */
function facesNotReached(mesh: TetMesh, survey: KernelSurvey, distance: number): string[] {
  const { box, boundaryFacets } = survey;
  const names = ["x-min", "x-max", "y-min", "y-max", "z-min", "z-max"];
  const reached = names.map(() => false);
  const cells = viewCells(mesh);
  for (const half of boundaryFacets) {
    for (let k = 0; k < 3; k++) {
      let low = true;
      let high = true;
      for (let corner = 0; corner < 3; corner++) {
        const x = mesh.coordinates[3 * facetNode(cells, half, corner) + k];
        if (x > box.min[k] + distance) low = false;
        if (x < box.max[k] - distance) high = false;
      }
      if (low) reached[2 * k] = true;
      if (high) reached[2 * k + 1] = true;
    }
  }
  return names.filter((_, face) => !reached[face]);
}
