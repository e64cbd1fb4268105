import { describe, expect, it } from "vitest";
import {
  applySymmetric,
  invertSymmetric,
  isFiniteSymmetric,
  isPositiveDefinite,
  relativeChange,
} from "../../src/core/symmetric.js";
import { addCompensated, readCompensated } from "../../src/core/summation.js";
import { seededRandom } from "../support/box-mesh.js";

/** Round-off of a 3x3 inverse times its matrix, condition up to about 1e3. */
const ROUNDOFF = 1e-11;
/** The trigonometric eigenvalues lose about half of the digits where two of them meet. */
const EIGENVALUE = 1e-7;

const random = seededRandom(11);

/** B B^T + s I with random B. */
function randomTensor(s: number): Float64Array {
  const b = Array.from({ length: 9 }, () => random() - 0.5);
  const entry = (k: number, l: number): number =>
    [0, 1, 2].reduce((sum, m) => sum + b[3 * k + m] * b[3 * l + m], k === l ? s : 0);
  return Float64Array.of(entry(0, 0), entry(1, 1), entry(2, 2), entry(1, 2), entry(0, 2), entry(0, 1));
}

function form(a: Float64Array, x: readonly number[]): number {
  const product = new Float64Array(3);
  applySymmetric(a, 0, x[0], x[1], x[2], product, 0);
  return x[0] * product[0] + x[1] * product[1] + x[2] * product[2];
}

describe("symmetric tensors in flat arrays", () => {
  it("invert: a^-1 a v = v", () => {
    for (let round = 0; round < 50; round++) {
      const a = randomTensor(0.01);
      const inverse = new Float64Array(6);
      invertSymmetric(a, 0, inverse, 0);
      const v = [random(), random(), random()];
      const once = new Float64Array(3);
      const twice = new Float64Array(3);
      applySymmetric(a, 0, v[0], v[1], v[2], once, 0);
      applySymmetric(inverse, 0, once[0], once[1], once[2], twice, 0);
      twice.forEach((value, k) => {
        expect(Math.abs(value - v[k])).toBeLessThan(ROUNDOFF);
      });
    }
  });

  it("tell positive definite and finite ones", () => {
    expect(isPositiveDefinite(randomTensor(0.01), 0)).toBe(true);
    // Positive on the axes and in every plane of two of them.
    expect(isPositiveDefinite(Float64Array.of(1, 1, 1, -0.6, -0.6, -0.6), 0)).toBe(false);
    expect(isPositiveDefinite(Float64Array.of(1, -1, 1, 0, 0, 0), 0)).toBe(false);
    expect(isPositiveDefinite(Float64Array.of(0, 0, 0, 0, 0, 0), 0)).toBe(false);
    expect(isFiniteSymmetric(Float64Array.of(9, 1, 2, 3, 4, 5, 6), 1)).toBe(true);
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(isFiniteSymmetric(Float64Array.of(1, 2, 3, bad, 5, 6), 0)).toBe(false);
    }
  });

  it("differ by the largest relative difference of their forms", () => {
    for (let round = 0; round < 20; round++) {
      const b = randomTensor(0.2);
      const c = randomTensor(0);
      const a = b.map((entry, e) => entry + (random() - 0.5) * c[e]);
      const change = relativeChange(a, b);
      let largest = 0;
      for (let sample = 0; sample < 4000; sample++) {
        const x = [random() - 0.5, random() - 0.5, random() - 0.5];
        largest = Math.max(largest, Math.abs(form(a, x) - form(b, x)) / form(b, x));
      }
      expect(largest).toBeLessThanOrEqual(change * (1 + EIGENVALUE));
      expect(largest).toBeGreaterThan(0.98 * change);
    }
    const b = randomTensor(0.1);
    const larger = b.map((entry) => 1.25 * entry);
    expect(Math.abs(relativeChange(larger, b) - 0.25)).toBeLessThan(EIGENVALUE);
    expect(relativeChange(b, b)).toBe(0);
  });
});

describe("addCompensated", () => {
  it("keeps what plain sums lose", () => {
    const sums = new Float64Array(4);
    for (const x of [1, 1e17, 3, -1e17]) {
      addCompensated(sums, 0, x);
      addCompensated(sums, 1, -x);
    }
    expect([...readCompensated(sums)]).toEqual([4, -4]);
  });
});
