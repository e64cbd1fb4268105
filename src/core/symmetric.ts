/** Number of entries of a symmetric tensor in a flat array, in the order xx, yy, zz, yz, xz, xy. */
export const SYMMETRIC_SIZE = 6;

/** Whether six numbers are finite. */
export function isFiniteSymmetric(a: Float64Array, at: number): boolean {
  let sum = 0;
  for (let e = at; e < at + SYMMETRIC_SIZE; e++) sum += a[e] - a[e];
  return sum === 0;
}

/** Whether the leading minors of a symmetric tensor are positive (Sylvester's criterion). */
export function isPositiveDefinite(a: Float64Array, at: number): boolean {
  const minor2 = a[at] * a[at + 1] - a[at + 5] * a[at + 5];
  return a[at] > 0 && minor2 > 0 && determinant(a, at) > 0;
}

/**
 * a^-1 of a symmetric positive definite tensor, by cofactors; `inverse` may be `a`.
 *
 * @param a flat tensors, six entries from `at`
 * @param inverse receives six entries from `to`
 */
export function invertSymmetric(a: Float64Array, at: number, inverse: Float64Array, to: number): void {
  const xx = a[at];
  const yy = a[at + 1];
  const zz = a[at + 2];
  const yz = a[at + 3];
  const xz = a[at + 4];
  const xy = a[at + 5];
  const scale = 1 / determinant(a, at);
  inverse[to] = (yy * zz - yz * yz) * scale;
  inverse[to + 1] = (xx * zz - xz * xz) * scale;
  inverse[to + 2] = (xx * yy - xy * xy) * scale;
  inverse[to + 3] = (xz * xy - xx * yz) * scale;
  inverse[to + 4] = (xy * yz - yy * xz) * scale;
  inverse[to + 5] = (xz * yz - zz * xy) * scale;
}

/**
 * a v for a symmetric tensor and a vector.
 *
 * @param a flat tensors, six entries from `at`
 * @param product receives three numbers from `to`
 */
export function applySymmetric(
  a: Float64Array,
  at: number,
  x: number,
  y: number,
  z: number,
  product: Float64Array,
  to: number,
): void {
  product[to] = a[at] * x + a[at + 5] * y + a[at + 4] * z;
  product[to + 1] = a[at + 5] * x + a[at + 1] * y + a[at + 3] * z;
  product[to + 2] = a[at + 4] * x + a[at + 3] * y + a[at + 2] * z;
}

/**
 * max over xi of |xi.(a - b) xi| / xi.b xi: how far two tensors differ as quadratic forms. It is the spectral radius of
 * C^-1 (a - b) C^-T with b = C C^T (Cholesky).
 *
 * @param a six entries; @param b six entries, positive definite
 */
export function relativeChange(a: Float64Array, b: Float64Array): number {
  const c00 = Math.sqrt(b[0]);
  const c10 = b[5] / c00;
  const c20 = b[4] / c00;
  const c11 = Math.sqrt(b[1] - c10 * c10);
  const c21 = (b[3] - c20 * c10) / c11;
  const c22 = Math.sqrt(b[2] - c20 * c20 - c21 * c21);
  // Rows of X = C^-1 (a - b), then of D = X C^-T.
  const x00 = (a[0] - b[0]) / c00;
  const x01 = (a[5] - b[5]) / c00;
  const x02 = (a[4] - b[4]) / c00;
  const x11 = (a[1] - b[1] - c10 * x01) / c11;
  const x12 = (a[3] - b[3] - c10 * x02) / c11;
  const x22 = (a[2] - b[2] - c20 * x02 - c21 * x12) / c22;
  const d00 = x00 / c00;
  const d01 = (x01 - d00 * c10) / c11;
  const d02 = (x02 - d00 * c20 - d01 * c21) / c22;
  const x10 = (a[5] - b[5] - c10 * x00) / c11;
  const d11 = (x11 - (x10 / c00) * c10) / c11;
  const d12 = (x12 - (x10 / c00) * c20 - d11 * c21) / c22;
  const x20 = (a[4] - b[4] - c20 * x00 - c21 * x10) / c22;
  const x21 = (a[3] - b[3] - c20 * x01 - c21 * x11) / c22;
  const d20 = x20 / c00;
  const d21 = (x21 - d20 * c10) / c11;
  const d22 = (x22 - d20 * c20 - d21 * c21) / c22;
  return spectralRadius(d00, d11, d22, d12, d02, d01);
}

/** Largest absolute eigenvalue, by the trigonometric solution of the characteristic equation. */
function spectralRadius(xx: number, yy: number, zz: number, yz: number, xz: number, xy: number): number {
  const mean = (xx + yy + zz) / 3;
  const u = xx - mean;
  const v = yy - mean;
  const w = zz - mean;
  const radius = Math.sqrt((u * u + v * v + w * w + 2 * (yz * yz + xz * xz + xy * xy)) / 6);
  if (radius === 0) return Math.abs(mean);
  const determinant = u * (v * w - yz * yz) - xy * (xy * w - yz * xz) + xz * (xy * yz - v * xz);
  const cosine = Math.max(-1, Math.min(1, determinant / (2 * radius ** 3)));
  const angle = Math.acos(cosine) / 3;
  const largest = mean + 2 * radius * Math.cos(angle);
  const smallest = mean + 2 * radius * Math.cos(angle + (2 * Math.PI) / 3);
  return Math.max(Math.abs(largest), Math.abs(smallest));
}

function determinant(a: Float64Array, at: number): number {
  const xx = a[at];
  const yy = a[at + 1];
  const zz = a[at + 2];
  const yz = a[at + 3];
  const xz = a[at + 4];
  const xy = a[at + 5];
  return xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz);
}
