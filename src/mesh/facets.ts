import { MeshError } from "../core/errors.js";
import { withKernelBuffers, type KernelBuffers } from "../kernel/kernel-buffers.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import { triangleArea } from "./geometry.js";
import type { TetMesh } from "./tet-mesh.js";

/**
 * A half-facet is a facet seen from one of its cells: number 4 cell + i is the facet opposite local node i.
 * FACET_NODES lists its three local nodes, counter-clockwise seen from outside the cell: entries 3i, 3i + 1, 3i + 2.
 */
export const FACET_NODES: readonly number[] = [1, 2, 3, 0, 3, 2, 0, 1, 3, 0, 2, 1];

/** Half-facets that have no partner. */
export const NO_FACET = -1;

/**
 * Partner of every half-facet: the half-facet of the other cell that shares its three nodes, or {@link NO_FACET} on the
 * boundary of the mesh. numCells x 4. Linear in the number of cells (wasm/facet-pairs.cpp).
 *
 * @throws MeshError `facet-shared-by-three-cells` where a facet belongs to more than two cells, `cells-overlap` where its
 *   two cells lie on the same side of it
 * @throws KernelError `kernel-out-of-memory`
 */
export function pairFacets(kernel: Kernel, mesh: TetMesh): Int32Array {
  return withKernelBuffers(kernel, (buffers) => {
    const partnerAt = pairFacetsOf(kernel, buffers, mesh, buffers.copyIn(mesh.cells));
    return buffers.readInt32(partnerAt, 4 * mesh.numCells);
  });
}

/** {@link pairFacets} for cells at `cellsAt` in the kernel's memory; returns where the partners lie. */
export function pairFacetsOf(
  kernel: Kernel,
  buffers: KernelBuffers,
  mesh: TetMesh,
  cellsAt: KernelPointer,
): KernelPointer {
  const partnerAt = buffers.allocate(16 * mesh.numCells);
  const conflict = buffers.allocate(3 * 4);
  const status = kernel.call("erfem_pair_facets", mesh.numNodes, mesh.numCells, cellsAt, partnerAt, conflict);
  requirePaired(kernel, buffers, mesh, status, conflict);
  return partnerAt;
}

/**
 * The half-facets without a partner, ascending, for cells at `cellsAt` in the kernel's memory: found without pairing the
 * others (wasm/boundary-facets.cpp).
 *
 * @throws MeshError, KernelError as {@link pairFacets}
 */
export function listBoundaryFacets(kernel: Kernel, mesh: TetMesh, cellsAt: KernelPointer): Int32Array {
  return withKernelBuffers(kernel, (buffers) => {
    const handleAt = buffers.allocate(4);
    const conflict = buffers.allocate(3 * 4);
    const sizes = [mesh.numNodes, mesh.numCells];
    const status = kernel.call("erfem_boundary_create", ...sizes, cellsAt, conflict, handleAt);
    requirePaired(kernel, buffers, mesh, status, conflict);
    const handle = buffers.readPointer(handleAt);
    try {
      const addressAt = buffers.allocate(4);
      const count = kernel.call("erfem_boundary_arrays", handle, addressAt);
      return buffers.readInt32(buffers.readPointer(addressAt), count);
    } finally {
      kernel.free("erfem_boundary_free", handle);
    }
  });
}

function requirePaired(
  kernel: Kernel,
  buffers: KernelBuffers,
  mesh: TetMesh,
  status: number,
  conflictAt: KernelPointer,
): void {
  if (status === KernelStatus.badArgument) {
    const halves = buffers.readInt32(conflictAt, 3);
    if (halves[0] >= 0 && halves[2] >= 0) refuseThirdCell(mesh, halves);
    if (halves[0] >= 0) refuseOverlap(mesh, halves.subarray(0, 2));
  }
  if (status !== KernelStatus.ok) {
    throw createStatusError(status, { operation: "pairing of facets", heapBytes: kernel.heapBytes });
  }
}

/** Node index of corner 0, 1 or 2 of a half-facet. */
export function facetNode(cells: Int32Array, half: number, corner: number): number {
  return cells[(half & ~3) + FACET_NODES[3 * (half & 3) + corner]];
}

/** Area of a half-facet, 1/2 |(x1 - x0) x (x2 - x0)|; `cells` are those of the mesh. */
export function facetArea(mesh: TetMesh, half: number, cells = mesh.cells): number {
  return triangleArea(mesh, facetNode(cells, half, 0), facetNode(cells, half, 1), facetNode(cells, half, 2));
}

function refuseOverlap(mesh: TetMesh, halves: Int32Array): never {
  const cellTags = Array.from(halves, (half) => mesh.cellTags[half >> 2]);
  const nodeTags = [0, 1, 2].map((corner) => mesh.nodeTags[facetNode(mesh.cells, halves[0], corner)]);
  throw new MeshError(
    "cells-overlap",
    `the elements ${cellTags.join(" and ")} lie on the same side of the facet they share, with nodes ` +
      `${nodeTags.join(", ")}: the mesh overlaps itself (a node was moved through a facet, or an element is ` +
      `tangled); mesh the geometry again`,
    { details: { nodeTags, cellTags } },
  );
}

function refuseThirdCell(mesh: TetMesh, halves: Int32Array): never {
  const cellTags = Array.from(halves, (half) => mesh.cellTags[half >> 2]);
  const nodeTags = [0, 1, 2].map((corner) => mesh.nodeTags[facetNode(mesh.cells, halves[0], corner)]);
  throw new MeshError(
    "facet-shared-by-three-cells",
    `the facet with nodes ${nodeTags.join(", ")} belongs to the elements ${cellTags.join(", ")}; a facet has one or ` +
      `two cells: the mesh overlaps itself, mesh the volumes as fragments of one another`,
    { details: { nodeTags, cellTags } },
  );
}
