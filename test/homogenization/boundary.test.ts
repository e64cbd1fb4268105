import { describe, expect, it } from "vitest";
import { principalAxes, type Matrix3 } from "../../src/core/tensor.js";
import { homogenize, type BoundaryKind } from "../../src/homogenization/homogenize.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { tileMesh } from "../../src/mesh/tile-mesh.js";
import { boxMesh } from "../support/box-mesh.js";

const laminate = boxMesh({ counts: [3, 3, 4], volumeOf: (_i, _j, k) => (k === 0 ? "thin" : "rest") });
const both = {
  phases: [{ name: "both", volumes: ["thin", "rest"] }],
  diffusion: { thin: 10, rest: 1 },
  homogeneous: true,
};
const pipe = (i: number, j: number, k: number): boolean =>
  [i, j, k].filter((n) => n === 1 || n === 2).length >= 2;
const pipes = boxMesh({ counts: [4, 4, 4], volumeOf: (i, j, k) => (pipe(i, j, k) ? "ER" : "cytosol") });

function difference(a: Matrix3, b: Matrix3): Matrix3 {
  const row = (k: number): readonly [number, number, number] => [
    a[k][0] - b[k][0],
    a[k][1] - b[k][1],
    a[k][2] - b[k][2],
  ];
  return [row(0), row(1), row(2)];
}

/** The eight reflections of a mesh of n x n x n cubes, glued. */
function reflect(half: TetMesh, n: number): TetMesh {
  const grid = boxMesh({ counts: [2 * n, 2 * n, 2 * n], volumeOf: (i) => (i === 0 ? "ER" : "cytosol") });
  const names = half.cellRegions.map(({ groups }) => half.volumes[groups[0]].name);
  const regionOf = names.map((name) =>
    grid.cellRegions.findIndex(({ groups }) => grid.volumes[groups[0]].name === name),
  );
  const at = (node: number, axis: number): number => Math.floor(node / (n + 1) ** axis) % (n + 1);
  for (let octant = 0; octant < 8; octant++) {
    const flips = [0, 1, 2].map((axis) => ((octant >> axis) & 1) === 1);
    const moved = (node: number): number =>
      [0, 1, 2].reduce(
        (sum, axis) => sum + (flips[axis] ? 2 * n - at(node, axis) : at(node, axis)) * (2 * n + 1) ** axis,
        0,
      );
    for (let cell = 0; cell < half.numCells; cell++) {
      const nodes = Array.from(half.cells.subarray(4 * cell, 4 * cell + 4), moved);
      if (flips.filter(Boolean).length % 2 === 1) nodes.unshift(nodes.splice(1, 1)[0]);
      grid.cells.set(nodes, 4 * (octant * half.numCells + cell));
      grid.cellRegion[octant * half.numCells + cell] = regionOf[half.cellRegion[cell]];
    }
  }
  return grid;
}

describe("conditions on the outer faces", () => {
  it.each(["mixed", "mirror"] as BoundaryKind[])("is exact on a laminate: %s", async (boundary) => {
    const { result } = await homogenize(laminate, { ...both, boundary });
    const a = result.phases["both"].homogenized;
    expect(a[0][0]).toBeCloseTo(3.25, 9);
    expect(a[2][2]).toBeCloseTo(1 / (0.25 / 10 + 0.75), 9);
    expect(result.boundary).toMatchObject({ kind: boundary, certified: false });
    expect(result.membrane.area).toBe(0);
  });

  it("orders flux <= periodic <= dirichlet on 1, 8 and 27 copies, with gaps that fall like 1/n", async () => {
    const { periodic, result } = await homogenize(pipes);
    const gaps: Record<string, { up: number; down: number }[]> = { ER: [], cytosol: [] };
    for (const n of [1, 2, 3]) {
      const block = tileMesh(periodic, [n, n, n]);
      const above = (await homogenize(block, { boundary: "dirichlet" })).result;
      const below = (await homogenize(block, { boundary: "flux" })).result;
      expect(above.membrane.areaPerVolume).toBeCloseTo(result.membrane.areaPerVolume, 9);
      for (const [name, { homogenized }] of Object.entries(result.phases)) {
        const up = principalAxes(difference(above.phases[name].homogenized, homogenized)).values;
        const down = principalAxes(difference(homogenized, below.phases[name].homogenized)).values;
        // Tolerance of the solver, 1e-10, on tensors of size one.
        expect(Math.min(...up, ...down)).toBeGreaterThan(-1e-8);
        gaps[name].push({ up: up[0], down: down[0] });
      }
    }
    for (const [, two, three] of Object.values(gaps)) {
      const order = (a: number, b: number): number => Math.log(a / b) / Math.log(3 / 2);
      // 0.93 to 1.01: the layer that feels the faces is about a cell thick.
      expect(Math.abs(order(two.up, three.up) - 1)).toBeLessThan(0.1);
      expect(Math.abs(order(two.down, three.down) - 1)).toBeLessThan(0.1);
    }
  });

  it("says that a uniform flux is not defined where a component does not balance", async () => {
    const dead = boxMesh({
      counts: [3, 3, 3],
      volumeOf: (i, j, k) => (i < 2 && j === 1 && k === 1 ? "ER" : "cytosol"),
    });
    const { result } = await homogenize(dead, { boundary: "flux" });
    expect(JSON.stringify(result.phases["ER"].homogenized)).toBe(
      "[[null,null,null],[null,null,null],[null,null,null]]",
    );
    const mixed = await homogenize(dead, { boundary: "mixed" });
    expect(mixed.result.phases["ER"].homogenized.flat()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(mixed.result.phases["ER"].components[0].percolates).toEqual([false, false, false]);
    expect(mixed.result.phases["cytosol"].components[0].percolates).toEqual([true, true, true]);
  });

  it("mirror is the periodic tensor of the cell reflected to 2 x 2 x 2", async () => {
    const n = 3;
    const isEr = (i: number, j: number, k: number): boolean => j === 1 && (k === 1 || i === k);
    const half = boxMesh({ counts: [n, n, n], volumeOf: (i, j, k) => (isEr(i, j, k) ? "ER" : "cytosol") });
    const { result } = await homogenize(half, { boundary: "mirror" });
    const reflected = (await homogenize(reflect(half, n))).result;
    for (const name of ["ER", "cytosol"]) {
      const [a, b] = [result.phases[name].homogenized, reflected.phases[name].homogenized];
      // Both systems are solved to 1e-10.
      for (let k = 0; k < 3; k++) for (let l = 0; l < 3; l++) expect(a[k][l]).toBeCloseTo(b[k][l], 8);
    }
  });

  it("has no certified bounds", async () => {
    await expect(homogenize(pipes, { boundary: "mixed", bounds: true })).rejects.toMatchObject({
      code: "bounds-need-periodic",
    });
  });
});
