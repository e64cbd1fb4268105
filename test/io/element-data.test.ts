import { describe, expect, test } from "vitest";
import { ParseError, UsageError } from "../../src/core/errors.js";
import { AsciiSource } from "../../src/io/ascii-source.js";
import { BinarySource } from "../../src/io/binary-source.js";
import { readElementData, resolveCellData } from "../../src/io/element-data.js";
import { writeMsh } from "../../src/io/msh-writer.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { createRawMesh } from "../../src/io/raw-mesh.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { orderMesh } from "../../src/mesh/order-mesh.js";
import type { CellData, TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";
import { formatMsh2, formatMsh4, oneTetrahedron, toBytes } from "../support/msh-text.js";

const header = '2\n"D in ER"\n"INTERPOLATION_SCHEME"\n1\n0.5\n3\n0\n2\n2\n';

/** The content of a section in binary: text, then `tag value value` twice. */
function formatBinary(littleEndian: boolean): Uint8Array {
  const head = toBytes(header);
  const tail = toBytes("\n$EndElementData\n");
  const bytes = new Uint8Array(head.length + 2 * 20 + tail.length);
  bytes.set(head);
  const view = new DataView(bytes.buffer);
  [
    [8, 1.5, -2],
    [5, Infinity, 1e-300],
  ].forEach(([tag, a, b], i) => {
    const start = head.length + 20 * i;
    view.setInt32(start, tag, littleEndian);
    view.setFloat64(start + 4, a, littleEndian);
    view.setFloat64(start + 12, b, littleEndian);
  });
  bytes.set(tail, head.length + 40);
  return bytes;
}

describe("readElementData", () => {
  test.each([true, false])("binary, little-endian %s, sizes of 4 and 8 bytes", (littleEndian) => {
    for (const sizeBytes of [4, 8]) {
      const raw = createRawMesh();
      const source = new BinarySource(formatBinary(littleEndian), 0, { littleEndian, sizeBytes });
      source.section = "ElementData";
      readElementData(source, raw);
      source.endSection();
      expect(raw.elementData).toEqual([
        {
          name: "D in ER",
          numComponents: 2,
          tags: Float64Array.of(8, 5),
          values: Float64Array.of(1.5, -2, Infinity, 1e-300),
        },
      ]);
    }
  });

  test("text, with a name without quotation marks, and no real numbers", () => {
    const raw = createRawMesh();
    const source = new AsciiSource(
      toBytes("1\nmy view\n0\n4\n0\n1\n2\n0\n7 0.1\n9 nan\n$EndElementData\n"),
      0,
    );
    source.section = "ElementData";
    readElementData(source, raw);
    source.endSection();
    expect(raw.elementData).toEqual([
      { name: "my view", numComponents: 1, tags: Float64Array.of(7, 9), values: Float64Array.of(0.1, NaN) },
    ]);
  });

  test.each([
    ["1\nv\n1\n0\n3\n0\n1\n3\n1 1\n2 2\n", "msh-syntax", "holds less than it declares"],
    ["1\nv\n1\n0\n3\n0\n1\n1000000000000\n1 1\n", "msh-count", "do not fit"],
    ["1\nv\n1\n0\n3\n0\n1\n-1\n", "msh-syntax", "number of elements"],
    ["1\nv\n1\n0\n2\n0\n1\n", "msh-syntax", "number of components"],
    ["1\nv\n1\n0\n3\n0\none\n1\n1 1\n", "msh-syntax", "number of components"],
    ["v\n", "msh-syntax", "count alone on its line"],
    ["99999999\n", "msh-count", "do not fit"],
    ["1\nv\n1\n0\n3\n0\n1\n1\n1 one\n", "msh-syntax", "Expected a number"],
  ])("damaged: %j", (text, code, message) => {
    const file = formatMsh2(oneTetrahedron, `$ElementData\n${text}$EndElementData\n`);
    const error = expectError(ParseError, code, () => parseMsh(toBytes(file)));
    expect(error.message).toContain(message);
    expect(error.details["section"]).toBe("ElementData");
  });

  test("a view of more components than a tensor has is passed over", () => {
    const values = Array.from({ length: 16 }, (_, i) => i).join(" ");
    const file = formatMsh2(
      oneTetrahedron,
      `$ElementData\n1\nv\n1\n0\n3\n0\n16\n1\n1 ${values}\n$EndElementData\n`,
    );
    expect(parseMsh(toBytes(file)).cellData).toEqual([]);
  });
});

describe("cell data of a mesh", async () => {
  const kernel = await loadKernel();
  const view = (name: string, lines: string): string =>
    `$ElementData\n1\n"${name}"\n1\n0\n3\n0\n1\n${lines.split("\n").length}\n${lines}\n$EndElementData\n`;
  const twoTetrahedra = {
    nodes: [...oneTetrahedron.nodes, [5, 1, 1, 1] as const],
    elements: [
      { type: 2, entity: 4, nodes: [1, 2, 3] },
      { type: 4, entity: 1, groups: [3, 4], nodes: [1, 2, 3, 4] },
      { type: 4, entity: 1, groups: [3, 4], nodes: [2, 3, 4, 5] },
    ],
  };

  test("values go to their cells, NaN where there is none", () => {
    const mesh = parseMsh(toBytes(formatMsh4(twoTetrahedra, view("D", "1 10\n3 30\n77 7"))));
    expect(mesh.cellTags).toEqual(Float64Array.of(2, 3));
    expect(mesh.cellData).toEqual([{ name: "D", numComponents: 1, values: Float64Array.of(NaN, 30) }]);
  });

  test("a value of a copy belongs to the cell: Gmsh gives them to the last copy in MSH 2.2", () => {
    for (const options of [{}, { kernel }]) {
      const mesh = parseMsh(toBytes(formatMsh2(twoTetrahedra, view("D", "3 20\n5 30"))), options);
      expect(mesh.cellTags).toEqual(Float64Array.of(2, 4));
      expect(mesh.cellData[0].values).toEqual(Float64Array.of(20, 30));
    }
  });

  test("several views; of one name, the last, with a warning; without cells, none", () => {
    const views = view("D", "2 1\n3 1") + view("E", "2 5") + view("D", "2 2") + view("surface", "1 3");
    const mesh = parseMsh(toBytes(formatMsh4(twoTetrahedra, views)));
    expect(mesh.cellData).toEqual([
      { name: "D", numComponents: 1, values: Float64Array.of(2, NaN) },
      { name: "E", numComponents: 1, values: Float64Array.of(5, NaN) },
    ]);
    expect(mesh.report.warnings.filter((warning) => warning.includes('"D"'))).toHaveLength(1);
  });

  test("a view may stand before the elements", () => {
    const file = formatMsh2(oneTetrahedron).replace("$Nodes", `${view("D", "1 4")}$Nodes`);
    expect(parseMsh(toBytes(file)).cellData[0].values).toEqual(Float64Array.of(4));
  });

  test("without views nothing is looked up", () => {
    expect(resolveCellData([], Float64Array.of(1), { removed: [], kept: [] }, [])).toEqual([]);
  });
});

describe("cell data along", () => {
  const box = boxMesh({ counts: [2, 2, 2], split: "five" });
  const tensor: CellData = {
    name: 'a "quoted" name',
    numComponents: 9,
    values: Float64Array.from({ length: 9 * box.numCells }, (_, i) => (i < 18 ? NaN : i / 7)),
  };
  const scalar: CellData = {
    name: "cell",
    numComponents: 1,
    values: Float64Array.from(box.cellTags, (tag) => tag),
  };
  const mesh: TetMesh = { ...box, cellData: [tensor, scalar] };

  test.each([
    ["2.2", true],
    ["2.2", false],
    ["4.1", true],
    ["4.1", false],
  ] as const)("writeMsh and parseMsh, MSH %s, binary %s", (version, binary) => {
    expect(parseMsh(writeMsh(mesh, { version, binary })).cellData).toEqual(mesh.cellData);
  });

  test("writeMsh refuses what the format cannot hold", () => {
    const large = { ...mesh, cellTags: box.cellTags.map((tag) => tag + 2 ** 31) };
    expectError(UsageError, "msh-tag-too-large", () => writeMsh(large, { version: "4.1" }));
    const broken = { ...mesh, cellData: [{ ...scalar, name: "a\nb" }] };
    expectError(UsageError, "msh-view-invalid", () => writeMsh(broken, { version: "4.1" }));
  });

  test("orderMesh: values stay with their cells", async () => {
    const ordered = orderMesh(await loadKernel(), mesh);
    expect(ordered.cellTags).not.toEqual(mesh.cellTags);
    expect(ordered.cellData[1].values).toEqual(ordered.cellTags);
    ordered.cellTags.forEach((tag, cell) => {
      const old = mesh.cellTags.indexOf(tag);
      expect(ordered.cellData[0].values.subarray(9 * cell, 9 * cell + 9)).toEqual(
        tensor.values.subarray(9 * old, 9 * old + 9),
      );
    });
  });
});
