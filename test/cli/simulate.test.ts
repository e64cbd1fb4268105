import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { SimulationResult } from "../../src/io/simulation-result.js";
import { boxWithEnds } from "../bidomain/surface-mesh.js";
import { runErfem, startErfem, useFolder, waitForEnd, writeMesh } from "./run-erfem.js";

const path = useFolder();

/** A third of the box is plain cytosol, the rest homogenized; calcium enters at the low end. */
const model = `mesh: cell.msh
lengthUnit: um
units: { length: um, time: s, concentration: uM }
regions:
  cleft: { kind: cytosol }
  body: { kind: homogenized, result: result.json, cytosol: cytosol, er: ER, tensors: factor x D, period: 300 nm }
diffusion: { c: 220, e: 220 }
buffers:
  dye: { in: cytosol, total: 20, kOn: 50, kOff: 20, diffusion: 40 }
  calsequestrin: { in: er, total: 1000, kOn: 10, kOff: 6000, diffusion: 0 }
ip3: 0.5
fluxes:
  receptors: { model: ip3-receptor, per: cytosol-volume, parameters: { kf: 1.11 } }
  pumps: { model: serca-hill, per: membrane-area, parameters: { V: 300 molecules/um^2/s, K: 0.1 } }
  leak: { per: cytosol-volume, flux: 0.02 * (e - c), unit: uM/s }
boundary:
  - { surface: low, field: c, flux: { formula: "t < 1 ? 30 - 10 * c : 0", unit: uM um/s } }
initial: { c: 0.1, e: 10 }
time: { end: 3 }
probes: { left: [1, 1, 1], right: [9, 1, 1] }
output: { every: 0.5 }
`;

/** A result whose factors are 0.9 and 0.1, with the membrane of a cell of unit length. */
const result = {
  schema: "erfem/homogenization@1",
  mesh: {
    lengthUnit: "cell",
    unitCell: {
      vectors: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    },
  },
  membrane: { area: 2, areaPerVolume: 2, pairs: { "ER|cytosol": 2 } },
  phases: {
    cytosol: describePhase(0.84, 0.8),
    ER: describePhase(0.16, 0.1),
  },
};

function describePhase(volumeFraction: number, factor: number) {
  const tensor = [
    [factor, 0, 0],
    [0, factor, 0],
    [0, 0, factor],
  ];
  return { volumeFraction, homogenized: tensor, factor: tensor };
}

/** Writes a model with its mesh and its result file into a folder of its own. */
function writeModel(folder: string, text = model, counts: [number, number, number] = [12, 3, 3]): string {
  mkdirSync(path(folder), { recursive: true });
  const volumeOf = (i: number): string => (3 * i < counts[0] ? "cleft" : "body");
  writeMesh(path(`${folder}/cell.msh`), boxWithEnds({ counts, lengths: [10, 2, 2], volumeOf }));
  writeFileSync(path(`${folder}/result.json`), JSON.stringify(result));
  writeFileSync(path(`${folder}/cell.yaml`), text);
  return path(`${folder}/cell.yaml`);
}

const readResult = (run: string): SimulationResult =>
  JSON.parse(readFileSync(path(`${run}/summary.json`), "utf8")) as SimulationResult;

/** Every file of a run but those that tell how long it took. */
function readRun(run: string): Record<string, string> {
  const files = readdirSync(path(run), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map((entry) => `${entry.parentPath}/${entry.name}`)
      .filter((file) => !/checkpoint\.bin$|summary\.(?:md|json)$/.test(file))
      .map((file) => [file.slice(path(run).length), readFileSync(file, "latin1")]),
  );
}

/** Names of files that are not the same in two runs. */
function listDifferences(first: string, second: string): string[] {
  const [one, other] = [readRun(first), readRun(second)];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (file) => one[file] !== other[file],
  );
}

