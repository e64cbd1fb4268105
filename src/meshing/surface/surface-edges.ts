/**
 * The edges of a triangulated surface. A half-edge is an edge seen from one of its triangles: number 3 triangle + i goes
 * from corner i to corner i + 1.
 */
export interface SurfaceEdges {
  readonly numEdges: number;
  /** Edge of each half-edge, numTriangles x 3. */
  readonly edgeOfHalf: Int32Array;
  /** Points of each edge, the smaller index first, numEdges x 2. */
  readonly points: Int32Array;
  /** Number of triangles at each edge: 1 on a boundary, 2 inside, more where the surface branches. */
  readonly count: Int32Array;
  /** A half-edge of each edge; the next one of the same edge is `nextHalf`, -1 at the end. */
  readonly firstHalf: Int32Array;
  readonly nextHalf: Int32Array;
}

/** The half-edge that follows in the same triangle. */
export function nextInTriangle(half: number): number {
  return half % 3 === 2 ? half - 2 : half + 1;
}

/** Numbers the edges of some triangles, in the order of their first appearance; linear. */
export function numberSurfaceEdges(triangles: Int32Array): SurfaceEdges {
  const numHalves = triangles.length;
  let size = 16;
  while (size < 2 * numHalves) size *= 2;
  const slots = new Int32Array(size).fill(-1);
  const edgeOfHalf = new Int32Array(numHalves);
  const points = new Int32Array(2 * numHalves);
  const count = new Int32Array(numHalves);
  const firstHalf = new Int32Array(numHalves);
  const nextHalf = new Int32Array(numHalves).fill(-1);
  let numEdges = 0;
  for (let half = 0; half < numHalves; half++) {
    const a = triangles[half];
    const b = triangles[nextInTriangle(half)];
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & (size - 1);
    while (slots[slot] >= 0 && (points[2 * slots[slot]] !== low || points[2 * slots[slot] + 1] !== high)) {
      slot = (slot + 1) & (size - 1);
    }
    if (slots[slot] < 0) {
      slots[slot] = numEdges;
      points[2 * numEdges] = low;
      points[2 * numEdges + 1] = high;
      firstHalf[numEdges++] = half;
    } else {
      nextHalf[half] = firstHalf[slots[slot]];
      firstHalf[slots[slot]] = half;
    }
    edgeOfHalf[half] = slots[slot];
    count[slots[slot]]++;
  }
  return {
    numEdges,
    edgeOfHalf,
    points: points.slice(0, 2 * numEdges),
    count: count.slice(0, numEdges),
    firstHalf: firstHalf.slice(0, numEdges),
    nextHalf,
  };
}

/** The half-edge on the other side of an edge with two triangles, or -1. */
export function oppositeHalf(edges: SurfaceEdges, half: number): number {
  const edge = edges.edgeOfHalf[half];
  if (edges.count[edge] !== 2) return -1;
  return edges.firstHalf[edge] === half ? edges.nextHalf[half] : edges.firstHalf[edge];
}
