import { cross, norm3, type Matrix3, type Vector3 } from "./tensor.js";

/** Sine of an angle below which an axis and a direction are taken for parallel: round-off of unit vectors. */
const PARALLEL = 1e-15;

/** R a R^T. */
export function rotateTensor(a: Matrix3, R: Matrix3): Matrix3 {
  const entry = (k: 0 | 1 | 2, l: 0 | 1 | 2): number => {
    let sum = 0;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) sum += R[k][i] * a[i][j] * R[l][j];
    }
    return sum;
  };
  return [
    [entry(0, 0), entry(0, 1), entry(0, 2)],
    [entry(1, 0), entry(1, 1), entry(1, 2)],
    [entry(2, 0), entry(2, 1), entry(2, 2)],
  ];
}

/**
 * R a R^T with the smallest rotation R that takes the axis p onto the direction d:
 *
 *   R = cos I + sin [n]x + (1 - cos) n n^T,   n = p x d / |p x d|,   cos = p . d,   sin = |p x d|
 *
 * with p and d normalized. Where d = -p no rotation is the smallest: it is the half-turn about the coordinate axis that is
 * farthest from p, z before y before x where they are equally far, made orthogonal to p. A tensor that is isotropic across p
 * depends on d alone, and not on its sign.
 *
 * @param axis p, of any length above 0
 * @param direction d, of any length above 0
 */
export function turnTensor(a: Matrix3, axis: Vector3, direction: Vector3): Matrix3 {
  return rotateTensor(a, findTurn(normalize(axis), normalize(direction)));
}

function findTurn(p: Vector3, d: Vector3): Matrix3 {
  const cos = dot(p, d);
  const normal = cross(p, d);
  const sin = norm3(normal);
  const isParallel = sin <= PARALLEL;
  if (isParallel && cos > 0) {
    return [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
  }
  // The product is not orthogonal to p to round-off of its own length where it is short.
  const n = normalizeAcross(isParallel ? farthestAxis(p) : normal, p);
  const row = (k: 0 | 1 | 2, crossRow: Vector3): Vector3 => {
    const entry = (l: 0 | 1 | 2): number => (k === l ? cos : 0) + sin * crossRow[l] + (1 - cos) * n[k] * n[l];
    return [entry(0), entry(1), entry(2)];
  };
  return [row(0, [0, -n[2], n[1]]), row(1, [n[2], 0, -n[0]]), row(2, [-n[1], n[0], 0])];
}

/** The coordinate axis whose angle with p is nearest to 90 degrees. */
function farthestAxis(p: Vector3): Vector3 {
  const [x, y, z] = p.map(Math.abs);
  if (z <= x && z <= y) return [0, 0, 1];
  return y <= x ? [0, 1, 0] : [1, 0, 0];
}

/** (v - (v . p) p) / |..|. */
function normalizeAcross(v: Vector3, p: Vector3): Vector3 {
  const unit = normalize(v);
  const along = dot(unit, p);
  return normalize([unit[0] - along * p[0], unit[1] - along * p[1], unit[2] - along * p[2]]);
}

function normalize(v: Vector3): Vector3 {
  const length = norm3(v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

function dot(u: Vector3, v: Vector3): number {
  return u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
}
