import { existsSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { ConvergenceStudy } from "../../src/io/convergence-study.js";
import { boxMesh } from "../support/box-mesh.js";
import { runErfem, useFolder, writeMesh } from "./run-erfem.js";

const path = useFolder();

beforeAll(() => {
  const cross = boxMesh({
    counts: [4, 4, 2],
    volumeOf: (i, j) => (i === 1 || j === 1 ? "ER" : "cytosol"),
  });
  writeMesh(path("cross.msh"), cross);
  writeMesh(path("layers.msh"), boxMesh({ counts: [2, 2, 2], volumeOf: (i) => (i < 1 ? "ER" : "cytosol") }));
});

describe("erfem convergence", () => {
  it("refines a mesh, prints tables, and writes study, table, chart and levels", async () => {
    const args = ["convergence", "cross.msh", "--phase", "ER", "-o", "study"];
    const { code, stdout, stderr } = await runErfem(args, { cwd: path() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(path("study")).sort()).toEqual([
      "convergence.csv",
      "convergence.json",
      "convergence.svg",
      "level-0.json",
      "level-1.json",
      "level-2.json",
    ]);
    const study = JSON.parse(readFileSync(path("study/convergence.json"), "utf8")) as ConvergenceStudy;
    expect(study.schema).toBe("erfem/convergence@1");
    expect(study.levels.map(({ cells }) => cells)).toEqual([192, 1536, 12288]);
    const { exponent } = study.phases["ER"].upper.mean;
    expect(stdout).toContain(`with exponent ${(exponent ?? NaN).toFixed(2)}`);
    expect(readFileSync(path("study/convergence.svg"), "utf8")).toContain("ER: P1");
    expect(readFileSync(path("study/convergence.csv"), "utf8").split("\r\n")).toHaveLength(5);
  });

  it("meshes a geometry with half the size on every level", async () => {
    const args = ["convergence", "three-pipe", "--set", "edge=0.4", "--set", "grading=1", "--size", "0.4"];
    const more = ["--phase", "ER", "-o", "gmsh", "--json"];
    const { code, stdout } = await runErfem([...args, ...more], { cwd: path() });
    expect(code).toBe(0);
    const study = JSON.parse(stdout) as ConvergenceStudy;
    expect(study.levels.map(({ label }) => label)).toEqual(["h = 0.4", "h = 0.2", "h = 0.1"]);
    const sizes = study.levels.map((level) => level.phases["ER"].meshSize);
    expect(sizes[0]).toBeGreaterThan(1.3 * sizes[1]);
    expect(sizes[1]).toBeGreaterThan(1.3 * sizes[2]);
    expect(existsSync(path("gmsh/level-2.msh"))).toBe(true);
  });

  it("draws no chart of a tensor that is exact, and says so", async () => {
    const { code, stderr } = await runErfem(["convergence", "layers.msh", "-o", "exact", "--quiet"], {
      cwd: path(),
    });
    expect(code).toBe(0);
    expect(stderr).toContain("no chart is drawn");
    expect(existsSync(path("exact/convergence.json"))).toBe(true);
    expect(existsSync(path("exact/convergence.svg"))).toBe(false);
  });

  it.each([
    [["cross.msh"], "missing-mandatory-option-value", 2],
    [["cross.msh", "-o", "x", "--levels", "2"], "too-few-levels", 2],
    [["cross.msh", "-o", "x", "--size", "0.1"], "option-without-geometry", 2],
    [["cross.msh", "-o", "cross.msh"], "output-unwritable", 2],
    [["nothing.geo", "-o", "x"], "file-not-found", 3],
    [["nothing.msh", "-o", "x"], "file-not-found", 3],
  ])("refuses %j", async (args, code, exitCode) => {
    const ended = await runErfem(["convergence", ...args], { cwd: path() });
    expect(ended.stderr).toContain(`[${code}]`);
    expect(ended.code).toBe(exitCode);
  });
});
