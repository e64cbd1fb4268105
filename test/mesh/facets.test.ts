import { describe, expect, it } from "vitest";
import { MeshError } from "../../src/core/errors.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { withKernelBuffers } from "../../src/kernel/kernel-buffers.js";
import { facetArea, facetNode, listBoundaryFacets, NO_FACET, pairFacets } from "../../src/mesh/facets.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh, meshFromArrays, renumberMesh, seededRandom } from "../support/box-mesh.js";
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

/** A part of a mesh: about half of its cells, so that it touches itself in edges and nodes everywhere. */
function crumble(mesh: TetMesh, seed: number): TetMesh {
  const random = seededRandom(seed);
  const kept = [...Array(mesh.numCells).keys()].filter(() => random() < 0.5);
  const cells = kept.flatMap((cell) => [...mesh.cells.subarray(4 * cell, 4 * cell + 4)]);
  return meshFromArrays([...mesh.coordinates], cells, new Array<string>(kept.length).fill("crumbs"));
}

function boundaryOf(mesh: TetMesh): Int32Array {
  return withKernelBuffers(kernel, (buffers) => listBoundaryFacets(kernel, mesh, buffers.copyIn(mesh.cells)));
}

/** Two cells more on a facet of a star of cells. */
function starWithThirdCell(crowd: number): TetMesh {
  const star = starMesh(Math.max(3, crowd));
  const points = [...star.coordinates, 0.2, 0.1, 3, 0.1, 0.2, 4];
  const extra = star.numNodes;
  const names = new Array<string>(star.numCells + 2).fill("star");
  return meshFromArrays(points, [...star.cells, 0, 1, 2, extra, 0, 1, 2, extra + 1], names);
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
    const mesh = starWithThirdCell(crowd);
    const error = expectError(MeshError, "facet-shared-by-three-cells", () => pairFacets(kernel, mesh));
    expect(error.details["nodeTags"]).toEqual(expect.arrayContaining([1, 2, 3]));
  });
});

describe("listBoundaryFacets", () => {
  it.each([
    ["a box, around whose edges sums of hashes could cancel", boxMesh({ counts: [5, 4, 6] })],
    ["a box in random order", renumberMesh(boxMesh({ counts: [6, 6, 6] }), 3)],
    ["a star", starMesh(900)],
    ["crumbs", crumble(renumberMesh(boxMesh({ counts: [7, 7, 7] }), 5), 11)],
  ])("lists what pairing all facets leaves, for %s", (_, mesh) => {
    const partner = pairNaively(mesh);
    const expected = [...partner.keys()].filter((half) => partner[half] === NO_FACET);
    expect([...boundaryOf(mesh)]).toEqual(expected);
  });

  it("refuses a facet of three cells, and two cells on one side of a facet", () => {
    const error = expectError(MeshError, "facet-shared-by-three-cells", () =>
      boundaryOf(starWithThirdCell(0)),
    );
    expect(error.details["nodeTags"]).toEqual(expect.arrayContaining([1, 2, 3]));
    const points = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0.1, 0.1, 2];
    const tangled = meshFromArrays(points, [0, 1, 2, 3, 0, 1, 2, 4], ["a", "a"]);
    expectError(MeshError, "cells-overlap", () => boundaryOf(tangled));
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
