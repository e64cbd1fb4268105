import { KernelError, UsageError } from "../core/errors.js";
import { countFactorColumns } from "./column-counts.js";
import type { CsrMatrix } from "./csr.js";
import { buildEliminationTree, postorderForest } from "./elimination-tree.js";
import type { LowerPattern } from "./elimination-tree.js";
import { orderMinimumDegree } from "./minimum-degree.js";
import { invertPermutation } from "./permutation.js";
import { listPanelRows, partitionColumns } from "./supernodes.js";
import type { Panels } from "./supernodes.js";

/** How to analyze. */
export interface CholeskyOptions {
  /**
   * Order of elimination, order[k] the row eliminated k-th. It is refined to an equivalent postorder. Default:
   * approximate minimum degree.
   */
  readonly order?: Int32Array;
  /** Largest factor allowed, in bytes of values. Default 2 GiB. */
  readonly maxFactorBytes?: number;
}

/** What the pattern of A says about L, where P A P^T = L L^T; good for every matrix with this pattern. */
export interface CholeskySymbolic {
  readonly numRows: number;
  /** The permutation P, numRows: row k of P A P^T is row order[k] of A. */
  readonly order: Int32Array;
  /** Elimination tree of P A P^T, numRows: min { i > j : l_ij != 0 }, -1 at a root. */
  readonly parent: Int32Array;
  /** Entries of each column of L with the diagonal, numRows. */
  readonly columnCounts: Int32Array;
  /** Entries of L. */
  readonly numNonzeros: number;
  /** Multiplications and additions to compute L, the sum of the squared column counts. */
  readonly numFlops: number;
  /** Entries the panels store: those of L, zeros of relaxed supernodes, unused corners above the diagonal. */
  readonly numStoredEntries: number;
  readonly panels: Panels;
  /** Offset of each panel among the stored entries, numPanels + 1. */
  readonly panelStart: Int32Array;
  /** Strict lower triangle of P A P^T by columns, and where A holds the value of each entry. */
  readonly lower: LowerPattern;
  readonly source: Int32Array;
  /** Where A holds its diagonal, in the new order, -1 where it has no entry there. */
  readonly diagonalSource: Int32Array;
  /** The pattern analyzed, to check others against. */
  readonly rowStart: Int32Array;
  readonly columns: Int32Array;
}

const DEFAULT_MAX_FACTOR_BYTES = 2 ** 31;

/**
 * Symbolic Cholesky factorization of a symmetric positive definite matrix: ordering, elimination tree, column counts
 * and panels. Only the entries on and below the diagonal are read.
 *
 * @throws UsageError `not-square`; `invalid-permutation`
 * @throws KernelError `factor-too-large` where the factor would not fit, before space for it is taken
 * @see T. A. Davis, Direct Methods for Sparse Linear Systems, SIAM (2006), chapter 4
 */
export function analyzeCholesky(matrix: CsrMatrix, options: CholeskyOptions = {}): CholeskySymbolic {
  const { numRows, numCols } = matrix;
  if (numRows !== numCols) {
    throw new UsageError(
      "not-square",
      `Cholesky factorization needs a square matrix, not ${numRows} x ${numCols}`,
      { details: { numRows, numCols } },
    );
  }
  const start = options.order ?? orderMinimumDegree(matrix);
  const startTree = buildEliminationTree(permuteLower(matrix, invertPermutation(start, numRows)));
  const postorder = postorderForest(startTree);
  const order = postorder.map((node) => start[node]);
  const parent = renumberTree(startTree, postorder);

  const byRows = permuteLower(matrix, invertPermutation(order, numRows));
  const { lower, source } = groupByColumns(byRows);
  const columnCounts = countFactorColumns(lower, parent);
  const columns = partitionColumns(parent, columnCounts);
  let numNonzeros = 0;
  let numFlops = 0;
  for (let col = 0; col < numRows; col++) {
    numNonzeros += columnCounts[col];
    numFlops += columnCounts[col] ** 2;
  }
  checkSize(
    numRows,
    numNonzeros,
    columns.numStoredEntries,
    options.maxFactorBytes ?? DEFAULT_MAX_FACTOR_BYTES,
  );

  const panels = listPanelRows(byRows, columns);
  const panelStart = locatePanels(panels);
  return {
    numRows,
    order,
    parent,
    columnCounts,
    numNonzeros,
    numFlops,
    numStoredEntries: panelStart[panelStart.length - 1],
    panels,
    panelStart,
    lower,
    source,
    diagonalSource: byRows.diagonalSource,
    rowStart: matrix.rowStart,
    columns: matrix.columns,
  };
}

