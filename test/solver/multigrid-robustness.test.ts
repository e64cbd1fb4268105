import { describe, expect, it } from "vitest";
import {
  createRobustnessCases,
  stretchAlong,
  type RobustnessCase,
} from "../../scripts/bench/robustness/cases.js";
import { createDiffusionSystem } from "../../scripts/bench/robustness/diffusion-systems.js";
import { measureGrid } from "../../scripts/bench/robustness/grid.js";
import { KernelError } from "../../src/core/errors.js";
import { Kernel, loadKernel, type KernelFunctions } from "../../src/kernel/kernel.js";
import { KernelStatus } from "../../src/kernel/kernel-status.js";
import type { CsrSystem } from "../../src/solver/linear-solver.js";
import { computeRelativeResiduals } from "../../src/solver/null-space.js";
import { createWasmMultigridSolver } from "../../src/solver/wasm-multigrid.js";
import { instantiateKernelModule } from "../support/kernel-module.js";
import { createRandom } from "./systems.js";

const TOLERANCE = 1e-8;
const ROUND_OFF = 1e-12;
/** The bound for what the fast settings solve. */
const MOST_ITERATIONS = 60;

// Most iterations of the cases that the fast settings solve: what was measured at this size, and a tenth more.
const limits = new Map([
  ["a cube", 11],
  ["thin channels", 15],
  ["jumps, checkerboard of blocks", 13],
  ["jumps, checkerboard of cubes", 10],
  ["jumps, stiff blobs", 11],
  ["jumps, soft blobs", 11],
  ["jumps, random between cells", 14],
  ["jumps, 1 or 1e6 between cells", 11],
  ["1000:1 along an axis", 15],
  ["1000:1 along a diagonal", 14],
  ["1000:1 rotated", 42],
  ["1000:1000:1 along two axes", 13],
  ["1000:1000:1 rotated", 19],
  ["1000:1, another direction in each block", 32],
  ["1000:1, another direction in each cell", 15],
  ["slivers", 49],
  ["caps", 51],
  ["cells 1000 times as wide as high", 15],
  ["cells 1000 times as long as wide", 13],
  ["many components", 11],
  ["slivers, jumps of blocks", 49],
  ["slivers, 1000:1 rotated", 60],
  ["components, jumps between cells", 18],
  ["jumps and 1000:1 of blocks", 60],
  ["facets: a cube", 14],
  ["facets: thin channels", 17],
  ["facets: jumps, checkerboard of blocks", 16],
  ["facets: jumps, checkerboard of cubes", 9],
  ["facets: jumps, random between cells", 47],
  ["facets: 1000:1 along an axis", 44],
  ["facets: cells 50 times as wide as high", 25],
  ["facets: many components", 16],
]);
const fallBacks = new Map([
  ["caps, jumps between cells", "wasm-mgcg, robust"],
  ["channels, caps, jumps between cells", "wasm-mgcg, robust"],
  ["channels, 1000:1 rotated", "wasm-mgcg, robust"],
  ["slivers, jumps and 1000:1 of blocks", "wasm-mgcg, robust"],
  ["facets: 1000:1 rotated", "wasm-mgcg, robust"],
  ["facets: 1000:1000:1 rotated", "wasm-mgcg, robust"],
  ["facets: slivers", "wasm-mgcg, robust"],
  ["facets: caps", "wasm-mgcg, robust"],
  ["facets: slivers, jumps of blocks", "wasm-mgcg, robust"],
  ["facets: slivers, jumps and 1000:1 of blocks", "wasm-mgcg, then wasm-cg"],
]);
/** Made anew for each test, so that its random numbers do not depend on which others ran. */
const createCases = (): RobustnessCase[] => createRobustnessCases(4000, createRandom(11));

async function solve(system: CsrSystem, kernel?: Kernel) {
  const result = await createWasmMultigridSolver(kernel).solve(system, { relativeTolerance: TOLERANCE });
  expect(Math.max(...computeRelativeResiduals(system, result.solution))).toBeLessThan(TOLERANCE + ROUND_OFF);
  return { method: result.method, iterations: Math.max(...result.iterations) };
}

