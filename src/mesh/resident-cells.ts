import type { ResidentIntegers } from "../kernel/resident-integers.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import type { KernelBuffers } from "../kernel/kernel-buffers.js";
import type { TetMesh } from "./tet-mesh.js";

/** What a mesh that was made by {@link createResidentMesh} has elsewhere. */
interface Resident {
  readonly cells: ResidentIntegers;
  readonly cellTags: () => Float64Array;
  /** What the tags are made of. */
  readonly order: ResidentIntegers | null;
}

const residents = new WeakMap<TetMesh, Resident>();

/**
 * A mesh whose cells lie in the memory of a kernel. To all others they are copied out when they are asked for; who works
 * in the same kernel finds them with {@link placeCellsOf}. Its tags are made when they are asked for, too.
 *
 * @param cells node indices, numCells x 4; they belong to the mesh from now on
 * @param cellTags numCells
 * @param order what the tags are made of in the kernel; it belongs to the mesh from now on
 */
export function createResidentMesh(
  mesh: Omit<TetMesh, "cells" | "cellTags">,
  cells: ResidentIntegers,
  cellTags: () => Float64Array,
  order: ResidentIntegers | null = null,
): TetMesh {
  let cellCopy: Int32Array | undefined;
  let tags: Float64Array | undefined;
  const resident: TetMesh = {
    ...mesh,
    get cells() {
      cellCopy ??= cells.view().slice();
      return cellCopy;
    },
    get cellTags() {
      tags ??= cellTags();
      return tags;
    },
  };
  residents.set(resident, { cells, cellTags, order });
  return resident;
}

/**
 * Frees what a mesh has in the memory of a kernel, see `staysInKernel` of `parseMsh`. It is of no use afterwards. Does
 * nothing for other meshes.
 */
export function releaseMesh(mesh: TetMesh): void {
  const resident = residents.get(mesh);
  resident?.cells.free();
  resident?.order?.free();
}

/** Whether the cells of a mesh lie in the memory of some kernel. */
export function hasResidentCells(mesh: TetMesh): boolean {
  return residents.has(mesh);
}

/** The cells of a mesh where they lie in the memory of this kernel. */
export function findResidentCells(mesh: TetMesh, kernel: Kernel): ResidentIntegers | undefined {
  const cells = residents.get(mesh)?.cells;
  return cells?.kernel === kernel ? cells : undefined;
}

/** The tags of the cells of a mesh, not made yet where that can wait. */
export function deferCellTags(mesh: TetMesh): () => Float64Array {
  return residents.get(mesh)?.cellTags ?? ((): Float64Array => mesh.cellTags);
}

/** The cells of a mesh in a kernel's memory: where they are, or a copy among `buffers`. */
export function placeCellsOf(mesh: TetMesh, kernel: Kernel, buffers: KernelBuffers): KernelPointer {
  return findResidentCells(mesh, kernel)?.pointer ?? buffers.copyIn(mesh.cells);
}

/** The cells of a mesh without a copy, good up to the next call of any kernel. */
export function viewCells(mesh: TetMesh): Int32Array {
  return residents.get(mesh)?.cells.view() ?? mesh.cells;
}
