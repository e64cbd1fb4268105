import { expect, it } from "vitest";
import { writePosView } from "../../src/io/pos-writer.js";
import { boxMesh } from "../support/box-mesh.js";

it("writes a scalar view of tetrahedra: header, then x, y, z and values of the corners", () => {
  const mesh = boxMesh({ counts: [2, 1, 1], lengths: [2, 1, 3] });
  const values = Float64Array.from({ length: mesh.numNodes }, (_, node) => 0.5 + node);
  const bytes = writePosView(mesh, "size", values);
  const head =
    "$PostFormat\n1.4 1 8\n$EndPostFormat\n$View\nsize 1\n" +
    "0 0 0\n".repeat(4) +
    `${mesh.numCells} 0 0\n` +
    "0 0 0\n".repeat(3 + 7) +
    "0 0 0 0\n";
  const tail = "\n$EndView\n";
  const latin1 = new TextDecoder("latin1").decode(bytes);
  expect(latin1.startsWith(head)).toBe(true);
  expect(latin1.endsWith(tail)).toBe(true);
  expect(bytes).toHaveLength(head.length + 4 + 8 * (1 + 16 * mesh.numCells) + tail.length);
  const view = new DataView(bytes.buffer, head.length);
  expect(view.getInt32(0, true)).toBe(1);
  expect(view.getFloat64(4, true)).toBe(0);
  for (let cell = 0; cell < mesh.numCells; cell++) {
    for (let corner = 0; corner < 4; corner++) {
      const node = mesh.cells[4 * cell + corner];
      const row = [0, 1, 2, 3].map((k) => view.getFloat64(12 + 8 * (16 * cell + 4 * k + corner), true));
      expect(row).toEqual([...mesh.coordinates.subarray(3 * node, 3 * node + 3), values[node]]);
    }
  }
});
