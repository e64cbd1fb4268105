/**
 * A sparse matrix in compressed sparse row form. Row i holds the entries k with rowStart[i] <= k < rowStart[i + 1];
 * their columns are sorted ascending without repetition.
 */
export interface CsrMatrix {
  readonly numRows: number;
  readonly numCols: number;
  /** numRows + 1 offsets into `columns` and `values`. */
  readonly rowStart: Int32Array;
  /** Column index of each entry. */
  readonly columns: Int32Array;
  /** Value of each entry. */
  readonly values: Float64Array;
}
