/**
 * C -= R S^T, where S is the first `numCols` rows of the row-major matrix R: the update of one panel by another.
 * Blocks of 4 x 2 sums stay in registers; their operands are contiguous.
 *
 * @param values holds R at `source`, numRows x width, and C
 * @param targets offset of row i of C, less the number of its first column; numRows
 * @param columns numbers of the columns of C, from columns[firstIndex] on; ascending
 */
export function subtractProduct(
  values: Float64Array,
  source: number,
  width: number,
  numRows: number,
  numCols: number,
  targets: Int32Array,
  columns: Int32Array,
  firstIndex: number,
): void {
  let i = 0;
  for (; i + 4 <= numRows; i += 4) {
    const a0 = source + i * width;
    const a1 = a0 + width;
    const a2 = a1 + width;
    const a3 = a2 + width;
    const t0 = targets[i];
    const t1 = targets[i + 1];
    const t2 = targets[i + 2];
    const t3 = targets[i + 3];
    // Above the diagonal of C nothing is needed.
    const last = Math.min(numCols, i + 4);
    let j = 0;
    for (; j + 2 <= last; j += 2) {
      const b0 = source + j * width;
      const b1 = b0 + width;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let k = 0; k < width; k++) {
        const y0 = values[b0 + k];
        const y1 = values[b1 + k];
        const x0 = values[a0 + k];
        s00 += x0 * y0;
        s01 += x0 * y1;
        const x1 = values[a1 + k];
        s10 += x1 * y0;
        s11 += x1 * y1;
        const x2 = values[a2 + k];
        s20 += x2 * y0;
        s21 += x2 * y1;
        const x3 = values[a3 + k];
        s30 += x3 * y0;
        s31 += x3 * y1;
      }
      const c0 = columns[firstIndex + j];
      const c1 = columns[firstIndex + j + 1];
      values[t0 + c0] -= s00;
      values[t0 + c1] -= s01;
      values[t1 + c0] -= s10;
      values[t1 + c1] -= s11;
      values[t2 + c0] -= s20;
      values[t2 + c1] -= s21;
      values[t3 + c0] -= s30;
      values[t3 + c1] -= s31;
    }
    if (j < last) {
      const b0 = source + j * width;
      const c0 = columns[firstIndex + j];
      values[t0 + c0] -= dot(values, a0, b0, width);
      values[t1 + c0] -= dot(values, a1, b0, width);
      values[t2 + c0] -= dot(values, a2, b0, width);
      values[t3 + c0] -= dot(values, a3, b0, width);
    }
  }
  for (; i < numRows; i++) {
    const last = Math.min(numCols, i + 1);
    for (let j = 0; j < last; j++) {
      values[targets[i] + columns[firstIndex + j]] -= dot(
        values,
        source + i * width,
        source + j * width,
        width,
      );
    }
  }
}

/**
 * Row i of the Cholesky factor of a dense block, in place: l_ij = (a_ij - sum_k<j l_ik l_jk) / l_jj, and the root of
 * the pivot a_ii - sum_k<i l_ik^2 on the diagonal.
 *
 * @param start offset of the row-major block, whose rows 0 .. i - 1 are done
 * @returns the pivot, before its root
 */
export function eliminateDiagonal(values: Float64Array, start: number, width: number, i: number): number {
  const row = start + i * width;
  for (let j = 0; j < i; j++) {
    const pivotRow = start + j * width;
    values[row + j] = (values[row + j] - dot(values, row, pivotRow, j)) / values[pivotRow + j];
  }
  const pivot = values[row + i] - dot(values, row, row, i);
  values[row + i] = Math.sqrt(pivot);
  return pivot;
}

/**
 * X L^T = B in place for the rows below the factorized block L of a panel: x_ij = (b_ij - sum_k<j x_ik l_jk) / l_jj,
 * four rows at a time.
 *
 * @param start offset of L, width x width row-major; the `numRows` rows of B follow it
 */
export function eliminateBelow(values: Float64Array, start: number, width: number, numRows: number): void {
  const end = start + (width + numRows) * width;
  let row = start + width * width;
  for (; row + 4 * width <= end; row += 4 * width) {
    const row1 = row + width;
    const row2 = row1 + width;
    const row3 = row2 + width;
    for (let j = 0; j < width; j++) {
      const pivotRow = start + j * width;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0; k < j; k++) {
        const factor = values[pivotRow + k];
        s0 += values[row + k] * factor;
        s1 += values[row1 + k] * factor;
        s2 += values[row2 + k] * factor;
        s3 += values[row3 + k] * factor;
      }
      const diagonal = values[pivotRow + j];
      values[row + j] = (values[row + j] - s0) / diagonal;
      values[row1 + j] = (values[row1 + j] - s1) / diagonal;
      values[row2 + j] = (values[row2 + j] - s2) / diagonal;
      values[row3 + j] = (values[row3 + j] - s3) / diagonal;
    }
  }
  for (; row < end; row += width) {
    for (let j = 0; j < width; j++) {
      const pivotRow = start + j * width;
      values[row + j] = (values[row + j] - dot(values, row, pivotRow, j)) / values[pivotRow + j];
    }
  }
}

/** Sum over k < length of values[a + k] values[b + k]. */
function dot(values: Float64Array, a: number, b: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += values[a + k] * values[b + k];
  return sum;
}
