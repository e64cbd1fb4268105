import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeMsh, type WriteMshOptions } from "../../src/io/msh-writer.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { computeVolumes, expectValidMesh } from "../support/msh-text.js";

/** The unit cube, lower half ER, upper half cytosol, x = 1 a copy of x = 0. */
const geometry = `
SetFactory("OpenCASCADE");
Box(1) = {0, 0, 0, 1, 1, 0.5}; Box(2) = {0, 0, 0.5, 1, 1, 0.5};
BooleanFragments{ Volume{1}; Delete; }{ Volume{2}; Delete; }
Mesh.MeshSizeMin = 0.5; Mesh.MeshSizeMax = 0.5;
Physical Volume("ER", 11) = {1}; Physical Volume("cytosol", 12) = {2}; Physical Volume("all", 13) = {1, 2};
left[] = Surface In BoundingBox{-0.01, -0.01, -0.01, 0.01, 1.01, 1.01};
For i In {0 : #left[] - 1}
  b[] = BoundingBox Surface{left[i]};
  right[] = Surface In BoundingBox{0.99, b[1] - 0.01, b[2] - 0.01, 1.01, b[4] + 0.01, b[5] + 0.01};
  Periodic Surface{right[0]} = {left[i]} Translate{1, 0, 0};
EndFor
middle[] = Surface In BoundingBox{-0.01, -0.01, 0.49, 1.01, 1.01, 0.51};
Physical Surface("membrane", 5) = {middle[]};
`;

/** Volumes are sums of some hundred rounded terms. */
const volumeDigits = 13;

let folder = "";
let reference: TetMesh;

function runGmsh(args: readonly string[], input = "cell.geo"): Uint8Array {
  const output = join(folder, "out.msh");
  rmSync(output, { force: true });
  execFileSync("gmsh", [join(folder, input), ...args, "-v", "1", "-o", output], { stdio: "ignore" });
  return new Uint8Array(readFileSync(output));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "erfem-gmsh-"));
  writeFileSync(join(folder, "cell.geo"), geometry);
  reference = parseMsh(runGmsh(["-3", "-format", "msh41"]));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function expectSameRegions(mesh: TetMesh): void {
  expectValidMesh(mesh);
  expect(mesh.numNodes).toBe(reference.numNodes);
  expect(mesh.numCells).toBe(reference.numCells);
  expect(mesh.numFacets).toBe(reference.numFacets);
  expect(mesh.volumes).toEqual([
    { name: "ER", tag: 11 },
    { name: "cytosol", tag: 12 },
    { name: "all", tag: 13 },
  ]);
  expect(mesh.surfaces).toEqual([{ name: "membrane", tag: 5 }]);
  expect(mesh.cellRegions).toEqual([
    { entityTag: 1, groups: [0, 2] },
    { entityTag: 2, groups: [1, 2] },
  ]);
  const volumes = computeVolumes(mesh);
  expect(volumes["ER"]).toBeCloseTo(0.5, volumeDigits);
  expect(volumes["cytosol"]).toBeCloseTo(0.5, volumeDigits);
  expect(volumes["all"]).toBeCloseTo(1, volumeDigits);
}

