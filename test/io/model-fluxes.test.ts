import { describe, expect, test } from "vitest";
import { parseModel } from "../../src/io/model-file.js";
import type { FormulaFlux, MembraneFlux } from "../../src/io/model.js";
import { addedLine, refuseModel, smallModel } from "../support/model-text.js";

/** The flux `own` of the small model with these fields. */
async function readFlux(fields: string): Promise<MembraneFlux> {
  const { fluxes } = await parseModel(`${smallModel}fluxes: { own: { ${fields} } }\n`, "");
  return fluxes[0];
}

async function refuseFlux(fields: string, path: string): Promise<string> {
  const { details, message } = await refuseModel(`${smallModel}fluxes: { own: { ${fields} } }\n`);
  expect(details).toMatchObject({ path: `fluxes.own.${path}`, line: addedLine });
  return message;
}

const perArea = "per: membrane-area, flux: e - c - X, unit: molecules/um^2/s";
const perPump = "per: membrane-area, flux: 18 - X, unit: molecules/s";

describe("calcium that the membrane holds", () => {
  test.each([
    [perArea, "2 molecules/um^2", 2],
    [perArea, "1 uM um", 602.214076],
    ["per: cell-volume, flux: e - c - X", "0.5", 0.5],
    ["per: er-volume, flux: e - c - X", "500 nM", 0.5],
    [`${perPump}, density: 1000 /um^2`, "2 molecules", 2],
    [`${perPump}, density: 1000 /um^3`, "2 molecules", 2],
  ])("%s: %s", async (flux, calcium, expected) => {
    const states = `states: { X: { rate: c - X, initial: 0, calcium: ${calcium} } }`;
    const { states: found } = (await readFlux(`${flux}, ${states}`)) as FormulaFlux;
    expect(found).toEqual([{ name: "X", rate: "c - X", initial: 0, calcium: expected }]);
  });

  test.each([
    [perArea, "2", /found 2 without a unit; write "2 molecules\/um\^2"$/],
    [perArea, "2 uM", /expected the unit molecules\/um\^2 or one that converts to it, found uM/],
    [`${perPump}, density: 1 /um^3`, "2 molecules/um^2", /expected the unit molecules or/],
    ["per: cell-volume, flux: X", "-1", /at least 0, found -1/],
  ])("%s: %s is refused", async (flux, calcium, message) => {
    const states = `states: { X: { rate: c - X, initial: 0, calcium: ${calcium} } }`;
    expect(await refuseFlux(`${flux}, ${states}`, "states.X.calcium")).toMatch(message);
  });
});

describe("density of pumps", () => {
  const pump = "model: serca-hill, per: membrane-area, parameters: { V: 18 molecules/s }";

  test.each([
    ["1000 /um^2", 1000, "1/um^2"],
    ["1000 /um^3", 1000, "1/um^3"],
    ["{ formula: 1 + x, unit: 1/nm^3 }", "(1 + x) * 1000000000", "1/um^3"],
  ])("%s", async (density, value, densityUnit) => {
    expect(await readFlux(`${pump}, density: ${density}`)).toMatchObject({ density: value, densityUnit });
  });

  test("per volume with a shape of the membrane", async () => {
    const flux = await readFlux(`${pump}, density: 500 /um^3, shape: 1.08`);
    expect(flux).toMatchObject({ density: 500, densityUnit: "1/um^3", shape: 1.08 });
    expect(await readFlux(`${pump}, density: 500 /um^3`)).not.toHaveProperty("shape");
  });

  test.each([
    ["density: 500 /um^2, shape: 1.08", "shape", /goes with a density of pumps per volume, as 1\/um\^3/],
    ["density: 500 /um^3, shape: 0", "shape", /above 0, found 0/],
    ["density: -500 /um^3", "density", /at least 0, found -500/],
  ])("%s is refused", async (fields, path, message) => {
    expect(await refuseFlux(`${pump}, ${fields}`, path)).toMatch(message);
  });

  test("goes with fluxes per membrane area", async () => {
    const message = await refuseFlux(
      "model: leak, per: cell-volume, density: 3 /um^3, parameters: { L: 1 }",
      "density",
    );
    expect(message).toMatch(/as 1\/um\^3, goes with per: membrane-area, found per: cell-volume/);
  });
});