interface PermutedLower extends LowerPattern {
  /** Where A holds each entry. */
  readonly source: Int32Array;
  readonly diagonalSource: Int32Array;
}

/** Strict lower triangle of P A P^T by rows, from that of A. */
function permuteLower(matrix: CsrMatrix, inverse: Int32Array): PermutedLower {
  const { numRows, rowStart, columns } = matrix;
  const start = new Int32Array(numRows + 1);
  for (let row = 0; row < numRows; row++) {
    for (let k = rowStart[row]; k < rowStart[row + 1] && columns[k] < row; k++) {
      start[Math.max(inverse[row], inverse[columns[k]]) + 1]++;
    }
  }
  for (let row = 0; row < numRows; row++) start[row + 1] += start[row];
  const next = start.slice(0, numRows);
  const indices = new Int32Array(start[numRows]);
  const source = new Int32Array(start[numRows]);
  const diagonalSource = new Int32Array(numRows).fill(-1);
  for (let row = 0; row < numRows; row++) {
    for (let k = rowStart[row]; k < rowStart[row + 1] && columns[k] <= row; k++) {
      if (columns[k] === row) {
        diagonalSource[inverse[row]] = k;
        continue;
      }
      const a = inverse[row];
      const b = inverse[columns[k]];
      const target = next[Math.max(a, b)]++;
      indices[target] = Math.min(a, b);
      source[target] = k;
    }
  }
  return { start, indices, source, diagonalSource };
}

/** The same entries by columns. */
function groupByColumns(byRows: PermutedLower): { lower: LowerPattern; source: Int32Array } {
  const numRows = byRows.start.length - 1;
  const start = new Int32Array(numRows + 1);
  for (let k = 0; k < byRows.indices.length; k++) start[byRows.indices[k] + 1]++;
  for (let col = 0; col < numRows; col++) start[col + 1] += start[col];
  const next = start.slice(0, numRows);
  const indices = new Int32Array(byRows.indices.length);
  const source = new Int32Array(byRows.indices.length);
  for (let row = 0; row < numRows; row++) {
    for (let k = byRows.start[row]; k < byRows.start[row + 1]; k++) {
      const target = next[byRows.indices[k]]++;
      indices[target] = row;
      source[target] = byRows.source[k];
    }
  }
  return { lower: { start, indices }, source };
}

/** The tree with its nodes numbered in postorder. */
function renumberTree(parent: Int32Array, postorder: Int32Array): Int32Array {
  const position = invertPermutation(postorder, parent.length);
  return postorder.map((node) => (parent[node] === -1 ? -1 : position[parent[node]]));
}

function locatePanels(panels: Panels): Int32Array {
  const { firstColumn, rowStart } = panels;
  const panelStart = new Int32Array(firstColumn.length);
  for (let panel = 0; panel + 1 < firstColumn.length; panel++) {
    const width = firstColumn[panel + 1] - firstColumn[panel];
    const height = width + rowStart[panel + 1] - rowStart[panel];
    panelStart[panel + 1] = panelStart[panel] + width * height;
  }
  return panelStart;
}

function checkSize(
  numRows: number,
  numNonzeros: number,
  numStoredEntries: number,
  maxFactorBytes: number,
): void {
  const bytes = numStoredEntries * Float64Array.BYTES_PER_ELEMENT;
  if (numStoredEntries <= 2 ** 31 - 1 && bytes <= maxFactorBytes) return;
  const mebibytes = (value: number): string => (value / 2 ** 20).toPrecision(4);
  throw new KernelError(
    "factor-too-large",
    `the Cholesky factor of ${numRows} unknowns has ${numNonzeros} entries and takes ${mebibytes(bytes)} MiB; at most ` +
      `${mebibytes(Math.min(maxFactorBytes, (2 ** 31 - 1) * 8))} MiB are allowed: use an iterative solver or raise the limit`,
    { details: { numRows, numNonzeros, numStoredEntries, bytes, maxFactorBytes } },
  );
}