describe("the grids", () => {
  const random = createRandom(1);
  const counts = [4, 4, 4] as const;

  it.each([
    ["slivers", { sliverAngle: 1 }],
    ["caps", { capShare: 1 }],
  ])("have dihedral angles of one degree where they should: %s", (_, flat) => {
    const { smallestAngle, volume } = measureGrid({ counts, ...flat, random });
    // The grid's formulas are for small angles.
    expect(Math.abs(smallestAngle - 1)).toBeLessThan(0.01);
    // Cells that overlapped, or a gap between them, would change the sum.
    expect(Math.abs(volume - 64)).toBeLessThan(1e-11);
  });

  it("give matrices of the sizes known", () => {
    const nodes = createDiffusionSystem({ counts, random });
    const facets = createDiffusionSystem({ counts, onFacets: true, random });
    expect([nodes.matrix.numRows, nodes.matrix.values.length]).toEqual([64, 15 * 64]);
    expect([facets.matrix.numRows, facets.matrix.values.length]).toEqual([12 * 64, 7 * 12 * 64]);
    expect([nodes.numComponents, facets.numComponents]).toEqual([1, 1]);
  });
});

describe("hard systems", () => {
  it("are all in the lists of this test", () => {
    const names = createCases().map(({ name }) => name);
    expect(names.sort()).toEqual([...limits.keys(), ...fallBacks.keys()].sort());
    expect(Math.max(...limits.values())).toBeLessThanOrEqual(MOST_ITERATIONS);
  });

  it.each(createCases().map(({ name }, at) => ({ name, at })))("$name", async ({ name, at }) => {
    const { method, iterations } = await solve(createDiffusionSystem(createCases()[at].options));
    expect(method).toBe(fallBacks.get(name) ?? "wasm-mgcg");
    if (method === "wasm-mgcg") expect(iterations).toBeLessThanOrEqual(limits.get(name) ?? 0);
  });
});

describe("where multigrid breaks down", () => {
  /** A kernel whose function `name` gives `status`. */
  class FailingKernel extends Kernel {
    failures = 0;
    readonly #name: keyof KernelFunctions;
    readonly #status: number;

    constructor(instance: WebAssembly.Instance, name: keyof KernelFunctions, status: number) {
      super(instance);
      this.#name = name;
      this.#status = status;
    }

    override call(name: keyof KernelFunctions, ...values: number[]): number {
      if (name !== this.#name) return super.call(name, ...values);
      this.failures++;
      return this.#status;
    }
  }

  it.each<[keyof KernelFunctions, number]>([
    ["erfem_mg_create", KernelStatus.outOfMemory],
    ["erfem_mg_create", KernelStatus.notPositiveDefinite],
    ["erfem_mg_iterate", KernelStatus.notPositiveDefinite],
    ["erfem_mg_iterate", KernelStatus.notFinite],
  ])("in %s with status %d, incomplete Cholesky takes over, and the method says so", async (name, status) => {
    const system = createDiffusionSystem({ counts: [8, 8, 8], random: createRandom(2) });
    const kernel = new FailingKernel(await instantiateKernelModule(), name, status);
    expect((await solve(system, kernel)).method).toBe("wasm-mgcg, then wasm-cg");
    expect(kernel.failures).toBe(1);
  });

  it("also after a trap, when the kernel is of no use any more", async () => {
    const system = createDiffusionSystem({ counts: [8, 8, 8], random: createRandom(2) });
    const kernel = await loadKernel();
    expect(() => kernel.call("erfem_mg_iterate", 0xffffff00, 1)).toThrow(KernelError);
    expect((await solve(system, kernel)).method).toBe("wasm-mgcg, then wasm-cg");
  });

  it("but not where the limit of iterations ends it", async () => {
    const tensorOf = () => stretchAlong(3, 2, 1);
    const system = createDiffusionSystem({
      counts: [8, 8, 8],
      onFacets: true,
      tensorOf,
      random: createRandom(2),
    });
    const solving = createWasmMultigridSolver().solve(system, { maxIterations: 70 });
    await expect(solving).rejects.toMatchObject({
      code: "not-converged",
      details: { method: "wasm-mgcg, robust", iterations: [70, 70, 70] },
    });
  });
});

describe("growth with the mesh", () => {
  it("takes as many iterations for 27 times the unknowns, and at most 0.9 kB for each", async () => {
    const kernel = await loadKernel();
    const counts: number[] = [];
    let numRows = 0;
    for (const size of [10, 30]) {
      const isThere = (i: number, j: number, k: number): boolean =>
        [i, j, k].filter((at) => Math.abs(at / size - 0.45) < 0.2).length < 2;
      const random = createRandom(3);
      const system = createDiffusionSystem({ counts: [size, size, size], isThere, random });
      counts.push((await solve(system, kernel)).iterations);
      numRows = system.matrix.numRows;
    }
    // Give or take three; issue: at most 16 up to a million unknowns.
    expect(counts[1] - counts[0]).toBeLessThanOrEqual(3);
    expect(counts[1]).toBeLessThanOrEqual(16);
    // Memory grows by a fifth at a time.
    expect(kernel.heapBytes / numRows).toBeLessThan(1.2 * 900);
  });
});
