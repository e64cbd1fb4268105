/** L U = P A of a matrix of a few rows, for several right-hand sides. */
export interface DenseFactors {
  /** L below the diagonal, U on and above it, m x m, row-major. */
  readonly factors: Float64Array;
  /** Row of A that is row k of the factors, m. */
  readonly rows: Int32Array;
}

/** Pivots below this are zero to round-off. */
const SINGULAR = 1e-14;

/** Factors for matrices of m rows, not yet set. */
export function createDenseFactors(m: number): DenseFactors {
  return { factors: new Float64Array(m * m), rows: new Int32Array(m) };
}

/**
 * Factorizes the matrix that `factors` holds, in place, by elimination with row pivoting.
 *
 * Its rows and columns are of one size, with a largest entry of 1.
 *
 * @returns the sign of det A; as `singular`, the column without pivot where there is one: x of that column is not determined
 */
export function factorizeDense({
  factors: a,
  rows,
}: DenseFactors): { readonly sign: 1 | -1 } | { readonly singular: number } {
  const m = rows.length;
  let sign: 1 | -1 = 1;
  for (let k = 0; k < m; k++) rows[k] = k;
  for (let k = 0; k < m; k++) {
    let pivot = k;
    for (let i = k + 1; i < m; i++) if (Math.abs(a[i * m + k]) > Math.abs(a[pivot * m + k])) pivot = i;
    if (!(Math.abs(a[pivot * m + k]) > SINGULAR)) return { singular: k };
    if (pivot !== k) {
      sign = sign === 1 ? -1 : 1;
      swapRows(a, m, pivot, k);
      const kept = rows[k];
      rows[k] = rows[pivot];
      rows[pivot] = kept;
    }
    if (a[k * m + k] < 0) sign = sign === 1 ? -1 : 1;
    for (let i = k + 1; i < m; i++) {
      const factor = (a[i * m + k] /= a[k * m + k]);
      if (factor === 0) continue;
      for (let j = k + 1; j < m; j++) a[i * m + j] -= factor * a[k * m + j];
    }
  }
  return { sign };
}

/**
 * x of A x = b.
 *
 * @param b m
 * @param x m, overwritten; not b
 */
export function solveDense({ factors, rows }: DenseFactors, b: Float64Array, x: Float64Array): void {
  const m = rows.length;
  for (let i = 0; i < m; i++) {
    let sum = b[rows[i]];
    for (let j = 0; j < i; j++) sum -= factors[i * m + j] * x[j];
    x[i] = sum;
  }
  for (let i = m - 1; i >= 0; i--) {
    let sum = x[i];
    for (let j = i + 1; j < m; j++) sum -= factors[i * m + j] * x[j];
    x[i] = sum / factors[i * m + i];
  }
}

function swapRows(a: Float64Array, m: number, i: number, k: number): void {
  for (let j = 0; j < m; j++) {
    const kept = a[i * m + j];
    a[i * m + j] = a[k * m + j];
    a[k * m + j] = kept;
  }
}
