import { expect, test } from "vitest";
import { suggestName } from "../../src/core/suggest-name.js";

test.each([
  ["difusion", ["volumes", "diffusion"], "diffusion"],
  ["volume", ["volumes", "diffusion"], "volumes"],
  ["Phases", ["mesh", "phases"], "phases"],
  ["cso", ["sin", "cos"], "cos"],
  ["y4", ["x", "y", "y1", "y2"], "y1"],
  ["toleranec", ["tolerance", "solver"], "tolerance"],
])("%s among %j is meant to be %s", (name, candidates, expected) => {
  expect(suggestName(name, candidates)).toBe(expected);
});

test("suggests nothing where nothing is near", () => {
  expect(suggestName("q", ["x", "y"])).toBeUndefined();
  expect(suggestName("constructor", ["sin", "cos"])).toBeUndefined();
  expect(suggestName("x".repeat(100_000), ["x".repeat(60)])).toBeUndefined();
  expect(suggestName("a", [])).toBeUndefined();
});
