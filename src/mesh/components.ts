import { sumCompensated } from "../core/summation.js";
import { NO_FACET } from "./facets.js";
import { cellVolume } from "./geometry.js";
import { NUM_DIRECTIONS } from "./lattice.js";
import type { PeriodicMesh } from "./periodic-mesh.js";

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
 * Facet-connected components of a phase and the lattice directions that each one spans.
 *
 * A breadth-first search gives every cell a winding number, the lattice translation passed on the way to it; an edge
 * that closes a loop with a different winding number shows a percolating path. Linear in the number of cells.
 *
 * @param phaseCells cells of the phase, ascending
 */
export function findComponents(periodic: PeriodicMesh, phaseCells: Int32Array): PhaseComponents {
  const { mesh, partner, wrap } = periodic;
  const position = new Int32Array(mesh.numCells).fill(-1);
  for (let i = 0; i < phaseCells.length; i++) position[phaseCells[i]] = i;

  const label = new Int32Array(phaseCells.length).fill(-1);
  const winding = new Int32Array(NUM_DIRECTIONS * phaseCells.length);
  const queue = new Int32Array(phaseCells.length);
  const percolation: [boolean, boolean, boolean][] = [];
  for (let seed = 0; seed < phaseCells.length; seed++) {
    if (label[seed] >= 0) continue;
    const percolates: [boolean, boolean, boolean] = [false, false, false];
    const component = percolation.push(percolates) - 1;
    label[seed] = component;
    queue[0] = seed;
    let tail = 1;
    for (let head = 0; head < tail; head++) {
      const i = queue[head];
      for (let half = 4 * phaseCells[i]; half < 4 * phaseCells[i] + 4; half++) {
        const other = partner[half];
        if (other === NO_FACET) continue;
        const j = position[other >> 2];
        if (j < 0) continue;
        const isNew = label[j] < 0;
        if (isNew) {
          label[j] = component;
          queue[tail++] = j;
        }
        for (let k = 0; k < NUM_DIRECTIONS; k++) {
          const shift = wrap[half] === k + 1 ? 1 : wrap[half] === -(k + 1) ? -1 : 0;
          const reached = winding[NUM_DIRECTIONS * i + k] + shift;
          if (isNew) winding[NUM_DIRECTIONS * j + k] = reached;
          else if (winding[NUM_DIRECTIONS * j + k] !== reached) percolates[k] = true;
        }
      }
    }
  }
  return sortComponents(periodic, phaseCells, label, percolation);
}

/** Components by descending volume; equal volumes in the order of their first cells. */
function sortComponents(
  periodic: PeriodicMesh,
  phaseCells: Int32Array,
  label: Int32Array,
  percolation: readonly (readonly [boolean, boolean, boolean])[],
): PhaseComponents {
  const numCells = new Int32Array(percolation.length);
  for (const component of label) numCells[component]++;
  const start = new Int32Array(percolation.length + 1);
  for (let c = 0; c < percolation.length; c++) start[c + 1] = start[c] + numCells[c];
  const next = start.slice();
  const members = new Int32Array(label.length);
  for (let i = 0; i < label.length; i++) members[next[label[i]]++] = phaseCells[i];
  const unsorted = percolation.map((percolates, c): Component => ({
    numCells: numCells[c],
    volume: sumCompensated(numCells[c], (m) => cellVolume(periodic.mesh, members[start[c] + m])),
    percolates,
  }));
  const order = unsorted.map((_, c) => c).sort((a, b) => unsorted[b].volume - unsorted[a].volume || a - b);
  const rank = new Int32Array(order.length);
  order.forEach((c, r) => (rank[c] = r));
  return { components: order.map((c) => unsorted[c]), componentOfCell: label.map((c) => rank[c]) };
}
