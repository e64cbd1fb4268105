import { withKernelBuffers, type KernelBuffers } from "../kernel/kernel-buffers.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import type { CellData, TetMesh } from "./tet-mesh.js";

/** Meshes that came from {@link orderMesh}: a caller can order early, and let go of the mesh in the file's order. */
const orderedMeshes = new WeakSet<TetMesh>();

/**
 * The same mesh with its nodes along a Morton curve and its cells by their first node on it, so that what is near in
 * space is near in memory: everything that follows is several times as fast as in the order of a mesh generator.
 * Tags go with their nodes and cells; local nodes of cells and facets keep their order. Linear in the size of the mesh,
 * and the identity on a mesh that is in this order.
 *
 * @param isGivenUp whether the caller has no more use for `mesh`: its arrays are written over then, which spares the time
 *   and the memory of new ones. Default false
 * @throws KernelError `kernel-out-of-memory`
 * @see G. M. Morton, "A computer oriented geodetic data base and a new technique in file sequencing" (1966)
 */
export function orderMesh(kernel: Kernel, mesh: TetMesh, isGivenUp = false): TetMesh {
  if (orderedMeshes.has(mesh)) return mesh;
  const { numNodes, numCells } = mesh;
  const target = <T extends Int32Array | Float64Array>(items: T): T => (isGivenUp ? items : createLike(items));
  const { newNode, ...moved } = withKernelBuffers(kernel, (buffers) => {
    const coordinatesAt = buffers.copyIn(mesh.coordinates);
    const cellsAt = buffers.copyIn(mesh.cells);
    const oldNodeAt = buffers.allocate(4 * numNodes);
    const oldCellAt = buffers.allocate(4 * numCells);
    const orderedAt = buffers.allocate(16 * numCells);
    const status = kernel.call(
      "erfem_order_mesh",
      numNodes,
      coordinatesAt,
      numCells,
      cellsAt,
      oldNodeAt,
      oldCellAt,
      orderedAt,
    );
    if (status !== KernelStatus.ok) {
      throw createStatusError(status, { operation: "ordering of the mesh", heapBytes: kernel.heapBytes });
    }
    buffers.free(cellsAt);
    buffers.free(coordinatesAt);
    const cells = target(mesh.cells);
    buffers.copyOut(orderedAt, cells);
    buffers.free(orderedAt);
    const gathered = <T extends Int32Array | Float64Array>(items: T, orderAt: KernelPointer, count: number): T =>
      gather(kernel, buffers, items, orderAt, count, target(items));
    return {
      newNode: invert(buffers.readInt32(oldNodeAt, numNodes)),
      cells,
      coordinates: gathered(mesh.coordinates, oldNodeAt, numNodes),
      nodeTags: gathered(mesh.nodeTags, oldNodeAt, numNodes),
      cellRegion:
        mesh.cellRegions.length === 1 ? mesh.cellRegion : gathered(mesh.cellRegion, oldCellAt, numCells),
      cellTags: gathered(mesh.cellTags, oldCellAt, numCells),
      cellData:
        mesh.cellData.length === 0
          ? mesh.cellData
          : reorderCellData(mesh.cellData, buffers.readInt32(oldCellAt, numCells)),
    };
  });
  const renumber = (nodes: Int32Array): Int32Array => {
    const renumbered = new Int32Array(nodes.length);
    for (let i = 0; i < nodes.length; i++) renumbered[i] = newNode[nodes[i]];
    return renumbered;
  };
  const ordered: TetMesh = {
    ...mesh,
    ...moved,
    facets: renumber(mesh.facets),
    periodicLinks: mesh.periodicLinks.map((link) => ({ ...link, nodePairs: renumber(link.nodePairs) })),
  };
  orderedMeshes.add(ordered);
  return ordered;
}

/** The values of cell oldCell[i] at cell i. */
function reorderCellData(cellData: readonly CellData[], oldCell: Int32Array): CellData[] {
  return cellData.map((data) => {
    const { numComponents } = data;
    const values = new Float64Array(data.values.length);
    for (let at = 0; at < values.length; at++) {
      const cell = Math.floor(at / numComponents);
      values[at] = data.values[numComponents * oldCell[cell] + (at - numComponents * cell)];
    }
    return { ...data, values };
  });
}

/** Item i of the result is item order[i]: `count` items, `order` in the kernel's memory. The result goes to `target`. */
function gather<T extends Int32Array | Float64Array>(
  kernel: Kernel,
  buffers: KernelBuffers,
  items: T,
  orderAt: KernelPointer,
  count: number,
  target: T,
): T {
  if (count === 0) return target;
  const fromAt = buffers.copyIn(items);
  const toAt = buffers.allocate(items.byteLength);
  kernel.call("erfem_gather", count, orderAt, items.byteLength / count, fromAt, toAt);
  buffers.copyOut(toAt, target);
  buffers.free(fromAt);
  buffers.free(toAt);
  return target;
}

function createLike<T extends Int32Array | Float64Array>(items: T): T {
  return (items instanceof Int32Array
    ? new Int32Array(items.length)
    : new Float64Array(items.length)) as unknown as T;
}

/** Place of each item in a permutation. */
function invert(permutation: Int32Array): Int32Array {
  const place = new Int32Array(permutation.length);
  for (let i = 0; i < permutation.length; i++) place[permutation[i]] = i;
  return place;
}
