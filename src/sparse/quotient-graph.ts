import type { CsrMatrix } from "./csr.js";

/** A variable not yet eliminated. */
export const VARIABLE = 0;
/** An eliminated pivot that stands for the clique of its neighbours. */
export const ELEMENT = 1;
/** An element contained in another, its `parent`. */
export const ABSORBED = 2;
/** A variable that goes with another variable or element, its `parent`. */
export const MERGED = 3;
/** A variable set aside to be ordered last. */
export const DENSE = 4;

/**
 * The graph of a partly eliminated matrix, in no more space than at the start: cliques that elimination would create
 * are held as elements, lists of their variables. Node i owns space[listStart[i] .. listStart[i] + listLength[i]):
 * for a variable its numElements[i] elements and then its other neighbours, for an element its variables. Lists may
 * hold dead nodes (weight 0, or an absorbed element); readers skip them.
 *
 * @see A. George, J. W. H. Liu, The evolution of the minimum degree ordering algorithm, SIAM Review 31 (1989)
 */
export interface QuotientGraph {
  readonly numNodes: number;
  /** Lists, replaced on compaction; everything from `free` on is unused. */
  space: Int32Array;
  spare: Int32Array;
  free: number;
  readonly listStart: Int32Array;
  readonly listLength: Int32Array;
  readonly numElements: Int32Array;
  /** Matrix rows each variable stands for, negative while in the current pivot; 0 for merged and dense ones. */
  readonly weight: Int32Array;
  /** For a variable a bound on its external degree, for an element e |L_e|; both count matrix rows. */
  readonly degree: Int32Array;
  /** One of VARIABLE .. DENSE. */
  readonly kind: Uint8Array;
  /** What absorbed the node; -1 while it lives, and at a root. */
  readonly parent: Int32Array;
}

/** The quotient graph before any elimination: the graph of the lower triangle of a square matrix, made symmetric. */
export function buildQuotientGraph(matrix: CsrMatrix): QuotientGraph {
  const { numRows, rowStart, columns } = matrix;
  const listLength = new Int32Array(numRows);
  let numEntries = 0;
  for (let row = 0; row < numRows; row++) {
    for (let k = rowStart[row]; k < rowStart[row + 1]; k++) {
      if (columns[k] >= row) break;
      listLength[row]++;
      listLength[columns[k]]++;
      numEntries += 2;
    }
  }
  const listStart = new Int32Array(numRows);
  for (let row = 1; row < numRows; row++) listStart[row] = listStart[row - 1] + listLength[row - 1];
  // Half as much again makes compactions rare; a new element needs at most numRows.
  const size = numEntries + Math.floor(numEntries / 2) + numRows;
  const space = new Int32Array(size);
  const next = listStart.slice();
  for (let row = 0; row < numRows; row++) {
    for (let k = rowStart[row]; k < rowStart[row + 1]; k++) {
      const col = columns[k];
      if (col >= row) break;
      space[next[row]++] = col;
      space[next[col]++] = row;
    }
  }
  return {
    numNodes: numRows,
    space,
    spare: new Int32Array(size),
    free: numEntries,
    listStart,
    listLength,
    numElements: new Int32Array(numRows),
    weight: new Int32Array(numRows).fill(1),
    degree: listLength.slice(),
    kind: new Uint8Array(numRows),
    parent: new Int32Array(numRows).fill(-1),
  };
}

/** Makes room for `needed` more entries, at most numNodes of which are used, by copying the live lists together. */
export function reserve(graph: QuotientGraph, needed: number): void {
  const { numNodes, space, spare, listStart, listLength, numElements, kind, weight } = graph;
  if (graph.free + Math.min(needed, numNodes) <= space.length) return;
  let free = 0;
  for (let node = 0; node < numNodes; node++) {
    const isElement = kind[node] === ELEMENT;
    if (!isElement && kind[node] !== VARIABLE) continue;
    const firstVariable = listStart[node] + numElements[node];
    const end = listStart[node] + listLength[node];
    const start = free;
    for (let k = listStart[node]; k < firstVariable; k++) {
      if (kind[space[k]] === ELEMENT) spare[free++] = space[k];
    }
    numElements[node] = free - start;
    for (let k = firstVariable; k < end; k++) if (weight[space[k]] !== 0) spare[free++] = space[k];
    listStart[node] = start;
    listLength[node] = free - start;
  }
  graph.space = spare;
  graph.spare = space;
  graph.free = free;
}
