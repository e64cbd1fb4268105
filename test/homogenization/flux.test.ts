import { describe, expect, it } from "vitest";
import type { CellProblem } from "../../src/fem/cell-input.js";
import { computeGradients, readEdges } from "../../src/fem/cell-edges.js";
import { mapNodeDofs } from "../../src/fem/dof-map.js";
import { CROUZEIX_RAVIART, P1 } from "../../src/fem/element.js";
import { mapFacetDofs } from "../../src/fem/facet-dof-map.js";
import {
  equilibrateFluxes,
  evaluateFluxes,
  facetSign,
  type FacetFluxes,
} from "../../src/homogenization/flux.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { KernelMesh } from "../../src/mesh/kernel-mesh.js";
import { identifyPeriodicFaces, type PeriodicMesh } from "../../src/mesh/periodic-mesh.js";
import { cellsByPhase, partitionPhases } from "../../src/mesh/phases.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh, mapCoordinates, renumberMesh, seededRandom } from "../support/box-mesh.js";

/** Round-off of sums of a few hundred facet fluxes, relative to the largest. */
const ROUNDOFF = 1e-12;

const kernel = await loadKernel();

interface Sample {
  readonly periodic: PeriodicMesh;
  readonly phaseCells: Int32Array;
  readonly fluxes: FacetFluxes;
  readonly largest: number;
}

/** Fluxes from random facet values, as if nothing had been solved, on the phase `ER`. */
function randomFluxes(mesh: TetMesh, seed: number): Sample {
  const random = seededRandom(seed);
  const [phaseCells] = cellsByPhase(partitionPhases(mesh, [{ name: "ER", volumes: ["ER"] }]));
  const periodic = identifyPeriodicFaces(kernel, mesh, 2);
  const dofMap = mapFacetDofs(periodic, phaseCells);
  const tensors = Float64Array.from({ length: 6 * phaseCells.length }, (_, e) =>
    e % 6 < 3 ? 1 + 10 * random() : 0.4 * random(),
  );
  const problem: CellProblem = {
    mesh,
    phaseCells,
    element: CROUZEIX_RAVIART,
    dofMap,
    coefficient: { tensors, tensorOfCell: null },
  };
  const u = Float64Array.from({ length: 3 * dofMap.numDofs }, () => random() - 0.5);
  const scratch = new Int32Array(mesh.numCells).fill(-1);
  const fluxes = equilibrateFluxes(periodic, problem, u, scratch);
  expect(scratch.every((entry) => entry === -1)).toBe(true);
  const largest = fluxes.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { periodic, phaseCells, fluxes, largest };
}

const counts: [number, number, number] = [4, 4, 4];
const wavy = (mesh: TetMesh): TetMesh =>
  mapCoordinates(mesh, (x, y, z) => [x + 0.5 * x * (1 - x) * y * (1 - y), y, z + 0.2 * z * (1 - z)]);
const samples: [string, TetMesh][] = [
  [
    "connected",
    boxMesh({ counts, volumeOf: (i, j, k) => (i === 1 || (j === 2 && k === 1) ? "ER" : "cytosol") }),
  ],
  [
    "of many pieces that touch in edges and nodes",
    boxMesh({ counts, volumeOf: (i, j, k) => ((i + j + k) % 2 === 0 ? "ER" : "cytosol") }),
  ],
  ["that fills the cell", boxMesh({ counts: [2, 2, 2], volumeOf: (i) => (i < 2 ? "ER" : "cytosol") })],
  ["one cube thick", boxMesh({ counts: [1, 2, 3], volumeOf: (_i, j) => (j === 0 ? "ER" : "cytosol") })],
];

describe.each(samples)("equilibrateFluxes on a phase %s", (_, mesh) => {
  const sample = randomFluxes(wavy(renumberMesh(mesh, 3)), 5);
  const { periodic, phaseCells, fluxes, largest } = sample;
  const { values, facets } = fluxes;

  it("gives each cell fluxes that add up to zero, and none through the membrane", () => {
    const inPhase = new Set(phaseCells);
    expect(largest).toBeGreaterThan(0.1);
    for (let i = 0; i < phaseCells.length; i++) {
      const sum = [0, 0, 0];
      for (let local = 0; local < 4; local++) {
        const half = 4 * phaseCells[i] + local;
        for (let k = 0; k < 3; k++) {
          const value = values[3 * facets.cellDofs[4 * i + local] + k];
          sum[k] += facetSign(periodic, half) * value;
          if (!inPhase.has(periodic.partner[half] >> 2)) expect(value).toBe(0);
        }
      }
      for (const total of sum) expect(Math.abs(total)).toBeLessThan(ROUNDOFF * largest);
    }
  });

  it("gives constant fluxes in the cells that carry them: |T| q . grad phi_i is the flux out of facet i", () => {
    const edges = new Float64Array(9);
    const gradients = new Float64Array(12);
    const q = new Float64Array(9);
    for (let i = 0; i < phaseCells.length; i++) {
      const volume = readEdges(periodic.mesh, phaseCells[i], edges);
      computeGradients(edges, volume, CROUZEIX_RAVIART, gradients);
      evaluateFluxes(periodic, fluxes, i, edges, volume, q);
      for (let local = 0; local < 4; local++) {
        const sign = facetSign(periodic, 4 * phaseCells[i] + local);
        for (let k = 0; k < 3; k++) {
          let out = 0;
          for (let j = 0; j < 3; j++) out += volume * q[3 * k + j] * gradients[3 * local + j];
          const expected = sign * values[3 * facets.cellDofs[4 * i + local] + k];
          expect(Math.abs(out - expected)).toBeLessThan(ROUNDOFF * largest);
        }
      }
    }
  });

  it("gives fluxes without source: int q . grad v = 0 for every P1 function v", () => {
    const nodes = mapNodeDofs(new KernelMesh(kernel, periodic), phaseCells);
    const source = new Float64Array(3 * nodes.numDofs);
    const edges = new Float64Array(9);
    const gradients = new Float64Array(12);
    const q = new Float64Array(9);
    for (let i = 0; i < phaseCells.length; i++) {
      const volume = readEdges(periodic.mesh, phaseCells[i], edges);
      computeGradients(edges, volume, P1, gradients);
      evaluateFluxes(periodic, fluxes, i, edges, volume, q);
      for (let local = 0; local < 4; local++) {
        for (let e = 0; e < 9; e++) {
          const to = 3 * nodes.cellDofs[4 * i + local] + Math.floor(e / 3);
          source[to] += volume * q[e] * gradients[3 * local + (e % 3)];
        }
      }
    }
    for (const value of source) expect(Math.abs(value)).toBeLessThan(ROUNDOFF * largest);
  });
});
