import type { ValuedTriangles } from "./tet-surface.js";

/** The half-space normal . x <= offset, in which triangles are kept. */
export interface HalfSpace {
  readonly normal: readonly [number, number, number];
  readonly offset: number;
}

/** The parts of triangles that lie in a half-space, values interpolated. */
export function clipTriangles(triangles: ValuedTriangles, { normal, offset }: HalfSpace): ValuedTriangles {
  const { corners: x, values } = triangles;
  const kept: number[] = [];
  const keptValues: number[] = [];
  for (let first = 0; first < values.length; first += 3) {
    const corners = [0, 1, 2].map((i) => {
      const at = 3 * (first + i);
      const height = normal[0] * x[at] + normal[1] * x[at + 1] + normal[2] * x[at + 2] - offset;
      return [x[at], x[at + 1], x[at + 2], values[first + i], height];
    });
    const polygon: number[][] = [];
    corners.forEach((p, i) => {
      const q = corners[(i + 1) % 3];
      if (p[4] <= 0) polygon.push(p);
      if (p[4] * q[4] < 0) {
        const share = p[4] / (p[4] - q[4]);
        polygon.push(p.map((value, d) => value + share * (q[d] - value)));
      }
    });
    for (let i = 2; i < polygon.length; i++) {
      for (const p of [polygon[0], polygon[i - 1], polygon[i]]) {
        kept.push(p[0], p[1], p[2]);
        keptValues.push(p[3]);
      }
    }
  }
  return { corners: Float64Array.from(kept), values: Float64Array.from(keptValues) };
}
