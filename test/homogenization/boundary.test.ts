import { describe, expect, it } from "vitest";
import { principalAxes, type Matrix3 } from "../../src/core/tensor.js";
import { homogenize, type BoundaryKind } from "../../src/homogenization/homogenize.js";
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

describe("conditions on the outer faces", () => {
  it.each(["mixed", "mirror"] as BoundaryKind[])("is exact on a laminate: %s", async (boundary) => {
    const { result } = await homogenize(laminate, { ...both, boundary });
    const a = result.phases["both"].homogenized;
    expect(a[0][0]).toBeCloseTo(3.25, 9);
    expect(a[2][2]).toBeCloseTo(1 / (0.25 / 10 + 0.75), 9);
    expect(result.boundary).toMatchObject({ kind: boundary, certified: false });
    expect(result.membrane.area).toBe(0);
  });

  it("orders flux <= periodic <= dirichlet, with gaps that close with the number of copies", async () => {
    const { periodic, result } = await homogenize(pipes);
    const exact = result.phases["ER"].homogenized;
    const gaps: number[][] = [];
    for (const n of [1, 2]) {
      const block = tileMesh(periodic, [n, n, n]);
      const above = await homogenize(block, { boundary: "dirichlet" });
      const below = await homogenize(block, { boundary: "flux" });
      expect(above.result.membrane.areaPerVolume).toBeCloseTo(result.membrane.areaPerVolume, 9);
      const up = principalAxes(difference(above.result.phases["ER"].homogenized, exact)).values;
      const down = principalAxes(difference(exact, below.result.phases["ER"].homogenized)).values;
      // Tolerance of the solver, 1e-10, on tensors of size one.
      expect(Math.min(...up, ...down)).toBeGreaterThan(-1e-8);
      gaps.push([up[0], down[0]]);
    }
    expect(gaps[1][0]).toBeLessThan(0.75 * gaps[0][0] + 1e-8);
    expect(gaps[1][1]).toBeLessThan(0.75 * gaps[0][1] + 1e-8);
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
  });

  it("has no certified bounds", async () => {
    await expect(homogenize(pipes, { boundary: "mixed", bounds: true })).rejects.toMatchObject({
      code: "bounds-need-periodic",
    });
  });
});
