import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { solverNames } from "../../src/solver/choose-solver.js";
import { boxMesh, mapCoordinates } from "../support/box-mesh.js";
import { runErfem, runErfemSync, startErfem, useFolder, waitForEnd, writeMesh } from "./run-erfem.js";

const path = useFolder();

/** A cell of two layers, 3 x 3 x 4 cubes; with `shift` the nodes of its x = 1 face are moved along y. */
function layeredCell(shift = 0) {
  const mesh = boxMesh({ counts: [3, 3, 4], volumeOf: (_i, _j, k) => (k < 2 ? "ER" : "cytosol") });
  return mapCoordinates(mesh, (x, y, z) => [x, x > 0.999 && y > 0 && y < 1 ? y + shift : y, z]);
}

beforeAll(() => {
  writeMesh(path("layers.msh"), layeredCell());
  writeMesh(path("moved.msh"), layeredCell(1e-5));
  writeFileSync(path("cut.msh"), readFileSync(path("layers.msh")).subarray(0, 1500));
});

describe("help and version", () => {
  it("prints the help without arguments", async () => {
    const { code, stdout, stderr } = await runErfem([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const command of ["mesh", "info", "homogenize", "sweep"])
      expect(stdout).toContain(`\n  ${command} [options]`);
  });

  it.each(["mesh", "info", "homogenize", "sweep"])(
    "shows an example and the exit codes in %s --help",
    async (command) => {
      const { code, stdout } = await runErfem([command, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Usage: erfem /);
      expect(stdout).toContain("\nExample:\n");
      expect(stdout).toContain(`  $ erfem ${command} `);
      expect(stdout).toMatch(/Exit codes: 0 success, 2 wrong usage/);
      expect(stdout).toMatch(/\bunits?\b/i);
    },
  );

  it("names every solver in the help", async () => {
    const { stdout } = await runErfem(["homogenize", "--help"]);
    const choices = /--solver <name>.*?choices:([^)]*?)\)/s.exec(stdout)?.[1] ?? "";
    expect(choices.match(/[\w-]+/g)).toEqual([...solverNames]);
  });

  it("prints the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(await runErfem(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });
});

describe("exit codes", () => {
  it.each([
    ["unknown-command", ["frobnicate"]],
    ["unknown-option", ["info", "--frobnicate", "layers.msh"]],
    ["missing-argument", ["homogenize"]],
    ["invalid-argument", ["homogenize", "layers.msh", "--solver", "abacus"]],
    ["invalid-option-value", ["homogenize", "layers.msh", "--tolerance", "fast"]],
    ["formula-unknown-name", ["homogenize", "layers.msh", "--diffusion", "ER=fast"]],
    ["invalid-option-value", ["info", "layers.msh", "--unit-cell", "1,1"]],
    ["repeated-option", ["homogenize", "layers.msh", "--diffusion", "ER=1", "--diffusion", "ER=2"]],
    ["unknown-volume", ["homogenize", "layers.msh", "--phase", "nucleus"]],
    ["unknown-volume", ["homogenize", "layers.msh", "--diffusion", "nucleus=1"]],
    ["diffusion-not-positive-definite", ["homogenize", "layers.msh", "--diffusion", "ER=1,1,-1,0,0,0"]],
    ["output-unwritable", ["homogenize", "layers.msh", "-o", "no-such-folder/result.json"]],
    ["invalid-option-value", ["homogenize", "layers.msh", "-o", ""]],
    ["invalid-option-value", ["mesh", "three-pipe", "-o", ""]],
    ["output-is-input", ["homogenize", "layers.msh", "-o", "layers.msh"]],
    ["geometry-missing", ["mesh"]],
    ["unknown-parameter", ["mesh", "three-pipe", "--set", "length=1"]],
  ])("is 2 for %s", async (code, args) => {
    const ended = await runErfem(args, { cwd: path() });
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(new RegExp(`^erfem: .* \\[${code}\\]\n`));
  });

  it.each([
    ["file-not-found", ["info", "nothing.msh"]],
    ["file-not-found", ["mesh", "nothing.geo"]],
    ["msh-count", ["homogenize", "cut.msh"]],
    ["periodic-node-unmatched", ["homogenize", "moved.msh"]],
    ["outside-unit-cell", ["homogenize", "layers.msh", "--unit-cell", "1,1,0.5"]],
    ["file-too-large", ["info", "layers.msh", "--max-bytes", "1000"]],
  ])("is 3 for %s, and no output file appears", async (code, args) => {
    const output = args[0] === "info" ? [] : ["-o", "refused.out"];
    const ended = await runErfem([...args, ...output], { cwd: path() });
    expect(ended).toMatchObject({ code: 3, stdout: "" });
    expect(ended.stderr).toMatch(new RegExp(`^erfem: .* \\[${code}\\]\n`));
    expect(readdirSync(path()).sort()).toEqual(["cut.msh", "layers.msh", "moved.msh"]);
  });

  it("is 4 where an iteration does not converge, and no output file appears", async () => {
    // Layers of one phase with different diffusion: the corrector is not constant.
    const args = [
      "homogenize",
      "layers.msh",
      "--phase",
      "all=ER+cytosol",
      "--homogeneous",
      "--diffusion",
      "ER=9",
    ];
    const limits = ["--solver", "wasm-cg", "--max-iterations", "1", "--tolerance", "1e-14"];
    const ended = await runErfem([...args, ...limits, "-o", "refused.json"], { cwd: path() });
    expect(ended).toMatchObject({ code: 4, stdout: "" });
    expect(ended.stderr).toMatch(/^erfem: .* \[not-converged\]\n/);
    expect(existsSync(path("refused.json"))).toBe(false);
  });

  it("is 0 where the reader of the output has gone away", async () => {
    const child = startErfem(["info", path("layers.msh")]);
    child.stdout.destroy();
    expect(await waitForEnd(child)).toMatchObject({ code: 0, stderr: "" });
  });

  it.runIf(existsSync("/dev/full"))("is 2 where the output cannot be taken, as with --output", () => {
    const full = openSync("/dev/full", "w");
    const command = ["homogenize", path("layers.msh"), "--json"];
    const endings = [["info", path("layers.msh")], command, [...command, "-o", "/dev/full"]].map((args) =>
      runErfemSync(args, full),
    );
    closeSync(full);
    for (const { code, stderr } of endings) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/^erfem: cannot write .* \[output-unwritable\]\n/i);
    }
  });

  it("names the worst node of a face moved by 1e-5", async () => {
    const { stderr } = await runErfem(["homogenize", path("moved.msh")]);
    expect(stderr).toMatch(/x = 1 .*worst is node \d+ at \(.*1\.000e-5 away/);
  });
});

describe("--debug", () => {
  it("prints stack and details, before the command or behind it", async () => {
    for (const args of [
      ["--debug", "info", "nothing.msh"],
      ["info", "nothing.msh", "--debug"],
    ]) {
      const { code, stderr } = await runErfem(args, { cwd: path() });
      expect(code).toBe(3);
      expect(stderr).toMatch(/\[file-not-found\]\nMeshError: .*\n {4}at /);
      expect(stderr).toContain('details: {"path":"nothing.msh"}');
      expect(stderr).toContain("caused by:\nError: ENOENT");
    }
  });

  it("prints no stack without it", async () => {
    const { stderr } = await runErfem(["info", "nothing.msh"], { cwd: path() });
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
