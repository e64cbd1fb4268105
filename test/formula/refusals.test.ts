import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErfemError, UsageError } from "../../src/core/errors.js";
import { compileFormula, maxFormulaLength } from "../../src/formula/formula.js";

const variables = ["x", "y", "z", "y1", "y2", "y3"];

async function refuse(text: string, names: readonly string[] = variables): Promise<UsageError> {
  const caught = await compileFormula(text, names).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught, text).toBeInstanceOf(UsageError);
  return caught as UsageError;
}

describe("refusals", () => {
  test.each([
    ["2 + cos(2 pi y4)", "formula-unknown-name", 14],
    ["sin + 1", "formula-unknown-name", 1],
    ["x xor y", "formula-unknown-name", 3],
    ["true", "formula-unknown-name", 1],
    ["Infinity", "formula-unknown-name", 1],
    ["constructor", "formula-unknown-name", 1],
    ["x * __proto__", "formula-unknown-name", 5],
    ["toString", "formula-unknown-name", 1],
    ["2 cm", "formula-unknown-name", 3],
    ["sine(x)", "formula-unknown-function", 1],
    ["x + ln(y)", "formula-unknown-function", 5],
    ["y1 (y2 + 1)", "formula-unknown-function", 1],
    ["pi(2)", "formula-unknown-function", 1],
    ["constructor(1)", "formula-unknown-function", 1],
    ["__proto__(1)", "formula-unknown-function", 1],
    ["toString()", "formula-unknown-function", 1],
    ["import(x)", "formula-unknown-function", 1],
    ["evaluate(x)", "formula-unknown-function", 1],
    ["x + sin()", "formula-arity", 5],
    ["sin(x) + sin(x, y)", "formula-arity", 10],
    ["atan2(x)", "formula-arity", 1],
    ["pow(x, y, z)", "formula-arity", 1],
    ["mod(x)", "formula-arity", 1],
    ["min()", "formula-arity", 1],
    ["piecewise(x, 1)", "formula-arity", 1],
    ["piecewise(x, 1, y, 2)", "formula-arity", 1],
    ["sin((x), hypot(x, y))", "formula-arity", 1],
    ["", "formula-syntax", undefined],
    [" \n ", "formula-syntax", undefined],
    ["1 + * 2", "formula-syntax", 5],
    ["1 +", "formula-syntax", 4],
    ["(1 + 2", "formula-syntax", 1],
    ["1 + 2)", "formula-syntax", 6],
    ["5 5", "formula-syntax", 3],
    ["x, y", "formula-syntax", 2],
    ["x ? 1", "formula-syntax", 6],
    ["x = 1", "formula-syntax", 3],
    ["f(x) = x", "formula-syntax", 6],
    ["x; y", "formula-syntax", 2],
    ["x % 2", "formula-syntax", 3],
    ["x ** 2", "formula-syntax", 3],
    ["x!", "formula-syntax", 2],
    ["x'", "formula-syntax", 2],
    ["x & y", "formula-syntax", 3],
    ["x | y", "formula-syntax", 3],
    ["~x", "formula-syntax", 1],
    ["x.y", "formula-syntax", 2],
    ["x .* y", "formula-syntax", 3],
    ["[x, y]", "formula-syntax", 1],
    ["{x: 1}", "formula-syntax", 1],
    ['import("x")', "formula-syntax", 8],
    ["x # y", "formula-syntax", 3],
    ["x \u2212 y", "formula-syntax", 3],
    ["\u{1f600}", "formula-syntax", 1],
    ["0x1F", "formula-syntax", 1],
    ["1e999", "formula-syntax", 1],
    ["x ?? y", "formula-syntax", undefined],
    ["x >> y", "formula-syntax", undefined],
    ["1 : 3", "formula-syntax", undefined],
    ["1/2 pi", "formula-ambiguous", undefined],
    ["x/2 y", "formula-ambiguous", undefined],
    ["x/2(y)", "formula-ambiguous", undefined],
    ["not x < y", "formula-ambiguous", undefined],
    ["not x < y < z", "formula-ambiguous", undefined],
  ])("%j: %s in column %s", async (text, code, column) => {
    const error = await refuse(text);
    expect(error.code).toBe(code);
    expect(error.details["column"]).toBe(column);
    expect(error.details["formula"]).toBe(text);
  });

  test("the message marks the place, lists what exists and suggests the nearest", async () => {
    const error = await refuse("2 +\tcos(2 * pi * yy1)");
    expect(error.message).toBe(
      'unknown name "yy1", did you mean "y1"?; there are the variables x, y, z, y1, y2, y3 and the constants pi, e ' +
        "(column 18 of the formula)\n  2 + cos(2 * pi * yy1)\n" +
        `${" ".repeat(19)}^`,
    );
    expect(error.details["known"]).toContain("y3");
    expect((await refuse("arctan(x)")).message).toContain("write atan(x)");
    expect((await refuse("sqr(x)")).message).toMatch(
      /did you mean "sqrt"\?; there are sin, cos, .*piecewise/,
    );
    expect((await refuse("sin 2")).message).toContain("write sin(x)");
  });

  test("a long formula is quoted around the place only", async () => {
    const error = await refuse(`${"x + ".repeat(60)}oops${" + x".repeat(60)}`);
    const [, line, caret] = error.message.split("\n");
    expect(line.length).toBeLessThan(150);
    expect(line.slice(caret.length - 1, caret.length + 3)).toBe("oops");
  });

  test.each(["pi pi", "2x", "", "a b", "mod", "and", "not", "xor", "to", "NaN", "a.b", "\u03b1"])(
    "%j is no name of a variable",
    async (name) => {
      expect((await refuse("1", [name])).code).toBe("formula-variable-name");
    },
  );

  test("a name given twice is refused", async () => {
    expect((await refuse("1", ["x", "x"])).code).toBe("formula-variable-name");
  });
});

