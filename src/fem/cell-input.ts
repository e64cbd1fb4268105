import { SYMMETRIC_INDEX, type SymmetricTensor } from "../core/tensor.js";
import type { KernelBuffers } from "../kernel/kernel-buffers.js";
import type { KernelPointer } from "../kernel/kernel.js";
import type { KernelMesh } from "../mesh/kernel-mesh.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { expandDofs, isNodeDofMap, type DofMap } from "./dof-map.js";
import type { TetElement } from "./element.js";

/** A diffusion tensor that is constant on each of a few groups of cells. */
export interface CellCoefficient {
  readonly tensors: readonly SymmetricTensor[];
  /** Index into `tensors` of each cell of the phase, numPhaseCells. */
  readonly tensorOfCell: Int32Array;
}

/** A discrete problem on the cells of one phase: where, with which functions, with which coefficient. */
export interface CellProblem {
  readonly mesh: TetMesh;
  /** Cells of the phase; the order of `dofMap.cellDofs` and of `coefficient.tensorOfCell`. */
  readonly phaseCells: Int32Array;
  readonly element: TetElement;
  readonly dofMap: DofMap;
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
  const { element, coefficient } = problem;
  const tensors = coefficient.tensors.flatMap((tensor) => SYMMETRIC_INDEX.map((entry) => tensor[entry]));
  return {
    ...placeCells(buffers, problem),
    element: buffers.copyIn(Float64Array.from([...element.gradients, ...meansOfBasis(element)])),
    tensors: buffers.copyIn(Float64Array.from(tensors)),
    tensorOfCell: coefficient.tensors.length > 1 ? buffers.copyIn(coefficient.tensorOfCell) : 0,
  };
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
