import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { differentiate } from "../../src/formula/differentiate.js";
import { compileFormula } from "../../src/formula/formula.js";
import { operations, type OperationName } from "../../src/formula/operations.js";
import { expectError } from "../support/expect-error.js";

const variables = ["x", "y"];

async function derive(text: string, variable = "x"): Promise<string> {
  return differentiate(await compileFormula(text, variables), variable).text;
}

/** One formula for every operation, differentiable at (0.6, 0.3). */
const smooth: Readonly<Record<OperationName, string>> = {
  add: "x + x * y",
  subtract: "x^2 - y * x",
  multiply: "x * sin(x)",
  divide: "(x + 1) / (x^2 + y)",
  power: "x^3 + 2^x + x^x + (x + 1)^y + x^-2",
  negate: "-x^3",
  less: "x * (x < 1)",
  lessOrEqual: "x * (x <= 0.5) + x^2",
  greater: "x^2 * (x > 0.5)",
  greaterOrEqual: "x^2 * (x >= 0.5)",
  equal: "x + (x == 2)",
  notEqual: "x^2 * (x != 2)",
  and: "x^2 * (x > 0 and x < 1)",
  or: "x^2 * (x > 0 or x > 1)",
  not: "x^2 * (not (x > 1))",
  conditional: "x < 0.5 ? x : x^3",
  sin: "sin(3 * x)",
  cos: "cos(x * y)",
  tan: "tan(x)",
  asin: "asin(x^2)",
  acos: "acos(x / 2)",
  atan: "atan(2 * x)",
  atan2: "atan2(x^2, y + x)",
  sinh: "sinh(x)",
  cosh: "cosh(2 * x)",
  tanh: "tanh(x - y)",
  exp: "exp(-x^2)",
  log: "log(x + y)",
  log10: "log10(x)",
  sqrt: "sqrt(x)",
  cbrt: "cbrt(x - 2)",
  abs: "abs(x - 1) + abs(x)",
  min: "min(x^2, x^3 + y, 1)",
  max: "max(x^2, x^3)",
  sign: "x * sign(x - 1)",
  floor: "x * floor(x + 3)",
  ceil: "x * ceil(x + 3)",
  mod: "mod(7 * x, 1 + x)",
  hypot: "hypot(x, y, x^2)",
  step: "x^2 * step(x)",
};

/** (f(x + h) - f(x - h)) / (2 h), extrapolated from h and h/2: the error is of order h^4. */
function centralDifference(f: (x: number) => number, x: number, h: number): number {
  const quotient = (step: number): number => (f(x + step) - f(x - step)) / (2 * step);
  return (4 * quotient(h / 2) - quotient(h)) / 3;
}

/** h^4 = 1e-12 times fifth derivatives of order 1e3, and round-off of 1e-16 / h. */
const tolerance = 1e-8;

