import { describe, expect, it } from "vitest";
import { parsePlot, parseShard, parseVary } from "../../src/cli/parse-sweep.js";
import { UsageError } from "../../src/core/errors.js";
import { expectError } from "../support/expect-error.js";

describe("parseVary", () => {
  it.each([
    ["edge=0.1:0.3:3", [0.1, 0.2, 0.3]],
    ["edge=log:0.01:1:3", [0.01, 0.1, 1]],
    ["edge=0.3,-1e-2,2", [0.3, -0.01, 2]],
    ["edge=0.5", [0.5]],
  ])("reads %s", (text, values) => {
    expect(parseVary(text)).toEqual({ name: "edge", values });
  });

  it.each([
    ["sweep-range", "edge"],
    ["sweep-range", "=1,2"],
    ["sweep-range", "edge="],
    ["sweep-range", "edge=0:1"],
    ["sweep-range", "edge=0:1:2:3"],
    ["sweep-range", "edge=lin:0:1:2"],
    ["sweep-range", "edge=log:0:1:5"],
    ["sweep-range", "edge=0:1:1"],
    ["sweep-range", "edge=1:1:4"],
    ["invalid-option-value", "edge=0:1:2.5"],
    ["invalid-option-value", "edge=a:1:3"],
    ["invalid-option-value", "edge=1,,2"],
    ["invalid-option-value", "edge=1e999"],
  ])("refuses with %s: %s", (code, text) => {
    expectError(UsageError, code, () => parseVary(text));
  });
});

describe("parseShard and parsePlot", () => {
  it("reads i/n and x,y", () => {
    expect(parseShard("2/8")).toEqual({ index: 2, count: 8 });
    expect(parsePlot("volumeFraction, ER.effective.11")).toEqual({
      x: "volumeFraction",
      y: "ER.effective.11",
    });
  });

  it.each(["0/2", "3/2", "1", "1/2/3", "-1/2", "1/x"])("refuses the part %s", (text) => {
    expectError(UsageError, "sweep-shard", () => parseShard(text));
  });

  it.each(["edge", "a,b,c", ",a", ""])("refuses the plot '%s'", (text) => {
    expectError(UsageError, "invalid-option-value", () => parsePlot(text));
  });
});
