import { describe, expect, it } from "vitest";
import { ConvergenceError, ErfemError, KernelError, UsageError } from "../../src/core/errors.js";
import { createCholeskySolver } from "../../src/solver/cholesky-solver.js";
import type { CsrSystem } from "../../src/solver/linear-solver.js";
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
} from "./systems.js";

const solvers = [
  createWasmDirectSolver(),
  createWasmCgSolver(),
  createWasmMultigridSolver(),
  createCholeskySolver(),
];

async function catchError(work: Promise<unknown>): Promise<ErfemError> {
  const caught: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(caught instanceof ErfemError)) throw new Error(`expected an ErfemError, got ${String(caught)}`);
  return caught;
}

function createDefinite(): CsrSystem {
  const random = createRandom(3);
  return createSystem(createLaplacian(40, createRandomEdges(40, random), 1), 2, random);
}

describe.each(solvers)("$name", (solver) => {
  it.each([NaN, Infinity])("refuses %d in the matrix", async (value) => {
    const system = createDefinite();
    system.matrix.values[7] = value;
    const error = await catchError(solver.solve(system));
    expect(error).toBeInstanceOf(KernelError);
    expect(error.code).toBe("not-finite");
    expect(error.details["index"]).toBe(7);
  });

  it("refuses NaN in a right-hand side", async () => {
    const system = createDefinite();
    system.rhs[3] = NaN;
    expect((await catchError(solver.solve(system))).code).toBe("not-finite");
  });

  it("refuses an indefinite matrix, also one with a positive diagonal", async () => {
    const random = createRandom(4);
    const negative = createDense(createDefinite().matrix);
    negative[11][11] = -1;
    const hidden = createDense(createLaplacian(40, createRandomEdges(40, random), 1));
    hidden[3][4] = hidden[4][3] = 5 * Math.max(hidden[3][3], hidden[4][4]);
    for (const dense of [negative, hidden]) {
      const error = await catchError(solver.solve(createSystem(createCsr(dense), 3, random)));
      expect(error).toBeInstanceOf(KernelError);
      expect(error.code).toBe("not-positive-definite");
    }
  });

  it("says that a tolerance below round-off cannot be reached", async () => {
    const random = createRandom(5);
    const system = createSystem(createLaplacian(125, createGridEdges(5, random), 1e-3), 1, random);
    const error = await catchError(solver.solve(system, { relativeTolerance: 1e-22 }));
    expect(error).toBeInstanceOf(ConvergenceError);
    expect(error.code).toBe("solver-stagnated");
    const residuals = error.details["residuals"] as number[];
    // What it reached is round-off: the matrix has a condition number of about 1e4.
    expect(residuals[0]).toBeLessThan(1e-13);
    expect(error.details["tolerance"]).toBe(1e-22);
  });

  it.each<[string, (system: CsrSystem) => CsrSystem]>([
    ["a short right-hand side", (system) => ({ ...system, rhs: system.rhs.subarray(1) })],
    ["components that are missing", (system) => ({ ...system, numComponents: 1 })],
    [
      "a component out of range",
      (system) => ({ ...system, numComponents: 1, component: new Int32Array(40).fill(1) }),
    ],
    ["no right-hand side", (system) => ({ ...system, numRhs: 0, rhs: new Float64Array(0) })],
    ["a matrix that is not square", (system) => ({ ...system, matrix: { ...system.matrix, numCols: 41 } })],
    [
      "a column out of range",
      (system) => {
        const columns = system.matrix.columns.slice();
        columns[columns.length - 1] = 40;
        return { ...system, matrix: { ...system.matrix, columns } };
      },
    ],
    [
      "columns that repeat",
      (system) => {
        const columns = system.matrix.columns.slice();
        columns[1] = columns[0];
        return { ...system, matrix: { ...system.matrix, columns } };
      },
    ],
  ])("refuses %s", async (_, change) => {
    const error = await catchError(solver.solve(change(createDefinite())));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.code).toBe("system-size-mismatch");
  });

  it("refuses limits that make no sense", async () => {
    const system = createDefinite();
    for (const relativeTolerance of [0, -1, NaN, 1]) {
      expect((await catchError(solver.solve(system, { relativeTolerance }))).code).toBe("bad-tolerance");
    }
    for (const maxIterations of [-1, 1.5, NaN, 2 ** 31]) {
      expect((await catchError(solver.solve(system, { maxIterations }))).code).toBe("bad-iteration-limit");
    }
  });
});

describe("wasm-cg", () => {
  it.each([0, 1, 7])("fails at an iteration limit of %d", async (maxIterations) => {
    const random = createRandom(6);
    const system = createSystem(
      createLaplacian(1000, createGridEdges(10, random)),
      3,
      random,
      new Int32Array(1000),
      1,
    );
    const error = await catchError(createWasmCgSolver().solve(system, { maxIterations }));
    expect(error).toBeInstanceOf(ConvergenceError);
    expect(error.code).toBe("not-converged");
    expect(error.details["iterations"]).toEqual([maxIterations, maxIterations, maxIterations]);
    expect((error.details["residuals"] as number[]).every((residual) => residual > 1e-10)).toBe(true);
  });
});
