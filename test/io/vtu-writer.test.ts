import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { writeVtu, type VtuArray, type VtuGrid } from "../../src/io/vtu-writer.js";
import { boxMesh, seededRandom } from "../support/box-mesh.js";

/** A grid of `n`^3 cubes with random numbers on it, and the numbers that text formats lose. */
function createGrid(n: number): VtuGrid {
  const mesh = boxMesh({ counts: [n, n, n] });
  const random = seededRandom(4);
  const fill = (length: number): Float64Array => Float64Array.from({ length }, () => random() - 0.5);
  const chi = fill(3 * mesh.numNodes);
  chi.set([1 / 3, -0, 5e-324, Number.MAX_VALUE, NaN, -Infinity]);
  return {
    points: mesh.coordinates,
    cells: mesh.cells,
    pointData: [{ name: "chi", numComponents: 3, values: chi }],
    cellData: [
      {
        name: "phase",
        numComponents: 1,
        values: Int32Array.from({ length: mesh.numCells }, (_, c) => c % 3),
      },
      { name: 'a "<&>\n', numComponents: 1, values: new Uint8Array(mesh.numCells).fill(200) },
      { name: "flux_1", numComponents: 3, values: fill(3 * mesh.numCells) },
    ],
    fieldData: [
      { name: "phases", texts: ["ER", "", 'cytosol <"é">'] },
      { name: "origin", numComponents: 3, values: Float64Array.of(1, 2, 3) },
    ],
  };
}

function bytesOf(values: VtuArray["values"]): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** The arrays of a file by name, decoded by the rules of the format, and how far they reach. */
function decode(file: Uint8Array, compressed: boolean): { arrays: Map<string, Buffer>; rest: string } {
  const bytes = Buffer.from(file);
  const start = bytes.indexOf("<AppendedData");
  const header = bytes.subarray(0, start).toString();
  const base = bytes.indexOf("_", start) + 1;
  const word = (at: number): number => Number(bytes.readBigUInt64LE(at));
  const arrays = new Map<string, Buffer>();
  let end = base;
  for (const [, name, offset] of header.matchAll(/Name="([^"]*)"[^>]* offset="(\d+)"/g)) {
    let at = base + Number(offset);
    // Arrays follow each other without a gap.
    expect(at).toBe(end);
    if (!compressed) {
      end = at + 8 + word(at);
      arrays.set(name, bytes.subarray(at + 8, end));
      continue;
    }
    const numBlocks = word(at);
    const [blockBytes, lastBytes] = [word(at + 8), word(at + 16)];
    const lengths = Array.from({ length: numBlocks }, (_, b) => word(at + 24 + 8 * b));
    at += 24 + 8 * numBlocks;
    const blocks = lengths.map((length, b) => {
      const block = inflateSync(bytes.subarray(at, at + length));
      const isPartial = b === numBlocks - 1 && lastBytes > 0;
      expect(block.length).toBe(isPartial ? lastBytes : blockBytes);
      at += length;
      return block;
    });
    end = at;
    const content = Buffer.concat(blocks);
    expect(lastBytes).toBe(content.length % blockBytes);
    arrays.set(name, content);
  }
  return { arrays, rest: bytes.subarray(end).toString() };
}

