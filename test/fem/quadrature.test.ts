import { describe, expect, it } from "vitest";
import { QUADRATURE_3, QUADRATURE_5 } from "../../src/fem/quadrature.js";

/** Round-off of a sum of at most 14 numbers below one, and of points given with 16 digits. */
const ROUNDOFF = 1e-15;
/** No rule is exact beyond its degree: what the worst monomial of the next degree is missed by, at least. */
const VISIBLE = 1e-5;

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** Mean of x^a y^b z^c over the reference tetrahedron: 6 a! b! c! / (a + b + c + 3)!. */
const exactMean = ([a, b, c]: readonly number[]): number =>
  (6 * factorial(a) * factorial(b) * factorial(c)) / factorial(a + b + c + 3);

/** Exponents of the monomials of a total degree. */
function monomials(degree: number): number[][] {
  const list: number[][] = [];
  for (let a = 0; a <= degree; a++) {
    for (let b = 0; a + b <= degree; b++) list.push([a, b, degree - a - b]);
  }
  return list;
}

describe.each([QUADRATURE_3, QUADRATURE_5])("quadrature of degree $degree", ({ degree, points, weights }) => {
  const worstError = (ofDegree: number): number =>
    Math.max(
      ...monomials(ofDegree).map((exponents) => {
        let mean = 0;
        weights.forEach((weight, q) => {
          mean += exponents.reduce((term, power, k) => term * points[4 * q + k + 1] ** power, weight);
        });
        return Math.abs(mean - exactMean(exponents));
      }),
    );

  it("is exact for all monomials up to its degree, and not beyond", () => {
    for (let d = 0; d <= degree; d++) expect(worstError(d)).toBeLessThan(ROUNDOFF);
    expect(worstError(degree + 1)).toBeGreaterThan(VISIBLE);
  });

  it("has positive weights and points inside: means of positive definite tensors stay so", () => {
    expect(points).toHaveLength(4 * weights.length);
    expect(Math.min(...weights)).toBeGreaterThan(0);
    expect(Math.min(...points)).toBeGreaterThan(0);
    weights.forEach((_, q) => {
      const sum = points.subarray(4 * q, 4 * q + 4).reduce((a, b) => a + b);
      expect(Math.abs(sum - 1)).toBeLessThan(ROUNDOFF);
    });
  });
});
