import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { meshVolume } from "../../src/mesh/geometry.js";
import { identifyPeriodicFaces, type PeriodicMesh } from "../../src/mesh/periodic-mesh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { tileMesh } from "../../src/mesh/tile-mesh.js";
import { boxMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";
import { expectValidMesh } from "../support/msh-text.js";

const kernel = await loadKernel();

/** Two solutions of linear systems to 1e-10. */
const solverTolerance = 1e-8;

function readSample(name: string): TetMesh {
  const path = fileURLToPath(new URL(`../../meshes/samples/${name}.msh`, import.meta.url));
  return parseMsh(readFileSync(path));
}

function identify(mesh: TetMesh): PeriodicMesh {
  return identifyPeriodicFaces(kernel, mesh, mesh.volumes.length, { homogeneous: true });
}

/** Nodes on no high face of a direction in which another copy follows. */
function countNodes({ mesh, lowPartner }: PeriodicMesh, counts: readonly number[]): number {
  let sum = 0;
  for (let node = 0; node < mesh.numNodes; node++) {
    sum += counts.reduce((product, count, k) => product * (lowPartner[k][node] >= 0 ? 1 : count), 1);
  }
  return sum;
}

describe("tileMesh", () => {
  it.each([
    [1, 1, 1],
    [3, 1, 1],
    [2, 2, 2],
  ] as const)("glues %d x %d x %d copies into one block", (...counts) => {
    const periodic = identify(readSample("three-pipe-0.1"));
    const block = tileMesh(periodic, counts);
    expectValidMesh(block);
    const numCopies = counts[0] * counts[1] * counts[2];
    // A node belongs to each copy but those whose next copy has it already.
    expect(block.numNodes).toBe(countNodes(periodic, counts));
    expect(block.numCells).toBe(numCopies * periodic.mesh.numCells);
    expect(meshVolume(block)).toBeCloseTo(numCopies, 10);
    const identified = identify(block);
    counts.forEach((count, k) => {
      expect(identified.unitCell.vectors[k][k]).toBeCloseTo(count, 10);
    });
  });

  it("has the tensors and the membrane of its unit cell", async () => {
    const mesh = readSample("arched-pipes");
    const { result } = await homogenize(mesh);
    const block = await homogenize(tileMesh(identify(mesh), [2, 1, 2]));
    for (const name of ["ER", "cytosol"]) {
      const expected = result.phases[name].homogenized.flat();
      block.result.phases[name].homogenized.flat().forEach((value, i) => {
        expect(Math.abs(value - expected[i])).toBeLessThan(solverTolerance * expected[0]);
      });
    }
    expect(block.result.membrane.areaPerVolume / result.membrane.areaPerVolume).toBeCloseTo(1, 10);
  });

  it("follows the lattice vectors of an oblique cell", () => {
    const cube = boxMesh({ counts: [2, 2, 2] });
    const coordinates = cube.coordinates.slice();
    for (let node = 0; node < cube.numNodes; node++) coordinates[3 * node] += 0.5 * coordinates[3 * node + 1];
    const periodic = identifyPeriodicFaces(kernel, { ...cube, coordinates }, 1, {
      unitCell: {
        origin: [0, 0, 0],
        vectors: [
          [1, 0, 0],
          [0.5, 1, 0],
          [0, 0, 1],
        ],
      },
    });
    const block = tileMesh(periodic, [1, 2, 1]);
    expect(block.numNodes).toBe(3 * 5 * 3);
    const xs = Array.from({ length: block.numNodes }, (_, node) => block.coordinates[3 * node]);
    expect(Math.max(...xs)).toBe(2);
  });

  it("keeps the triangles of the file, but for those on glued faces", () => {
    const mesh = readSample("three-pipe-0.1");
    const block = tileMesh(identify(mesh), [2, 1, 1]);
    const inside = (facet: number): boolean =>
      [0, 1, 2].every((i) => Math.abs(block.coordinates[3 * block.facets[3 * facet + i]] - 1) < 1e-12);
    expect(block.numFacets).toBeGreaterThan(mesh.numFacets);
    for (let facet = 0; facet < block.numFacets; facet++) expect(inside(facet)).toBe(false);
  });

  it.each([[[0, 1, 1]], [[1.5, 1, 1]], [[4000, 4000, 4000]]])("refuses %j copies", (counts) => {
    const periodic = identify(boxMesh({ counts: [1, 1, 1] }));
    expectError(UsageError, "invalid-parameter", () => tileMesh(periodic, [counts[0], counts[1], counts[2]]));
  });
});
