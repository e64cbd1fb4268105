import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { MeshError, UsageError } from "../../src/core/errors.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { writeMsh } from "../../src/io/msh-writer.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { KernelMesh } from "../../src/mesh/kernel-mesh.js";
import { cellVolume, meshVolume } from "../../src/mesh/geometry.js";
import { findMembrane } from "../../src/mesh/membrane.js";
import { orderMesh } from "../../src/mesh/order-mesh.js";
import { countClassSizes, identifyPeriodicFaces } from "../../src/mesh/periodic-mesh.js";
import { partitionPhases } from "../../src/mesh/phases.js";
import { measureQuality } from "../../src/mesh/quality.js";
import { alignDiagonals, refineMesh } from "../../src/mesh/refinement.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh, mapCoordinates, meshFromArrays, renumberMesh, seededRandom } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";

const kernel = await loadKernel();

/** Sums of some thousand terms, each exact to round-off. */
const roundoff = 1e-12;

const sample = parseMsh(
  readFileSync(fileURLToPath(new URL("../../meshes/samples/three-pipe-0.1.msh", import.meta.url))),
);

/** One cell with corners at seeded random places: all its edges have different lengths. */
function randomCell(seed: number): TetMesh {
  const random = seededRandom(seed);
  return meshFromArrays(
    Array.from({ length: 12 }, () => random()),
    [0, 1, 2, 3],
    ["box"],
  );
}

/** Descending edge lengths of a cell, which tell its shape up to reflection (of the generic cells used here). */
function edgeLengths(mesh: TetMesh, cell: number): number[] {
  const lengths: number[] = [];
  for (let i = 0; i < 4; i++) {
    for (let j = i + 1; j < 4; j++) {
      const [a, b] = [mesh.cells[4 * cell + i], mesh.cells[4 * cell + j]];
      lengths.push(
        Math.hypot(...[0, 1, 2].map((k) => mesh.coordinates[3 * a + k] - mesh.coordinates[3 * b + k])),
      );
    }
  }
  return lengths.sort((x, y) => y - x);
}

/** Number of shapes of the cells, lengths compared with a relative tolerance of 1e-9. */
function countShapes(mesh: TetMesh): number {
  const shapes: number[][] = [];
  for (let cell = 0; cell < mesh.numCells; cell++) {
    const lengths = edgeLengths(mesh, cell);
    if (!shapes.some((s) => s.every((length, i) => Math.abs(length - lengths[i]) <= 1e-9 * length))) {
      shapes.push(lengths);
    }
  }
  return shapes.length;
}

describe("the shapes of refined cells", () => {
  it.each([1, 2, 3, 4, 5])("are at most three over three levels (random cell %i)", (seed) => {
    const cell = alignDiagonals(randomCell(seed));
    expect(countShapes(refineMesh(cell, 1))).toBeLessThanOrEqual(3);
    expect(countShapes(refineMesh(cell, 2))).toBe(3);
    expect(countShapes(refineMesh(cell, 3))).toBe(3);
  });

  it("stay three where each level is put in order and read back from a file", () => {
    let mesh = randomCell(7);
    for (let level = 0; level < 3; level++) {
      mesh = parseMsh(writeMsh(orderMesh(kernel, refineMesh(mesh)), { version: "4.1" }));
      expect(mesh.report.invertedCells).toBe(0);
    }
    expect(countShapes(mesh)).toBe(3);
  });

  it("do not get worse after the second level", () => {
    const worst = [2, 3].map(
      (level) => measureQuality(refineMesh(alignDiagonals(randomCell(3)), level)).minRadiusRatio,
    );
    expect(Math.abs(worst[1] / worst[0] - 1)).toBeLessThan(roundoff * 1e3);
  });

  it("have the shortest diagonal after alignDiagonals, whatever the order of the nodes", () => {
    const cell = randomCell(14);
    const [a, b, c, d] = cell.cells;
    const orders = [
      [a, b, c, d],
      [a, c, d, b],
      [a, d, b, c],
      [b, a, d, c],
    ];
    /** Distance between the midpoints of the edges ij and kl of the cell. */
    const diagonal = (mesh: TetMesh, [i, j, k, l]: readonly number[]): number => {
      const x = (local: number, d: number): number => mesh.coordinates[3 * mesh.cells[local] + d];
      return Math.hypot(...[0, 1, 2].map((d) => (x(i, d) + x(j, d) - x(k, d) - x(l, d)) / 2));
    };
    const cut = [0, 2, 1, 3];
    const lengths = [cut, [0, 3, 1, 2], [0, 1, 2, 3]].map((edges) => diagonal(cell, edges));
    for (const order of orders) {
      const aligned = alignDiagonals({ ...cell, cells: Int32Array.from(order) });
      expect(cellVolume(aligned, 0)).toBeGreaterThan(0);
      expect(diagonal(aligned, cut)).toBeCloseTo(Math.min(...lengths), 12);
    }
  });
});

