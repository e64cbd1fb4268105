import { describe, expect, it } from "vitest";
import {
  growthExponent,
  leastBytesMoved,
  median,
  parseCount,
  summarize,
  tensorDifference,
} from "../../scripts/bench/statistics.js";
import { evaluateTargets, type BenchSize } from "../../scripts/bench/targets.js";

/** A few roundings. */
const ROUND_OFF = 1e-14;

const identity = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

describe("statistics of the benchmark", () => {
  it("takes the middle number, the mean of two, and leaves its input alone", () => {
    const values = [5, 1, 100];
    expect(median(values)).toBe(5);
    expect(values).toEqual([5, 1, 100]);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
    expect(summarize([3, 1, 8])).toEqual({ median: 3, minimum: 1, runs: 3 });
  });

  it("finds the exponent of a power law", () => {
    const time = (n: number): number => 7e-6 * n ** 1.15;
    expect(Math.abs(growthExponent(1e5, time(1e5), 1e6, time(1e6)) - 1.15)).toBeLessThan(ROUND_OFF);
  });

  it("measures tensors relative to the larger entry", () => {
    const moved = [
      [2, 0, 0],
      [0, 2, -0.5],
      [0, 0, 2],
    ];
    expect(tensorDifference(moved, identity)).toBe(1);
    expect(tensorDifference(identity, moved)).toBe(0.5);
    expect(tensorDifference(moved, moved)).toBe(0);
  });

  it("counts bytes in proportion to iterations", () => {
    // 28 bytes an entry, 12 a row, 80 a dof and right-hand side.
    expect(leastBytesMoved({ entries: 100, dofs: 10, numRhs: 3, iterations: 2 })).toBe(
      2 * (2800 + 120 + 2400),
    );
  });

  it("reads sizes and refuses what is none", () => {
    expect(["20k", "1M", "0.5M", "35000"].map(parseCount)).toEqual([20e3, 1e6, 5e5, 35e3]);
    for (const text of ["", "k", "1G", "-1k", "1e5", "20 k"]) expect(parseCount(text)).toBeNaN();
  });
});

describe("targets of the benchmark", () => {
  it("compares with the target of the size, exactly at it included", () => {
    const rows = evaluateTargets({ sizes: [size("100k", 1e5, 1), size("1M", 1e6, 12)], parser: [] });
    const row = (quantity: string) => rows.find((r) => r.quantity === quantity);
    expect(row("100k: set-up + solves, CPU, erfem / PETSc")).toMatchObject({
      target: 0.35,
      measured: 0.25,
      met: true,
    });
    expect(row("100k: whole process, erfem / PETSc")).toMatchObject({
      target: 0.6,
      measured: 0.5,
      met: true,
    });
    expect(row("1M: whole process, erfem / PETSc")).toMatchObject({ target: 0.4, measured: 0.5, met: false });
    expect(row("1M: iterations to 1e-8")).toMatchObject({ target: 16, measured: 16, met: true });
    expect(row("100k to 1M: growth exponent, whole process")).toMatchObject({ target: 1.1, met: true });
    const exponent = row("100k to 1M: growth exponent, whole process")?.measured ?? NaN;
    expect(Math.abs(exponent - Math.log10(12))).toBeLessThan(ROUND_OFF);
    expect(row("1M: peak memory, GB")).toMatchObject({ target: 1.2, measured: 1.3, met: false });
    expect(row("1M: kernel memory, bytes per dof")).toMatchObject({ target: 900, measured: 900, met: true });
  });

  it("gives no row for what was not measured", () => {
    const alone = size("100k", 1e5, 1);
    const { erfem } = alone.whole;
    const sizes = [{ ...alone, whole: { erfem }, solver: { ...alone.solver, petsc: null } }];
    const rows = evaluateTargets({ sizes, parser: [] });
    expect(rows.map(({ quantity }) => quantity)).toEqual(["100k: iterations to 1e-8"]);
  });
});

describe("targets of the hard systems", () => {
  const row = (method: string, iterations: number, residual: number) => ({
    method,
    iterations: [1, iterations],
    residual,
  });
  const evaluate = (...rows: ReturnType<typeof row>[]) =>
    evaluateTargets({ sizes: [], parser: [], robustness: { tolerance: 1e-8, rows } });

  it("counts iterations where no fall-back was used, residuals everywhere", () => {
    const fallBacks = [row("wasm-mgcg, robust", 200, 2e-8), row("wasm-mgcg, then wasm-cg", 900, 9e-9)];
    expect(evaluate(row("wasm-mgcg", 60, 1e-9), ...fallBacks)).toMatchObject([
      { item: 5, measured: 60, met: true },
      { item: 5, measured: 2e-8, met: false },
    ]);
    expect(evaluate(row("wasm-mgcg", 61, 1e-8))).toMatchObject([{ met: false }, { met: true }]);
  });
});

/** A size at which every time of erfem's is `seconds` and PETSc's twice (whole) or four times (solver) that. */
function size(name: string, dofs: number, seconds: number): BenchSize {
  const answer = { tensor: identity, dofs };
  const steps = [{ read: 0.1, parse: 0.1 }];
  return {
    name,
    nodes: dofs,
    whole: {
      erfem: { wall: [seconds, seconds, 9 * seconds], peakBytes: [1.3e9], steps, answer },
      petsc: { wall: [2 * seconds], peakBytes: [1.2e9], steps, answer },
    },
    phases: null,
    solver: {
      erfem: { cpu: [seconds], iterations: [15, 16, 16], dofs, kernelBytes: 900 * dofs },
      petsc: { cpu: [4 * seconds] },
    },
    warm: { solverDifference: null },
  };
}
