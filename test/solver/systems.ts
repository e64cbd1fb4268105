import type { CsrSystem } from "../../src/solver/linear-solver.js";
import type { CsrMatrix } from "../../src/sparse/csr.js";

export { createRandom } from "../../scripts/bench/robustness/diffusion-systems.js";

/** CSR of a dense matrix, numRows x numRows; entries that are exactly zero are left out, those on the diagonal kept. */
export function createCsr(dense: readonly (readonly number[])[]): CsrMatrix {
  const numRows = dense.length;
  const rowStart = [0];
  const columns: number[] = [];
  const values: number[] = [];
  dense.forEach((entries, row) => {
    entries.forEach((value, col) => {
      if (value === 0 && col !== row) return;
      columns.push(col);
      values.push(value);
    });
    rowStart.push(columns.length);
  });
  return createMatrix(numRows, rowStart, columns, values);
}

export function createMatrix(
  numRows: number,
  rowStart: ArrayLike<number>,
  columns: ArrayLike<number>,
  values: ArrayLike<number>,
): CsrMatrix {
  return {
    numRows,
    numCols: numRows,
    rowStart: Int32Array.from(rowStart),
    columns: Int32Array.from(columns),
    values: Float64Array.from(values),
  };
}

/** Dense numRows x numRows of a CSR matrix. */
export function createDense(matrix: CsrMatrix): number[][] {
  const dense = Array.from({ length: matrix.numRows }, () => new Array<number>(matrix.numRows).fill(0));
  for (let row = 0; row < matrix.numRows; row++) {
    for (let k = matrix.rowStart[row]; k < matrix.rowStart[row + 1]; k++) {
      dense[row][matrix.columns[k]] = matrix.values[k];
    }
  }
  return dense;
}

/**
 * Laplacian of a weighted graph on numNodes nodes, plus `diagonal` times the identity.
 * @param edges node, node, weight for each edge; edges that repeat add up
 */
export function createLaplacian(
  numNodes: number,
  edges: readonly (readonly [number, number, number])[],
  diagonal = 0,
): CsrMatrix {
  const rows = Array.from({ length: numNodes }, (_, node) => new Map([[node, diagonal]]));
  const add = (i: number, j: number, value: number): void => {
    rows[i].set(j, (rows[i].get(j) ?? 0) + value);
  };
  for (const [i, j, weight] of edges) {
    add(i, i, weight);
    add(j, j, weight);
    add(i, j, -weight);
    add(j, i, -weight);
  }
  const sorted = rows.map((row) => [...row].sort(([left], [right]) => left - right));
  const rowStart = [0];
  for (const row of sorted) rowStart.push(rowStart[rowStart.length - 1] + row.length);
  return createMatrix(
    numNodes,
    rowStart,
    sorted.flatMap((row) => row.map(([col]) => col)),
    sorted.flatMap((row) => row.map(([, value]) => value)),
  );
}

/** Periodic 7-point grid of size^3 nodes, numbered at random. */
export function createGridEdges(
  size: number,
  random: () => number,
  first = 0,
): readonly (readonly [number, number, number])[] {
  const numNodes = size ** 3;
  const number = shuffle(numNodes, random);
  const node = (x: number, y: number, z: number): number =>
    first + number[(x % size) + size * ((y % size) + size * (z % size))];
  const edges: [number, number, number][] = [];
  for (let z = 0; z < size; z++) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        edges.push([node(x, y, z), node(x + 1, y, z), 1]);
        edges.push([node(x, y, z), node(x, y + 1, z), 1]);
        edges.push([node(x, y, z), node(x, y, z + 1), 1]);
      }
    }
  }
  return edges;
}

/** A connected random graph of nodes first .. first + numNodes - 1, weights from 0.01 to 1. */
export function createRandomEdges(
  numNodes: number,
  random: () => number,
  first = 0,
): readonly (readonly [number, number, number])[] {
  const edges: [number, number, number][] = [];
  for (let node = 1; node < numNodes; node++) {
    for (let count = 0; count < 3; count++) {
      const other = Math.floor(random() * node);
      edges.push([first + node, first + other, 0.01 + 0.99 * random()]);
    }
  }
  return edges;
}

export function shuffle(length: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length }, (_, at) => at);
  for (let at = length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

/** A system with random right-hand sides that sum to zero over every component. */
export function createSystem(
  matrix: CsrMatrix,
  numRhs: number,
  random: () => number,
  component: Int32Array = new Int32Array(0),
  numComponents = 0,
): CsrSystem {
  const { numRows } = matrix;
  const rhs = new Float64Array(numRows * numRhs).map(() => random() - 0.5);
  for (let c = 0; c < numComponents; c++) {
    const members = [...component.keys()].filter((row) => component[row] === c);
    for (let l = 0; l < numRhs; l++) {
      const mean = members.reduce((sum, row) => sum + rhs[row * numRhs + l], 0) / members.length;
      for (const row of members) rhs[row * numRhs + l] -= mean;
    }
  }
  return { matrix, rhs, numRhs, component, numComponents };
}

/** Largest |a - b| relative to the largest |b|. */
export function measureDifference(a: Float64Array, b: Float64Array): number {
  let difference = 0;
  let largest = 0;
  for (let at = 0; at < b.length; at++) {
    difference = Math.max(difference, Math.abs(a[at] - b[at]));
    largest = Math.max(largest, Math.abs(b[at]));
  }
  return difference / largest;
}
