import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/kernel/kernel.js";
import { facetNode } from "../../src/mesh/facets.js";
import { findMembrane } from "../../src/mesh/membrane.js";
import { withKernelMesh } from "../../src/mesh/kernel-mesh.js";
import { identifyPeriodicFaces } from "../../src/mesh/periodic-mesh.js";
import { partitionPhases, type PhaseSpec } from "../../src/mesh/phases.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh } from "../support/box-mesh.js";

const kernel = await loadKernel();

const AREA_DIGITS = 13;

function membraneOf(mesh: TetMesh, phases: PhaseSpec[] = []): ReturnType<typeof findMembrane> {
  const partition = partitionPhases(mesh, phases);
  const periodic = identifyPeriodicFaces(kernel, mesh, partition.phases.length, {
    unitCell: {
      vectors: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    },
  });
  return withKernelMesh(kernel, periodic, (inKernel) => findMembrane(inKernel, partition));
}

/** The mesh with a physical surface `membrane` on the facets between cubes that `isTagged` chooses by their centroid. */
function tagFacets(mesh: TetMesh, isTagged: (centroid: readonly number[]) => boolean): TetMesh {
  const facets: number[] = [];
  for (let half = 0; half < 4 * mesh.numCells; half++) {
    const nodes = [0, 1, 2].map((corner) => facetNode(mesh.cells, half, corner));
    const centroid = [0, 1, 2].map((d) =>
      nodes.reduce((sum, node) => sum + mesh.coordinates[3 * node + d] / 3, 0),
    );
    if (isTagged(centroid)) facets.push(...nodes);
  }
  return {
    ...mesh,
    numFacets: facets.length / 3,
    facets: Int32Array.from(facets),
    facetRegion: new Int32Array(facets.length / 3),
    facetRegions: [{ entityTag: 1, groups: [0] }],
    surfaces: [{ name: "membrane", tag: 3 }],
  };
}

const isPipe = (i: number, j: number, k: number): boolean => [i, j, k].filter((n) => n === 1).length >= 2;

describe("findMembrane", () => {
  const pipes = boxMesh({ counts: [3, 3, 3], volumeOf: (...at) => (isPipe(...at) ? "ER" : "cytosol") });

  it("measures three pipes: six arms of four walls, the same whichever phase is asked for", () => {
    for (const phases of [
      [],
      [{ name: "ER", volumes: ["ER"] }],
      [{ name: "cytosol", volumes: ["cytosol"] }],
    ]) {
      const membrane = membraneOf(pipes, phases);
      expect(membrane.area).toBeCloseTo(24 / 9, AREA_DIGITS);
      expect(membrane.pairs).toEqual({ "ER|cytosol": membrane.area });
      expect(membrane.warnings).toEqual([]);
    }
  });

  it("takes the boundary inside the cell where one phase only is meshed", () => {
    const alone = boxMesh({ counts: [3, 3, 3], volumeOf: (...at) => (isPipe(...at) ? "ER" : null) });
    expect(membraneOf(alone).area).toBeCloseTo(24 / 9, AREA_DIGITS);
    expect(Object.keys(membraneOf(alone).pairs)).toEqual(["ER|void"]);
  });

  it("counts once the facets on the faces whose two sides across the wrap differ", () => {
    const slabs = boxMesh({ counts: [3, 2, 2], volumeOf: (i) => (i === 0 ? "ER" : "cytosol") });
    expect(membraneOf(slabs).area).toBeCloseTo(2, AREA_DIGITS);
  });

  it("keeps areas for each pair of phases, and none inside a joined phase", () => {
    const layers = boxMesh({ counts: [3, 1, 1], volumeOf: (i) => ["ER", "cytosol", "nucleus"][i] });
    expect(membraneOf(layers).pairs).toEqual({
      "ER|cytosol": expect.closeTo(1, AREA_DIGITS) as number,
      "ER|nucleus": expect.closeTo(1, AREA_DIGITS) as number,
      "cytosol|nucleus": expect.closeTo(1, AREA_DIGITS) as number,
    });
    const joined = membraneOf(layers, [{ name: "out", volumes: ["cytosol", "nucleus"] }]);
    expect(joined.pairs).toEqual({ "ER|out": expect.closeTo(2, AREA_DIGITS) as number });
  });

  it("counts tagged facets and those across the wrap, and says what it leaves out", () => {
    const slabs = boxMesh({ counts: [3, 2, 2], volumeOf: (i) => (i === 0 ? "ER" : "cytosol") });
    const tagged = membraneOf(tagFacets(slabs, ([x]) => Math.abs(x - 1 / 3) < 1e-9));
    expect(tagged.area).toBeCloseTo(2, AREA_DIGITS);
    expect(tagged.warnings).toEqual([]);
    const half = membraneOf(tagFacets(slabs, ([x, y]) => Math.abs(x - 1 / 3) < 1e-9 && y < 0.5));
    expect(half.area).toBeCloseTo(1.5, AREA_DIGITS);
    expect(half.warnings[0]).toContain("area 0.500000");
    const inner = membraneOf(tagFacets(slabs, ([x]) => Math.abs(x - 2 / 3) < 1e-9));
    expect(inner.area).toBeCloseTo(1, AREA_DIGITS);
    expect(inner.warnings).toHaveLength(2);
  });

  it("keeps areas of odd names apart", () => {
    const names = ["__proto__", "a|b", "c"];
    const pairs = membraneOf(boxMesh({ counts: [3, 1, 1], volumeOf: (i) => names[i] })).pairs;
    expect(Object.entries(pairs).map(([pair, area]) => [pair, area.toFixed(9)])).toEqual([
      ["__proto__|a\\|b", "1.000000000"],
      ["__proto__|c", "1.000000000"],
      ["a\\|b|c", "1.000000000"],
    ]);
  });

  it("measures thousands of phases pair by pair", () => {
    const n = 16;
    const grains = boxMesh({ counts: [n, n, n], volumeOf: (i, j, k) => `${i},${j},${k}` });
    const { area, pairs } = membraneOf(grains);
    // Every cube meets six others, across the wrap too. A table of all pairs would have 17 million entries.
    expect(Object.keys(pairs)).toHaveLength(3 * n ** 3);
    expect(area).toBeCloseTo(3 * n, AREA_DIGITS - 2);
    expect(Math.max(...Object.values(pairs))).toBeCloseTo(1 / n ** 2, AREA_DIGITS);
  });

  it("tells of facets with nothing on the other side where several phases are meshed", () => {
    const hole = boxMesh({
      counts: [3, 3, 3],
      volumeOf: (i, j, k) => (i === 1 && j === 1 && k === 1 ? null : i === 0 ? "ER" : "cytosol"),
    });
    const membrane = membraneOf(hole);
    expect(membrane.area).toBeCloseTo(2 - 1 / 9, AREA_DIGITS);
    expect(membrane.warnings[0]).toContain("12 facets");
  });
});
