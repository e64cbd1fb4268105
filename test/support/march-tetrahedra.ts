import type { LevelSet } from "../../src/meshing/level-set.js";

/** The six tetrahedra of a cube along its diagonal from corner 0 to corner 7 (bits: x, y, z). */
const tetrahedra = [
  [0, 1, 3, 7],
  [0, 1, 5, 7],
  [0, 2, 3, 7],
  [0, 2, 6, 7],
  [0, 4, 5, 7],
  [0, 4, 6, 7],
];

/** Volume inside and area of a level set, exact for the linear interpolation on the tetrahedra of n^3 cubes. */
export function marchTetrahedra(
  levelSet: LevelSet,
  n: number,
): { readonly volume: number; readonly area: number } {
  const h = levelSet.lengths.map((length) => length / n);
  const layer = (n + 1) ** 2;
  let volume = 0;
  let area = 0;
  let lower = sampleLayer(0);
  for (let k = 0; k < n; k++) {
    const upper = sampleLayer(k + 1);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        const at = i + (n + 1) * j;
        const corners = [0, 1, n + 1, n + 2].flatMap((step) => [lower[at + step]]);
        corners.push(...[0, 1, n + 1, n + 2].map((step) => upper[at + step]));
        const numInside = corners.filter((value) => value < 0).length;
        if (numInside === 8) volume += h[0] * h[1] * h[2];
        if (numInside === 0 || numInside === 8) continue;
        for (const tet of tetrahedra) measure(tet, corners);
      }
    }
    lower = upper;
  }
  return { volume, area };

  function sampleLayer(k: number): Float64Array {
    const points = new Float64Array(3 * layer);
    for (let p = 0; p < layer; p++) {
      points.set(
        [p % (n + 1), Math.floor(p / (n + 1)), k].map((i, axis) => levelSet.origin[axis] + i * h[axis]),
        3 * p,
      );
    }
    const values = new Float64Array(layer);
    levelSet.evaluate(points, layer, values);
    return values;
  }

  function measure(tet: readonly number[], corners: readonly number[]): void {
    const whole = (h[0] * h[1] * h[2]) / 6;
    const inside = tet.filter((corner) => corners[corner] < 0);
    const outside = tet.filter((corner) => corners[corner] >= 0);
    if (inside.length === 4) volume += whole;
    if (inside.length === 0 || inside.length === 4) return;
    const cut = (a: number, b: number): number => corners[a] / (corners[a] - corners[b]);
    const point = (a: number, b: number): number[] => {
      const t = cut(a, b);
      return [0, 1, 2].map((axis) => h[axis] * (((a >> axis) & 1) * (1 - t) + ((b >> axis) & 1) * t));
    };
    if (inside.length === 2) {
      const [[a, b], [c, d]] = [inside, outside];
      const quad = [point(a, c), point(a, d), point(b, d), point(b, c)];
      area += triangleArea(quad[0], quad[1], quad[2]) + triangleArea(quad[0], quad[2], quad[3]);
      // The part inside: the corner tetrahedron at a, and two more between the cuts and b.
      const [ac, ad, bc, bd] = [cut(a, c), cut(a, d), cut(b, c), cut(b, d)];
      volume += whole * (ac * ad + ad * bc * (1 - ac) + bc * bd * (1 - ad));
    } else {
      const [apex, others] = inside.length === 1 ? [inside[0], outside] : [outside[0], inside];
      const [p, q, r] = others.map((other) => point(apex, other));
      area += triangleArea(p, q, r);
      const corner = whole * others.reduce((product, other) => product * cut(apex, other), 1);
      volume += inside.length === 1 ? corner : whole - corner;
    }
  }
}

function triangleArea(p: readonly number[], q: readonly number[], r: readonly number[]): number {
  const [u, v] = [q, r].map((x) => x.map((value, k) => value - p[k]));
  return Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
}
