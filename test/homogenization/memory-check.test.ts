import { describe, expect, it } from "vitest";
import { createRobustnessCases } from "../../scripts/bench/robustness/cases.js";
import { createDiffusionSystem, createRandom } from "../../scripts/bench/robustness/diffusion-systems.js";
import { MeshError } from "../../src/core/errors.js";
import { homogenize, type HomogenizeOptions } from "../../src/homogenization/homogenize.js";
import {
  createMemoryCheck,
  estimateMemory,
  sizeCellProblem,
  sizeDualProblem,
} from "../../src/homogenization/memory-check.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { chooseSolver } from "../../src/solver/choose-solver.js";
import { boxMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";

/**
 * Estimate over measurement. Memory depends on how coefficients and cells make multigrid coarsen, not on counts alone: the
 * regular boxes here need less than meshes of real shapes, to which the constants are fitted.
 */
const LEAST = 0.9;
const MOST = 1.4;
/** Below this a kernel does not grow, bytes; what is measured must be well above. */
const FIRST_MEMORY = 16.8e6;

function expectNear(estimate: number, measured: number): void {
  expect(measured).toBeGreaterThan(1.05 * FIRST_MEMORY);
  expect(estimate / measured).toBeGreaterThan(LEAST);
  expect(estimate / measured).toBeLessThan(MOST);
}

const full = boxMesh({ counts: [30, 30, 30] });
const medium = boxMesh({ counts: [24, 24, 24] });
const coarse = boxMesh({ counts: [16, 16, 16] });
/** One thin wire in a large block, of which the wire is solved for: the passes over the whole mesh need most. */
const wire = boxMesh({
  counts: [37, 37, 37],
  volumeOf: (i, j) => (i === 9 && j === 9 ? "wire" : "rest"),
});
/** Channels two cubes wide, with much surface. */
const channels = boxMesh({
  counts: [40, 40, 40],
  volumeOf: (...at) => (at.filter((n) => (n + 1) % 5 < 2).length >= 2 ? "pipe" : null),
});
const wave = {
  description: "1 + x",
  evaluate: (point: Float64Array, _: number, tensor: Float64Array) => {
    tensor.set([1 + 0.1 * point[0], 1, 1, 0, 0, 0]);
  },
};

/** The last estimate made, and what the kernel held in the end. */
async function measure(
  mesh: TetMesh,
  name: string,
  options: HomogenizeOptions,
): Promise<{ estimate: number; measured: number }> {
  const kernel = await loadKernel();
  const phases = [{ name, volumes: [name] }];
  const { result } = await homogenize(mesh, { ...options, phases, kernel, tolerance: 1e-4 });
  const { cells, dofs } = result.phases[name];
  const numTensors = options.diffusion === undefined ? 1 : cells;
  const size = options.bounds === true ? sizeDualProblem(name, cells) : sizeCellProblem(name, cells, dofs);
  return { estimate: estimateMemory(mesh, { ...size, numTensors }, "auto"), measured: kernel.heapBytes };
}

describe("the estimate of a phase", () => {
  it.each<[string, TetMesh, string, HomogenizeOptions]>([
    ["a full box", full, "box", { homogeneous: true }],
    ["channels", channels, "pipe", {}],
    ["a wire in a large mesh", wire, "wire", {}],
    ["a lower bound", coarse, "box", { homogeneous: true, bounds: true }],
    ["a tensor for each cell", medium, "box", { homogeneous: true, diffusion: { box: wave } }],
  ])("is near what the kernel takes: %s", async (_, mesh, name, options) => {
    const { estimate, measured } = await measure(mesh, name, options);
    expectNear(estimate, measured);
  });

  it.each([
    ["a cube", "wasm-mgcg"],
    ["slivers", "wasm-mgcg"],
    ["facets: a cube", "wasm-mgcg"],
    ["a cube", "wasm-cg"],
    ["facets: a cube", "wasm-cg"],
  ])("is near what the kernel takes: %s, %s", async (name, solver) => {
    const kernel = await loadKernel();
    const options = createRobustnessCases(3e4, createRandom(11)).find((c) => c.name === name)?.options;
    if (options === undefined) throw new Error(`no case ${name}`);
    const system = createDiffusionSystem(options);
    await chooseSolver(solver, system, kernel).solve(system, { relativeTolerance: 0.1 });
    const { numRows: numDofs, values } = system.matrix;
    const size = { numPhaseCells: 0, numDofs, numEntries: values.length, numTensors: 0 };
    expectNear(estimateMemory({ numNodes: 0, numCells: 0 }, size, solver), kernel.heapBytes);
  });
});

/** Refuses `full`, and says what had been begun. */
async function refuse(options: HomogenizeOptions): Promise<{ error: MeshError; steps: string[] }> {
  const steps: string[] = [];
  const error: unknown = await homogenize(full, {
    ...options,
    homogeneous: true,
    progress: ({ step }) => steps.push(step),
  }).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof MeshError)) throw new Error(`expected a MeshError, got ${String(error)}`);
  expect(error.code).toBe("mesh-too-large");
  expect(error.details["limit"]).toBe(options.memoryLimit);
  expect(error.details["bytes"]).toBeGreaterThan(options.memoryLimit ?? 0);
  return { error, steps };
}

describe("a mesh too large is refused", () => {
  it("before anything is done with it, where it does not fit itself", async () => {
    const { error, steps } = await refuse({ memoryLimit: 1e7 });
    expect(steps).toEqual([]);
    expect(error.message).toContain("a mesh of 162000 cells and 29791 nodes");
  });

  it("by its cells, before faces are identified", async () => {
    const { error, steps } = await refuse({ memoryLimit: 22e6 });
    expect(steps).toEqual(["load kernel", "order mesh"]);
    expect(error.message).toContain('phase "box" with 162000 cells');
  });

  it("by its dofs, before anything is assembled", async () => {
    const { error, steps } = await refuse({ memoryLimit: 25e6 });
    expect(steps).toContain("box: number dofs");
    expect(steps).not.toContain("box: assemble");
    expect(error.details).toMatchObject({ numDofs: 27_000, numPhaseCells: 162_000 });
    // What it holds in the end, as measured above.
    expect(error.details["bytes"]).toBeGreaterThan(22.5e6);
  });

  it("by its lower bound, with another remedy", async () => {
    const { error } = await refuse({ memoryLimit: 1e8, bounds: true });
    expect(error.message).toContain("324000 facets");
    expect(error.message).toContain("do without bounds");
  });

  it("at 4 GiB where no limit is given", () => {
    const check = createMemoryCheck({ numNodes: 2_000_000, numCells: 12_000_000 });
    check(sizeCellProblem("ER", 12_000_000));
    check(sizeDualProblem("ER", 2_000_000));
    const code = "mesh-too-large";
    expectError(MeshError, code, () => {
      check(sizeDualProblem("ER", 12_000_000));
    });
    expectError(MeshError, code, () => {
      check(sizeCellProblem("ER", 60_000_000));
    });
    expectError(MeshError, code, () => createMemoryCheck({ numNodes: 15e6, numCells: 90e6 }));
  });
});