describe("hostile formulas", () => {
  const bombs: Readonly<Record<string, readonly [string, string]>> = {
    brackets: ["(".repeat(10_000) + "1" + ")".repeat(10_000), "formula-too-long"],
    "fewer brackets": ["(".repeat(101) + "1" + ")".repeat(101), "formula-too-deep"],
    calls: ["sin(".repeat(1000) + "1" + ")".repeat(1000), "formula-too-deep"],
    signs: ["-".repeat(maxFormulaLength - 1) + "1", "formula-too-deep"],
    powers: ["2^".repeat(maxFormulaLength / 2 - 1) + "1", "formula-too-deep"],
    sums: ["x+".repeat(maxFormulaLength / 2 - 1) + "1", "formula-too-deep"],
    negations: ["not ".repeat(2000) + "1", "formula-too-deep"],
    conditions: ["x?1:".repeat(2000) + "1", "formula-too-deep"],
    arguments: [`min(${"x,".repeat(2000)}x)`, "formula-too-deep"],
    chain: ["x" + "<x".repeat(2000), "formula-too-deep"],
  };

  test.each(Object.keys(bombs))("%s without end", async (name) => {
    const [text, code] = bombs[name];
    expect((await refuse(text)).code).toBe(code);
  });

  test("what is open is counted, not what there is", async () => {
    const sum = await compileFormula(`${"-x^2 * (not y) + ".repeat(400)}1`, variables);
    expect(sum.evaluate([1, 0])).toBe(-399);
    const list = await compileFormula(`max(${"-x^-2, ".repeat(400)}7)`, variables);
    expect(list.evaluate([1])).toBe(7);
    expect((await refuse(`x + ${"-".repeat(400)}1`)).details["column"]).toBe(305);
    expect((await refuse(`x + ${"-(x ? 1 : ".repeat(101)}`)).details["column"]).toBe(1006);
  });

  test("what is just within the limits works", async () => {
    const brackets = await compileFormula("(".repeat(100) + "x" + ")".repeat(100), variables);
    expect(brackets.evaluate([3])).toBe(3);
    const sum = await compileFormula("x+".repeat(499) + "1", variables);
    expect(sum.evaluate([1])).toBe(500);
  });

  const pieces = fc.array(
    fc.constantFrom(
      ..."+-*/^(),?:<>=!.%'\"[]{}; \n".split(""),
      ...["x", "y1", "pi", "e", "1", "2.5", "1e3", "and", "or", "not", "mod", "to", "in", "xor", "true"],
      ...[
        "sin(",
        "min(",
        "pow(",
        "piecewise(",
        "constructor",
        "__proto__",
        "import(",
        "hasOwnProperty",
        "==",
      ],
    ),
    { maxLength: 25 },
  );

  test.each([
    ["of any characters", fc.string({ unit: "binary", maxLength: 40 })],
    ["of pieces of formulas", pieces.map((list) => list.join(""))],
    ["of pieces with blanks", pieces.map((list) => list.join(" "))],
  ])("a text %s gives a number or a typed error", { timeout: 30_000 }, async (_, texts) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        try {
          const formula = await compileFormula(text, variables);
          expect(formula.evaluate([1, 2, 3, 0.1, 0.2, 0.3])).toBeTypeOf("number");
        } catch (error) {
          if (!(error instanceof ErfemError)) throw error;
          expect(error.code).toMatch(/^formula-/);
        }
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});
