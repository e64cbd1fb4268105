import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ParseError } from "../../src/core/errors.js";
import { parseModel } from "../../src/io/model-file.js";
import type { Model } from "../../src/io/model.js";

/** A model to which tests add what they need. */
const small = `mesh: cell.msh
lengthUnit: um
units: { length: um, time: s, concentration: uM }
regions:
  body: { kind: homogenized, result: r.json, cytosol: cyt, er: ER, tensors: factor x D }
  cleft: { kind: cytosol }
diffusion: { c: 220, e: 220 }
initial: { c: 0.1, e: 10 }
time: { end: 1 }
`;

async function refuse(text: string): Promise<ParseError> {
  const caught = await parseModel(text, "cell.yaml").then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught, text).toBeInstanceOf(ParseError);
  return caught as ParseError;
}

async function readExample(name: string): Promise<Model> {
  const text = readFileSync(new URL(`./models/${name}.yaml`, import.meta.url), "utf8");
  return parseModel(text, `${name}.yaml`);
}

describe("the examples", () => {
  test("calcium wave", async () => {
    const { source, output, ...model } = await readExample("calcium-wave");
    const everywhere = { per: "cytosol-volume", density: 1, densityUnit: "1", regions: ["slab"] };
    expect(model).toEqual({
      mesh: { file: "slab.msh", lengthUnit: "um", umPerUnit: 1 },
      regions: [
        {
          kind: "homogenized",
          name: "slab",
          volumes: ["slab"],
          result: "tubes.json",
          phases: { cytosol: "cytosol", er: "ER" },
          tensors: { use: "factor" },
          period: 0.3,
        },
      ],
      diffusion: { c: 220, e: 220 },
      buffers: [
        {
          name: "calmodulin",
          compartment: "cytosol",
          total: 24,
          bindingRate: 34,
          unbindingRate: 238,
          diffusion: 25,
        },
        {
          name: "calsequestrin",
          compartment: "er",
          total: 6390,
          bindingRate: 102,
          unbindingRate: 65000,
          diffusion: 0,
        },
      ],
      ip3: { kind: "given", concentration: "x < 5 ? 0.8 : 0.3" },
      fluxes: [
        {
          kind: "built-in",
          name: "receptors",
          model: "ip3-receptor",
          ...everywhere,
          parameters: { kf: 1.11, d1: 0.13, d2: 1.049, d3: 0.9434, d5: 0.08234, a2: 0.2 },
          initial: { h: "equilibrium" },
        },
        {
          kind: "built-in",
          name: "pumps",
          model: "serca-hill",
          ...everywhere,
          parameters: { V: 0.9, K: 0.1 },
          initial: {},
        },
        {
          kind: "built-in",
          name: "leak",
          model: "leak",
          ...everywhere,
          parameters: { L: 0.02035 },
          initial: {},
        },
      ],
      conditions: [],
      initial: {
        c: "0.1 + 0.4 * exp(-x^2 / 4)",
        e: 10,
        calmodulin: { equilibrium: true },
        calsequestrin: { equilibrium: true },
      },
      time: {
        end: 60,
        initialStep: 0.001,
        tolerances: { c: { absolute: 1e-4, relative: 1e-4 }, "receptors.h": { absolute: 1e-4 } },
      },
      probes: [
        { name: "left", point: [1, 5, 5] },
        { name: "right", point: [29, 5, 5] },
      ],
    });
    expect(output.fields).toEqual(["c", "e", "receptors.h"]);
    expect(output.times).toEqual(Array.from({ length: 121 }, (_, i) => i / 2));
    expect(source.file).toBe("calcium-wave.yaml");
    expect(source.places["regions.slab.period"]).toEqual({ line: 20, column: 13 });
    expect(source.places["fluxes.pumps"]).toEqual({ line: 37, column: 3 });
  });

  test("cleft", async () => {
    const { source, ...model } = await readExample("cleft");
    expect(source.places).toHaveProperty(["boundary[0].surface"]);
    expect(model).toEqual({
      mesh: { file: "cell.msh", lengthUnit: "nm", umPerUnit: 1e-3 },
      regions: [
        { kind: "cytosol", name: "cleft", volumes: ["cleft"], diffusion: 220 },
        {
          kind: "homogenized",
          name: "interior",
          volumes: ["body"],
          result: "tubes.json",
          phases: { cytosol: "cytosol", er: "ER" },
          tensors: { use: "homogenized", toUm2PerS: 1000 },
          rotation: [
            [0, 0, 1],
            [1, 0, 0],
            [0, 1, 0],
          ],
        },
      ],
      diffusion: {},
      buffers: [],
      fluxes: [
        {
          kind: "built-in",
          name: "pumps",
          model: "serca-bidirectional",
          per: "membrane-area",
          density: 1000,
          densityUnit: "1/um^2",
          regions: ["interior"],
          parameters: { V: 18, Kbar: 1.5e-5, Ks: 0.2 },
          initial: {},
        },
        {
          kind: "formula",
          name: "channel",
          per: "membrane-area",
          density: "1 + 0.5 * exp(-z)",
          densityUnit: "1",
          regions: ["interior"],
          flux: "380 * (1 + 2 * w * c^2 / (c^2 + 0.25)) * (e - c)",
          states: [{ name: "w", rate: "0.1 * (1 - w - 5 * w * c)", initial: 0.6 }],
        },
      ],
      conditions: [
        {
          surface: "entry",
          field: "c",
          kind: "flux",
          value: "(t < 0.01 ? 3000 : 0) / 602.214076",
          path: "boundary[0].surface",
        },
        { surface: "far", field: "c", kind: "concentration", value: 0.1, path: "boundary[1].surface[0]" },
      ],
      initial: { c: 0.1, e: { equilibrium: true } },
      time: { end: 0.5, maxStep: 0.001, tolerances: {} },
      probes: [],
      output: { times: [0, 0.005, 0.01, 0.1, 0.5], fields: ["c", "e", "channel.w"] },
    });
  });

  test("closed cell", async () => {
    const model = await readExample("closed-cell");
    expect(model.diffusion).toEqual({ c: 220, e: 220 });
    expect(model.ip3).toEqual({
      kind: "field",
      diffusion: 280,
      production: "x < 1 ? 0.5 : 0",
      decayRate: 0.14,
    });
    expect(model.fluxes.map(({ per }) => per)).toEqual(["er-volume", "cytosol-volume", "er-volume"]);
    expect(model.fluxes[0]).toMatchObject({ initial: { h: 0.8 }, parameters: { kf: 6 } });
    expect(model.initial).toEqual({ c: 1, e: 1, p: 0 });
    expect(model.output).toEqual({ times: [0, 250, 500, 750, 1000], fields: ["c", "e", "p", "receptors.h"] });
  });
});

