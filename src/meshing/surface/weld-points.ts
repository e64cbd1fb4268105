import { boxOfPoints, boxSize, type TriangleSurface } from "./triangle-surface.js";

/** Points nearer than this are one, relative to the longest edge of the box around the surface: a few units in the last
 * place of the single precision in which STL files keep coordinates. */
export const weldTolerance = 1e-6;

/** What welding did. */
export interface WeldReport {
  /** Points of the file, and points left. */
  readonly numBefore: number;
  readonly numAfter: number;
  /** Largest distance by which a point moved, mesh units. */
  readonly largestMove: number;
}

/**
 * Makes points within a tolerance one; the first of them keeps its place. Linear in the number of points: a hash table of
 * cubes, four tolerances wide.
 *
 * @param tolerance distance, mesh units
 */
export function weldPoints(
  surface: TriangleSurface,
  tolerance = weldTolerance * boxSize(boxOfPoints(surface.points)),
): { readonly surface: TriangleSurface; readonly report: WeldReport } {
  const { points } = surface;
  const numPoints = points.length / 3;
  const { min } = boxOfPoints(points);
  const edge = Math.max(4 * tolerance, Number.MIN_VALUE);
  let size = 16;
  while (size < numPoints) size *= 2;
  const first = new Int32Array(size).fill(-1);
  const next = new Int32Array(numPoints).fill(-1);
  const slotOf = (i: number, j: number, k: number): number => {
    let hash = Math.imul(i, 0x9e3779b1) ^ Math.imul(j, 0x85ebca6b) ^ Math.imul(k, 0xc2b2ae35);
    hash ^= hash >>> 15;
    return hash & (size - 1);
  };
  const kept = new Float64Array(points.length);
  const newIndex = new Int32Array(numPoints);
  let numKept = 0;
  let largestMove = 0;
  const low = [0, 0, 0];
  const high = [0, 0, 0];
  for (let point = 0; point < numPoints; point++) {
    for (let d = 0; d < 3; d++) {
      const place = points[3 * point + d] - min[d];
      low[d] = Math.floor((place - tolerance) / edge);
      high[d] = Math.floor((place + tolerance) / edge);
    }
    let nearest = -1;
    let distance = Infinity;
    for (let k = low[2]; k <= high[2]; k++) {
      for (let j = low[1]; j <= high[1]; j++) {
        for (let i = low[0]; i <= high[0]; i++) {
          for (let other = first[slotOf(i, j, k)]; other >= 0; other = next[other]) {
            const gap = Math.hypot(
              points[3 * point] - kept[3 * other],
              points[3 * point + 1] - kept[3 * other + 1],
              points[3 * point + 2] - kept[3 * other + 2],
            );
            if (gap < distance) {
              distance = gap;
              nearest = other;
            }
          }
        }
      }
    }
    if (distance <= tolerance) {
      newIndex[point] = nearest;
      largestMove = Math.max(largestMove, distance);
      continue;
    }
    newIndex[point] = numKept;
    for (let d = 0; d < 3; d++) kept[3 * numKept + d] = points[3 * point + d];
    const [i, j, k] = [0, 1, 2].map((d) => Math.floor((points[3 * point + d] - min[d]) / edge));
    const slot = slotOf(i, j, k);
    next[numKept] = first[slot];
    first[slot] = numKept++;
  }
  return {
    surface: {
      points: kept.slice(0, 3 * numKept),
      triangles: surface.triangles.map((point) => newIndex[point]),
    },
    report: { numBefore: numPoints, numAfter: numKept, largestMove },
  };
}
