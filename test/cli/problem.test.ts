import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { HomogenizationResult } from "../../src/io/homogenization-result.js";
import { boxMesh } from "../support/box-mesh.js";
import { runErfem, useFolder, writeMesh } from "./run-erfem.js";

/** P1 is exact on layers and on tubes; what is left is the residual of the solver. */
const exactTolerance = 1e-9;

const path = useFolder();

const problem = `
mesh: ../layers.msh
lengthUnit: um
phases:
  all: { volumes: [sheet, cytosol] }
homogeneous: true
diffusion:
  sheet: "1 + 3 * (y3 < 0.125)"
  cytosol: { elementData: D }
bounds: true
tolerance: 1e-11
`;

beforeAll(() => {
  const layers = boxMesh({
    counts: [2, 2, 8],
    lengths: [2, 2, 2],
    volumeOf: (_i, _j, k) => (k < 2 ? "sheet" : "cytosol"),
  });
  const values = Float64Array.from({ length: layers.numCells }, (_, cell) =>
    layers.volumes[layers.cellRegion[cell]].name === "cytosol" ? 2 : NaN,
  );
  writeMesh(path("layers.msh"), { ...layers, cellData: [{ name: "D", numComponents: 1, values }] });
  mkdirSync(path("problems"));
  writeFileSync(path("problems/cell.yaml"), problem);
});

