import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileFormula } from "../../src/formula/formula.js";
import { formatExpression } from "../../src/formula/format-expression.js";

const variables = ["a", "b", "y1"];

async function evaluate(text: string, values: readonly number[] = [0.3, -1.7, 0.25]): Promise<number> {
  return (await compileFormula(text, variables)).evaluate(values);
}

/** Text with every bracket written, and what it must give, made side by side: the parser is not asked. */
interface Sample {
  readonly text: string;
  readonly compute: (values: readonly number[]) => number;
}

/** 1 or 0; NaN where an operand is. */
function decide(holds: (x: number, y: number) => boolean): (x: number, y: number) => number {
  return (x, y) => (Number.isNaN(x) || Number.isNaN(y) ? NaN : Number(holds(x, y)));
}

const isTrue = decide((x) => x !== 0);

const binaries: Readonly<Record<string, (x: number, y: number) => number>> = {
  "(x) + (y)": (x, y) => x + y,
  "(x) - (y)": (x, y) => x - y,
  "(x) * (y)": (x, y) => x * y,
  "(x) / (y)": (x, y) => x / y,
  "(x) ^ (y)": (x, y) => x ** y,
  "(x) < (y)": decide((x, y) => x < y),
  "(x) >= (y)": decide((x, y) => x >= y),
  "(x) == (y)": decide((x, y) => x === y),
  "(x) != (y)": decide((x, y) => x !== y),
  "(x) and (y)": (x, y) => (x === 0 || y === 0 ? 0 : isTrue(x, y)),
  "(x) or (y)": (x, y) => (x === 0 ? isTrue(y, y) : isTrue(x, x)),
  "min(x, y)": Math.min,
  "max(x, y)": Math.max,
  "atan2(x, y)": Math.atan2,
  "hypot(x, y)": Math.hypot,
  "pow(x, y)": Math.pow,
};

const unaries: Readonly<Record<string, (x: number) => number>> = {
  "-(x)": (x) => -x,
  "+(x)": (x) => x,
  "not (x)": (x) => 1 - isTrue(x, x),
  "sin(x)": Math.sin,
  "cos(x)": Math.cos,
  "atan(x)": Math.atan,
  "exp(x)": Math.exp,
  "log(x)": Math.log,
  "log10(x)": Math.log10,
  "sqrt(x)": Math.sqrt,
  "cbrt(x)": Math.cbrt,
  "abs(x)": Math.abs,
  "sign(x)": Math.sign,
  "floor(x)": Math.floor,
  "ceil(x)": Math.ceil,
  "tanh(x)": Math.tanh,
};

const samples = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc
      .constantFrom(...variables)
      .map((name) => ({ text: name, compute: (v: readonly number[]) => v[variables.indexOf(name)] })),
    fc
      .double({ min: 0, max: 1e3, noNaN: true })
      .map((value) => ({ text: String(value), compute: () => value })),
    fc.tuple(fc.constantFrom(...Object.keys(unaries)), tie("sample")).map(([pattern, x]) => ({
      text: pattern.replace(/\bx\b/, () => x.text),
      compute: (v: readonly number[]) => unaries[pattern](x.compute(v)),
    })),
    fc
      .tuple(fc.constantFrom(...Object.keys(binaries)), tie("sample"), tie("sample"))
      .map(([pattern, x, y]) => ({
        text: pattern.replace(/\b[xy]\b/g, (name) => (name === "x" ? x.text : y.text)),
        compute: (v: readonly number[]) => binaries[pattern](x.compute(v), y.compute(v)),
      })),
    fc.tuple(tie("sample"), tie("sample"), tie("sample")).map(([c, x, y]) => ({
      text: `(${c.text}) ? (${x.text}) : (${y.text})`,
      compute: (v: readonly number[]) => {
        const condition = c.compute(v);
        if (condition === 0) return y.compute(v);
        return Number.isNaN(condition) ? NaN : x.compute(v);
      },
    })),
  ),
})).sample;

const points = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 });

/** Squares are multiplied and not raised to a power: both are within one unit in the last place. */
const tolerance = 1e-12;

