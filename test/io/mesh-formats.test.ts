import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { writeMsh } from "../../src/io/msh-writer.js";
import { parseMesh, type ParseMeshOptions } from "../../src/io/parse-mesh.js";
import { decompress } from "../../src/io/decompress.js";
import { boxMesh } from "../support/box-mesh.js";
import { codeOf } from "../support/image-files.js";
import {
  abaqusFile,
  dolfinFile,
  dolfinMarks,
  hdf5File,
  meditFile,
  ownVtu,
  placedVtu,
  xdmfFile,
} from "../support/mesh-files.js";
import { createRandom, expectValidMesh, toBytes } from "../support/msh-text.js";

/** Two phases: a straight pipe of the first along x, so that the tensors are no multiples of the identity. */
const mesh = boxMesh({
  counts: [3, 3, 3],
  lengths: [1, 1.5, 2],
  volumeOf: (_, j, k) => (j === 1 && k === 1 ? "ER" : "cytosol"),
});
const msh = await parseMesh(writeMsh(mesh, { version: "4.1" }));
const h5 = await hdf5File(mesh);
const openFile: ParseMeshOptions["openFile"] = (name) => Promise.resolve(name === "cell.h5" ? h5 : null);
const volumeNames = mesh.cellRegions.map(({ groups }) => mesh.volumes[groups[0]].name);

interface Sample {
  readonly bytes: Uint8Array;
  readonly options?: ParseMeshOptions;
  /** Names of the regions, in the order of the .msh. */
  readonly names?: readonly string[];
}

const samples: readonly (readonly [string, Sample])[] = [
  ["medit", { bytes: meditFile(mesh) }],
  ["Abaqus", { bytes: abaqusFile(mesh, volumeNames), names: volumeNames }],
  ["DOLFIN XML", { bytes: dolfinFile(mesh) }],
  ["DOLFIN XML and marks", { bytes: dolfinFile(mesh, false), options: { regions: dolfinMarks(mesh) } }],
  ["XDMF, numbers in place", { bytes: xdmfFile(mesh, "XML") }],
  ["XDMF, mixed", { bytes: xdmfFile(mesh, "Mixed") }],
  ["XDMF and HDF5", { bytes: xdmfFile(mesh, "HDF"), options: { openFile } }],
  ["HDF5 of SMART", { bytes: await hdf5File(mesh, true) }],
  ["VTU of writeVtu", { bytes: await ownVtu(mesh, true) }],
  ["VTU of writeVtu, not compressed", { bytes: await ownVtu(mesh, false) }],
  ["VTU, ascii, two pieces", { bytes: placedVtu(mesh, "ascii", false) }],
  ["VTU, base64, two pieces", { bytes: placedVtu(mesh, "binary", false) }],
  ["VTU, base64, big-endian", { bytes: placedVtu(mesh, "binary", true) }],
];

describe.each(samples)("%s", (_, { bytes, options, names = ["region1", "region2"] }) => {
  it("gives the mesh and the tensors of the .msh, with the names of its regions", async () => {
    const read = await parseMesh(bytes, options);
    expectValidMesh(read);
    expect(read.coordinates).toEqual(mesh.coordinates);
    expect(read.cells).toEqual(mesh.cells);
    const found = Array.from(
      read.cellRegion,
      (region) => read.volumes[read.cellRegions[region].groups[0]].name,
    );
    expect(found).toEqual(Array.from(mesh.cellRegion, (region) => names[region]));

    const [expected, actual] = await Promise.all([msh, read].map((one) => homogenize(one)));
    for (const [index, name] of volumeNames.entries()) {
      const [a, b] = [expected.result.phases[name], actual.result.phases[names[index]]];
      // The same arrays: nothing but the order of sums could differ.
      for (let i = 0; i < 9; i++) {
        expect(b.homogenized[Math.floor(i / 3)][i % 3]).toBeCloseTo(
          a.homogenized[Math.floor(i / 3)][i % 3],
          12,
        );
      }
    }
    expect(actual.result.membrane.area).toBeCloseTo(expected.result.membrane.area, 12);
  });

  it("is read from .gz, too", async () => {
    const read = await parseMesh(await decompress(gzipSync(bytes)), options);
    expect(read.numCells).toBe(mesh.numCells);
  });
});

