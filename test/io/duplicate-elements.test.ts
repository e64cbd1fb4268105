import { describe, expect, it } from "vitest";
import { findDuplicates } from "../../src/io/duplicate-elements.js";
import { createRandom } from "../support/msh-text.js";

/** The definition, with string keys. */
function findDuplicatesNaively(nodes: Int32Array, numCorners: number, numElements: number): number[] {
  const first = new Map<string, number>();
  return Array.from({ length: numElements }, (_, element) => {
    const key = nodes
      .slice(numCorners * element, numCorners * (element + 1))
      .sort()
      .join();
    if (!first.has(key)) first.set(key, element);
    return first.get(key) ?? -1;
  });
}

/** Elements with different corners; few nodes make many duplicates. */
function createElements(numCorners: number, numElements: number, numNodes: number): Int32Array {
  const random = createRandom(numNodes);
  const nodes = Array.from({ length: numElements }, () => {
    const corners = new Set<number>();
    while (corners.size < numCorners) corners.add(Math.floor(numNodes * random()));
    return [...corners];
  });
  return Int32Array.from(nodes.flat());
}

describe("findDuplicates", () => {
  it.each([
    [3, 10, "large buckets"],
    [3, 60, "small buckets"],
    [4, 9, "large buckets"],
    [4, 40, "small buckets"],
  ] as const)("agrees with the definition: %i corners, %i nodes, %s", (numCorners, numNodes, _) => {
    const nodes = createElements(numCorners, 400, numNodes);
    const expected = findDuplicatesNaively(nodes, numCorners, 400);
    expect(expected.some((first, element) => first !== element)).toBe(true);
    expect(Array.from(findDuplicates(nodes, numCorners, 400, numNodes) ?? [])).toEqual(expected);
  });

  it("returns null where all differ, also for a degenerate element inside another one", () => {
    expect(findDuplicates(Int32Array.of(0, 1, 2, 3, 0, 0, 1, 2, 1, 2, 3, 4), 4, 3, 5)).toBeNull();
  });
});
