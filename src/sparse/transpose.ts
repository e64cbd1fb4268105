import type { CsrMatrix } from "./csr.js";

/**
 * B = A^T, in time linear in the entries. The rows of A may be unsorted; those of B are sorted, so transposing twice
 * sorts a matrix.
 */
export function transpose(matrix: CsrMatrix): CsrMatrix {
  const { numRows, numCols } = matrix;
  const numEntries = matrix.rowStart[numRows];
  const rowStart = new Int32Array(numCols + 1);
  for (let k = 0; k < numEntries; k++) rowStart[matrix.columns[k] + 1]++;
  for (let col = 0; col < numCols; col++) rowStart[col + 1] += rowStart[col];

  const next = rowStart.slice(0, numCols);
  const columns = new Int32Array(numEntries);
  const values = new Float64Array(numEntries);
  for (let row = 0; row < numRows; row++) {
    for (let k = matrix.rowStart[row]; k < matrix.rowStart[row + 1]; k++) {
      const target = next[matrix.columns[k]]++;
      columns[target] = row;
      values[target] = matrix.values[k];
    }
  }
  return { numRows: numCols, numCols: numRows, rowStart, columns, values };
}
