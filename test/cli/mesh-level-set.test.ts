import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runErfem, useFolder } from "./run-erfem.js";

const path = useFolder();

interface MeshJson {
  readonly nodes: number;
  readonly phases: readonly { readonly name: string; readonly volumeFraction: number }[];
  readonly dihedralDegrees: { readonly smallest: number; readonly largest: number };
  readonly voxelFraction: number;
  readonly meshFraction: number;
  readonly voxelArea: number;
  readonly membraneArea: number;
}

async function meshJson(...args: string[]): Promise<MeshJson> {
  const { code, stdout, stderr } = await runErfem(["mesh", ...args, "--json"], { cwd: path() });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as MeshJson;
}

/** An NRRD image of 32^3 voxels of a ball of label 2, radius 10 voxels, in label 1. */
function writeBall(name: string, bytes = 32 ** 3): void {
  const n = 32;
  const voxels = new Uint8Array(n ** 3).map((_, v) => {
    const [x, y, z] = [v % n, Math.floor(v / n) % n, Math.floor(v / n ** 2)].map((i) => i + 0.5 - n / 2);
    return Math.hypot(x, y, z) < 10 ? 2 : 1;
  });
  const head = `NRRD0004\ntype: uint8\ndimension: 3\nsizes: ${n} ${n} ${n}\nencoding: raw\nspacings: 4 4 4\n\n`;
  writeFileSync(path(name), Buffer.concat([Buffer.from(head), voxels.subarray(0, bytes)]));
}

describe("a family of level sets", () => {
  it("is meshed and homogenized without Gmsh", async () => {
    const env = { ERFEM_GMSH: "/no/gmsh" };
    const mesh = await runErfem(["mesh", "tubule-network", "--size", "50", "-o", path("net.msh"), "--json"], {
      env,
    });
    expect(mesh.code).toBe(0);
    expect(JSON.parse(mesh.stdout)).toMatchObject({ schema: "erfem/mesh@1", gmshVersion: null });
    const { code, stdout } = await runErfem(["homogenize", path("net.msh"), "--json"]);
    expect(code).toBe(0);
    const { phases } = JSON.parse(stdout) as { phases: { ER: { homogenized: number[][] } } };
    expect(phases.ER.homogenized[0][0]).toBeGreaterThan(0.02);
  });

  it("has its lengths in nm, in a problem file and in studies", async () => {
    writeFileSync(path("spheres.yaml"), "geometry: { name: spheres-sc, size: 40 }\n");
    const { stdout } = await runErfem(["homogenize", path("spheres.yaml"), "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ mesh: { lengthUnit: "nm" } });
    const other = await runErfem(["homogenize", path("spheres.yaml"), "--json", "--length-unit", "um"]);
    expect(JSON.parse(other.stdout)).toMatchObject({ mesh: { lengthUnit: "um" } });
    const sizes = ["--size", "60", "--levels", "3", "--quiet", "-o", path("levels")];
    expect(await runErfem(["convergence", "spheres-sc", ...sizes])).toMatchObject({ code: 0 });
    const level = readFileSync(path("levels/level-0.json"), "utf8");
    expect(JSON.parse(level)).toMatchObject({ mesh: { lengthUnit: "nm" } });
  });

  it("is swept over seeds and averaged, without Gmsh", async () => {
    const args = [
      "sweep",
      "random-network",
      "--vary",
      "seed=1,2",
      "--set",
      "junctions=4",
      "--set",
      "period=400",
    ];
    const more = ["--size", "50", "--jobs", "2", "--over", "seed", "-o", path("seeds"), "--json"];
    const { code, stdout } = await runErfem([...args, ...more], { env: { ERFEM_GMSH: "/no/gmsh" } });
    expect(code).toBe(0);
    const { inputs, statistics } = JSON.parse(stdout) as {
      inputs: { gmsh: string };
      statistics: { groups: { quantities: Record<string, { count: number; deviation: number }> }[] };
    };
    expect(inputs.gmsh).toBe("not used");
    const { count, deviation } = statistics.groups[0].quantities["ER.volumeFraction"];
    expect(count).toBe(2);
    expect(deviation).toBeGreaterThan(0);
  });

  it("is listed with its parameters, and refuses others", async () => {
    const { stdout } = await runErfem(["mesh", "ramps", "--list"]);
    expect(stdout).toMatch(/hand +=/);
    const wrong = await runErfem(["mesh", "ramps", "--set", "hands=1", "-o", path("no.msh")]);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/did you mean hand.*\[unknown-parameter\]/) as string,
    });
    const adapted = await runErfem(["adapt", "ramps", "--gap", "0.1", "-o", path("adapted")]);
    expect(adapted).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("[family-needs-no-gmsh]") as string,
    });
    const hxt = await runErfem(["mesh", "ramps", "--algorithm", "hxt", "-o", path("no.msh")]);
    expect(hxt).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("[family-needs-no-gmsh]") as string,
    });
    expect(existsSync(path("no.msh"))).toBe(false);
  });
});

