import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { writeVtu } from "../../src/io/vtu-writer.js";
import { drawStudy, type DrawStudyOptions } from "../../src/node/draw-study.js";
import { svgToPng } from "../../src/node/svg-to-png.js";
import { findFonts } from "../../src/node/system-fonts.js";
import { boxMesh } from "../support/box-mesh.js";
import { useFolder } from "../cli/run-erfem.js";

const folder = useFolder();

function write(name: string, files: Readonly<Record<string, unknown>>): string {
  mkdirSync(folder(name), { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(folder(name), file), text);
  }
  return folder(name);
}

const sequence = { values: [1.1, 1.03, 1.01], orders: [null, null, 2], exponent: 2, extrapolated: 1 };
const convergence = {
  schema: "erfem/convergence@1",
  levels: [0.2, 0.1, 0.05].map((meshSize) => ({ phases: { ER: { meshSize } } })),
  phases: {
    ER: { upper: { mean: sequence }, lower: null, gap: { values: [0.2, 0.1, 0.05], orders: [null, 1, 1] } },
  },
  warnings: [],
};
const adaptation = {
  schema: "erfem/adaptation@1",
  goal: 0.01,
  rounds: [
    { nodes: 100, phases: { ER: { nodes: 100, relativeGap: 0.1, predictedGap: null } } },
    { nodes: 900, phases: { ER: { nodes: 800, relativeGap: 0.009, predictedGap: 0.008 } } },
  ],
};
const resolved = {
  schema: "erfem/resolved@1",
  targets: [{ name: "c", domain: "block" }],
  levels: [4, 2, 1].map((epsilon) => ({
    epsilon,
    errors: [{ l2: epsilon / 9, gradient: 0.5 }],
    orders: [{ l2: 1 }],
  })),
};
const tensor = (value: number): number[][] =>
  [0, 1, 2].map((k) => [0, 1, 2].map((l) => (k === l ? value : 0)));
const point = (period: number, seed: number): object => {
  const homogenized = tensor(1 / period + 0.001 * seed);
  const phase = { volumeFraction: 0.1, cells: 8, nodes: 9, dofs: 9, diffusion: 1 };
  const phases = { ER: { ...phase, homogenized, effective: homogenized, factor: homogenized } };
  const result = {
    mesh: { nodes: 9, cells: 8, lengthUnit: "nm" },
    membrane: { area: 1, areaPerVolume: 1 },
    phases,
  };
  return { parameters: { period, seed }, result };
};
const sweep = {
  schema: "erfem/sweep@1",
  inputs: { geometry: { name: "random-network" }, vary: [{ name: "period" }, { name: "seed" }] },
  missing: 0,
  points: [500, 800].flatMap((period) => [1, 2, 3].map((seed) => point(period, seed))),
};
const snapshots = [0, 1, 2].map((time) => ({ time, file: `snapshots/${time}.vtu` }));
const summary = {
  schema: "erfem/simulation@1",
  model: { file: "m" },
  mesh: { nodes: 1, cells: 1 },
  end: 2,
  values: {},
  calcium: { initial: 1, final: 1, balance: 0 },
  steps: { accepted: 2 },
  snapshots,
  seconds: 1,
  warnings: [],
};
const series =
  "time (s),c.mean (uM),c.min (uM),c.max (uM),flux.pump (uM um^3/s)\r\n0,1,0.5,2,3\r\n1,2,1,3,4\r\n2,2,1,3,5\r\n";

/** A run whose c is x + time, in a box of 60 um. */
async function writeRun(name: string): Promise<string> {
  const run = write(name, { "summary.json": summary, "timeseries.csv": series });
  mkdirSync(join(run, "snapshots"), { recursive: true });
  const mesh = boxMesh({ counts: [60, 1, 1], lengths: [60, 1, 1] });
  for (const { time, file } of snapshots) {
    const values = Float64Array.from({ length: mesh.numNodes }, (_, i) => mesh.coordinates[3 * i] + time);
    const pointData = [{ name: "c", numComponents: 1, values }];
    const grid = { points: mesh.coordinates, cells: mesh.cells, pointData, cellData: [], fieldData: [] };
    writeFileSync(join(run, file), await writeVtu(grid));
  }
  return run;
}

/** Shares of dark and of coloured pixels. */
function countPixels(bytes: Uint8Array): { dark: number; colored: number; width: number; height: number } {
  const { data, width, height } = PNG.sync.read(Buffer.from(bytes));
  let [dark, colored] = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const [low, high] = [
      Math.min(data[i], data[i + 1], data[i + 2]),
      Math.max(data[i], data[i + 1], data[i + 2]),
    ];
    if (high < 100) dark++;
    if (high - low > 60) colored++;
  }
  return { dark: dark / (width * height), colored: colored / (width * height), width, height };
}

const folders: Readonly<Record<string, () => Promise<string>>> = {
  convergence: async () => Promise.resolve(write("convergence", { "convergence.json": convergence })),
  adaptation: async () => Promise.resolve(write("adaptation", { "adaptation.json": adaptation })),
  resolved: async () => Promise.resolve(write("resolved", { "resolved.json": resolved })),
  sweep: async () => Promise.resolve(write("sweep", { "results.json": sweep })),
  simulation: async () => writeRun("simulation"),
};

