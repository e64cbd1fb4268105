import { describe, expect, it } from "vitest";
import { parseMsh } from "../../src/io/parse-msh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import {
  catchError,
  computeVolumes,
  expectValidMesh,
  formatMsh2,
  formatMsh4,
  oneTetrahedron,
  toBytes,
  type TextElement,
  type TextMesh,
} from "../support/msh-text.js";

function parse(text: string): TetMesh {
  const mesh = parseMsh(toBytes(text));
  expectValidMesh(mesh);
  return mesh;
}

/** The tetrahedron with other elements. */
function withElements(elements: readonly TextElement[], more: Partial<TextMesh> = {}): TextMesh {
  return { ...oneTetrahedron, ...more, elements };
}

const cell = oneTetrahedron.elements[0];
const fiveNodes = { nodes: [...oneTetrahedron.nodes, [5, 1, 1, 1]] } as const;

describe("parseMsh $Periodic", () => {
  const affine = "1 0 0 1 0 1 0 0 0 0 1 0 0 0 0 1";
  const orphan = { nodes: [...oneTetrahedron.nodes, [5, 9, 9, 9]] } as const;

  it.each([
    [
      "2.2",
      formatMsh2,
      `$Periodic\n2\n2 8 3\nAffine ${affine}\n3\n2 1\n5 1\n4 6\n0 2 1\n1\n2 1\n$EndPeriodic\n`,
    ],
    [
      "4.1",
      formatMsh4,
      `$Periodic\n2\n2 8 3\n16 ${affine}\n3\n2 1\n5 1\n4 6\n0 2 1\n0\n1\n2 1\n$EndPeriodic\n`,
    ],
  ])("%s: with and without affine map; dropped and unsaved nodes are left out", (_, format, section) => {
    const mesh = parse(format({ ...oneTetrahedron, ...orphan }, section));
    const pair = Int32Array.of(1, 0);
    expect(mesh.periodicLinks).toEqual([
      {
        dimension: 2,
        slaveTag: 8,
        masterTag: 3,
        affine: Float64Array.from(affine.split(" "), Number),
        nodePairs: pair,
      },
      { dimension: 0, slaveTag: 2, masterTag: 1, affine: null, nodePairs: pair },
    ]);
  });
});

