import { UsageError } from "../core/errors.js";
import { SYMMETRIC_SIZE } from "../core/symmetric.js";
import { principalAxes, type Matrix3 } from "../core/tensor.js";
import { assembleCellProblem } from "../fem/assembly.js";
import type { CellCoefficient } from "../fem/cell-input.js";
import { P1 } from "../fem/element.js";
import type { Kernel } from "../kernel/kernel.js";
import type { TetMesh } from "../mesh/tet-mesh.js";

/**
 * Stiffness of all mobile fields on one pattern, that of the whole mesh:
 * (K_k)_ij = int A_k grad phi_j . grad phi_i dx, um^3/s; zero where the field does not exist.
 */
export interface FieldStiffness {
  /** numNodes + 1 offsets into `columns`. */
  readonly rowStart: Int32Array;
  /** Node of each entry, ascending within a row. */
  readonly columns: Int32Array;
  /** Fields that move, ascending, numMobile. */
  readonly mobile: Int32Array;
  /** Entries, numEntries x numMobile, row-major. */
  readonly values: Float64Array;
  /** (K_k)_ii, numNodes x numMobile, row-major. */
  readonly diagonal: Float64Array;
  /**
   * Pairs of nodes i < j with (K_k)_ij > 0, of each field of the problem: where there are none, diffusion alone cannot
   * make a concentration negative.
   */
  readonly numPositive: Int32Array;
}

/** A tensor in one region: a constant, or one for each cell. */
export type TensorSource = Matrix3 | ((cell: number) => Matrix3);

/** An off-diagonal entry is positive beyond this part of the largest entry. */
const ROUND_OFF = 1e-13;

/** The nodes that carry unknowns: those of the mesh, or fewer where nodes are identified with each other. */
export interface CellNodes {
  readonly numNodes: number;
  /** Node of each corner of each cell, numCells x 4. */
  readonly cellNodes: Int32Array;
}

/**
 * Assembles the stiffness of every field.
 *
 * @param cellRegion region of each cell, numCells; -1 for none
 * @param tensors of each field, the tensor in each region; null where the field does not exist
 * @throws UsageError `diffusion-not-positive` where a tensor is not symmetric and positive semidefinite
 * @throws KernelError `kernel-out-of-memory`
 */
export function assembleFieldStiffness(
  kernel: Kernel,
  mesh: TetMesh,
  cellRegion: Int32Array,
  tensors: readonly (readonly (TensorSource | null)[])[],
  { numNodes, cellNodes }: CellNodes = { numNodes: mesh.numNodes, cellNodes: mesh.cells },
): FieldStiffness {
  const dofMap = { numDofs: numNodes, numLocalDofs: 4, cellDofs: cellNodes };
  const phaseCells = Int32Array.from({ length: mesh.numCells }, (_, cell) => cell);
  const assemble = (coefficient: CellCoefficient) =>
    assembleCellProblem(kernel, { mesh, phaseCells, element: P1, dofMap, coefficient }).stiffness;

  const mobile: number[] = [];
  const matrices = tensors.map((sources, field) => {
    const coefficient = gatherTensors(cellRegion, sources, field);
    if (coefficient.tensors.every((entry) => entry === 0)) return null;
    mobile.push(field);
    return assemble(coefficient);
  });
  const some = matrices.find((matrix) => matrix !== null);
  const pattern = some ?? assemble({ tensors: new Float64Array(SYMMETRIC_SIZE), tensorOfCell: null });
  const numMobile = mobile.length;
  const values = new Float64Array(pattern.columns.length * numMobile);
  const diagonal = new Float64Array(numNodes * numMobile);
  const numPositive = new Int32Array(tensors.length);
  mobile.forEach((field, m) => {
    const matrix = matrices[field] ?? pattern;
    const largest = matrix.values.reduce((most, value) => Math.max(most, value), 0);
    for (let row = 0; row < numNodes; row++) {
      for (let entry = pattern.rowStart[row]; entry < pattern.rowStart[row + 1]; entry++) {
        const value = matrix.values[entry];
        const column = pattern.columns[entry];
        values[entry * numMobile + m] = value;
        if (column === row) diagonal[row * numMobile + m] = value;
        else if (column > row && value > ROUND_OFF * largest) numPositive[field]++;
      }
    }
  });
  const { rowStart, columns } = pattern;
  return { rowStart, columns, mobile: Int32Array.from(mobile), values, diagonal, numPositive };
}

