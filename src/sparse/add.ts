import { UsageError } from "../core/errors.js";
import type { CsrMatrix } from "./csr.js";

/**
 * C = A + B, on the union of the two patterns, in linear time. Symmetric to the last bit where A and B are.
 *
 * @throws UsageError `shapes-differ`
 */
export function addCsr(a: CsrMatrix, b: CsrMatrix): CsrMatrix {
  const { numRows, numCols } = a;
  if (b.numRows !== numRows || b.numCols !== numCols) {
    throw new UsageError(
      "shapes-differ",
      `a ${numRows} x ${numCols} matrix and a ${b.numRows} x ${b.numCols} one have no sum; give two of the same shape`,
      { details: { shapes: [numRows, numCols, b.numRows, b.numCols] } },
    );
  }
  const rowStart = new Int32Array(numRows + 1);
  const columns = new Int32Array(a.columns.length + b.columns.length);
  const values = new Float64Array(columns.length);
  let entry = 0;
  for (let row = 0; row < numRows; row++) {
    let p = a.rowStart[row];
    let q = b.rowStart[row];
    const [endP, endQ] = [a.rowStart[row + 1], b.rowStart[row + 1]];
    while (p < endP || q < endQ) {
      const columnP = p < endP ? a.columns[p] : numCols;
      const columnQ = q < endQ ? b.columns[q] : numCols;
      columns[entry] = Math.min(columnP, columnQ);
      let sum = 0;
      if (columnP <= columnQ) sum += a.values[p++];
      if (columnQ <= columnP) sum += b.values[q++];
      values[entry++] = sum;
    }
    rowStart[row + 1] = entry;
  }
  return { numRows, numCols, rowStart, columns: columns.slice(0, entry), values: values.slice(0, entry) };
}