describe.each(["msh22", "msh41"])("files of Gmsh, %s", (format) => {
  describe.each([
    ["text", []],
    ["binary", ["-bin"]],
  ])("%s", (_, encoding) => {
    const args = ["-3", "-format", format, ...encoding];

    it.each([
      ["plain", []],
      ["in three partitions", ["-part", "3"]],
      ["in three partitions with ghosts", ["-part", "3", "-part_ghosts"]],
      ["with parametric nodes", ["-save_parametric"]],
      ["second order", ["-order", "2"]],
    ])("%s", (what, more) => {
      const mesh = parseMsh(runGmsh([...args, ...more]));
      expectSameRegions(mesh);
      expect(mesh.report.reducedCells).toBe(what === "second order" ? reference.numCells : 0);
      expect(mesh.report.ghostCells > 0).toBe(what.endsWith("ghosts"));
      // Gmsh 4.8 leaves $Periodic out of MSH 2.2 with physical groups.
      const numPairs = mesh.periodicLinks.reduce((sum, { nodePairs }) => sum + nodePairs.length / 2, 0);
      const expected = reference.periodicLinks.reduce((sum, { nodePairs }) => sum + nodePairs.length / 2, 0);
      expect(numPairs).toBe(format === "msh22" ? 0 : expected);
    });

    it("with all elements saved", () => {
      const mesh = parseMsh(runGmsh([...args, "-save_all"]));
      expectValidMesh(mesh);
      expect(mesh.periodicLinks.length).toBe(15);
      for (const { dimension, affine, nodePairs } of mesh.periodicLinks) {
        expect(dimension).toBeLessThan(3);
        expect(affine?.[3]).toBe(1);
        for (let i = 0; i < nodePairs.length; i += 2) {
          expect(mesh.coordinates[3 * nodePairs[i]]).toBe(mesh.coordinates[3 * nodePairs[i + 1]] + 1);
        }
      }
      // MSH 2.2 then has no physical groups: entities name the volumes, and the reader says so.
      const names = mesh.volumes.map((volume) => volume.name);
      expect(names).toEqual(format === "msh22" ? ["volume1", "volume2"] : ["ER", "cytosol", "all"]);
      const warnings = mesh.report.warnings.filter((sentence) => sentence.includes('"cytosol"'));
      expect(warnings).toHaveLength(format === "msh22" ? 1 : 0);
    });
  });
});

describe.each<WriteMshOptions>([
  { version: "4.1" },
  { version: "4.1", binary: false },
  { version: "2.2" },
  { version: "2.2", binary: false },
])("our file of version $version, binary $binary", (options) => {
  it("is read by Gmsh and comes back", () => {
    writeFileSync(join(folder, "ours.msh"), writeMsh(reference, options));
    const mesh = parseMsh(runGmsh(["-save", "-format", "msh41"], "ours.msh"));
    expectSameRegions(mesh);
    expect(mesh.periodicLinks.length).toBe(options.version === "4.1" ? 15 : 0);
  });
});

describe.each([
  ["2.2", 0],
  ["2.2", 1],
  ["4.1", 0],
  ["4.1", 1],
])("views that Gmsh saves, MSH %s, binary %d", (version, binary) => {
  /** Node sums: which cell it is, however Gmsh renumbers. */
  const describeCell = (mesh: TetMesh, cell: number): number[] =>
    [0, 1, 2].map((k) =>
      [0, 1, 2, 3].reduce((sum, i) => sum + mesh.coordinates[3 * mesh.cells[4 * cell + i] + k] / 4, 0),
    );

  it("come back cell by cell, of cells in several groups too", () => {
    const values = new Float64Array(9 * reference.numCells);
    for (let cell = 0; cell < reference.numCells; cell++) values.set(describeCell(reference, cell), 9 * cell);
    const cellData = [{ name: "centroid", numComponents: 9, values }];
    writeFileSync(join(folder, "data.msh"), writeMsh({ ...reference, cellData }, { version: "4.1" }));
    const output = join(folder, "view.msh");
    writeFileSync(
      join(folder, "save.geo"),
      `Merge "data.msh"; Mesh.Binary = ${binary}; Mesh.MshFileVersion = ${version}; PostProcessing.SaveMesh = 1;\n` +
        `Save View[0] "${output}";\n`,
    );
    execFileSync("gmsh", [join(folder, "save.geo"), "-0", "-v", "1"], { stdio: "ignore" });
    const mesh = parseMsh(new Uint8Array(readFileSync(output)));
    expect(mesh.numCells).toBe(reference.numCells);
    const [view] = mesh.cellData;
    expect(view.name).toBe("centroid");
    expect(view.numComponents).toBe(9);
    for (let cell = 0; cell < mesh.numCells; cell++) {
      const centroid = describeCell(mesh, cell);
      // Gmsh writes 16 digits in text, and sums run in another order.
      centroid.forEach((x, k) => {
        expect(view.values[9 * cell + k]).toBeCloseTo(x, 12);
      });
    }
  });
});
