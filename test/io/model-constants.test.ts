import { describe, expect, test } from "vitest";
import { parseModel } from "../../src/io/model-file.js";
import { addedLine, refuseModel, smallModel } from "../support/model-text.js";

const withConstants = (constants: string, rest: string): string =>
  `${smallModel}constants: { ${constants} }\n${rest}\n`;

describe("constants", () => {
  test("are in um, s, uM and molecules, in every formula", async () => {
    const text = withConstants(
      "k: 6 /s, K: 200 nM, n: 2, J: 18 molecules/s, L: 40 nm, slow: 1 /ms",
      `ip3: K * exp(-x / L)
fluxes:
  own:
    per: membrane-area
    flux: -J * c^n / (K^n + c^n) + 0 * X
    unit: molecules/s
    density: { formula: 1 / L^2, unit: 1/um^2 }
    states: { X: { rate: slow * (1 - X) - k * X, initial: 0 } }
boundary:
  - { surface: top, field: c, flux: { formula: J * step(t - 1 / k), unit: molecules/um^2/s } }`,
    ).replace("c: 0.1,", "c: K / 2 + x,");
    const { ip3, fluxes, conditions, initial } = await parseModel(text, "");
    expect(ip3).toEqual({ kind: "given", concentration: "0.2 * exp(-x / 0.04)" });
    expect(fluxes[0]).toMatchObject({
      flux: "-18 * c^2 / (0.04000000000000001 + c^2) + 0 * X",
      states: [{ rate: "1000 * (1 - X) - 6 * X" }],
    });
    expect(Number(fluxes[0].density)).toBeCloseTo(625, 9);
    expect(conditions[0].value).toBe(`(18 * step(t - ${1 / 6})) / 602.214076`);
    expect(initial["c"]).toBe("0.1 + x");
  });

  test("a formula without constants stays as it is written", async () => {
    const { initial } = await parseModel(
      withConstants("K: 1 uM", "").replace("c: 0.1,", "c: 1*(1 + x),"),
      "",
    );
    expect(initial["c"]).toBe("1*(1 + x)");
  });

  test.each([
    ["c: 1 uM", "constants.c", /cannot be called "c": formulas have a variable of this name/],
    ["pi: 3", "constants.pi", /a number of this name/],
    ["exp: 3", "constants.exp", /a function of this name/],
    ["K-1: 3", "constants.K-1", /expected letters a to z, digits and _/],
    ["not: 3", "constants.not", /no operator's word/],
    ["K: fast", "constants.K", /expected a number with its unit, as "0\.2 uM", found "fast"/],
    ["K: 1e999", "constants.K", /expected a finite number/],
    ["K: [1]", "constants.K", /found a list of 1; expected a finite number with its unit/],
  ])("%s is refused", async (constants, path, message) => {
    const error = await refuseModel(withConstants(constants, ""));
    expect(error.code).toBe("model-field");
    expect(error.details).toMatchObject({ path, line: addedLine });
    expect(error.details["faults"]).toHaveLength(1);
    expect(error.message).toMatch(message);
  });

  test("an unknown unit", async () => {
    const error = await refuseModel(withConstants("K: 1 uN", ""));
    expect(error).toMatchObject({ code: "unit-unknown", details: { path: "constants.K" } });
  });

  test("an unknown name is told the constants, too", async () => {
    const error = await refuseModel(withConstants("Kserca: 1 uM", "ip3: 2 * Kserka"));
    expect(error.code).toBe("formula-unknown-name");
    expect(error.details).toMatchObject({ path: "ip3", line: addedLine + 1 });
    expect(error.message).toMatch(/unknown name "Kserka", did you mean "Kserca"\?.*x, y, z, t, Kserca/);
  });

  test("a state of the same name is refused, and so is one that is called like a variable", async () => {
    const flux = (state: string): string =>
      `fluxes: { own: { per: cell-volume, flux: K * (e - c), states: { ${state}: { rate: 1 - c, initial: 0 } } } }`;
    const clash = await refuseModel(withConstants("K: 1 /s", flux("K")));
    expect(clash.message).toMatch(/a state cannot be called "K": a constant has this name/);
    expect(clash.details).toMatchObject({ path: "fluxes.own.states.K", line: addedLine + 1 });
    const variable = await refuseModel(withConstants("K: 1 /s", flux("dcdt")));
    expect(variable.message).toMatch(/cannot be called "dcdt": formulas have a variable/);
  });

  test("are refused where numbers of their kind stand in other units", async () => {
    const nano = withConstants("K: 1 uM, n: 2", "")
      .replace("concentration: uM", "concentration: nM")
      .replace("c: 0.1,", "c: n * K,");
    const error = await refuseModel(nano);
    expect(error.message).toMatch(/initial\.c: K of a formula is in uM, but units\.concentration is nM/);
  });

  test("parameters of a formula are told where they belong", async () => {
    const error = await refuseModel(
      `${smallModel}fluxes: { own: { per: cell-volume, flux: e - c, parameters: { K: 1 } } }\n`,
    );
    expect(error.message).toMatch(
      /parameters: goes with model:.*; numbers that formulas use stand in constants:/,
    );
  });
});
