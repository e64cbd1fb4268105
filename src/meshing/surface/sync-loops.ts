import { faceBits } from "./box-boundary.js";
import { nextInTriangle, numberSurfaceEdges } from "./surface-edges.js";
import type { Box, TriangleSurface } from "./triangle-surface.js";

/** How far apart loops on opposite faces may be and still count as one. */
export interface LoopTolerance {
  /** Points nearer than this are made one, mesh units. */
  readonly snap: number;
  /** A point nearer than this to an edge of the other loop is put into that edge. */
  readonly distance: number;
}

/** Rounds of cutting triangles; a triangle is cut at one of its edges a round. */
const maxRounds = 8;

/**
 * Gives loops of a surface on opposite faces of its box the same points: each point of one loop that has no partner is put
 * into the nearest edge of the other one, whose triangle is cut there; points that are nearly partners become it. Where a
 * loop is too far from the other one, it stays as it is.
 */
export function syncLoops(surface: TriangleSurface, box: Box, tolerance: LoopTolerance): TriangleSurface {
  let synced = surface;
  for (let d = 0; d < 3; d++) {
    for (const side of [0, 1]) {
      for (let round = 0; round < maxRounds; round++) {
        const next = cutLoop(synced, box, d, side, tolerance);
        if (next === synced) break;
        synced = next;
      }
    }
  }
  return synced;
}

/** Gives the loops on face (d, side) the points of the loops on the opposite face; returns the same object when done. */
function cutLoop(
  surface: TriangleSurface,
  box: Box,
  d: number,
  side: number,
  { snap, distance }: LoopTolerance,
): TriangleSurface {
  const { triangles } = surface;
  const edges = numberSurfaceEdges(triangles);
  const own = 1 << (2 * d + side);
  const opposite = 1 << (2 * d + 1 - side);
  const plane = side === 0 ? box.min[d] : box.max[d];
  const points = surface.points.slice();
  const [u, v] = [(d + 1) % 3, (d + 2) % 3];
  const axes = own | opposite;
  const halves: number[] = [];
  const owners = new Set<number>();
  const others = new Set<number>();
  for (let half = 0; half < triangles.length; half++) {
    if (edges.count[edges.edgeOfHalf[half]] !== 1) continue;
    const a = triangles[half];
    const b = triangles[nextInTriangle(half)];
    const bits = faceBits(points, a, box) & faceBits(points, b, box);
    if ((bits & own) !== 0) {
      halves.push(half);
      owners.add(a).add(b);
    }
    if ((bits & opposite) !== 0) others.add(a).add(b);
  }
  // Nothing to share points with: the surface reaches one of the two faces only.
  if (halves.length === 0 || others.size === 0) return surface;
  const gap = (a: number, b: number): number =>
    Math.hypot(points[3 * a + u] - points[3 * b + u], points[3 * a + v] - points[3 * b + v]);
  const grid = createPlaneGrid(points, u, v, [...owners], halves, triangles, Math.max(snap, distance));
  const taken = new Set<number>();
  const lonely: number[] = [];
  let hasMoved = false;
  for (const point of others) {
    const onEdge = faceBits(points, point, box) & ~axes;
    // On an edge of the box the loop has one point only, whatever else it has nearby.
    const reach = onEdge === 0 ? snap : Math.max(snap, distance);
    let nearest = -1;
    let least = reach;
    grid.visit(point, reach, owners, (other) => {
      if ((faceBits(points, other, box) & ~axes) !== onEdge || taken.has(other)) return;
      if (gap(point, other) <= least) {
        least = gap(point, other);
        nearest = other;
      }
    });
    if (nearest < 0) {
      if (onEdge === 0) lonely.push(point);
      continue;
    }
    taken.add(nearest);
    for (const e of [u, v]) {
      if (points[3 * nearest + e] === points[3 * point + e]) continue;
      points[3 * nearest + e] = points[3 * point + e];
      hasMoved = true;
    }
  }
  const cuts = new Map<number, { point: number; t: number }[]>();
  for (const point of lonely) {
    let best = { half: -1, t: 0 };
    let least = distance;
    grid.visitEdges(point, distance, (half) => {
      const a = triangles[half];
      const b = triangles[nextInTriangle(half)];
      const [du, dv] = [points[3 * b + u] - points[3 * a + u], points[3 * b + v] - points[3 * a + v]];
      const [pu, pv] = [points[3 * point + u] - points[3 * a + u], points[3 * point + v] - points[3 * a + v]];
      const t = (du * pu + dv * pv) / (du * du + dv * dv);
      const off = Math.hypot(pu - t * du, pv - t * dv);
      if (t > 0 && t < 1 && off <= least) {
        least = off;
        best = { half, t };
      }
    });
    if (best.half >= 0) cuts.set(best.half, [...(cuts.get(best.half) ?? []), { point, t: best.t }]);
  }
  if (cuts.size === 0) return hasMoved ? { points, triangles } : surface;
  return applyCuts({ points, triangles }, cuts, d, plane);
}