describe("writeVtu", () => {
  // 30^3 cubes: 2.6 MB of connectivity, three blocks of 1 MiB, the last one partial.
  it.each([
    [2, true],
    [2, false],
    [30, true],
  ])(
    "places and encodes arrays by the rules of the format (%i cubes an edge, compressed: %s)",
    async (n, compress) => {
      const grid = createGrid(n);
      const file = await writeVtu(grid, { compress });
      const { arrays, rest } = decode(file, compress);
      expect(rest).toBe("\n</AppendedData>\n</VTKFile>\n");
      const numCells = grid.cells.length / 4;
      const expected: Record<string, Buffer> = {
        phases: Buffer.from('ER\0\0cytosol <"é">\0'),
        origin: bytesOf(Float64Array.of(1, 2, 3)),
        chi: bytesOf(grid.pointData[0].values),
        phase: bytesOf(grid.cellData[0].values),
        "a &#34;&#60;&#38;&#62; ": bytesOf(grid.cellData[1].values),
        flux_1: bytesOf(grid.cellData[2].values),
        Points: bytesOf(grid.points),
        connectivity: bytesOf(grid.cells),
        offsets: bytesOf(Int32Array.from({ length: numCells }, (_, cell) => 4 * cell + 4)),
        types: Buffer.alloc(numCells, 10),
      };
      expect([...arrays.keys()]).toEqual(Object.keys(expected));
      for (const [name, content] of arrays) expect(content.equals(expected[name]), name).toBe(true);
    },
  );

  it("writes a block that is full as a full one", async () => {
    // 2^17 doubles are one block of 1 MiB.
    const values = new Float64Array(2 ** 17).fill(0.1);
    const { arrays } = decode(
      await writeVtu({ ...createGrid(1), fieldData: [{ name: "x", numComponents: 1, values }] }),
      true,
    );
    expect(arrays.get("x")?.equals(bytesOf(values))).toBe(true);
  });

  it("tells how far it is", async () => {
    const fractions: number[] = [];
    await writeVtu(createGrid(30), { progress: ({ fraction = NaN }) => fractions.push(fraction) });
    expect(fractions.length).toBeGreaterThan(10);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    expect(fractions.at(-1)).toBe(1);
  });

  it("refuses arrays that do not fit the grid", async () => {
    const grid = createGrid(1);
    const short = { name: "short", numComponents: 3, values: new Float64Array(3) };
    for (const wrong of [
      { ...grid, pointData: [short] },
      { ...grid, cellData: [short] },
    ]) {
      const error = await writeVtu(wrong).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ code: "vtu-array-length", details: { name: "short", length: 3 } });
    }
  });
});

/** What test/support/read-vtu.py prints. */
interface ReadGrid {
  readonly errors: string[];
  readonly numPoints: number;
  readonly numCells: number;
  readonly cellTypes: number[];
  readonly points: ReadArray;
  readonly cells: number[];
  readonly pointData: Record<string, ReadArray>;
  readonly cellData: Record<string, ReadArray>;
  readonly fieldData: Record<string, ReadArray | string[]>;
}

interface ReadArray {
  readonly type: string;
  readonly components: number;
  readonly tuples: number;
  readonly base64: string;
}

// Debian's python3-vtk9 belongs to Debian's Python; scripts/setup --with-vtk installs it.
const python = ["/usr/bin/python3", "python3"].find(
  (program) => spawnSync(program, ["-c", "import vtk"]).status === 0,
);

describe.skipIf(python === undefined)("VTK reads what writeVtu writes", () => {
  it.each([true, false])("number for number (compressed: %s)", async (compress) => {
    const folder = mkdtempSync(join(tmpdir(), "erfem-vtu-"));
    try {
      const grid = createGrid(4);
      const path = join(folder, "grid.vtu");
      writeFileSync(path, await writeVtu(grid, { compress }));
      const script = fileURLToPath(new URL("../support/read-vtu.py", import.meta.url));
      const output = execFileSync(python ?? "", [script, path], { encoding: "utf8", maxBuffer: 2 ** 28 });
      const read = JSON.parse(output) as ReadGrid;
      expect(read.errors).toEqual([]);
      expect(read).toMatchObject({ numPoints: 125, numCells: 384, cellTypes: [10] });
      expect(read.cells).toEqual([...grid.cells]);
      const check = (
        array: ReadArray,
        type: string,
        components: number,
        values: VtuArray["values"],
      ): void => {
        expect(array).toMatchObject({ type, components, tuples: values.length / components });
        expect(Buffer.from(array.base64, "base64").equals(bytesOf(values))).toBe(true);
      };
      check(read.points, "double", 3, grid.points);
      check(read.pointData["chi"], "double", 3, grid.pointData[0].values);
      check(read.cellData["phase"], "int", 1, grid.cellData[0].values);
      check(read.cellData['a "<&> '], "unsigned char", 1, grid.cellData[1].values);
      check(read.cellData["flux_1"], "double", 3, grid.cellData[2].values);
      expect(read.fieldData["phases"]).toEqual(["ER", "", 'cytosol <"é">']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
