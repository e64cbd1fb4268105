import { dropUnusedPoints, type Box, type TriangleSurface } from "./triangle-surface.js";

/** What clipping did. */
export interface ClipReport {
  /** Triangles that were cut or removed because they reached outside the box. */
  readonly numOutside: number;
  /** Triangles that lay in a face of the box, removed: the ER goes on behind the face. */
  readonly numInFaces: number;
}

/**
 * The part of a surface inside a box. Points within the tolerance of the plane of a face are put on it; triangles across a
 * plane are cut, those of neighbours at the same points; triangles in a plane are removed.
 *
 * @param tolerance distance, mesh units
 */
export function clipSurface(
  surface: TriangleSurface,
  box: Box,
  tolerance: number,
): { readonly surface: TriangleSurface; readonly report: ClipReport } {
  let clipped = surface;
  let numOutside = 0;
  let numInFaces = 0;
  for (let d = 0; d < 3; d++) {
    for (const side of [-1, 1]) {
      const plane = side < 0 ? box.min[d] : box.max[d];
      const cut = cutAtPlane(clipped, d, side, plane, tolerance);
      clipped = cut.surface;
      numOutside += cut.numOutside;
      numInFaces += cut.numInFaces;
    }
  }
  return { surface: dropUnusedPoints(clipped), report: { numOutside, numInFaces } };
}

/** Keeps what lies at side (x_d - plane) <= 0. */
function cutAtPlane(
  { points, triangles }: TriangleSurface,
  d: number,
  side: number,
  plane: number,
  tolerance: number,
): { surface: TriangleSurface; numOutside: number; numInFaces: number } {
  const numPoints = points.length / 3;
  const heights = new Float64Array(numPoints);
  const moved = points.slice();
  for (let point = 0; point < numPoints; point++) {
    const height = side * (points[3 * point + d] - plane);
    heights[point] = Math.abs(height) <= tolerance ? 0 : height;
    if (heights[point] === 0) moved[3 * point + d] = plane;
  }
  const kept: number[] = [];
  const added: number[] = [];
  const cuts = new Map<number, number>();
  let numOutside = 0;
  let numInFaces = 0;
  /** The point where the edge a b meets the plane, once for both its triangles. */
  const cutEdge = (a: number, b: number): number => {
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    const key = low * numPoints + high;
    const known = cuts.get(key);
    if (known !== undefined) return known;
    const t = heights[low] / (heights[low] - heights[high]);
    const index = numPoints + added.length / 3;
    for (let e = 0; e < 3; e++) {
      const x = moved[3 * low + e];
      added.push(e === d ? plane : x + t * (moved[3 * high + e] - x));
    }
    cuts.set(key, index);
    return index;
  };
  const corners: number[] = [];
  for (let i = 0; i < triangles.length; i += 3) {
    let numInside = 0;
    let numBehind = 0;
    for (let corner = i; corner < i + 3; corner++) {
      if (heights[triangles[corner]] < 0) numInside++;
      if (heights[triangles[corner]] > 0) numBehind++;
    }
    if (numBehind > 0) numOutside++;
    else if (numInside === 0) numInFaces++;
    if (numInside === 0) continue;
    corners.length = 0;
    for (let corner = 0; corner < 3; corner++) {
      const a = triangles[i + corner];
      const b = triangles[i + ((corner + 1) % 3)];
      if (heights[a] <= 0) corners.push(a);
      if (heights[a] * heights[b] < 0) corners.push(cutEdge(a, b));
    }
    kept.push(corners[0], corners[1], corners[2]);
    if (corners.length === 4) {
      const at = (corner: number, e: number): number =>
        corner < numPoints ? moved[3 * corner + e] : added[3 * (corner - numPoints) + e];
      const length = (a: number, b: number): number =>
        Math.hypot(at(a, 0) - at(b, 0), at(a, 1) - at(b, 1), at(a, 2) - at(b, 2));
      if (length(corners[0], corners[2]) <= length(corners[1], corners[3])) {
        kept.push(corners[0], corners[2], corners[3]);
      } else {
        kept.splice(
          kept.length - 3,
          3,
          corners[0],
          corners[1],
          corners[3],
          corners[1],
          corners[2],
          corners[3],
        );
      }
    }
  }
  const all = new Float64Array(moved.length + added.length);
  all.set(moved);
  all.set(added, moved.length);
  return { surface: { points: all, triangles: Int32Array.from(kept) }, numOutside, numInFaces };
}
