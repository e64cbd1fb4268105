import type { Vector3 } from "../core/tensor.js";
import type { TetMesh } from "./tet-mesh.js";

/** A point in a cell. */
export interface PointInCell {
  /** Index into the list of cells searched. */
  readonly index: number;
  /** Barycentric coordinates of the point with respect to the four nodes of the cell. */
  readonly barycentric: readonly [number, number, number, number];
}

/** Barycentric coordinates down to minus this count as inside: a point on a facet belongs to both cells. */
const INSIDE_TOLERANCE = 1e-12;

/** The first of some cells that holds a point, or null where none does. Looks at every cell. */
export function locatePoint(mesh: TetMesh, searched: Int32Array, point: Vector3): PointInCell | null {
  const { coordinates: x, cells } = mesh;
  const corner = new Float64Array(12);
  const px = point[0];
  for (let index = 0; index < searched.length; index++) {
    const first = 4 * searched[index];
    const x0 = x[3 * cells[first]] - px;
    const x1 = x[3 * cells[first + 1]] - px;
    const x2 = x[3 * cells[first + 2]] - px;
    const x3 = x[3 * cells[first + 3]] - px;
    // Most cells lie on one side of the point: a look at one coordinate leaves few.
    if ((x0 > 0 && x1 > 0 && x2 > 0 && x3 > 0) || (x0 < 0 && x1 < 0 && x2 < 0 && x3 < 0)) {
      const reach = INSIDE_TOLERANCE * (Math.abs(x0 - x1) + Math.abs(x0 - x2) + Math.abs(x0 - x3));
      if (Math.min(Math.abs(x0), Math.abs(x1), Math.abs(x2), Math.abs(x3)) > reach) continue;
    }
    for (let i = 0; i < 4; i++) {
      const node = 3 * cells[first + i];
      for (let k = 0; k < 3; k++) corner[3 * i + k] = x[node + k] - point[k];
    }
    if (!boxHoldsOrigin(corner)) continue;
    const parts = [det(corner, 1, 2, 3), -det(corner, 2, 3, 0), det(corner, 3, 0, 1), -det(corner, 0, 1, 2)];
    const total = parts[0] + parts[1] + parts[2] + parts[3];
    const [a, b, c, d] = parts.map((part) => part / total);
    if (Math.min(a, b, c, d) >= -INSIDE_TOLERANCE) return { index, barycentric: [a, b, c, d] };
  }
  return null;
}

/** Whether the bounding box of four points holds the origin. */
function boxHoldsOrigin(corner: Float64Array): boolean {
  for (let k = 0; k < 3; k++) {
    const a = corner[k];
    const b = corner[3 + k];
    const c = corner[6 + k];
    const d = corner[9 + k];
    const reach = 1e-12 * (Math.abs(a - b) + Math.abs(a - c) + Math.abs(a - d));
    if (Math.min(a, b, c, d) > reach || Math.max(a, b, c, d) < -reach) return false;
  }
  return true;
}

/** det of the rows i, j, l of a 4 x 3 array. */
function det(r: Float64Array, i: number, j: number, l: number): number {
  return (
    r[3 * i] * (r[3 * j + 1] * r[3 * l + 2] - r[3 * j + 2] * r[3 * l + 1]) -
    r[3 * i + 1] * (r[3 * j] * r[3 * l + 2] - r[3 * j + 2] * r[3 * l]) +
    r[3 * i + 2] * (r[3 * j] * r[3 * l + 1] - r[3 * j + 1] * r[3 * l])
  );
}