describe("differentiate", () => {
  test.each(Object.keys(operations) as OperationName[])("the rule of %s", async (name) => {
    const formula = await compileFormula(smooth[name], variables);
    for (const [index, variable] of variables.entries()) {
      const point = [0.6, 0.3];
      const along = (value: number): number => formula.evaluate(point.with(index, value));
      const expected = centralDifference(along, point[index], 1e-3);
      expect(differentiate(formula, variable).evaluate(point)).toBeCloseTo(expected, 8);
    }
  });

  const inner = fc.letrec<{ smooth: string }>((tie) => ({
    smooth: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("x", "y", "pi", "0.5", "2"),
      fc
        .tuple(
          fc.constantFrom("sin(a)", "cos(a)", "tanh(a)", "atan(a)", "exp(-(a)^2)", "sqrt(1 + (a)^2)"),
          tie("smooth"),
        )
        .map(([pattern, a]) => pattern.replace(/\ba\b/, () => a)),
      fc
        .tuple(
          fc.constantFrom("(a) + (b)", "(a) - (b)", "(a) * (b)", "(a) / (3 + sin(b))", "hypot(1 + (a)^2, b)"),
          tie("smooth"),
          tie("smooth"),
        )
        .map(([pattern, a, b]) => pattern.replace(/\b[ab]\b/g, (name) => (name === "a" ? a : b))),
      tie("smooth").map((a) => `-(${a})^3`),
    ),
  })).smooth;

  test("agrees with central differences on compositions", { timeout: 30_000 }, async () => {
    const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(inner, coordinate, coordinate, async (text, x, y) => {
        const formula = await compileFormula(text, variables);
        const f = (value: number): number => formula.evaluate([value, y]);
        const coarse = centralDifference(f, x, 2e-3);
        const expected = centralDifference(f, x, 1e-3);
        // Skips what the difference itself does not resolve.
        const scale = 1 + Math.abs(f(x)) + Math.abs(expected);
        fc.pre(Math.abs(coarse - expected) < 1e-6 * scale);
        const error = Math.abs(differentiate(formula, "x").evaluate([x, y]) - expected);
        expect(error).toBeLessThanOrEqual(tolerance * scale + 2 * Math.abs(coarse - expected));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test("the text of a derivative is a formula of the same value", { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(inner, async (text) => {
        const derivative = differentiate(await compileFormula(text, variables), "x");
        const again = await compileFormula(derivative.text, variables);
        const point = [0.37, -0.81];
        const value = derivative.evaluate(point);
        // A product of three numbers may be folded in another order.
        expect(Math.abs(again.evaluate(point) - value)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(value)));
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  test.each([
    ["3", "0"],
    ["y^2", "0"],
    ["x", "1"],
    ["5 * x + 7", "5"],
    ["x^2", "2 * x"],
    ["x^3 / 3", "3 * x^2 / 3"],
    ["sin(2 * x)", "2 * cos(2 * x)"],
    ["cos(x)", "-sin(x)"],
    ["exp(-x)", "-exp(-x)"],
    ["y * x", "y"],
    ["x - x", "0"],
    ["2 * x * 3 * y", "6 * y"],
    ["x < 0.5 ? 1 : 3", "0"],
  ])("of %s is %s", async (text, expected) => {
    expect(await derive(text)).toBe(expected);
  });

  test("where there is no derivative, that of one side or 0", async () => {
    const at = async (text: string, x: number): Promise<number> =>
      differentiate(await compileFormula(text, variables), "x").evaluate([x, 0]);
    expect(await at("abs(x)", 0)).toBe(0);
    expect(await at("min(2 * x, 3 * x)", 0)).toBe(2);
    expect(await at("max(2 * x, 3 * x)", 0)).toBe(2);
    expect(await at("step(x)", 0)).toBe(0);
    expect(await at("x < 1 ? x : 5 * x", 1)).toBe(5);
    expect(await at("sqrt(x)", 0)).toBe(Infinity);
    expect(await at("x^0", 0)).toBe(0);
    expect(await at("x^1", 0)).toBe(1);
  });

  test("second derivatives, and mixed ones", async () => {
    const formula = await compileFormula("sin(x * y) + x^3 * y^2", variables);
    const mixed = differentiate(differentiate(formula, "x"), "y");
    const [x, y] = [0.6, 0.3];
    const expected = Math.cos(x * y) - x * y * Math.sin(x * y) + 6 * x ** 2 * y;
    expect(mixed.evaluate([x, y])).toBeCloseTo(expected, 13);
    expect(mixed.variables).toEqual(variables);
  });

  test("refuses a variable that the formula does not have", async () => {
    const formula = await compileFormula("x", variables);
    const error = expectError(UsageError, "formula-unknown-variable", () => differentiate(formula, "pi"));
    expect(error.message).toContain("x, y");
  });

  test("refuses a derivative that has grown beyond all use", async () => {
    const tower = await compileFormula("x^".repeat(300) + "2", variables);
    expectError(UsageError, "formula-too-deep", () => differentiate(tower, "x"));
  });
});
