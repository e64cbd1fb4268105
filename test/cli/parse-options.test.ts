import { describe, expect, it } from "vitest";
import {
  parseDiffusion,
  parseNumber,
  parsePhase,
  parsePositive,
  parsePositiveInteger,
  parseSetting,
  parseUnitCell,
  toRecord,
} from "../../src/cli/parse-options.js";
import { UsageError } from "../../src/core/errors.js";
import { expectError } from "../support/expect-error.js";

function refuses(parse: (text: string) => unknown, text: string): void {
  const error = expectError(UsageError, "invalid-option-value", () => parse(text));
  expect(error.details["value"]).toBeDefined();
  expect(error.message).toContain("expected");
}

describe("numbers", () => {
  it.each([
    ["0.25", 0.25],
    ["-1e-8", -1e-8],
    ["+3.", 3],
    [".5", 0.5],
  ])("reads %s", (text, value) => {
    expect(parseNumber(text, "x")).toBe(value);
  });

  it.each(["", " ", "abc", "1,5", "0x10", "NaN", "Infinity", "1e999", "1 2", "--1"])("refuses %j", (text) => {
    refuses((t) => parseNumber(t, "x"), text);
  });

  it("checks sign and wholeness", () => {
    expect(parsePositive("1e-3", "x")).toBe(1e-3);
    expect(parsePositiveInteger("1e9", "x")).toBe(1e9);
    for (const text of ["0", "-1"]) refuses((t) => parsePositive(t, "x"), text);
    for (const text of ["0", "1.5", "1e300"]) refuses((t) => parsePositiveInteger(t, "x"), text);
  });
});

describe("named values", () => {
  it("reads settings", () => {
    expect(parseSetting("edge=0.1")).toEqual({ name: "edge", value: 0.1 });
    for (const text of ["edge", "=1", "edge=", "edge=a"]) refuses(parseSetting, text);
  });

  it("reads diffusion as a number or a tensor; a name may hold an equals sign", () => {
    expect(parseDiffusion("ER=0.25")).toEqual({ name: "ER", value: 0.25 });
    expect(parseDiffusion("a=b=1,2,3,0,0,0.5")).toEqual({ name: "a=b", value: [1, 2, 3, 0, 0, 0.5] });
    for (const text of ["ER", "ER=", "ER=1,2", "ER=1,2,3,4,5,6,7", "ER=1,,3,0,0,0"])
      refuses(parseDiffusion, text);
  });

  it("refuses a name given twice", () => {
    expect(toRecord([{ name: "a", value: 1 }], "--set")).toEqual({ a: 1 });
    const twice = [
      { name: "a", value: 1 },
      { name: "a", value: 1 },
    ];
    expectError(UsageError, "repeated-option", () => toRecord(twice, "--set"));
  });
});

describe("phases and unit cells", () => {
  it("reads phases", () => {
    expect(parsePhase("ER")).toEqual({ name: "ER", volumes: ["ER"] });
    expect(parsePhase("ER=tubes+sheets")).toEqual({ name: "ER", volumes: ["tubes", "sheets"] });
    for (const text of ["", "=a", "ER=", "ER=a+", "ER=+a"]) refuses(parsePhase, text);
  });

  it("reads unit cells", () => {
    const vectors = [
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 3],
    ];
    expect(parseUnitCell("1,2,3")).toEqual({ vectors });
    expect(parseUnitCell("1,2,3@-0.5,0,1e-1")).toEqual({ vectors, origin: [-0.5, 0, 0.1] });
    for (const text of ["1,2", "1,2,3,4", "1,2,0", "1,2,-3", "1,2,3@0,0", "1,2,3@0,0,0@1,1,1", "a,b,c"]) {
      refuses(parseUnitCell, text);
    }
  });
});

describe("parseDiffusion", () => {
  it("reads formulas, whose comparisons and brackets keep their signs, and cell data", () => {
    const formula = (text: string): unknown => parseDiffusion(text);
    expect(formula("ER=2 + cos(2 pi y1)")).toEqual({ name: "ER", value: { formula: "2 + cos(2 pi y1)" } });
    expect(formula("a=b=y1 <= 0.5 ? 1 : (y2 == y3) + 1")).toEqual({
      name: "a=b",
      value: { formula: "y1 <= 0.5 ? 1 : (y2 == y3) + 1" },
    });
    expect(formula("ER=max(y1, 1)")).toEqual({ name: "ER", value: { formula: "max(y1, 1)" } });
    expect(formula("ER=min(2, 1 + y1),2,3,0,0,-y1/9")).toEqual({
      name: "ER",
      value: { formulas: ["min(2, 1 + y1)", "2", "3", "0", "0", "-y1/9"] },
    });
    expect(formula("ER=elementData:D")).toEqual({ name: "ER", value: { elementData: "D" } });
    for (const text of ["ER=y1,y2", "y1<=2", "ER==2", "ER=,y1"]) refuses(parseDiffusion, text);
  });
});
