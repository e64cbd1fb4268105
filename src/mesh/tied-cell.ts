import type { Component, PhaseComponents } from "./components.js";
import { overlapFaces, type FaceOverlaps } from "./face-overlaps.js";
import { facetArea } from "./facets.js";
import { NUM_DIRECTIONS } from "./lattice.js";
import type { OpenCell } from "./open-cell.js";
import type { PhasePartition } from "./phases.js";

/** A unit cell whose opposite faces are tied to each other where they overlap, however each one is cut into facets. */
export interface TiedCell extends OpenCell {
  /** The overlaps of the two faces of each direction in which both sides are of one phase. */
  readonly overlaps: readonly FaceOverlaps[];
  /** How far the faces are from being translates of each other, for each phase of the partition. */
  readonly mismatch: readonly FaceMismatch[];
}

/** What one phase has on the two faces of each direction. */
export interface FaceMismatch {
  /** Area of the phase on the low and high face of each direction. */
  readonly areas: readonly (readonly [low: number, high: number])[];
  /** Area of the phase that faces itself across each direction. */
  readonly shared: readonly number[];
}

/** Ties the opposite faces of a cell: the common refinement of each pair of faces, phase by phase. */
export function tieFaces(open: OpenCell, { cellPhase, phases }: PhasePartition): TiedCell {
  const overlaps = overlapFaces(open).map((all) => keepOverlaps(all, cellPhase));
  const mismatch = phases.map((_, phase): FaceMismatch => {
    const inPhase = (half: number): boolean => cellPhase[half >> 2] === phase;
    return {
      areas: open.faces.map(([low, high]) => {
        const areaOf = (facets: Int32Array): number =>
          facets.reduce((sum, half) => (inPhase(half) ? sum + facetArea(open.periodic.mesh, half) : sum), 0);
        return [areaOf(low.facets), areaOf(high.facets)];
      }),
      shared: overlaps.map(({ high, areas }) =>
        areas.reduce((sum, area, i) => (inPhase(high[i]) ? sum + area : sum), 0),
      ),
    };
  });
  return { ...open, overlaps, mismatch };
}

/** Share of the larger of two opposite parts of a phase that does not face the phase, the largest of the directions. */
export function mismatchShare({ areas, shared }: FaceMismatch): number {
  const shares = areas.map((pair, k) => {
    const larger = Math.max(...pair);
    return larger === 0 ? 0 : Math.max(0, 1 - shared[k] / larger);
  });
  return Math.max(...shares);
}

/** Those overlaps whose two cells are of one phase. */
function keepOverlaps({ high, low, areas, moments }: FaceOverlaps, cellPhase: Int32Array): FaceOverlaps {
  const isKept = (_: number, i: number): boolean => cellPhase[high[i] >> 2] === cellPhase[low[i] >> 2];
  const width = moments.length / Math.max(1, areas.length);
  return {
    high: high.filter(isKept),
    low: low.filter(isKept),
    areas: areas.filter(isKept),
    moments: moments.filter((value, i) => isKept(value, Math.floor(i / width))),
  };
}

/**
 * Joins the components of a phase across the faces, and finds the lattice directions that each one spans: going round a
 * closed path through overlaps adds up a lattice vector, and a component spans the directions of all of these.
 *
 * @param phaseCells cells of the phase, ascending
 * @param inside components with nothing across the faces
 */
export function joinAcrossFaces(
  { periodic, overlaps }: TiedCell,
  phaseCells: Int32Array,
  inside: PhaseComponents,
): PhaseComponents {
  const numParts = inside.components.length;
  const partAt = new Int32Array(periodic.mesh.numCells).fill(-1);
  phaseCells.forEach((cell, i) => (partAt[cell] = inside.componentOfCell[i]));
  const steps = listSteps(overlaps, partAt, numParts);

  const group = new Int32Array(numParts).fill(-1);
  const offset = new Int32Array(NUM_DIRECTIONS * numParts);
  const joined: { parts: number[]; percolates: [boolean, boolean, boolean] }[] = [];
  for (let seed = 0; seed < numParts; seed++) {
    if (group[seed] >= 0) continue;
    const members = [seed];
    const percolates: [boolean, boolean, boolean] = [false, false, false];
    group[seed] = joined.length;
    for (let m = 0; m < members.length; m++) {
      const from = members[m];
      for (const { to, direction, sign } of steps[from]) {
        const arrival = [0, 1, 2].map((d) => offset[3 * from + d] + (d === direction ? sign : 0));
        if (group[to] < 0) {
          group[to] = joined.length;
          members.push(to);
          offset.set(arrival, 3 * to);
        }
        for (let d = 0; d < NUM_DIRECTIONS; d++) if (arrival[d] !== offset[3 * to + d]) percolates[d] = true;
      }
    }
    joined.push({ parts: members, percolates });
  }

  const components = joined.map(({ parts, percolates }): Component => ({
    numCells: parts.reduce((sum, part) => sum + inside.components[part].numCells, 0),
    volume: parts.reduce((sum, part) => sum + inside.components[part].volume, 0),
    percolates,
  }));
  const order = [...components.keys()].sort((a, b) => components[b].volume - components[a].volume || a - b);
  const rank = new Int32Array(order.length);
  order.forEach((component, place) => (rank[component] = place));
  return {
    components: order.map((component) => components[component]),
    componentOfCell: inside.componentOfCell.map((part) => rank[group[part]]),
  };
}

/** A way from one part to another through a face: +1 through the high face of a direction, -1 through the low one. */
interface Step {
  readonly to: number;
  readonly direction: number;
  readonly sign: 1 | -1;
}

/** The different steps from each part, in both senses. */
function listSteps(overlaps: readonly FaceOverlaps[], partAt: Int32Array, numParts: number): Step[][] {
  const steps = Array.from({ length: numParts }, (): Step[] => []);
  overlaps.forEach(({ high, low }, direction) => {
    const known = new Set<number>();
    for (let i = 0; i < high.length; i++) {
      const from = partAt[high[i] >> 2];
      const to = partAt[low[i] >> 2];
      if (from < 0 || to < 0 || known.has(from * numParts + to)) continue;
      known.add(from * numParts + to);
      steps[from].push({ to, direction, sign: 1 });
      steps[to].push({ to: from, direction, sign: -1 });
    }
  });
  return steps;
}
