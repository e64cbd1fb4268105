import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/kernel/kernel.js";
import { cellVolume } from "../../src/mesh/geometry.js";
import { orderMesh } from "../../src/mesh/order-mesh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh, renumberMesh } from "../support/box-mesh.js";

const kernel = await loadKernel();

const box = boxMesh({ counts: [8, 6, 7], volumeOf: (i) => (i < 3 ? "ER" : "cytosol"), origin: [-3, 2, 0] });
const shuffled: TetMesh = {
  ...renumberMesh(box, 12),
  periodicLinks: [
    { dimension: 2, slaveTag: 1, masterTag: 2, affine: null, nodePairs: Int32Array.of(3, 5, 7, 11) },
  ],
};

/** A cell by its tag, region and node tags with coordinates, in local order: what must not change. */
function describeCells(mesh: TetMesh): string[] {
  return Array.from(mesh.cellTags, (tag, cell) => {
    const nodes = Array.from(mesh.cells.subarray(4 * cell, 4 * cell + 4), (node) => {
      const point = mesh.coordinates.subarray(3 * node, 3 * node + 3);
      return `${mesh.nodeTags[node]}@${point.join()}`;
    });
    return `${tag}:${mesh.cellRegion[cell]}:${nodes.join(" ")}`;
  }).sort();
}

/** Mean distance in the numbering between the nodes of a cell. */
function meanSpan(mesh: TetMesh): number {
  let sum = 0;
  for (let i = 0; i < mesh.cells.length; i += 4) {
    const nodes = mesh.cells.subarray(i, i + 4);
    sum += Math.max(...nodes) - Math.min(...nodes);
  }
  return sum / mesh.numCells;
}

describe("orderMesh", () => {
  const ordered = orderMesh(kernel, shuffled);

  it("changes nothing but the order: tags, regions, coordinates and orientation go along", () => {
    expect(describeCells(ordered)).toEqual(describeCells(shuffled));
    for (let cell = 0; cell < ordered.numCells; cell++) expect(cellVolume(ordered, cell)).toBeGreaterThan(0);
    const tagsOf = (mesh: TetMesh): number[] =>
      Array.from(mesh.periodicLinks[0].nodePairs, (node) => mesh.nodeTags[node]);
    expect(tagsOf(ordered)).toEqual(tagsOf(shuffled));
  });

  it("sorts cells by their first node, and brings the nodes of a cell together", () => {
    const first = Array.from({ length: ordered.numCells }, (_, cell) =>
      Math.min(...ordered.cells.subarray(4 * cell, 4 * cell + 4)),
    );
    expect(first).toEqual([...first].sort((a, b) => a - b));
    expect(meanSpan(ordered)).toBeLessThan(meanSpan(shuffled) / 2);
  });

  it("leaves the caller's mesh alone, and is the identity on a mesh in its order", () => {
    expect(shuffled.cells).toEqual(renumberMesh(box, 12).cells);
    expect(orderMesh(kernel, ordered)).toBe(ordered);
    expect(orderMesh(kernel, { ...ordered })).toEqual(ordered);
  });

  it("takes the arrays of a mesh that is given up", () => {
    const mesh = renumberMesh(box, 12);
    const inPlace = orderMesh(kernel, { ...mesh, periodicLinks: shuffled.periodicLinks }, true);
    expect(inPlace).toEqual(ordered);
    for (const key of ["cells", "coordinates", "cellTags", "cellRegion", "nodeTags"] as const) {
      expect(inPlace[key].buffer).toBe(mesh[key].buffer);
    }
  });
});