describe("refineMesh", () => {
  const coarse = boxMesh({ counts: [3, 2, 4], volumeOf: (i, j) => (i === 1 && j < 1 ? "ER" : "cytosol") });
  const bent = mapCoordinates(renumberMesh(coarse, 5), (x, y, z) => [
    x,
    y,
    z + 0.02 * Math.sin(6 * x) * Math.sin(Math.PI * z),
  ]);

  it("cuts every cell into eight of equal, positive volume, in the order of the cells", () => {
    const fine = refineMesh(bent);
    expect(fine.numCells).toBe(8 * bent.numCells);
    for (let child = 0; child < fine.numCells; child++) {
      const parent = child >> 3;
      expect(Math.abs((8 * cellVolume(fine, child)) / cellVolume(bent, parent) - 1)).toBeLessThan(roundoff);
    }
    expect(fine.cellRegion.filter((_, child) => child % 8 === 5)).toEqual(bent.cellRegion);
  });

  it("keeps the old nodes and puts the new ones at midpoints of edges, once each", () => {
    const fine = refineMesh(bent);
    expect(fine.coordinates.subarray(0, bent.coordinates.length)).toEqual(bent.coordinates);
    expect(fine.nodeTags.subarray(0, bent.numNodes)).toEqual(bent.nodeTags);
    expect(new Set(fine.nodeTags).size).toBe(fine.numNodes);
    expect(new Set(fine.cellTags).size).toBe(fine.numCells);
    const points = new Set<string>();
    for (let node = 0; node < fine.numNodes; node++) {
      points.add(fine.coordinates.subarray(3 * node, 3 * node + 3).join());
    }
    expect(points.size).toBe(fine.numNodes);
    // Kuhn's mesh of n cubes has a node, after refinement, at every half step.
    expect(refineMesh(coarse).numNodes).toBe(7 * 5 * 9);
  });

  it("does the same for two levels as for one after the other, and nothing for none", () => {
    expect(refineMesh(bent, 2)).toEqual(refineMesh(refineMesh(bent)));
    expect(refineMesh(bent, 0)).toBe(bent);
  });

  it("leaves a facet that is no facet of a cell as it is", () => {
    // Nodes 0 and 3 do not share a cell: two cells on the two sides of a facet.
    const points = [0, 0, -1, 1, 0, 0, 0, 1, 0, 0, 0, 1, -1, -1, 0];
    const mesh: TetMesh = {
      ...meshFromArrays(points, [0, 1, 2, 4, 3, 1, 2, 4], ["box", "box"]),
      numFacets: 2,
      facets: Int32Array.of(0, 3, 1, 4, 2, 1),
      facetRegion: Int32Array.of(1, 0),
      facetRegions: [
        { entityTag: 1, groups: [0] },
        { entityTag: 2, groups: [1] },
      ],
      surfaces: [
        { name: "membrane", tag: 1 },
        { name: "stray", tag: 2 },
      ],
    };
    const fine = refineMesh(mesh);
    expect(fine.facetRegion).toEqual(Int32Array.of(1, 0, 0, 0, 0));
    expect(fine.facets.subarray(0, 3)).toEqual(Int32Array.of(0, 3, 1));
    expect(fine.facets.subarray(3, 15).filter((node) => node === 4 || node === 2 || node === 1)).toEqual(
      Int32Array.of(4, 2, 1),
    );
  });

  it("refuses what cannot be", () => {
    expectError(UsageError, "invalid-levels", () => refineMesh(bent, 1.5));
    expectError(MeshError, "mesh-too-large", () => refineMesh(bent, 8));
  });
});

