import { describe, expect, it } from "vitest";
import { parseMsh } from "../../src/io/parse-msh.js";
import { catchError, expectValidMesh, toBytes } from "../support/msh-text.js";

/** How a value of a hand-made binary file is stored. */
type Item = string | { readonly int: number } | { readonly size: number } | { readonly double: number };

const int = (...values: number[]): Item[] => values.map((value) => ({ int: value }));
const size = (...values: number[]): Item[] => values.map((value) => ({ size: value }));
const double = (...values: number[]): Item[] => values.map((value) => ({ double: value }));

function encode(items: readonly Item[], littleEndian: boolean, sizeBytes: number): Uint8Array {
  const bytes = items.flatMap((item) => {
    if (typeof item === "string") return [...toBytes(item)];
    const view = new DataView(new ArrayBuffer("int" in item ? 4 : "size" in item ? sizeBytes : 8));
    if ("int" in item) view.setInt32(0, item.int, littleEndian);
    else if ("double" in item) view.setFloat64(0, item.double, littleEndian);
    else if (sizeBytes === 8) view.setBigUint64(0, BigInt(item.size), littleEndian);
    else view.setUint32(0, item.size, littleEndian);
    return [...new Uint8Array(view.buffer)];
  });
  return Uint8Array.from(bytes);
}

const points = [
  [0, 0, 0],
  [2, 0, 0],
  [0, 2, 0],
  [0, 0, 2],
];

/** A tetrahedron with three nodes on a curve's and a surface's parameters, a second-order line, and a periodic pair. */
function createMsh4(lastTag: number): Item[] {
  return [
    ...["$MeshFormat\n4.1 1 SIZE\n", ...int(1), "\n$EndMeshFormat\n"],
    '$PhysicalNames\n1\n3 5 "cytosol \u03b3"\n$EndPhysicalNames\n',
    ...["$Entities\n", ...size(1, 0, 0, 1), ...int(1), ...double(0, 0, 0), ...size(0)],
    ...[
      ...int(7),
      ...double(0, 0, 0, 2, 2, 2),
      ...size(1),
      ...int(-5),
      ...size(2),
      ...int(1, -2),
      "\n$EndEntities\n",
    ],
    ...["$Nodes\n", ...size(2, 4, 1, lastTag), ...int(2, 1, 1), ...size(2, 10, 11)],
    ...[...double(...points[0], 0.1, 0.2), ...double(...points[1], 0.3, 0.4)],
    ...[...int(3, 7, 0), ...size(2, 12, lastTag), ...double(...points[2], ...points[3]), "\n$EndNodes\n"],
    ...["$Elements\n", ...size(2, 2, 1, 2), ...int(1, 1, 8), ...size(1, 1, 10, 11, 12)],
    ...[...int(3, 7, 4), ...size(1, 2, 10, 11, 12, lastTag), "\n$EndElements\n"],
    ...["$Periodic\n", ...size(1), ...int(0, 2, 1), ...size(0, 1, 11, 10), "\n$EndPeriodic\n"],
  ];
}

function createMsh2(): Item[] {
  const cell = [...int(4, 1, 4), ...int(3, 5, 7, 1, 2, 10, 11, 12, 13)];
  return [
    ...["$MeshFormat\n2.2 1 8\n", ...int(1), "\n$EndMeshFormat\n"],
    '$PhysicalNames\n1\n3 5 "cytosol \u03b3"\n$EndPhysicalNames\n$Nodes\n4\n',
    ...points.flatMap((point, i) => [...int(10 + i), ...double(...point)]),
    ...["\n$EndNodes\n$Elements\n3\n", ...int(15, 2, 0), ...int(1, 10, 2, 11), ...cell, "\n$EndElements\n"],
    "$Periodic\n1\n0 2 1\n1\n11 10\n$EndPeriodic\n",
  ];
}

describe.each([true, false])("binary files, little-endian %s", (littleEndian) => {
  it.each([
    ["4.1, size_t of 8 bytes", createMsh4(2 ** 40 + 5), 8],
    ["4.1, size_t of 4 bytes", createMsh4(13), 4],
    ["2.2", createMsh2(), 4],
  ])("MSH %s", (_, items, sizeBytes) => {
    const text = items.map((item) =>
      typeof item === "string" ? item.replace("SIZE", String(sizeBytes)) : item,
    );
    const mesh = parseMsh(encode(text, littleEndian, sizeBytes));
    expectValidMesh(mesh);
    expect(Array.from(mesh.coordinates)).toEqual(points.flat());
    expect(Array.from(mesh.cells)).toEqual([0, 1, 2, 3]);
    expect(mesh.volumes).toEqual([{ name: "cytosol γ", tag: 5 }]);
    expect(mesh.cellRegions).toEqual([{ entityTag: 7, groups: [0] }]);
    expect(Array.from(mesh.periodicLinks[0].nodePairs)).toEqual([1, 0]);
  });

  it("refuses tags above 2^53 - 1, also among an element's nodes", () => {
    const text = createMsh4(13).map((item) => (typeof item === "string" ? item.replace("SIZE", "8") : item));
    for (const what of [13, 12]) {
      const place = text.findLastIndex(
        (item) => typeof item !== "string" && "size" in item && item.size === what,
      );
      const changed = text.with(place, { size: 2 ** 53 });
      expect(catchError(() => parseMsh(encode(changed, littleEndian, 8))).code).toBe("msh-tag-range");
    }
  });

  it("refuses a byte-order mark that is not 1", () => {
    const bytes = encode(createMsh2(), littleEndian, 4);
    bytes[toBytes("$MeshFormat\n2.2 1 8\n").length + 1] = 1;
    expect(catchError(() => parseMsh(bytes)).code).toBe("msh-syntax");
  });
});
