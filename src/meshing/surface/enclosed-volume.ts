import { faceBits } from "./box-boundary.js";
import type { PreparedSurface } from "./prepare-surface.js";
import { nextInTriangle } from "./surface-edges.js";
import { triangleNormal } from "./triangle-surface.js";

/**
 * The volume V of the ER that a surface encloses in its box, without a mesh: the divergence theorem with the field
 * (x - x0, 0, 0),
 *
 *     V = sum over triangles of (mean x - x0) n_x area + L_x A,   A = sum over edges of (mean y - y0) dz + L_y l,
 *
 * A the area of the ER on the face x = x1, by Green's theorem from the edges of the surface there, and l its length on the
 * edge of the box x = x1, y = y1. Each of the three is known but for a multiple of the whole volume, area or length; so V
 * is the remainder of the division by the volume of the box.
 */
export function enclosedVolume({ surface, edges, box }: PreparedSurface): number {
  const { points, triangles } = surface;
  const { min, max } = box;
  const lengths = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
  const boxVolume = lengths[0] * lengths[1] * lengths[2];
  const normal: [number, number, number] = [0, 0, 0];
  let volume = 0;
  let area = 0;
  let length = 0;
  for (let i = 0; i < triangles.length; i += 3) {
    triangleNormal(points, triangles[i], triangles[i + 1], triangles[i + 2], normal);
    const x = (points[3 * triangles[i]] + points[3 * triangles[i + 1]] + points[3 * triangles[i + 2]]) / 3;
    volume += ((x - min[0]) * normal[0]) / 2;
  }
  const high = { x: 2, y: 8 };
  for (let half = 0; half < triangles.length; half++) {
    if (edges.count[edges.edgeOfHalf[half]] !== 1) continue;
    // The face goes around the edge the other way than the membrane.
    const to = triangles[half];
    const from = triangles[nextInTriangle(half)];
    const [toBits, fromBits] = [faceBits(points, to, box), faceBits(points, from, box)];
    if ((toBits & fromBits & high.x) === 0) continue;
    area +=
      ((points[3 * to + 1] + points[3 * from + 1]) / 2 - min[1]) *
      (points[3 * to + 2] - points[3 * from + 2]);
    if ((fromBits & high.y) !== 0) length += points[3 * from + 2] - min[2];
    if ((toBits & high.y) !== 0) length -= points[3 * to + 2] - min[2];
  }
  const total = volume + lengths[0] * (area + lengths[1] * length);
  return total - boxVolume * Math.floor(total / boxVolume);
}
