import { describe, expect, it } from "vitest";
import {
  cross,
  determinant3,
  SYMMETRIC_INDEX,
  type SymmetricTensor,
  type Vector3,
} from "../../src/core/tensor.js";
import { assembleCellProblem, assembleInKernel, type AssembledCellProblem } from "../../src/fem/assembly.js";
import { tensorOffset, type CellProblem } from "../../src/fem/cell-input.js";
import { mapNodeDofs, type CellDofs, type DofMap } from "../../src/fem/dof-map.js";
import { evaluateBasis, P1, type TetElement } from "../../src/fem/element.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { KernelMesh } from "../../src/mesh/kernel-mesh.js";
import { identifyPeriodicFaces } from "../../src/mesh/periodic-mesh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { multiplyBlock } from "../../src/sparse/multiply-block.js";
import { boxMesh, mapCoordinates, renumberMesh, seededRandom } from "../support/box-mesh.js";

/** Round-off of a row of the stiffness matrix, relative to its diagonal. */
const ROUNDOFF = 1e-12;

const tensor: SymmetricTensor = [2, 1, 3, 0.5, 0.2, -0.4];
const counts: [number, number, number] = [3, 4, 3];

/** A box whose interior nodes are moved at random, by up to a tenth of a cube. */
const mesh = mapCoordinates(renumberMesh(boxMesh({ counts, lengths: [1, 2, 1] }), 8), (x, y, z) => {
  const bump = (s: number, length: number): number => Math.sin((2 * Math.PI * s) / length);
  const shift = 0.03 * bump(x, 1) * bump(y, 2) * bump(z, 1);
  return [x + shift, y - shift, z + 2 * shift];
});
const allCells = Int32Array.from({ length: mesh.numCells }, (_, cell) => cell);

const kernel = await loadKernel();

function assemble(dofMap: CellDofs, on: TetMesh = mesh): AssembledCellProblem {
  const coefficient = { tensors: Float64Array.from(tensor), tensorOfCell: null };
  return assembleCellProblem(kernel, { mesh: on, phaseCells: allCells, element: P1, dofMap, coefficient });
}

/** One dof for each node: no identification. */
const freeDofs: DofMap = {
  numDofs: mesh.numNodes,
  numLocalDofs: 4,
  cellDofs: mesh.cells,
  numNodes: mesh.numNodes,
  numExtraDofs: 0,
};
const periodicMesh = new KernelMesh(kernel, identifyPeriodicFaces(kernel, mesh, 1, { homogeneous: true }));
const periodicDofs = mapNodeDofs(periodicMesh, allCells);