describe("erfem mesh implicit", () => {
  it("meshes a formula and a built-in surface", async () => {
    const formula = ["--formula", "sqrt((y - 0.5)^2 + (z - 0.5)^2) - 0.25", "--box", "1,1,1"];
    const tube = await meshJson("implicit", ...formula, "--size", "0.05", "-o", "tube.msh");
    const er = tube.phases.find(({ name }) => name === "ER");
    // Order 2: 1.2 % at 1/16 of this radius.
    expect(Math.abs((er?.volumeFraction ?? 0) / (Math.PI / 16) - 1)).toBeLessThan(0.02);
    const gyroid = await meshJson(
      "implicit",
      "--surface",
      "gyroid",
      "--period",
      "500",
      "--size",
      "50",
      "-o",
      "gyroid.msh",
    );
    expect(Math.abs(gyroid.phases[0].volumeFraction - 0.5)).toBeLessThan(1e-9);
    expect(gyroid.dihedralDegrees.smallest).toBeGreaterThan(5);
  });

  it.each([
    [["--formula", "x - 0.5", "--box", "1,1,1"], 3, "formula-not-periodic"],
    [["--formula", "x +* 2", "--box", "1,1,1"], 2, "formula-syntax"],
    [["--formula", "1", "--box", "1,1,1"], 3, "one-phase"],
    [["--formula", "x", "--surface", "gyroid"], 2, "contradicting-options"],
    [["--box", "1,1,1"], 2, "level-set-missing"],
    [["--formula", "1", "--box", "1,1"], 2, "invalid-option-value"],
  ])("refuses %s", async (args, code, error) => {
    const run = await runErfem(["mesh", "implicit", ...args, "--size", "0.1", "-o", path("no.msh")]);
    expect(run).toMatchObject({ code, stderr: expect.stringContaining(`[${error}]`) as string });
    expect(existsSync(path("no.msh"))).toBe(false);
  });
});

describe("erfem mesh image", () => {
  it("meshes a segmented image and says how far volume and area moved", async () => {
    writeBall("ball.nrrd");
    const ball = await meshJson("image", "ball.nrrd", "--label", "ER=2", "--size", "6", "-o", "ball.msh");
    expect(Math.abs(ball.meshFraction / ball.voxelFraction - 1)).toBeLessThan(0.03);
    expect(Math.abs(ball.membraneArea / (4 * Math.PI * 40 ** 2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(ball.voxelArea / (4 * Math.PI * 40 ** 2) - 1)).toBeLessThan(0.03);
    expect(readFileSync(path("ball.msh")).length).toBeGreaterThan(1000);
    const mirrored = await meshJson(
      ...["image", "ball.nrrd", "--label", "ER=2", "--size", "8", "--crop", "0:16,0:16,0:16"],
      ...["--periodic", "mirror", "-o", "mirrored.msh"],
    );
    expect(Math.abs(mirrored.meshFraction / ball.meshFraction - 1)).toBeLessThan(0.05);
  });

  it.each([
    [["--label", "ER=7"], 2, "image-label-missing"],
    [["--label", "ER=2", "--spacing", "4,4,8"], 2, "image-spacing-contradiction"],
    [["--label", "ER=2", "--crop", "0:16,0:32,0:32"], 3, "image-not-periodic"],
    [["--label", "ER=2", "--max-nodes", "1000"], 3, "mesh-too-large"],
    [["--label", "ER=2", "--threshold", "1"], 2, "contradicting-options"],
    [["--label", "ER"], 2, "invalid-option-value"],
    [["--label", "ER=2", "--shape", "32,32,32"], 2, "contradicting-options"],
  ])("refuses %s", async (args, code, error) => {
    writeBall("ball.nrrd");
    const run = await runErfem(["mesh", "image", path("ball.nrrd"), ...args, "-o", path("no.msh")]);
    expect(run).toMatchObject({ code, stderr: expect.stringContaining(`[${error}]`) as string });
    expect(existsSync(path("no.msh"))).toBe(false);
  });

  it("refuses an image that is cut", async () => {
    writeBall("cut.nrrd", 30_000);
    const run = await runErfem(["mesh", "image", path("cut.nrrd"), "--label", "ER=2", "-o", path("no.msh")]);
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining("[image-truncated]") as string });
  });
});
