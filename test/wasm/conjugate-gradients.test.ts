import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/kernel/kernel.js";
import { withKernelBuffers } from "../../src/kernel/kernel-buffers.js";
import { KernelStatus } from "../../src/kernel/kernel-status.js";
import type { CsrSystem } from "../../src/solver/linear-solver.js";
import {
  createDense,
  createGridEdges,
  createLaplacian,
  createRandom,
  createSystem,
  measureDifference,
} from "../solver/systems.js";
import { factorizeReference, solveReference } from "./incomplete-reference.js";

interface Run {
  readonly status: number;
  readonly iterations: Int32Array;
  readonly residuals: Float64Array;
  readonly solution: Float64Array;
  readonly order: Int32Array;
}

const TOLERANCE = 1e-10;
const kernel = await loadKernel();

/** The kernel by itself, in chunks of `chunk` iterations. */
function runKernel(system: CsrSystem, chunk: number, tolerance = TOLERANCE, limit = 1000): Run {
  const { matrix, rhs, numRhs } = system;
  return withKernelBuffers(kernel, (buffers) => {
    const pattern = [matrix.numRows, buffers.copyIn(matrix.rowStart), buffers.copyIn(matrix.columns)];
    const orderAt = buffers.allocate(4 * matrix.numRows);
    kernel.call("erfem_rcm", ...pattern, orderAt);
    const [handleAt, infoAt] = [buffers.allocate(4), buffers.allocate(16)];
    const component = buffers.copyIn(system.component);
    const arrays = [...pattern, buffers.copyIn(matrix.values), component, system.numComponents];
    expect(kernel.call("erfem_cg_create", ...arrays, handleAt, infoAt)).toBe(KernelStatus.ok);
    const handle = buffers.readPointer(handleAt);
    const [iterationsAt, residualsAt] = [buffers.allocate(64), buffers.allocate(64)];
    const at = buffers.copyIn(rhs);
    let status = kernel.call("erfem_cg_start", handle, at, numRhs, tolerance, limit);
    while (status === KernelStatus.running) status = kernel.call("erfem_cg_iterate", handle, chunk);
    if (status !== KernelStatus.badArgument) {
      kernel.call("erfem_cg_report", handle, iterationsAt, residualsAt);
      kernel.call("erfem_cg_solution", handle, at);
    }
    kernel.free("erfem_cg_free", handle);
    return {
      status,
      iterations: buffers.readInt32(iterationsAt, numRhs),
      residuals: buffers.readFloat64(residualsAt, numRhs),
      solution: buffers.readFloat64(at, rhs.length),
      order: buffers.readInt32(orderAt, matrix.numRows),
    };
  });
}

/** Textbook preconditioned conjugate gradients in double precision, one right-hand side, dense. */
function iterateReference(matrix: number[][], rhs: number[]): { iterations: number; solution: number[] } {
  const last = matrix.length - 1;
  const factor = factorizeReference(matrix, 0, (row) => row === last);
  if (factor === null) throw new Error("the reference broke down");
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const center = (a: number[]): number[] => {
    const mean = a.reduce((sum, value) => sum + value, 0) / a.length;
    return a.map((value) => value - mean);
  };
  let solution = rhs.map(() => 0);
  let residual = rhs;
  let corrected = center(solveReference(factor, residual));
  let direction = corrected;
  let energy = dot(residual, corrected);
  for (let iterations = 1; ; iterations++) {
    const product = matrix.map((row) => dot(row, direction));
    const alpha = energy / dot(direction, product);
    solution = solution.map((value, i) => value + alpha * direction[i]);
    residual = residual.map((value, i) => value - alpha * product[i]);
    if (dot(residual, residual) <= TOLERANCE ** 2 * dot(rhs, rhs)) return { iterations, solution };
    corrected = center(solveReference(factor, residual));
    const next = dot(residual, corrected);
    direction = corrected.map((value, i) => value + (next / energy) * direction[i]);
    energy = next;
  }
}

function createGridSystem(numRhs: number): CsrSystem {
  const random = createRandom(31);
  return createSystem(
    createLaplacian(216, createGridEdges(6, random)),
    numRhs,
    random,
    new Int32Array(216),
    1,
  );
}

describe("conjugate gradients of the kernel", () => {
  it("do what the textbook does, right-hand side by right-hand side", () => {
    const system = createGridSystem(3);
    const { status, iterations, solution, order } = runKernel(system, 25);
    expect(status).toBe(KernelStatus.ok);
    const dense = createDense(system.matrix);
    const permuted = Array.from(order, (row) => Array.from(order, (col) => dense[row][col]));
    for (let l = 0; l < 3; l++) {
      const reference = iterateReference(
        permuted,
        Array.from(order, (row) => system.rhs[row * 3 + l]),
      );
      // The preconditioner in float32 may cost an iteration.
      expect(Math.abs(iterations[l] - reference.iterations)).toBeLessThanOrEqual(1);
      const expected = new Float64Array(216);
      reference.solution.forEach((value, place) => (expected[order[place]] = value));
      const column = solution.filter((_, at) => at % 3 === l);
      // Both stop at a residual of 1e-10; the smallest eigenvalue of the grid is 1, its largest 12.
      expect(measureDifference(column, expected)).toBeLessThan(1e-8);
    }
  });

  it("do not depend on the chunks", () => {
    const system = createGridSystem(3);
    expect(runKernel(system, 1)).toEqual(runKernel(system, 1000));
  });

  it("do not depend on the size of a right-hand side, to the last bit", () => {
    const system = createGridSystem(2);
    const expected = runKernel(system, 25);
    const tiny = runKernel({ ...system, rhs: system.rhs.map((value) => value * 2 ** -200) }, 25);
    expect(tiny.iterations).toEqual(expected.iterations);
    expect(tiny.solution.map((value) => value * 2 ** 200)).toEqual(expected.solution);
  });

  it("report the residual they have where they stop", () => {
    const { status, iterations, residuals } = runKernel(createGridSystem(4), 25, TOLERANCE, 5);
    expect(status).toBe(KernelStatus.iterationLimit);
    expect(iterations).toEqual(Int32Array.of(5, 5, 5, 5));
    expect(residuals.every((residual) => residual > TOLERANCE && residual < 1)).toBe(true);
  });

  it("tell stagnation from the iteration limit", () => {
    const { status, residuals } = runKernel(createGridSystem(1), 25, 1e-20);
    expect(status).toBe(KernelStatus.stagnated);
    // A few roundings of 1e-16 in each of 7 entries.
    expect(residuals[0]).toBeLessThan(1e-14);
  });

  it("refuse more right-hand sides than there are lanes", () => {
    expect(runKernel(createGridSystem(5), 25).status).toBe(KernelStatus.badArgument);
  });
});
