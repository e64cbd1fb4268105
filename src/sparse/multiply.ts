import { KernelError, UsageError } from "../core/errors.js";
import type { CsrMatrix } from "./csr.js";

/**
 * C = A B, row by row: row i of C is the sum over k of a_ik times row k of B. Entries that cancel to zero are kept.
 *
 * @throws UsageError `length-mismatch` where A has not as many columns as B has rows
 * @throws KernelError `matrix-too-large` where C has more entries than 32-bit offsets can hold
 * @see F. G. Gustavson, Two fast algorithms for sparse matrices, ACM TOMS 4 (1978)
 */
export function multiply(a: CsrMatrix, b: CsrMatrix): CsrMatrix {
  if (a.numCols !== b.numRows) {
    throw new UsageError(
      "length-mismatch",
      `cannot multiply a ${a.numRows} x ${a.numCols} matrix by a ${b.numRows} x ${b.numCols} one: ` +
        `the inner sizes must be equal`,
      { details: { a: [a.numRows, a.numCols], b: [b.numRows, b.numCols] } },
    );
  }
  const rowStart = countProductRows(a, b);
  const columns = new Int32Array(rowStart[a.numRows]);
  const values = new Float64Array(rowStart[a.numRows]);
  const sum = new Float64Array(b.numCols);
  const lastRow = new Int32Array(b.numCols).fill(-1);
  let entry = 0;
  for (let row = 0; row < a.numRows; row++) {
    for (let k = a.rowStart[row]; k < a.rowStart[row + 1]; k++) {
      const factor = a.values[k];
      const inner = a.columns[k];
      for (let m = b.rowStart[inner]; m < b.rowStart[inner + 1]; m++) {
        const col = b.columns[m];
        if (lastRow[col] === row) {
          sum[col] += factor * b.values[m];
        } else {
          lastRow[col] = row;
          sum[col] = factor * b.values[m];
          columns[entry++] = col;
        }
      }
    }
    columns.subarray(rowStart[row], entry).sort();
    for (let k = rowStart[row]; k < entry; k++) values[k] = sum[columns[k]];
  }
  return { numRows: a.numRows, numCols: b.numCols, rowStart, columns, values };
}

/** Offsets of the rows of A B, numRows + 1. */
function countProductRows(a: CsrMatrix, b: CsrMatrix): Int32Array {
  const rowStart = new Int32Array(a.numRows + 1);
  const lastRow = new Int32Array(b.numCols).fill(-1);
  let numEntries = 0;
  for (let row = 0; row < a.numRows; row++) {
    for (let k = a.rowStart[row]; k < a.rowStart[row + 1]; k++) {
      const inner = a.columns[k];
      for (let m = b.rowStart[inner]; m < b.rowStart[inner + 1]; m++) {
        const col = b.columns[m];
        if (lastRow[col] === row) continue;
        lastRow[col] = row;
        numEntries++;
      }
    }
    if (numEntries > 2 ** 31 - 1) {
      throw new KernelError(
        "matrix-too-large",
        `the product has more than ${2 ** 31 - 1} entries by row ${row} of ${a.numRows}; 32-bit offsets end there`,
        { details: { row, numRows: a.numRows } },
      );
    }
    rowStart[row + 1] = numEntries;
  }
  return rowStart;
}
