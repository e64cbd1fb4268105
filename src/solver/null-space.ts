import type { CsrMatrix } from "../sparse/csr.js";
import { extractSubmatrix } from "../sparse/extract-submatrix.js";
import type { CsrSystem } from "./linear-solver.js";

/** What a matrix does not see: constants over each component. */
export interface NullSpace {
  /** Component of each unknown, numRows; -1 for an unknown in none. */
  readonly component: Int32Array;
  readonly numComponents: number;
  /** Number of unknowns of each component, numComponents. */
  readonly size: Int32Array;
}

/** A matrix without one unknown of each component. */
export interface PinnedMatrix {
  readonly matrix: CsrMatrix;
  /** Unknown of the whole system for each unknown that is left, ascending. */
  readonly kept: Int32Array;
}

/**
 * A row is zero where none of its entries exceeds this share of the largest of the matrix: far below any ratio of
 * coefficients, so that no unknown that conducts a little is taken for one that does not conduct.
 */
const ZERO_ROW = 1e-30;

/**
 * The null space of a system: its declared components, and each unknown whose row is zero as a component of its own.
 * @param system its numbers are finite
 */
export function findNullSpace(system: CsrSystem): NullSpace {
  const { numRows, rowStart, values } = system.matrix;
  const component = new Int32Array(numRows).fill(-1);
  if (system.numComponents > 0) component.set(system.component);
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
  let numComponents = system.numComponents;
  for (let row = 0; row < numRows; row++) {
    let k = rowStart[row];
    while (k < rowStart[row + 1] && Math.abs(values[k]) <= ZERO_ROW * largest) k++;
    if (k === rowStart[row + 1]) component[row] = numComponents++;
  }
  const size = new Int32Array(numComponents);
  for (let row = 0; row < numRows; row++) if (component[row] >= 0) size[component[row]]++;
  return { component, numComponents, size };
}

/**
 * x -= mean of x over each component, for every column, in place: the orthogonal projection onto the range of K.
 * @param vectors numRows x numRhs, row-major
 */
export function projectMeanZero(vectors: Float64Array, numRhs: number, nullSpace: NullSpace): void {
  const { component, numComponents, size } = nullSpace;
  const mean = new Float64Array(numComponents * numRhs);
  for (let row = 0; row < component.length; row++) {
    if (component[row] < 0) continue;
    for (let l = 0; l < numRhs; l++) mean[component[row] * numRhs + l] += vectors[row * numRhs + l];
  }
  for (let c = 0; c < numComponents; c++) {
    for (let l = 0; l < numRhs; l++) if (size[c] > 0) mean[c * numRhs + l] /= size[c];
  }
  for (let row = 0; row < component.length; row++) {
    if (component[row] < 0) continue;
    for (let l = 0; l < numRhs; l++) vectors[row * numRhs + l] -= mean[component[row] * numRhs + l];
  }
}

/**
 * K without row and column of one unknown per component, the one of largest diagonal: positive definite where the null
 * space is all that K does not see. With those unknowns at zero it has a solution of K x = b for every b of mean zero.
 */
export function pinComponents(matrix: CsrMatrix, nullSpace: NullSpace): PinnedMatrix {
  const pinned = choosePins(matrix, nullSpace);
  const kept = new Int32Array(pinned.length).map((_, row) => row).filter((row) => pinned[row] === 0);
  return { matrix: extractSubmatrix(matrix, kept), kept };
}

/**
 * R = P B - K X, numRows x numRhs, row-major; P takes the mean over each component away, so that a part of B that no X
 * can balance (round-off, for a consistent system) does not count.
 */
export function computeResidual(
  system: CsrSystem,
  solution: Float64Array,
  nullSpace: NullSpace,
): Float64Array {
  const { numRows, rowStart, columns, values } = system.matrix;
  const { numRhs } = system;
  const residual = system.rhs.slice();
  projectMeanZero(residual, numRhs, nullSpace);
  for (let row = 0; row < numRows; row++) {
    for (let k = rowStart[row]; k < rowStart[row + 1]; k++) {
      for (let l = 0; l < numRhs; l++)
        residual[row * numRhs + l] -= values[k] * solution[columns[k] * numRhs + l];
    }
  }
  return residual;
}

/** ||P b - K x||_2 / ||b||_2 for each right-hand side, from the solution itself; 0 where b = 0 and x = 0. */
export function computeRelativeResiduals(
  system: CsrSystem,
  solution: Float64Array,
  nullSpace: NullSpace = findNullSpace(system),
): number[] {
  const residualNorms = computeNorms(computeResidual(system, solution, nullSpace), system.numRhs);
  const rhsNorms = computeNorms(system.rhs, system.numRhs);
  return residualNorms.map((norm, l) => (norm === 0 ? 0 : norm / rhsNorms[l]));
}

/** ||x||_2 of each column of a row-major block, without overflow or underflow. */
export function computeNorms(vectors: Float64Array, numRhs: number): number[] {
  const norms: number[] = [];
  for (let l = 0; l < numRhs; l++) {
    let largest = 0;
    for (let at = l; at < vectors.length; at += numRhs) largest = Math.max(largest, Math.abs(vectors[at]));
    let sum = 0;
    if (largest > 0) for (let at = l; at < vectors.length; at += numRhs) sum += (vectors[at] / largest) ** 2;
    norms.push(largest * Math.sqrt(sum));
  }
  return norms;
}

// 1 for the unknown of largest diagonal in each component.
function choosePins(matrix: CsrMatrix, nullSpace: NullSpace): Uint8Array {
  const { numRows, rowStart, columns, values } = matrix;
  const chosen = new Int32Array(nullSpace.numComponents).fill(-1);
  const best = new Float64Array(nullSpace.numComponents);
  for (let row = 0; row < numRows; row++) {
    const c = nullSpace.component[row];
    if (c < 0) continue;
    let diagonal = 0;
    for (let k = rowStart[row]; k < rowStart[row + 1]; k++) if (columns[k] === row) diagonal = values[k];
    if (chosen[c] >= 0 && diagonal <= best[c]) continue;
    chosen[c] = row;
    best[c] = diagonal;
  }
  const pinned = new Uint8Array(numRows);
  for (const row of chosen) if (row >= 0) pinned[row] = 1;
  return pinned;
}
