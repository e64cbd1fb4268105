import { MeshError, UsageError } from "../core/errors.js";
import {
  invertSymmetric,
  isFiniteSymmetric,
  isPositiveDefinite,
  relativeChange,
  SYMMETRIC_SIZE,
} from "../core/symmetric.js";
import type { SymmetricTensor } from "../core/tensor.js";
import { facePlanes, type UnitCell } from "../mesh/lattice.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { CellCoefficient } from "./cell-input.js";
import { QUADRATURE_3, QUADRATURE_5, type TetQuadrature } from "./quadrature.js";

/** A diffusion tensor a(y) that varies in space. */
export interface CoefficientField {
  /** Stands for the field in results and messages: its formula. */
  readonly description: string;
  /**
   * Writes the entries xx, yy, zz, yz, xz, xy of a(y) in um^2/ms, symmetric positive definite.
   *
   * @param point y1, y2, y3 (fractional coordinates of the unit cell, in [0, 1]), x, y, z (mesh coordinates); valid in the call only
   * @param cell index of the mesh cell that holds the point: for data given by cell
   * @param tensor receives six numbers
   */
  evaluate(point: Float64Array, cell: number, tensor: Float64Array): void;
}

/** What each cell of a phase is made of: a constant or a field. */
export interface PiecewiseCoefficient {
  readonly pieces: readonly (SymmetricTensor | CoefficientField)[];
  /** Piece of each cell of the phase, numPhaseCells. */
  readonly pieceOfCell: Int32Array;
}

/** The two means of a coefficient over each cell T that two-sided bounds need, A >= H as quadratic forms. */
export interface CoefficientMeans {
  /** A = 1/|T| int_T a dy. */
  readonly arithmetic: CellCoefficient;
  /** H = (1/|T| int_T a^-1 dy)^-1; the same object as `arithmetic` where a is constant in every cell. */
  readonly harmonic: CellCoefficient;
  /**
   * Largest relative change of A or H^-1 of a cell, as a quadratic form, between quadrature of degree 3 and 5; 0 where a
   * is constant in every cell.
   */
  readonly quadratureChange: number;
}

/** Largest `quadratureChange` of a cell that is accepted. */
export const LARGEST_QUADRATURE_CHANGE = 1e-2;

/** Points at which a is only looked at: the nodes and the centroids of the facets. */
const CHECKED_POINTS = Float64Array.from(
  [0, 1, 2, 3].flatMap((i) => [
    ...[0, 1, 2, 3].map((j) => (i === j ? 1 : 0)),
    ...[0, 1, 2, 3].map((j) => (i === j ? 0 : 1 / 3)),
  ]),
);

/** Round-off of fractional coordinates: points so near to a face of the unit cell lie on it. */
const FRACTIONAL_ROUNDOFF = 1e-12;

/**
 * The means of a coefficient over the cells of a phase, where it varies by quadrature of degree 5 checked against
 * degree 3.
 *
 * @param phaseCells cells of the phase, ascending
 * @throws UsageError `coefficient-not-finite`, `coefficient-not-positive-definite` naming cell and point, for values at
 *   quadrature points, nodes and centroids of facets
 * @throws MeshError `coefficient-underresolved` naming the cell, where the two degrees differ by more than
 *   {@link LARGEST_QUADRATURE_CHANGE}
 */
