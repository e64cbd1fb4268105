import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { sumCompensated } from "../../src/core/summation.js";
import {
  principalAxes,
  requirePositiveDefinite,
  toMatrix3,
  type SymmetricTensor,
} from "../../src/core/tensor.js";
import { seededRandom } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";

describe("principalAxes", () => {
  it("rebuilds random symmetric matrices from orthonormal directions", () => {
    const random = seededRandom(1);
    for (let trial = 0; trial < 100; trial++) {
      const a = Array.from({ length: 6 }, () => 2 * random() - 1) as unknown as SymmetricTensor;
      const matrix = toMatrix3(a);
      const { values, directions } = principalAxes(matrix);
      expect(values[0]).toBeGreaterThanOrEqual(values[1]);
      expect(values[1]).toBeGreaterThanOrEqual(values[2]);
      for (let k = 0; k < 3; k++) {
        for (let l = 0; l < 3; l++) {
          const rebuilt = values.reduce(
            (sum, value, d) => sum + value * directions[d][k] * directions[d][l],
            0,
          );
          const identity = directions[k].reduce((sum, x, d) => sum + x * directions[l][d], 0);
          expect(Math.abs(rebuilt - matrix[k][l])).toBeLessThan(1e-14);
          expect(Math.abs(identity - (k === l ? 1 : 0))).toBeLessThan(1e-14);
        }
      }
    }
  });

  it("leaves a diagonal matrix exact", () => {
    expect(principalAxes(toMatrix3([1, 3, 2, 0, 0, 0]))).toEqual({
      values: [3, 2, 1],
      directions: [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
    });
  });
});

describe("requirePositiveDefinite", () => {
  it.each([
    [[1, 1, 1, 0, 0, 1]],
    [[-1, 1, 1, 0, 0, 0]],
    [[1, 1, 0, 0, 0, 0]],
    [[1, 1, 1, Number.NaN, 0, 0]],
  ] as [SymmetricTensor][])("refuses %j", (tensor) => {
    expectError(UsageError, "diffusion-not-positive-definite", () => {
      requirePositiveDefinite(tensor, "a");
    });
  });

  it("accepts a tensor of 1000 : 1", () => {
    expect(() => {
      requirePositiveDefinite([1000, 1, 1, 0.5, 0, 0], "a");
    }).not.toThrow();
  });
});

describe("sumCompensated", () => {
  it("keeps what a plain sum loses", () => {
    const terms = [1, 1e100, 1, -1e100];
    expect(sumCompensated(4, (i) => terms[i])).toBe(2);
    expect(sumCompensated(10 ** 6, () => 0.1)).toBe(1e5);
  });
});