describe("a run", () => {
  beforeAll(async () => {
    const ended = await runErfem(["simulate", writeModel("model"), "-o", path("run")]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("out of balance");
  });

  it("writes tables, snapshots, charts and a summary", () => {
    expect(readdirSync(path("run")).sort()).toEqual(
      [
        ...["c", "calsequestrin", "dye", "e", "fluxes", "receptors.h"].map((name) => `${name}.svg`),
        ...["checkpoint.bin", "fields.pvd", "probes.csv", "snapshots"],
        ...["summary.json", "summary.md", "timeseries.csv"],
      ].sort(),
    );
    expect(readdirSync(path("run/snapshots"))).toHaveLength(7);
    const collection = readFileSync(path("run/fields.pvd"), "utf8");
    expect(Array.from(collection.matchAll(/timestep="(.*?)"/g), (match) => Number(match[1]))).toEqual([
      0, 0.5, 1, 1.5, 2, 2.5, 3,
    ]);
    expect(collection).toContain('file="snapshots/fields-0006.vtu"');
    expect(readFileSync(path("run/summary.md"), "utf8")).toContain("![c](c.svg)");
  });

  it("has a row for each step, and keeps its calcium in balance with what came in", () => {
    const { steps, calcium, inflow, values, end } = readResult("run");
    expect(end).toBe(3);
    const [header, ...rows] = readFileSync(path("run/timeseries.csv"), "utf8").trimEnd().split("\r\n");
    expect(rows).toHaveLength(steps.accepted + 1);
    const columns = header.split(",");
    const last = rows[rows.length - 1].split(",").map(Number);
    expect(last).toHaveLength(columns.length);
    expect(last[columns.indexOf("time (s)")]).toBe(3);
    expect(last[columns.indexOf("e.mean (uM)")]).toBe(values["e"].final.mean);
    expect(calcium.worstBalance).toBeLessThan(1e-9);
    expect(calcium.inflow).toBeGreaterThan(0.05 * calcium.initial);
    expect(inflow["low.c"]).toBe(calcium.inflow);
    const probes = readFileSync(path("run/probes.csv"), "utf8").split("\r\n")[0];
    // There is no ER in the cleft.
    expect(probes).toContain("left.c (uM),left.dye (uM),right.c (uM),right.dye (uM),right.e (uM)");
  });

  it("is repeated to the last bit, and printed as JSON", async () => {
    const { code, stdout } = await runErfem([
      ...["simulate", path("model/cell.yaml"), "-o", path("again"), "--json"],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(readResult("again"));
    expect(listDifferences("again", "run")).toEqual([]);
  });

  it("is not written over, but gone on with, which changes nothing at its end", async () => {
    const args = ["simulate", path("model/cell.yaml"), "-o", path("run")];
    const refused = await runErfem(args);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toMatch(/--resume.*\[folder-in-use\]/);
    cpSync(path("run"), path("before"), { recursive: true });
    expect(await runErfem([...args, "--resume", "--quiet"])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(listDifferences("run", "before")).toEqual([]);
  });

  it("is not gone on with where the model is another", async () => {
    writeModel("changed", model.replace("total: 20", "total: 21"));
    const ended = await runErfem(["simulate", path("changed/cell.yaml"), "-o", path("run"), "--resume"]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/other inputs \(model file\).*\[run-inputs-differ\]/);
  });

  it("is not gone on with from a damaged checkpoint", async () => {
    mkdirSync(path("damaged"));
    const bytes = readFileSync(path("run/checkpoint.bin"));
    writeFileSync(path("damaged/checkpoint.bin"), bytes.subarray(0, bytes.length - 1));
    const ended = await runErfem(["simulate", path("model/cell.yaml"), "-o", path("damaged"), "--resume"]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain("[checkpoint-damaged]");
  });
});

describe("a run that is killed", () => {
  it("goes on to what it would have been, bit by bit", { timeout: 120_000 }, async () => {
    const slow = model.replace("end: 3", "end: 1").replace("every: 0.5", "every: 0.125");
    const file = writeModel("slow", slow, [18, 4, 4]);
    expect(await runErfem(["simulate", file, "-o", path("whole"), "--quiet"])).toMatchObject({ code: 0 });
    const args = ["simulate", file, "-o", path("killed"), "--quiet", "--resume"];
    const numSnapshots = (): number =>
      existsSync(path("killed/snapshots")) ? readdirSync(path("killed/snapshots")).length : 0;
    for (const goal of [2, 6]) {
      const child = startErfem(args);
      const end = waitForEnd(child);
      while (numSnapshots() < goal && child.exitCode === null) await sleep(5);
      child.kill("SIGKILL");
      expect((await end).code).toBeNull(); // killed before its end
    }
    expect(await runErfem(args)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(listDifferences("killed", "whole")).toEqual([]);
    const seconds = 0; // wall time
    expect({ ...readResult("killed"), seconds }).toEqual({ ...readResult("whole"), seconds });
  });
});

describe("wrong models", () => {
  it.each([
    ["a result that is not there", "result.json", "nothing.json", /6:.*regions\.body\.result.*no file/],
    ["a result that is no result", "result.json", "cell.yaml", /6:.*regions\.body\.result.*not JSON/],
    [
      "a phase that the result does not have",
      "er: ER",
      "er: SR",
      /6:.*regions\.body\.er.*there are cytosol, ER/,
    ],
    ["a mesh that is not there", "cell.msh", "no.msh", /1:7: mesh: There is no file/],
    ["a region that the mesh does not have", "cleft:", "clef:", /5:.*did you mean "cleft"/],
    ["a surface that the mesh does not have", "surface: low", "surface: top", /17:.*there are low, high/],
    [
      "a probe outside of the mesh",
      "[9, 1, 1]",
      "[11, 1, 1]",
      /20:.*probes\.right.*\(11, 1, 1\) um is in no cell/,
    ],
    ["a flux per area without a length", ", period: 300 nm", "", /6:.*period.*is missing.*"pumps"/],
    ["a unit that does not fit", "V: 300 molecules/um^2/s", "V: 300 uM/s", /14:.*expected the unit/],
    ["a formula with an unknown name", "0.02 * (e - c)", "0.02 * (e - k)", /15:.*"k"/],
  ])("are refused with their place, and nothing is written: %s", async (_, from, to, message) => {
    const text = model.replace(from, to);
    expect(text).not.toBe(model);
    const ended = await runErfem(["simulate", writeModel("wrong", text), "-o", path("none")]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(message);
    expect(ended.stdout).toBe("");
    expect(existsSync(path("none"))).toBe(false);
  });

  it("fail where a concentration cannot be kept above zero, unless that is allowed", async () => {
    const drained = model.replace("0.02 * (e - c)", "0 * c - 20");
    const file = writeModel("drained", drained.replace(/ {2}receptors.*\n {2}pumps.*\n/, ""));
    const ended = await runErfem(["simulate", file, "-o", path("drained-run")]);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(
      /"c" falls to -.* at node \d+, \(.*\) um, after .* positive off-diagonal.*\[negative-concentration\]/,
    );
    const allowed = await runErfem(["simulate", file, "-o", path("allowed"), "--allow-undershoot"]);
    expect(allowed.code).toBe(0);
    expect(allowed.stderr).toMatch(/warning: \d+ of \d+ steps have a concentration below/);
  });
});

describe("the examples", () => {
  it.each(["calcium-wave", "cleft", "closed-cell"])("%s runs and keeps its calcium", async (name) => {
    const file = fileURLToPath(new URL(`../../meshes/models/${name}.yaml`, import.meta.url));
    const folder = fileURLToPath(new URL("../../meshes/models/", import.meta.url));
    const text = readFileSync(file, "utf8")
      .replace(/^mesh: /m, `mesh: ${folder}`)
      .replace(/result: /g, `result: ${folder}`)
      .replace(/end: [\d.]+( s)?/, "end: 0.01")
      .replace(/every: \d+( \w+)?/, "times: [0.01]")
      .replace(/times: \[0, .*\]/, "times: [0, 0.01]");
    writeFileSync(path(`${name}.yaml`), text);
    const ended = await runErfem(["simulate", path(`${name}.yaml`), "-o", path(name), "--json"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect((JSON.parse(ended.stdout) as SimulationResult).calcium.worstBalance).toBeLessThan(1e-9);
  });
});
