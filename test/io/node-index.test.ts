import { describe, expect, it } from "vitest";
import { NodeIndex } from "../../src/io/node-index.js";
import { createRandom } from "../support/msh-text.js";

const dense = Float64Array.from({ length: 5000 }, (_, node) => 7 + ((node * 4999) % 5000));
const sparse = (() => {
  const random = createRandom(3);
  return Float64Array.from({ length: 5000 }, () => Math.floor(random() * Number.MAX_SAFE_INTEGER));
})();

describe.each([
  ["dense", dense],
  ["sparse", sparse],
  ["multiples of 2^32", Float64Array.from({ length: 5000 }, (_, node) => (node + 1) * 2 ** 32)],
])("NodeIndex with %s tags", (_, tags) => {
  it("finds every tag and no other", () => {
    const index = new NodeIndex(tags);
    expect(index.duplicateTag).toBeUndefined();
    expect(Array.from(tags, (tag) => index.find(tag))).toEqual([...tags.keys()]);
    const known = new Set(tags);
    for (const tag of [0, 1, 6, 5008, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      if (!known.has(tag)) expect(index.find(tag)).toBe(-1);
    }
  });

  it("notices a tag that occurs twice", () => {
    const twice = tags.slice();
    twice[4321] = twice[17];
    expect(new NodeIndex(twice).duplicateTag).toBe(twice[17]);
  });
});

it("NodeIndex of no nodes finds nothing", () => {
  expect(new NodeIndex(new Float64Array(0)).find(1)).toBe(-1);
});
