import { describe, expect, it } from "vitest";
import { CellReader } from "../../src/io/cell-reader.js";
import { ElementList } from "../../src/io/element-list.js";
import { writeMsh, type WriteMshOptions } from "../../src/io/msh-writer.js";
import { NodeIndex } from "../../src/io/node-index.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { createBoxMesh, createRandom } from "../support/msh-text.js";
import { tryParse } from "../support/try-parse.js";

const kernel = await loadKernel();
const formats: readonly WriteMshOptions[] = [
  { version: "4.1", binary: true },
  { version: "4.1", binary: false },
  { version: "2.2", binary: true },
  { version: "2.2", binary: false },
];

function expectSame(bytes: Uint8Array): object {
  const expected = tryParse(bytes);
  expect(tryParse(bytes, { kernel })).toEqual(expected);
  expect(tryParse(bytes, { kernel, staysInKernel: true })).toEqual(expected);
  return expected;
}

const box = createBoxMesh(12);

/** The box with other cells. */
function withCells(change: (cells: Int32Array) => void, tags: (node: number) => number): TetMesh {
  const cells = box.cells.slice();
  change(cells);
  return { ...box, cells, nodeTags: Float64Array.from({ length: box.numNodes }, (_, node) => tags(node)) };
}

function copyCell(cells: Int32Array, from: number, to: number, order: readonly number[]): void {
  const nodes = cells.slice(4 * from, 4 * from + 4);
  for (const [corner, old] of order.entries()) cells[4 * to + corner] = nodes[old];
}

const consecutive = (node: number): number => node + 1;

describe.each(formats)("a mesh read with the kernel, $version, binary $binary", (options) => {
  it.each([
    ["consecutive", consecutive],
    ["consecutive from 2^32 on", (node: number) => 2 ** 32 + node],
    ["backwards with gaps", (node: number) => 3 * (box.numNodes - node)],
    ["sparse", (node: number) => 1e9 * (node + 1)],
  ])("is the same, tags %s", (_, tags) => {
    if (options.version === "2.2" && tags(box.numNodes) > 2 ** 31) return;
    const turn = (cells: Int32Array): void => {
      for (const cell of [5, 7000]) copyCell(cells, cell, cell, [0, 1, 3, 2]);
    };
    expect(expectSame(writeMsh(withCells(turn, tags), options))).toMatchObject({
      report: { invertedCells: 2, droppedNodes: 0 },
    });
    const repeat = (cells: Int32Array): void => {
      copyCell(cells, 2, 900, [3, 0, 2, 1]);
      copyCell(cells, 2, 5000, [1, 0, 2, 3]);
      for (let i = 0; i < cells.length; i++) if (cells[i] === 13) cells[i] = 12;
    };
    const repeated = expectSame(writeMsh(withCells(repeat, tags), options));
    expect(repeated).toMatchObject({ code: "flat-cell" });
  });

  it("has the same duplicates and dropped nodes", () => {
    const change = (cells: Int32Array): void => {
      copyCell(cells, 50, 900, [3, 0, 2, 1]);
      copyCell(cells, 50, 3000, [1, 0, 2, 3]);
      // The first node belongs to the six cells of the first cube only.
      for (let cell = 0; cell < 6; cell++) copyCell(cells, 100, cell, [0, 1, 2, 3]);
    };
    expect(expectSame(writeMsh(withCells(change, consecutive), options))).toMatchObject({
      numCells: box.numCells - 8,
      report: { droppedNodes: 1 },
    });
  });

  it.each([
    [
      "overlapping-cells",
      (cells: Int32Array) => {
        copyCell(cells, 2, 9000, [0, 1, 2, 3]);
      },
    ],
    [
      "flat-cell",
      (cells: Int32Array) => {
        copyCell(cells, 8000, 8000, [0, 1, 2, 2]);
      },
    ],
  ] as const)("is refused alike: %s", (code, change) => {
    expect(expectSame(writeMsh(withCells(change, consecutive), options))).toMatchObject({ code });
  });

  it("is refused alike, or read alike, when bytes are changed, 500 times", () => {
    const whole = writeMsh(createBoxMesh(1), options);
    const random = createRandom(5);
    const codes = new Set<unknown>();
    for (let i = 0; i < 500; i++) {
      const bytes = whole.slice();
      bytes[Math.floor(bytes.length * random())] = Math.floor(256 * random());
      const outcome = expectSame(bytes);
      codes.add((outcome as { code?: string }).code);
    }
    expect(codes.size).toBeGreaterThan(5);
  });
});

