/**
 * X = A^-1 B by Gauss elimination with partial pivoting, in place, for matrices of a few rows. A singular A gives
 * numbers that are not finite.
 *
 * @param a A, n x n, row-major; overwritten
 * @param b B, n x numRhs, row-major; becomes X
 */
export function eliminateInPlace(a: Float64Array, n: number, b: Float64Array, numRhs: number): void {
  for (let p = 0; p < n; p++) {
    let best = p;
    for (let i = p + 1; i < n; i++) if (Math.abs(a[i * n + p]) > Math.abs(a[best * n + p])) best = i;
    if (best !== p) {
      swapRows(a, n, p, best);
      swapRows(b, numRhs, p, best);
    }
    const inverse = 1 / a[p * n + p];
    for (let i = p + 1; i < n; i++) {
      const factor = a[i * n + p] * inverse;
      if (factor === 0) continue;
      for (let j = p + 1; j < n; j++) a[i * n + j] -= factor * a[p * n + j];
      for (let j = 0; j < numRhs; j++) b[i * numRhs + j] -= factor * b[p * numRhs + j];
    }
  }
  for (let p = n - 1; p >= 0; p--) {
    const inverse = 1 / a[p * n + p];
    for (let j = 0; j < numRhs; j++) {
      let sum = b[p * numRhs + j];
      for (let i = p + 1; i < n; i++) sum -= a[p * n + i] * b[i * numRhs + j];
      b[p * numRhs + j] = sum * inverse;
    }
  }
}

/**
 * Whether elimination without exchange of rows meets positive pivots only: all leading minors are positive.
 *
 * @param a n x n, row-major; overwritten
 */
export function hasPositivePivots(a: Float64Array, n: number): boolean {
  for (let p = 0; p < n; p++) {
    const pivot = a[p * n + p];
    if (!(pivot > 0)) return false;
    for (let i = p + 1; i < n; i++) {
      const factor = a[i * n + p] / pivot;
      for (let j = p + 1; j < n; j++) a[i * n + j] -= factor * a[p * n + j];
    }
  }
  return true;
}

/**
 * A = L Delta U with unit triangular L and U in the order of `order`, in place at `offset`: row and column order[p] are
 * the p-th. A pivot that is zero to round-off is replaced by that round-off: the product is a preconditioner then.
 *
 * @param a many blocks of n x n, row-major; below the diagonal L, on it Delta, above it U, all in the original indices
 */
export function factorizeBlock(a: Float64Array, offset: number, n: number, order: Int32Array): void {
  for (let p = 0; p < n; p++) {
    const row = offset + order[p] * n;
    let scale = 0;
    for (let q = p; q < n; q++) scale = Math.max(scale, Math.abs(a[row + order[q]]));
    let pivot = a[row + order[p]];
    if (Math.abs(pivot) <= ROUND_OFF * scale || pivot === 0) {
      pivot = ROUND_OFF * (scale > 0 ? scale : 1);
      a[row + order[p]] = pivot;
    }
    for (let q = p + 1; q < n; q++) a[row + order[q]] /= pivot;
    for (let i = p + 1; i < n; i++) {
      const other = offset + order[i] * n;
      const entry = a[other + order[p]];
      if (entry === 0) continue;
      for (let q = p + 1; q < n; q++) a[other + order[q]] -= entry * a[row + order[q]];
      a[other + order[p]] = entry / pivot;
    }
  }
}

const ROUND_OFF = 1e-14;

function swapRows(a: Float64Array, n: number, i: number, j: number): void {
  for (let k = 0; k < n; k++) {
    const kept = a[i * n + k];
    a[i * n + k] = a[j * n + k];
    a[j * n + k] = kept;
  }
}