/** Cuts triangles at points of one of their edges each; the other edges of a triangle wait for the next round. */
function applyCuts(
  { points, triangles }: TriangleSurface,
  cuts: ReadonlyMap<number, { point: number; t: number }[]>,
  d: number,
  plane: number,
): TriangleSurface {
  const added: number[] = [];
  const more: number[] = [];
  const next = triangles.slice();
  const isCut = new Set<number>();
  for (const [half, places] of cuts) {
    const triangle = Math.floor(half / 3);
    if (isCut.has(triangle)) continue;
    isCut.add(triangle);
    const a = triangles[half];
    const b = triangles[nextInTriangle(half)];
    const c = triangles[nextInTriangle(nextInTriangle(half))];
    const chain = [a];
    for (const { point } of [...places].sort((p, q) => p.t - q.t)) {
      chain.push((points.length + added.length) / 3);
      for (let e = 0; e < 3; e++) added.push(e === d ? plane : points[3 * point + e]);
    }
    chain.push(b);
    next.set([chain[0], chain[1], c], 3 * triangle);
    for (let i = 2; i < chain.length; i++) more.push(chain[i - 1], chain[i], c);
  }
  const allPoints = new Float64Array(points.length + added.length);
  allPoints.set(points);
  allPoints.set(added, points.length);
  const allTriangles = new Int32Array(next.length + more.length);
  allTriangles.set(next);
  allTriangles.set(more, next.length);
  return { points: allPoints, triangles: allTriangles };
}

/** Squares of a plane with the points and the edges of loops in them. */
interface PlaneGrid {
  /** Calls back with the points (of `among`) in the squares within `reach` of a point. */
  readonly visit: (
    point: number,
    reach: number,
    among: ReadonlySet<number>,
    each: (other: number) => void,
  ) => void;
  readonly visitEdges: (point: number, reach: number, each: (half: number) => void) => void;
}

function createPlaneGrid(
  points: Float64Array,
  u: number,
  v: number,
  owners: readonly number[],
  halves: readonly number[],
  triangles: Int32Array,
  reach: number,
): PlaneGrid {
  let longest = reach;
  for (const half of halves) {
    const [a, b] = [3 * triangles[half], 3 * triangles[nextInTriangle(half)]];
    longest = Math.max(longest, Math.hypot(points[a + u] - points[b + u], points[a + v] - points[b + v]));
  }
  const squares = new Map<string, { points: number[]; halves: number[] }>();
  const indexOf = (x: number): number => Math.floor(x / longest);
  const squareAt = (i: number, j: number): { points: number[]; halves: number[] } => {
    const key = `${i} ${j}`;
    const square = squares.get(key) ?? { points: [], halves: [] };
    squares.set(key, square);
    return square;
  };
  for (const point of owners) {
    squareAt(indexOf(points[3 * point + u]), indexOf(points[3 * point + v])).points.push(point);
  }
  for (const half of halves) {
    const a = 3 * triangles[half];
    squareAt(indexOf(points[a + u]), indexOf(points[a + v])).halves.push(half);
  }
  const around = (
    point: number,
    reach: number,
    each: (square: { readonly points: number[]; readonly halves: number[] }) => void,
  ): void => {
    const [x, y] = [points[3 * point + u], points[3 * point + v]];
    for (let j = indexOf(y - reach); j <= indexOf(y + reach); j++) {
      for (let i = indexOf(x - reach); i <= indexOf(x + reach); i++) {
        const square = squares.get(`${i} ${j}`);
        if (square !== undefined) each(square);
      }
    }
  };
  return {
    visit(point, reach, among, each) {
      around(point, reach, (square) => {
        for (const other of square.points) if (among.has(other)) each(other);
      });
    },
    visitEdges(point, reach, each) {
      // An edge stands in the square of its beginning, and is no longer than a square.
      around(point, reach + longest, (square) => {
        square.halves.forEach(each);
      });
    },
  };
}
