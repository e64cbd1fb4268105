/** Parts of the size of two triangles below which a distance is zero. */
const epsilon = 1e-10;

/** 6 x the volume of the tetrahedron a b c d: (b - a) x (c - a) . (d - a). */
function orient(points: Float64Array, a: number, b: number, c: number, d: number): number {
  const ax = points[3 * a];
  const ay = points[3 * a + 1];
  const az = points[3 * a + 2];
  const ux = points[3 * b] - ax;
  const uy = points[3 * b + 1] - ay;
  const uz = points[3 * b + 2] - az;
  const vx = points[3 * c] - ax;
  const vy = points[3 * c + 1] - ay;
  const vz = points[3 * c + 2] - az;
  return (
    (uy * vz - uz * vy) * (points[3 * d] - ax) +
    (uz * vx - ux * vz) * (points[3 * d + 1] - ay) +
    (ux * vy - uy * vx) * (points[3 * d + 2] - az)
  );
}

/**
 * Whether two triangles meet elsewhere than in the corners they share: one crosses or touches the other, or neighbours are
 * folded onto each other.
 *
 * @param s, t first corner of each in `triangles`
 */
export function trianglesIntersect(
  points: Float64Array,
  triangles: Int32Array,
  s: number,
  t: number,
): boolean {
  let numShared = 0;
  let freeS = s;
  let freeT = t;
  let sharedS = s;
  for (let i = s; i < s + 3; i++) {
    const isShared =
      triangles[i] === triangles[t] || triangles[i] === triangles[t + 1] || triangles[i] === triangles[t + 2];
    if (isShared) {
      numShared++;
      sharedS = i;
    } else freeS = i;
  }
  for (let i = t; i < t + 3; i++) {
    if (
      triangles[i] !== triangles[s] &&
      triangles[i] !== triangles[s + 1] &&
      triangles[i] !== triangles[s + 2]
    )
      freeT = i;
  }
  if (numShared === 3) return true;
  if (numShared === 2) return isFolded(points, triangles, s, freeS, triangles[freeT]);
  const size = Math.max(extent(points, triangles, s), extent(points, triangles, t));
  const zero = epsilon * size ** 3;
  if (numShared === 1) {
    // Only the edge opposite the shared corner can meet the other triangle elsewhere.
    const common = triangles[sharedS];
    return (
      oppositeMeets(points, triangles, s, common, t, zero) ||
      oppositeMeets(points, triangles, t, common, s, zero)
    );
  }
  for (let i = 0; i < 3; i++) {
    if (edgeMeets(points, triangles[s + i], triangles[s + ((i + 1) % 3)], triangles, t, zero)) return true;
    if (edgeMeets(points, triangles[t + i], triangles[t + ((i + 1) % 3)], triangles, s, zero)) return true;
  }
  return false;
}

/** Whether the edge of triangle t opposite a corner meets triangle s. */
function oppositeMeets(
  points: Float64Array,
  triangles: Int32Array,
  t: number,
  common: number,
  s: number,
  zero: number,
): boolean {
  for (let i = 0; i < 3; i++) {
    const a = triangles[t + i];
    const b = triangles[t + ((i + 1) % 3)];
    if (a !== common && b !== common) return edgeMeets(points, a, b, triangles, s, zero);
  }
  return false;
}

/** Neighbours at an edge that lie on each other: coplanar, their third corners on the same side. */
function isFolded(
  points: Float64Array,
  triangles: Int32Array,
  s: number,
  freeS: number,
  apex: number,
): boolean {
  const a = triangles[freeS === s ? s + 1 : s];
  const b = triangles[freeS === s + 2 ? s + 1 : s + 2];
  const direction = [0, 0, 0];
  const one = [0, 0, 0];
  const two = [0, 0, 0];
  for (let d = 0; d < 3; d++) {
    direction[d] = points[3 * b + d] - points[3 * a + d];
    one[d] = points[3 * triangles[freeS] + d] - points[3 * a + d];
    two[d] = points[3 * apex + d] - points[3 * a + d];
  }
  const length = direction.reduce((sum, x) => sum + x * x, 0);
  const along = (v: number[]): number =>
    (v[0] * direction[0] + v[1] * direction[1] + v[2] * direction[2]) / length;
  const [p, q] = [along(one), along(two)];
  let dot = 0;
  let normOne = 0;
  let normTwo = 0;
  for (let d = 0; d < 3; d++) {
    const x = one[d] - p * direction[d];
    const y = two[d] - q * direction[d];
    dot += x * y;
    normOne += x * x;
    normTwo += y * y;
  }
  return dot > 0 && dot * dot >= (1 - 1e-8) * normOne * normTwo;
}

/** Whether the segment p q crosses or touches the triangle that begins at t. */
function edgeMeets(
  points: Float64Array,
  p: number,
  q: number,
  triangles: Int32Array,
  t: number,
  zero: number,
): boolean {
  const a = triangles[t];
  const b = triangles[t + 1];
  const c = triangles[t + 2];
  const atP = orient(points, a, b, c, p);
  const atQ = orient(points, a, b, c, q);
  if ((atP > zero && atQ > zero) || (atP < -zero && atQ < -zero)) return false;
  if (Math.abs(atP) <= zero && Math.abs(atQ) <= zero) return meetsInPlane(points, p, q, a, b, c);
  const u = orient(points, p, q, a, b);
  const v = orient(points, p, q, b, c);
  const w = orient(points, p, q, c, a);
  return (u >= -zero && v >= -zero && w >= -zero) || (u <= zero && v <= zero && w <= zero);
}

/** The same in the plane of the triangle, seen along the axis nearest to its normal. */
function meetsInPlane(points: Float64Array, p: number, q: number, a: number, b: number, c: number): boolean {
  let axis = 0;
  let largest = -1;
  for (let d = 0; d < 3; d++) {
    const area = Math.abs(turn(points, a, b, c, d));
    if (area > largest) {
      largest = area;
      axis = d;
    }
  }
  const zero = epsilon * largest;
  const isInside = (x: number): boolean => {
    const u = turn(points, a, b, x, axis);
    const v = turn(points, b, c, x, axis);
    const w = turn(points, c, a, x, axis);
    return (u > zero && v > zero && w > zero) || (u < -zero && v < -zero && w < -zero);
  };
  const crosses = (x: number, y: number): boolean =>
    turn(points, p, q, x, axis) * turn(points, p, q, y, axis) < -(zero ** 2) &&
    turn(points, x, y, p, axis) * turn(points, x, y, q, axis) < -(zero ** 2);
  return isInside(p) || isInside(q) || crosses(a, b) || crosses(b, c) || crosses(c, a);
}

/** Twice the area of a b c seen along an axis. */
function turn(points: Float64Array, a: number, b: number, c: number, axis: number): number {
  const i = (axis + 1) % 3;
  const j = (axis + 2) % 3;
  return (
    (points[3 * b + i] - points[3 * a + i]) * (points[3 * c + j] - points[3 * a + j]) -
    (points[3 * b + j] - points[3 * a + j]) * (points[3 * c + i] - points[3 * a + i])
  );
}

/** Longest edge of the box around a triangle. */
function extent(points: Float64Array, triangles: Int32Array, t: number): number {
  let largest = 0;
  for (let d = 0; d < 3; d++) {
    const x = points[3 * triangles[t] + d];
    const y = points[3 * triangles[t + 1] + d];
    const z = points[3 * triangles[t + 2] + d];
    largest = Math.max(largest, Math.max(x, y, z) - Math.min(x, y, z));
  }
  return largest;
}
