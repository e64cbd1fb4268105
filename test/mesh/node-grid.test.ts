import { describe, expect, it } from "vitest";
import { createNodeGrid, findNearestNode } from "../../src/mesh/node-grid.js";
import { coordinateRoundoff } from "../../src/mesh/periodic-matching.js";
import { seededRandom } from "../support/box-mesh.js";

/** The node nearest to a point within a distance, by looking at all: what the grid must find. */
function findByForce(x: Float64Array, nodes: Int32Array, point: readonly number[], distance: number): number {
  let best = -1;
  let bestSquare = distance * distance;
  for (const node of nodes) {
    const square = point.reduce((sum, p, k) => sum + (x[3 * node + k] - p) ** 2, 0);
    if (square > bestSquare || (square === bestSquare && best >= 0)) continue;
    best = node;
    bestSquare = square;
  }
  return best;
}

describe("findNearestNode", () => {
  it.each([
    ["at the origin", 0],
    ["far away", 1e6],
  ])("finds what a search of all nodes finds, %s", (_, offset) => {
    const random = seededRandom(5);
    const coordinates = Float64Array.from({ length: 3 * 400 }, () => offset + random());
    const nodes = Int32Array.from({ length: 200 }, (_, i) => 2 * i);
    const grid = createNodeGrid(coordinates, nodes, 0.13);
    let numFound = 0;
    for (let query = 0; query < 500; query++) {
      const [x, y, z] = [0, 0, 0].map(() => offset - 0.1 + 1.2 * random());
      const found = findNearestNode(grid, x, y, z, 0.12);
      expect(found).toBe(findByForce(coordinates, nodes, [x, y, z], 0.12));
      if (found >= 0) numFound++;
    }
    expect(numFound).toBeGreaterThan(200);
  });

  it("ends where the coordinates over the spacing are beyond exact integers", () => {
    const far = 1e11;
    const coordinates = Float64Array.of(far, far, far, far + 0.5, far, far, far + 1, far, far);
    const grid = createNodeGrid(coordinates, Int32Array.of(0, 1, 2), 1e-8);
    expect(findNearestNode(grid, far + 0.5, far, far, 1e-9)).toBe(1);
    expect(findNearestNode(grid, far + 0.25, far, far, 1e-9)).toBe(-1);
    expect(findNearestNode(grid, 0, 0, 0, 1e-9)).toBe(-1);
    expect(findNearestNode(grid, 1e300, 0, 0, 1e-9)).toBe(-1);
  });

  it("has nothing to find without nodes", () => {
    const grid = createNodeGrid(new Float64Array(3), new Int32Array(0), 1);
    expect(findNearestNode(grid, 0, 0, 0, 1)).toBe(-1);
  });
});

describe("coordinateRoundoff", () => {
  it("is a few units in the last place of the largest coordinate", () => {
    expect(coordinateRoundoff(2)).toBe(4 * 2 ** -51);
    expect(coordinateRoundoff(2 ** 40)).toBe(2 ** -10);
  });
});
