import { UsageError } from "../core/errors.js";
import type { CsrMatrix } from "./csr.js";

/**
 * C_kl = a_(kept[k], kept[l]): the matrix without the rows and columns that are not kept, such as those of pinned
 * unknowns.
 *
 * @param kept rows to keep, strictly ascending
 * @throws UsageError `not-square`
 * @throws UsageError `index-out-of-range` where `kept` leaves the matrix or does not ascend
 */
export function extractSubmatrix(matrix: CsrMatrix, kept: Int32Array): CsrMatrix {
  const newIndex = numberKept(matrix, kept);
  const size = kept.length;
  const rowStart = new Int32Array(size + 1);
  for (let row = 0; row < size; row++) {
    let count = 0;
    for (let k = matrix.rowStart[kept[row]]; k < matrix.rowStart[kept[row] + 1]; k++) {
      if (newIndex[matrix.columns[k]] !== -1) count++;
    }
    rowStart[row + 1] = rowStart[row] + count;
  }
  const columns = new Int32Array(rowStart[size]);
  const values = new Float64Array(rowStart[size]);
  let entry = 0;
  for (let row = 0; row < size; row++) {
    for (let k = matrix.rowStart[kept[row]]; k < matrix.rowStart[kept[row] + 1]; k++) {
      const col = newIndex[matrix.columns[k]];
      if (col === -1) continue;
      columns[entry] = col;
      values[entry++] = matrix.values[k];
    }
  }
  return { numRows: size, numCols: size, rowStart, columns, values };
}

/** New index of every old row, -1 for those not kept. */
function numberKept(matrix: CsrMatrix, kept: Int32Array): Int32Array {
  const { numRows, numCols } = matrix;
  if (numRows !== numCols) {
    throw new UsageError(
      "not-square",
      `rows and columns are dropped together: expected a square matrix, not ${numRows} x ${numCols}`,
      { details: { numRows, numCols } },
    );
  }
  const newIndex = new Int32Array(numRows).fill(-1);
  let previous = -1;
  for (let k = 0; k < kept.length; k++) {
    const row = kept[k];
    if (row <= previous || row >= numRows) {
      throw new UsageError(
        "index-out-of-range",
        `kept row ${k} is ${row}; kept rows must ascend strictly and lie in 0 .. ${numRows - 1}`,
        { details: { position: k, row, previous, numRows } },
      );
    }
    newIndex[row] = k;
    previous = row;
  }
  return newIndex;
}
