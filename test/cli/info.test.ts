import { beforeAll, describe, expect, it } from "vitest";
import type { MeshSummary } from "../../src/cli/mesh-summary.js";
import { boxMesh } from "../support/box-mesh.js";
import { runErfem, samplePath, useFolder, writeMesh } from "./run-erfem.js";

const path = useFolder();

beforeAll(() => {
  writeMesh(
    path("columns.msh"),
    boxMesh({ counts: [4, 4, 4], volumeOf: (i, j) => (i === j && i % 2 === 0 ? "ER" : "cytosol") }),
  );
  writeMesh(path("tube.msh"), boxMesh({ counts: [1, 1, 3], lengths: [0.25, 0.25, 1], volumeOf: () => "ER" }));
});

describe("erfem info", () => {
  it("describes the sample of three pipes", async () => {
    const { code, stdout, stderr } = await runErfem(["info", samplePath("three-pipe-0.1.msh")]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^ {2}format +msh 4\.1 binary, \d+ bytes$/m);
    expect(stdout).toMatch(/^ {2}volume +ER +1 +\d+ +0\.0280000$/m);
    expect(stdout).toMatch(/^ {2}surface +membrane +3 +\d+ +1\.08000$/m);
    expect(stdout).toMatch(
      /^ {2}ER .* 0\.0280000 +ER +2\.8 % of Y, \d+ cells, percolates along L1, L2, L3$/m,
    );
    expect(stdout).toMatch(/^ {2}area ER\|cytosol +1\.08000$/m);
    expect(stdout).toMatch(/^ {2}found in +the file's \$Periodic section$/m);
    expect(stdout).toMatch(/^ {2}classes of 8 nodes +1$/m);
    expect(stdout.match(/^ {2}0\.\d - [01]\.\d +\d+/gm)).toHaveLength(10);
    expect(stdout).toMatch(/^ {2}dihedral angles +\S+ +to \S+ degrees$/m);
  });

  it("prints the same facts as JSON", async () => {
    const { code, stdout, stderr } = await runErfem(["info", "columns.msh", "--json"], { cwd: path() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const info = JSON.parse(stdout) as MeshSummary & { schema: string; format: string };
    expect(info).toMatchObject({
      schema: "erfem/mesh-info@1",
      format: "msh 4.1 binary",
      nodes: 125,
      cells: 384,
      error: null,
    });
    expect(info.phases?.map(({ name, cells }) => [name, cells])).toEqual([
      ["ER", 48],
      ["cytosol", 336],
    ]);
    const [er] = info.phases ?? [];
    expect(er.volumeFraction).toBeCloseTo(1 / 8, 12);
    expect(er.components?.map(({ percolates }) => percolates)).toEqual([
      [false, false, true],
      [false, false, true],
    ]);
    // The 5^3 grid: 3^3 nodes inside, 3 x 3^2 pairs, 3 x 3 edges of four, the corners.
    expect(info.periodic?.classes).toEqual({ 1: 27, 2: 27, 4: 9, 8: 1 });
    // Two columns of four walls, 1/4 x 1 each.
    expect(info.periodic?.membrane.area).toBeCloseTo(2, 12);
    expect(info.quality.histogram.reduce((sum, n) => sum + n, 0)).toBe(384);
  });

  it("joins phases", async () => {
    const args = ["info", "columns.msh", "--json", "--phase", "all=ER+cytosol", "--homogeneous"];
    const info = JSON.parse((await runErfem(args, { cwd: path() })).stdout) as MeshSummary;
    expect(info.phases).toMatchObject([{ name: "all", volumes: ["ER", "cytosol"], volumeFraction: 1 }]);
    expect(info.periodic?.membrane.area).toBe(0);
  });

  it("still prints what it can of a mesh that is no unit cell, and exits with 3", async () => {
    const { code, stdout, stderr } = await runErfem(["info", "tube.msh"], { cwd: path() });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^ {2}volume +ER +1 +18 +0\.0625000$/m);
    expect(stdout).toMatch(/^ {2}ER +18 +0\.0625000 +\? /m);
    expect(stdout).toMatch(/^NO PERIODIC UNIT CELL: .* \[unit-cell-unknown\]$/m);
    expect(stderr).toMatch(/^erfem: .* \[unit-cell-unknown\]$/m);
  });

  it("says so in JSON too", async () => {
    const { code, stdout } = await runErfem(["info", "tube.msh", "--json"], { cwd: path() });
    expect(code).toBe(3);
    const info = JSON.parse(stdout) as MeshSummary;
    expect(info).toMatchObject({ periodic: null, error: { code: "unit-cell-unknown" } });
    expect(info.volumes).toMatchObject([{ name: "ER", count: 18, measure: 0.0625 }]);
  });
});

describe("erfem info --whole-cell", () => {
  it("looks for no unit cell", async () => {
    const mesh = writeMesh(
      path("ball.msh"),
      boxMesh({ counts: [2, 2, 2], volumeOf: (i, j) => (i + j > 1 ? null : "cell") }),
    );
    expect(await runErfem(["info", mesh])).toMatchObject({ code: 3 });
    const ended = await runErfem(["info", mesh, "--whole-cell"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/volume +cell +1 +36/);
  });
});
