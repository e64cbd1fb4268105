import { describe, expect, it } from "vitest";
import type { ProgressEvent } from "../../src/core/progress.js";
import { createCholeskySolver } from "../../src/solver/cholesky-solver.js";
import type { CsrSystem } from "../../src/solver/linear-solver.js";
import { computeRelativeResiduals } from "../../src/solver/null-space.js";
import { createWasmCgSolver } from "../../src/solver/wasm-conjugate-gradients.js";
import { createWasmDirectSolver } from "../../src/solver/wasm-direct.js";
import { createWasmMultigridSolver } from "../../src/solver/wasm-multigrid.js";
import {
  createCsr,
  createDense,
  createGridEdges,
  createLaplacian,
  createRandom,
  createRandomEdges,
  createSystem,
  measureDifference,
} from "./systems.js";

const solvers = [
  createWasmDirectSolver(),
  createWasmCgSolver(),
  createWasmMultigridSolver(),
  createCholeskySolver(),
];

// At a relative residual of 1e-12 and condition numbers up to about 1e3 solutions agree to 1e-9.
const TOLERANCE = 1e-12;
const AGREEMENT = 1e-9;
// Two sums of the same residual, in another order, with entries of the matrix and the solution up to about 1e3.
const ROUND_OFF = 1e-13;

function createCases(numRhs: number): Record<string, CsrSystem> {
  const random = createRandom(20 + numRhs);
  const definite = createLaplacian(300, createRandomEdges(300, random), 0.1);
  const grid = createLaplacian(512, createGridEdges(8, random));
  const sizes = [150, 1, 2, 216, 40];
  const component = Int32Array.from(sizes.flatMap((size, c) => new Array<number>(size).fill(c)));
  const split = createLaplacian(409, [
    ...createRandomEdges(150, random),
    [151, 152, 0.5],
    ...createGridEdges(6, random, 153),
    ...createRandomEdges(40, random, 369).map(([i, j, weight]) => [i, j, 1e4 * weight] as const),
  ]);
  return {
    "a definite matrix": createSystem(definite, numRhs, random),
    "a periodic grid": createSystem(grid, numRhs, random, new Int32Array(512), 1),
    "five components, one of a single unknown": createSystem(split, numRhs, random, component, 5),
  };
}

describe.each([1, 3, 5])("%d right-hand sides", (numRhs) => {
  const cases = createCases(numRhs);
  it.each(Object.keys(cases))("all solvers agree on %s", async (name) => {
    const system = cases[name];
    const before = { ...system, matrix: { ...system.matrix, values: system.matrix.values.slice() } };
    const rhs = system.rhs.slice();
    const solutions = await Promise.all(
      solvers.map((solver) => solver.solve(system, { relativeTolerance: TOLERANCE })),
    );
    for (const [at, result] of solutions.entries()) {
      expect(result.method).toBe(solvers[at].name);
      expect(measureDifference(result.solution, solutions[0].solution)).toBeLessThan(AGREEMENT);
      expect(Math.max(...result.relativeResidual)).toBeLessThanOrEqual(TOLERANCE);
      for (const [l, residual] of computeRelativeResiduals(system, result.solution).entries()) {
        expect(Math.abs(result.relativeResidual[l] - residual)).toBeLessThan(ROUND_OFF);
      }
      expect(result.iterations).toHaveLength(numRhs);
      expect(
        result.iterations.every((count) => (result.method.endsWith("cg") ? count > 0 : count === 0)),
      ).toBe(true);
    }
    expect(system.rhs).toEqual(rhs);
    expect(system.matrix.values).toEqual(before.matrix.values);
  });
});

