import { describe, expect, it } from "vitest";
import { createDiffusionSystem } from "../../scripts/bench/robustness/diffusion-systems.js";
import { KernelStatus } from "../../src/kernel/kernel-status.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { withKernelBuffers } from "../../src/kernel/kernel-buffers.js";
import { createCholeskySolver } from "../../src/solver/cholesky-solver.js";
import type { CsrSystem } from "../../src/solver/linear-solver.js";
import { Multigrid } from "../../src/solver/multigrid.js";
import { computeRelativeResiduals } from "../../src/solver/null-space.js";
import { createWasmMultigridSolver } from "../../src/solver/wasm-multigrid.js";
import {
  createCsr,
  createGridEdges,
  createLaplacian,
  createMatrix,
  createRandom,
  createSystem,
  measureDifference,
} from "./systems.js";

const TIGHT = 1e-12;
// Condition numbers here are below 1e4, so a relative residual of 1e-12 is a relative error below 1e-8.
const AGREEMENT = 1e-8;

function createGrid(size: number, diagonal = 0, numRhs = 3): CsrSystem {
  const random = createRandom(size);
  const matrix = createLaplacian(size ** 3, createGridEdges(size, random), diagonal);
  return diagonal > 0
    ? createSystem(matrix, numRhs, random)
    : createSystem(matrix, numRhs, random, new Int32Array(size ** 3), 1);
}

async function expectAgreement(system: CsrSystem): Promise<void> {
  const options = { relativeTolerance: TIGHT };
  const result = await createWasmMultigridSolver().solve(system, options);
  const expected = await createCholeskySolver().solve(system, options);
  expect(measureDifference(result.solution, expected.solution)).toBeLessThan(AGREEMENT);
  expect(result.method).toBe("wasm-mgcg");
}

/** One V-cycle for each unit vector, as columns. */
function applyToUnitVectors(kernel: Kernel, system: CsrSystem): Float64Array[] {
  const { matrix, component, numComponents } = system;
  return withKernelBuffers(kernel, (buffers) => {
    const handleAt = buffers.allocate(4);
    kernel.call(
      "erfem_mg_create",
      matrix.numRows,
      buffers.copyIn(matrix.rowStart),
      buffers.copyIn(matrix.columns),
      buffers.copyIn(matrix.values),
      numComponents > 0 ? buffers.copyIn(component) : 0,
      numComponents,
      0,
      handleAt,
      buffers.allocate(32),
    );
    const handle = buffers.readPointer(handleAt);
    const resultAt = buffers.allocate(8 * matrix.numRows);
    const columns = Array.from({ length: matrix.numRows }, (_, unknown) => {
      const unit = new Float64Array(matrix.numRows);
      unit[unknown] = 1;
      expect(kernel.call("erfem_mg_precondition", handle, buffers.copyIn(unit), 1, resultAt)).toBe(
        KernelStatus.ok,
      );
      return buffers.readFloat64(resultAt, matrix.numRows);
    });
    kernel.free("erfem_mg_free", handle);
    return columns;
  });
}

describe("agreement with Cholesky", () => {
  it.each([1, 2, 3, 4, 5, 9])("for %d right-hand sides, two levels", async (numRhs) => {
    await expectAgreement(createGrid(9, 0, numRhs));
  });

  it.each([1e-3, 1, 1e3])("for a definite matrix with %d on the diagonal", async (diagonal) => {
    await expectAgreement(createGrid(8, diagonal));
  });

  it.each([1e-200, 1e-30, 1e30, 1e200])("for numbers around %d", async (unit) => {
    const system = createGrid(7);
    for (const numbers of [system.matrix.values, system.rhs]) {
      for (let at = 0; at < numbers.length; at++) numbers[at] *= unit;
    }
    await expectAgreement(system);
  });

  it("for right-hand sides of very different sizes, one of them zero", async () => {
    const system = createGrid(7);
    for (let row = 0; row < 343; row++) {
      system.rhs[3 * row] *= 1e-150;
      system.rhs[3 * row + 1] = 0;
    }
    const { solution, iterations } = await createWasmMultigridSolver().solve(system);
    const expected = await createCholeskySolver().solve(system);
    for (let l = 0; l < 3; l++) {
      const column = (x: Float64Array): Float64Array => x.filter((_, at) => at % 3 === l);
      if (l === 1) expect(column(solution).every((x) => x === 0)).toBe(true);
      else expect(measureDifference(column(solution), column(expected.solution))).toBeLessThan(AGREEMENT);
    }
    expect(iterations[1]).toBe(0);
  });
});

