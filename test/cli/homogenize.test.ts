import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { HomogenizationResult } from "../../src/io/homogenization-result.js";
import { boxMesh } from "../support/box-mesh.js";
import { runErfem, samplePath, useFolder, writeMesh } from "./run-erfem.js";

/** The tensors below are exact for P1 on layers: what is left is round-off and the solver's residual. */
const exactTolerance = 1e-9;

const path = useFolder();

beforeAll(() => {
  const layers = boxMesh({
    counts: [2, 2, 4],
    lengths: [2, 2, 2],
    origin: [-1, -1, -1],
    volumeOf: (_i, _j, k) => (k < 1 ? "sheet" : "cytosol"),
  });
  writeMesh(path("layers.msh"), layers);
  writeFileSync(path("layers.msh.gz"), gzipSync(readFileSync(path("layers.msh"))));
  const tube = boxMesh({
    counts: [4, 4, 2],
    volumeOf: (i, j) => (i === 1 && j === 2 ? "ER" : null),
  });
  writeMesh(path("tube.msh"), tube);
});

function parse(text: string): HomogenizationResult {
  return JSON.parse(text) as HomogenizationResult;
}

describe("erfem homogenize --json", () => {
  it("prints the result object and nothing else, and -o writes the same bytes", async () => {
    const args = ["homogenize", "layers.msh", "--json", "-o", "result.json", "--length-unit", "um"];
    const { code, stdout, stderr } = await runErfem(args, { cwd: path() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readFileSync(path("result.json"), "utf8")).toBe(stdout);
    expect(stdout.endsWith("}\n")).toBe(true);
    const result = parse(stdout);
    expect(result.schema).toBe("erfem/homogenization@1");
    expect(result.mesh).toMatchObject({ file: "layers.msh", format: "msh 4.1 binary", lengthUnit: "um" });
    expect(result.mesh.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(result.mesh.unitCell).toEqual({
      origin: [-1, -1, -1],
      vectors: [
        [2, 0, 0],
        [0, 2, 0],
        [0, 0, 2],
      ],
      source: "bounding-box",
    });
    expect(result.membrane.area).toBeCloseTo(8, 12);
    expect(result.membrane.areaPerVolume).toBeCloseTo(1, 12);
    expect(Object.keys(result.membrane.pairs)).toEqual(["cytosol|sheet"]);
    expect(Object.keys(result.phases).sort()).toEqual(["cytosol", "sheet"]);
    expect(result.phases["sheet"]).toMatchObject({
      volumes: ["sheet"],
      cells: 24,
      components: [{ cells: 24, percolates: [true, true, false] }],
      tortuosity: [expect.closeTo(1, 9), expect.closeTo(1, 9), null],
    });
  });

  it("measures every step", async () => {
    const { timings } = parse((await runErfem(["homogenize", path("layers.msh"), "--json"])).stdout);
    const steps = Object.keys(timings);
    expect(steps.slice(0, 2)).toEqual(["read", "parse"]);
    expect(steps.at(-1)).toBe("total");
    expect(steps).toContain("sheet: solve");
    const { total, ...parts } = timings;
    const sum = Object.values(parts).reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThan(0);
    expect(total).toBeGreaterThanOrEqual(sum);
  });

  it("joins volumes into a phase, each with its own diffusion", async () => {
    const phase = [
      "--phase",
      "all=sheet+cytosol",
      "--diffusion",
      "sheet=4",
      "--diffusion",
      "cytosol=1,2,3,0,0,0.5",
    ];
    const args = ["homogenize", path("layers.msh"), "--json", "--homogeneous", ...phase];
    const { stdout } = await runErfem(args);
    const { homogenized, diffusion, factor } = parse(stdout).phases["all"];
    // A quarter of sheet: arithmetic means in the layers, the harmonic mean 1 / (0.25 / 4 + 0.75 / 3) across.
    const exact = [0.25 * 4 + 0.75 * 1, 0.25 * 4 + 0.75 * 2, 1 / (0.25 / 4 + 0.75 / 3)];
    for (let k = 0; k < 3; k++) expect(Math.abs(homogenized[k][k] - exact[k])).toBeLessThan(exactTolerance);
    expect(Math.abs(homogenized[0][1] - 0.75 * 0.5)).toBeLessThan(exactTolerance);
    expect(factor).toBeNull();
    expect(diffusion).toMatchObject({ sheet: 4 });
  });

  it.each(["wasm-ldlt", "wasm-cg", "cholesky"])(
    "uses the solver %s, and reads compressed files",
    async (solver) => {
      const args = ["homogenize", path("layers.msh.gz"), "--json", "--phase", "cytosol", "--solver", solver];
      const result = parse((await runErfem(args)).stdout);
      expect(result.mesh.format).toBe("msh 4.1 binary gzip");
      expect(Object.keys(result.phases)).toEqual(["cytosol"]);
      expect(result.phases["cytosol"].solver.method).toContain(solver);
      expect(Math.abs(result.phases["cytosol"].homogenized[0][0] - 0.75)).toBeLessThan(exactTolerance);
    },
  );

  it("says that --homogeneous is not needed where the cell is known without it", async () => {
    const box = ["--unit-cell", "2,2,2", "--homogeneous", "--quiet"];
    const warning = "--homogeneous is not needed: --unit-cell gives the unit cell";
    for (const command of ["info", "homogenize"]) {
      const { code, stderr } = await runErfem([command, path("layers.msh"), ...box]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: `erfem: warning: ${warning}\n` });
    }
    const sample = await runErfem(["info", samplePath("three-pipe-0.1.msh"), "--homogeneous", "--json"]);
    expect((JSON.parse(sample.stdout) as { warnings: string[] }).warnings).toEqual([
      "--homogeneous is not needed: the file's $Periodic section gives the unit cell",
    ]);
  });

  it("refuses a tube meshed alone until the unit cell is given", async () => {
    const refused = await runErfem(["homogenize", path("tube.msh"), "--json"]);
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toContain("[unit-cell-unknown]");
    const args = ["homogenize", path("tube.msh"), "--json", "--unit-cell", "1,1,1@0,0,0"];
    const { ER } = parse((await runErfem(args)).stdout).phases;
    // diag(0, 0, A) for the tube of section A = 1/16.
    const tensor = ER.homogenized.flat();
    const exact = [0, 0, 0, 0, 0, 0, 0, 0, 1 / 16];
    exact.forEach((value, i) => {
      expect(Math.abs(tensor[i] - value)).toBeLessThan(exactTolerance);
    });
  });
});

describe("erfem homogenize, the table", () => {
  it("shows tensors, membrane and solver of the three pipes with units", async () => {
    const args = ["homogenize", samplePath("three-pipe-0.1.msh"), "--phase", "ER", "--diffusion", "ER=0.25"];
    const { code, stdout, stderr } = await runErfem([...args, "--length-unit", "nm"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^ {2}volume fraction +0\.0280000$/m);
    expect(stdout).toMatch(/^ {2}area in a unit cell +1\.08000 +nm\^2$/m);
    expect(stdout).toMatch(/^ {2}diffusion +0\.25 um\^2\/ms$/m);
    expect(stdout).toMatch(/^ {2}components \(1\) .*percolates along L1, L2, L3$/m);
    const numbers = /^ {2}homogenized tensor +x +(\S+) +(\S+) +(\S+) +um\^2\/ms$/m.exec(stdout);
    // The paper's 2.6175e-3 is a P1 value on another mesh; exact is 2.6125e-3.
    expect(Number(numbers?.[1])).toBeGreaterThan(2.6124e-3);
    expect(Number(numbers?.[1])).toBeLessThan(2.66e-3);
    for (const label of ["EDC \\(effective\\)", "factor", "tortuosity", "corrector integral", "iterations"]) {
      expect(stdout).toMatch(new RegExp(`^  ${label} `, "m"));
    }
    expect(stdout).toMatch(/^ {2}total +\d+\.\d{3} +s$/m);
  });

  it("prints nothing with --quiet", async () => {
    const ended = await runErfem(["homogenize", "layers.msh", "--quiet", "-o", "quiet.json"], {
      cwd: path(),
    });
    expect(ended).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(parse(readFileSync(path("quiet.json"), "utf8")).schema).toBe("erfem/homogenization@1");
  });
});

describe("erfem homogenize --bounds", () => {
  it("prints an enclosure of every entry, rounded outwards", async () => {
    const { code, stdout } = await runErfem(["homogenize", samplePath("three-pipe-0.1.msh"), "--bounds"]);
    expect(code).toBe(0);
    const enclosures = [...stdout.matchAll(/xx +([\d.]+) \+- ([\d.]+) +um/g)].map(([, centre, radius]) => ({
      lower: Number(centre) - Number(radius),
      upper: Number(centre) + Number(radius),
    }));
    expect(enclosures).toHaveLength(2);
    // The exact factors of DESIGN.md.
    [0.01044995, 0.94939].forEach((exact, phase) => {
      expect(enclosures[phase].lower).toBeLessThan(exact);
      expect(enclosures[phase].upper).toBeGreaterThan(exact);
      expect(enclosures[phase].upper - enclosures[phase].lower).toBeLessThan(0.02 * exact);
    });
    expect(stdout).toMatch(/kernel +\d+ MB, \d+ bytes a facet/);
    expect(stdout).toContain("cytosol: lower bound: solve");
    expect(stdout).toContain("Hashin-Shtrikman");
  });

  it("adds bounds to the JSON of every phase, null without it", async () => {
    const parsed = parse((await runErfem(["homogenize", path("layers.msh"), "--bounds", "--json"])).stdout);
    const { bounds } = parsed.phases["sheet"];
    expect(bounds?.relativeGap).toBeLessThan(exactTolerance);
    expect(bounds?.lower[0][0]).toBeCloseTo(0.25, 9);
    expect(bounds?.entries[2][2]).toEqual([0, 0]);
    expect(bounds?.classical.hashinShtrikman).toBeCloseTo(0.5 / 2.75, 12);
    const without = parse((await runErfem(["homogenize", path("layers.msh"), "--json"])).stdout);
    expect(without.phases["sheet"].bounds).toBeNull();
  });

  it("ties faces that do not match, by an option or a problem file", async () => {
    const mesh = boxMesh({
      counts: [3, 3, 3],
      split: "five",
      volumeOf: (i, j) => (i === 1 && j === 1 ? "ER" : "cytosol"),
    });
    writeMesh(path("crossed.msh"), mesh);
    const refused = await runErfem(["homogenize", path("crossed.msh"), "--json"]);
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toContain("--periodic tie");
    const tied = parse(
      (await runErfem(["homogenize", path("crossed.msh"), "--json", "--periodic", "tie"])).stdout,
    );
    expect(tied.phases["ER"].homogenized[2][2]).toBeCloseTo(1 / 9, 9);
    expect(tied.periodic).toMatchObject({ kind: "tie", certified: false });
    writeFileSync(path("tied.yaml"), "mesh: crossed.msh\nperiodic: tie\n");
    const { stdout } = await runErfem(["homogenize", path("tied.yaml")]);
    expect(stdout).toMatch(/mismatch ER\s+0\.00 %/);
    const crossed = await runErfem(["homogenize", path("tied.yaml"), "--boundary", "mixed"]);
    expect(crossed.stderr).toContain("[tie-needs-periodic]");
  });
});
