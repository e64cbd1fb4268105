import { withKernelBuffers, withKernelObject } from "../kernel/kernel-buffers.js";
import type { KernelMesh } from "./kernel-mesh.js";

/** A part of a phase whose cells are connected through facets, across the wrap too. */
export interface Component {
  readonly numCells: number;
  readonly volume: number;
  /**
   * For each lattice direction, whether a path through the component leads from a point to one of its translates with
   * a shift along that direction. Where it is false the homogenized tensor conducts nothing along it.
   */
  readonly percolates: readonly [boolean, boolean, boolean];
}

/** The components of one phase, largest volume first. */
export interface PhaseComponents {
  readonly components: readonly Component[];
  /** Component of each cell of the phase, in the order of `phaseCells`. */
  readonly componentOfCell: Int32Array;
}

/**
 * Facet-connected components of a phase and the lattice directions that each one spans (wasm/components.cpp). Linear in
 * the number of cells of the phase.
 *
 * @param mesh pass one and the same for many phases
 * @param phaseCells cells of the phase, ascending
 * @throws KernelError `kernel-out-of-memory`
 */
export function findComponents(mesh: KernelMesh, phaseCells: Int32Array): PhaseComponents {
  const { kernel } = mesh;
  const numCells = phaseCells.length;
  return withKernelBuffers(kernel, (buffers) => {
    const cellsAt = buffers.copyIn(phaseCells);
    const componentsAt = buffers.allocate(4 * numCells);
    return withKernelObject(kernel, buffers, {
      operation: "search for components",
      create: (handleAt) =>
        kernel.call("erfem_components_create", mesh.handle, numCells, cellsAt, componentsAt, handleAt),
      free: "erfem_components_free",
      read: (handle) => {
        const addresses = buffers.allocate(3 * 4);
        const count = kernel.call("erfem_components_arrays", handle, addresses);
        const [cellCountsAt, volumesAt, percolatesAt] = buffers.readPointers(addresses, 3);
        const cellCounts = buffers.readInt32(cellCountsAt, count);
        const volumes = buffers.readFloat64(volumesAt, count);
        const spans = buffers.readUint8(percolatesAt, 3 * count);
        const components = Array.from(cellCounts, (cellCount, c): Component => ({
          numCells: cellCount,
          volume: volumes[c],
          percolates: [spans[3 * c] === 1, spans[3 * c + 1] === 1, spans[3 * c + 2] === 1],
        }));
        // Zeros take no memory before they are written to.
        const componentOfCell =
          count === 1 ? new Int32Array(numCells) : buffers.readInt32(componentsAt, numCells);
        return { components, componentOfCell };
      },
    });
  });
}
