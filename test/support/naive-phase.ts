import { createDisjointSets, findRoot, joinSets, type DisjointSets } from "../../src/core/union-find.js";
import { facetNode } from "../../src/mesh/facets.js";
import type { PeriodicMesh } from "../../src/mesh/periodic-mesh.js";

/** Component of each cell of a phase by joining across every facet inside it, as a set of which -1 stands for no cell. */
export function naiveComponents({ partner }: PeriodicMesh, phaseCells: Int32Array): number[] {
  const place = new Map(Array.from(phaseCells, (cell, i) => [cell, i]));
  const sets = createDisjointSets(phaseCells.length);
  phaseCells.forEach((cell, i) => {
    for (let half = 4 * cell; half < 4 * cell + 4; half++) {
      const j = place.get(partner[half] >> 2);
      if (partner[half] >= 0 && j !== undefined) joinSets(sets, i, j);
    }
  });
  return listRoots(sets);
}

/** Dof of each corner of each cell of a phase, up to renumbering: corners joined across every facet inside the phase. */
export function naiveFans(periodic: PeriodicMesh, phaseCells: Int32Array): number[] {
  const { mesh, partner, wrap, lowPartner } = periodic;
  const place = new Map(Array.from(phaseCells, (cell, i) => [cell, i]));
  const sets = createDisjointSets(4 * phaseCells.length);
  phaseCells.forEach((cell, i) => {
    for (let half = 4 * cell; half < 4 * cell + 4; half++) {
      const other = partner[half];
      const j = place.get(other >> 2);
      const w = wrap[half];
      // Of the two half-facets of a pair the one on the high face; inside Y either.
      if (other < 0 || j === undefined || w < 0) continue;
      for (let corner = 0; corner < 3; corner++) {
        const node = facetNode(mesh.cells, half, corner);
        const image = w > 0 ? lowPartner[w - 1][node] : node;
        const own = mesh.cells.indexOf(node, 4 * cell) - 4 * cell;
        for (let local = 0; local < 4; local++) {
          if (local !== (other & 3) && mesh.cells[(other & ~3) + local] === image) {
            joinSets(sets, 4 * i + own, 4 * j + local);
          }
        }
      }
    }
  });
  return listRoots(sets);
}

/** For each item the first one with the same label: equal for labels that differ by renumbering only. */
export function firstOfLabel(labels: ArrayLike<number>): number[] {
  const first = new Map<number, number>();
  return Array.from(labels, (label, i) => {
    if (!first.has(label)) first.set(label, i);
    return first.get(label) ?? i;
  });
}

function listRoots(sets: DisjointSets): number[] {
  return Array.from(sets, (_, i) => findRoot(sets, i));
}
