import { SYMMETRIC_INDEX, type Matrix3, type SymmetricTensor } from "../core/tensor.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { CsrMatrix } from "../sparse/csr.js";
import type { DofMap } from "./dof-map.js";
import type { TetElement } from "./element.js";
import { buildSparsityPattern } from "./sparsity.js";

/** A diffusion tensor that is constant on each of a few groups of cells. */
export interface CellCoefficient {
  readonly tensors: readonly SymmetricTensor[];
  /** Index into `tensors` of each cell of the phase, numPhaseCells. */
  readonly tensorOfCell: Int32Array;
}

/** The cell problem of one phase before it is solved. */
export interface AssembledCellProblem {
  /** K_ij = int a grad phi_j . grad phi_i dy, numDofs x numDofs, symmetric to the last bit. */
  readonly stiffness: CsrMatrix;
  /** B_ik = -int a e_k . grad phi_i dy, numDofs x 3, row-major. K chi_k = B_k is the weak form of (2.15) / (2.29). */
  readonly load: Float64Array;
  /** sqrt of the sum of squares of all cell contributions to B_k: what the round-off of B_k is relative to. */
  readonly loadScale: readonly [number, number, number];
  /** int a dy over the phase. */
  readonly integratedDiffusion: Matrix3;
  /** int phi_i dy, numDofs. */
  readonly basisIntegrals: Float64Array;
}

/** Cells between two reports of progress. */
const CELLS_PER_REPORT = 1 << 18;

/**
 * Assembles stiffness and load of the cell problems on the cells of one phase, for any element with affine basis
 * functions, in one loop over the cells.
 *
 * With J the matrix of edges from node 0, grad phi_i = J^-T (reference gradient of phi_i).
 *
 * @param phaseCells cells of the phase; the order of `dofMap.cellDofs` and of `coefficient.tensorOfCell`
 * @param onProgress is told the share of cells done
 * @throws KernelError `matrix-too-large`
 * @see Goel, Sneyd and Friedman (2006), equations (2.15), (2.25), (2.29)
 */
export function assembleCellProblem(
  mesh: TetMesh,
  phaseCells: Int32Array,
  element: TetElement,
  dofMap: DofMap,
  coefficient: CellCoefficient,
  onProgress: (fraction: number) => void = () => undefined,
): AssembledCellProblem {
  const { coordinates: x, cells } = mesh;
  const { cellDofs, numDofs } = dofMap;
  const m = element.numLocalDofs;
  const { rowStart, columns } = buildSparsityPattern(dofMap);
  const values = new Float64Array(columns.length);
  const load = new Float64Array(3 * numDofs);
  const basisIntegrals = new Float64Array(numDofs);
  const squares = [0, 0, 0];
  const integral = new Float64Array(9);

  const reference = Float64Array.from(element.gradients);
  const basisMeans = Float64Array.from({ length: m }, (_, i) => meanOfBasis(element, i));
  const tensors = coefficient.tensors.map((tensor) => Float64Array.from(SYMMETRIC_INDEX, (e) => tensor[e]));
  const inverse = new Float64Array(9);
  const gradients = new Float64Array(3 * m);
  const fluxes = new Float64Array(3 * m);
  for (let i = 0; i < phaseCells.length; i++) {
    if (i % CELLS_PER_REPORT === 0) onProgress(i / phaseCells.length);
    const volume = invertJacobian(x, cells, 4 * phaseCells[i], inverse);
    const a = tensors[coefficient.tensorOfCell[i]];
    for (let e = 0; e < 9; e++) integral[e] += volume * a[e];

    for (let p = 0; p < m; p++) {
      const r = reference[3 * p];
      const s = reference[3 * p + 1];
      const t = reference[3 * p + 2];
      const gx = r * inverse[0] + s * inverse[3] + t * inverse[6];
      const gy = r * inverse[1] + s * inverse[4] + t * inverse[7];
      const gz = r * inverse[2] + s * inverse[5] + t * inverse[8];
      gradients[3 * p] = gx;
      gradients[3 * p + 1] = gy;
      gradients[3 * p + 2] = gz;
      const fx = volume * (a[0] * gx + a[1] * gy + a[2] * gz);
      const fy = volume * (a[3] * gx + a[4] * gy + a[5] * gz);
      const fz = volume * (a[6] * gx + a[7] * gy + a[8] * gz);
      fluxes[3 * p] = fx;
      fluxes[3 * p + 1] = fy;
      fluxes[3 * p + 2] = fz;
      const dof = cellDofs[m * i + p];
      load[3 * dof] -= fx;
      load[3 * dof + 1] -= fy;
      load[3 * dof + 2] -= fz;
      squares[0] += fx * fx;
      squares[1] += fy * fy;
      squares[2] += fz * fz;
      basisIntegrals[dof] += volume * basisMeans[p];
    }
    for (let p = 0; p < m; p++) {
      const row = cellDofs[m * i + p];
      for (let q = 0; q <= p; q++) {
        const column = cellDofs[m * i + q];
        const entry =
          fluxes[3 * p] * gradients[3 * q] +
          fluxes[3 * p + 1] * gradients[3 * q + 1] +
          fluxes[3 * p + 2] * gradients[3 * q + 2];
        values[findEntry(rowStart, columns, row, column)] += entry;
        if (p !== q) values[findEntry(rowStart, columns, column, row)] += entry;
      }
    }
  }
  return {
    stiffness: { numRows: numDofs, numCols: numDofs, rowStart, columns, values },
    load,
    loadScale: [Math.sqrt(squares[0]), Math.sqrt(squares[1]), Math.sqrt(squares[2])],
    integratedDiffusion: [
      [integral[0], integral[1], integral[2]],
      [integral[3], integral[4], integral[5]],
      [integral[6], integral[7], integral[8]],
    ],
    basisIntegrals,
  };
}

