import { describe, expect, it } from "vitest";
import { MeshError } from "../../src/core/errors.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { facetArea, facetNode, NO_FACET, pairFacets } from "../../src/mesh/facets.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh, meshFromArrays, renumberMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";

const kernel = await loadKernel();

/** Partners by a map from sorted node triples, for comparison. */
function pairNaively(mesh: TetMesh): number[] {
  const seen = new Map<string, number>();
  const partner = new Array<number>(4 * mesh.numCells).fill(NO_FACET);
  for (let half = 0; half < partner.length; half++) {
    const key = [0, 1, 2]
      .map((corner) => facetNode(mesh.cells, half, corner))
      .sort((a, b) => a - b)
      .join();
    const other = seen.get(key);
    if (other === undefined) seen.set(key, half);
    else [partner[half], partner[other]] = [other, half];
  }
  return partner;
}

/** Cells around one edge from node 0 to node 1: the bucket of node 0 has 3 n half-facets. */
function starMesh(n: number): TetMesh {
  const points = [0, 0, 0, 0, 0, 1];
  for (let i = 0; i < n; i++)
    points.push(Math.cos((2 * Math.PI * i) / n), Math.sin((2 * Math.PI * i) / n), 0.5);
  const cells = Array.from({ length: n }, (_, i) => [0, 1, 2 + i, 2 + ((i + 1) % n)]).flat();
  return meshFromArrays(points, cells, new Array<string>(n).fill("star"));
}

describe("pairFacets", () => {
  it.each([
    ["a box", boxMesh({ counts: [3, 2, 4] })],
    ["a box in random order", renumberMesh(boxMesh({ counts: [3, 3, 3] }), 7)],
    ["a star whose buckets are sorted", starMesh(900)],
  ])("agrees with a map of node triples on %s", (_, mesh) => {
    expect([...pairFacets(kernel, mesh)]).toEqual(pairNaively(mesh));
  });

  it("leaves the boundary alone: 12 facets for each unit square pair of a cube", () => {
    const partner = pairFacets(kernel, boxMesh({ counts: [2, 2, 2] }));
    expect(partner.filter((other) => other === NO_FACET)).toHaveLength(6 * 4 * 2);
  });

  it.each([
    ["a few cells", 0],
    ["a crowded node", 900],
  ])("refuses a facet of three cells among %s", (_, crowd) => {
    const star = starMesh(Math.max(3, crowd));
    const points = [...star.coordinates, 0.2, 0.1, 3, 0.1, 0.2, 4];
    const extra = star.numNodes;
    const names = new Array<string>(star.numCells + 2).fill("star");
    const mesh = meshFromArrays(points, [...star.cells, 0, 1, 2, extra, 0, 1, 2, extra + 1], names);
    const error = expectError(MeshError, "facet-shared-by-three-cells", () => pairFacets(kernel, mesh));
    expect(error.details["nodeTags"]).toEqual(expect.arrayContaining([1, 2, 3]));
  });
});

describe("facetArea", () => {
  it("sums to the surface of a box and points outwards", () => {
    const mesh = boxMesh({ counts: [2, 3, 1], lengths: [2, 3, 5] });
    const partner = pairFacets(kernel, mesh);
    let area = 0;
    for (let half = 0; half < partner.length; half++)
      if (partner[half] === NO_FACET) area += facetArea(mesh, half);
    expect(area).toBeCloseTo(2 * (2 * 3 + 3 * 5 + 5 * 2), 12);
  });
});
