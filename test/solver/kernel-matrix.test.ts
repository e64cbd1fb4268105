import { describe, expect, it } from "vitest";
import { KernelMatrix, type OwnedMatrixArrays } from "../../src/kernel/kernel-matrix.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { chooseSolver, solverNames } from "../../src/solver/choose-solver.js";
import type { CsrSystem, LinearSystem } from "../../src/solver/linear-solver.js";
import type { CsrMatrix } from "../../src/sparse/csr.js";
import {
  createDiffusionSystem,
  type DiffusionOptions,
} from "../../scripts/bench/robustness/diffusion-systems.js";
import { createRandom, createSystem } from "./systems.js";

const kernel = await loadKernel();
const TOLERANCE = 1e-10;

/** A copy of a matrix in a kernel's memory that counts how often it is made. */
function copyToKernel(owner: Kernel, csr: CsrMatrix): { matrix: KernelMatrix; made: () => number } {
  let count = 0;
  const make = (): OwnedMatrixArrays => {
    count++;
    const { rowStart, columns, values } = csr;
    const handle = owner.call("erfem_allocate", values.byteLength + columns.byteLength + rowStart.byteLength);
    const columnsAt = handle + values.byteLength;
    const rowStartAt = columnsAt + columns.byteLength;
    new Float64Array(owner.memory, handle, values.length).set(values);
    new Int32Array(owner.memory, columnsAt, columns.length).set(columns);
    new Int32Array(owner.memory, rowStartAt, rowStart.length).set(rowStart);
    return { handle, free: "erfem_release", rowStart: rowStartAt, columns: columnsAt, values: handle };
  };
  return { matrix: new KernelMatrix(owner, csr.numRows, make(), make), made: () => count };
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
    expect(Math.max(...solution.relativeResidual)).toBeLessThanOrEqual(TOLERANCE);
  });
});