describe("a binary block of cells with one bad record in its middle", () => {
  const whole = writeMsh(
    withCells(() => undefined, consecutive),
    { version: "4.1", binary: true },
  );
  const text = new TextDecoder("latin1").decode(whole);
  /** Place of the record of the cell with this tag. */
  const findRecord = (tag: number): number => {
    const view = new DataView(whole.buffer, whole.byteOffset);
    for (let at = text.indexOf("$Elements"); ; at++) {
      const isRecord =
        view.getBigUint64(at, true) === BigInt(tag) && view.getBigUint64(at + 40, true) === BigInt(tag + 1);
      if (isRecord) return at;
    }
  };
  const record = findRecord(3456);

  it.each([
    ["msh-unknown-node", 8, 0xffffffn],
    ["msh-unknown-node", 16, 0n],
    ["msh-tag-range", 24, 2n ** 53n],
    ["msh-tag-range", 0, 2n ** 63n],
  ])("is refused alike: %s at byte %i", (code, offset, value) => {
    const bytes = whole.slice();
    new DataView(bytes.buffer).setBigUint64(record + offset, value, true);
    expect(expectSame(bytes)).toMatchObject({ code });
  });
});

describe("CellReader", () => {
  it("lists every repeated and every inverted cell, and marks the nodes of cells", () => {
    const random = createRandom(11);
    const numNodes = 4000;
    const numCells = 30_000;
    const coordinates = Float64Array.from({ length: 3 * numNodes }, () => random());
    const tags = Float64Array.from({ length: numNodes }, (_, node) => node + 1);
    const cells = new Int32Array(4 * numCells);
    for (let cell = 0; cell < numCells; cell++) {
      const corners = new Set<number>();
      while (corners.size < 4) corners.add(Math.floor((numNodes - 10) * random()));
      cells.set([...corners], 4 * cell);
    }
    const copies = [100, 6553, 6554, 20_000, 29_999];
    for (const cell of copies) copyCell(cells, cell - 77, cell, [2, 0, 3, 1]);
    const list = new ElementList(4);
    list.reserve(numCells);
    list.append(cells, new Float64Array(numCells), 0);

    const reader = new CellReader(kernel, coordinates, new NodeIndex(tags));
    const { doubtful, suspects, isUsed } = reader.finish(list);
    reader.dispose();

    for (const cell of copies) {
      expect(suspects).toContain(cell);
      expect(suspects).toContain(cell - 77);
    }
    // A filter of 64 bits a node lets few others through: some percent at eight cells a node.
    expect(suspects.length).toBeLessThan(0.06 * numCells);
    const used = new Uint8Array(numNodes);
    for (const node of cells) used[node] = 1;
    expect(isUsed).toEqual(used);
    const inverted = Array.from({ length: numCells }, (_, cell) => cell).filter(
      (cell) => determinant(coordinates, cells.subarray(4 * cell, 4 * cell + 4)) <= 0,
    );
    expect(Array.from(doubtful)).toEqual(inverted);
  });
});

function determinant(coordinates: Float64Array, cell: Int32Array): number {
  const [a, b, c] = [1, 2, 3].map((corner) =>
    [0, 1, 2].map((k) => coordinates[3 * cell[corner] + k] - coordinates[3 * cell[0] + k]),
  );
  return (
    a[0] * (b[1] * c[2] - b[2] * c[1]) +
    a[1] * (b[2] * c[0] - b[0] * c[2]) +
    a[2] * (b[0] * c[1] - b[1] * c[0])
  );
}