export function averageCoefficient(
  mesh: TetMesh,
  unitCell: UnitCell,
  phaseCells: Int32Array,
  coefficient: PiecewiseCoefficient,
): CoefficientMeans {
  const { pieces, pieceOfCell } = coefficient;
  if (!pieces.some(isField)) return { ...sameMeans(coefficient), quadratureChange: 0 };
  const arithmetic = new Float64Array(SYMMETRIC_SIZE * phaseCells.length);
  const harmonic = new Float64Array(SYMMETRIC_SIZE * phaseCells.length);
  const sampler = createSampler(mesh, unitCell);
  const [coarse, fine] = [createMeans(), createMeans()];
  let quadratureChange = 0;
  for (let i = 0; i < phaseCells.length; i++) {
    const piece = pieces[pieceOfCell[i]];
    const at = SYMMETRIC_SIZE * i;
    if (isField(piece)) {
      placeInCell(sampler, phaseCells[i]);
      for (let p = 0; p < CHECKED_POINTS.length; p += 4) sample(sampler, piece, CHECKED_POINTS, p);
      integrateMeans(sampler, piece, QUADRATURE_3, coarse);
      integrateMeans(sampler, piece, QUADRATURE_5, fine);
      const change = Math.max(
        relativeChange(coarse.value, fine.value),
        relativeChange(coarse.inverse, fine.inverse),
      );
      if (!(change <= LARGEST_QUADRATURE_CHANGE)) refuseUnderresolved(sampler, piece, change);
      quadratureChange = Math.max(quadratureChange, change);
      arithmetic.set(fine.value, at);
      invertSymmetric(fine.inverse, 0, harmonic, at);
    } else {
      arithmetic.set(piece, at);
      harmonic.set(piece, at);
    }
  }
  return {
    arithmetic: { tensors: arithmetic, tensorOfCell: null },
    harmonic: { tensors: harmonic, tensorOfCell: null },
    quadratureChange,
  };
}

/** Both means of a coefficient that is constant in every cell: no array over the cells is made. */
function sameMeans({ pieces, pieceOfCell }: PiecewiseCoefficient): {
  arithmetic: CellCoefficient;
  harmonic: CellCoefficient;
} {
  const tensors = Float64Array.from(pieces.flatMap((piece) => (isField(piece) ? [] : piece)));
  const constant = { tensors, tensorOfCell: pieces.length > 1 ? pieceOfCell : null };
  return { arithmetic: constant, harmonic: constant };
}

/** Whether a piece of a coefficient is a field, not a constant. */
export function isField(piece: SymmetricTensor | CoefficientField): piece is CoefficientField {
  return "evaluate" in piece;
}

/** Means of a and of a^-1 over a cell, six entries each. */
interface Means {
  readonly value: Float64Array;
  readonly inverse: Float64Array;
}

function createMeans(): Means {
  return { value: new Float64Array(SYMMETRIC_SIZE), inverse: new Float64Array(SYMMETRIC_SIZE) };
}

/** A cell under examination and the last point sampled in it. */
interface Sampler {
  readonly mesh: TetMesh;
  /** Rows n_k / h_k, then the origin: y_k = (n_k / h_k) . (x - origin). 12 numbers. */
  readonly toFractional: Float64Array;
  /** Mesh coordinates of the nodes of the cell, 4 x 3. */
  readonly corners: Float64Array;
  cell: number;
  readonly point: Float64Array;
  readonly tensor: Float64Array;
  readonly inverse: Float64Array;
}

function createSampler(mesh: TetMesh, unitCell: UnitCell): Sampler {
  const { normals, heights } = facePlanes(unitCell.vectors);
  const rows = normals.flatMap((normal, k) => normal.map((entry) => entry / heights[k]));
  return {
    mesh,
    toFractional: Float64Array.from([...rows, ...unitCell.origin]),
    corners: new Float64Array(12),
    cell: -1,
    point: new Float64Array(6),
    tensor: new Float64Array(SYMMETRIC_SIZE),
    inverse: new Float64Array(SYMMETRIC_SIZE),
  };
}

function placeInCell(sampler: Sampler, cell: number): void {
  const { coordinates, cells } = sampler.mesh;
  sampler.cell = cell;
  for (let i = 0; i < 4; i++) {
    const node = 3 * cells[4 * cell + i];
    for (let k = 0; k < 3; k++) sampler.corners[3 * i + k] = coordinates[node + k];
  }
}

/** Evaluates the field at the point with barycentric coordinates lambda[at ... at + 3], and checks what it gives. */
function sample(sampler: Sampler, field: CoefficientField, lambda: Float64Array, at: number): void {
  const { corners, point, tensor, toFractional: map } = sampler;
  for (let k = 0; k < 3; k++) {
    point[3 + k] =
      lambda[at] * corners[k] +
      lambda[at + 1] * corners[3 + k] +
      lambda[at + 2] * corners[6 + k] +
      lambda[at + 3] * corners[9 + k];
  }
  const x = point[3] - map[9];
  const y = point[4] - map[10];
  const z = point[5] - map[11];
  for (let k = 0; k < 3; k++) {
    point[k] = toUnitInterval(map[3 * k] * x + map[3 * k + 1] * y + map[3 * k + 2] * z);
  }
  field.evaluate(point, sampler.cell, tensor);
  if (!isFiniteSymmetric(tensor, 0)) refuseNotFinite(sampler, field);
  if (!isPositiveDefinite(tensor, 0)) refuseNotPositiveDefinite(sampler, field);
}

