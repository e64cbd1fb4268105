import { SYMMETRIC_INDEX } from "../core/tensor.js";
import { tensorOffset, type CellCoefficient } from "../fem/cell-input.js";
import type { VtuArray, VtuGrid } from "../io/vtu-writer.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { Correctors } from "./cell-problem.js";
import type { Homogenization } from "./homogenize.js";

/** Values for every cell of the phases solved for, such as indicators. */
export interface PhaseCellData {
  readonly name: string;
  readonly numComponents: number;
  /** By phase: numPhaseCells x numComponents, in the order of {@link Correctors.phaseCells}. NaN for a phase without. */
  readonly values: Readonly<Record<string, Float64Array>>;
}

/**
 * The correctors of all phases solved for, as a grid for `writeVtu`.
 *
 * Each phase has its own points, so that chi, which jumps across the membrane, is one array: a node of the mesh on the
 * membrane is a point of each phase, and where a phase touches itself through an edge or a node only, a point of each
 * facet-connected fan of cells (of each degree of freedom). Periodic images stay apart: nothing is torn. Cells of phases
 * that were not solved for are left out.
 *
 * Points: `chi` = (chi_1, chi_2, chi_3), mesh units; `nodeTag` of the mesh. Cells: `phase`, an index into the field data
 * `phases`; `entityTag`, and `volumeTag` of the first physical volume; `flux_k` = a (e_k + grad chi_k), um^2/ms, k = 1, 2, 3,
 * whose integral over Y is |Y| times column k of the homogenized tensor.
 */
export function createCorrectorGrid(
  homogenization: Homogenization,
  cellData: readonly PhaseCellData[] = [],
): VtuGrid {
  const { mesh } = homogenization.periodic;
  const phases = Object.entries(homogenization.correctors);
  const numCells = phases.reduce((sum, [, { phaseCells }]) => sum + phaseCells.length, 0);
  const fields = createCellFields(numCells);
  const cells = new Int32Array(4 * numCells);
  const pieces: PhasePoints[] = [];
  let numPoints = 0;
  let firstCell = 0;
  const scratch = new Int32Array(mesh.numNodes).fill(-1);
  for (const [index, [, correctors]] of phases.entries()) {
    const piece = copyNodes(mesh, correctors, scratch, numPoints, cells.subarray(4 * firstCell));
    fillCellFields(fields, mesh, correctors, index, firstCell);
    pieces.push(piece);
    numPoints += piece.nodes.length;
    firstCell += correctors.phaseCells.length;
  }
  const points = new Float64Array(3 * numPoints);
  const chi = new Float64Array(3 * numPoints);
  const nodeTags = new Float64Array(numPoints);
  let point = 0;
  for (const [index, [, correctors]] of phases.entries()) {
    const { nodes, dofs } = pieces[index];
    for (let i = 0; i < nodes.length; i++, point++) {
      nodeTags[point] = mesh.nodeTags[nodes[i]];
      for (let k = 0; k < 3; k++) {
        points[3 * point + k] = mesh.coordinates[3 * nodes[i] + k];
        chi[3 * point + k] = correctors.chi[3 * dofs[i] + k];
      }
    }
  }
  return {
    points,
    cells,
    pointData: [
      { name: "chi", numComponents: 3, values: chi },
      { name: "nodeTag", numComponents: 1, values: nodeTags },
    ],
    cellData: [
      { name: "phase", numComponents: 1, values: fields.phase },
      { name: "volumeTag", numComponents: 1, values: fields.volumeTag },
      { name: "entityTag", numComponents: 1, values: fields.entityTag },
      ...fields.flux.map((values, k) => ({ name: `flux_${k + 1}`, numComponents: 3, values })),
      ...cellData.map((data) => joinPhases(data, phases, numCells)),
    ],
    fieldData: [{ name: "phases", texts: phases.map(([name]) => name) }],
  };
}

/** The points of one phase: node of the mesh and dof of each. */
interface PhasePoints {
  readonly nodes: Int32Array;
  readonly dofs: Int32Array;
}

/**
 * Numbers the pairs (node, dof) of a phase in the order in which its cells name them.
 *
 * @param firstOfNode numNodes, -1 everywhere, as it is left
 * @param cells receives the points of the cells, numPhaseCells x 4, from `firstPoint` on
 */
function copyNodes(
  mesh: TetMesh,
  { phaseCells, dofMap }: Correctors,
  firstOfNode: Int32Array,
  firstPoint: number,
  cells: Int32Array,
): PhasePoints {
  // A class of nodes has at most 8 of them, and each is a point for each dof of the class at most.
  const capacity = dofMap.numNodes + 8 * dofMap.numExtraDofs;
  const nodes = new Int32Array(capacity);
  const dofs = new Int32Array(capacity);
  const nextOfNode = new Int32Array(capacity);
  let numPoints = 0;
  for (let corner = 0; corner < 4 * phaseCells.length; corner++) {
    const node = mesh.cells[4 * phaseCells[corner >> 2] + (corner & 3)];
    const dof = dofMap.cellDofs[corner];
    let point = firstOfNode[node];
    while (point >= 0 && dofs[point] !== dof) point = nextOfNode[point];
    if (point < 0) {
      point = numPoints++;
      nodes[point] = node;
      dofs[point] = dof;
      nextOfNode[point] = firstOfNode[node];
      firstOfNode[node] = point;
    }
    cells[corner] = firstPoint + point;
  }
  for (let point = 0; point < numPoints; point++) firstOfNode[nodes[point]] = -1;
  return { nodes: nodes.subarray(0, numPoints), dofs: dofs.subarray(0, numPoints) };
}

