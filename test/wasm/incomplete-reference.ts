// wasm/incomplete-cholesky.h
const RELAXATION = 0.95;
const SMALLEST_PIVOT = 1e-3;

/** Dense U, unit upper triangular without its diagonal of ones, and D. */
export interface IncompleteFactor {
  readonly upper: number[][];
  readonly pivots: number[];
}

/** Dense reference in double precision: U' D U on the pattern, dropped updates moved to the diagonal; or null. */
export function factorizeReference(
  matrix: number[][],
  shift: number,
  isLast: (row: number) => boolean,
): IncompleteFactor | null {
  const size = matrix.length;
  const work = matrix.map((row, i) => row.map((value, j) => (i === j ? value * (1 + shift) : value)));
  for (let k = 0; k < size; k++) {
    const smallest = SMALLEST_PIVOT * matrix[k][k];
    if (work[k][k] < smallest) {
      if (!isLast(k)) return null;
      work[k][k] = smallest;
    }
    for (let i = k + 1; i < size; i++) {
      for (let j = i; j < size; j++) {
        const update = (work[k][i] * work[k][j]) / work[k][k];
        if (i === j || matrix[i][j] !== 0) {
          work[i][j] -= update;
        } else {
          work[i][i] -= RELAXATION * update;
          work[j][j] -= RELAXATION * update;
        }
      }
    }
  }
  const pivots = work.map((row, i) => row[i]);
  return { upper: work.map((row, i) => row.map((value, j) => (j > i ? value / pivots[i] : 0))), pivots };
}

/** z = (U' D U)^-1 r. */
export function solveReference(factor: IncompleteFactor, residual: number[]): number[] {
  const size = residual.length;
  const z = residual.slice();
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) z[j] -= factor.upper[i][j] * z[i];
  for (let i = size - 1; i >= 0; i--) {
    z[i] /= factor.pivots[i];
    for (let j = i + 1; j < size; j++) z[i] -= factor.upper[i][j] * z[j];
  }
  return z;
}
