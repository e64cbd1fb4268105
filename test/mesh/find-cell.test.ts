import { describe, expect, it } from "vitest";
import { findCell } from "../../src/mesh/find-cell.js";
import { createRandom } from "../solver/systems.js";
import { boxMesh } from "../support/box-mesh.js";

const mesh = boxMesh({ counts: [3, 2, 4], lengths: [3, 1, 2], origin: [-1, 0, 5] });

describe("the cell of a point", () => {
  it("gives linear functions exactly", () => {
    const random = createRandom(7);
    const value = (x: number, y: number, z: number): number => 1 + 2 * x - 3 * y + 0.5 * z;
    for (let i = 0; i < 200; i++) {
      const [x, y, z] = [-1 + 3 * random(), random(), 5 + 2 * random()];
      const found = findCell(mesh, [x, y, z]);
      if (found === null) throw new Error(`no cell at ${x}, ${y}, ${z}`);
      let sum = 0;
      found.nodes.forEach((node, k) => {
        const [a, b, c] = mesh.coordinates.subarray(3 * node, 3 * node + 3);
        sum += found.weights[k] * value(a, b, c);
        expect(found.weights[k]).toBeGreaterThanOrEqual(0);
        expect(mesh.cells[4 * found.cell + k]).toBe(node);
      });
      expect(sum).toBeCloseTo(value(x, y, z), 12);
    }
  });

  it("is found at corners and on faces, and nowhere outside", () => {
    expect(findCell(mesh, [-1, 0, 5])).not.toBeNull();
    expect(findCell(mesh, [2, 1, 7])).not.toBeNull();
    expect(findCell(mesh, [0.5, 0.5, 7])).not.toBeNull();
    expect(findCell(mesh, [2.001, 0.5, 6])).toBeNull();
    expect(findCell(mesh, [NaN, 0.5, 6])).toBeNull();
  });
});