describe("a refined periodic cell of Gmsh's", () => {
  const fine = refineMesh(alignDiagonals(sample));
  const phases = partitionPhases(sample).phases.length;
  const before = identifyPeriodicFaces(kernel, sample, phases);
  const after = identifyPeriodicFaces(kernel, fine, phases);

  it("is periodic: opposite faces refine alike, and its classes are those of nodes and edges", () => {
    expect(after.unitCell).toEqual(before.unitCell);
    expect(after.maxMismatch).toBeLessThanOrEqual(before.maxMismatch + roundoff);
    const sizes = countClassSizes(after.nodeClass);
    expect(sizes[8]).toBe(1);
    expect(sizes[4]).toBe(2 * countClassSizes(before.nodeClass)[4] + 3);
    // The torus has Euler number 0: nodes - edges + facets - cells, with facets = 2 cells.
    const classes = (counts: number[]): number => counts.reduce((sum, count) => sum + count, 0);
    const numEdges = classes(sizes) - classes(countClassSizes(before.nodeClass));
    expect(classes(countClassSizes(before.nodeClass)) - numEdges + sample.numCells).toBe(0);
  });

  it("has the links of $Periodic with the midpoints of edges, through the file too", () => {
    for (const [index, link] of fine.periodicLinks.entries()) {
      const { affine, nodePairs, dimension } = link;
      expect(affine).not.toBeNull();
      const shift = [3, 7, 11].map((i) => (affine ?? [])[i]);
      let worst = 0;
      for (let i = 0; i < nodePairs.length; i += 2) {
        const at = (node: number, k: number): number => fine.coordinates[3 * node + k];
        for (let k = 0; k < 3; k++) {
          worst = Math.max(worst, Math.abs(at(nodePairs[i], k) - at(nodePairs[i + 1], k) - shift[k]));
        }
      }
      expect(worst).toBeLessThan(roundoff);
      const old = sample.periodicLinks[index].nodePairs.length / 2;
      // A curve of n nodes has n - 1 edges (its chords are no edges here); a disc n nodes and about 3 n edges.
      if (dimension === 1) expect(nodePairs.length / 2).toBe(2 * old - 1);
      if (dimension === 2) expect(nodePairs.length / 2).toBeGreaterThan(3 * old);
    }
    const read = parseMsh(writeMsh(fine, { version: "4.1" }));
    expect(read.cells).toEqual(fine.cells);
    expect(read.periodicLinks).toEqual(fine.periodicLinks);
  });

  it("has the same volumes, membrane area and surface groups", () => {
    expect(Math.abs(meshVolume(fine) - meshVolume(sample))).toBeLessThan(roundoff);
    const area = findMembrane(new KernelMesh(kernel, before), partitionPhases(sample)).area;
    expect(
      Math.abs(findMembrane(new KernelMesh(kernel, after), partitionPhases(fine)).area - area),
    ).toBeLessThan(roundoff);
    expect(fine.numFacets).toBe(4 * sample.numFacets);
    expect(fine.facetRegion.filter((_, facet) => facet % 4 === 3)).toEqual(sample.facetRegion);
  });
});