const small = boxMesh({ counts: [1, 1, 2], volumeOf: (_, __, k) => (k === 0 ? "ER" : "cytosol") });
const hostile: readonly (readonly [string, Sample])[] = [
  ["medit", { bytes: meditFile(small) }],
  ["Abaqus", { bytes: abaqusFile(small, ["ER", "cytosol"]) }],
  ["DOLFIN XML", { bytes: dolfinFile(small) }],
  ["XDMF", { bytes: xdmfFile(small, "XML") }],
  ["VTU of writeVtu", { bytes: await ownVtu(small, true) }],
  ["VTU, base64", { bytes: placedVtu(small, "binary", false) }],
  ["HDF5", { bytes: await hdf5File(small, true) }],
];

describe.each(hostile)("a damaged file, %s", (name, { bytes, options }) => {
  it("cut at 60 places is refused", async () => {
    // A text whose last lines say nothing more of the mesh may lose them.
    const spare = { medit: 40, Abaqus: 180 }[name] ?? (name.startsWith("VTU") ? 60 : 2);
    for (let i = 0; i < 60; i++) {
      const length = Math.floor((i * (bytes.length - spare)) / 60);
      const code = await codeOf(parseMesh(bytes.slice(0, length), options));
      if (name !== "Abaqus") expect(code, `${length} of ${bytes.length}`).not.toBe("none");
    }
  });

  it("with 1 to 3 bytes changed, 300 times, gives a valid mesh or an error of ours", async () => {
    const random = createRandom(bytes.length);
    const outcomes = new Set<string>();
    for (let i = 0; i < 300; i++) {
      const changed = bytes.slice();
      for (let n = 1 + Math.floor(3 * random()); n > 0; n--) {
        changed[Math.floor(bytes.length * random())] = Math.floor(256 * random());
      }
      outcomes.add(await codeOf(parseMesh(changed, options).then(expectValidMesh)));
    }
    // The changes are neither all harmless nor all fatal.
    expect(outcomes).toContain("none");
    expect(outcomes.size).toBeGreaterThan(2);
  });
});