describe("units", () => {
  test("those stated hold for what has none, and 0 needs none", async () => {
    const text = small
      .replace("length: um, time: s, concentration: uM", "length: nm, time: ms, concentration: nM")
      .replace("{ c: 220, e: 220 }", "{ c: 220000, e: 0.22 um^2/ms }");
    const model = await parseModel(text, "");
    expect(model.diffusion).toEqual({ c: 220, e: 220 });
    expect(model.initial).toEqual({ c: 0.0001, e: 0.01 });
    expect(model.time.end).toBe(0.001);
    const bare = small
      .replace(/units.*\n/, "")
      .replace("{ c: 220, e: 220 }", "{ c: 220 um^2/s, e: 220 um^2/s }")
      .replace("{ c: 0.1, e: 10 }", "{ c: 0, e: 0 }")
      .replace("end: 1", "end: 1 s");
    expect((await parseModel(bare, "")).initial).toEqual({ c: 0, e: 0 });
  });

  test("formulas are scaled by the unit that they have", async () => {
    const text = `${small}ip3: { formula: 300 + x, unit: nM }\n`;
    expect((await parseModel(text, "")).ip3).toEqual({ kind: "given", concentration: "(300 + x) / 1000" });
    const millis = small.replace("concentration: uM", "concentration: mM").replace("c: 0.1,", "c: 2 + x,");
    expect((await parseModel(millis, "")).initial["c"]).toBe("(2 + x) * 1000");
  });

  test("a flux into a surface is in molecules or in uM um", async () => {
    const text = `${small}boundary:
  - { surface: a, field: c, flux: 602.214076 molecules/um^2/s }
  - { surface: [b, d], field: e, flux: 2 uM um/s }
  - { surface: a, field: e, flux: 0 }
`;
    const { conditions } = await parseModel(text, "");
    expect(conditions.map(({ surface, value }) => [surface, value])).toEqual([
      ["a", 1],
      ["b", 2],
      ["d", 2],
      ["a", 0],
    ]);
  });

  test("a model parameter is in the unit of its flux", async () => {
    const flux =
      "fluxes: { l: { model: leak, per: membrane-area, parameters: { L: 18 molecules/(um^2 s uM) } } }";
    expect((await parseModel(`${small}${flux}`, "")).fluxes[0]).toMatchObject({ parameters: { L: 18 } });
    const error = await refuse(`${small}${flux.replace("membrane-area", "cell-volume")}`);
    expect(error.message).toMatch(/fluxes\.l\.parameters\.L: expected the unit \(uM\/s\)\/uM/);
  });

  test("JSON is taken, too", async () => {
    const json = {
      mesh: "cell.msh",
      lengthUnit: "um",
      regions: { all: { kind: "cytosol", diffusion: "220 um^2/s", volumes: [3, "shell"] } },
      initial: { c: "100 nM" },
      time: { end: "5 ms" },
    };
    const { source, ...model } = await parseModel(JSON.stringify(json), "cell.json");
    expect(source.file).toBe("cell.json");
    expect(model).toEqual({
      mesh: { file: "cell.msh", lengthUnit: "um", umPerUnit: 1 },
      regions: [{ kind: "cytosol", name: "all", volumes: ["3", "shell"], diffusion: 220 }],
      diffusion: {},
      buffers: [],
      fluxes: [],
      conditions: [],
      initial: { c: 0.1 },
      time: { end: 0.005, tolerances: {} },
      probes: [],
      output: { times: [0.005], fields: ["c"] },
    });
  });
});

