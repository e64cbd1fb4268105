import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/kernel/kernel.js";
import { withKernelBuffers } from "../../src/kernel/kernel-buffers.js";
import { KernelStatus } from "../../src/kernel/kernel-status.js";
import type { CsrMatrix } from "../../src/sparse/csr.js";
import { createGridEdges, createLaplacian, createMatrix, createRandom, shuffle } from "../solver/systems.js";

const kernel = await loadKernel();

/** permutation[place] = unknown, as the kernel orders them. */
function orderUnknowns(matrix: CsrMatrix): { status: number; permutation: Int32Array } {
  return withKernelBuffers(kernel, (buffers) => {
    const at = buffers.allocate(4 * matrix.numRows);
    const status = kernel.call(
      "erfem_rcm",
      matrix.numRows,
      buffers.copyIn(matrix.rowStart),
      buffers.copyIn(matrix.columns),
      at,
    );
    return { status, permutation: buffers.readInt32(at, matrix.numRows) };
  });
}

/** max |place(i) - place(j)| over the entries. */
function measureBandwidth(matrix: CsrMatrix, permutation: Int32Array): number {
  const place = new Int32Array(matrix.numRows);
  permutation.forEach((unknown, at) => (place[unknown] = at));
  let bandwidth = 0;
  for (let row = 0; row < matrix.numRows; row++) {
    for (let k = matrix.rowStart[row]; k < matrix.rowStart[row + 1]; k++) {
      bandwidth = Math.max(bandwidth, Math.abs(place[row] - place[matrix.columns[k]]));
    }
  }
  return bandwidth;
}

function countUp(length: number): Int32Array {
  return Int32Array.from({ length }, (_, at) => at);
}

describe("reverse Cuthill-McKee", () => {
  it("finds the order of a path that was shuffled", () => {
    const number = shuffle(500, createRandom(1));
    const matrix = createLaplacian(
      500,
      Array.from({ length: 499 }, (_, at) => [number[at], number[at + 1], 1] as const),
    );
    const { status, permutation } = orderUnknowns(matrix);
    expect(status).toBe(KernelStatus.ok);
    expect(permutation.toSorted()).toEqual(countUp(500));
    expect(measureBandwidth(matrix, permutation)).toBe(1);
  });

  it("gives every part of a graph consecutive places, and a periodic grid a band", () => {
    const random = createRandom(2);
    const edges = [
      ...createGridEdges(10, random),
      ...createGridEdges(8, random, 1000),
      [1513, 1514, 1] as const,
    ];
    const matrix = createLaplacian(1515, edges); // 1512 stands alone
    const { permutation } = orderUnknowns(matrix);
    expect(permutation.toSorted()).toEqual(countUp(1515));
    // A level of breadth-first search in the grid of 10^3 has at most 5 * 10^2 / 2 nodes or so; two of them are a band.
    expect(measureBandwidth(matrix, countUp(1515))).toBeGreaterThan(900);
    expect(measureBandwidth(matrix, permutation)).toBeLessThan(500);
    const part = [...permutation].map(
      (unknown) => Number(unknown >= 1000) + Number(unknown >= 1512) + Number(unknown > 1512),
    );
    expect(part.filter((value, at) => at > 0 && value !== part[at - 1])).toHaveLength(3);
  });

  it("stays within bounds where the pattern is not symmetric", () => {
    // Row 3 sees the others, which do not see it.
    const matrix = createMatrix(4, [0, 1, 2, 3, 7], [0, 1, 2, 0, 1, 2, 3], new Float64Array(7).fill(1));
    const { status, permutation } = orderUnknowns(matrix);
    expect(status).toBe(KernelStatus.ok);
    expect(permutation.toSorted()).toEqual(countUp(4));
  });

  it.each([
    ["a column out of range", [0, 1, 2], [0, 2]],
    ["a negative column", [0, 1, 2], [-1, 1]],
    ["offsets that descend", [0, 2, 1], [0, 1]],
    ["an offset that does not start at 0", [1, 1, 2], [0, 1]],
  ])("refuses %s", (_, rowStart, columns) => {
    const { status } = orderUnknowns(createMatrix(2, rowStart, columns, new Float64Array(2)));
    expect(status).toBe(KernelStatus.badArgument);
  });

  it("takes an empty matrix", () => {
    expect(orderUnknowns(createMatrix(0, [0], [], [])).status).toBe(KernelStatus.ok);
  });
});
