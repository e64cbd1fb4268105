import { beforeAll, describe, expect, it } from "vitest";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { OVERLAP_MOMENTS, overlapFaces } from "../../src/mesh/face-overlaps.js";
import { facetNode } from "../../src/mesh/facets.js";
import { findOpenCell } from "../../src/mesh/open-cell.js";
import { boxMesh } from "../support/box-mesh.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

describe("overlaps of opposite faces", () => {
  it("is the triangulation itself where faces match", () => {
    const open = findOpenCell(kernel, boxMesh({ counts: [3, 4, 5] }), 1, { homogeneous: true });
    const counts = overlapFaces(open).map(({ areas }) => areas.length);
    expect(counts).toEqual([2 * 4 * 5, 2 * 3 * 5, 2 * 3 * 4]);
  });

  it("covers the faces and integrates quadratics exactly", () => {
    const mesh = boxMesh({ counts: [3, 5, 3], lengths: [1, 2, 3], origin: [0.5, -1, 2], split: "five" });
    const { coordinates, cells } = mesh;
    const open = findOpenCell(kernel, mesh, 1, { homogeneous: true });
    const [, yFaces] = overlapFaces(open);
    expect(yFaces.areas.length).toBeGreaterThan(2 * 3 * 3);
    let area = 0;
    let xx = 0;
    let xz = 0;
    for (let o = 0; o < yFaces.areas.length; o++) {
      area += yFaces.areas[o];
      const corners = [0, 1, 2].map((c) => 3 * facetNode(cells, yFaces.high[o], c));
      corners.push(...[0, 1, 2].map((c) => 3 * facetNode(cells, yFaces.low[o], c)));
      let entry = OVERLAP_MOMENTS * o;
      for (let i = 0; i < 6; i++) {
        for (let j = i; j < 6; j++) {
          const moment = yFaces.moments[entry++];
          // x by the coordinates of the high facet, x and z by those of the low one.
          if (i < 3 && j < 3)
            xx += (i === j ? 1 : 2) * moment * coordinates[corners[i]] * coordinates[corners[j]];
          if (i < 3 && j >= 3) xz += moment * coordinates[corners[i]] * coordinates[corners[j] + 2];
        }
      }
    }
    expect(area).toBeCloseTo(3, 12);
    expect(xx).toBeCloseTo((3 * (1.5 ** 3 - 0.5 ** 3)) / 3, 12);
    expect(xz).toBeCloseTo(((1.5 ** 2 - 0.5 ** 2) / 2) * ((5 ** 2 - 2 ** 2) / 2), 12);
  });
});
