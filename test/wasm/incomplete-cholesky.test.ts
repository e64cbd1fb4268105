import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/kernel/kernel.js";
import { type KernelBuffers, withKernelBuffers } from "../../src/kernel/kernel-buffers.js";
import type { CsrMatrix } from "../../src/sparse/csr.js";
import {
  createCsr,
  createDense,
  createGridEdges,
  createLaplacian,
  createRandom,
  createRandomEdges,
  measureDifference,
} from "../solver/systems.js";
import { factorizeReference, solveReference } from "./incomplete-reference.js";

const kernel = await loadKernel();

// The factor is kept in float32, 6e-8, and a few dozen roundings add up along a solve.
const FLOAT32 = 2e-6;

/** Z of the kernel and the shift it needed. */
function applyKernel(
  matrix: CsrMatrix,
  component: Int32Array,
  residual: Float64Array,
  numRhs: number,
): { result: Float64Array; shift: number; order: Int32Array } {
  return withKernelBuffers(kernel, (buffers: KernelBuffers) => {
    const pattern = [matrix.numRows, buffers.copyIn(matrix.rowStart), buffers.copyIn(matrix.columns)];
    const orderAt = buffers.allocate(4 * matrix.numRows);
    kernel.call("erfem_rcm", ...pattern, orderAt);
    const [handleAt, infoAt] = [buffers.allocate(4), buffers.allocate(16)];
    const numComponents = Math.max(...component) + 1;
    const system = [...pattern, buffers.copyIn(matrix.values), buffers.copyIn(component), numComponents];
    expect(kernel.call("erfem_cg_create", ...system, handleAt, infoAt)).toBe(0);
    const handle = buffers.readPointer(handleAt);
    const at = buffers.copyIn(residual);
    expect(kernel.call("erfem_cg_precondition", handle, at, numRhs, at)).toBe(0);
    kernel.free("erfem_cg_free", handle);
    return {
      result: buffers.readFloat64(at, residual.length),
      shift: buffers.readFloat64(infoAt, 2)[0],
      order: buffers.readInt32(orderAt, matrix.numRows),
    };
  });
}

/** Kernel against reference, each column scaled to a largest entry of 1, since M is defined up to a factor. */
function measureError(
  matrix: CsrMatrix,
  component: Int32Array,
  numRhs: number,
): { error: number; shift: number } {
  const random = createRandom(11);
  const residual = new Float64Array(matrix.numRows * numRhs).map(() => random() - 0.5);
  const { result, shift, order } = applyKernel(matrix, component, residual, numRhs);
  const dense = createDense(matrix);
  const permuted = Array.from(order, (row) => Array.from(order, (col) => dense[row][col]));
  const last = new Map(Array.from(order, (row, place) => [component[row], place]));
  const factor = factorizeReference(
    permuted,
    shift,
    (row) => component[order[row]] >= 0 && last.get(component[order[row]]) === row,
  );
  if (factor === null) throw new Error("the reference breaks down where the kernel does not");
  let error = 0;
  for (let l = 0; l < numRhs; l++) {
    const expected = new Float64Array(matrix.numRows);
    solveReference(
      factor,
      Array.from(order, (row) => residual[row * numRhs + l]),
    ).forEach((value, place) => (expected[order[place]] = value));
    const column = result.filter((_, at) => at % numRhs === l);
    const largest = Math.max(...expected.map(Math.abs));
    const scale = Math.max(...column.map(Math.abs));
    const unit = expected.map((value) => value / largest);
    error = Math.max(
      error,
      measureDifference(
        column.map((value) => value / scale),
        unit,
      ),
    );
  }
  return { error, shift };
}

describe("incomplete Cholesky", () => {
  const random = createRandom(12);
  it.each([1, 2, 3, 4])("is what the formulas say, for %d vectors", (numRhs) => {
    const grid = createLaplacian(64, createGridEdges(4, random));
    expect(measureError(grid, new Int32Array(64), numRhs).error).toBeLessThan(FLOAT32);
    const definite = createLaplacian(120, createRandomEdges(120, random), 0.05);
    expect(measureError(definite, new Int32Array(120).fill(-1), numRhs).error).toBeLessThan(FLOAT32);
  });

  it("is exact where nothing is dropped, and bounds the pivot that would be zero", () => {
    // A path has no fill; its last pivot is zero.
    const path = createLaplacian(
      50,
      Array.from({ length: 49 }, (_, at) => [at, at + 1, 1 + (at % 3)] as const),
    );
    const { error, shift } = measureError(path, new Int32Array(50), 1);
    expect(shift).toBe(0);
    expect(error).toBeLessThan(FLOAT32);
  });

  it("shifts the diagonal where a pivot breaks down", () => {
    // Kershaw's positive definite matrix (J. Comput. Phys. 26, 1978), for which plain IC(0) meets a negative pivot.
    const kershaw = [
      [3, -2, 0, 2],
      [-2, 3, -2, 0],
      [0, -2, 3, -2],
      [2, 0, -2, 3],
    ];
    const { error, shift } = measureError(createCsr(kershaw), new Int32Array(4).fill(-1), 2);
    expect(shift).toBeGreaterThan(0);
    expect(error).toBeLessThan(FLOAT32);
  });
});
