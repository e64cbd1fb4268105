import { MeshError } from "../../core/errors.js";
import { triangleGrid, visitGridCells } from "./triangle-grid.js";
import { trianglesIntersect } from "./triangle-intersection.js";
import { formatPoint, middleOf, type TriangleSurface } from "./triangle-surface.js";

/** Pairs named in a message. */
const listed = 3;

/** Pairs of triangles that meet elsewhere than at common corners, at most `limit`, as indices, numPairs x 2. */
export function findSelfIntersections(surface: TriangleSurface, limit = Infinity): number[] {
  const { points, triangles } = surface;
  const grid = triangleGrid(surface);
  const { boxes } = grid;
  const pairs: number[] = [];
  visitGridCells(grid, (list, i, j, k) => {
    for (let m = 0; m < list.length; m++) {
      const s = list[m];
      for (let n = m + 1; n < list.length; n++) {
        const t = list[n];
        let isNear = true;
        // A pair lies in many cells; it is looked at in the one with the lowest corner of the common part of its boxes.
        for (let d = 0; d < 3 && isNear; d++) {
          const low = Math.max(boxes[6 * s + d], boxes[6 * t + d]);
          const high = Math.min(boxes[6 * s + 3 + d], boxes[6 * t + 3 + d]);
          isNear = low <= high && grid.cellAt(low, d) === (d === 0 ? i : d === 1 ? j : k);
        }
        if (isNear && trianglesIntersect(points, triangles, 3 * s, 3 * t)) pairs.push(s, t);
      }
    }
    return pairs.length < 2 * limit;
  });
  return pairs;
}

/**
 * Requires that no two triangles of a surface cross or touch.
 *
 * @throws MeshError `surface-self-intersecting` with the number of pairs and the first places
 */
export function requireNoSelfIntersections(surface: TriangleSurface): void {
  const most = 1000;
  const pairs = findSelfIntersections(surface, most);
  if (pairs.length === 0) return;
  const { triangles } = surface;
  const places: (readonly number[])[] = [];
  for (let i = 0; i < Math.min(pairs.length, 2 * listed); i += 2) {
    places.push(middleOf(surface, [...triangles.subarray(3 * pairs[i], 3 * pairs[i] + 3)]));
  }
  const count = pairs.length / 2;
  throw new MeshError(
    "surface-self-intersecting",
    `${count >= most ? `${most} or more` : count} ${count === 1 ? "pair" : "pairs"} of triangles of the surface cross or touch each other, at ` +
      `${places.map(formatPoint).join(", ")}${count > listed ? ", ..." : ""}; expected a surface that bounds a body: unite ` +
      "overlapping parts (MeshLab or Blender: boolean union; Meshmixer: Make solid), or remove the folds (pymeshfix; MeshLab: " +
      "Select self intersecting faces, delete, Close holes)",
    { details: { count, places } },
  );
}
