import { describe, expect, it } from "vitest";
import { extrapolate, orderBetween } from "../../src/core/richardson.js";

/** The fit divides differences of some 1e-3 of values with 16 digits. */
const tolerance = 1e-9;

describe("extrapolate", () => {
  it.each([
    [4 / 3, 0.94, 0.3, [0.1, 0.05, 0.025]],
    [2, -7, 12, [0.08, 0.043, 0.019]],
    [0.5, 1, -0.4, [3, 2, 1.1]],
    [6, 0, 2, [0.9, 0.5, 0.3]],
  ] as const)("finds p = %d and f(0) = %d of f(0) + C h^p", (p, limit, c, sizes) => {
    const [f1, f2, f3] = sizes.map((h) => limit + c * h ** p);
    const found = extrapolate(sizes, [f1, f2, f3]);
    expect(Math.abs((found?.exponent ?? NaN) - p)).toBeLessThan(tolerance);
    expect(Math.abs((found?.limit ?? NaN) - limit)).toBeLessThan(tolerance);
  });

  it.each([
    ["that oscillates", [0.4, 0.2, 0.1], [1, 2, 1.5]],
    ["that does not converge", [0.4, 0.2, 0.1], [1, 2, 3]],
    ["that has converged", [0.4, 0.2, 0.1], [1.1, 1, 1 + 1e-12]],
    ["that jumps", [0.4, 0.2, 0.1], [1e9, 1, 0.5]],
    ["of zeros", [0.4, 0.2, 0.1], [0, 0, 0]],
    ["on sizes that do not descend", [0.1, 0.2, 0.4], [4, 2, 1]],
  ] as const)("finds nothing in a sequence %s", (_what, sizes, values) => {
    expect(extrapolate(sizes, values)).toBeNull();
  });
});

describe("orderBetween", () => {
  it("is the exponent of a power, and nothing for values that are none", () => {
    expect(orderBetween([0.3, 0.1], [5 * 0.3 ** 1.7, 5 * 0.1 ** 1.7])).toBeCloseTo(1.7, 12);
    expect(orderBetween([0.3, 0.1], [0, 1])).toBeNull();
    expect(orderBetween([0.1, 0.1], [2, 1])).toBeNull();
  });
});
