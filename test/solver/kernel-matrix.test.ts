import { describe, expect, it } from "vitest";
import { KernelMatrix, type KernelMatrixArrays } from "../../src/kernel/kernel-matrix.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { chooseSolver, solverNames } from "../../src/solver/choose-solver.js";
import type { CsrSystem, LinearSolver, LinearSystem } from "../../src/solver/linear-solver.js";
import type { CsrMatrix } from "../../src/sparse/csr.js";
import {
  createDiffusionSystem,
  type DiffusionOptions,
} from "../../scripts/bench/robustness/diffusion-systems.js";
import type { DiffusionInput } from "../../src/homogenization/diffusion.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { createWasmMultigridSolver } from "../../src/solver/wasm-multigrid.js";
import { boxMesh } from "../support/box-mesh.js";
import { createRandom, createSystem } from "./systems.js";

const kernel = await loadKernel();
const TOLERANCE = 1e-10;

/** A copy of a matrix in a kernel's memory that counts how often it is made. */
function copyToKernel(owner: Kernel, csr: CsrMatrix): { matrix: KernelMatrix; made: () => number } {
  let count = 0;
  const { rowStart, columns, values } = csr;
  const makeHalf = (): number => {
    count++;
    const handle = owner.call("erfem_allocate", values.byteLength + columns.byteLength + rowStart.byteLength);
    const columnsAt = handle + values.byteLength;
    const rowStartAt = columnsAt + columns.byteLength;
    new Float64Array(owner.memory, handle, values.length).set(values);
    new Int32Array(owner.memory, columnsAt, columns.length).set(columns);
    new Int32Array(owner.memory, rowStartAt, rowStart.length).set(rowStart);
    return handle;
  };
  const finish = (handle: number): KernelMatrixArrays => {
    const columnsAt = handle + values.byteLength;
    return { values: handle, columns: columnsAt, rowStart: columnsAt + columns.byteLength };
  };
  const maker = { makeHalf, finish, free: "erfem_release" } as const;
  const matrix = new KernelMatrix(owner, csr.numRows, maker, makeHalf());
  expect(matrix.half).not.toBe(0);
  // It is the whole matrix from the beginning, which is no half to take.
  expect(matrix.arrays.values).not.toBe(0);
  expect(matrix.half).toBe(0);
  return { matrix, made: () => count };
}

/** Diffusion 1000 : 1 along (3, 2, 1), with random right-hand sides. */
function createAnisotropicSystem(options: Omit<DiffusionOptions, "random" | "tensorOf">): CsrSystem {
  const [x, y, z] = [3, 2, 1].map((c) => c / Math.sqrt(14));
  const { matrix, component, numComponents } = createDiffusionSystem({
    ...options,
    tensorOf: () => [
      1 + 999 * x * x,
      1 + 999 * y * y,
      1 + 999 * z * z,
      999 * y * z,
      999 * x * z,
      999 * x * y,
    ],
    random: createRandom(11),
  });
  return createSystem(matrix, 3, createRandom(5), component, numComponents);
}

describe("a matrix in the kernel's memory", () => {
  const system = createAnisotropicSystem({ counts: [6, 5, 7] });

  it.each(solverNames)("is solved as its copy is, by %s, in its kernel and in another", async (name) => {
    const other = await loadKernel();
    const expected = await chooseSolver(name, system, kernel).solve(system);
    for (const owner of [kernel, other]) {
      const { matrix } = copyToKernel(owner, system.matrix);
      const inKernel: LinearSystem = { ...system, matrix };
      expect(await chooseSolver(name, inKernel, kernel).solve(inKernel)).toEqual(expected);
      expect(matrix.toCsr()).toEqual(system.matrix);
      matrix.release();
    }
  });

  it("is let go of once multigrid is set up, and made again for robust settings", async () => {
    const hard = createAnisotropicSystem({ counts: [14, 14, 14], onFacets: true });
    const { matrix, made } = copyToKernel(kernel, hard.matrix);
    const inKernel: LinearSystem = { ...hard, matrix };
    const solution = await chooseSolver("wasm-mgcg", inKernel, kernel).solve(inKernel, {
      relativeTolerance: TOLERANCE,
    });
    expect(solution.method).toBe("wasm-mgcg, robust");
    expect(made()).toBe(2);
    expect(matrix.half).toBe(0);
    expect(Math.max(...solution.relativeResidual)).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe("the half of a matrix that was assembled", () => {
  /** Two phases of cubes: entries along the diagonals of the cubes are zero. More unknowns than are renumbered always. */
  const mesh = boxMesh({
    counts: [33, 28, 30],
    volumeOf: (i, j) => (i >= 10 && i < 13 && j < 2 ? "ER" : "cytosol"),
  });

  it.each<[string, DiffusionInput]>([
    ["an isotropic tensor, some entries zero", 1],
    ["an anisotropic tensor", [2, 1, 0.5, 0.3, 0.1, 0.2]],
  ])("is solved as the whole, to the last bit: %s", async (_, diffusion) => {
    const multigrid = createWasmMultigridSolver(kernel);
    const sizes: number[] = [];
    const solver: LinearSolver = {
      name: "from both",
      async solve(system, options) {
        const { matrix } = system;
        if (!("toCsr" in matrix)) throw new Error("the matrix is not in the kernel");
        expect(matrix.half).not.toBe(0);
        const rhs = system.rhs.slice();
        const fromHalf = await multigrid.solve(system, options);
        expect(matrix.half).toBe(0);
        expect(fromHalf.solution).toBe(system.rhs);
        const fromWhole = await multigrid.solve(
          { ...system, rhs, isRhsSpent: false, matrix: matrix.toCsr() },
          options,
        );
        expect(fromWhole.solution).not.toBe(rhs);
        expect(fromHalf).toEqual(fromWhole);
        sizes.push(matrix.numRows);
        return fromHalf;
      },
    };
    await homogenize(mesh, { kernel, solver, diffusion: { ER: diffusion, cytosol: diffusion } });
    expect(sizes).toHaveLength(2);
    expect(Math.max(...sizes)).toBeGreaterThan(4 * 4096);
  });
});