/** The coordinate without round-off at both ends: the mesh lies in the unit cell, see `identifyPeriodicFaces`. */
function toUnitInterval(y: number): number {
  if (y <= FRACTIONAL_ROUNDOFF) return 0;
  return y >= 1 - FRACTIONAL_ROUNDOFF ? 1 : y;
}

function integrateMeans(sampler: Sampler, field: CoefficientField, rule: TetQuadrature, means: Means): void {
  const { tensor, inverse } = sampler;
  means.value.fill(0);
  means.inverse.fill(0);
  for (let q = 0; q < rule.weights.length; q++) {
    sample(sampler, field, rule.points, 4 * q);
    invertSymmetric(tensor, 0, inverse, 0);
    for (let e = 0; e < SYMMETRIC_SIZE; e++) {
      means.value[e] += rule.weights[q] * tensor[e];
      means.inverse[e] += rule.weights[q] * inverse[e];
    }
  }
}

function refuseNotFinite(sampler: Sampler, field: CoefficientField): never {
  const { place, details } = describePlace(sampler);
  throw new UsageError(
    "coefficient-not-finite",
    `the diffusion "${field.description}" is ${formatTensor(sampler.tensor)} at ${place}; it must be finite ` +
      `everywhere, on nodes and facets too`,
    { details: { field: field.description, tensor: [...sampler.tensor], ...details } },
  );
}

function refuseNotPositiveDefinite(sampler: Sampler, field: CoefficientField): never {
  const { place, details } = describePlace(sampler);
  throw new UsageError(
    "coefficient-not-positive-definite",
    `the diffusion "${field.description}" is ${formatTensor(sampler.tensor)} at ${place}, which is not positive ` +
      `definite; a diffusion tensor needs xi.a xi > 0 for every direction xi`,
    { details: { field: field.description, tensor: [...sampler.tensor], ...details } },
  );
}

function refuseUnderresolved(sampler: Sampler, field: CoefficientField, change: number): never {
  const { cell, corners, mesh } = sampler;
  const centroid = [0, 1, 2].map((k) => (corners[k] + corners[3 + k] + corners[6 + k] + corners[9 + k]) / 4);
  throw new MeshError(
    "coefficient-underresolved",
    `the mean of the diffusion "${field.description}" over element ${mesh.cellTags[cell]} at ${formatPoint(centroid)} ` +
      `changes by ${change.toPrecision(3)} between quadrature of degree 3 and 5, more than ` +
      `${LARGEST_QUADRATURE_CHANGE}; refine the mesh where the diffusion varies, and let facets follow its jumps`,
    { details: { field: field.description, cellTag: mesh.cellTags[cell], centroid, change } },
  );
}

function describePlace({ mesh, cell, point }: Sampler): { place: string; details: Record<string, unknown> } {
  const [y1, y2, y3, x, y, z] = point;
  const cellTag = mesh.cellTags[cell];
  return {
    place: `${formatPoint([x, y, z])} (y1, y2, y3 = ${formatPoint([y1, y2, y3])}) in element ${cellTag}`,
    details: { cellTag, point: [x, y, z], fractional: [y1, y2, y3] },
  };
}

function formatPoint(point: readonly number[]): string {
  return `(${point.map((value) => String(Number(value.toPrecision(6)))).join(", ")})`;
}

/** One number for a multiple of the identity, else six. */
function formatTensor([xx, yy, zz, yz, xz, xy]: Float64Array): string {
  const same = Object.is(xx, yy) && Object.is(yy, zz) && yz === 0 && xz === 0 && xy === 0;
  return same ? String(xx) : `${[xx, yy, zz, yz, xz, xy].join(",")} (xx,yy,zz,yz,xz,xy)`;
}
