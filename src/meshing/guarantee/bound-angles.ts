import { MeshError } from "../../core/errors.js";
import { createStencil, EDGE_NODES, type Sides } from "../stencils.js";
import type { WarpLimits } from "../warp-limits.js";
import { boundCotangent, determinant, type Point, type Segment } from "./cotangent-range.js";
import type { DihedralRange } from "./guaranteed-angles.js";
import { listHistories, listTetrahedra, placeVertex, type Place } from "./vertex-places.js";

/** Bounds of the dihedral angles of stencils, degrees. */
export interface AngleBounds {
  /** What of the lattice they are of. */
  readonly name: string;
  /** No angle is smaller or larger. */
  readonly bounds: DihedralRange;
  /** The smallest and the largest angle met, within the accuracy of the bounds: for some positions they occur. */
  readonly attained: DihedralRange;
  /** Cells of stencils, and pairs of segments of an edge's ends that were looked at. */
  readonly numCells: number;
  readonly numBoxes: number;
}

/**
 * Bounds the dihedral angles of the cells of all stencils, whatever signs the nodes have and wherever the cuts and the moved
 * nodes lie within the limits: by branch and bound over the positions, for each kind of tetrahedra of the lattice.
 *
 * For the angle at the edge a b of the cell a b c d, c and d need be at ends of their segments only: seen along the edge,
 * the direction to a point that moves along a line turns one way. For each such c and d, the segments of a and b are halved
 * until an interval for the cotangent ({@link boundCotangent}) lies within what has been met, but for the accuracy. Volumes
 * are affine in each vertex, and have one sign if they have it at all ends of the segments.
 *
 * In double precision without directed rounding: errors are of the order of 1e-12 degrees.
 *
 * @param accuracy of the bounds, degrees
 * @throws MeshError `stencil-inverted` where a cell may have no volume
 * @see Labelle and Shewchuk (2007), section 4, whose proof is by computer too
 */
export function boundAngles(limits: WarpLimits, accuracy: number): AngleBounds[] {
  return listTetrahedra(limits).map((tetrahedron) => {
    const search = new AngleSearch(accuracy);
    for (let code = 0; code < 81; code++) {
      const sides = [1, 3, 9, 27].map((place) => (Math.floor(code / place) % 3) - 1) as unknown as Sides;
      const cells = listCells(
        sides,
        tetrahedron.nodes.map(({ kind }) => kind),
      );
      for (const history of cells.length === 0 ? [] : listHistories(sides)) {
        for (const cell of cells) {
          search.visit(cell.map((vertex) => placeVertex(vertex, tetrahedron, sides, history, limits)));
        }
      }
    }
    return search.result(tetrahedron.name);
  });
}

/** The cells of a tetrahedron. One of four nodes on the membrane was not moved, as if it had a side; or the angles were looked at. */
function listCells(sides: Sides, kinds: readonly number[]): readonly (readonly number[])[] {
  const stencil = createStencil(sides, kinds);
  if (stencil !== null) return stencil.cells;
  return sides.every((side) => side === 0) ? [] : [[0, 1, 2, 3]];
}

class AngleSearch {
  // Of the cotangent, which falls with the angle: what was met, and what is still to be excluded.
  #low = Infinity;
  #high = -Infinity;
  #limitLow = Infinity;
  #limitHigh = -Infinity;
  #numBoxes = 0;
  readonly #accuracy: number;
  readonly #visited = new Set<string>();
  readonly #range = new Float64Array(2);

  constructor(accuracy: number) {
    this.#accuracy = (accuracy * Math.PI) / 180;
  }

  visit(places: readonly Place[]): void {
    const key = JSON.stringify(places);
    if (this.#visited.has(key)) return;
    this.#visited.add(key);
    for (const [i, j] of EDGE_NODES) {
      const [k, l] = [0, 1, 2, 3].filter((vertex) => vertex !== i && vertex !== j);
      const orientation = findOrientation([i, j, k, l].map((vertex) => places[vertex]));
      for (const c of places[k].tips) {
        for (const d of places[l].tips) {
          for (const a of places[i].segments) {
            for (const b of places[j].segments) this.#bound(a, b, c, d, orientation);
          }
        }
      }
    }
  }

  result(name: string): AngleBounds {
    const degrees = (cotangent: number): number => (Math.atan2(1, cotangent) * 180) / Math.PI;
    return {
      name,
      bounds: { smallest: degrees(this.#limitHigh), largest: degrees(this.#limitLow) },
      attained: { smallest: degrees(this.#high), largest: degrees(this.#low) },
      numCells: this.#visited.size,
      numBoxes: this.#numBoxes,
    };
  }

  #bound(first: Segment, second: Segment, c: Point, d: Point, orientation: number): void {
    const range = this.#range;
    const open: (readonly [Segment, Segment])[] = [[first, second]];
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      this.#numBoxes++;
      const [a, b] = pair;
      boundCotangent(a, b, c, d, orientation, range);
      if (this.#isWithin(range)) continue;
      boundCotangent(shrink(a), shrink(b), c, d, orientation, range);
      this.#meet(range[0]);
      boundCotangent(a, b, c, d, orientation, range);
      if (this.#isWithin(range)) continue;
      if (a.high - a.low > b.high - b.low) open.push([lowerHalf(a), b], [upperHalf(a), b]);
      else open.push([a, lowerHalf(b)], [a, upperHalf(b)]);
    }
  }

  #isWithin(range: Float64Array): boolean {
    return range[0] >= this.#limitLow && range[1] <= this.#limitHigh;
  }

  #meet(cotangent: number): void {
    if (cotangent < this.#low) {
      this.#low = cotangent;
      this.#limitLow = 1 / Math.tan(Math.atan2(1, cotangent) + this.#accuracy);
    }
    if (cotangent > this.#high) {
      this.#high = cotangent;
      this.#limitHigh = 1 / Math.tan(Math.atan2(1, cotangent) - this.#accuracy);
    }
  }
}

function findOrientation([a, b, c, d]: readonly Place[]): number {
  let sign = 0;
  for (const p of a.tips) {
    for (const q of b.tips) {
      for (const r of c.tips) {
        for (const s of d.tips) {
          const volume = determinant([p, q, r, s]);
          if (volume === 0 || volume * sign < 0) throw inverted();
          sign = Math.sign(volume);
        }
      }
    }
  }
  return sign;
}

function inverted(): MeshError {
  return new MeshError(
    "stencil-inverted",
    "a cell of a stencil has no volume, or is inverted, for some positions; expected smaller limits",
  );
}

/** The middle of a segment. */
function shrink(segment: Segment): Segment {
  const middle = (segment.low + segment.high) / 2;
  return { ...segment, low: middle, high: middle };
}

function lowerHalf(segment: Segment): Segment {
  return { ...segment, high: (segment.low + segment.high) / 2 };
}

function upperHalf(segment: Segment): Segment {
  return { ...segment, low: (segment.low + segment.high) / 2 };
}