/** Line of what tests add to the small model. */
const added = 10;

describe("wrong models", () => {
  test.each([
    ["unknown field", "buffer: {}", "buffer", added, /unknown field, did you mean "buffers"/],
    ["unknown inner field", "output: { evry: 1 }", "output.evry", added, /did you mean "every"/],
    [
      "unknown model",
      "fluxes:\n  p: { model: serca-hil, per: cell-volume }",
      "fluxes.p.model",
      added + 1,
      /no membrane model "serca-hil", did you mean "serca-hill"\?; there are serca-hill, serca-bidirectional, serca-buffering, leak, ip3-receptor, ryanodine-receptor/,
    ],
    [
      "unknown parameter",
      "fluxes:\n  p: { model: leak, per: cell-volume, parameters: { L: 1, K: 2 } }",
      "fluxes.p.parameters.K",
      added + 1,
      /no parameter of leak "K"; there are L/,
    ],
    [
      "missing parameter",
      "fluxes:\n  p: { model: serca-hill, per: membrane-area }",
      "fluxes.p.parameters.V",
      added + 1,
      /is missing; expected a number in \(molecules\/um\^2\/s\)/,
    ],
    [
      "parameter that divides",
      "fluxes:\n  p: { model: serca-hill, per: cell-volume, parameters: { V: 1, K: 0 } }",
      "fluxes.p.parameters.K",
      added + 1,
      /above 0, found 0/,
    ],
    [
      "missing per",
      "fluxes:\n  p: { model: leak }",
      "fluxes.p.per",
      added + 1,
      /membrane-area, cytosol-volume, er-volume, cell-volume/,
    ],
    [
      "flux per area without unit",
      "fluxes:\n  p:\n    per: membrane-area\n    flux: e - c",
      "fluxes.p.flux",
      added + 3,
      /a formula without a unit; write unit: molecules\/um\^2\/s/,
    ],
    [
      "model and formula",
      "fluxes:\n  p: { model: leak, flux: e - c, per: cell-volume, parameters: { L: 1 } }",
      "fluxes.p",
      added + 1,
      /found both/,
    ],
    [
      "states of a model",
      "fluxes:\n  p: { model: leak, per: cell-volume, parameters: { L: 1 }, states: {} }",
      "fluxes.p.states",
      added + 1,
      /goes with flux:/,
    ],
    [
      "unknown state",
      "fluxes:\n  p: { model: ryanodine-receptor, per: cell-volume, parameters: { nu: 1 }, initial: { h: 1 } }",
      "fluxes.p.initial.h",
      added + 1,
      /no state of ryanodine-receptor "h".*there are w/,
    ],
    [
      "a flux without ER there",
      "fluxes:\n  p: { model: leak, per: cell-volume, parameters: { L: 1 }, regions: [cleft] }",
      "fluxes.p.regions[0]",
      added + 1,
      /no homogenized region "cleft".*there are body/,
    ],
    [
      "a density per area of a flux per volume",
      "fluxes:\n  p: { model: leak, per: cell-volume, density: 3 /um^2, parameters: { L: 1 } }",
      "fluxes.p.density",
      added + 1,
      /goes with per: membrane-area/,
    ],
    [
      "IP3 receptors without IP3",
      "fluxes:\n  p: { model: ip3-receptor, per: cell-volume, parameters: { kf: 1 } }",
      "fluxes.p.model",
      added + 1,
      /uses IP3/,
    ],
    [
      "a negative buffer",
      "buffers:\n  B: { in: er, total: 1, kOn: 1, kOff: 1, diffusion: -1 um^2/s }",
      "buffers.B.diffusion",
      added + 1,
      /at least 0, found -1 um\^2\/s/,
    ],
    [
      "a buffer called e",
      "buffers:\n  e: { in: er, total: 1, kOn: 1, kOff: 1, diffusion: 1 }",
      "buffers.e",
      added + 1,
      /name of a field/,
    ],
    [
      "a wrong unit",
      "buffers:\n  B: { in: er, total: 1 um, kOn: 1, kOff: 1, diffusion: 1 }",
      "buffers.B.total",
      added + 1,
      /expected the unit uM or one that converts to it, found um/,
    ],
    ["NaN", "output: { every: .nan }", "output.every", added, /found NaN; expected a finite number/],
    ["infinity", "output: { every: 1e999 }", "output.every", added, /found Infinity/],
    ["a text", "output: { every: soon }", "output.every", added, /expected a number with its unit/],
    ["too many times", "output: { every: 1 us }", "output.every", added, /1000000 times/],
    ["descending times", "output: { times: [0.5, 0.1] }", "output.times[1]", added, /ascending/],
    ["times after the end", "output: { times: [2] }", "output.times[0]", added, /until the end, 1 s/],
    [
      "an unknown output",
      "output: { fields: [c, q] }",
      "output.fields[1]",
      added,
      /no field or state "q"; there are c, e/,
    ],
    [
      "two conditions",
      "boundary:\n  - { surface: top, field: c, concentration: 1 }\n  - { surface: [side, top], field: c, flux: 1 uM um/s }",
      "boundary[1].surface[1]",
      added + 2,
      /"top" has a condition for c in boundary\[0\]/,
    ],
    [
      "flux and concentration",
      "boundary:\n  - { surface: top, field: c, concentration: 1, flux: 0 }",
      "boundary[0]",
      added + 1,
      /found both/,
    ],
    [
      "a flux in unknown amounts",
      "boundary:\n  - { surface: top, field: c, flux: 1 }",
      "boundary[0].flux",
      added + 1,
      /found 1 without a unit; write "1 uM um\/s"$/,
    ],
    [
      "a field that there is not",
      "boundary:\n  - { surface: top, field: p, concentration: 1 }",
      "boundary[0].field",
      added + 1,
      /no field that diffuses "p"; there are c, e/,
    ],
    ["a flat probe", "probes: { a: [1, 2] }", "probes.a", added, /at least 3 entries/],
    ["an unknown tolerance", "ip3: 1 s", "ip3", added, /expected the unit uM/],
  ] as const)("%s", async (_, text, path, line, message) => {
    const error = await refuse(`${small}${text}\n`);
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
    ["c: 0.1,", "c: equilibrium,", "initial.c", 8, /in equilibrium with c/],
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
    const error = await refuse(small.replace(from, to));
    expect(error.code).toBe("model-field");
    const faults = error.details["faults"] as readonly { readonly path: string }[];
    expect(faults.map((fault) => fault.path)).toContain(path);
    expect(error.message).toMatch(message);
    expect(error.details).toMatchObject({ path, line });
  });

  test("a formula keeps its code, and the place in the formula", async () => {
    const error = await refuse(small.replace("c: 0.1,", "c: 0.1 + cos(t),"));
    expect(error.code).toBe("formula-unknown-name");
    expect(error.details).toMatchObject({ path: "initial.c", line: 8, column: 15 });
    expect(error.message).toContain('unknown name "t"');
    const flux = `${small}fluxes:\n  own:\n    per: cell-volume\n    flux: 2 * (e - c) * h\n    states: { g: { rate: c - g, initial: 1 } }\n`;
    const unknown = await refuse(flux);
    expect(unknown.code).toBe("formula-unknown-name");
    expect(unknown.details).toMatchObject({ path: "fluxes.own.flux", line: 13 });
    expect(unknown.message).toContain("there are the variables c, e, dcdt, dedt, g, x, y, z, t");
    const rate = await refuse(flux.replace("* h", "* g").replace("c - g", "dcdt - g"));
    expect(rate.details).toMatchObject({ path: "fluxes.own.states.g.rate", line: 14 });
    const unit = await refuse(`${small}ip3: 3 uM/sec\n`);
    expect(unit.code).toBe("unit-unknown");
    expect(unit.details).toMatchObject({ path: "ip3", line: added, column: 6 });
  });

  test("formulas are in um, s and uM: other units stated beside them are refused", async () => {
    const nano = await refuse(small.replace("length: um", "length: nm").replace("c: 0.1,", "c: 1 + x,"));
    expect(nano.message).toMatch(/initial\.c: x of a formula is in um, but units\.length is nm/);
    const milli = small.replace("time: s", "time: ms");
    const flux = await refuse(
      `${milli}fluxes: { a: { per: cell-volume, unit: uM/s, flux: e - c + t * dcdt } }\n`,
    );
    expect(flux.message).toMatch(/t, dcdt of a formula are in s, but units\.time is ms/);
  });

  test("without ER there are no fluxes, no buffers in it and no e", async () => {
    const text = small.replace(/ {2}body.*\n/, "");
    const error = await refuse(`${text}fluxes: { l: { model: leak, per: cell-volume, parameters: { L: 1 } } }
buffers: { B: { in: er, total: 1, kOn: 1, kOff: 1, diffusion: 1 } }
`);
    const faults = error.details["faults"] as readonly { readonly path: string }[];
    expect(faults.map(({ path }) => path)).toEqual(["initial.e", "fluxes.l", "buffers.B.in"]);
    expect((await refuse(small.replace(/regions[^]*cytosol }\n/, "regions: {}\n"))).message).toContain(
      "expected a region, found none",
    );
  });

  test("what is no YAML has a code of its own", async () => {
    const error = await refuse("mesh: [1, 2");
    expect(error.code).toBe("model-syntax");
    expect(error.details).toEqual({ file: "cell.yaml", line: 1, column: 12 });
  });

  test("any damage gives a model or a typed error", { timeout: 60_000 }, async () => {
    const text = readFileSync(new URL("./models/cleft.yaml", import.meta.url), "utf8");
    const lines = text.split("\n").filter((line) => line !== "" && !line.trimStart().startsWith("#"));
    const words = ["-1", "null", "1 um", "x", "[]", "{}", "sin(", "equilibrium", ".inf", "__proto__"];
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: lines.length - 1 }),
        fc.nat({ max: 12 }),
        fc.constantFrom("", ...words),
        async (line, place, word) => {
          const damaged = lines.map((content, i) => {
            if (i !== line) return content;
            const parts = content.split(/(?<=[ ,[{])/);
            parts[place % parts.length] = `${word} `;
            return parts.join("");
          });
          try {
            await parseModel(damaged.join("\n"), "any");
          } catch (error) {
            expect(error).toBeInstanceOf(ParseError);
          }
        },
      ),
      { seed: 11, numRuns: 1000 },
    );
  });
});