describe("figures of studies", () => {
  it.each<[string, DrawStudyOptions, string[]]>([
    ["convergence", { lengthUnit: "nm" }, ["(nm)", "relative error of trace / 3", "ER: P1", ">2<"]],
    ["adaptation", {}, ["nodes of the phase", "relative gap between the bounds", "goal", "ER: expected"]],
    ["resolved", {}, ["period ε (µm)", "relative error", "c: L2"]],
    ["sweep", { over: "seed" }, ["period (nm)", "homogenized.11 (um^2/ms)", "mean, ER"]],
    ["sweep", { plot: { x: "seed", y: "effective.11" }, log: "y" }, ["seed", "effective.11 (um^2/ms)"]],
    ["simulation", {}, ["time (s)", "c (uM)", "flux into the cytosol (uM um^3/s)", "pump"]],
    ["simulation", { kymograph: "x", title: "A wave" }, ["time (s)", "x (µm)", "c (uM)", "A wave"]],
    ["simulation", { profile: "x", fields: ["c"] }, ["x (µm)", "c (uM)", "1 s"]],
  ])("draws a %s with %o: titles of axes with units, and pixels", async (kind, options, texts) => {
    const figure = await drawStudy(await folders[kind](), options);
    expect(figure.kind).toBe(kind);
    for (const text of texts) expect(figure.svg).toContain(text);
    expect(figure.svg).not.toContain("NaN");
    const { dark, colored } = countPixels(await svgToPng(figure.svg, { scale: 1 }));
    // Text covers about 1 % of a chart; curves more than 0.1 %.
    expect(dark).toBeGreaterThan(2e-3);
    expect(colored).toBeGreaterThan(1e-3);
  });

  it("gives the same figure of the same study", async () => {
    const [first, second] = [
      await drawStudy(await folders["sweep"]()),
      await drawStudy(await folders["sweep"]()),
    ];
    expect(first.svg).toBe(second.svg);
  });

  it.each<[string, string, DrawStudyOptions, string]>([
    ["contradicting-options", "convergence", { over: "seed" }, "belongs to a sweep"],
    ["contradicting-options", "simulation", { kymograph: "x", profile: "x" }, "one of them"],
    ["unknown-field", "simulation", { fields: ["C"] }, "it has: c, fluxes"],
    ["unknown-field", "simulation", { kymograph: "x", fields: ["e"] }, "it has: c"],
    ["unknown-column", "sweep", { plot: { x: "perod", y: "effective.11" } }, "perod"],
    ["unknown-parameter", "sweep", { over: "edge" }, "edge"],
  ])("refuses with %s: %s %o", async (code, kind, options, words) => {
    const error: unknown = await drawStudy(await folders[kind](), options).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(words);
  });

  it.each<[string, string, string, unknown]>([
    ["result-syntax", "convergence.json", "cut", JSON.stringify(convergence).slice(0, 200)],
    ["result-field", "convergence.json", "without levels", { ...convergence, levels: 3 }],
    ["result-field", "adaptation.json", "of texts", { ...adaptation, rounds: ["a"] }],
    ["chart-empty", "adaptation.json", "without rounds", { ...adaptation, rounds: [] }],
    ["file-unknown", "summary.json", "of another program", { schema: "other" }],
    ["file-unknown", "summary.json", "null", "null"],
    ["table-unreadable", "timeseries.csv", "a picture", "\u0089PNG"],
    ["file-not-found", "summary.json", "whose tables are gone", summary],
  ])("refuses with %s a %s that is %s", async (code, file, what, content) => {
    const broken = write(`broken ${file} ${what}`, { [file]: content });
    await expect(drawStudy(broken)).rejects.toMatchObject({ code });
  });

  it("reads no snapshot outside of the folder", async () => {
    const outside = { ...summary, snapshots: [{ time: 0, file: "../simulation/snapshots/0.vtu" }] };
    const run = write("outside", { "summary.json": outside, "timeseries.csv": series });
    await expect(drawStudy(run, { kymograph: "x" })).rejects.toMatchObject({ code: "file-not-found" });
  });

  it("says what an empty folder, or a missing one, should be", async () => {
    await expect(drawStudy(write("empty", {}))).rejects.toMatchObject({ code: "file-unknown" });
    await expect(drawStudy(folder("nothing"))).rejects.toMatchObject({ code: "file-not-found" });
  });
});

describe("PNG", () => {
  const text =
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="5" y="15" font-size="14">χ1 (µm)</text></svg>';

  it("draws text with a font of the system, at the size asked for", async () => {
    const { dark, width, height } = countPixels(await svgToPng(text, { scale: 3 }));
    expect([width, height]).toEqual([180, 60]);
    // Letters cover a tenth of their lines; nothing is drawn without a font.
    expect(dark).toBeGreaterThan(0.04);
    expect(dark).toBeLessThan(0.4);
  });

  it("refuses what is no font, no drawing, or too large", async () => {
    const noFont = folder("no-font.ttf");
    writeFileSync(noFont, "a text");
    await expect(svgToPng(text, { fonts: [noFont] })).rejects.toMatchObject({ code: "font-unreadable" });
    await expect(svgToPng(text, { fonts: [folder("absent")] })).rejects.toMatchObject({
      code: "font-unreadable",
    });
    await expect(svgToPng("<svg")).rejects.toMatchObject({ code: "svg-unreadable" });
    await expect(svgToPng(text, { scale: 1000 })).rejects.toMatchObject({ code: "picture-too-large" });
    const absent = [{ regular: folder("a.ttf"), bold: folder("b.ttf") }];
    await expect(findFonts(absent)).rejects.toMatchObject({ code: "font-missing" });
  });
});
