import { describe, expect, test } from "vitest";
import { addedLine, refuseModel, smallModel } from "../support/model-text.js";

describe("wrong models", () => {
  test.each([
    ["unknown field", "buffer: {}", "buffer", addedLine, /unknown field, did you mean "buffers"/],
    ["unknown inner field", "output: { evry: 1 }", "output.evry", addedLine, /did you mean "every"/],
    [
      "unknown model",
      "fluxes:\n  p: { model: serca-hil, per: cell-volume }",
      "fluxes.p.model",
      addedLine + 1,
      /no membrane model "serca-hil", did you mean "serca-hill"\?; there are serca-hill, serca-bidirectional, serca-buffering, leak, ip3-receptor, ryanodine-receptor/,
    ],
    [
      "unknown parameter",
      "fluxes:\n  p: { model: leak, per: cell-volume, parameters: { L: 1, K: 2 } }",
      "fluxes.p.parameters.K",
      addedLine + 1,
      /no parameter of leak "K"; there are L/,
    ],
    [
      "missing parameter",
      "fluxes:\n  p: { model: serca-hill, per: membrane-area }",
      "fluxes.p.parameters.V",
      addedLine + 1,
      /is missing; expected a number in \(molecules\/um\^2\/s\)/,
    ],
    [
      "parameter that divides",
      "fluxes:\n  p: { model: serca-hill, per: cell-volume, parameters: { V: 1, K: 0 } }",
      "fluxes.p.parameters.K",
      addedLine + 1,
      /above 0, found 0/,
    ],
    [
      "missing per",
      "fluxes:\n  p: { model: leak }",
      "fluxes.p.per",
      addedLine + 1,
      /membrane-area, cytosol-volume, er-volume, cell-volume/,
    ],
    [
      "flux per area without unit",
      "fluxes:\n  p:\n    per: membrane-area\n    flux: e - c",
      "fluxes.p.flux",
      addedLine + 3,
      /a formula without a unit; write unit: molecules\/um\^2\/s/,
    ],
    [
      "model and formula",
      "fluxes:\n  p: { model: leak, flux: e - c, per: cell-volume, parameters: { L: 1 } }",
      "fluxes.p",
      addedLine + 1,
      /found both/,
    ],
    [
      "states of a model",
      "fluxes:\n  p: { model: leak, per: cell-volume, parameters: { L: 1 }, states: {} }",
      "fluxes.p.states",
      addedLine + 1,
      /goes with flux:/,
    ],
    [
      "unknown state",
      "fluxes:\n  p: { model: ryanodine-receptor, per: cell-volume, parameters: { nu: 1 }, initial: { h: 1 } }",
      "fluxes.p.initial.h",
      addedLine + 1,
      /no state of ryanodine-receptor "h".*there are w/,
    ],
    [
      "a flux without ER there",
      "fluxes:\n  p: { model: leak, per: cell-volume, parameters: { L: 1 }, regions: [cleft] }",
      "fluxes.p.regions[0]",
      addedLine + 1,
      /no homogenized region "cleft".*there are body/,
    ],
    [
      "a density per area of a flux per volume",
      "fluxes:\n  p: { model: leak, per: cell-volume, density: 3 /um^2, parameters: { L: 1 } }",
      "fluxes.p.density",
      addedLine + 1,
      /goes with per: membrane-area, found per: cell-volume/,
    ],
    [
      "IP3 receptors without IP3",
      "fluxes:\n  p: { model: ip3-receptor, per: cell-volume, parameters: { kf: 1 } }",
      "fluxes.p.model",
      addedLine + 1,
      /uses IP3/,
    ],
    [
      "a negative buffer",
      "buffers:\n  B: { in: er, total: 1, kOn: 1, kOff: 1, diffusion: -1 um^2/s }",
      "buffers.B.diffusion",
      addedLine + 1,
      /at least 0, found -1 um\^2\/s/,
    ],
    [
      "a buffer called e",
      "buffers:\n  e: { in: er, total: 1, kOn: 1, kOff: 1, diffusion: 1 }",
      "buffers.e",
      addedLine + 1,
      /name of a field/,
    ],
    [
      "a wrong unit",
      "buffers:\n  B: { in: er, total: 1 um, kOn: 1, kOff: 1, diffusion: 1 }",
      "buffers.B.total",
      addedLine + 1,
      /expected the unit uM or one that converts to it, found um/,
    ],
    ["NaN", "output: { every: .nan }", "output.every", addedLine, /found NaN; expected a finite number/],
    ["infinity", "output: { every: 1e999 }", "output.every", addedLine, /found Infinity/],
    ["a text", "output: { every: soon }", "output.every", addedLine, /expected a number with its unit/],
    ["too many times", "output: { every: 1 us }", "output.every", addedLine, /1000000 times/],
    ["descending times", "output: { times: [0.5, 0.1] }", "output.times[1]", addedLine, /ascending/],
    ["times after the end", "output: { times: [2] }", "output.times[0]", addedLine, /until the end, 1 s/],
    [
      "an unknown output",
      "output: { fields: [c, q] }",
      "output.fields[1]",
      addedLine,
      /no field or state "q"; there are c, e/,
    ],
    [
      "two conditions",
      "boundary:\n  - { surface: top, field: c, concentration: 1 }\n  - { surface: [side, top], field: c, flux: 1 uM um/s }",
      "boundary[1].surface[1]",
      addedLine + 2,
      /"top" has a condition for c in boundary\[0\]/,
    ],
    [
      "flux and concentration",
      "boundary:\n  - { surface: top, field: c, concentration: 1, flux: 0 }",
      "boundary[0]",
      addedLine + 1,
      /found both/,
    ],
    [
      "a flux in unknown amounts",
      "boundary:\n  - { surface: top, field: c, flux: 1 }",
      "boundary[0].flux",
      addedLine + 1,
      /found 1 without a unit; write "1 uM um\/s"$/,
    ],
    [
      "a field that there is not",
      "boundary:\n  - { surface: top, field: p, concentration: 1 }",
      "boundary[0].field",
      addedLine + 1,
      /no field that diffuses "p"; there are c, e/,
    ],
    [
      "pumps per something else",
      "fluxes:\n  p: { model: leak, per: membrane-area, density: 3 /um^4, parameters: { L: 1 molecules/(s uM) } }",
      "fluxes.p.density",
      addedLine + 1,
      /expected the unit 1\/um\^2 or one that converts to it, found \/um\^4/,
    ],
    [
      "a state that begins with a unit",
      "fluxes:\n  p: { per: cell-volume, flux: X, states: { X: { rate: 1 - X, initial: 1 uM } } }",
      "fluxes.p.states.X.initial",
      addedLine + 1,
      /found "1 uM"; expected a number or equilibrium/,
    ],
    [
      "a constant of an unknown kind, told once",
      "ip3: K\nconstants: { K: fast }",
      "constants.K",
      addedLine + 1,
      /expected a number with its unit, as "0\.2 uM", found "fast"/,
    ],
    ["a flat probe", "probes: { a: [1, 2] }", "probes.a", addedLine, /at least 3 entries/],
    ["an unknown tolerance", "ip3: 1 s", "ip3", addedLine, /expected the unit uM/],
  ] as const)("%s", async (_, text, path, line, message) => {
    const error = await refuseModel(`${smallModel}${text}\n`);
    expect(error.code).toBe("model-field");
    expect(error.details).toMatchObject({ file: "cell.yaml", path, line });
    expect(error.message).toMatch(message);
    const { column } = error.details;
    expect(error.message.startsWith(`cell.yaml:${line}:${String(column)}: ${path}: `)).toBe(true);
    expect(error.details["faults"]).toHaveLength(1);
  });

  test.each([
    ["lengthUnit: um\n", "", "lengthUnit", 1, /one of um, nm/],
    ["lengthUnit: um", "lengthUnit: cell", "lengthUnit", 2, /one of um, nm, found "cell"/],
    ["c: 220", "c: -220", "diffusion.c", 7, /above 0, found -220/],
    ["c: 220", "c: 220 um/s", "diffusion.c", 7, /expected the unit um\^2\/s/],
    [
      "c: 220, ",
      "",
      "regions.body.tensors",
      5,
      /regions\.cleft\.diffusion: is missing; expected it here or in diffusion\.c/,
    ],
    [
      "length: um, ",
      "",
      "diffusion.c",
      7,
      /found 220 without a unit; write "220 um\^2\/s", or state units\.length$/m,
    ],
    ["c: 0.1, ", "", "initial.c", 8, /is missing/],
    ["c: 0.1,", "c: equilibrium,", "initial.c", 8, /nothing determines c in "cleft", which has no ER/],
    ["e: 10", "e: equlibrium", "initial.e", 8, /found "equlibrium"; did you mean "equilibrium"\?/],
    ["c: 0.1, e: 10", "c: equilibrium, e: equilibrium", "initial.c", 8, /the sum of calcium is free/],
    ["{ c: 0.1, e: 10 }", "equilibrium", "initial", 8, /at least one of c and e needs a concentration/],
    ["{ c: 0.1, e: 10 }", "[0.1, 10]", "initial", 8, /found a list of 2; expected named fields/],
    ["kind: cytosol", "kind: plain", "regions.cleft.kind", 6, /expected kind: homogenized or kind: cytosol/],
    [
      "tensors: factor x D",
      "tensors: factor",
      "regions.body.tensors",
      5,
      /one of factor x D, homogenized um\^2\/ms/,
    ],
    ["er: ER", "er: cyt", "regions.body.er", 5, /another phase/],
    ["er: ER", "er: ER, period: 0", "regions.body.period", 5, /above 0/],
    [
      "er: ER",
      "er: ER, rotation: [[1, 0, 0], [0, 0, 1], [0, 1, 0]]",
      "regions.body.rotation",
      5,
      /determinant is -1/,
    ],
    [
      "er: ER",
      "er: ER, rotation: [[1, 0.1, 0], [0, 1, 0], [0, 0, 1]]",
      "regions.body.rotation",
      5,
      /differs from I by 0\.1/,
    ],
    ["cleft: { ", "cleft: { volumes: [body], ", "regions.cleft", 6, /"body" belongs to "body", too/],
    ["end: 1", "end: 1, tolerances: { h: { relative: 1 } }", "time.tolerances.h", 9, /no field or state "h"/],
  ] as const)("%j as %j", async (from, to, path, line, message) => {
    const error = await refuseModel(smallModel.replace(from, to));
    expect(error.code).toBe("model-field");
    const faults = error.details["faults"] as readonly { readonly path: string }[];
    expect(faults.map((fault) => fault.path)).toContain(path);
    expect(error.message).toMatch(message);
    expect(error.details).toMatchObject({ path, line });
  });

  test("a formula keeps its code, and the place in the formula", async () => {
    const error = await refuseModel(smallModel.replace("c: 0.1,", "c: 0.1 + cos(t),"));
    expect(error.code).toBe("formula-unknown-name");
    expect(error.details).toMatchObject({ path: "initial.c", line: 8, column: 15 });
    expect(error.message).toContain('unknown name "t"');
    const flux = `${smallModel}fluxes:\n  own:\n    per: cell-volume\n    flux: 2 * (e - c) * h\n    states: { g: { rate: c - g, initial: 1 } }\n`;
    const unknown = await refuseModel(flux);
    expect(unknown.code).toBe("formula-unknown-name");
    expect(unknown.details).toMatchObject({ path: "fluxes.own.flux", line: 13 });
    expect(unknown.message).toContain("there are the variables c, e, dcdt, dedt, g, x, y, z, t");
    const rate = await refuseModel(flux.replace("* h", "* g").replace("c - g", "dcdt - g"));
    expect(rate.details).toMatchObject({ path: "fluxes.own.states.g.rate", line: 14 });
    const unit = await refuseModel(`${smallModel}ip3: 3 uM/sec\n`);
    expect(unit.code).toBe("unit-unknown");
    expect(unit.details).toMatchObject({ path: "ip3", line: addedLine, column: 6 });
  });

  test("formulas are in um, s and uM: other units stated beside them are refused", async () => {
    const nano = await refuseModel(
      smallModel.replace("length: um", "length: nm").replace("c: 0.1,", "c: 1 + x,"),
    );
    expect(nano.message).toMatch(/initial\.c: x of a formula is in um, but units\.length is nm/);
    const milli = smallModel.replace("time: s", "time: ms");
    const flux = await refuseModel(
      `${milli}fluxes: { a: { per: cell-volume, unit: uM/s, flux: e - c + t * dcdt } }\n`,
    );
    expect(flux.message).toMatch(/dcdt, t of a formula are in s, but units\.time is ms/);
  });

  test("without ER there are no fluxes, no buffers in it and no e", async () => {
    const text = smallModel.replace(/ {2}body.*\n/, "");
    const error =
      await refuseModel(`${text}fluxes: { l: { model: leak, per: cell-volume, parameters: { L: 1 } } }
buffers: { B: { in: er, total: 1, kOn: 1, kOff: 1, diffusion: 1 } }
`);
    const faults = error.details["faults"] as readonly { readonly path: string }[];
    expect(faults.map(({ path }) => path)).toEqual(["initial.e", "fluxes.l", "buffers.B.in"]);
    expect(
      (await refuseModel(smallModel.replace(/regions[^]*cytosol }\n/, "regions: {}\n"))).message,
    ).toContain("expected a region, found none");
  });

  test("what is no YAML has a code of its own", async () => {
    const error = await refuseModel("mesh: [1, 2");
    expect(error.code).toBe("model-syntax");
    expect(error.details).toEqual({ file: "cell.yaml", line: 1, column: 12 });
  });
});
