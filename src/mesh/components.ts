import { sumCompensated } from "../core/summation.js";
import { createDisjointSets, findRoot, joinSets } from "../core/union-find.js";
import { cellVolume } from "./geometry.js";
import { NUM_DIRECTIONS } from "./lattice.js";
import type { PeriodicMesh } from "./periodic-mesh.js";
import { createPhaseScratch, type PhaseScratch } from "./phase-scratch.js";

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
 * Inside Y cells are joined by a union-find. The pieces found are the nodes of a small graph whose edges are the facets
 * across the wrap: a search through it gives every piece a winding number, the lattice translation passed on the way to
 * it, and an edge that closes a loop with a different winding number shows a percolating path. Linear in the number of
 * cells.
 *
 * @param phaseCells cells of the phase, ascending
 * @param scratch pass one and the same for many phases
 */
export function findComponents(
  periodic: PeriodicMesh,
  phaseCells: Int32Array,
  scratch: PhaseScratch = createPhaseScratch(periodic),
): PhaseComponents {
  const pieceOfCell = scratch.cellIndex;
  const numPieces = findPieces(periodic, phaseCells, pieceOfCell);
  const { label, percolation } = joinPieces(findCrossings(periodic, phaseCells, pieceOfCell, numPieces));
  const labelOfCell = phaseCells.map((cell) => label[pieceOfCell[cell]]);
  for (let i = 0; i < phaseCells.length; i++) pieceOfCell[phaseCells[i]] = -1;
  return sortComponents(periodic, phaseCells, labelOfCell, percolation);
}

/**
 * Numbers the pieces of a phase that are connected inside Y.
 *
 * @param pieceOfCell -1 everywhere; receives the pieces of the phase's cells
 * @returns the number of pieces
 */
function findPieces(periodic: PeriodicMesh, phaseCells: Int32Array, pieceOfCell: Int32Array): number {
  const { partner, wrap } = periodic;
  const position = pieceOfCell;
  for (let i = 0; i < phaseCells.length; i++) position[phaseCells[i]] = i;
  const sets = createDisjointSets(phaseCells.length);
  for (let i = 0; i < phaseCells.length; i++) {
    const first = 4 * phaseCells[i];
    for (let half = first; half < first + 4; half++) {
      const other = partner[half];
      if (other < half || wrap[half] !== 0) continue;
      const j = position[other >> 2];
      if (j >= 0) joinSets(sets, i, j);
    }
  }
  let numPieces = 0;
  for (let i = 0; i < sets.length; i++) {
    // A root is the smallest of its set, so that it has its number before its members ask for it.
    const root = findRoot(sets, i);
    pieceOfCell[phaseCells[i]] = root === i ? numPieces++ : pieceOfCell[phaseCells[root]];
  }
  return numPieces;
}

/** The facets across the wrap, as edges between pieces, in both directions. */
interface Crossings {
  /** numPieces + 1 offsets into `other` and `wrap`. */
  readonly start: Int32Array;
  /** Piece on the other side. */
  readonly other: Int32Array;
  /** Wrap of the facet, as in {@link PeriodicMesh.wrap}. */
  readonly wrap: Int8Array;
}

/** @param pieceOfCell piece of each cell of the phase, -1 for other cells */
function findCrossings(
  periodic: PeriodicMesh,
  phaseCells: Int32Array,
  pieceOfCell: Int32Array,
  numPieces: number,
): Crossings {
  const { partner, wrap } = periodic;
  const isCrossing = (half: number): boolean => wrap[half] !== 0 && pieceOfCell[partner[half] >> 2] >= 0;
  const start = new Int32Array(numPieces + 1);
  for (let i = 0; i < phaseCells.length; i++) {
    const first = 4 * phaseCells[i];
    for (let half = first; half < first + 4; half++) {
      if (isCrossing(half)) start[pieceOfCell[phaseCells[i]] + 1]++;
    }
  }
  for (let p = 0; p < numPieces; p++) start[p + 1] += start[p];
  const next = start.slice();
  const crossings = { start, other: new Int32Array(start[numPieces]), wrap: new Int8Array(start[numPieces]) };
  for (let i = 0; i < phaseCells.length; i++) {
    const first = 4 * phaseCells[i];
    for (let half = first; half < first + 4; half++) {
      if (!isCrossing(half)) continue;
      const edge = next[pieceOfCell[phaseCells[i]]]++;
      crossings.other[edge] = pieceOfCell[partner[half] >> 2];
      crossings.wrap[edge] = wrap[half];
    }
  }
  return crossings;
}

/** Breadth-first search through the pieces: the component of each, and what each component percolates. */
function joinPieces(crossings: Crossings): {
  label: Int32Array;
  percolation: [boolean, boolean, boolean][];
} {
  const numPieces = crossings.start.length - 1;
  const label = new Int32Array(numPieces).fill(-1);
  const winding = new Int32Array(NUM_DIRECTIONS * numPieces);
  const queue = new Int32Array(numPieces);
  const percolation: [boolean, boolean, boolean][] = [];
  for (let seed = 0; seed < numPieces; seed++) {
    if (label[seed] >= 0) continue;
    const percolates: [boolean, boolean, boolean] = [false, false, false];
    const component = percolation.push(percolates) - 1;
    label[seed] = component;
    queue[0] = seed;
    let tail = 1;
    for (let head = 0; head < tail; head++) {
      const p = queue[head];
      for (let edge = crossings.start[p]; edge < crossings.start[p + 1]; edge++) {
        const q = crossings.other[edge];
        const isNew = label[q] < 0;
        if (isNew) {
          label[q] = component;
          queue[tail++] = q;
        }
        for (let k = 0; k < NUM_DIRECTIONS; k++) {
          const shift = crossings.wrap[edge] === k + 1 ? 1 : crossings.wrap[edge] === -(k + 1) ? -1 : 0;
          const reached = winding[NUM_DIRECTIONS * p + k] + shift;
          if (isNew) winding[NUM_DIRECTIONS * q + k] = reached;
          else if (winding[NUM_DIRECTIONS * q + k] !== reached) percolates[k] = true;
        }
      }
    }
  }
  return { label, percolation };
}

/** Components by descending volume; equal volumes in the order of their first cells. */
function sortComponents(
  periodic: PeriodicMesh,
  phaseCells: Int32Array,
  label: Int32Array,
  percolation: readonly (readonly [boolean, boolean, boolean])[],
): PhaseComponents {
  if (percolation.length === 1) {
    const volume = sumCompensated(phaseCells.length, (i) => cellVolume(periodic.mesh, phaseCells[i]));
    const component: Component = { numCells: phaseCells.length, volume, percolates: percolation[0] };
    return { components: [component], componentOfCell: label };
  }
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
