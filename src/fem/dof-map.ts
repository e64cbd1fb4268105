import { withKernelBuffers, withKernelObject, type KernelBuffers } from "../kernel/kernel-buffers.js";
import type { KernelPointer } from "../kernel/kernel.js";
import type { KernelMesh } from "../mesh/kernel-mesh.js";
import { viewCells } from "../mesh/resident-cells.js";
import type { TetMesh } from "../mesh/tet-mesh.js";

/** Degrees of freedom of an element on the cells of one phase. */
export interface CellDofs {
  readonly numDofs: number;
  /** Number of dofs of each cell. */
  readonly numLocalDofs: number;
  /** Dof of each local dof of each cell of the phase, numPhaseCells x numLocalDofs. */
  readonly cellDofs: Int32Array;
}

/** Degrees of freedom at the nodes of one phase. */
export interface DofMap extends CellDofs {
  /** Number of mesh nodes of the phase; periodic images count each. */
  readonly numNodes: number;
  /**
   * Dofs beyond one for each periodic class of nodes: a node where the phase touches itself through an edge or a node
   * only has one dof for each facet-connected fan of cells.
   */
  readonly numExtraDofs: number;
}

/** A {@link DofMap} of nodes, held by node: `cellDofs` is made when it is asked for, and not kept longer than used. */
export interface NodeDofMap extends DofMap {
  /** Nodes of the phase, ascending, numNodes. */
  readonly nodes: Int32Array;
  /** Dof of each of them, in the first fan of cells around it, numNodes. */
  readonly dofs: Int32Array;
  /** Corners of the further fans, indices into `cellDofs`, ascending, each followed by its dof. */
  readonly exceptions: Int32Array;
}

/**
 * One dof for each facet-connected fan of phase cells around a periodic class of nodes (wasm/node-dofs.cpp). Dofs are
 * numbered by the smallest node of the phase in their class; extra fans come last. Linear in the number of cells of the
 * phase.
 *
 * @param mesh pass one and the same for many phases
 * @param phaseCells cells of the phase, ascending
 * @throws KernelError `kernel-out-of-memory`
 */
export function mapNodeDofs(mesh: KernelMesh, phaseCells: Int32Array): NodeDofMap {
  const { kernel } = mesh;
  return withKernelBuffers(kernel, (buffers) => {
    const cellsAt = buffers.copyIn(phaseCells);
    const countsAt = buffers.allocate(4 * 4);
    return withKernelObject(kernel, buffers, {
      operation: "numbering of dofs",
      create: (handleAt) =>
        kernel.call("erfem_node_dofs_create", mesh.handle, phaseCells.length, cellsAt, countsAt, handleAt),
      free: "erfem_node_dofs_free",
      read: (handle) => {
        const [numDofs, numExtraDofs, numNodes, numExceptions] = buffers.readInt32(countsAt, 4);
        const addresses = buffers.allocate(3 * 4);
        kernel.call("erfem_node_dofs_arrays", handle, addresses);
        const [nodesAt, dofsAt, exceptionsAt] = buffers.readPointers(addresses, 3);
        const byNode = {
          nodes: buffers.readInt32(nodesAt, numNodes),
          dofs: buffers.readInt32(dofsAt, numNodes),
          exceptions: buffers.readInt32(exceptionsAt, numExceptions),
        };
        let cellDofs: WeakRef<Int32Array> | undefined;
        return {
          ...byNode,
          numDofs,
          numLocalDofs: 4,
          get cellDofs() {
            const known = cellDofs?.deref();
            if (known !== undefined) return known;
            const made = listCellDofs(mesh.periodic.mesh, phaseCells, byNode);
            cellDofs = new WeakRef(made);
            return made;
          },
          numNodes,
          numExtraDofs,
        };
      },
    });
  });
}

/** Whether a dof map is held by node. */
export function isNodeDofMap(dofMap: CellDofs): dofMap is NodeDofMap {
  return "exceptions" in dofMap;
}

/** `cellDofs` of a dof map, made in the kernel's memory. */
export function expandDofs(
  buffers: KernelBuffers,
  mesh: KernelMesh,
  dofMap: NodeDofMap,
  numPhaseCells: number,
  phaseCellsAt: KernelPointer,
): KernelPointer {
  const cellDofsAt = buffers.allocate(16 * numPhaseCells);
  const inputs = [dofMap.nodes, dofMap.dofs, dofMap.exceptions].map((numbers) => buffers.copyIn(numbers));
  mesh.kernel.call(
    "erfem_expand_dofs",
    mesh.geometry.handle,
    numPhaseCells,
    phaseCellsAt,
    dofMap.numNodes,
    inputs[0],
    inputs[1],
    dofMap.exceptions.length,
    inputs[2],
    cellDofsAt,
  );
  for (const input of inputs) buffers.free(input);
  return cellDofsAt;
}

/** The four dofs of cell `phaseCells[i]`, without making all of `cellDofs`. */
export function dofsOfCell(dofMap: NodeDofMap, mesh: TetMesh, phaseCells: Int32Array, i: number): number[] {
  const { nodes, dofs, exceptions } = dofMap;
  const cells = viewCells(mesh);
  const corners = [0, 1, 2, 3].map((local) => dofs[findAscending(nodes, cells[4 * phaseCells[i] + local])]);
  for (let e = 0; e < exceptions.length; e += 2) {
    if (exceptions[e] >> 2 === i) corners[exceptions[e] & 3] = exceptions[e + 1];
  }
  return corners;
}

/** Index of a number in an ascending list that holds it. */
function findAscending(list: Int32Array, number: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Singular component of each dof: that of the cells around it. */
export function componentOfDofs(dofMap: CellDofs, componentOfCell: Int32Array): Int32Array {
  const { cellDofs, numLocalDofs, numDofs } = dofMap;
  const component = new Int32Array(numDofs);
  for (let cell = 0; cell < componentOfCell.length; cell++) {
    const first = numLocalDofs * cell;
    for (let i = first; i < first + numLocalDofs; i++) component[cellDofs[i]] = componentOfCell[cell];
  }
  return component;
}

/** Dof of each corner of each cell of the phase, numPhaseCells x 4. */
function listCellDofs(
  mesh: TetMesh,
  phaseCells: Int32Array,
  { nodes, dofs, exceptions }: Pick<NodeDofMap, "nodes" | "dofs" | "exceptions">,
): Int32Array {
  const dofOfNode = new Int32Array(mesh.numNodes);
  for (let n = 0; n < nodes.length; n++) dofOfNode[nodes[n]] = dofs[n];
  const cellDofs = new Int32Array(4 * phaseCells.length);
  const cells = viewCells(mesh);
  for (let i = 0; i < cellDofs.length; i++) {
    cellDofs[i] = dofOfNode[cells[4 * phaseCells[i >> 2] + (i & 3)]];
  }
  for (let e = 0; e < exceptions.length; e += 2) cellDofs[exceptions[e]] = exceptions[e + 1];
  return cellDofs;
}
