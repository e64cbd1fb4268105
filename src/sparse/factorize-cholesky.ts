import { KernelError, UsageError } from "../core/errors.js";
import type { CholeskySymbolic } from "./analyze-cholesky.js";
import type { CsrMatrix } from "./csr.js";
import { eliminateBelow, eliminateDiagonal, subtractProduct } from "./panel-kernels.js";

/** P A P^T = L L^T. */
export interface CholeskyFactor {
  readonly symbolic: CholeskySymbolic;
  /**
   * The panels one after another. Panel s is row-major from symbolic.panelStart[s]: its diagonal block, then its
   * rows[rowStart[s] ..]. What stands above the diagonal has no meaning.
   */
  readonly values: Float64Array;
}

/**
 * Numeric Cholesky factorization by panels, left-looking: panel s takes its columns of A, subtracts
 * L_d[rows >= s] L_d[rows in s]^T for each earlier panel d with rows in s, and is then factorized as a dense matrix.
 * Only the entries of A on and below the diagonal are read.
 *
 * @param symbolic the analysis of a matrix with the same pattern
 * @throws UsageError `pattern-mismatch` where the pattern is another
 * @throws KernelError `not-positive-definite` at a pivot that is not above zero by more than round-off;
 * `details` has the row, in the order of A, the pivot and the diagonal entry
 * @see E. G. Ng, B. W. Peyton, Block sparse Cholesky algorithms on advanced uniprocessor computers, SIAM J. Sci.
 * Comput. 14 (1993)
 */
export function factorizeCholesky(matrix: CsrMatrix, symbolic: CholeskySymbolic): CholeskyFactor {
  checkPattern(matrix, symbolic);
  const { panels, panelStart, numRows } = symbolic;
  const { firstColumn, rowStart, rows } = panels;
  const numPanels = firstColumn.length - 1;
  const values = new Float64Array(symbolic.numStoredEntries);

  // Panel d waits in the list of the panel that owns its next row, rows[nextRow[d]].
  const panelOf = new Int32Array(numRows);
  for (let s = 0; s < numPanels; s++) panelOf.fill(s, firstColumn[s], firstColumn[s + 1]);
  const head = new Int32Array(numPanels).fill(-1);
  const link = new Int32Array(numPanels);
  const nextRow = rowStart.slice(0, numPanels);
  // Offset in `values` of the rows of the current panel.
  const offsetOfRow = new Int32Array(numRows);
  const targets = new Int32Array(numRows);

  for (let s = 0; s < numPanels; s++) {
    const width = firstColumn[s + 1] - firstColumn[s];
    placeRows(symbolic, s, offsetOfRow);
    scatterColumns(matrix, symbolic, s, offsetOfRow, values);
    let d = head[s];
    while (d !== -1) {
      const following = link[d];
      const begin = nextRow[d];
      const end = rowStart[d + 1];
      let split = begin;
      while (split < end && rows[split] < firstColumn[s + 1]) split++;
      for (let k = begin; k < end; k++) targets[k - begin] = offsetOfRow[rows[k]] - firstColumn[s];
      const widthD = firstColumn[d + 1] - firstColumn[d];
      const source = panelStart[d] + (widthD + begin - rowStart[d]) * widthD;
      subtractProduct(values, source, widthD, end - begin, split - begin, targets, rows, begin);
      nextRow[d] = split;
      if (split < end) {
        const owner = panelOf[rows[split]];
        link[d] = head[owner];
        head[owner] = d;
      }
      d = following;
    }
    factorizePanel(matrix, symbolic, s, values);
    if (rowStart[s] < rowStart[s + 1]) {
      const owner = panelOf[rows[rowStart[s]]];
      link[s] = head[owner];
      head[owner] = s;
    }
    eliminateBelow(values, panelStart[s], width, rowStart[s + 1] - rowStart[s]);
  }
  return { symbolic, values };
}

/** offsetOfRow[i] = offset in the values of row i of panel s. */
function placeRows(symbolic: CholeskySymbolic, s: number, offsetOfRow: Int32Array): void {
  const { firstColumn, rowStart, rows } = symbolic.panels;
  const width = firstColumn[s + 1] - firstColumn[s];
  let offset = symbolic.panelStart[s];
  for (let row = firstColumn[s]; row < firstColumn[s + 1]; row++, offset += width) offsetOfRow[row] = offset;
  for (let k = rowStart[s]; k < rowStart[s + 1]; k++, offset += width) offsetOfRow[rows[k]] = offset;
}

/** Writes the columns of P A P^T, on and below the diagonal, into panel s. */
function scatterColumns(
  matrix: CsrMatrix,
  symbolic: CholeskySymbolic,
  s: number,
  offsetOfRow: Int32Array,
  values: Float64Array,
): void {
  const { lower, source, diagonalSource } = symbolic;
  const { firstColumn } = symbolic.panels;
  for (let col = firstColumn[s]; col < firstColumn[s + 1]; col++) {
    const local = col - firstColumn[s];
    if (diagonalSource[col] !== -1) values[offsetOfRow[col] + local] = matrix.values[diagonalSource[col]];
    for (let k = lower.start[col]; k < lower.start[col + 1]; k++) {
      values[offsetOfRow[lower.indices[k]] + local] = matrix.values[source[k]];
    }
  }
}

/**
 * Dense Cholesky factorization of the diagonal block of panel s. A pivot of at most numRows 2^-52 of its diagonal entry
 * is refused: round-off makes pivots of that size, of either sign, out of the zero pivot of a singular matrix.
 *
 * @see LAPACK's xPSTRF, which stops at the same share of the largest diagonal entry
 */
function factorizePanel(
  matrix: CsrMatrix,
  symbolic: CholeskySymbolic,
  s: number,
  values: Float64Array,
): void {
  const { firstColumn } = symbolic.panels;
  const width = firstColumn[s + 1] - firstColumn[s];
  const smallestShare = symbolic.numRows * Number.EPSILON;
  for (let i = 0; i < width; i++) {
    const pivot = eliminateDiagonal(values, symbolic.panelStart[s], width, i);
    const col = firstColumn[s] + i;
    const at = symbolic.diagonalSource[col];
    const diagonal = at === -1 ? 0 : matrix.values[at];
    if (pivot > smallestShare * diagonal) continue;
    const row = symbolic.order[col];
    throw new KernelError(
      "not-positive-definite",
      `the pivot of row ${row} is ${pivot} (its diagonal entry: ${diagonal}), but a positive definite matrix has ` +
        `positive pivots: pin one unknown of every floating component, and check the signs of the coefficients`,
      { details: { row, pivot, diagonal } },
    );
  }
}

function checkPattern(matrix: CsrMatrix, symbolic: CholeskySymbolic): void {
  const same =
    matrix.numRows === symbolic.numRows &&
    matrix.numCols === symbolic.numRows &&
    sameIndices(matrix.rowStart, symbolic.rowStart) &&
    sameIndices(matrix.columns, symbolic.columns);
  if (same) return;
  throw new UsageError(
    "pattern-mismatch",
    `a ${matrix.numRows} x ${matrix.numCols} matrix with ${matrix.columns.length} entries has not the pattern that was ` +
      `analyzed (${symbolic.numRows} rows, ${symbolic.columns.length} entries): call analyzeCholesky on it`,
    {
      details: {
        numRows: matrix.numRows,
        numEntries: matrix.columns.length,
        analyzedRows: symbolic.numRows,
        analyzedEntries: symbolic.columns.length,
      },
    },
  );
}

function sameIndices(a: Int32Array, b: Int32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}
