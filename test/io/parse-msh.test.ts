import { describe, expect, it } from "vitest";
import { MeshError, ParseError } from "../../src/core/errors.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import {
  catchError,
  expectValidMesh,
  formatMsh2,
  formatMsh4,
  oneTetrahedron,
  toBytes,
  type TextElement,
  type TextMesh,
} from "../support/msh-text.js";

const formats = { "2.2": formatMsh2, "4.1": formatMsh4 };

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

describe.each(Object.entries(formats))("parseMsh %s, what is taken", (_, format) => {
  it("names groups by physical tag, also without a name, negative and several per entity", () => {
    const mesh = parse(
      format(
        withElements([{ ...cell, groups: [-3, 40, 9] }], {
          names: [
            [2, 3, "surface"],
            [3, 9, "ER"],
            [3, 77, "nowhere"],
          ],
        }),
      ),
    );
    expect(mesh.volumes).toEqual([
      { name: "ER", tag: 9 },
      { name: "physical3", tag: 3 },
      { name: "physical40", tag: 40 },
    ]);
    expect(mesh.cellRegions).toEqual([{ entityTag: 7, groups: [0, 1, 2] }]);
  });

  it("names entities where there is no group, and warns where there are others", () => {
    expect(parse(format(oneTetrahedron)).volumes).toEqual([{ name: "volume7", tag: 7 }]);
    expect(parse(format(oneTetrahedron)).report.warnings).toEqual([]);
    const mesh = parse(
      format(
        withElements(
          [
            { ...cell, groups: [1] },
            { type: 4, entity: 8, nodes: [2, 3, 4, 5] },
          ],
          fiveNodes,
        ),
      ),
    );
    expect(mesh.volumes).toEqual([
      { name: "physical1", tag: 1 },
      { name: "volume8", tag: 8 },
    ]);
    expect(mesh.report.warnings).toEqual([expect.stringContaining("volume8")]);
  });

  it("joins groups of one name with a warning", () => {
    const elements = [
      { ...cell, groups: [1] },
      { type: 4, entity: 8, groups: [2], nodes: [2, 3, 4, 5] },
    ];
    const names = [
      [3, 1, "ER"],
      [3, 2, "ER"],
    ] as const;
    const mesh = parse(format(withElements(elements, { ...fiveNodes, names })));
    expect(mesh.volumes).toEqual([{ name: "ER", tag: 1 }]);
    expect(mesh.cellRegions.map((region) => region.groups)).toEqual([[0], [0]]);
    expect(mesh.report.warnings).toEqual([expect.stringContaining('"ER"')]);
  });

  it("takes facets with and without groups; passes over points, lines and quadrangles", () => {
    const mesh = parse(
      format(
        withElements([
          { type: 15, entity: 1, nodes: [1] },
          { type: 1, entity: 1, nodes: [1, 2] },
          { type: 3, entity: 5, nodes: [1, 2, 3, 4] },
          { type: 2, entity: 6, groups: [4], nodes: [1, 2, 3] },
          { type: 2, entity: 7, nodes: [1, 2, 4] },
          cell,
        ]),
      ),
    );
    expect(mesh.surfaces).toEqual([{ name: "physical4", tag: 4 }]);
    expect(mesh.facetRegions).toEqual([
      { entityTag: 6, groups: [0] },
      { entityTag: 7, groups: [] },
    ]);
    expect(Array.from(mesh.facets)).toEqual([0, 1, 2, 0, 1, 3]);
  });

  it("turns inverted cells and counts them", () => {
    const mesh = parse(format(withElements([{ ...cell, nodes: [1, 2, 4, 3] }])));
    expect(mesh.report.invertedCells).toBe(1);
    expect(Array.from(mesh.cells)).toEqual([0, 1, 2, 3]);
  });

  it("drops nodes of no cell, and facets on them, and keeps the order of the file", () => {
    const mesh = parse(
      format({
        nodes: [
          [12, 9, 9, 9],
          [4, 0, 0, 1],
          [9007199254740991, 0, 0, 0],
          [3, 0, 1, 0],
          [8, 7, 7, 7],
          [2, 1, 0, 0],
        ],
        elements: [
          { type: 2, entity: 1, nodes: [2, 3, 8] },
          { type: 4, entity: 7, nodes: [9007199254740991, 2, 3, 4] },
        ],
      }),
    );
    expect(Array.from(mesh.nodeTags)).toEqual([4, 9007199254740991, 3, 2]);
    expect(Array.from(mesh.cells)).toEqual([1, 3, 2, 0]);
    expect(mesh.report.droppedNodes).toBe(2);
    expect(mesh.numFacets).toBe(0);
    expect(mesh.report.warnings).toHaveLength(2);
  });

  it("uses the corners of second-order elements", () => {
    const middles = [5, 6, 7, 8, 9, 10].map((tag) => [tag, tag, 0, 0] as const);
    const elements = [
      { type: 9, entity: 1, nodes: [1, 2, 3, 5, 6, 7] },
      { type: 11, entity: 7, nodes: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    ];
    const mesh = parse(format({ nodes: [...oneTetrahedron.nodes, ...middles], elements }));
    expect(mesh.report).toMatchObject({ reducedCells: 1, droppedNodes: 6 });
    expect(Array.from(mesh.facets)).toEqual([0, 1, 2]);
  });

  it("passes over unknown sections and Comments before the header, and bears CRLF", () => {
    const text = format(oneTetrahedron, '$NodeData\n1\n"$EndNode"\nx $EndNodeData\n$EndNodeData\n');
    const mesh = parse(`$Comments\nby hand $Nodes\n$EndComments\n${text}`);
    expect(mesh.numCells).toBe(1);
    expect(parse(text.replaceAll("\n", "\r\n"))).toEqual(mesh);
  });

  it("reports progress up to the end and takes a view into a larger buffer", () => {
    const bytes = toBytes(format(oneTetrahedron));
    const larger = new Uint8Array(bytes.length + 13).fill(36);
    larger.set(bytes, 5);
    const fractions: (number | undefined)[] = [];
    const view = larger.subarray(5, 5 + bytes.length);
    parseMsh(view, { progress: ({ fraction }) => fractions.push(fraction) });
    expect(fractions.at(-1)).toBeGreaterThan(0.99);
    expect(view).toEqual(bytes);
  });
});

/** Changes to a good text file: what is replaced, by what, the code, and what the message must tell. */
const damages: readonly (readonly [code: string, from: string | RegExp, to: string, fact: RegExp])[] = [
  ["msh-no-header", /^/, "solid STL\n", /\$MeshFormat/],
  ["msh-no-header", /\$MeshFormat[^]*\$EndMeshFormat\n/, "", /\$MeshFormat/],
  ["msh-version-unsupported", /\d\.\d 0 8/, "4 0 8", /MSH 4;/],
  ["msh-version-unsupported", /\d\.\d 0 8/, "4.0 0 8", /4\.0/],
  ["msh-version-unsupported", /\$MeshFormat/, "$NOD", /1\.0/],
  ["msh-syntax", / 0 8/, " 0 7", /data size is 7/],
  ["msh-syntax", / 0 8/, " 2 8", /file-type/],
  ["msh-truncated", /\$EndElements\n$/, "$EndElem", /cut/],
  ["msh-truncated", /\$EndElements\n$/, "$EndElements\n$NodeData\n1 2 3", /cut/],
  ["msh-syntax", "$EndElements", "9 $EndElements", /expected \$EndElements/i],
  ["msh-syntax", "$EndNodes", "oops", /oops/],
  ["msh-syntax", "1 2 3 4\n", "1 2 3 x4\n", /"x4".*line \d+.*\$Elements/],
  ["msh-syntax", "$EndElements", "$EndElements\nhello", /hello/],
  ["msh-tag-range", "1 2 3 4\n", "1 2 3 9007199254740992\n", /2\^53/],
  ["msh-unknown-node", "1 2 3 4\n", "1 2 3 17\n", /17/],
  ["msh-duplicate-node", /\n4(?=[ \n]0 0 [01])/, "\n3", /Node tag 3/],
  ["msh-non-finite", /0 0 1\n(?=\$EndNodes)/, "0 nan 1\n", /Node 4/],
  ["msh-non-finite", /0 0 1\n(?=\$EndNodes)/, "0 1e400 1\n", /Node 4/],
  ["msh-section-order", "$EndElements", "$EndElements\n$Elements\n0\n$EndElements", /twice/],
  ["flat-cell", /0 0 1\n(?=\$EndNodes)/, "1 1 1e-17\n", /Tetrahedron 1 /],
  ["flat-cell", "1 2 3 4\n", "1 2 3 3\n", /Tetrahedron 1 /],
  ["flat-cell", /0 0 1\n(?=\$EndNodes)/, "0 0 1e200\n", /Tetrahedron 1 /],
];

describe.each(Object.entries(formats))("parseMsh %s, what is refused", (version, format) => {
  it.each(damages)("%s: %s -> %s", (code, from, to, fact) => {
    const good = format(oneTetrahedron);
    const element = version === "2.2" ? / 1 2 3 4\n\$End/ : /\n1 1 2 3 4\n\$End/;
    expect(good).toMatch(element);
    const bad =
      from === "1 2 3 4\n" ? good.replace(/1 2 3 4\n\$End/, `${to}$End`) : good.replace(from, () => to);
    const changed =
      code === "msh-duplicate-node" && version === "4.1" ? good.replace("\n3\n4\n", "\n3\n3\n") : bad;
    expect(changed).not.toBe(good);
    const error = catchError(() => parseMsh(toBytes(changed)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(fact);
    if (code.startsWith("msh-")) {
      expect(error).toBeInstanceOf(ParseError);
      expect(error.details).toMatchObject({
        byteOffset: expect.any(Number) as number,
        section: expect.any(String) as string,
      });
    }
  });

  const refuse = (mesh: TextMesh): string => catchError(() => parseMsh(toBytes(format(mesh)))).code;

  it("refuses a mesh without tetrahedra, other volumes, unknown types, overlaps and degenerate triangles", () => {
    const nodes = [...oneTetrahedron.nodes, ...[5, 6, 7, 8].map((tag) => [tag, tag, tag * tag, 1] as const)];
    const eight = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(refuse(withElements([{ type: 2, entity: 1, nodes: [1, 2, 3] }]))).toBe("no-tetrahedra");
    for (const [type, numNodes] of [
      [5, 8],
      [6, 6],
      [7, 5],
    ] as const) {
      expect(refuse({ nodes, elements: [cell, { type, entity: 9, nodes: eight.slice(0, numNodes) }] })).toBe(
        "unsupported-cell-type",
      );
    }
    expect(refuse({ nodes, elements: [cell, { type: 34, entity: 9, nodes: eight }] })).toBe(
      "msh-unknown-element-type",
    );
    expect(refuse(withElements([cell, { ...cell, entity: 8, nodes: [4, 3, 2, 1] }]))).toBe(
      "overlapping-cells",
    );
    expect(refuse(withElements([{ type: 2, entity: 1, nodes: [1, 2, 1] }, cell]))).toBe("degenerate-facet");
  });

  it("names the element tag and the remedy for a volume that is not a tetrahedron", () => {
    const nodes = [...oneTetrahedron.nodes, [5, 1, 1, 1]] as const;
    const error = catchError(() =>
      parseMsh(toBytes(format({ nodes, elements: [cell, { type: 7, entity: 9, nodes: [1, 2, 3, 4, 5] }] }))),
    );
    expect(error).toBeInstanceOf(MeshError);
    expect(error.message).toMatch(/Element 2 is a pyramid .*expected tetrahedra/);
  });

  it("refuses elements before nodes and counts that the file cannot hold", () => {
    const good = format(oneTetrahedron);
    const nodes = /\$Nodes[^]*\$EndNodes\n/.exec(good)?.[0] ?? "";
    expect(catchError(() => parseMsh(toBytes(good.replace(nodes, "") + nodes))).code).toBe(
      "msh-section-order",
    );
    const many =
      version === "2.2"
        ? good.replace("$Nodes\n4", "$Nodes\n400000000")
        : good.replace("1 4 1 4", "1 400000000 1 4");
    expect(catchError(() => parseMsh(toBytes(many))).code).toBe("msh-count");
    const few =
      version === "2.2" ? good.replace("$Nodes\n4", "$Nodes\n3") : good.replace("1 4 1 4", "1 3 1 4");
    expect(catchError(() => parseMsh(toBytes(few))).code).toMatch(/msh-count|msh-syntax/);
  });

  it("gives the line of the error", () => {
    const lines = format(oneTetrahedron).split("\n");
    const line = lines.indexOf("$EndNodes");
    lines[line - 1] = "oops 1 2 3";
    expect(catchError(() => parseMsh(toBytes(lines.join("\n")))).details).toMatchObject({
      section: "Nodes",
      line,
    });
  });
});

it("parseMsh says that a compressed file is compressed", () => {
  expect(catchError(() => parseMsh(Uint8Array.of(0x1f, 0x8b, 8, 0))).message).toMatch(/gzip/);
});