describe("faults", () => {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const edit = (bytes: Uint8Array, from: string | RegExp, to: string): Uint8Array => {
    const changed = text(bytes).replace(from, to);
    expect(changed).not.toBe(text(bytes));
    return toBytes(changed);
  };
  const medit = meditFile(small);
  const abaqus = abaqusFile(small, ["ER", "cytosol"]);
  const dolfin = dolfinFile(small);
  const xdmf = xdmfFile(small, "XML");
  const vtu = placedVtu(small, "ascii", false);

  const faults: readonly (readonly [string, string, Uint8Array, ParseMeshOptions?])[] = [
    ["medit: a huge count", "mesh-count", edit(medit, /Tetrahedra\n \d+/, "Tetrahedra\n 999999999999")],
    ["medit: a node out of range", "mesh-unknown-node", edit(medit, /(Tetrahedra\n \d+\n)\d+/, "$199")],
    ["medit: NaN", "mesh-non-finite", edit(medit, /(Vertices\n \d+\n)\S+/, "$1nan")],
    ["medit: two dimensions", "mesh-dimension", edit(medit, "Dimension\n 3", "Dimension 2")],
    ["medit: hexahedra", "unsupported-cell-type", edit(medit, "Corners\n 2", "Hexahedra\n 2")],
    ["Abaqus: a node out of range", "mesh-unknown-node", edit(abaqus, /(All\n1, )\d+/, "$1977")],
    ["Abaqus: hexahedra", "unsupported-cell-type", edit(abaqus, "C3D4", "C3D8R")],
    ["Abaqus: an included file", "abaqus-unsupported", edit(abaqus, "*Node", "*INCLUDE, INPUT=a\n*Node")],
    [
      "Abaqus: two parts",
      "abaqus-several-parts",
      edit(abaqus, "*Node", "*Part, name=a\n*Part, name=b\n*Node"),
    ],
    ["Abaqus: a node twice", "mesh-duplicate-node", edit(abaqus, /\n20, /, "\n10, ")],
    ["DOLFIN: a huge count", "mesh-count", edit(dolfin, /cells size="\d+"/, 'cells size="99999999999"')],
    ["DOLFIN: triangles", "unsupported-cell-type", edit(dolfin, '"tetrahedron"', '"triangle"')],
    ["DOLFIN: a node out of range", "mesh-unknown-node", edit(dolfin, /v0="\d+"/, 'v0="99"')],
    ["DOLFIN: a vertex is missing", "mesh-non-finite", edit(dolfin, /<vertex index="0"[^>]*>/, "")],
    [
      "DOLFIN: marks that disagree",
      "mesh-region-ambiguous",
      dolfin,
      { regions: edit(dolfinMarks(small), 'value="1"', 'value="2"') },
    ],
    ["XDMF: entities", "mesh-xml-entities", edit(xdmf, "[]", '[<!ENTITY a "aa">]')],
    ["XDMF: a huge shape", "mesh-count", edit(xdmf, /Dimensions="\d+ 4"/, 'Dimensions="99999999999 4"')],
    ["XDMF: no .h5 beside it", "mesh-file-missing", xdmfFile(small, "HDF")],
    [
      "XDMF: a path that the .h5 lacks",
      "hdf5-path-missing",
      edit(xdmfFile(mesh, "HDF"), "/data1", "/data9"),
      { openFile },
    ],
    ["VTU: a huge count", "mesh-count", edit(vtu, /NumberOfCells="\d+"/, 'NumberOfCells="99999999999999"')],
    ["VTU: hexahedra", "unsupported-cell-type", edit(vtu, /(Name="types"[^>]*>)10/, "$112")],
    ["VTU: surfaces", "vtu-unsupported", edit(vtu, 'type="UnstructuredGrid"', 'type="PolyData"')],
    ["VTU: an array that is not there", "region-array-unknown", vtu, { regionArray: "regions" }],
    ["binary medit", "mesh-format-unsupported", Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0)],
    ["legacy VTK", "mesh-format-unsupported", toBytes("# vtk DataFile Version 2.0\n")],
    ["text of no format", "msh-no-header", toBytes("hello")],
  ];
  const table = faults.map(([name, code, bytes, options]) => ({ name, code, bytes, options }));

  it.each(table)("$name", async ({ code, bytes, options }) => {
    expect(await codeOf(parseMesh(bytes, options))).toBe(code);
  });

  it("two arrays that may both be the regions are refused with their names, and one is taken when asked for", async () => {
    const doubled = toBytes(
      text(vtu).replace(/<CellData>\n(<DataArray[^]*?<\/DataArray>)/g, (all, array: string) => {
        const other = array
          .replace('"material"', '"region"')
          .replace(/>[^<]*</, (numbers) => numbers.replace(/\b1\b/, "3"));
        return `${all}${other}`;
      }),
    );
    await expect(parseMesh(doubled)).rejects.toMatchObject({
      code: "mesh-region-ambiguous",
      details: { arrays: ["material", "region"] },
    });
    const read = await parseMesh(doubled, { regionArray: "material" });
    expect(read.volumes.map(({ name }) => name)).toEqual(["region1", "region2"]);
    expect((await parseMesh(doubled, { regionArray: "none" })).volumes).toHaveLength(1);
  });

  it("regions whose numbers are no tags keep them in their names", async () => {
    const read = await parseMesh(edit(medit, /^(\d+ \d+ \d+ \d+) 1$/gm, "$1 0"));
    expect(read.volumes).toEqual([
      { name: "region0", tag: 3 },
      { name: "region2", tag: 2 },
    ]);
  });
});
