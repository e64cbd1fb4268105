import { withKernelBuffers } from "../kernel/kernel-buffers.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import type { Kernel } from "../kernel/kernel.js";
import { ResidentIntegers } from "../kernel/resident-integers.js";
import { createResidentMesh, deferCellTags, findResidentCells } from "./resident-cells.js";
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
  const resident = isGivenUp ? findResidentCells(mesh, kernel) : undefined;
  const order = sortMesh(kernel, mesh, resident);
  const { cells, oldNode, oldCell } = order;
  try {
    const target = <T extends Numbers>(items: T): T => (isGivenUp ? items : createLike(items));
    const newNode = invert(oldNode.view());
    const renumber = (nodes: Int32Array): Int32Array => nodes.map((node) => newNode[node]);
    const { numNodes, numCells, numFacets, cellRegions, volumes, facetRegion, facetRegions, surfaces } = mesh;
    const ordered: Omit<TetMesh, "cells" | "cellTags"> = {
      ...{ numNodes, numCells, numFacets, cellRegions, volumes, facetRegion, facetRegions, surfaces },
      report: mesh.report,
      coordinates: gather(mesh.coordinates, oldNode, target(mesh.coordinates)),
      nodeTags: gather(mesh.nodeTags, oldNode, target(mesh.nodeTags)),
      cellRegion:
        cellRegions.length === 1
          ? mesh.cellRegion
          : gather(mesh.cellRegion, oldCell, target(mesh.cellRegion)),
      cellData: mesh.cellData.map((data) => reorderCellData(data, oldCell.view())),
      facets: renumber(mesh.facets),
      periodicLinks: mesh.periodicLinks.map((link) => ({ ...link, nodePairs: renumber(link.nodePairs) })),
    };
    oldNode.free();
    const orderedMesh =
      resident === undefined
        ? {
            ...ordered,
            cellTags: gather(mesh.cellTags, oldCell, target(mesh.cellTags)),
            cells: takeOut(cells, target(mesh.cells)),
          }
        : createResidentMesh(ordered, cells, deferGather(deferCellTags(mesh), oldCell), oldCell);
    if (resident === undefined) oldCell.free();
    orderedMeshes.add(orderedMesh);
    return orderedMesh;
  } catch (error) {
    for (const integers of [cells, oldNode, oldCell]) integers.free();
    throw error;
  }
}

type Numbers = Int32Array | Float64Array;

/** The cells in their order with the new node numbers, and what stood where, by new number. */
interface MeshOrder {
  readonly cells: ResidentIntegers;
  readonly oldNode: ResidentIntegers;
  readonly oldCell: ResidentIntegers;
}

/** @param resident the cells where they are in the kernel, used up */
function sortMesh(kernel: Kernel, mesh: TetMesh, resident: ResidentIntegers | undefined): MeshOrder {
  const { numNodes, numCells } = mesh;
  const made: ResidentIntegers[] = [];
  const allocate = (length: number): ResidentIntegers => {
    const integers = new ResidentIntegers(kernel, length);
    made.push(integers);
    return integers;
  };
  try {
    return withKernelBuffers(kernel, (buffers) => {
      const coordinatesAt = buffers.copyIn(mesh.coordinates);
      const cellsAt = resident?.pointer ?? buffers.copyIn(mesh.cells);
      const [oldNode, oldCell, cells] = [numNodes, numCells, 4 * numCells].map(allocate);
      const places = [oldNode.pointer, oldCell.pointer, cells.pointer];
      const sizes = [numNodes, coordinatesAt, numCells, cellsAt];
      const status = kernel.call("erfem_order_mesh", ...sizes, ...places);
      if (status !== KernelStatus.ok) {
        throw createStatusError(status, { operation: "ordering of the mesh", heapBytes: kernel.heapBytes });
      }
      resident?.free();
      return { cells, oldNode, oldCell };
    });
  } catch (error) {
    for (const integers of made) integers.free();
    throw error;
  }
}

/** Moves integers out of the kernel into `target`. */
function takeOut(integers: ResidentIntegers, target: Int32Array): Int32Array {
  target.set(integers.view());
  integers.free();
  return target;
}

/** The values of cell oldCell[i] at cell i. */
function reorderCellData(data: CellData, oldCell: Int32Array): CellData {
  const { numComponents } = data;
  const values = new Float64Array(data.values.length);
  for (let at = 0; at < values.length; at++) {
    const cell = Math.floor(at / numComponents);
    values[at] = data.values[numComponents * oldCell[cell] + (at - numComponents * cell)];
  }
  return { ...data, values };
}

/** Puts item order[i] of equally many numbers to place i of `target`, which may be `items`. */
function gather<T extends Numbers>(items: T, order: ResidentIntegers, target: T): T {
  const { kernel, length } = order;
  if (length === 0) return target;
  return withKernelBuffers(kernel, (buffers) => {
    const fromAt = buffers.copyIn(items);
    const toAt = buffers.allocate(items.byteLength);
    kernel.call("erfem_gather", length, order.pointer, items.byteLength / length, fromAt, toAt);
    buffers.copyOut(toAt, target);
    return target;
  });
}

/** The numbers in an order, once they are asked for. */
function deferGather(items: () => Float64Array, order: ResidentIntegers): () => Float64Array {
  return () => {
    const given = items();
    return Float64Array.from(order.view(), (old) => given[old]);
  };
}

function createLike<T extends Numbers>(items: T): T {
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
