import { UsageError } from "../core/errors.js";
import type { CsrMatrix } from "./csr.js";
import { invertPermutation } from "./permutation.js";
import { transpose } from "./transpose.js";

/**
 * C = P A P^T, that is c_kl = a_(order[k], order[l]), with sorted rows, in time linear in the entries.
 *
 * @param order a permutation of the rows: order[k] is the old index of the new row k
 * @throws UsageError `not-square`; `invalid-permutation`
 */
export function permuteSymmetric(matrix: CsrMatrix, order: Int32Array): CsrMatrix {
  const { numRows, numCols } = matrix;
  if (numRows !== numCols) {
    throw new UsageError(
      "not-square",
      `a symmetric permutation needs a square matrix, not ${numRows} x ${numCols}`,
      { details: { numRows, numCols } },
    );
  }
  const inverse = invertPermutation(order, numRows);
  const numEntries = matrix.rowStart[numRows];
  const rowStart = new Int32Array(numRows + 1);
  const columns = new Int32Array(numEntries);
  const values = new Float64Array(numEntries);
  let entry = 0;
  for (let row = 0; row < numRows; row++) {
    const old = order[row];
    for (let k = matrix.rowStart[old]; k < matrix.rowStart[old + 1]; k++) {
      columns[entry] = inverse[matrix.columns[k]];
      values[entry++] = matrix.values[k];
    }
    rowStart[row + 1] = entry;
  }
  return transpose(transpose({ numRows, numCols, rowStart, columns, values }));
}
