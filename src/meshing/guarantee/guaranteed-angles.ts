import type { PeriodicLattice } from "../periodic-lattice.js";
import { EDGE_NODES } from "../stencils.js";
import { boundCotangent, type Point, type Segment } from "./cotangent-range.js";

/** Smallest and largest dihedral angle of cells, degrees. */
export interface DihedralRange {
  readonly smallest: number;
  readonly largest: number;
}

/**
 * No cell of the mesher has an angle outside of these, whatever the level set, where the lattice is made of cubes: the
 * result of `boundAngles`, which a test repeats, rounded outwards to 0.1 degrees.
 */
export const GUARANTEED_DIHEDRAL_ANGLES: DihedralRange = { smallest: 5.3, largest: 166.8 };

/**
 * The guarantee for the cuboids of a lattice: a linear map by factors whose ratio is at most k turns a dihedral angle theta
 * into theta', tan(theta'/2) >= tan(theta/2) / k, and the same for the angle beside it.
 */
export function guaranteeFor({ spacing }: Pick<PeriodicLattice, "spacing">): DihedralRange {
  const aspect = Math.max(...spacing) / Math.min(...spacing);
  const shrink = (degrees: number): number =>
    (360 / Math.PI) * Math.atan(Math.tan((degrees * Math.PI) / 360) / aspect);
  return {
    smallest: shrink(GUARANTEED_DIHEDRAL_ANGLES.smallest),
    largest: 180 - shrink(180 - GUARANTEED_DIHEDRAL_ANGLES.largest),
  };
}

/** Whether a tetrahedron with this sign of its volume has dihedral angles within a range. */
export function hasAnglesWithin(
  points: readonly Point[],
  orientation: number,
  { smallest, largest }: DihedralRange,
): boolean {
  const cotangent = (degrees: number): number => 1 / Math.tan((degrees * Math.PI) / 180);
  const [low, high] = [cotangent(largest), cotangent(smallest)];
  const found = new Float64Array(2);
  return EDGE_NODES.every(([i, j]) => {
    const [k, l] = [0, 1, 2, 3].filter((node) => node !== i && node !== j);
    const isEven = (i + j) % 2 === 1;
    const ends = [points[i], points[j]].map((p): Segment => {
      return { origin: p, direction: [0, 0, 0], low: 0, high: 0 };
    });
    boundCotangent(ends[0], ends[1], points[k], points[l], isEven ? orientation : -orientation, found);
    return found[0] >= low && found[1] <= high;
  });
}
