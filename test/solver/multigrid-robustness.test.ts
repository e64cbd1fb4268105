import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/kernel/kernel.js";
import type { CsrSystem } from "../../src/solver/linear-solver.js";
import { computeRelativeResiduals } from "../../src/solver/null-space.js";
import { createWasmMultigridSolver } from "../../src/solver/wasm-multigrid.js";
import { createDiffusionSystem, type DiffusionOptions, type Tensor } from "./diffusion-systems.js";
import { createRandom, createSystem } from "./systems.js";

const TOLERANCE = 1e-8;
const ROUND_OFF = 1e-12;

function scalar(value: number): Tensor {
  return [value, value, value, 0, 0, 0];
}

/** Tensor of 1 plus 999 along a direction that is no axis of the mesh. */
function along(x: number, y: number, z: number): Tensor {
  const s = 999 / (x * x + y * y + z * z);
  return [1 + s * x * x, 1 + s * y * y, 1 + s * z * z, s * y * z, s * x * z, s * x * y];
}

// A jump is where i, j and k are in blocks; seeds do not matter to the counts by more than one or two.
const random = createRandom(11);
const jump = (i: number, j: number, k: number): Tensor =>
  scalar(((i >> 2) + (j >> 2) + (k >> 2)) % 2 === 0 ? 1e6 : 1);
const blobs = (i: number, j: number, k: number): Tensor => scalar((i & 4) * (j & 4) * (k & 4) > 0 ? 1e6 : 1);
const isChannel = (i: number, j: number, k: number): boolean => {
  const thin = [i, j, k].map((at) => at % 8 < 1);
  return (thin[0] && thin[1]) || (thin[1] && thin[2]) || (thin[0] && thin[2]);
};
const cube = [16, 16, 16] as const;

// name, options, most iterations: what was measured, and a tenth more.
const table: readonly (readonly [string, Omit<DiffusionOptions, "random">, number])[] = [
  ["a cube", { counts: cube }, 10],
  ["jumps of 1e6 between blocks", { counts: cube, tensorOf: jump }, 13],
  ["stiff blobs", { counts: cube, tensorOf: blobs }, 15],
  ["jumps up to 1e6 between cells", { counts: cube, tensorOf: () => scalar(10 ** (6 * random())) }, 17],
  ["thin channels", { counts: [24, 24, 24], isThere: isChannel }, 17],
  ["1000:1 along an axis", { counts: cube, tensorOf: () => [1000, 1, 1, 0, 0, 0] }, 18],
  ["1000:1 across the mesh", { counts: cube, tensorOf: () => along(3, 2, 1) }, 60],
  ["cells 1000 times as wide as high", { counts: cube, spacing: [1, 1, 0.001] }, 14],
  ["slivers", { counts: [12, 12, 12], sliverShare: 0.2 }, 55],
  ["facets", { counts: [10, 10, 10], onFacets: true }, 15],
  ["facets, jumps of 1e6", { counts: [12, 12, 12], onFacets: true, tensorOf: jump }, 18],
  ["facets, flat", { counts: [10, 10, 10], onFacets: true, spacing: [1, 1, 0.02] }, 28],
];

async function solve(system: CsrSystem) {
  return createWasmMultigridSolver().solve(system, { relativeTolerance: TOLERANCE });
}

/** Random right-hand sides in the range, for those of a uniform tensor vanish on a full grid. */
function withRandomRhs(system: CsrSystem): CsrSystem {
  return createSystem(system.matrix, 3, createRandom(5), system.component, system.numComponents);
}

describe("iterations stay low for", () => {
  it.each(table)("%s", async (_, options, most) => {
    const system = withRandomRhs(createDiffusionSystem({ ...options, random }));
    const result = await solve(system);
    expect(result.method).toBe("wasm-mgcg");
    expect(Math.max(...result.iterations)).toBeLessThanOrEqual(most);
    expect(Math.max(...computeRelativeResiduals(system, result.solution))).toBeLessThan(
      TOLERANCE + ROUND_OFF,
    );
  });
});

describe("where the fast settings are not good enough", () => {
  it("goes on with robust ones, and says so", async () => {
    const system = withRandomRhs(
      createDiffusionSystem({
        counts: [14, 14, 14],
        onFacets: true,
        tensorOf: () => along(3, 2, 1),
        random,
      }),
    );
    const result = await solve(system);
    expect(result.method).toBe("wasm-mgcg, robust");
    expect(Math.max(...computeRelativeResiduals(system, result.solution))).toBeLessThan(
      TOLERANCE + ROUND_OFF,
    );
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
      const system = createDiffusionSystem({ counts: [size, size, size], isThere, random });
      const result = await createWasmMultigridSolver(kernel).solve(system, { relativeTolerance: TOLERANCE });
      counts.push(Math.max(...result.iterations));
      numRows = system.matrix.numRows;
    }
    // Give or take three; issue: at most 16 up to a million unknowns.
    expect(counts[1] - counts[0]).toBeLessThanOrEqual(3);
    expect(counts[1]).toBeLessThanOrEqual(16);
    // Memory grows by a fifth at a time.
    expect(kernel.heapBytes / numRows).toBeLessThan(1.2 * 900);
  });
});
