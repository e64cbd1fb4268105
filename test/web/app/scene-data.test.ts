import { beforeAll, describe, expect, it } from "vitest";
import { homogenize, type Homogenization } from "../../../src/homogenization/homogenize.js";
import { SceneData, type SceneTriangles } from "../../../src/web/app/scene-data.js";
import { boxMesh } from "../../support/box-mesh.js";

/** Coordinates are kept in single precision. */
const SINGLE = 1e-6;

/** A square column of ER along z through the middle of the unit cube, which the membrane surrounds. */
const SIDE = 1 / 2;

let solved: Homogenization;
let scene: SceneData;

beforeAll(async () => {
  const isInner = (i: number): boolean => i === 1 || i === 2;
  const mesh = boxMesh({
    counts: [4, 4, 4],
    volumeOf: (i, j) => (isInner(i) && isInner(j) ? "ER" : "cytosol"),
  });
  solved = await homogenize(mesh, { bounds: true });
  scene = new SceneData(solved);
});

describe("SceneData", () => {
  it("has the surface of a phase: sides and ends", () => {
    expect(areaOf(scene.surface("phases", ["ER"], "chi_1"))).toBeCloseTo(4 * SIDE + 2 * SIDE ** 2, 5);
    const both = scene.surface("phases", ["ER", "cytosol"], "none");
    expect(areaOf(both)).toBeCloseTo(6 + 2 * 4 * SIDE, 5);
  });

  it.each(["ER", "cytosol"])("has the membrane, with the values of %s", (phase) => {
    const membrane = scene.surface("membrane", [phase], "chi_1");
    expect(areaOf(membrane)).toBeCloseTo(solved.result.membrane.area, 5);
    const [low, high] = scene.range([phase], "chi_1");
    const values = [...membrane.values];
    expect(Math.min(...values)).toBeGreaterThanOrEqual(low - SINGLE);
    expect(Math.max(...values)).toBeLessThanOrEqual(high + SINGLE);
  });

  it("colours the column by its corrector chi_1 = 1/2 - x: a tube insulates across its axis", () => {
    const { points, values } = scene.surface("phases", ["ER"], "chi_1");
    for (let i = 0; i < values.length; i++)
      expect(Math.abs(values[i] - (0.5 - points[3 * i]))).toBeLessThan(SINGLE);
  });

  it("cuts phases: the area of the section, in its plane", () => {
    for (const [phases, area] of [
      [["ER"], SIDE ** 2],
      [["ER", "cytosol"], 1],
    ] as const) {
      const cut = scene.cut(phases, "chi_2", [0, 0, 1], 0.3);
      expect(areaOf(cut)).toBeCloseTo(area, 5);
      for (let i = 2; i < cut.points.length; i += 3)
        expect(Math.abs(cut.points[i] - 0.3)).toBeLessThan(SINGLE);
    }
  });

  it("shows the gap of the bounds cell by cell, over six decades at most", () => {
    expect(scene.hasGap).toBe(true);
    const [low, high] = scene.range(["cytosol"], "gap");
    const largest = solved.bounds["cytosol"].indicators.reduce((a, b) => Math.max(a, b), 0);
    expect(high).toBeCloseTo(Math.log10(largest), 10);
    expect(high - low).toBeLessThanOrEqual(6 + SINGLE);
    const cut = scene.cut(["cytosol"], "gap", [1, 0, 0], 0.4);
    for (let i = 0; i < cut.values.length; i += 3)
      expect([cut.values[i + 1], cut.values[i + 2]]).toEqual([cut.values[i], cut.values[i]]);
  });

  it("has arrows of the field chi, at points of the phase", () => {
    const { points, vectors, lengths } = scene.arrows(["ER"], 200);
    expect(lengths.length).toBeGreaterThan(20);
    for (let i = 0; i < lengths.length; i++) {
      for (const d of [0, 1])
        expect(Math.abs(vectors[3 * i + d] - (0.5 - points[3 * i + d]))).toBeLessThan(SINGLE);
      expect(lengths[i]).toBeCloseTo(Math.hypot(vectors[3 * i], vectors[3 * i + 1], vectors[3 * i + 2]), 5);
    }
  });
});

function areaOf({ points, polygons }: SceneTriangles): number {
  let area = 0;
  for (let at = 0; at < polygons.length; at += 4) {
    expect(polygons[at]).toBe(3);
    const [a, b, c] = [1, 2, 3].map((i) => points.subarray(3 * polygons[at + i], 3 * polygons[at + i] + 3));
    const [u, v] = [b, c].map((p) => [0, 1, 2].map((d) => p[d] - a[d]));
    area += Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
  }
  return area;
}
