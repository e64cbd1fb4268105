import { existsSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Adaptation } from "../../src/io/adaptation.js";
import type { HomogenizationResult } from "../../src/io/homogenization-result.js";
import { boxMesh } from "../support/box-mesh.js";
import { runErfem, useFolder, writeMesh } from "./run-erfem.js";

const path = useFolder();

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(path(name), "utf8"));
}

beforeAll(() => {
  const cross = boxMesh({
    counts: [4, 4, 2],
    volumeOf: (i, j) => (i === 1 || j === 1 ? "ER" : "cytosol"),
  });
  writeMesh(path("cross.msh"), cross);
});

describe("erfem adapt", () => {
  it("adapts a geometry, prints a table by round, keeps meshes and results", async () => {
    const args = ["adapt", "three-pipe", "--set", "edge=0.1", "--size", "0.12", "--set", "grading=1"];
    const more = ["--phase", "ER", "--gap", "3e-2", "--algorithm", "hxt", "-o", "study"];
    const { code, stdout, stderr } = await runErfem([...args, ...more], { cwd: path() });
    expect({ code, stderr: stderr.replaceAll(/^erfem: adapt: .*\n/gm, "") }).toEqual({ code: 0, stderr: "" });
    const adaptation = readJson("study/adaptation.json") as Adaptation;
    expect(adaptation).toMatchObject({ schema: "erfem/adaptation@1", goal: 3e-2, isReached: true });
    const { rounds } = adaptation;
    expect(rounds.length).toBeGreaterThan(1);
    const files = rounds.flatMap(({ round }) => [`round-${round}.json`, `round-${round}.msh`]);
    expect(readdirSync(path("study")).sort()).toEqual(["adaptation.csv", "adaptation.json", ...files].sort());
    for (const { round, phases, nodes } of rounds) {
      const result = readJson(`study/round-${round}.json`) as HomogenizationResult;
      expect(result.mesh).toMatchObject({ nodes, file: `study/round-${round}.msh` });
      expect(result.phases["ER"].bounds?.relativeGap).toBe(phases["ER"].relativeGap);
      expect(stderr).toContain(`round ${round}: ${nodes} nodes, relative gap`);
    }
    expect(rounds[rounds.length - 1].phases["ER"].relativeGap).toBeLessThanOrEqual(3e-2);
    expect(stdout).toContain(`relative gap 0.03: reached in round ${rounds.length}`);
    expect(readFileSync(path("study/adaptation.csv"), "utf8").trimEnd().split("\r\n")).toHaveLength(
      1 + rounds.length,
    );

    const again = await runErfem([...args, ...more], { cwd: path() });
    expect(again.stderr).toContain("[folder-in-use]");
    expect(again.code).toBe(2);
  });

  it("refines a mesh as a whole, and keeps what it has at the limit of nodes: exit code 4", async () => {
    const args = ["adapt", "cross.msh", "--phase", "ER", "--gap", "1e-4", "--max-nodes", "2000"];
    const { code, stdout, stderr } = await runErfem([...args, "--json", "-o", "limited"], { cwd: path() });
    expect(code).toBe(4);
    expect(stderr).toContain("[gap-not-reached]");
    const adaptation = JSON.parse(stdout) as Adaptation;
    expect(adaptation).toMatchObject({ isReached: false, maxNodes: 2000 });
    expect(adaptation.rounds.map(({ cells }) => cells)).toEqual([192, 1536]);
    expect(readJson("limited/adaptation.json")).toEqual(adaptation);
    expect(existsSync(path("limited/round-2.json"))).toBe(true);
    expect(stderr).toContain(
      `the best is ${adaptation.rounds[1].phases["ER"].relativeGap.toPrecision(3)} (ER)`,
    );
  });

  it.each([
    [["three-pipe", "-o", "x"], "missing-mandatory-option-value", 2],
    [["three-pipe", "--gap", "1e-2"], "missing-mandatory-option-value", 2],
    [["three-pipe", "--gap", "2", "-o", "x"], "invalid-parameter", 2],
    [["three-pipe", "--gap", "1e-2", "--set", "edgy=1", "-o", "x"], "unknown-parameter", 2],
    [["three-pipe", "--gap", "1e-2", "--size", "0.3", "--max-nodes", "10", "-o", "x"], "mesh-too-large", 3],
    [["cross.msh", "--gap", "1e-2", "--algorithm", "hxt", "-o", "x"], "option-without-geometry", 2],
    [["cross.msh", "--gap", "1e-2", "-o", "cross.msh"], "output-unwritable", 2],
    [["nothing.geo", "--gap", "1e-2", "-o", "x"], "file-not-found", 3],
  ])("refuses %j", async (args, code, exitCode) => {
    const ended = await runErfem(["adapt", ...args], { cwd: path() });
    expect(ended.stderr).toContain(`[${code}]`);
    expect(ended.code).toBe(exitCode);
  });
});
