import type { Vector3 } from "../../core/tensor.js";

/** A triangulated surface: triangles over shared points, counter-clockwise seen from the cytosol. */
export interface TriangleSurface {
  /** Coordinates, numPoints x 3. */
  readonly points: Float64Array;
  /** Point indices, numTriangles x 3. */
  readonly triangles: Int32Array;
}

/** A box with edges along x, y, z. */
export interface Box {
  readonly min: Vector3;
  readonly max: Vector3;
}

/** The smallest box around all points. */
export function boxOfPoints(points: Float64Array): Box {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i++) {
    const d = i % 3;
    if (points[i] < min[d]) min[d] = points[i];
    if (points[i] > max[d]) max[d] = points[i];
  }
  return { min, max };
}

/** Longest edge of a box. */
export function boxSize({ min, max }: Box): number {
  return Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
}

/** `(0.1, 0, 1)` with six digits, for messages. */
export function formatPoint(point: readonly number[]): string {
  return `(${point.map((x) => String(Number(x.toPrecision(6)))).join(", ")})`;
}

/** The middle of an edge or of a triangle of some points. */
export function middleOf({ points }: TriangleSurface, corners: readonly number[]): Vector3 {
  const sum = [0, 0, 0];
  for (const corner of corners) for (let d = 0; d < 3; d++) sum[d] += points[3 * corner + d];
  return [sum[0] / corners.length, sum[1] / corners.length, sum[2] / corners.length];
}

/** (x1 - x0) x (x2 - x0), twice the area along the normal of a triangle; written to `normal`. */
export function triangleNormal(
  points: Float64Array,
  a: number,
  b: number,
  c: number,
  normal: [number, number, number],
): void {
  const ux = points[3 * b] - points[3 * a];
  const uy = points[3 * b + 1] - points[3 * a + 1];
  const uz = points[3 * b + 2] - points[3 * a + 2];
  const vx = points[3 * c] - points[3 * a];
  const vy = points[3 * c + 1] - points[3 * a + 1];
  const vz = points[3 * c + 2] - points[3 * a + 2];
  normal[0] = uy * vz - uz * vy;
  normal[1] = uz * vx - ux * vz;
  normal[2] = ux * vy - uy * vx;
}

/** Sum of the areas of the triangles. */
export function surfaceArea({ points, triangles }: TriangleSurface): number {
  const normal: [number, number, number] = [0, 0, 0];
  let area = 0;
  for (let i = 0; i < triangles.length; i += 3) {
    triangleNormal(points, triangles[i], triangles[i + 1], triangles[i + 2], normal);
    area += Math.hypot(...normal) / 2;
  }
  return area;
}

/**
 * Volumes enclosed by the components, 1/6 sum x0 . (x1 x x2) with x from the first point of the component; positive where
 * normals point outwards. Means something for closed components only.
 *
 * @param componentOf of each triangle
 */
export function signedVolumes(
  { points, triangles }: TriangleSurface,
  componentOf: Int32Array,
  numComponents: number,
): Float64Array {
  const volumes = new Float64Array(numComponents);
  const origin = new Int32Array(numComponents).fill(-1);
  for (let triangle = 0; triangle < componentOf.length; triangle++) {
    const component = componentOf[triangle];
    const [a, b, c] = triangles.subarray(3 * triangle, 3 * triangle + 3);
    if (origin[component] < 0) origin[component] = a;
    const o = 3 * origin[component];
    const at = (corner: number, d: number): number => points[3 * corner + d] - points[o + d];
    const crossX = at(b, 1) * at(c, 2) - at(b, 2) * at(c, 1);
    const crossY = at(b, 2) * at(c, 0) - at(b, 0) * at(c, 2);
    const crossZ = at(b, 0) * at(c, 1) - at(b, 1) * at(c, 0);
    volumes[component] += (at(a, 0) * crossX + at(a, 1) * crossY + at(a, 2) * crossZ) / 6;
  }
  return volumes;
}

/** Mean length of the edges of the triangles. */
export function meanEdge({ points, triangles }: TriangleSurface): number {
  let sum = 0;
  for (let half = 0; half < triangles.length; half++) {
    const a = 3 * triangles[half];
    const b = 3 * triangles[half % 3 === 2 ? half - 2 : half + 1];
    sum += Math.hypot(points[a] - points[b], points[a + 1] - points[b + 1], points[a + 2] - points[b + 2]);
  }
  return sum / Math.max(1, triangles.length);
}

/** The surface without points that no triangle uses. */
export function dropUnusedPoints({ points, triangles }: TriangleSurface): TriangleSurface {
  const newIndex = new Int32Array(points.length / 3).fill(-1);
  let numUsed = 0;
  for (const point of triangles) if (newIndex[point] < 0) newIndex[point] = numUsed++;
  if (numUsed === newIndex.length) return { points, triangles };
  const used = new Float64Array(3 * numUsed);
  for (let point = 0; point < newIndex.length; point++) {
    if (newIndex[point] >= 0) used.set(points.subarray(3 * point, 3 * point + 3), 3 * newIndex[point]);
  }
  return { points: used, triangles: triangles.map((point) => newIndex[point]) };
}
