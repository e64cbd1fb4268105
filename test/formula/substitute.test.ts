import { describe, expect, test } from "vitest";
import { compileFormula } from "../../src/formula/formula.js";
import { substitute } from "../../src/formula/substitute.js";

describe("substitute", () => {
  test.each([
    ["K * c + K2", { K: 2 }, "2 * c + K2"],
    ["c^K", { K: -2 }, "c^(-2)"],
    ["-K^2 * c", { K: -3 }, "-9 * c"],
    ["c / (K + K2)", { K: 1, K2: 3 }, "c / 4"],
    ["c < K ? K2 : exp(K)", { K: 0, K2: 1e-21 }, "c < 0 ? 1e-21 : 1"],
    ["K / K2", { K: 1, K2: 0 }, "1 / 0"],
    ["c", { q: 1 }, "c"],
  ])("%s with %j", async (text, values, expected) => {
    const given = new Map(Object.entries(values));
    const variables = ["K", "c", "K2"];
    const formula = substitute(await compileFormula(text, variables), given);
    expect(formula.text).toBe(expected);
    expect(formula.variables).toEqual(variables.filter((name) => !given.has(name)));
  });

  test("the value is that of the formula with the numbers, and the text gives it again", async () => {
    const text = "V * c^n / (K^n + c^n) - sqrt(L) * (e - c) + (c < K ? -V : hypot(V, c))";
    const variables = ["V", "c", "n", "K", "e", "L"];
    const whole = await compileFormula(text, variables);
    const values = new Map([
      ["V", 0.9],
      ["n", 1.7],
      ["K", 0.1],
      ["L", 0.11 / 3],
    ]);
    const part = substitute(whole, values);
    expect(part.variables).toEqual(["c", "e"]);
    const again = await compileFormula(part.text, ["c", "e"]);
    for (const [c, e] of [
      [0.05, 3],
      [0.4, 11],
    ]) {
      const expected = whole.evaluate([0.9, c, 1.7, 0.1, e, 0.11 / 3]);
      expect(part.evaluate([c, e])).toBe(expected);
      expect(again.evaluate([c, e])).toBe(expected);
    }
  });
});
