import { describe, expect, it } from "vitest";
import { boundingBox, meshVolume } from "../../src/mesh/geometry.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { KernelMesh } from "../../src/mesh/kernel-mesh.js";
import { locatePoint } from "../../src/mesh/locate.js";
import { identifyPeriodicFaces } from "../../src/mesh/periodic-mesh.js";
import { measureQuality } from "../../src/mesh/quality.js";
import { boxMesh, meshFromArrays, seededRandom } from "../support/box-mesh.js";

/** Round-off of a few operations on numbers of order one. */
const ROUNDOFF = 1e-14;

const box = boxMesh({ counts: [3, 4, 2], lengths: [3, 1, 2], origin: [-1, 0, 5] });
const kernel = await loadKernel();
const inKernel = new KernelMesh(kernel, identifyPeriodicFaces(kernel, box, 1, { homogeneous: true }));
const allCells = Int32Array.from({ length: box.numCells }, (_, cell) => cell);

describe("geometry", () => {
  it("measures a box", () => {
    expect(boundingBox(box)).toEqual({ min: [-1, 0, 5], max: [2, 1, 7] });
    expect(Math.abs(meshVolume(box) - 6)).toBeLessThan(6 * ROUNDOFF);
  });

  it("finds the cell that holds a point, and none outside", () => {
    const random = seededRandom(5);
    for (let trial = 0; trial < 50; trial++) {
      const point = [-1 + 3 * random(), random(), 5 + 2 * random()] as const;
      const found = locatePoint(inKernel, allCells, point);
      const rebuilt = [0, 0, 0];
      found?.barycentric.forEach((lambda, i) => {
        expect(lambda).toBeGreaterThanOrEqual(-ROUNDOFF);
        const node = box.cells[4 * found.index + i];
        for (let d = 0; d < 3; d++) rebuilt[d] += lambda * box.coordinates[3 * node + d];
      });
      rebuilt.forEach((x, d) => {
        expect(Math.abs(x - point[d])).toBeLessThan(10 * ROUNDOFF);
      });
    }
    expect(locatePoint(inKernel, allCells, [-1.001, 0.5, 6])).toBeNull();
    expect(locatePoint(inKernel, allCells, [2, 1, 7])).not.toBeNull();
  });
});

describe("measureQuality", () => {
  it("gives 1 and arccos(1/3) for the regular tetrahedron", () => {
    const regular = meshFromArrays([1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1], [0, 1, 2, 3], ["v"]);
    const quality = measureQuality(regular);
    const dihedral = (Math.acos(1 / 3) * 180) / Math.PI;
    expect(quality.minRadiusRatio).toBeCloseTo(1, 12);
    expect(quality.minDihedralDegrees).toBeCloseTo(dihedral, 10);
    expect(quality.maxDihedralDegrees).toBeCloseTo(dihedral, 10);
    expect(quality.histogram).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it("gives 45 and 90 degrees for cubes cut in six, and tells the worst cell", () => {
    const quality = measureQuality(boxMesh({ counts: [2, 2, 2] }));
    expect(quality.minDihedralDegrees).toBeCloseTo(45, 10);
    expect(quality.maxDihedralDegrees).toBeCloseTo(90, 10);
    expect(quality.histogram.reduce((sum, n) => sum + n)).toBe(48);
    const sliver = meshFromArrays([0, 0, 0, 1, 0, 0, 1, 1, 0.01, 0, 1, 0], [0, 1, 2, 3], ["v"]);
    expect(measureQuality(sliver).minRadiusRatio).toBeLessThan(0.05);
    expect(measureQuality(sliver).worstCellTag).toBe(1);
  });
});
