import type { LowerPattern } from "./elimination-tree.js";

/**
 * The factor's columns in panels: consecutive columns that share one list of rows, held as a dense matrix. Panel s
 * has columns firstColumn[s] .. firstColumn[s + 1] - 1 and, below them, the rows rows[k] for
 * rowStart[s] <= k < rowStart[s + 1], ascending.
 */
export interface Panels {
  readonly firstColumn: Int32Array;
  readonly rowStart: Int32Array;
  readonly rows: Int32Array;
}

/** Columns of the panels, and bounds on the rows below them, before the rows are listed. */
export interface PanelColumns {
  readonly firstColumn: Int32Array;
  /** Panel whose columns come next on the way to the root, -1 at a root. */
  readonly parent: Int32Array;
  /** Entries of all panels at most, with the stored zeros. */
  readonly numStoredEntries: number;
}

/** Widest panel: 64 x 64 doubles are 32 kB, the usual first-level cache. */
const MAX_PANEL_WIDTH = 64;

/**
 * Cuts the columns into panels. Column j + 1 continues the supernode of j where it is the parent of j and has the same
 * rows; a supernode then takes in the one just before it where that is its child and few zeros have to be stored for
 * it (relaxed supernodes); wide ones are cut so that a panel fits the cache.
 *
 * @param parent elimination tree in postorder
 * @param counts entries of each column of L, with the diagonal
 * @see C. Ashcraft, R. Grimes, The influence of relaxed supernode partitions on the multifrontal method, ACM TOMS 15
 * (1989)
 */
export function partitionColumns(parent: Int32Array, counts: Int32Array): PanelColumns {
  const numColumns = parent.length;
  // A stack of supernodes, each with its first column, its rows with the diagonal ones, and the zeros it stores.
  const first = new Int32Array(numColumns + 1);
  const height = new Int32Array(numColumns);
  const zeros = new Float64Array(numColumns);
  let top = -1;
  let begin = 0;
  while (begin < numColumns) {
    let end = begin + 1;
    while (end < numColumns && parent[end - 1] === end && counts[end - 1] === counts[end] + 1) end++;
    top++;
    first[top] = begin;
    height[top] = counts[begin];
    zeros[top] = 0;
    while (top > 0 && parent[first[top] - 1] >= first[top] && parent[first[top] - 1] < end) {
      const below = top - 1;
      const childWidth = first[top] - first[below];
      const width = end - first[below];
      const mergedHeight = childWidth + height[top];
      const added = childWidth * (mergedHeight - height[below]);
      const mergedZeros = zeros[below] + zeros[top] + added;
      if (!isWorthMerging(width, mergedZeros / (width * mergedHeight - (width * (width - 1)) / 2))) break;
      top = below;
      height[top] = mergedHeight;
      zeros[top] = mergedZeros;
    }
    begin = end;
  }
  first[top + 1] = numColumns;
  return cutIntoPanels(first, height, top + 1, parent);
}

/** Few zeros, or so few columns that the work per panel outweighs them (thresholds as usual in supernodal codes). */
function isWorthMerging(width: number, zeroShare: number): boolean {
  if (width <= 4) return true;
  if (width <= 16) return zeroShare < 0.8;
  if (width <= 48) return zeroShare < 0.1;
  return zeroShare < 0.05;
}

function cutIntoPanels(
  first: Int32Array,
  height: Int32Array,
  numSupernodes: number,
  columnParent: Int32Array,
): PanelColumns {
  const numColumns = columnParent.length;
  const firstColumn: number[] = [];
  let numStoredEntries = 0;
  for (let supernode = 0; supernode < numSupernodes; supernode++) {
    const width = first[supernode + 1] - first[supernode];
    const numPieces = Math.ceil(width / MAX_PANEL_WIDTH);
    for (let piece = 0; piece < numPieces; piece++) {
      const begin = Math.floor((piece * width) / numPieces);
      const end = Math.floor(((piece + 1) * width) / numPieces);
      firstColumn.push(first[supernode] + begin);
      numStoredEntries += (end - begin) * (height[supernode] - begin);
    }
  }
  firstColumn.push(numColumns);

  const columns = Int32Array.from(firstColumn);
  const panelOf = numberColumns(columns);
  const parent = new Int32Array(columns.length - 1).fill(-1);
  let supernode = 0;
  for (let panel = 0; panel < parent.length; panel++) {
    const end = columns[panel + 1];
    if (end < first[supernode + 1]) {
      parent[panel] = panel + 1;
    } else {
      supernode++;
      if (columnParent[end - 1] !== -1) parent[panel] = panelOf[columnParent[end - 1]];
    }
  }
  return { firstColumn: columns, parent, numStoredEntries };
}

/** Panel of each column. */
function numberColumns(firstColumn: Int32Array): Int32Array {
  const numPanels = firstColumn.length - 1;
  const panelOf = new Int32Array(firstColumn[numPanels]);
  for (let panel = 0; panel < numPanels; panel++) {
    panelOf.fill(panel, firstColumn[panel], firstColumn[panel + 1]);
  }
  return panelOf;
}

/**
 * Lists the rows of each panel: row i occurs in the panels on the paths from those of the columns of row i of A up to
 * its own. Taking the rows in ascending order leaves every list sorted.
 *
 * @param pattern lower triangle of the permuted matrix by rows
 */
export function listPanelRows(pattern: LowerPattern, columns: PanelColumns): Panels {
  const { firstColumn, parent } = columns;
  const numPanels = parent.length;
  const panelOf = numberColumns(firstColumn);
  const rowStart = new Int32Array(numPanels + 1);
  walkRows(pattern, panelOf, parent, (panel) => {
    rowStart[panel + 1]++;
  });
  for (let panel = 0; panel < numPanels; panel++) rowStart[panel + 1] += rowStart[panel];
  const rows = new Int32Array(rowStart[numPanels]);
  const next = rowStart.slice(0, numPanels);
  walkRows(pattern, panelOf, parent, (panel, row) => {
    rows[next[panel]++] = row;
  });
  return { firstColumn, rowStart, rows };
}

/** Calls `visit` once for every panel and every row below its columns, the rows ascending. */
function walkRows(
  pattern: LowerPattern,
  panelOf: Int32Array,
  parent: Int32Array,
  visit: (panel: number, row: number) => void,
): void {
  const { start, indices } = pattern;
  const lastRow = new Int32Array(parent.length).fill(-1);
  for (let row = 0; row < panelOf.length; row++) {
    lastRow[panelOf[row]] = row;
    for (let k = start[row]; k < start[row + 1]; k++) {
      let panel = panelOf[indices[k]];
      while (lastRow[panel] !== row) {
        lastRow[panel] = row;
        visit(panel, row);
        panel = parent[panel];
      }
    }
  }
}
