/** A point of the lattice, whose cubes have edges of length 1. */
export type Point = readonly [number, number, number];

/** The segment p + t u, low <= t <= high; where low = high a point. */
export interface Segment {
  readonly origin: Point;
  readonly direction: Point;
  readonly low: number;
  readonly high: number;
}

// For each of the four corners of the box of the two parameters: normals of both facets, their common edge.
const normalC = new Float64Array(12);
const normalD = new Float64Array(12);
const edge = new Float64Array(12);
const range = new Float64Array(2);

/**
 * An interval that holds the cotangent of the dihedral angle between the facets a b c and a b d for all a and b on two
 * segments, and tends to its range as they get shorter:
 *
 * cot = (n . m) / (|e| D), e = b - a, n = e x (c - a), m = e x (d - a), D = det(e, c - a, d - a).
 *
 * n, m, e and D are affine in each of the two parameters. So D is extreme at corners of their box, and n . m and |e|^2, of
 * degree 2 in each, lie between the smallest and the largest of their Bernstein coefficients.
 *
 * @param orientation sign of D
 * @param target low and high, written; infinite where D is not shown to have that sign
 */
export function boundCotangent(
  a: Segment,
  b: Segment,
  c: Point,
  d: Point,
  orientation: number,
  target: Float64Array,
): void {
  let minDet = Infinity;
  let maxDet = -Infinity;
  for (let corner = 0; corner < 4; corner++) {
    const s = (corner & 1) === 0 ? a.low : a.high;
    const t = (corner & 2) === 0 ? b.low : b.high;
    const ax = a.origin[0] + s * a.direction[0];
    const ay = a.origin[1] + s * a.direction[1];
    const az = a.origin[2] + s * a.direction[2];
    const ux = b.origin[0] + t * b.direction[0] - ax;
    const uy = b.origin[1] + t * b.direction[1] - ay;
    const uz = b.origin[2] + t * b.direction[2] - az;
    const [vx, vy, vz] = [c[0] - ax, c[1] - ay, c[2] - az];
    const [wx, wy, wz] = [d[0] - ax, d[1] - ay, d[2] - az];
    const at = 3 * corner;
    edge[at] = ux;
    edge[at + 1] = uy;
    edge[at + 2] = uz;
    normalC[at] = uy * vz - uz * vy;
    normalC[at + 1] = uz * vx - ux * vz;
    normalC[at + 2] = ux * vy - uy * vx;
    normalD[at] = uy * wz - uz * wy;
    normalD[at + 1] = uz * wx - ux * wz;
    normalD[at + 2] = ux * wy - uy * wx;
    const det = orientation * (normalC[at] * wx + normalC[at + 1] * wy + normalC[at + 2] * wz);
    if (det < minDet) minDet = det;
    if (det > maxDet) maxDet = det;
  }
  boundProduct(edge, edge);
  const least = Math.sqrt(Math.max(0, range[0])) * minDet;
  const most = Math.sqrt(range[1]) * maxDet;
  boundProduct(normalC, normalD);
  target[0] = -Infinity;
  target[1] = Infinity;
  if (!(least > 0)) return;
  target[0] = range[0] / (range[0] < 0 ? least : most);
  target[1] = range[1] / (range[1] > 0 ? least : most);
}

/** Writes the smallest and the largest of the nine Bernstein coefficients of f . g. */
function boundProduct(f: Float64Array, g: Float64Array): void {
  const p00 = dot(f, 0, g, 0);
  const p20 = dot(f, 3, g, 3);
  const p02 = dot(f, 6, g, 6);
  const p22 = dot(f, 9, g, 9);
  const p10 = (dot(f, 0, g, 3) + dot(f, 3, g, 0)) / 2;
  const p12 = (dot(f, 6, g, 9) + dot(f, 9, g, 6)) / 2;
  const p01 = (dot(f, 0, g, 6) + dot(f, 6, g, 0)) / 2;
  const p21 = (dot(f, 3, g, 9) + dot(f, 9, g, 3)) / 2;
  const p11 = (dot(f, 0, g, 9) + dot(f, 9, g, 0) + dot(f, 3, g, 6) + dot(f, 6, g, 3)) / 4;
  range[0] = Math.min(p00, p20, p02, p22, p10, p12, p01, p21, p11);
  range[1] = Math.max(p00, p20, p02, p22, p10, p12, p01, p21, p11);
}

function dot(f: Float64Array, i: number, g: Float64Array, j: number): number {
  return f[i] * g[j] + f[i + 1] * g[j + 1] + f[i + 2] * g[j + 2];
}

/** det(q - p, r - p, s - p), six times the volume of a tetrahedron. */
export function determinant([p, q, r, s]: readonly Point[]): number {
  const [ux, uy, uz] = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
  const [vx, vy, vz] = [r[0] - p[0], r[1] - p[1], r[2] - p[2]];
  const [wx, wy, wz] = [s[0] - p[0], s[1] - p[1], s[2] - p[2]];
  return ux * (vy * wz - vz * wy) + uy * (vz * wx - vx * wz) + uz * (vx * wy - vy * wx);
}
