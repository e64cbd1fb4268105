/** A quadrature rule on tetrahedra: int_T f dy ~ |T| sum_q weights_q f(y_q). */
export interface TetQuadrature {
  /** Polynomials up to this total degree are integrated exactly. */
  readonly degree: number;
  /** Barycentric coordinates of the points, numPoints x 4, row-major. */
  readonly points: Float64Array;
  /** Positive, adding up to one; numPoints. */
  readonly weights: Float64Array;
}

/**
 * Eight points of degree 3: two orbits of four points, (1/4 + 3s, 1/4 - s, 1/4 - s, 1/4 - s) and its permutations, with
 * equal weights. The moments of degree 2 and 3 ask for s_1^2 + s_2^2 = 1/40 and s_1^3 + s_2^3 = 1/480.
 */
export const QUADRATURE_3: TetQuadrature = createRule(3, [
  { weight: 1 / 8, point: vertexOrbit(0.11295679451251103) },
  { weight: 1 / 8, point: vertexOrbit(0.3288616499302029) },
]);

/**
 * Fourteen points of degree 5: two orbits of four points and one of six.
 *
 * @see N. J. Walkington, "Quadrature on simplices of arbitrary dimension" (2000)
 */
export const QUADRATURE_5: TetQuadrature = createRule(5, [
  { weight: 0.11268792571801585, point: vertexOrbit(0.3108859192633006) },
  { weight: 0.07349304311636196, point: vertexOrbit(0.09273525031089123) },
  { weight: 0.04254602077708147, point: edgeOrbit(0.04550370412564965) },
]);

/** A point by its barycentric coordinates; the rule holds all its permutations. */
interface Orbit {
  readonly weight: number;
  readonly point: readonly number[];
}

/** Four points, one on each line from a node to the centroid. */
function vertexOrbit(a: number): number[] {
  return [1 - 3 * a, a, a, a];
}

/** Six points, one on each line from the midpoint of an edge to the centroid. */
function edgeOrbit(a: number): number[] {
  return [0.5 - a, 0.5 - a, a, a];
}

function createRule(degree: number, orbits: readonly Orbit[]): TetQuadrature {
  const points: number[] = [];
  const weights: number[] = [];
  for (const { weight, point } of orbits) {
    for (const permuted of permutations(point)) {
      points.push(...permuted);
      weights.push(weight);
    }
  }
  return { degree, points: Float64Array.from(points), weights: Float64Array.from(weights) };
}

/** The different orders of some numbers. */
function permutations(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]];
  return [...new Set(values)].flatMap((value) => {
    const rest = values.toSpliced(values.indexOf(value), 1);
    return permutations(rest).map((tail) => [value, ...tail]);
  });
}