describe("tiny and odd systems", () => {
  it.each([1, 2, 3, 5])("solves a path of %d unknowns", async (length) => {
    const edges = Array.from({ length: length - 1 }, (_, i) => [i, i + 1, 1 + i] as const);
    const random = createRandom(length);
    await expectAgreement(createSystem(createLaplacian(length, edges, 0.5), 3, random));
    if (length === 1) return;
    await expectAgreement(createSystem(createLaplacian(length, edges), 3, random, new Int32Array(length), 1));
  });

  it("solves nothing", async () => {
    const system = createSystem(createMatrix(0, [0], [], []), 2, createRandom(1));
    expect((await createWasmMultigridSolver().solve(system)).iterations).toEqual([0, 0]);
  });

  it("solves a diagonal matrix", async () => {
    const size = 500;
    const diagonal = Float64Array.from({ length: size }, (_, i) => 1 + i * i);
    const rows = Array.from({ length: size + 1 }, (_, i) => i);
    const system = createSystem(createMatrix(size, rows, rows.slice(0, size), diagonal), 3, createRandom(2));
    const result = await createWasmMultigridSolver().solve(system);
    expect(Math.max(...result.iterations)).toBeLessThanOrEqual(2);
    expect(result.solution[3 * 7]).toBeCloseTo(system.rhs[3 * 7] / 50, 12);
  });

  it("leaves rows of zeros at zero, declared or not", async () => {
    const dense = Array.from({ length: 6 }, () => new Array<number>(6).fill(0));
    dense[1][1] = dense[4][4] = 2;
    dense[1][4] = dense[4][1] = -2;
    dense[2][2] = 3;
    const rhs = Float64Array.of(0, 1, 3, 0, -1, 0);
    const system = {
      matrix: createCsr(dense),
      rhs,
      numRhs: 1,
      component: Int32Array.of(1, 0, 2, 1, 0, 1),
      numComponents: 3,
    };
    const { solution } = await createWasmMultigridSolver().solve({ ...system, rhs: rhs.with(2, 0) });
    const expected = [0, 0.25, 0, 0, -0.25, 0];
    for (const [row, value] of expected.entries()) expect(solution[row]).toBeCloseTo(value, 14);
  });

  it("solves each of 300 components, of 1 to 64 unknowns", async () => {
    const random = createRandom(8);
    const edges: (readonly [number, number, number])[] = [];
    const component: number[] = [];
    for (let c = 0; c < 300; c++) {
      const size = [0, 3, 4][c % 3];
      if (size > 0) edges.push(...createGridEdges(size, random, component.length));
      for (let count = Math.max(1, size ** 3); count > 0; count--) component.push(c);
    }
    const matrix = createLaplacian(component.length, edges);
    await expectAgreement(createSystem(matrix, 3, random, Int32Array.from(component), 300));
  });
});

describe("one V-cycle", () => {
  it("is symmetric and positive definite to float32", async () => {
    const system = createGrid(7, 0.01);
    const columns = applyToUnitVectors(await loadKernel(), system);
    let difference = 0;
    for (let i = 0; i < columns.length; i++) {
      for (let j = 0; j < i; j++) {
        const scale = Math.sqrt(columns[i][i] * columns[j][j]);
        difference = Math.max(difference, Math.abs(columns[i][j] - columns[j][i]) / scale);
      }
    }
    // Sums of some hundred float32 numbers.
    expect(difference).toBeLessThan(1e-5);
    expect(columns.every((column, i) => column[i] > 0)).toBe(true);
  });
});

describe("Multigrid", () => {
  it("serves many runs, one of them begun with a NaN", async () => {
    const kernel = await loadKernel();
    const system = createGrid(9);
    const multigrid = new Multigrid(kernel, system);
    const run = { relativeTolerance: 1e-10, maxIterations: 100 };
    const first = new Float64Array(system.rhs.length);
    const again = new Float64Array(system.rhs.length);
    expect(multigrid.solve(system.rhs, 3, first, run).status).toBe(KernelStatus.ok);
    expect(multigrid.solve(system.rhs.with(4, NaN), 3, again, run).status).toBe(KernelStatus.notFinite);
    expect(multigrid.solve(system.rhs, 3, again, run).status).toBe(KernelStatus.ok);
    expect(again).toEqual(first);
    expect(multigrid.info.numLevels).toBeGreaterThanOrEqual(2);
    expect(multigrid.info.operatorComplexity).toBeGreaterThan(1);
    multigrid.dispose();
  });

  it("goes on from a solution", async () => {
    const multigrid = new Multigrid(await loadKernel(), createGrid(9));
    const { rhs } = createGrid(9);
    const solution = new Float64Array(rhs.length);
    const short = multigrid.solve(rhs, 3, solution, { relativeTolerance: 1e-10, maxIterations: 5 });
    expect(short.status).toBe(KernelStatus.iterationLimit);
    const rest = multigrid.solve(rhs, 3, solution, {
      relativeTolerance: 1e-10,
      maxIterations: 100,
      fromSolution: true,
    });
    expect(rest.status).toBe(KernelStatus.ok);
    expect(computeRelativeResiduals(createGrid(9), solution).every((r) => r < 1.001e-10)).toBe(true);
    const done = { relativeTolerance: 1e-9, maxIterations: 100, fromSolution: true };
    expect([...multigrid.solve(rhs, 3, solution, done).iterations]).toEqual([0, 0, 0]);
    multigrid.dispose();
  });

  it("gives its memory back", async () => {
    const kernel = await loadKernel();
    const system = createGrid(12);
    const use = (): number => {
      const multigrid = new Multigrid(kernel, system);
      const solution = new Float64Array(system.rhs.length);
      multigrid.solve(system.rhs, 3, solution, { relativeTolerance: 1e-8, maxIterations: 50 });
      multigrid.dispose();
      return kernel.heapBytes;
    };
    const once = use();
    for (let time = 0; time < 20; time++) use();
    expect(kernel.heapBytes).toBe(once);
  });

  it("ends a run when it is told to", async () => {
    const system = createDiffusionSystem({
      counts: [8, 8, 8],
      onFacets: true,
      spacing: [1, 1, 0.05],
      random: createRandom(3),
    });
    const multigrid = new Multigrid(await loadKernel(), system);
    const random = createSystem(system.matrix, 3, createRandom(4), system.component, 1);
    const seen: number[] = [];
    const outcome = multigrid.solve(random.rhs, 3, new Float64Array(random.rhs.length), {
      relativeTolerance: 1e-14,
      maxIterations: 1000,
      onChunk: (iteration) => {
        seen.push(iteration);
        return false;
      },
    });
    expect(outcome.status).toBe(KernelStatus.running);
    expect(seen).toEqual([10]);
    multigrid.dispose();
  });
});
