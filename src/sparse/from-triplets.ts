import { KernelError, UsageError } from "../core/errors.js";
import type { CsrMatrix } from "./csr.js";

/**
 * A_ij = sum of values[t] over the triplets t with (rows[t], cols[t]) = (i, j), in time linear in their number.
 *
 * Two stable counting sorts, by column and then by row, order the triplets; duplicates then lie side by side and are
 * added in the order in which they were given, so triplets symmetric in order give a matrix symmetric to the last bit.
 * Zeros are kept: the pattern depends on the indices alone.
 *
 * @param rows row of each triplet, 0 <= row < numRows
 * @param cols column of each triplet, 0 <= col < numCols; as long as `rows`
 * @param values value of each triplet; as long as `rows`
 * @throws UsageError `triplet-length-mismatch` where the three arrays differ in length
 * @throws UsageError `index-out-of-range` where a triplet lies outside the matrix
 * @see F. G. Gustavson, Two fast algorithms for sparse matrices, ACM TOMS 4 (1978)
 */
export function fromTriplets(
  numRows: number,
  numCols: number,
  rows: Int32Array,
  cols: Int32Array,
  values: Float64Array,
): CsrMatrix {
  checkTriplets(numRows, numCols, rows, cols, values);
  const byColumn = countingSort(cols, numCols, null);
  const order = countingSort(rows, numRows, byColumn);

  const rowStart = new Int32Array(numRows + 1);
  let numEntries = 0;
  for (let t = 0; t < order.length; t++) {
    if (t === 0 || !sameEntry(rows, cols, order[t - 1], order[t])) {
      rowStart[rows[order[t]] + 1]++;
      numEntries++;
    }
  }
  for (let row = 0; row < numRows; row++) rowStart[row + 1] += rowStart[row];

  const columns = new Int32Array(numEntries);
  const sums = new Float64Array(numEntries);
  let entry = -1;
  for (let t = 0; t < order.length; t++) {
    const triplet = order[t];
    if (t === 0 || !sameEntry(rows, cols, order[t - 1], triplet)) columns[++entry] = cols[triplet];
    sums[entry] += values[triplet];
  }
  return { numRows, numCols, rowStart, columns, values: sums };
}

function sameEntry(rows: Int32Array, cols: Int32Array, a: number, b: number): boolean {
  return rows[a] === rows[b] && cols[a] === cols[b];
}

/** Stable order of the items 0 .. keys.length - 1, taken in the sequence `items` (null: ascending), by their key. */
function countingSort(keys: Int32Array, numKeys: number, items: Int32Array | null): Int32Array {
  const next = new Int32Array(numKeys + 1);
  for (let t = 0; t < keys.length; t++) next[keys[t] + 1]++;
  for (let key = 0; key < numKeys; key++) next[key + 1] += next[key];
  const order = new Int32Array(keys.length);
  for (let t = 0; t < keys.length; t++) {
    const item = items === null ? t : items[t];
    order[next[keys[item]]++] = item;
  }
  return order;
}

function checkTriplets(
  numRows: number,
  numCols: number,
  rows: Int32Array,
  cols: Int32Array,
  values: Float64Array,
): void {
  if (rows.length !== cols.length || rows.length !== values.length) {
    throw new UsageError(
      "triplet-length-mismatch",
      `triplets have ${rows.length} rows, ${cols.length} columns and ${values.length} values; give one of each per triplet`,
      { details: { rows: rows.length, cols: cols.length, values: values.length } },
    );
  }
  if (rows.length > 2 ** 31 - 1) {
    throw new KernelError(
      "matrix-too-large",
      `${rows.length} triplets do not fit 32-bit offsets (at most ${2 ** 31 - 1}); assemble into a known pattern instead`,
      { details: { triplets: rows.length } },
    );
  }
  for (let t = 0; t < rows.length; t++) {
    const row = rows[t];
    const col = cols[t];
    if (row < 0 || row >= numRows || col < 0 || col >= numCols) {
      throw new UsageError(
        "index-out-of-range",
        `triplet ${t} is at row ${row}, column ${col}, outside a ${numRows} x ${numCols} matrix; indices start at 0`,
        { details: { triplet: t, row, col, numRows, numCols } },
      );
    }
  }
}
