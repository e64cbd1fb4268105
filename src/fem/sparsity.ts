import { KernelError } from "../core/errors.js";
import type { DofMap } from "./dof-map.js";

/** The positions of a matrix whose entry (i, j) can be non-zero where dofs i and j share a cell. */
export interface SparsityPattern {
  /** numDofs + 1 offsets into `columns`. */
  readonly rowStart: Int32Array;
  /** Columns of each row, ascending. */
  readonly columns: Int32Array;
}

/** Rows longer than this are sorted by the built-in sort instead of by insertion. */
const LONGEST_INSERTED_ROW = 48;

/** Largest number of entries that 32-bit offsets can address. */
const MAX_ENTRIES = 2 ** 31 - 1;

/**
 * Sparsity pattern of the stiffness matrix of a dof map; linear in the number of cells.
 *
 * @throws KernelError `matrix-too-large` above 2^31 - 1 entries
 */
export function buildSparsityPattern(dofMap: DofMap): SparsityPattern {
  const { cellDofs, numDofs, numLocalDofs } = dofMap;
  const cellStart = new Int32Array(numDofs + 1);
  for (const dof of cellDofs) cellStart[dof + 1]++;
  for (let dof = 0; dof < numDofs; dof++) cellStart[dof + 1] += cellStart[dof];
  const next = cellStart.slice(0, numDofs);
  const cellsOfDof = new Int32Array(cellDofs.length);
  for (let i = 0; i < cellDofs.length; i++) cellsOfDof[next[cellDofs[i]]++] = i - (i % numLocalDofs);

  const rowStart = new Int32Array(numDofs + 1);
  const lastRow = new Int32Array(numDofs).fill(-1);
  let numEntries = 0;
  for (let row = 0; row < numDofs; row++) {
    for (let c = cellStart[row]; c < cellStart[row + 1]; c++) {
      for (let i = cellsOfDof[c]; i < cellsOfDof[c] + numLocalDofs; i++) {
        if (lastRow[cellDofs[i]] === row) continue;
        lastRow[cellDofs[i]] = row;
        numEntries++;
      }
    }
    if (numEntries > MAX_ENTRIES) {
      throw new KernelError(
        "matrix-too-large",
        `the matrix of ${numDofs} unknowns has more than ${MAX_ENTRIES} entries; use a coarser mesh`,
        { details: { numDofs } },
      );
    }
    rowStart[row + 1] = numEntries;
  }

  const columns = new Int32Array(numEntries);
  lastRow.fill(-1);
  let end = 0;
  for (let row = 0; row < numDofs; row++) {
    const begin = end;
    for (let c = cellStart[row]; c < cellStart[row + 1]; c++) {
      for (let i = cellsOfDof[c]; i < cellsOfDof[c] + numLocalDofs; i++) {
        const column = cellDofs[i];
        if (lastRow[column] === row) continue;
        lastRow[column] = row;
        columns[end++] = column;
      }
    }
    sortRow(columns, begin, end);
  }
  return { rowStart, columns };
}

function sortRow(columns: Int32Array, begin: number, end: number): void {
  if (end - begin > LONGEST_INSERTED_ROW) {
    columns.subarray(begin, end).sort();
    return;
  }
  for (let i = begin + 1; i < end; i++) {
    const column = columns[i];
    let j = i - 1;
    while (j >= begin && columns[j] > column) {
      columns[j + 1] = columns[j];
      j--;
    }
    columns[j + 1] = column;
  }
}
