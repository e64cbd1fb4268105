import { describe, expect, it } from "vitest";
import {
  computeNorms,
  computeRelativeResiduals,
  findNullSpace,
  pinComponents,
  projectMeanZero,
} from "../../src/solver/null-space.js";
import { createCsr, createDense, createLaplacian } from "./systems.js";

// Two components, {0, 2, 3} and {1}, and unknown 4 that is regular once a 2 stands on its diagonal.
const edges = [
  [0, 2, 1],
  [2, 3, 4],
] as const;
const component = Int32Array.of(0, 1, 0, 0);
const singular = {
  matrix: createLaplacian(4, edges),
  rhs: Float64Array.of(1, 0, 1, -2),
  numRhs: 1,
  component,
  numComponents: 2,
};

describe("findNullSpace", () => {
  it("makes a component of every zero row, apart from the one it was declared in", () => {
    const dense = createDense(createLaplacian(5, edges));
    dense[4][4] = 1e-31;
    const matrix = createCsr(dense);
    const declared = Int32Array.of(0, 0, 0, 0, 0);
    const rhs = new Float64Array(5);
    const nullSpace = findNullSpace({ matrix, rhs, numRhs: 1, component: declared, numComponents: 1 });
    expect(nullSpace.component).toEqual(Int32Array.of(0, 1, 0, 0, 2));
    expect(nullSpace.size).toEqual(Int32Array.of(3, 1, 1));
    expect(declared).toEqual(new Int32Array(5));
  });

  it("finds none in a definite matrix", () => {
    const matrix = createLaplacian(4, edges, 1);
    const nullSpace = findNullSpace({
      matrix,
      rhs: new Float64Array(4),
      numRhs: 1,
      component: new Int32Array(0),
      numComponents: 0,
    });
    expect(nullSpace.numComponents).toBe(0);
    expect(nullSpace.component).toEqual(new Int32Array(4).fill(-1));
  });
});

describe("projectMeanZero", () => {
  it("takes the mean over each component away, column by column, and nothing else", () => {
    const vectors = Float64Array.of(1, 10, 5, 50, 2, 20, 6, 90, 7, 70);
    projectMeanZero(vectors, 2, {
      component: Int32Array.of(0, 1, 0, 0, -1),
      numComponents: 2,
      size: Int32Array.of(3, 1),
    });
    expect(vectors).toEqual(Float64Array.of(-2, -30, 0, 0, -1, -20, 3, 50, 7, 70));
  });
});

describe("pinComponents", () => {
  it("drops the unknown of largest diagonal of each component", () => {
    const { matrix, kept } = pinComponents(singular.matrix, findNullSpace(singular));
    expect(kept).toEqual(Int32Array.of(0, 3));
    expect(createDense(matrix)).toEqual([
      [1, 0],
      [0, 4],
    ]);
  });
});

describe("computeRelativeResiduals", () => {
  it("is zero for a solution, whatever its constants, and 1 for zero", () => {
    // x2 - x3 = 1/2 and x0 - x2 = 1.
    const solution = Float64Array.of(2, 8, 1, 0.5);
    expect(computeRelativeResiduals(singular, solution)).toEqual([0]);
    expect(computeRelativeResiduals(singular, new Float64Array(4))).toEqual([1]);
  });

  it("is ||b - K x|| / ||b||", () => {
    // K (0, 0, 0, 1) = (0, 0, -4, 4): b - K x = (1, 0, 5, -6).
    const [residual] = computeRelativeResiduals(singular, Float64Array.of(0, 0, 0, 1));
    expect(residual).toBeCloseTo(Math.sqrt(62 / 6), 14);
  });

  it("is infinite where b = 0 and K x is not", () => {
    const system = { ...singular, rhs: new Float64Array(4) };
    expect(computeRelativeResiduals(system, Float64Array.of(0, 0, 0, 1))).toEqual([Infinity]);
    expect(computeRelativeResiduals(system, new Float64Array(4))).toEqual([0]);
  });
});

describe("computeNorms", () => {
  it("neither underflows nor overflows", () => {
    const norms = computeNorms(Float64Array.of(3e-200, 3e200, 0, 4e-200, 4e200, 0), 3);
    expect(norms[0] / 5e-200).toBeCloseTo(1, 14);
    expect(norms[1] / 5e200).toBeCloseTo(1, 14);
    expect(norms[2]).toBe(0);
  });
});
