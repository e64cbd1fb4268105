import { describe, expect, test } from "vitest";
import { parseModel } from "../../src/io/model-file.js";
import { refuseModel, smallModel } from "../support/model-text.js";

const withoutCleft = smallModel.replace(/ {2}cleft.*\n/, "");
const given = "initial: { c: 0.1, e: 10 }";

describe("equilibrium at the beginning", () => {
  test.each([
    ["{ c: 0.1, e: equilibrium }", { c: 0.1, e: { equilibrium: true } }],
    ["{ c: equilibrium, e: 400 }", { c: { equilibrium: true }, e: 400 }],
    ["{ c: equilibrium, e: 400 + x }", { c: { equilibrium: true }, e: "400 + x" }],
  ])("%s", async (initial, expected) => {
    const model = await parseModel(withoutCleft.replace(given, `initial: ${initial}`), "");
    expect(model.initial).toEqual(expected);
  });

  test("c without ER is not determined", async () => {
    const text = smallModel.replace(/ {2}body.*\n/, "").replace(given, "initial: { c: equilibrium }");
    const error = await refuseModel(text);
    expect(error.message).toMatch(/initial\.c: nothing determines c without ER/);
  });
});
