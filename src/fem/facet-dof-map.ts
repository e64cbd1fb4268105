import { NO_FACET } from "../mesh/facets.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";
import type { CellDofs } from "./dof-map.js";

/**
 * One dof for each facet of a phase: the two half-facets that meet in it, across the wrap too, share it; a half-facet
 * without a cell of the phase on its other side has one of its own. Numbered in the order of the cells.
 *
 * Local dof i of a cell is the facet opposite its local node i.
 *
 * @param phaseCells cells of the phase, ascending
 * @param position work array, numCells, -1 before and after; pass one and the same for many phases
 */
export function mapFacetDofs(
  periodic: PeriodicMesh,
  phaseCells: Int32Array,
  position: Int32Array = new Int32Array(periodic.mesh.numCells).fill(-1),
): CellDofs {
  const { partner } = periodic;
  for (let i = 0; i < phaseCells.length; i++) position[phaseCells[i]] = i;
  const cellDofs = new Int32Array(4 * phaseCells.length).fill(-1);
  let numDofs = 0;
  for (let i = 0; i < phaseCells.length; i++) {
    for (let local = 0; local < 4; local++) {
      if (cellDofs[4 * i + local] >= 0) continue;
      cellDofs[4 * i + local] = numDofs;
      const other = partner[4 * phaseCells[i] + local];
      const j = other === NO_FACET ? -1 : position[other >> 2];
      if (j >= 0) cellDofs[4 * j + (other & 3)] = numDofs;
      numDofs++;
    }
  }
  for (let i = 0; i < phaseCells.length; i++) position[phaseCells[i]] = -1;
  return { numDofs, numLocalDofs: 4, cellDofs };
}
