import { UsageError } from "../core/errors.js";
import type { CsrMatrix } from "./csr.js";

/**
 * Y = A X for several vectors in one pass over A. The vectors are taken three at a time (the right-hand sides of a
 * cell problem), the rest one at a time; each sum runs over the columns in ascending order, however many there are.
 *
 * @param x numCols x numRhs, row-major
 * @param y where the result goes, numRows x numRhs, row-major; must not share memory with `x`. Default: a new array
 * @returns `y`
 * @throws UsageError `length-mismatch` where `x` or `y` has another size
 */
export function multiplyBlock(
  matrix: CsrMatrix,
  x: Float64Array,
  numRhs: number,
  y: Float64Array = new Float64Array(matrix.numRows * numRhs),
): Float64Array {
  const { numRows, numCols } = matrix;
  if (x.length !== numCols * numRhs || y.length !== numRows * numRhs) {
    throw new UsageError(
      "length-mismatch",
      `a ${numRows} x ${numCols} matrix times ${numRhs} vectors needs x of length ${numCols * numRhs} and y of ` +
        `${numRows * numRhs}, not ${x.length} and ${y.length}`,
      { details: { numRows, numCols, numRhs, x: x.length, y: y.length } },
    );
  }
  let rhs = 0;
  for (; rhs + 3 <= numRhs; rhs += 3) multiplyThree(matrix, x, numRhs, rhs, y);
  for (; rhs < numRhs; rhs++) multiplyOne(matrix, x, numRhs, rhs, y);
  return y;
}

/** Column `rhs` of Y. */
function multiplyOne(matrix: CsrMatrix, x: Float64Array, stride: number, rhs: number, y: Float64Array): void {
  const { numRows, rowStart, columns, values } = matrix;
  for (let row = 0; row < numRows; row++) {
    let sum = 0;
    for (let k = rowStart[row]; k < rowStart[row + 1]; k++) sum += values[k] * x[columns[k] * stride + rhs];
    y[row * stride + rhs] = sum;
  }
}

/** Columns `rhs`, `rhs` + 1 and `rhs` + 2 of Y. */
function multiplyThree(
  matrix: CsrMatrix,
  x: Float64Array,
  stride: number,
  rhs: number,
  y: Float64Array,
): void {
  const { numRows, rowStart, columns, values } = matrix;
  for (let row = 0; row < numRows; row++) {
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    for (let k = rowStart[row]; k < rowStart[row + 1]; k++) {
      const value = values[k];
      const at = columns[k] * stride + rhs;
      sum0 += value * x[at];
      sum1 += value * x[at + 1];
      sum2 += value * x[at + 2];
    }
    const to = row * stride + rhs;
    y[to] = sum0;
    y[to + 1] = sum1;
    y[to + 2] = sum2;
  }
}