describe("assembleCellProblem", () => {
  it("passes the patch test: K u = 0 inside, and u.K u = |Y| g.a g for u = g.y", () => {
    const { stiffness, load } = assemble(freeDofs);
    const product = multiplyBlock(stiffness, mesh.coordinates, 3);
    // K y_k = int a e_k . grad phi_i = -B_k on every row, the boundary too.
    for (let i = 0; i < product.length; i++) expect(Math.abs(product[i] + load[i])).toBeLessThan(ROUNDOFF);
    const energy = [0, 1, 2].map((k) =>
      [0, 1, 2].map((l) => {
        let sum = 0;
        for (let node = 0; node < mesh.numNodes; node++) {
          sum += mesh.coordinates[3 * node + k] * product[3 * node + l];
        }
        return sum / 2;
      }),
    );
    const expected = [
      [2, -0.4, 0.2],
      [-0.4, 1, 0.5],
      [0.2, 0.5, 3],
    ];
    energy.flat().forEach((value, e) => {
      expect(Math.abs(value - expected.flat()[e])).toBeLessThan(ROUNDOFF);
    });
  });

  it("gives a periodic matrix that is symmetric to the last bit, sorted, with constants in its null space", () => {
    const { stiffness, load, basisIntegrals, integratedDiffusion } = assemble(periodicDofs);
    const { rowStart, columns, values, numRows } = stiffness;
    expect(numRows).toBe(3 * 4 * 3);
    const entries = new Map<string, number>();
    for (let row = 0; row < numRows; row++) {
      let sum = 0;
      for (let at = rowStart[row]; at < rowStart[row + 1]; at++) {
        if (at > rowStart[row]) expect(columns[at]).toBeGreaterThan(columns[at - 1]);
        entries.set(`${row},${columns[at]}`, values[at]);
        sum += values[at];
      }
      expect(Math.abs(sum)).toBeLessThan(ROUNDOFF * (entries.get(`${row},${row}`) ?? 0));
    }
    for (const [key, value] of entries) expect(entries.get(key.split(",").reverse().join(","))).toBe(value);
    for (let k = 0; k < 3; k++) {
      const total = load.reduce((sum, value, at) => (at % 3 === k ? sum + value : sum), 0);
      expect(Math.abs(total)).toBeLessThan(ROUNDOFF);
    }
    expect(basisIntegrals.reduce((sum, value) => sum + value)).toBeCloseTo(2, 12);
    expect(integratedDiffusion[0][1]).toBeCloseTo(2 * -0.4, 12);
  });

  it("equals the free matrix with rows and columns of periodic images added", () => {
    const free = assemble(freeDofs).stiffness;
    const periodic = assemble(periodicDofs).stiffness;
    const dofOfNode = new Int32Array(mesh.numNodes);
    mesh.cells.forEach((node, at) => (dofOfNode[node] = periodicDofs.cellDofs[at]));
    const dense = new Float64Array(periodic.numRows ** 2);
    for (let row = 0; row < free.numRows; row++) {
      for (let at = free.rowStart[row]; at < free.rowStart[row + 1]; at++) {
        dense[dofOfNode[row] * periodic.numRows + dofOfNode[free.columns[at]]] += free.values[at];
      }
    }
    for (let row = 0; row < periodic.numRows; row++) {
      for (let at = periodic.rowStart[row]; at < periodic.rowStart[row + 1]; at++) {
        dense[row * periodic.numRows + periodic.columns[at]] -= periodic.values[at];
      }
    }
    dense.forEach((difference) => {
      expect(Math.abs(difference)).toBeLessThan(ROUNDOFF);
    });
  });

  it("works where every cell meets itself", () => {
    const cube = boxMesh({ counts: [1, 1, 1] });
    const cells = Int32Array.from({ length: 6 }, (_, cell) => cell);
    const periodic = identifyPeriodicFaces(kernel, cube, 1, { homogeneous: true });
    const dofMap = mapNodeDofs(new KernelMesh(kernel, periodic), cells);
    const coefficient = { tensors: Float64Array.from(tensor), tensorOfCell: null };
    const problem = { mesh: cube, phaseCells: cells, element: P1, dofMap, coefficient };
    const { stiffness } = assembleCellProblem(kernel, problem);
    expect(stiffness.numRows).toBe(1);
    expect(Math.abs(stiffness.values[0])).toBeLessThan(ROUNDOFF);
  });
});

