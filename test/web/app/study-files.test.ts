import { describe, expect, it } from "vitest";
import { formatCsv } from "../../../src/io/csv.js";
import { expectError } from "../../support/expect-error.js";
import { ParseError } from "../../../src/core/errors.js";
import { readDiffusion } from "../../../src/web/app/read-diffusion.js";
import { openSweepManifest, openSweepSummary } from "../../../src/homogenization/open-sweep.js";
import { checkConvergence, checkSimulation, parseJsonFile } from "../../../src/io/study-files.js";
import { parseTimeTable } from "../../../src/io/time-table.js";

const tensor = [
  [1, 0, 0],
  [0, 2, 0],
  [0, 0, 3],
];
const phase = {
  volumeFraction: 0.5,
  cells: 8,
  nodes: 9,
  dofs: 9,
  diffusion: 1,
  homogenized: tensor,
  effective: tensor,
  factor: tensor,
};
const result = {
  mesh: { nodes: 9, cells: 8, lengthUnit: "cell" },
  membrane: { area: 1, areaPerVolume: 1 },
  phases: { ER: phase },
};
const inputs = {
  erfem: "1",
  gmsh: "4",
  geometry: { name: "pipes", sha256: "0" },
  vary: [{ name: "edge", values: [0.1, 0.2, 0.3] }],
  set: {},
  size: null,
  algorithm: "delaunay",
  homogenization: {},
};
const error = { code: "mesh-broken", message: "it is broken" };

describe("files of studies", () => {
  it("opens the results of a sweep, failures and gaps told", () => {
    const points = [
      { parameters: { edge: 0.1 }, file: "points/edge=0.1.json", result },
      { parameters: { edge: 0.2 }, error },
    ];
    const sweep = openSweepSummary({ schema: "erfem/sweep@1", inputs, missing: 1, points }, "results.json");
    expect(sweep).toMatchObject({ geometry: "pipes", axes: ["edge"], missing: 1, failures: [{ error }] });
    expect(sweep.table.columns.find(({ name }) => name === "ER.effective.22")?.values).toEqual([2, NaN]);
    const broken = [{ ...points[0], result: { ...result, phases: { ER: { ...phase, homogenized: null } } } }];
    expectError(ParseError, "sweep-file", () =>
      openSweepSummary({ schema: "erfem/sweep@1", inputs, missing: 0, points: broken }, "results.json"),
    );
  });

  it("opens a sweep that has not ended from its manifest", async () => {
    const points = [0.1, 0.2, 0.3].map((edge) => ({
      parameters: { edge },
      file: `points/edge=${edge}.json`,
    }));
    const files = new Map<string, object>([
      ["points/edge=0.1.json", { schema: "erfem/homogenization@1", parameters: { edge: 0.1 }, ...result }],
      ["points/edge=0.3.failed.json", { schema: "erfem/sweep-failure@1", parameters: { edge: 0.3 }, error }],
    ]);
    const text = JSON.stringify({ schema: "erfem/sweep-manifest@1", inputs, points });
    const sweep = await openSweepManifest(text, "sweep.json", async (path) => {
      const file = files.get(path);
      return Promise.resolve(file === undefined ? null : JSON.stringify(file));
    });
    expect(sweep.missing).toBe(1);
    expect(sweep.table.status).toEqual(["done", "mesh-broken"]);
  });

  it("says what is wrong with a file", () => {
    expectError(ParseError, "result-syntax", () => parseJsonFile("{", "a.json"));
    expectError(ParseError, "result-field", () => checkConvergence({ levels: 3 }, "convergence.json"));
    expectError(ParseError, "result-field", () => checkSimulation(null, "summary.json"));
    expect(parseJsonFile('{"schema":"erfem/sweep@1"}', "a.json").schema).toBe("erfem/sweep@1");
    expect(parseJsonFile("[]", "a.json").schema).toBe("");
  });

  it("reads a table of a run that goes on, units apart", () => {
    const text = formatCsv([
      ["time (s)", 'c, "x" (uM)', "n"],
      [0, 1.5, null],
      [0.25, 2, 3],
    ]);
    const table = parseTimeTable(`${text}0.5,1`, "timeseries.csv");
    expect(table.columns).toEqual([
      { name: "time", unit: "s" },
      { name: 'c, "x"', unit: "uM" },
      { name: "n", unit: "" },
    ]);
    expect(table.rows).toEqual([
      [0, 1.5, NaN],
      [0.25, 2, 3],
    ]);
    expectError(ParseError, "table-unreadable", () => parseTimeTable("a,b\r\n1\r\n", "timeseries.csv"));
    expectError(ParseError, "table-unreadable", () => parseTimeTable("", "timeseries.csv"));
  });
});

describe("readDiffusion", () => {
  it.each([
    ["0.25", 0.25],
    [" 1 + x ", { formula: "1 + x" }],
    ["max(x, y)", { formula: "max(x, y)" }],
    ["1,2,3,0,0,0", [1, 2, 3, 0, 0, 0]],
    ["1,2,max(x,1),0,0,0", { formulas: ["1", "2", "max(x,1)", "0", "0", "0"] }],
  ])("reads %j", (text, expected) => {
    expect(readDiffusion(text)).toEqual(expected);
  });

  it("refuses another number of parts", () => {
    expect(() => readDiffusion("1,2")).toThrow(/has 2 parts/);
  });
});
