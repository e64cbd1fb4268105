import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseModel } from "../../src/io/model-file.js";
import type { Model } from "../../src/io/model.js";

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
          states: [{ name: "w", rate: "0.1 * (1 - w - 5 * w * c)", initial: 0.6, calcium: 0 }],
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
