import { UsageError } from "./errors.js";

/** A 3x3 matrix as nested rows, the form of result files. */
export type Matrix3 = readonly [Vector3, Vector3, Vector3];

/** Three numbers: a point, a vector, or one value for each direction. */
export type Vector3 = readonly [number, number, number];

/** A symmetric tensor by its six entries, in the order xx, yy, zz, yz, xz, xy. */
export type SymmetricTensor = readonly [number, number, number, number, number, number];

/** Eigenvalues of a symmetric tensor, descending, and unit eigenvectors as the rows of `directions`. */
export interface PrincipalAxes {
  readonly values: Vector3;
  readonly directions: Matrix3;
}

/** Index into a {@link SymmetricTensor} of entry (k, l), row-major 3x3. */
export const SYMMETRIC_INDEX: readonly number[] = [0, 5, 4, 5, 1, 3, 4, 3, 2];

/** a I. */
export function isotropicTensor(a: number): SymmetricTensor {
  return [a, a, a, 0, 0, 0];
}

/** The tensor as nested rows. */
export function toMatrix3(a: SymmetricTensor): Matrix3 {
  const [xx, yy, zz, yz, xz, xy] = a;
  return [
    [xx, xy, xz],
    [xy, yy, yz],
    [xz, yz, zz],
  ];
}

/** s A, entry by entry. */
export function scaleMatrix3(matrix: Matrix3, s: number): Matrix3 {
  const [a, b, c] = matrix;
  return [
    [a[0] * s, a[1] * s, a[2] * s],
    [b[0] * s, b[1] * s, b[2] * s],
    [c[0] * s, c[1] * s, c[2] * s],
  ];
}

/** det [u; v; w] = u . (v x w). */
export function determinant3(u: Vector3, v: Vector3, w: Vector3): number {
  return (
    u[0] * (v[1] * w[2] - v[2] * w[1]) -
    u[1] * (v[0] * w[2] - v[2] * w[0]) +
    u[2] * (v[0] * w[1] - v[1] * w[0])
  );
}

/** u x v. */
export function cross(u: Vector3, v: Vector3): Vector3 {
  return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
}

/** |v|. */
export function norm3(v: Vector3): number {
  return Math.hypot(v[0], v[1], v[2]);
}

/** Whether xi . a xi > 0 for every direction xi: Sylvester's criterion on the leading minors. */
export function isPositiveDefinite(a: SymmetricTensor): boolean {
  const [xx, yy, zz, yz, xz, xy] = a;
  const minor2 = xx * yy - xy * xy;
  const minor3 = xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz);
  return a.every(Number.isFinite) && xx > 0 && minor2 > 0 && minor3 > 0;
}

/**
 * Refuses a diffusion tensor that is not symmetric positive definite.
 *
 * @throws UsageError `diffusion-not-positive-definite`
 */
export function requirePositiveDefinite(a: SymmetricTensor, what: string): void {
  if (isPositiveDefinite(a)) return;
  throw new UsageError(
    "diffusion-not-positive-definite",
    `${what} is ${a.join(",")} (xx,yy,zz,yz,xz,xy), which is not positive definite; a diffusion tensor needs ` +
      `xi.a xi > 0 for every direction xi`,
    { details: { tensor: [...a] } },
  );
}

/** Largest number of Jacobi sweeps; convergence is quadratic and takes fewer than 10 for 3x3 matrices. */
const MAX_JACOBI_SWEEPS = 50;

/**
 * Principal values and directions of a symmetric matrix, by cyclic Jacobi rotations.
 *
 * Only the mean of A and its transpose is used. Values descend; each direction's largest component is positive.
 *
 * @see Golub and Van Loan, Matrix Computations, section 8.5
 */
export function principalAxes(matrix: Matrix3): PrincipalAxes {
  const a = [0, 1, 2].map((k) => [0, 1, 2].map((l) => (matrix[k][l] + matrix[l][k]) / 2));
  const v = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (let sweep = 0; sweep < MAX_JACOBI_SWEEPS; sweep++) {
    const off = Math.abs(a[0][1]) + Math.abs(a[0][2]) + Math.abs(a[1][2]);
    const scale = Math.abs(a[0][0]) + Math.abs(a[1][1]) + Math.abs(a[2][2]) + off;
    if (off <= 1e-18 * scale) break;
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      rotate(a, v, p, q);
    }
  }
  const order = [0, 1, 2].sort((k, l) => a[l][l] - a[k][k]);
  const direction = (k: number): Vector3 => {
    const d = [v[0][k], v[1][k], v[2][k]];
    const largest = d.reduce((best, x) => (Math.abs(x) > Math.abs(best) * (1 + 1e-9) ? x : best), 0);
    const sign = largest < 0 ? -1 : 1;
    return [sign * d[0] + 0, sign * d[1] + 0, sign * d[2] + 0];
  };
  return {
    values: [a[order[0]][order[0]], a[order[1]][order[1]], a[order[2]][order[2]]],
    directions: [direction(order[0]), direction(order[1]), direction(order[2])],
  };
}

/** A <- J^T A J and V <- V J for the rotation J of the (p, q) plane that makes A_pq zero. */
function rotate(a: number[][], v: number[][], p: number, q: number): void {
  if (a[p][q] === 0) return;
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < 3; k++) {
    const akp = a[k][p];
    const akq = a[k][q];
    a[k][p] = c * akp - s * akq;
    a[k][q] = s * akp + c * akq;
  }
  for (let k = 0; k < 3; k++) {
    const apk = a[p][k];
    const aqk = a[q][k];
    a[p][k] = c * apk - s * aqk;
    a[q][k] = s * apk + c * aqk;
    const vkp = v[k][p];
    const vkq = v[k][q];
    v[k][p] = c * vkp - s * vkq;
    v[k][q] = s * vkp + c * vkq;
  }
  a[p][q] = 0;
  a[q][p] = 0;
}