async function run(...args: string[]): Promise<HomogenizationResult> {
  const { code, stdout, stderr } = await runErfem(["homogenize", ...args, "--json"], { cwd: path() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as HomogenizationResult;
}

/** Runs something that must fail, and write nothing. */
async function refuse(code: number, ...args: string[]): Promise<string> {
  const outputs = ["-o", "none.json", "--vtu", "none.vtu"];
  const ended = await runErfem(["homogenize", ...args, ...outputs], { cwd: path() });
  expect(ended.code, ended.stderr).toBe(code);
  expect(ended.stdout).toBe("");
  expect(existsSync(path("none.json")) || existsSync(path("none.vtu"))).toBe(false);
  return ended.stderr;
}

describe("erfem homogenize problem.yaml", () => {
  // Layers of 4, 1 and 2 in parts of 1/8, 1/8 and 6/8.
  const [along, across] = [4 / 8 + 1 / 8 + 12 / 8, 1 / (1 / 32 + 1 / 8 + 3 / 8)];

  it("reads the mesh beside the file, formulas and cell data, and records what it was given", async () => {
    const result = await run("problems/cell.yaml");
    expect(result.mesh).toMatchObject({ file: "layers.msh", lengthUnit: "um" });
    const { homogenized, diffusion, bounds } = result.phases["all"];
    expect(Math.abs(homogenized[0][0] - along)).toBeLessThan(exactTolerance);
    expect(Math.abs(homogenized[2][2] - across)).toBeLessThan(exactTolerance);
    expect(diffusion).toEqual({ sheet: "1 + 3 * (y3 < 0.125)", cytosol: "elementData:D" });
    expect(bounds?.relativeGap).toBeLessThan(exactTolerance);
  });

  it("is overridden by options, one by one", async () => {
    const args = ["--diffusion", "cytosol=1 + y1 - y1", "--length-unit", "nm", "--no-bounds"];
    const result = await run("problems/cell.yaml", ...args);
    expect(result.mesh.lengthUnit).toBe("nm");
    const { homogenized, diffusion, bounds } = result.phases["all"];
    expect(bounds).toBeNull();
    expect(diffusion).toEqual({ sheet: "1 + 3 * (y3 < 0.125)", cytosol: "1 + y1 - y1" });
    expect(Math.abs(homogenized[0][0] - 11 / 8)).toBeLessThan(exactTolerance);
    const other = await run("problems/cell.yaml", "--phase", "sheet", "--solver", "cholesky");
    expect(Object.keys(other.phases)).toEqual(["sheet"]);
    expect(other.phases["sheet"].solver.method).toContain("cholesky");
  });

  it("is known by its content, too, and may be JSON", async () => {
    const json = { mesh: "layers.msh", diffusion: { sheet: 2 } };
    writeFileSync(path("problem.json"), JSON.stringify(json));
    writeFileSync(path("problem.txt"), "# a problem\nmesh: layers.msh\ndiffusion: { sheet: 2 }\n");
    writeMesh(path("mesh.data"), boxMesh({ counts: [2, 2, 2], volumeOf: (i) => (i === 0 ? "sheet" : "b") }));
    for (const file of ["problem.json", "problem.txt"]) {
      expect((await run(file)).phases["sheet"].diffusion).toBe(2);
    }
    expect((await run("mesh.data")).phases["sheet"].diffusion).toBe(1);
  });

  it("shows formulas in the table", async () => {
    const args = ["layers.msh", "--phase", "sheet", "--diffusion", "sheet=1 + y1 * (1 - y1)"];
    const { stdout, stderr } = await runErfem(["homogenize", ...args], { cwd: path() });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/diffusion +1 \+ y1 \* \(1 - y1\), um\^2\/ms\n/);
  });

  it("writes indicators and mean diffusion with --vtu where there are bounds", async () => {
    await run("problems/cell.yaml", "--vtu", "fields.vtu");
    const text = readFileSync(path("fields.vtu"), "latin1");
    expect(text).toContain('Name="indicator" NumberOfComponents="1"');
    expect(text).toContain('Name="diffusion" NumberOfComponents="9"');
    await run("problems/cell.yaml", "--vtu", "fields.vtu", "--no-bounds");
    expect(readFileSync(path("fields.vtu"), "latin1")).not.toContain("indicator");
  });
});

describe("wrong problems", () => {
  const wrong: [string, string, number, string, string][] = [
    [
      "a typing error",
      "sheet: 2 + coss(y1)",
      3,
      "wrong.yaml:3:10: diffusion.sheet: ",
      "formula-unknown-function",
    ],
    ["no bound", "sheet: 1/y1", 2, "wrong.yaml:3:3: diffusion.sheet: ", "coefficient-not-finite"],
    [
      "an indefinite tensor",
      "sheet: { xx: 1, yy: 1, zz: 1, xy: 2 * y1 }",
      2,
      "wrong.yaml:3:3: diffusion.sheet: ",
      "coefficient-not-positive-definite",
    ],
    ["an unknown volume", "shet: 1", 2, "wrong.yaml:3:3: diffusion.shet: ", "unknown-volume"],
    [
      "cells without data",
      "sheet: { elementData: D }",
      3,
      "wrong.yaml:3:3: diffusion.sheet: ",
      "cell-data-missing",
    ],
    [
      "an unknown view",
      "sheet: { elementData: E }",
      2,
      "wrong.yaml:3:3: diffusion.sheet: ",
      "unknown-cell-data",
    ],
  ];

  it.each(wrong)("%s: refused with field, line and column", async (_name, line, exit, place, code) => {
    writeFileSync(path("wrong.yaml"), `mesh: layers.msh\ndiffusion:\n  ${line}\n`);
    const stderr = await refuse(exit, "wrong.yaml");
    expect(stderr).toContain(place);
    expect(stderr).toContain(`[${code}]`);
    if (code.startsWith("coefficient") || code === "cell-data-missing") {
      expect(stderr).toMatch(/element \d+/);
      expect(stderr).toMatch(/at \([-\d., e]+\)/);
    }
  });

  it("on the command line, too, before the mesh is read", async () => {
    const typo = await refuse(2, "layers.msh", "--diffusion", "sheet=2 + cos(2 pi y4)");
    expect(typo).toContain('the diffusion of "sheet": ');
    expect(typo).toContain("[formula-unknown-name]");
    expect(await refuse(2, "nowhere.msh", "--diffusion", "sheet=y4")).toContain("[formula-unknown-name]");
    expect(await refuse(2, "layers.msh", "--diffusion", "sheet=1/y1")).toContain("[coefficient-not-finite]");
  });
});
