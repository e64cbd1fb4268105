import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  MOLECULES_PER_UM3,
  parseUnit,
  scaleBetween,
  scaleFormula,
  scaleNumber,
  splitQuantity,
} from "../../src/io/quantity.js";
import { compileFormula } from "../../src/formula/formula.js";
import { UsageError } from "../../src/core/errors.js";
import { expectError } from "../support/expect-error.js";

/** `text` in the unit `to`. */
function convert(text: string, to: string): number | undefined {
  const parts = splitQuantity(text);
  if (parts === undefined) return undefined;
  const scale = scaleBetween(parseUnit(parts.unit), parseUnit(to));
  return scale === undefined ? undefined : scaleNumber(parts.number, scale);
}

describe("quantities", () => {
  test.each([
    ["220 um^2/s", "um^2/s", 220],
    ["0.22 um^2/ms", "um^2/s", 220],
    ["0.3 um^2/ms", "um^2/s", 300],
    ["220um^2 / s", "um^2/s", 220],
    ["1.1e-7 mm^2/s", "um^2/s", 0.11],
    ["300 nm", "um", 0.3],
    ["7 nm", "um", 0.007],
    ["9 nM", "uM", 0.009],
    ["6.39 mM", "uM", 6390],
    ["1 M", "uM", 1e6],
    ["5 \u00b5m", "um", 5],
    ["34 /(uM s)", "1/(uM s)", 34],
    ["34 /uM/s", "1/(uM s)", 34],
    ["34 1/(uM*s)", "1/(uM s)", 34],
    ["34 uM^-1 s^-1", "1/(uM s)", 34],
    ["65 /ms", "1/s", 65000],
    ["0.225 /(nM s)", "1/(uM s)", 225],
    ["18 molecules/nm^2/ms", "molecules/um^2/s", 18e9],
    ["18 molecule/(um^2 s)", "molecules/um^2/s", 18],
    ["2 1", "1", 2],
    ["-5e3 us", "s", -0.005],
    ["602.214076 molecules/um^2/s", "uM um/s", 1],
    ["2 um/s", "molecules/um^2/s/uM", 2 * MOLECULES_PER_UM3],
  ] as const)("%s in %s is exactly %d", (text, unit, value) => {
    expect(convert(text, unit)).toBe(value);
  });

  test.each([
    ["1 um/s", "um^2/s"],
    ["1 uM", "um"],
    ["1 molecules/um^2/s", "uM/s"],
    ["1 um^2", "um^2/s"],
    ["1 molecules", "1"],
  ])("%s is not in %s", (text, unit) => {
    expect(convert(text, unit)).toBeUndefined();
  });

  test("a decimal shift is the nearest number to the true value", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999 }),
        fc.integer({ min: -9, max: 9 }),
        (digits, exponent) => {
          expect(convert(`${digits}e${exponent} nM`, "uM")).toBe(Number(`${digits}e${exponent - 3}`));
        },
      ),
      { seed: 4 },
    );
  });

  test.each([
    ["sec", "unit-unknown", /no unit "sec".*there are nm, um/],
    ["um^2/se", "unit-unknown", /did you mean "s"|"se"/],
    ["um^2/s uM", "unit-syntax", /found "uM"/],
    ["um^x", "unit-unknown", /"x"/],
    ["um^", "unit-syntax", /the end/],
    ["um^99", "unit-syntax", /"99"/],
    ["(um/s", "unit-syntax", /the end/],
    ["um)", "unit-syntax", /"\)"/],
    ["um//s", "unit-syntax", /found "\/"/],
    ["um & s", "unit-syntax", /"& s"/],
    ["", "unit-syntax", /the end/],
  ])("%j is no unit", (text, code, message) => {
    expect(expectError(UsageError, code, () => parseUnit(text)).message).toMatch(message);
  });

  test("any text is a unit or a typed error", () => {
    const pieces = fc.array(fc.constantFrom("um", "s", "(", ")", "/", "^", "2", "-1", " ", "*", "1"), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(pieces, (list) => {
        try {
          parseUnit(list.join(""));
        } catch (error) {
          expect(error).toHaveProperty("code", expect.stringMatching(/^unit-/));
        }
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  test("a formula is scaled as a number is", async () => {
    const scale = { power: -3, molecules: 0 };
    const text = scaleFormula("x < 1 ? 7 : 2 + x", scale);
    const { evaluate } = await compileFormula(text, ["x"]);
    expect(evaluate(Float64Array.of(0))).toBe(0.007);
    expect(evaluate(Float64Array.of(1))).toBe(0.003);
    expect(scaleFormula("x", { power: 0, molecules: 0 })).toBe("x");
    const flux = await compileFormula(scaleFormula("x", { power: 3, molecules: -1 }), ["x"]);
    expect(flux.evaluate(Float64Array.of(MOLECULES_PER_UM3))).toBe(1000);
  });
});
