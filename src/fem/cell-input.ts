import { SYMMETRIC_SIZE } from "../core/symmetric.js";
import { SYMMETRIC_INDEX } from "../core/tensor.js";
import type { KernelBuffers } from "../kernel/kernel-buffers.js";
import type { KernelPointer } from "../kernel/kernel.js";
import type { KernelMesh } from "../mesh/kernel-mesh.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { expandDofs, isNodeDofMap, type CellDofs } from "./dof-map.js";
import type { TetElement } from "./element.js";

/** A diffusion tensor for each cell of a phase: one for all, one of a few, or its own. */
export interface CellCoefficient {
  /** Entries xx, yy, zz, yz, xz, xy of each tensor, numTensors x 6, row-major. */
  readonly tensors: Float64Array;
  /**
   * Tensor of each cell of the phase, numPhaseCells; null where there is only one tensor, or where tensor i is that of
   * cell i.
   */
  readonly tensorOfCell: Int32Array | null;
}

/** Offset into `tensors` of the tensor of cell i of the phase. */
export function tensorOffset({ tensors, tensorOfCell }: CellCoefficient, i: number): number {
  if (tensors.length === SYMMETRIC_SIZE) return 0;
  return SYMMETRIC_SIZE * (tensorOfCell === null ? i : tensorOfCell[i]);
}

/** A discrete problem on the cells of one phase: where, with which functions, with which coefficient. */
export interface CellProblem {
  readonly mesh: TetMesh;
  /** Cells of the phase; the order of `dofMap.cellDofs` and of `coefficient.tensorOfCell`. */
  readonly phaseCells: Int32Array;
  readonly element: TetElement;
  readonly dofMap: CellDofs;
  readonly coefficient: CellCoefficient;
  /** The same mesh in the kernel's memory, which saves copies of it. */
  readonly kernelMesh?: KernelMesh;
}

/** Addresses of a {@link CellProblem} in the kernel's memory, for the functions of wasm/assembly.h. */
export interface CellInput {
  readonly coordinates: KernelPointer;
  readonly cells: KernelPointer;
  readonly phaseCells: KernelPointer;
  readonly cellDofs: KernelPointer;
  /** Reference gradients (4 x 3), then means of the four basis functions. */
  readonly element: KernelPointer;
  readonly tensors: KernelPointer;
  /** 0 where all cells have the same tensor. */
  readonly tensorOfCell: KernelPointer;
}

/**
 * Copies a problem into the kernel's memory.
 *
 * @throws KernelError `kernel-out-of-memory`
 */
export function copyCellInput(buffers: KernelBuffers, problem: CellProblem): CellInput {
  const { element, coefficient, phaseCells } = problem;
  return {
    ...placeCells(buffers, problem),
    element: buffers.copyIn(Float64Array.from([...element.gradients, ...meansOfBasis(element)])),
    tensors: buffers.copyIn(toFullTensors(coefficient.tensors)),
    tensorOfCell: copyTensorOfCell(buffers, coefficient, phaseCells.length),
  };
}

/** All nine entries of each tensor, numTensors x 9. */
function toFullTensors(tensors: Float64Array): Float64Array {
  const full = new Float64Array((tensors.length / SYMMETRIC_SIZE) * 9);
  for (let from = 0, to = 0; from < tensors.length; from += SYMMETRIC_SIZE, to += 9) {
    for (let e = 0; e < 9; e++) full[to + e] = tensors[from + SYMMETRIC_INDEX[e]];
  }
  return full;
}

function copyTensorOfCell(
  buffers: KernelBuffers,
  { tensors, tensorOfCell }: CellCoefficient,
  numPhaseCells: number,
): KernelPointer {
  if (tensors.length === SYMMETRIC_SIZE) return 0;
  return buffers.copyIn(tensorOfCell ?? Int32Array.from({ length: numPhaseCells }, (_, cell) => cell));
}

/** Points, cells and dofs: from the mesh in the kernel's memory where it is there. */
function placeCells(
  buffers: KernelBuffers,
  problem: CellProblem,
): Pick<CellInput, "coordinates" | "cells" | "phaseCells" | "cellDofs"> {
  const { dofMap, kernelMesh } = problem;
  if (kernelMesh === undefined) {
    const { coordinates, cells, phaseCells } = selectGeometry(problem);
    return {
      coordinates: buffers.copyIn(coordinates),
      cells: buffers.copyIn(cells),
      phaseCells: buffers.copyIn(phaseCells),
      cellDofs: buffers.copyIn(dofMap.cellDofs),
    };
  }
  const { coordinates, cells } = kernelMesh.geometry;
  const phaseCells = buffers.copyIn(problem.phaseCells);
  const cellDofs = isNodeDofMap(dofMap)
    ? expandDofs(buffers, kernelMesh, dofMap, problem.phaseCells.length, phaseCells)
    : buffers.copyIn(dofMap.cellDofs);
  return { coordinates, cells, phaseCells, cellDofs };
}

/** Nodes and cells to copy: those of the mesh, or, for a phase that is a small part of it, its own corners one by one. */
function selectGeometry({ mesh, phaseCells }: CellProblem): {
  coordinates: Float64Array;
  cells: Int32Array;
  phaseCells: Int32Array;
} {
  const numCorners = 4 * phaseCells.length;
  if (numCorners > mesh.numNodes) return { coordinates: mesh.coordinates, cells: mesh.cells, phaseCells };
  const coordinates = new Float64Array(3 * numCorners);
  for (let corner = 0; corner < numCorners; corner++) {
    const node = mesh.cells[4 * phaseCells[corner >> 2] + (corner & 3)];
    for (let k = 0; k < 3; k++) coordinates[3 * corner + k] = mesh.coordinates[3 * node + k];
  }
  return {
    coordinates,
    cells: Int32Array.from({ length: numCorners }, (_, corner) => corner),
    phaseCells: phaseCells.map((_, cell) => cell),
  };
}

/** Means of the affine basis functions over the reference tetrahedron: their values at the centroid (1/4, 1/4, 1/4). */
function meansOfBasis(element: TetElement): number[] {
  const g = element.gradients;
  return element.constants.map((constant, i) => constant + (g[3 * i] + g[3 * i + 1] + g[3 * i + 2]) / 4);
}
