import { describe, expect, it } from "vitest";
import { writeMsh, type WriteMshOptions } from "../../src/io/msh-writer.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import {
  catchError,
  createBoxMesh,
  createRandom,
  expectValidMesh,
  formatMsh2,
  oneTetrahedron,
  toBytes,
} from "../support/msh-text.js";

const formats: readonly WriteMshOptions[] = [
  { version: "4.1" },
  { version: "4.1", binary: false },
  { version: "2.2" },
  { version: "2.2", binary: false },
];

/** Everything but the report, which tells how the file was written. */
function withoutReport({ report: _, ...rest }: TetMesh): Omit<TetMesh, "report"> {
  return rest;
}

describe.each(formats)("writeMsh $version, binary $binary", (options) => {
  const roundTrip = (mesh: TetMesh): TetMesh => parseMsh(writeMsh(mesh, options));

  it("is undone by parseMsh: groups, facets, links, tags and order", () => {
    const mesh = createBoxMesh(3);
    const back = roundTrip(mesh);
    expectValidMesh(back);
    expect(withoutReport(back)).toEqual(withoutReport(mesh));
  });

  it("keeps random coordinates to the last bit and cells in any order", () => {
    const random = createRandom(5);
    const box = createBoxMesh(2);
    const cellRegion = box.cellRegion.map(() => Math.floor(2 * random()));
    cellRegion[0] = 0;
    cellRegion[1] = 1;
    const coordinates = box.coordinates.map((x) => 1e-3 * (x + 0.1 * random()) - 1e3);
    const mesh = { ...box, cellRegion, coordinates };
    expect(withoutReport(roundTrip(mesh))).toEqual(withoutReport(mesh));
  });

  it("keeps volumes without a physical group", () => {
    const box = createBoxMesh(2);
    const volumes = [
      { name: "volume3", tag: 3 },
      { name: "volume8", tag: 8 },
    ];
    const cellRegions = [
      { entityTag: 3, groups: [0] },
      { entityTag: 8, groups: [1] },
    ];
    const mesh = { ...box, volumes, cellRegions, surfaces: [], facetRegions: [{ entityTag: 4, groups: [] }] };
    expect(withoutReport(roundTrip(mesh))).toEqual(withoutReport(mesh));
  });

  it("keeps the groups of cells that share an entity", () => {
    const text = formatMsh2({
      ...oneTetrahedron,
      nodes: [...oneTetrahedron.nodes, [5, 1, 1, 1]],
      elements: [
        { type: 4, entity: 1, groups: [3], nodes: [1, 2, 3, 4] },
        { type: 4, entity: 1, nodes: [2, 3, 4, 5] },
      ],
    });
    const mesh = parseMsh(toBytes(text));
    const back = roundTrip(mesh);
    const name = ({ volumes, cellRegions, cellRegion }: TetMesh): string[][] =>
      Array.from(cellRegion, (region) => cellRegions[region].groups.map((group) => volumes[group].name));
    expect(name(mesh)).toEqual([["physical3"], ["volume1"]]);
    expect(name(back)).toEqual(name(mesh));
  });

  it("refuses groups that the format cannot hold", () => {
    const box = createBoxMesh(1);
    for (const [name, tag] of [
      ["ER", 5],
      ["ER", 0],
      ['E"R', 30],
    ] as const) {
      const volumes = [{ name, tag }, ...box.volumes.slice(1)];
      expect(catchError(() => writeMsh({ ...box, volumes }, options)).code).toBe("msh-group-invalid");
    }
  });
});

it("writeMsh refuses tags that MSH 2.2 cannot hold, and writes them in 4.1", () => {
  const box = createBoxMesh(1);
  const mesh = { ...box, nodeTags: box.nodeTags.map((tag) => tag + 2 ** 40) };
  expect(catchError(() => writeMsh(mesh, { version: "2.2" })).code).toBe("msh-tag-too-large");
  expect(parseMsh(writeMsh(mesh, { version: "4.1" })).nodeTags).toEqual(mesh.nodeTags);
});
