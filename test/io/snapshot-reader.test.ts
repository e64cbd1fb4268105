import { describe, expect, it } from "vitest";
import { writeVtu } from "../../src/io/vtu-writer.js";
import { readSnapshot } from "../../src/io/snapshot-reader.js";
import { boxMesh } from "../support/box-mesh.js";

/** More than the one block of 1 MiB that an array is compressed in. */
const mesh = boxMesh({ counts: [37, 37, 37], volumeOf: () => "cell" });
const grid = {
  points: mesh.coordinates,
  cells: mesh.cells,
  pointData: [
    {
      name: 'c <"&">',
      numComponents: 1,
      values: Float64Array.from({ length: mesh.numNodes }, (_, i) => Math.sin(i)),
    },
    { name: "h", numComponents: 1, values: new Float64Array(mesh.numNodes).fill(NaN) },
    { name: "chi", numComponents: 3, values: Float64Array.from(mesh.coordinates, (x) => 2 * x) },
  ],
  cellData: [{ name: "phase", numComponents: 1, values: new Int32Array(mesh.numCells).fill(1) }],
  fieldData: [
    { name: "TimeValue", numComponents: 1, values: Float64Array.of(1.5) },
    { name: "phases", texts: ["ER", "cytosol χ"] },
  ],
};

describe("readSnapshot", () => {
  it.each([true, false])("reads what writeVtu wrote, compressed: %s", async (compress) => {
    const { points, cells, fields, vectors, phases } = await readSnapshot(
      await writeVtu(grid, { compress }),
      "a.vtu",
    );
    expect(points.every((x, i) => x === grid.points[i])).toBe(true);
    expect(cells.every((node, i) => node === grid.cells[i])).toBe(true);
    expect([...fields.keys()]).toEqual(['c <"&">', "h"]);
    expect(fields.get('c <"&">')?.every((x, i) => x === grid.pointData[0].values[i])).toBe(true);
    expect(vectors.get("chi")?.every((x, i) => x === 2 * grid.points[i])).toBe(true);
    expect(phases?.names).toEqual(["ER", "cytosol χ"]);
    expect(phases?.ofCell.every((phase) => phase === 1)).toBe(true);
    expect(fields.get("h")?.every(Number.isNaN)).toBe(true);
  });

  it("refuses cells of points that are not there", async () => {
    const bytes = await writeVtu({ ...grid, cells: grid.cells.map((node) => node + 1) });
    await expect(readSnapshot(bytes, "a.vtu")).rejects.toMatchObject({ code: "snapshot-unreadable" });
  });

  it.each([
    ["cut", (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2)],
    ["empty", () => new Uint8Array()],
    ["another file", () => new TextEncoder().encode("<VTKFile type='PolyData'>")],
    ["damaged", (bytes: Uint8Array) => bytes.map((byte, i) => (i > 10_000 && i < 20_000 ? 0xff : byte))],
  ])("refuses a file that is %s", async (_, change) => {
    const bytes = change(await writeVtu(grid));
    await expect(readSnapshot(bytes, "a.vtu")).rejects.toMatchObject({ code: "snapshot-unreadable" });
  });
});
