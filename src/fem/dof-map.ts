import { createDisjointSets, findRoot, joinSets } from "../core/union-find.js";
import { facetNode, NO_FACET } from "../mesh/facets.js";
import { nodeAcross, type PeriodicMesh } from "../mesh/periodic-mesh.js";
import { createPhaseScratch, type PhaseScratch } from "../mesh/phase-scratch.js";

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

/** Bits of a node's mark: it is used by the phase; its class, of which it is the smallest node, is on the boundary. */
const USED = 1;
const ON_BOUNDARY = 2;

/**
 * One dof for each facet-connected fan of phase cells around a periodic class of nodes.
 *
 * Fans can differ from classes only at nodes on the boundary of the phase, so that only these are examined: their
 * corners (a cell and one of its nodes) are joined across every facet inside the phase. Dofs are numbered by the
 * smallest node of their class; extra fans come last.
 *
 * @param phaseCells cells of the phase, ascending
 * @param scratch pass one and the same for many phases
 */
export function mapNodeDofs(
  periodic: PeriodicMesh,
  phaseCells: Int32Array,
  scratch: PhaseScratch = createPhaseScratch(periodic),
): DofMap {
  const { mesh, nodeClass } = periodic;
  const { cells } = mesh;
  const { cellIndex: position, nodeIndex: dofOfClass, nodeMark } = scratch;
  for (let i = 0; i < phaseCells.length; i++) position[phaseCells[i]] = i;

  const nodes = collectNodes(cells, phaseCells, nodeMark);
  let numDofs = 0;
  for (const node of nodes) {
    // A class can be used through an image only, so that its smallest node need not be used itself.
    if (dofOfClass[nodeClass[node]] < 0) dofOfClass[nodeClass[node]] = numDofs++;
  }

  markBoundaryClasses(periodic, phaseCells, position, nodeMark);
  const cellDofs = new Int32Array(4 * phaseCells.length);
  const corners: number[] = [];
  for (let i = 0; i < phaseCells.length; i++) {
    for (let local = 0; local < 4; local++) {
      const representative = nodeClass[cells[4 * phaseCells[i] + local]];
      cellDofs[4 * i + local] = dofOfClass[representative];
      if ((nodeMark[representative] & ON_BOUNDARY) !== 0) corners.push(4 * i + local);
    }
  }
  const numExtraDofs = splitFans(periodic, phaseCells, scratch, corners, cellDofs, numDofs);

  for (let i = 0; i < phaseCells.length; i++) position[phaseCells[i]] = -1;
  for (const node of nodes) {
    nodeMark[node] = 0;
    nodeMark[nodeClass[node]] = 0;
    dofOfClass[nodeClass[node]] = -1;
  }
  return {
    numDofs: numDofs + numExtraDofs,
    numLocalDofs: 4,
    cellDofs,
    numNodes: nodes.length,
    numExtraDofs,
  };
}

/** Singular component of each dof: that of the cells around it. */
export function componentOfDofs(dofMap: CellDofs, componentOfCell: Int32Array): Int32Array {
  const { cellDofs, numLocalDofs } = dofMap;
  const component = new Int32Array(dofMap.numDofs);
  for (let i = 0; i < cellDofs.length; i++) {
    component[cellDofs[i]] = componentOfCell[Math.floor(i / numLocalDofs)];
  }
  return component;
}

/** Nodes of the phase, ascending, each once; marks them as used. */
function collectNodes(cells: Int32Array, phaseCells: Int32Array, nodeMark: Uint8Array): Int32Array {
  const nodes = new Int32Array(Math.min(4 * phaseCells.length, nodeMark.length));
  let numNodes = 0;
  for (const cell of phaseCells) {
    for (let i = 4 * cell; i < 4 * cell + 4; i++) {
      if (nodeMark[cells[i]] !== 0) continue;
      nodeMark[cells[i]] = USED;
      nodes[numNodes++] = cells[i];
    }
  }
  return nodes.slice(0, numNodes).sort();
}

/** Marks the classes with a node on a facet that has no cell of the phase on its other side. */
function markBoundaryClasses(
  periodic: PeriodicMesh,
  phaseCells: Int32Array,
  position: Int32Array,
  nodeMark: Uint8Array,
): void {
  const { mesh, partner, nodeClass } = periodic;
  for (const cell of phaseCells) {
    for (let half = 4 * cell; half < 4 * cell + 4; half++) {
      const other = partner[half];
      if (other !== NO_FACET && position[other >> 2] >= 0) continue;
      for (let corner = 0; corner < 3; corner++) {
        nodeMark[nodeClass[facetNode(mesh.cells, half, corner)]] |= ON_BOUNDARY;
      }
    }
  }
}

/**
 * Gives the second and further fans of the boundary classes dofs of their own.
 *
 * @param corners corners to examine, as indices into `cellDofs`, ascending
 * @param cellDofs dofs by class; receives the extra dofs
 * @returns the number of extra dofs
 */
function splitFans(
  periodic: PeriodicMesh,
  phaseCells: Int32Array,
  scratch: PhaseScratch,
  corners: readonly number[],
  cellDofs: Int32Array,
  numDofs: number,
): number {
  const { mesh, partner } = periodic;
  const { cells } = mesh;
  const { cellIndex: position, highPartner } = scratch;
  const cornerIndex = new Int32Array(cellDofs.length).fill(-1);
  for (let c = 0; c < corners.length; c++) cornerIndex[corners[c]] = c;

  const fans = createDisjointSets(corners.length);
  for (const corner of corners) {
    const cell = phaseCells[corner >> 2];
    const node = cells[4 * cell + (corner & 3)];
    for (let facet = 0; facet < 4; facet++) {
      const half = 4 * cell + facet;
      const other = partner[half];
      if (facet === (corner & 3) || other === NO_FACET || position[other >> 2] < 0) continue;
      const image = nodeAcross(periodic, highPartner, half, node);
      const otherCell = other >> 2;
      for (let local = 0; local < 4; local++) {
        if (local === (other & 3) || cells[4 * otherCell + local] !== image) continue;
        joinSets(fans, cornerIndex[corner], cornerIndex[4 * position[otherCell] + local]);
      }
    }
  }

  const firstFan = new Int32Array(numDofs).fill(-1);
  const fanDof = new Int32Array(corners.length).fill(-1);
  let numExtraDofs = 0;
  for (let c = 0; c < corners.length; c++) {
    const root = findRoot(fans, c);
    if (fanDof[root] < 0) {
      const dof = cellDofs[corners[c]];
      if (firstFan[dof] < 0) {
        firstFan[dof] = root;
        fanDof[root] = dof;
      } else {
        fanDof[root] = numDofs + numExtraDofs++;
      }
    }
  }
  for (let c = 0; c < corners.length; c++) cellDofs[corners[c]] = fanDof[findRoot(fans, c)];
  return numExtraDofs;
}