/**
 * y += s K x for vectors of numFields numbers a node, as (K x)_i = sum_j K_ij (x_j - x_i), rows of K summing to zero: a
 * constant gives exactly zero, and round-off is that of the differences, so that long runs do not drift. Row by row, and
 * two fields at a time, so that columns and entries are read from memory once.
 */
export function addStiffnessProduct(
  stiffness: FieldStiffness,
  numFields: number,
  s: number,
  x: Float64Array,
  y: Float64Array,
): void {
  const { rowStart, columns, mobile, values } = stiffness;
  const numMobile = mobile.length;
  if (s === 0) return;
  const numNodes = rowStart.length - 1;
  for (let node = 0; node < numNodes; node++) {
    const begin = rowStart[node];
    const end = rowStart[node + 1];
    for (let m = 0; m < numMobile; m += 2) {
      // The last of an odd number of fields is its own neighbour.
      const next = m + 1 < numMobile ? 1 : 0;
      const field = mobile[m];
      const nextField = mobile[m + next];
      const own = x[node * numFields + field];
      const nextOwn = x[node * numFields + nextField];
      let sum = 0;
      let nextSum = 0;
      for (let entry = begin; entry < end; entry++) {
        const other = columns[entry] * numFields;
        const at = entry * numMobile + m;
        sum += values[at] * (x[other + field] - own);
        nextSum += values[at + next] * (x[other + nextField] - nextOwn);
      }
      y[node * numFields + field] += s * sum;
      if (next === 1) y[node * numFields + nextField] += s * nextSum;
    }
  }
}

/** Tensor of every cell of the mesh for one field, zero where it does not exist. */
function gatherTensors(
  cellRegion: Int32Array,
  sources: readonly (TensorSource | null)[],
  field: number,
): CellCoefficient {
  if (sources.some((source) => typeof source === "function")) {
    const tensors = new Float64Array(SYMMETRIC_SIZE * cellRegion.length);
    cellRegion.forEach((region, cell) => {
      const source = region < 0 ? null : sources[region];
      if (source === null) return;
      const tensor = typeof source === "function" ? source(cell) : source;
      tensors.set(toSymmetric(tensor, field), SYMMETRIC_SIZE * cell);
    });
    return { tensors, tensorOfCell: null };
  }
  const tensors = new Float64Array(SYMMETRIC_SIZE * (sources.length + 1));
  sources.forEach((source, region) => {
    if (source === null || typeof source === "function") return;
    tensors.set(toSymmetric(source, field), SYMMETRIC_SIZE * (region + 1));
  });
  return { tensors, tensorOfCell: cellRegion.map((region) => region + 1) };
}

/** The six entries of a tensor that can conduct. */
function toSymmetric(a: Matrix3, field: number): number[] {
  const entries = a.flat();
  const largest = Math.max(...entries.map(Math.abs));
  const skew = Math.max(
    Math.abs(a[0][1] - a[1][0]),
    Math.abs(a[0][2] - a[2][0]),
    Math.abs(a[1][2] - a[2][1]),
  );
  const isFinite = entries.every(Number.isFinite);
  if (!isFinite || skew > 1e-10 * largest || principalAxes(a).values[2] < -1e-10 * largest) {
    throw new UsageError(
      "diffusion-not-positive",
      `the tensor of field ${field} is ${JSON.stringify(a)}; expected a symmetric matrix without negative eigenvalue`,
      { details: { field, tensor: a } },
    );
  }
  return [
    a[0][0],
    a[1][1],
    a[2][2],
    (a[1][2] + a[2][1]) / 2,
    (a[0][2] + a[2][0]) / 2,
    (a[0][1] + a[1][0]) / 2,
  ];
}
