import { existsSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { boxMesh } from "../support/box-mesh.js";
import { runErfem, useFolder, writeMesh } from "./run-erfem.js";

const path = useFolder();

beforeAll(() => {
  const layers = boxMesh({ counts: [2, 2, 4], volumeOf: (_i, _j, k) => (k < 1 ? "sheet" : "cytosol") });
  writeMesh(path("layers.msh"), layers);
});

describe("erfem homogenize --vtu", () => {
  it("writes correctors and fluxes of all phases beside the result", async () => {
    const args = ["homogenize", "layers.msh", "--vtu", "fields.vtu", "-o", "result.json", "--quiet"];
    const { code, stderr } = await runErfem(args, { cwd: path() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const text = readFileSync(path("fields.vtu"), "latin1");
    // 45 nodes; the 9 between the phases belong to both.
    expect(text).toContain('<Piece NumberOfPoints="54" NumberOfCells="96">');
    for (const name of ["chi", "phase", "flux_1", "flux_2", "flux_3"])
      expect(text).toContain(`Name="${name}"`);
    const { timings } = JSON.parse(readFileSync(path("result.json"), "utf8")) as {
      timings: Record<string, number>;
    };
    expect(timings["write VTU"]).toBeGreaterThan(0);
    expect(timings["total"]).toBeGreaterThan(timings["write VTU"]);
    expect(readdirSync(path()).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("writes nothing after a failure", async () => {
    const args = ["homogenize", "layers.msh", "--vtu", "failed.vtu", "--diffusion", "nobody=1"];
    const { code, stderr } = await runErfem(args, { cwd: path() });
    expect(code).toBe(2);
    expect(stderr).toContain("[unknown-volume]");
    expect(existsSync(path("failed.vtu"))).toBe(false);
  });

  it.each([
    [["--vtu", "layers.msh"], "output-is-input"],
    [["--vtu", "nowhere/fields.vtu"], "output-unwritable"],
    [["--vtu", "same", "-o", "./same"], "outputs-collide"],
    [["--vtu", ""], "invalid-option-value"],
  ])("refuses %j before any work", async (flags, code) => {
    const ended = await runErfem(["homogenize", "layers.msh", ...flags], { cwd: path() });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(`[${code}]`);
    expect(ended.stdout).toBe("");
  });
});