interface CellFields {
  readonly phase: Int32Array;
  readonly volumeTag: Int32Array;
  readonly entityTag: Int32Array;
  /** a (e_k + grad chi_k), numCells x 3 each. */
  readonly flux: readonly [Float64Array, Float64Array, Float64Array];
}

function createCellFields(numCells: number): CellFields {
  const createVectors = (): Float64Array => new Float64Array(3 * numCells);
  return {
    phase: new Int32Array(numCells),
    volumeTag: new Int32Array(numCells),
    entityTag: new Int32Array(numCells),
    flux: [createVectors(), createVectors(), createVectors()],
  };
}

function fillCellFields(
  fields: CellFields,
  mesh: TetMesh,
  correctors: Correctors,
  phase: number,
  firstCell: number,
): void {
  const { phaseCells, dofMap, chi, coefficient } = correctors;
  const tagOfRegion = mesh.cellRegions.map(({ groups }) => mesh.volumes[groups[0]].tag);
  const gradients = new Float64Array(12);
  const tensor = new Float64Array(9);
  const gradient = new Float64Array(3);
  for (let i = 0; i < phaseCells.length; i++) {
    const cell = firstCell + i;
    const region = mesh.cellRegion[phaseCells[i]];
    fields.phase[cell] = phase;
    fields.volumeTag[cell] = tagOfRegion[region];
    fields.entityTag[cell] = mesh.cellRegions[region].entityTag;
    barycentricGradients(mesh, phaseCells[i], gradients);
    readTensor(coefficient, i, tensor);
    for (let k = 0; k < 3; k++) {
      gradient.fill(0);
      gradient[k] = 1;
      for (let local = 0; local < 4; local++) {
        const value = chi[3 * dofMap.cellDofs[4 * i + local] + k];
        for (let d = 0; d < 3; d++) gradient[d] += value * gradients[3 * local + d];
      }
      for (let d = 0; d < 3; d++) {
        fields.flux[k][3 * cell + d] =
          tensor[3 * d] * gradient[0] + tensor[3 * d + 1] * gradient[1] + tensor[3 * d + 2] * gradient[2];
      }
    }
  }
}

/** The tensor of cell i of the phase, row-major 3 x 3. */
function readTensor(coefficient: CellCoefficient, i: number, tensor: Float64Array): void {
  const offset = tensorOffset(coefficient, i);
  for (let e = 0; e < 9; e++) tensor[e] = coefficient.tensors[offset + SYMMETRIC_INDEX[e]];
}

/**
 * Gradients of the barycentric coordinates of a cell, 4 x 3: with edges u, v, w from node 0 and D = u . (v x w),
 * grad lambda_1 = (v x w) / D, grad lambda_2 = (w x u) / D, grad lambda_3 = (u x v) / D, and their sum is -grad lambda_0.
 */
function barycentricGradients(mesh: TetMesh, cell: number, gradients: Float64Array): void {
  const { coordinates: x, cells } = mesh;
  const origin = 3 * cells[4 * cell];
  const edge = (local: number, d: number): number =>
    x[3 * cells[4 * cell + local] + (d % 3)] - x[origin + (d % 3)];
  for (let local = 1; local < 4; local++) {
    const next = (local % 3) + 1;
    const last = (next % 3) + 1;
    for (let d = 0; d < 3; d++) {
      gradients[3 * local + d] =
        edge(next, d + 1) * edge(last, d + 2) - edge(next, d + 2) * edge(last, d + 1);
    }
  }
  const determinant = edge(1, 0) * gradients[3] + edge(1, 1) * gradients[4] + edge(1, 2) * gradients[5];
  for (let d = 0; d < 3; d++) {
    gradients[d] = 0;
    for (let local = 1; local < 4; local++) {
      gradients[3 * local + d] /= determinant;
      gradients[d] -= gradients[3 * local + d];
    }
  }
}

/** The values of all phases, one after the other. */
function joinPhases(
  data: PhaseCellData,
  phases: readonly (readonly [string, Correctors])[],
  numCells: number,
): VtuArray {
  const { name, numComponents } = data;
  const values = new Float64Array(numCells * numComponents).fill(NaN);
  let first = 0;
  for (const [phase, { phaseCells }] of phases) {
    if (Object.hasOwn(data.values, phase)) values.set(data.values[phase], first);
    first += phaseCells.length * numComponents;
  }
  return { name, numComponents, values };
}
