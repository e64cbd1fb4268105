import { existsSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { ResolvedStudy } from "../../src/io/resolved-study.js";
import { threePipeMesh } from "../bidomain/three-pipe.js";
import { boxMesh } from "../support/box-mesh.js";
import { runErfem, useFolder, writeMesh } from "./run-erfem.js";

const path = useFolder();

beforeAll(() => {
  writeMesh(path("pipes.msh"), threePipeMesh());
  writeMesh(path("sheets.msh"), boxMesh({ counts: [2, 2, 2], volumeOf: (i) => (i < 1 ? "ER" : "cytosol") }));
});

describe("erfem resolve", () => {
  it("prints errors and orders, and writes study, table, chart and fields", async () => {
    const args = ["resolve", "pipes.msh", "--cells", "1,2", "--slab", "0.25", "--steps", "8", "-o", "out"];
    const more = ["--membrane", "leak:L=0.02", "--buffer", "calbindin:cytosol:total=20,on=20,off=20,D=30"];
    const { code, stdout, stderr } = await runErfem([...args, ...more], { cwd: path() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(path("out")).sort()).toEqual([
      "resolved.csv",
      "resolved.json",
      "resolved.svg",
      "resolved.vtu",
    ]);
    const study = JSON.parse(readFileSync(path("out/resolved.json"), "utf8")) as ResolvedStudy;
    expect(study.schema).toBe("erfem/resolved@1");
    expect(study.settings).toMatchObject({ length: 32, slabLength: 8, steps: 8, isCube: false });
    // Three pipes of edge 1/3: 12 a (1 - a).
    expect(study.settings.membraneFactor).toBeCloseTo(8 / 3, 12);
    const order = study.levels[1].orders[0].l2;
    expect(order).toBeGreaterThan(0.5);
    expect(stdout).toContain("calbindin (slab): relative errors");
    expect(stdout).toContain((order ?? NaN).toFixed(2));
    const csv = readFileSync(path("out/resolved.csv"), "utf8").trimEnd().split("\r\n");
    expect(csv).toHaveLength(1 + 2 * 5);
    expect(readFileSync(path("out/resolved.svg"), "utf8")).toContain("c: gradient, reconstructed");
    expect(readFileSync(path("out/resolved.vtu"), "latin1")).toContain("c reconstructed");
  });

  it.each([
    [["pipes.msh"], "missing-mandatory-option-value", 2],
    [["pipes.msh", "-o", "x", "--cells", "4,2"], "copies-invalid", 2],
    [["pipes.msh", "-o", "x", "--cells", "4,b"], "invalid-option-value", 2],
    [["pipes.msh", "-o", "x", "--flux", "0.1*q"], "formula-unknown-name", 2],
    [["pipes.msh", "-o", "x", "--flux", "c", "--membrane", "leak:L=1"], "conflicting-options", 2],
    [["pipes.msh", "-o", "x", "--membrane", "leek:L=1"], "unknown-membrane-model", 2],
    [["pipes.msh", "-o", "x", "--buffer", "b:er:total=1"], "invalid-option-value", 2],
    [["sheets.msh", "-o", "x", "--homogeneous"], "membrane-on-face", 3],
    [["nothing.msh", "-o", "x"], "file-not-found", 3],
  ])("refuses %j and writes nothing", async (args, code, exitCode) => {
    const ended = await runErfem(["resolve", ...args], { cwd: path() });
    expect(ended.stderr).toContain(`[${code}]`);
    expect(ended.code).toBe(exitCode);
    expect(existsSync(path("x"))).toBe(false);
  });
});
