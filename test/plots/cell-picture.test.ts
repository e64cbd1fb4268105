import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../src/io/snapshot-reader.js";
import { describeCellPicture, drawCellPicture } from "../../src/plots/cell-picture.js";
import { boxMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";
import { UsageError } from "../../src/core/errors.js";

/** Roundings of sums of areas of order 1. */
const ROUND_OFF = 1e-12;

/** A square pipe [1/4, 3/4]^2 along x, and what is around it, in the unit cube. */
const mesh = boxMesh({
  counts: [4, 4, 4],
  volumeOf: (_, j, k) => ((j === 1 || j === 2) && (k === 1 || k === 2) ? "ER" : "cytosol"),
});
const names = mesh.volumes.map(({ name }) => name);
const grid: Snapshot = {
  points: mesh.coordinates,
  cells: mesh.cells,
  fields: new Map([["c", Float64Array.from({ length: mesh.numNodes }, (_, i) => mesh.coordinates[3 * i])]]),
  vectors: new Map([["chi", Float64Array.from(mesh.coordinates, (x) => x - 0.5)]]),
  phases: {
    names,
    ofCell: mesh.cellRegion.map((region) => mesh.cellRegions[region].groups[0]),
  },
};

/** Sum of the areas of the triangles of a scene. */
function areaOf(scene: ReturnType<typeof describeCellPicture>): number {
  let sum = 0;
  for (const { corners } of scene.triangles ?? []) {
    for (let i = 0; i < corners.length; i += 9) {
      const edge = (k: number): number[] => [0, 1, 2].map((d) => corners[i + 3 * k + d] - corners[i + d]);
      const [u, v] = [edge(1), edge(2)];
      const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
      sum += Math.hypot(...n) / 2;
    }
  }
  return sum;
}

describe("picture of a cell", () => {
  it.each([
    ["the surface of the ER, its ends too", {}, 4 * 0.5 + 2 * 0.25],
    ["the membrane", { part: "membrane" as const }, 2],
    ["8 copies, closed at the outer faces only", { tile: 2 }, 4 * (4 * 0.5 * 2) + 4 * 2 * 0.25],
    ["half of it, with the face of the cut", { cut: { normal: [1, 0, 0] as const, offset: 0.3 } }, 0.6 + 0.5],
    ["half of 8 copies", { tile: 2, cut: { normal: [1, 0, 0] as const, offset: 1.3 } }, 4 * (1.3 * 2 + 0.5)],
    ["what is around it", { phases: ["cytosol"] }, 6 - 2 * 0.25 + 2],
  ])("draws %s", (_, options, area) => {
    expect(Math.abs(areaOf(describeCellPicture(grid, options)) - area)).toBeLessThan(ROUND_OFF);
  });

  it("colours by a field and by a component of a vector field, with the unit on the bar", () => {
    const scene = describeCellPicture(grid, { color: "chi_1", unit: "nm" });
    expect(scene.bar).toEqual({ label: "χ1", unit: "nm", range: [-0.5, 0.5] });
    const svg = drawCellPicture(grid, {
      color: "c",
      unit: "uM",
      ...(scene.box === undefined ? {} : { box: { ...scene.box, unit: "nm" } }),
    });
    for (const text of [">c (uM)<", ">0<", ">1<", ">x: 1 nm<", ">y: 1 nm<", ">z: 1 nm<"])
      expect(svg).toContain(text);
  });

  it("draws arrows in the phases shown only", () => {
    const { arrows, bar } = describeCellPicture(grid, { arrows: "chi", numArrows: 50 });
    const points = arrows?.points ?? new Float64Array();
    expect(points.length / 3).toBeGreaterThan(20);
    for (let i = 0; i < points.length; i += 3)
      expect(Math.max(Math.abs(points[i + 1] - 0.5), Math.abs(points[i + 2] - 0.5))).toBeLessThan(
        0.25 + ROUND_OFF,
      );
    expect(bar?.label).toBe("|χ|");
  });

  it.each([
    ["unknown-field", { color: "chj_1" }, "did you mean chi_1"],
    ["unknown-field", { arrows: "flux" }, "chi"],
    ["unknown-phase", { phases: ["er"] }, "did you mean ER"],
    ["invalid-tile", { tile: 9 }, "1 to 5"],
    ["picture-empty", { cut: { normal: [1, 0, 0] as const, offset: -1 } }, "move the plane"],
  ])("refuses %s", (code, options, words) => {
    const error = expectError(UsageError, code, () => drawCellPicture(grid, options));
    expect(error.message).toContain(words);
  });
});