describe("evaluation", () => {
  test("agrees with the same computation in JavaScript", { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(samples, points, async (sample, values) => {
        const expected = sample.compute(values);
        const value = await evaluate(sample.text, values);
        if (Object.is(value + 0, expected + 0)) return;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  test("a printed tree means the same", { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(samples, points, async (sample, values) => {
        const formula = await compileFormula(sample.text, variables);
        const printed = formatExpression(formula.expression);
        const again = await compileFormula(printed, variables);
        expect(formatExpression(again.expression)).toBe(printed);
        expect(again.evaluate(values)).toBe(formula.evaluate(values));
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test.each([
    ["-2^2", -4],
    ["2^-1", 0.5],
    ["2^3^2", 512],
    ["1 - 2 - 3", -4],
    ["8 / 4 / 2", 1],
    ["2 + 3 * 4", 14],
    ["-a * b", 0.51],
    ["- -1", 1],
    ["2 pi", 2 * Math.PI],
    ["2 pi y1", Math.PI / 2],
    ["2(3)", 6],
    ["1e3 + .5 + 2.", 1002.5],
    ["e", Math.E],
    ["1 < 2 == 1", 0],
    ["0.2 < y1 <= 0.25", 1],
    ["0.2 < y1 < 0.25", 0],
    ["not 0 and 0 or 1", 1],
    ["not (1 < 2)", 0],
    ["0 ? 1 : 0 ? 2 : 3", 3],
    ["1 ? (0 ? 1 : 2) : 3", 2],
    ["a > 0 ? 5 : 6", 5],
    ["7 mod 3", 1],
    ["-7 mod 3", 2],
    ["mod(7, -3)", -2],
    ["mod(-6, 3) + 1", 1],
    ["mod(1.25, 1)", 0.25],
    ["step(0) + step(-1e-9)", 1],
    ["min(3, 1, 2)", 1],
    ["max(3)", 3],
    ["hypot(2, 3, 6)", 7],
    ["hypot(-2)", 2],
    ["log(e) + log10(1000)", 4],
    ["asin(1) + acos(1) + tan(0) + sinh(0) + cosh(0) + atan(0)", Math.PI / 2 + 1],
    ["piecewise(a < 0, 1, b < 0, 2, 3)", 2],
    ["piecewise(a < 0, 1, b > 0, 2, 3)", 3],
    ["1\n  +\t2", 3],
    ["3 and -1", 1],
    ["0 or 0.5", 1],
  ])("%j is %d", async (text, expected) => {
    expect(await evaluate(text)).toBeCloseTo(expected, 14);
  });

  test("what is not defined shows, also through comparisons and conditions", async () => {
    for (const text of [
      "sqrt(b)",
      "sqrt(b) < 1",
      "sqrt(b) == sqrt(b)",
      "sqrt(b) != 1",
      "sqrt(b) > 1 ? 2 : 3",
      "not sqrt(b)",
      "1 and sqrt(b)",
      "sqrt(b) and 1",
      "0 or sqrt(b)",
      "step(sqrt(b))",
      "sign(sqrt(b))",
      "min(1, sqrt(b))",
      "mod(a, 0)",
      "0 * log(b)",
      "0 / 0",
    ]) {
      expect(await evaluate(text), text).toBeNaN();
    }
  });

  test("only the part chosen is evaluated", async () => {
    expect(await evaluate("b > 0 ? sqrt(b) : 2")).toBe(2);
    expect(await evaluate("b > 0 and sqrt(b) > 1")).toBe(0);
    expect(await evaluate("a > 0 or sqrt(b) > 1")).toBe(1);
  });

  test("poles are infinite", async () => {
    expect(await evaluate("1 / a", [0, 0, 0])).toBe(Infinity);
    expect(await evaluate("2^9^9^9")).toBe(Infinity);
  });

  test("takes typed arrays, and tells which variables it uses", async () => {
    const formula = await compileFormula("2 + cos(2 * pi * y1) + 0 * a", variables);
    expect(formula.evaluate(Float64Array.of(0, 0, 0.5))).toBe(1);
    expect(formula.usedVariables).toEqual(["a", "y1"]);
    expect((await compileFormula("2 * 3", variables)).usedVariables).toEqual([]);
  });

  test("a variable called like a constant hides it", async () => {
    const formula = await compileFormula("c + e", ["c", "e"]);
    expect(formula.evaluate([1, 2])).toBe(3);
  });
});
