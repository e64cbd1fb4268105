import { describe, expect, test } from "vitest";
import { parseModel } from "../../src/io/model-file.js";
import { refuseModel, smallModel } from "../support/model-text.js";

describe("units", () => {
  test("those stated hold for what has none, and 0 needs none", async () => {
    const text = smallModel
      .replace("length: um, time: s, concentration: uM", "length: nm, time: ms, concentration: nM")
      .replace("{ c: 220, e: 220 }", "{ c: 220000, e: 0.22 um^2/ms }");
    const model = await parseModel(text, "");
    expect(model.diffusion).toEqual({ c: 220, e: 220 });
    expect(model.initial).toEqual({ c: 0.0001, e: 0.01 });
    expect(model.time.end).toBe(0.001);
    const bare = smallModel
      .replace(/units.*\n/, "")
      .replace("{ c: 220, e: 220 }", "{ c: 220 um^2/s, e: 220 um^2/s }")
      .replace("{ c: 0.1, e: 10 }", "{ c: 0, e: 0 }")
      .replace("end: 1", "end: 1 s");
    expect((await parseModel(bare, "")).initial).toEqual({ c: 0, e: 0 });
  });

  test("formulas are scaled by the unit that they have", async () => {
    const text = `${smallModel}ip3: { formula: 300 + x, unit: nM }\n`;
    expect((await parseModel(text, "")).ip3).toEqual({ kind: "given", concentration: "(300 + x) / 1000" });
    const bare = `${smallModel}ip3: { formula: 300, unit: nM }\n`;
    expect((await parseModel(bare, "")).ip3).toEqual({ kind: "given", concentration: "(300) / 1000" });
    const millis = smallModel
      .replace("concentration: uM", "concentration: mM")
      .replace("c: 0.1,", "c: 2 + x,");
    expect((await parseModel(millis, "")).initial["c"]).toBe("(2 + x) * 1000");
  });

  test("a flux into a surface is in molecules or in uM um", async () => {
    const text = `${smallModel}boundary:
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
    expect((await parseModel(`${smallModel}${flux}`, "")).fluxes[0]).toMatchObject({ parameters: { L: 18 } });
    const error = await refuseModel(`${smallModel}${flux.replace("membrane-area", "cell-volume")}`);
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