describe("the pattern", () => {
  it("is sorted and complete in rows of any length", () => {
    // Dof 0 is in every cell, the others are drawn at random: cells meet in it and themselves.
    const random = seededRandom(6);
    const numDofs = 200;
    const cellDofs = Int32Array.from({ length: 4 * mesh.numCells }, (_, at) =>
      at % 4 === 0 ? 0 : Math.floor(numDofs * random()),
    );
    const { rowStart, columns } = assemble({ ...freeDofs, numDofs, cellDofs }).stiffness;
    const expected = Array.from({ length: numDofs }, (_, dof) => new Set<number>([dof]));
    for (let cell = 0; cell < cellDofs.length; cell += 4) {
      const dofs = cellDofs.subarray(cell, cell + 4);
      for (const p of dofs) for (const q of dofs) expected[p].add(q);
    }
    expected.forEach((row, p) => {
      expect([...columns.subarray(rowStart[p], rowStart[p + 1])]).toEqual([...row].sort((a, b) => a - b));
    });
  });

  /** Facet functions 1 - 3 lambda_i: affine, and not one at a node. */
  const facetElement: TetElement = {
    name: "facets",
    numLocalDofs: 4,
    dofEntity: "facet",
    dofPoints: [],
    constants: [-2, 1, 1, 1],
    gradients: [3, 3, 3, -3, 0, 0, 0, -3, 0, 0, 0, -3],
  };

  it.each([
    ["nodal functions, one scalar", P1, 1],
    ["nodal functions, three tensors", P1, 3],
    ["facet functions, one scalar", facetElement, 1],
    ["facet functions, three tensors", facetElement, 3],
  ])("equals a naive assembly on dofs in any order, with a row of hundreds: %s", (_, element, numTensors) => {
    const numDofs = 300;
    const random = seededRandom(7);
    const cellDofs = mesh.cells.map((_, at) => (at % 4 === 1 ? 0 : Math.floor(numDofs * random())));
    const tensors: SymmetricTensor[] = [[2, 2, 2, 0, 0, 0], tensor, [1, 3, 2, -0.1, 0.3, 0.2]];
    const coefficient = {
      tensors: Float64Array.from(tensors.slice(0, numTensors).flat()),
      tensorOfCell: allCells.map((cell) => cell % numTensors),
    };
    const dofMap = { ...freeDofs, numDofs, cellDofs };
    const problem = { mesh, phaseCells: allCells, element, dofMap, coefficient };
    const { stiffness, load, basisIntegrals } = assembleCellProblem(kernel, problem);
    const naive = assembleNaively(problem);
    const dense = new Float64Array(numDofs ** 2);
    for (let row = 0; row < numDofs; row++) {
      for (let at = stiffness.rowStart[row]; at < stiffness.rowStart[row + 1]; at++) {
        dense[numDofs * row + stiffness.columns[at]] = stiffness.values[at];
      }
    }
    expect(stiffness.rowStart[1]).toBeGreaterThan(200);
    expectClose(dense, naive.stiffness);
    expectClose(load, naive.load);
    expectClose(basisIntegrals, naive.basisIntegrals);
  });

  it("leaves the same matrix in the kernel, and makes it again to the last bit", () => {
    const coefficient = { tensors: Float64Array.from(tensor), tensorOfCell: null };
    const problem = { mesh, phaseCells: allCells, element: P1, dofMap: periodicDofs, coefficient };
    const expected = assembleCellProblem(kernel, problem);
    for (const kernelMesh of [undefined, periodicMesh]) {
      const { stiffness, load, basisIntegrals } = assembleInKernel(kernel, {
        ...problem,
        ...(kernelMesh === undefined ? {} : { kernelMesh }),
      });
      expect({ load, basisIntegrals }).toEqual({
        load: expected.load,
        basisIntegrals: expected.basisIntegrals,
      });
      expect(stiffness.toCsr()).toEqual(expected.stiffness);
      stiffness.release();
      expect(stiffness.toCsr()).toEqual(expected.stiffness);
      stiffness.release();
      stiffness.release();
    }
  });
});

function expectClose(actual: Float64Array, expected: Float64Array): void {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(actual).toHaveLength(expected.length);
  const worst = actual.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at])), 0);
  expect(worst / scale).toBeLessThan(ROUNDOFF);
}

/** Dense K, B and integrals cell by cell, from gradients by Cramer's rule. */
function assembleNaively({ mesh: on, element, dofMap, coefficient }: CellProblem): {
  stiffness: Float64Array;
  load: Float64Array;
  basisIntegrals: Float64Array;
} {
  const { numDofs, cellDofs } = dofMap;
  const stiffness = new Float64Array(numDofs ** 2);
  const load = new Float64Array(3 * numDofs);
  const basisIntegrals = new Float64Array(numDofs);
  for (let cell = 0; cell < on.numCells; cell++) {
    const [x0, ...others] = [0, 1, 2, 3].map((i): Vector3 => {
      const at = 3 * on.cells[4 * cell + i];
      return [on.coordinates[at], on.coordinates[at + 1], on.coordinates[at + 2]];
    });
    const [u, v, w] = others.map((x): Vector3 => [x[0] - x0[0], x[1] - x0[1], x[2] - x0[2]]);
    const det = determinant3(u, v, w);
    const lambdas = [cross(v, w), cross(w, u), cross(u, v)];
    const gradients = [0, 1, 2, 3].map((i) =>
      [0, 1, 2].map((k) =>
        lambdas.reduce((sum, lambda, j) => sum + (element.gradients[3 * i + j] * lambda[k]) / det, 0),
      ),
    );
    const a = coefficient.tensors.subarray(tensorOffset(coefficient, cell));
    const flux = gradients.map((g) =>
      [0, 1, 2].map((k) => g.reduce((sum, x, l) => sum + (det / 6) * a[SYMMETRIC_INDEX[3 * k + l]] * x, 0)),
    );
    for (let i = 0; i < 4; i++) {
      const row = cellDofs[4 * cell + i];
      basisIntegrals[row] += (det / 6) * evaluateBasis(element, i, 0.25, 0.25, 0.25);
      for (let k = 0; k < 3; k++) load[3 * row + k] -= flux[i][k];
      for (let j = 0; j < 4; j++) {
        const entry = flux[i].reduce((sum, x, k) => sum + x * gradients[j][k], 0);
        stiffness[numDofs * row + cellDofs[4 * cell + j]] += entry;
      }
    }
  }
  return { stiffness, load, basisIntegrals };
}
