import { describe, expect, it } from "vitest";
import { MeshError, PeriodicityError, UsageError } from "../../src/core/errors.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { countClassSizes, identifyPeriodicFaces } from "../../src/mesh/periodic-mesh.js";
import type { PeriodicLink, TetMesh } from "../../src/mesh/tet-mesh.js";
import type { GivenUnitCell } from "../../src/mesh/unit-cell.js";
import { boxMesh, mapCoordinates, meshFromArrays, renumberMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";

const kernel = await loadKernel();

const twoPhases = (i: number): string => (i % 2 === 0 ? "ER" : "cytosol");

/** $Periodic links as Gmsh writes them for a box: one for each pair of faces. */
function withLinks(mesh: TetMesh, vectors: readonly (readonly number[])[], directions = [0, 1, 2]): TetMesh {
  const x = mesh.coordinates;
  const links = directions.map((k): PeriodicLink => {
    const t = vectors[k];
    const pairs: number[] = [];
    for (let slave = 0; slave < mesh.numNodes; slave++) {
      for (let master = 0; master < mesh.numNodes; master++) {
        const matches = [0, 1, 2].every((d) => Math.abs(x[3 * slave + d] - x[3 * master + d] - t[d]) < 1e-9);
        if (matches) pairs.push(slave, master);
      }
    }
    const affine = Float64Array.of(1, 0, 0, t[0], 0, 1, 0, t[1], 0, 0, 1, t[2], 0, 0, 0, 1);
    return { dimension: 2, slaveTag: 10 + k, masterTag: 20 + k, affine, nodePairs: Int32Array.from(pairs) };
  });
  return { ...mesh, periodicLinks: links };
}

const unitVectors = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const givenUnitCube: GivenUnitCell = {
  vectors: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
};

describe("periodic classes", () => {
  it.each([
    [4, 3, 2],
    [2, 5, 3],
  ])("of a %i x %i x %i box have 1, 2, 4 and 8 nodes, and count as the torus does", (nx, ny, nz) => {
    const mesh = renumberMesh(
      boxMesh({ counts: [nx, ny, nz], volumeOf: twoPhases, lengths: [1, 2, 0.5] }),
      3,
    );
    const periodic = identifyPeriodicFaces(kernel, mesh, 2);
    const counts = countClassSizes(periodic.nodeClass);
    const interior = [nx - 1, ny - 1, nz - 1];
    expect(counts[1]).toBe(interior[0] * interior[1] * interior[2]);
    expect(counts[2]).toBe(interior[0] * interior[1] + interior[1] * interior[2] + interior[2] * interior[0]);
    expect(counts[4]).toBe(interior[0] + interior[1] + interior[2]);
    expect(counts[8]).toBe(1);
    expect(counts.reduce((sum, count) => sum + count)).toBe(nx * ny * nz);
  });

  it("of a box one cube thick join the nodes of one cell", () => {
    const periodic = identifyPeriodicFaces(kernel, boxMesh({ counts: [1, 1, 1] }), 1, {
      unitCell: givenUnitCube,
    });
    expect(countClassSizes(periodic.nodeClass)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(periodic.partner.every((other) => other >= 0)).toBe(true);
  });

  it("leave no facet of a full box without partner, and wraps cancel in pairs", () => {
    const { partner, wrap } = identifyPeriodicFaces(
      kernel,
      boxMesh({ counts: [3, 2, 2], volumeOf: twoPhases }),
      2,
    );
    partner.forEach((other, half) => {
      expect(partner[other]).toBe(half);
      expect(wrap[other] + wrap[half]).toBe(0);
    });
    expect(wrap.filter((w) => w === 1)).toHaveLength(2 * 2 * 2);
  });
});

describe("the unit cell", () => {
  it("comes from $Periodic where that is present, wherever the box lies", () => {
    const box = boxMesh({ counts: [2, 2, 2], lengths: [1, 1, 1], origin: [-3, 5, 0.25] });
    const { unitCell } = identifyPeriodicFaces(kernel, withLinks(box, unitVectors), 1);
    expect(unitCell.source).toBe("periodic");
    expect(unitCell.origin).toEqual([-3, 5, 0.25]);
    expect(unitCell.vectors).toEqual(unitVectors);
  });

  it("may be oblique", () => {
    const vectors = [
      [1, 0, 0],
      [0.5, 1, 0],
      [0, 0.25, 1],
    ];
    const sheared = mapCoordinates(boxMesh({ counts: [2, 3, 2] }), (x, y, z) => [
      x + 0.5 * y,
      y + 0.25 * z,
      z,
    ]);
    const mesh = withLinks(sheared, vectors);
    const { unitCell, nodeClass } = identifyPeriodicFaces(kernel, mesh, 1);
    expect(unitCell.vectors).toEqual(vectors);
    expect(countClassSizes(nodeClass)[8]).toBe(1);
  });

  it("is the bounding box where two phases fill it", () => {
    const { unitCell } = identifyPeriodicFaces(
      kernel,
      boxMesh({ counts: [2, 2, 2], volumeOf: twoPhases }),
      2,
    );
    expect(unitCell.source).toBe("bounding-box");
  });

  it("is the bounding box where one phase reaches all faces and leaves part of it empty", () => {
    const cross = boxMesh({
      counts: [3, 3, 3],
      volumeOf: (i, j, k) => ([i, j, k].filter((n) => n === 1).length >= 2 ? "ER" : null),
    });
    expect(identifyPeriodicFaces(kernel, cross, 1).unitCell.source).toBe("bounding-box");
  });

  it("is not guessed for a single phase that fills its bounding box", () => {
    const box = boxMesh({ counts: [2, 2, 2] });
    const error = expectError(PeriodicityError, "unit-cell-unknown", () =>
      identifyPeriodicFaces(kernel, box, 1),
    );
    expect(error.message).toContain("--homogeneous");
    expect(identifyPeriodicFaces(kernel, box, 1, { homogeneous: true }).unitCell.source).toBe("bounding-box");
  });

  it("is not guessed for a straight pipe meshed alone, with or without $Periodic along it", () => {
    const pipe = boxMesh({ counts: [3, 3, 2], volumeOf: (i, j) => (i === 1 && j === 1 ? "ER" : null) });
    expectError(PeriodicityError, "unit-cell-unknown", () => identifyPeriodicFaces(kernel, pipe, 1));
    const linked = withLinks(pipe, unitVectors, [2]);
    expectError(PeriodicityError, "unit-cell-unknown", () => identifyPeriodicFaces(kernel, linked, 1));
    const { unitCell } = identifyPeriodicFaces(kernel, linked, 1, { unitCell: givenUnitCube });
    expect(unitCell).toMatchObject({ source: "given", origin: [0, 0, 0] });
  });

  it("is not guessed for phases that leave part of the bounding box empty", () => {
    const mesh = boxMesh({
      counts: [2, 2, 2],
      volumeOf: (i, j, k) => (i + j + k === 0 ? null : twoPhases(i)),
    });
    expectError(PeriodicityError, "unit-cell-unknown", () => identifyPeriodicFaces(kernel, mesh, 2));
  });

  it("refuses a false claim of homogeneity, and a flat cell", () => {
    const pipe = boxMesh({ counts: [3, 3, 2], volumeOf: (i, j) => (i + j > 1 ? "ER" : null) });
    expectError(UsageError, "not-homogeneous", () =>
      identifyPeriodicFaces(kernel, pipe, 1, { homogeneous: true }),
    );
    const flat: GivenUnitCell = {
      vectors: [
        [1, 0, 0],
        [2, 0, 0],
        [0, 0, 1],
      ],
    };
    expectError(UsageError, "unit-cell-degenerate", () =>
      identifyPeriodicFaces(kernel, pipe, 1, { unitCell: flat }),
    );
  });

  it("refuses a mesh that sticks out of it", () => {
    const mesh = boxMesh({ counts: [2, 2, 2], lengths: [1, 1, 1.5] });
    const error = expectError(PeriodicityError, "outside-unit-cell", () =>
      identifyPeriodicFaces(kernel, mesh, 1, { unitCell: { ...givenUnitCube, origin: [0, 0, 0] } }),
    );
    expect(error.details["excess"]).toBeCloseTo(0.5, 12);
  });

  it("refuses translations that are not three independent ones, and maps that turn", () => {
    const box = boxMesh({ counts: [2, 2, 2] });
    const mesh = withLinks(box, unitVectors);
    const four: PeriodicLink = { ...mesh.periodicLinks[0], affine: null, nodePairs: Int32Array.of(0, 13) };
    expectError(PeriodicityError, "periodic-translations-dependent", () =>
      identifyPeriodicFaces(kernel, { ...mesh, periodicLinks: [...mesh.periodicLinks, four] }, 1),
    );
    const turned = mesh.periodicLinks.map((link) => ({
      ...link,
      affine: Float64Array.of(0, -1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
    }));
    expectError(PeriodicityError, "periodic-not-a-translation", () =>
      identifyPeriodicFaces(kernel, { ...mesh, periodicLinks: turned }, 1),
    );
  });
});

describe("faces that do not match", () => {
  const box = boxMesh({ counts: [4, 4, 4], volumeOf: twoPhases });

  it.each([
    ["along the face", 0, 1e-5],
    ["out of the face", 1e-5, 0],
    ["into the face", -1e-5, 0],
  ])("are refused when the x = 1 nodes of a $Periodic mesh are moved by 1e-5 %s", (_, dx, dy) => {
    const moved = mapCoordinates(withLinks(box, unitVectors), (x, y, z) =>
      x > 0.999 && y > 0.01 && y < 0.99 ? [x + dx, y + dy, z] : [x, y, z],
    );
    expect(() => identifyPeriodicFaces(kernel, moved, 2)).toThrow(PeriodicityError);
  });

  it("name the face, the worst node, its nearest candidate and the distance", () => {
    const moved = mapCoordinates(box, (x, y, z) =>
      x > 0.999 && y > 0.01 && y < 0.99 ? [x, y + 1e-5 * (1 + z), z] : [x, y, z],
    );
    const error = expectError(PeriodicityError, "periodic-node-unmatched", () =>
      identifyPeriodicFaces(kernel, moved, 2),
    );
    expect(error.details).toMatchObject({ face: "x = 1", oppositeFace: "x = 0", unmatchedNodes: 15 });
    expect(error.details["distance"]).toBeCloseTo(2e-5, 10);
    expect(error.details["point"]).toEqual([1, expect.any(Number), 1]);
    expect(identifyPeriodicFaces(kernel, moved, 2, { periodicTolerance: 1e-4 }).maxMismatch).toBeCloseTo(
      2e-5,
      10,
    );
  });

  it("are refused with a code of their own where nodes pair but diagonals differ", () => {
    const five = boxMesh({ counts: [3, 3, 3], split: "five", volumeOf: twoPhases });
    const error = expectError(PeriodicityError, "periodic-diagonals-differ", () =>
      identifyPeriodicFaces(kernel, five, 2),
    );
    expect(error.details["nodeTags"]).toHaveLength(3);
    const evenCubes = boxMesh({ counts: [2, 4, 2], split: "five", volumeOf: twoPhases });
    expect(identifyPeriodicFaces(kernel, evenCubes, 2).maxMismatch).toBe(0);
  });

  it("are refused where a facet faces nothing although its nodes have partners", () => {
    const hollow = boxMesh({
      counts: [3, 3, 3],
      volumeOf: (i, j, k) => (i === 2 && j === 1 && k === 1 ? null : "ER"),
    });
    expectError(PeriodicityError, "periodic-facet-unmatched", () =>
      identifyPeriodicFaces(kernel, hollow, 1, { unitCell: givenUnitCube }),
    );
  });

  it("are refused where $Periodic pairs nodes that are no translates", () => {
    const mesh = withLinks(box, unitVectors);
    const curve: PeriodicLink = {
      dimension: 1,
      slaveTag: 1,
      masterTag: 2,
      affine: null,
      nodePairs: Int32Array.of(0, 7),
    };
    expectError(PeriodicityError, "periodic-section-disagrees", () =>
      identifyPeriodicFaces(kernel, { ...mesh, periodicLinks: [...mesh.periodicLinks, curve] }, 2),
    );
  });

  it("are refused where the tolerance cannot tell nodes apart, whatever the tolerance asked for", () => {
    const fine = boxMesh({ counts: [2, 40, 2], volumeOf: twoPhases });
    expect(identifyPeriodicFaces(kernel, fine, 2, { periodicTolerance: 0.05 }).tolerance).toBeLessThanOrEqual(
      0.25 / 40,
    );
    expectError(UsageError, "periodic-tolerance-invalid", () =>
      identifyPeriodicFaces(kernel, fine, 2, { periodicTolerance: 0 }),
    );
  });

  it("are refused where two halves of a mesh are not glued together", () => {
    const halves = ["ER", "cytosol"].map((name, i) =>
      boxMesh({ counts: [1, 1, 1], lengths: [0.5, 1, 1], origin: [0.5 * i, 0, 0], volumeOf: () => name }),
    );
    const unglued = meshFromArrays(
      halves.flatMap((half) => [...half.coordinates]),
      halves.flatMap((half, i) => Array.from(half.cells, (node) => node + 8 * i)),
      halves.flatMap((half) => new Array<string>(half.numCells).fill(half.volumes[0].name)),
    );
    expectError(PeriodicityError, "periodic-node-ambiguous", () => identifyPeriodicFaces(kernel, unglued, 2));
  });
});

describe("cells that overlap, or do not hang together", () => {
  const box = boxMesh({ counts: [4, 4, 4], volumeOf: twoPhases });

  it("are refused where the same cell stands twice", () => {
    const cells = box.cells.slice();
    cells.set(box.cells.subarray(0, 4), 4);
    expectError(MeshError, "cells-overlap", () => identifyPeriodicFaces(kernel, { ...box, cells }, 2));
  });

  it("are refused where a node was moved through a facet and the cells turned to have positive volume", () => {
    const moved = mapCoordinates(box, (x, y, z) =>
      Math.hypot(x - 0.5, y - 0.5, z - 0.5) < 0.01 ? [x + 0.4, y + 0.05, z] : [x, y, z],
    );
    const names = Array.from(moved.cellRegion, (region) => moved.volumes[region].name);
    const tangled = meshFromArrays([...moved.coordinates], [...moved.cells], names);
    const error = expectError(MeshError, "cells-overlap", () => identifyPeriodicFaces(kernel, tangled, 2));
    expect(error.details["cellTags"]).toHaveLength(2);
  });

  it("are refused where volumes were not made fragments of one another", () => {
    const inner = boxMesh({ counts: [2, 2, 2], lengths: [0.5, 0.5, 0.5], origin: [0.25, 0.25, 0.25] });
    const both = meshFromArrays(
      [...box.coordinates, ...inner.coordinates],
      [...box.cells, ...Array.from(inner.cells, (node) => node + box.numNodes)],
      [...new Array<string>(box.numCells).fill("cytosol"), ...new Array<string>(inner.numCells).fill("ER")],
    );
    const error = expectError(MeshError, "cells-overlap", () =>
      identifyPeriodicFaces(kernel, both, 2, { unitCell: givenUnitCube }),
    );
    expect(error.details["filledShare"]).toBeCloseTo(1.125, 12);
  });

  it("are refused where nodes are doubled on an interface inside a full cell", () => {
    const isInner = (i: number, j: number, k: number): boolean => [i, j, k].every((n) => n === 1 || n === 2);
    const outer = boxMesh({ counts: [4, 4, 4], volumeOf: (...at) => (isInner(...at) ? null : "cytosol") });
    const inner = boxMesh({ counts: [4, 4, 4], volumeOf: (...at) => (isInner(...at) ? "ER" : null) });
    const cracked = meshFromArrays(
      [...outer.coordinates, ...inner.coordinates],
      [...outer.cells, ...Array.from(inner.cells, (node) => node + outer.numNodes)],
      [...new Array<string>(outer.numCells).fill("cytosol"), ...new Array<string>(inner.numCells).fill("ER")],
    );
    const error = expectError(MeshError, "mesh-cracked", () => identifyPeriodicFaces(kernel, cracked, 2));
    expect(error.details["numFacets"]).toBe(2 * 6 * 4 * 2);
  });
});