/**
 * J^-1 with the edges x1 - x0, x2 - x0, x3 - x0 as columns of J; row i is the gradient of the barycentric coordinate of
 * node i + 1.
 *
 * @param inverse receives J^-1, row-major
 * @returns the volume det J / 6
 */
function invertJacobian(x: Float64Array, cells: Int32Array, first: number, inverse: Float64Array): number {
  const a = 3 * cells[first];
  const b = 3 * cells[first + 1];
  const c = 3 * cells[first + 2];
  const d = 3 * cells[first + 3];
  const ux = x[b] - x[a];
  const uy = x[b + 1] - x[a + 1];
  const uz = x[b + 2] - x[a + 2];
  const vx = x[c] - x[a];
  const vy = x[c + 1] - x[a + 1];
  const vz = x[c + 2] - x[a + 2];
  const wx = x[d] - x[a];
  const wy = x[d + 1] - x[a + 1];
  const wz = x[d + 2] - x[a + 2];
  const px = vy * wz - vz * wy;
  const py = vz * wx - vx * wz;
  const pz = vx * wy - vy * wx;
  const det = ux * px + uy * py + uz * pz;
  const scale = 1 / det;
  inverse[0] = px * scale;
  inverse[1] = py * scale;
  inverse[2] = pz * scale;
  inverse[3] = (wy * uz - wz * uy) * scale;
  inverse[4] = (wz * ux - wx * uz) * scale;
  inverse[5] = (wx * uy - wy * ux) * scale;
  inverse[6] = (uy * vz - uz * vy) * scale;
  inverse[7] = (uz * vx - ux * vz) * scale;
  inverse[8] = (ux * vy - uy * vx) * scale;
  return det / 6;
}

/** Mean of an affine basis function over the reference tetrahedron: its value at the centroid (1/4, 1/4, 1/4). */
function meanOfBasis(element: TetElement, i: number): number {
  const g = element.gradients;
  return element.constants[i] + (g[3 * i] + g[3 * i + 1] + g[3 * i + 2]) / 4;
}

/** Offset of entry (row, column), which the pattern holds: binary search down to a few entries, then a scan. */
function findEntry(rowStart: Int32Array, columns: Int32Array, row: number, column: number): number {
  let low = rowStart[row];
  let high = rowStart[row + 1];
  while (high - low > 8) {
    const middle = (low + high) >> 1;
    if (columns[middle] > column) high = middle;
    else low = middle;
  }
  while (columns[low] !== column) low++;
  return low;
}
