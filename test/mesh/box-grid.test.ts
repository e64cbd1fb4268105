import { describe, expect, it } from "vitest";
import { createBoxGrid, locateInGrid } from "../../src/mesh/box-grid.js";
import { extrudeFace } from "../../src/mesh/extrude-face.js";
import { pairFacets } from "../../src/mesh/facets.js";
import { cellVolume, meshVolume } from "../../src/mesh/geometry.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { seededRandom } from "../support/box-mesh.js";
import { expectValidMesh } from "../support/msh-text.js";

const axes = [Float64Array.of(-1, 0, 0.5, 2), Float64Array.of(0, 1, 3), Float64Array.of(1, 1.5)] as const;

describe("createBoxGrid", () => {
  it("fills its box with cells of positive volume", () => {
    const { mesh } = createBoxGrid(axes, ["left", "right"], (i) => (i === 0 ? 0 : 1));
    expectValidMesh(mesh);
    expect(meshVolume(mesh)).toBeCloseTo(3 * 3 * 0.5, 12);
    const left = mesh.cellRegion.reduce(
      (sum, region, cell) => sum + (region === 0 ? cellVolume(mesh, cell) : 0),
      0,
    );
    expect(left).toBeCloseTo(1 * 3 * 0.5, 12);
  });

  it("finds the cell of a point: affine functions are interpolated exactly, and the cell is one of the mesh", () => {
    const grid = createBoxGrid(axes, ["box"], () => 0);
    const { coordinates, cells, numCells } = grid.mesh;
    const keys = new Set<string>();
    for (let cell = 0; cell < numCells; cell++)
      keys.add([...cells.subarray(4 * cell, 4 * cell + 4)].sort().join());
    const random = seededRandom(3);
    const nodes = new Int32Array(4);
    const weights = new Float64Array(4);
    for (let trial = 0; trial < 200; trial++) {
      const point = [3 * random() - 1, 3 * random(), 1 + 0.5 * random()] as const;
      locateInGrid(grid, point, nodes, weights);
      expect(keys).toContain([...nodes].sort().join());
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
      for (let k = 0; k < 3; k++) {
        const x = weights.reduce((sum, weight, i) => sum + weight * coordinates[3 * nodes[i] + k], 0);
        expect(x).toBeCloseTo(point[k], 12);
      }
    }
    locateInGrid(grid, [5, -1, 1.2], nodes, weights);
    const x = weights.reduce((sum, weight, i) => sum + weight * coordinates[3 * nodes[i]], 0);
    expect(x).toBe(2);
  });
});

describe("extrudeFace", () => {
  it("continues a mesh with layers that conform with it", async () => {
    const { mesh } = createBoxGrid(axes, ["box"], () => 0);
    const triangles: number[] = [];
    const isOnFace = (node: number): boolean => mesh.coordinates[3 * node] === -1;
    for (let cell = 0; cell < mesh.numCells; cell++) {
      const nodes = [...mesh.cells.subarray(4 * cell, 4 * cell + 4)].filter(isOnFace);
      if (nodes.length === 3) triangles.push(...nodes);
    }
    const rank = Int32Array.from({ length: mesh.numNodes }, (_, node) => node);
    const { mesh: longer, numLayers } = extrudeFace(mesh, {
      triangles: Int32Array.from(triangles),
      offsets: Float64Array.of(-0.5, 0, 0, -2, 0, 0),
      volume: "slab",
      rank,
    });
    expectValidMesh(longer);
    expect(numLayers).toBe(2);
    expect(meshVolume(longer)).toBeCloseTo(5 * 3 * 0.5, 12);
    expect(longer.volumes.map(({ name }) => name)).toEqual(["box", "slab"]);
    // Facets without a partner are those on the surface of the longer box.
    const partner = pairFacets(await loadKernel(), longer);
    const numOpen = partner.filter((half) => half < 0).length;
    const quads = 2 * (2 * 1) + 2 * (5 * 1) + 2 * (5 * 2);
    expect(numOpen).toBe(2 * quads);
  });
});
