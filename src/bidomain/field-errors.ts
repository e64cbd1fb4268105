import type { TetMesh } from "../mesh/tet-mesh.js";

/** Nodal values to compare on some cells. */
export interface FieldComparison {
  readonly mesh: TetMesh;
  /** Entry of the values of each corner of each cell, numCells x 4. */
  readonly cellNodes: Int32Array;
  /** Cells to integrate over. */
  readonly cells: Int32Array;
  /** Copy of the unit cell that each of them is in. */
  readonly copyOf: (cell: number) => number;
  readonly numCopies: number;
  /** d = u - u0 by node. */
  readonly difference: Float64Array;
  /** u0. */
  readonly reference: Float64Array;
}

/** Integrals over the cells. */
export interface ComparisonNorms {
  /** ||d|| / ||u0||. */
  readonly l2: number;
  /** ||grad d|| / ||grad u0||; of all that does not change, ||grad d|| itself. */
  readonly gradient: number;
  /** sqrt(sum_copies |cell| mean(d)^2) / ||u0||. */
  readonly cellMeans: number;
}

/**
 * Relative norms of a difference of P1 functions, exact:
 *
 *   int_T v^2 = |T| / 20 (sum_i v_i^2 + (sum_i v_i)^2),   |grad v|^2 constant in a cell.
 */
export function measureDifference(comparison: FieldComparison): ComparisonNorms {
  const { mesh, cellNodes, cells, copyOf, numCopies, difference, reference } = comparison;
  const { coordinates: x } = mesh;
  const sums = { d: 0, u: 0, gradD: 0, gradU: 0 };
  const volumes = new Float64Array(numCopies);
  const integrals = new Float64Array(numCopies);
  const edges = new Float64Array(9);
  const normals = new Float64Array(9);
  const d = new Float64Array(4);
  const u = new Float64Array(4);
  for (const cell of cells) {
    const origin = 3 * mesh.cells[4 * cell];
    for (let i = 0; i < 3; i++) {
      const node = 3 * mesh.cells[4 * cell + i + 1];
      for (let k = 0; k < 3; k++) edges[3 * i + k] = x[node + k] - x[origin + k];
    }
    crossProduct(edges, 3, 6, normals, 0);
    crossProduct(edges, 6, 0, normals, 3);
    crossProduct(edges, 0, 3, normals, 6);
    const determinant = edges[0] * normals[0] + edges[1] * normals[1] + edges[2] * normals[2];
    const volume = determinant / 6;
    for (let i = 0; i < 4; i++) {
      const node = cellNodes[4 * cell + i];
      d[i] = difference[node];
      u[i] = reference[node];
    }
    sums.d += volume * meanSquare(d);
    sums.u += volume * meanSquare(u);
    sums.gradD += volume * squaredGradient(d, normals, determinant);
    sums.gradU += volume * squaredGradient(u, normals, determinant);
    const copy = copyOf(cell);
    volumes[copy] += volume;
    integrals[copy] += (volume * (d[0] + d[1] + d[2] + d[3])) / 4;
  }
  let means = 0;
  for (let copy = 0; copy < numCopies; copy++) {
    if (volumes[copy] > 0) means += integrals[copy] ** 2 / volumes[copy];
  }
  return {
    l2: Math.sqrt(divide(sums.d, sums.u)),
    gradient: Math.sqrt(divide(sums.gradD, sums.gradU)),
    cellMeans: Math.sqrt(divide(means, sums.u)),
  };
}

function divide(part: number, whole: number): number {
  return whole > 0 ? part / whole : part;
}

function meanSquare(v: Float64Array): number {
  const sum = v[0] + v[1] + v[2] + v[3];
  return (v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + v[3] * v[3] + sum * sum) / 20;
}

/** |grad v|^2 with grad v = sum_i (v_i - v_0) n_i / D, i = 1, 2, 3. */
function squaredGradient(v: Float64Array, normals: Float64Array, determinant: number): number {
  let sum = 0;
  for (let k = 0; k < 3; k++) {
    let entry = 0;
    for (let i = 0; i < 3; i++) entry += (v[i + 1] - v[0]) * normals[3 * i + k];
    sum += entry * entry;
  }
  return sum / (determinant * determinant);
}

/** result = a x b, vectors at places of one array. */
function crossProduct(v: Float64Array, a: number, b: number, result: Float64Array, at: number): void {
  result[at] = v[a + 1] * v[b + 2] - v[a + 2] * v[b + 1];
  result[at + 1] = v[a + 2] * v[b] - v[a] * v[b + 2];
  result[at + 2] = v[a] * v[b + 1] - v[a + 1] * v[b];
}