describe("parseMsh 2.2 only", () => {
  it("removes copies of an element, keeping the union of their groups", () => {
    const mesh = parse(
      formatMsh2(
        withElements([
          { ...cell, groups: [1, 2] },
          { ...cell, groups: [4], nodes: [3, 1, 2, 4] },
        ]),
      ),
    );
    expect(mesh.report.duplicatedElements).toBe(2);
    expect(mesh.cellRegions).toEqual([{ entityTag: 7, groups: [0, 1, 2] }]);
    expect(Array.from(mesh.cellTags)).toEqual([1]);
  });

  it("reads any number of tags, with partitions and ghosts", () => {
    const text = formatMsh2(oneTetrahedron);
    const element = "1 4 2 0 7 1 2 3 4";
    expect(parse(text.replace(element, "1 4 0 1 2 3 4")).volumes).toEqual([{ name: "volume0", tag: 0 }]);
    expect(parse(text.replace(element, "1 4 1 6 1 2 3 4")).volumes).toEqual([{ name: "physical6", tag: 6 }]);
    expect(parse(text.replace(element, "1 4 1 -6 1 2 3 4")).cellRegions).toEqual([
      { entityTag: 6, groups: [0] },
    ]);
    const ghost = parse(text.replace(element, "1 4 6 0 7 3 2 -1 -3 1 2 3 4"));
    expect(ghost.volumes).toEqual([{ name: "volume7", tag: 7 }]);
    expect(ghost.report.ghostCells).toBe(1);
  });

  it("reads parametric nodes on entities of every dimension", () => {
    const text = formatMsh2(oneTetrahedron)
      .replaceAll("Nodes", "ParametricNodes")
      .replace(
        "1 0 0 0\n2 1 0 0\n3 0 1 0\n4 0 0 1\n",
        "1 0 0 0 0 9\n2 1 0 0 1 9 .5\n3 0 1 0 2 9 .5 .5\n4 0 0 1 3 9\n",
      );
    expect(Array.from(parse(text).coordinates)).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  it("warns where the names are there and the groups are lost", () => {
    const mesh = parse(formatMsh2({ ...oneTetrahedron, names: [[3, 1, "ER"]] }));
    expect(mesh.report.warnings).toEqual([expect.stringContaining('"ER"')]);
  });
});

describe("parseMsh 4.1 only", () => {
  const partitions =
    "$PartitionedEntities\n2\n1\n9 1\n0 0 1 2\n" +
    "31 3 7 1 1 0 0 0 1 1 1 0 0\n50 3 7 1 1 0 0 0 1 1 1 1 6 0\n51 3 7 1 2 0 0 0 1 1 1 0 0\n$EndPartitionedEntities\n";

  it("resolves partitions to their parent, unites the groups, drops interfaces and ghosts", () => {
    const text = formatMsh4(
      withElements(
        [
          { type: 2, entity: 31, nodes: [2, 3, 4] },
          { type: 4, entity: 50, nodes: [1, 2, 3, 4] },
          { type: 4, entity: 51, nodes: [2, 3, 4, 5] },
        ],
        fiveNodes,
      ),
      "$GhostElements\n2\n2 1 2 2 3\n3 2 0\n$EndGhostElements\n",
    );
    const entities = "$Entities\n0 0 0 1\n7 0 0 0 1 1 1 1 2 0\n$EndEntities\n";
    const mesh = parse(text.replace(/\$Entities[^]*\$EndEntities\n/, entities + partitions));
    expect(mesh.volumes).toEqual([
      { name: "physical2", tag: 2 },
      { name: "physical6", tag: 6 },
    ]);
    expect(mesh.cellRegions).toEqual([
      { entityTag: 7, groups: [0, 1] },
      { entityTag: 7, groups: [0] },
    ]);
    expect(mesh.numFacets).toBe(0);
    expect(mesh.report.ghostCells).toBe(2);
  });

  it("reads parametric nodes and a file without $Entities", () => {
    const text = formatMsh4(oneTetrahedron)
      .replace(/\$Entities[^]*\$EndEntities\n/, "")
      .replace(
        "3 1 0 4\n1\n2\n3\n4\n0 0 0\n1 0 0\n",
        "1 1 1 1\n1\n0 0 0 0.5\n2 1 1 1\n2\n1 0 0 0.5 0.5\n3 1 0 2\n3\n4\n",
      )
      .replace("$Nodes\n1 ", "$Nodes\n3 ");
    const mesh = parse(text);
    expect(Array.from(mesh.coordinates)).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(computeVolumes(mesh)["volume7"]).toBeCloseTo(1 / 6, 15);
  });

  it("refuses blocks that hold more or fewer elements or nodes than declared", () => {
    const good = formatMsh4(oneTetrahedron);
    const changes = [
      ["$Elements\n1 1 ", "$Elements\n1 2 "],
      ["$Elements\n1 1 ", "$Elements\n1 0 "],
      ["$Nodes\n1 4 ", "$Nodes\n1 5 "],
      ["$Nodes\n1 4 ", "$Nodes\n1 3 "],
    ] as const;
    for (const [from, to] of changes) {
      expect(catchError(() => parseMsh(toBytes(good.replace(from, () => to)))).code).toBe("msh-count");
    }
  });

  it("refuses elements in an entity of another dimension, and affine maps of another length", () => {
    const good = formatMsh4(oneTetrahedron, "$Periodic\n1\n0 2 1\n3 1 0 0\n0\n$EndPeriodic\n");
    expect(catchError(() => parseMsh(toBytes(good))).message).toMatch(/affine map of 3 numbers/);
    expect(catchError(() => parseMsh(toBytes(good.replace("\n3 7 4 1\n", "\n2 7 4 1\n")))).message).toMatch(
      /dimension 2/,
    );
  });
});
