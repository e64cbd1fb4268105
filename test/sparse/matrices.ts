import type { CsrMatrix } from "../../src/sparse/csr.js";
import { fromTriplets } from "../../src/sparse/from-triplets.js";

/** Reproducible random numbers in [0, 1), by the Mulberry32 generator. */
export function randomSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function randomVector(length: number, random: () => number): Float64Array {
  return Float64Array.from({ length }, () => 2 * random() - 1);
}

/** A random permutation of 0 .. size - 1 (Fisher and Yates). */
export function randomPermutation(size: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: size }, (_, k) => k);
  for (let k = size - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

/** A random matrix; every entry is there with the given probability. */
export function randomMatrix(
  numRows: number,
  numCols: number,
  density: number,
  random: () => number,
): CsrMatrix {
  return sparseOf(
    Array.from({ length: numRows }, () =>
      Array.from({ length: numCols }, () => (random() < density ? 2 * random() - 1 : 0)),
    ),
    numCols,
  );
}

/** A random symmetric matrix, positive definite by diagonal dominance. */
export function randomSpd(size: number, density: number, random: () => number): CsrMatrix {
  const dense = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let row = 0; row < size; row++) {
    for (let col = 0; col < row; col++) {
      if (random() >= density) continue;
      const value = 2 * random() - 1;
      dense[row][col] = value;
      dense[col][row] = value;
      dense[row][row] += Math.abs(value);
      dense[col][col] += Math.abs(value);
    }
  }
  for (let row = 0; row < size; row++) dense[row][row] += 0.1 + random();
  return sparseOf(dense, size);
}

/** Finite differences for -Laplace u on an nx x ny x nz grid, u = 0 around it: 2 on the diagonal per direction. */
export function gridLaplacian(nx: number, ny: number, nz: number): CsrMatrix {
  const rows: number[] = [];
  const cols: number[] = [];
  const values: number[] = [];
  const add = (row: number, col: number, value: number): void => {
    rows.push(row);
    cols.push(col);
    values.push(value);
  };
  const sizes = [nx, ny, nz];
  const strides = [1, nx, nx * ny];
  for (let node = 0; node < nx * ny * nz; node++) {
    for (let k = 0; k < 3; k++) {
      if (sizes[k] === 1) continue;
      add(node, node, 2);
      const position = Math.floor(node / strides[k]) % sizes[k];
      if (position > 0) add(node, node - strides[k], -1);
      if (position < sizes[k] - 1) add(node, node + strides[k], -1);
    }
  }
  const size = nx * ny * nz;
  return fromTriplets(size, size, Int32Array.from(rows), Int32Array.from(cols), Float64Array.from(values));
}

/** The graph Laplacian + identity of undirected edges. */
export function graphMatrix(size: number, edges: readonly (readonly [number, number])[]): CsrMatrix {
  const rows: number[] = [];
  const cols: number[] = [];
  const values: number[] = [];
  for (let node = 0; node < size; node++) {
    rows.push(node);
    cols.push(node);
    values.push(1);
  }
  for (const [a, b] of edges) {
    rows.push(a, b, a, b);
    cols.push(b, a, a, b);
    values.push(-1, -1, 1, 1);
  }
  return fromTriplets(size, size, Int32Array.from(rows), Int32Array.from(cols), Float64Array.from(values));
}

/** The nonzeros of a dense matrix. */
export function sparseOf(dense: readonly (readonly number[])[], numCols: number): CsrMatrix {
  const rowStart = [0];
  const columns: number[] = [];
  const values: number[] = [];
  for (const row of dense) {
    row.forEach((value, col) => {
      if (value === 0) return;
      columns.push(col);
      values.push(value);
    });
    rowStart.push(columns.length);
  }
  return {
    numRows: dense.length,
    numCols,
    rowStart: Int32Array.from(rowStart),
    columns: Int32Array.from(columns),
    values: Float64Array.from(values),
  };
}

/** All entries, zeros included. */
export function denseOf(matrix: CsrMatrix): number[][] {
  const dense = Array.from({ length: matrix.numRows }, () => new Array<number>(matrix.numCols).fill(0));
  for (let row = 0; row < matrix.numRows; row++) {
    for (let k = matrix.rowStart[row]; k < matrix.rowStart[row + 1]; k++) {
      dense[row][matrix.columns[k]] += matrix.values[k];
    }
  }
  return dense;
}

/** Whether the offsets are consistent and the columns of every row ascend strictly within the matrix. */
export function isWellFormed(matrix: CsrMatrix): boolean {
  const { numRows, numCols, rowStart, columns, values } = matrix;
  if (rowStart.length !== numRows + 1 || rowStart[0] !== 0) return false;
  if (rowStart[numRows] !== columns.length || columns.length !== values.length) return false;
  for (let row = 0; row < numRows; row++) {
    for (let k = rowStart[row]; k < rowStart[row + 1]; k++) {
      const previous = k === rowStart[row] ? -1 : columns[k - 1];
      if (columns[k] <= previous || columns[k] >= numCols) return false;
    }
  }
  return true;
}

export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let k = 0; k < a.length; k++) {
    const difference = Math.abs(a[k] - b[k]);
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}

/** Pattern of the Cholesky factor by textbook elimination: filled[i][j] for i >= j, rows taken in `order`. */
export function eliminateNaively(matrix: CsrMatrix, order: ArrayLike<number>): boolean[][] {
  const size = matrix.numRows;
  const dense = denseOf(matrix);
  const filled = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => i === j || dense[order[i]][order[j]] !== 0),
  );
  for (let k = 0; k < size; k++) {
    for (let i = k + 1; i < size; i++) {
      if (!filled[i][k]) continue;
      for (let j = k + 1; j < size; j++) if (filled[j][k]) filled[i][j] = true;
    }
  }
  return filled.map((row, i) => row.map((entry, j) => entry && j <= i));
}

/** Entries of the Cholesky factor, with the diagonal, by textbook elimination. */
export function countFillNaively(matrix: CsrMatrix, order: ArrayLike<number>): number {
  return eliminateNaively(matrix, order).flat().filter(Boolean).length;
}