describe.each(solvers)("$name", (solver) => {
  it("gives a known solution, of mean zero where the matrix is singular", async () => {
    // Path 0 - 1 - 2 with unit weights: K x = (1, 0, -1) is solved by (1, 0, -1).
    const matrix = createLaplacian(3, [
      [0, 1, 1],
      [1, 2, 1],
    ]);
    const system = {
      matrix,
      rhs: Float64Array.of(1, 0, -1),
      numRhs: 1,
      component: new Int32Array(3),
      numComponents: 1,
    };
    const { solution } = await solver.solve(system);
    [1, 0, -1].forEach((value, row) => {
      expect(solution[row]).toBeCloseTo(value, 14);
    });
  });

  it("answers b = 0 with x = 0, without iterations, beside a column that is not zero", async () => {
    const random = createRandom(5);
    const system = createSystem(createLaplacian(60, createRandomEdges(60, random), 1), 2, random);
    for (let row = 0; row < 60; row++) system.rhs[2 * row] = 0;
    const { solution, iterations, relativeResidual } = await solver.solve(system);
    expect(solution.filter((_, at) => at % 2 === 0).every((value) => value === 0)).toBe(true);
    expect(iterations[0]).toBe(0);
    expect(relativeResidual[0]).toBe(0);
    expect(relativeResidual[1]).toBeGreaterThan(0);
  });

  it("leaves unknowns with zero rows at zero", async () => {
    const random = createRandom(6);
    const dense = createDense(createLaplacian(30, createRandomEdges(29, random), 1));
    dense[29][29] = 0;
    const system = createSystem(createCsr(dense), 3, random);
    for (let l = 0; l < 3; l++) system.rhs[29 * 3 + l] = 0;
    const { solution } = await solver.solve(system);
    expect(solution.subarray(29 * 3)).toEqual(new Float64Array(3));
  });

  it("solves a single unknown whose row is round-off", async () => {
    const system = {
      matrix: createCsr([[-3e-18]]),
      rhs: Float64Array.of(1e-17, 0, -2e-18),
      numRhs: 3,
      component: new Int32Array(1),
      numComponents: 1,
    };
    const { solution, relativeResidual } = await solver.solve(system);
    expect(solution).toEqual(new Float64Array(3));
    expect(relativeResidual).toEqual([0, 0, 0]);
  });

  it("takes right-hand sides of any size, and matrices too", async () => {
    // Powers of two scale without round-off. Down to 2^-500, the square of which is zero.
    const random = createRandom(7);
    const plain = createSystem(
      createLaplacian(64, createGridEdges(4, random)),
      3,
      random,
      new Int32Array(64),
      1,
    );
    const expected = await solver.solve(plain, { relativeTolerance: TOLERANCE });
    for (const [matrixScale, rhsScale] of [
      [1, 2 ** -500],
      [2 ** -80, 2 ** 80],
      [2 ** 300, 2 ** 500],
    ]) {
      const matrix = { ...plain.matrix, values: plain.matrix.values.map((value) => value * matrixScale) };
      const system = { ...plain, matrix, rhs: plain.rhs.map((value) => value * rhsScale) };
      const { solution } = await solver.solve(system, { relativeTolerance: TOLERANCE });
      const unscaled = solution.map((value) => (value / rhsScale) * matrixScale);
      expect(measureDifference(unscaled, expected.solution)).toBeLessThan(AGREEMENT);
    }
  });

  it("treats a right-hand side that is round-off of zero as any other", async () => {
    const random = createRandom(8);
    const system = createSystem(
      createLaplacian(64, createGridEdges(4, random)),
      1,
      random,
      new Int32Array(64),
      1,
    );
    system.rhs.forEach((_, row) => (system.rhs[row] = (Math.floor(random() * 5) - 2) * 2 ** -60));
    const { relativeResidual } = await solver.solve(system);
    expect(relativeResidual[0]).toBeLessThanOrEqual(1e-10);
  });

  it("reports progress from 0 to 1", async () => {
    const random = createRandom(9);
    const system = createSystem(
      createLaplacian(1000, createGridEdges(10, random)),
      3,
      random,
      new Int32Array(1000),
      1,
    );
    const events: ProgressEvent[] = [];
    await solver.solve(system, { progress: (event) => events.push(event) });
    const fractions = events.map((event) => event.fraction ?? NaN);
    expect(fractions.length).toBeGreaterThan(0);
    expect(fractions.every((fraction, at) => fraction >= (at > 0 ? fractions[at - 1] : 0))).toBe(true);
    expect(fractions[fractions.length - 1]).toBe(1);
  });
});
