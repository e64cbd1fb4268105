import { cross, determinant3, norm3, type Vector3 } from "../core/tensor.js";

/** Where a unit cell came from: the file's $Periodic section, the bounding box of the mesh, or the caller. */
export type UnitCellSource = "periodic" | "bounding-box" | "given";

/** The unit cell Y: all points origin + s_1 L1 + s_2 L2 + s_3 L3 with 0 <= s_k <= 1. */
export interface UnitCell {
  readonly origin: Vector3;
  /** Lattice vectors L1, L2, L3; right-handed. */
  readonly vectors: readonly [Vector3, Vector3, Vector3];
  readonly source: UnitCellSource;
}

/** Number of lattice directions. */
export const NUM_DIRECTIONS = 3;

/** |Y| = det [L1; L2; L3]. */
export function unitCellVolume(unitCell: UnitCell): number {
  const [a, b, c] = unitCell.vectors;
  return determinant3(a, b, c);
}

/** Length of the longest lattice vector: the size that tolerances relate to. */
export function unitCellSize(unitCell: UnitCell): number {
  return Math.max(...unitCell.vectors.map(norm3));
}

/**
 * Unit normals of the faces of Y and the distances between opposite faces.
 *
 * n_k = (L_l x L_m) / |L_l x L_m| with (k, l, m) cyclic, and height h_k = n_k . L_k.
 */
export interface FacePlanes {
  readonly normals: readonly [Vector3, Vector3, Vector3];
  readonly heights: Vector3;
}

/** The planes of the faces of a unit cell. */
export function facePlanes(vectors: readonly [Vector3, Vector3, Vector3]): FacePlanes {
  const [a, b, c] = vectors;
  const volume = determinant3(a, b, c);
  const plane = (u: Vector3, v: Vector3): { normal: Vector3; height: number } => {
    const n = cross(u, v);
    const area = norm3(n);
    return { normal: [n[0] / area, n[1] / area, n[2] / area], height: volume / area };
  };
  const planes = [plane(b, c), plane(c, a), plane(a, b)];
  return {
    normals: [planes[0].normal, planes[1].normal, planes[2].normal],
    heights: [planes[0].height, planes[1].height, planes[2].height],
  };
}

/**
 * The same lattice vectors in a standard order and sign: L_k is the one that points most along axis k, its component
 * along that axis is positive, and the three are right-handed wherever order and sign allow.
 */
export function sortLatticeVectors(vectors: readonly Vector3[]): readonly [Vector3, Vector3, Vector3] {
  const orders = [
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [0, 2, 1],
    [2, 1, 0],
    [1, 0, 2],
  ];
  const alignment = (order: readonly number[]): number =>
    order.reduce((product, v, axis) => (product * Math.abs(vectors[v][axis])) / norm3(vectors[v]), 1);
  const best = orders.reduce((a, b) => (alignment(b) > alignment(a) * (1 + 1e-9) ? b : a));
  const [a, b, c] = best.map((v, axis): Vector3 => {
    const [x, y, z] = vectors[v];
    return vectors[v][axis] < 0 ? [0 - x, 0 - y, 0 - z] : [x, y, z];
  });
  return determinant3(a, b, c) > 0 ? [a, b, c] : [a, c, b];
}
