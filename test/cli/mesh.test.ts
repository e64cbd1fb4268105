import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { useTemporaryFolder, writeProgram } from "../node/temporary-folder.js";
import { runErfem, startErfem, waitForEnd } from "./run-erfem.js";

/** Small and quick; the volume fraction does not depend on it. */
const coarse = ["--size", "0.25"];

const path = useTemporaryFolder();

/** Waits for a file that another process writes. */
async function waitForFile(name: string): Promise<string> {
  for (;;) {
    const text = existsSync(name) ? readFileSync(name, "utf8") : "";
    if (text.endsWith("\n")) return text;
    await sleep(20);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("erfem mesh", () => {
  it("writes <name>.msh into the current folder and says what it holds", async () => {
    const { code, stdout } = await runErfem(["mesh", "three-pipe", ...coarse], { cwd: path() });
    expect(code).toBe(0);
    expect(readdirSync(path())).toEqual(["three-pipe.msh"]);
    expect(stdout).toMatch(
      /^three-pipe\.msh\n {2}format +msh 4\.1 binary, \d+ bytes\n {2}nodes +\d+\n {2}cells +\d+\n/,
    );
    expect(stdout).toMatch(/^ {2}ER +\d+ +0\.0280000 +0\.0280000 +ER /m);
    expect(stdout).toMatch(/^ {2}cytosol +\d+ +0\.972000 +0\.972000 +cytosol /m);
  });

  it("sets parameters, writes text of version 2.2, and prints JSON", async () => {
    const args = [
      "mesh",
      "three-pipe",
      ...coarse,
      "--set",
      "edge=0.2",
      "--format",
      "msh22",
      "--ascii",
      "--json",
    ];
    const { code, stdout } = await runErfem([...args, "-o", "wide.msh"], { cwd: path() });
    expect(code).toBe(0);
    const made = JSON.parse(stdout) as { phases: { name: string; volumeFraction: number }[] };
    expect(made).toMatchObject({ schema: "erfem/mesh@1", file: "wide.msh", format: "msh 2.2 text" });
    // 3 a^2 - 2 a^3 for the edge a = 0.2, up to round-off.
    expect(made.phases.find(({ name }) => name === "ER")?.volumeFraction).toBeCloseTo(0.104, 12);
    expect(readFileSync(path("wide.msh"), "latin1")).toMatch(/^\$MeshFormat\n2\.2 0 8\n/);
  });

  it("lists the geometries and their parameters", async () => {
    const all = await runErfem(["mesh", "--list"]);
    expect(all.stdout).toMatch(/^Parameters of three-pipe, .*\n {2}edge +=/m);
    expect(all.stdout).toMatch(/^Parameters of arched-pipes, .*\n {2}edge +=/m);
    for (const args of [
      ["mesh", "three-pipe", "--help"],
      ["mesh", "--list", "three-pipe"],
    ]) {
      const { code, stdout } = await runErfem(args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^ {2}edge +=\s+0\.1 +Edge of the pipes/m);
      expect(stdout).not.toContain("Parameters of arched-pipes");
    }
  });

  it("leaves nothing behind where the mesh is no periodic unit cell", async () => {
    writeFileSync(
      path("tube.geo"),
      'SetFactory("OpenCASCADE"); Box(1) = {0, 0, 0, 0.25, 0.25, 1};\nh = 0.25;\n',
    );
    const refused = await runErfem(["mesh", "tube.geo", ...coarse], { cwd: path() });
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toContain("[unit-cell-unknown]");
    expect(readdirSync(path())).toEqual(["tube.geo"]);
  });

  it("passes on Gmsh's own words where it fails", async () => {
    writeFileSync(path("broken.geo"), "Box(1) = {0, 0, 0};\n");
    const refused = await runErfem(["mesh", "broken.geo"], { cwd: path() });
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toMatch(/^erfem: Gmsh .* \[gmsh-failed\]\n.*last lines of Gmsh:\n/);
    expect(readdirSync(path())).toEqual(["broken.geo"]);
  });

  it("says where Gmsh is missing", async () => {
    const env = { ERFEM_GMSH: path("no-gmsh") };
    const refused = await runErfem(["mesh", "three-pipe"], { cwd: path(), env });
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toContain("[gmsh-missing]");
  });

  it.each([
    ["SIGINT" as const, 130],
    ["SIGTERM" as const, 143],
  ])("ends Gmsh and removes its files on %s", async (signal, exitCode) => {
    const gmsh = await writeProgram(path("gmsh"), 'echo $$ > "$PID_FILE"\nexec sleep 60');
    const env = { ERFEM_GMSH: gmsh, PID_FILE: path("pid") };
    const child = startErfem(["mesh", "three-pipe"], { cwd: path(), env });
    const end = waitForEnd(child);
    const pid = Number(await waitForFile(path("pid")));
    expect(isRunning(pid)).toBe(true);
    child.kill(signal);
    expect(await end).toMatchObject({ code: exitCode, stdout: "" });
    expect(isRunning(pid)).toBe(false);
    expect(readdirSync(path()).sort()).toEqual(["gmsh", "pid"]);
  });

  it("prints whole results into a pipe whose reader is slow", () => {
    const args = ["-c", `"$0" "$@" mesh --list --json | (sleep 0.2; cat)`];
    const program = new URL("../../dist/cli/main.js", import.meta.url).pathname;
    const text = execFileSync("sh", [...args, process.execPath, program], { encoding: "utf8" });
    expect(JSON.parse(text)).toMatchObject({ schema: "erfem/geometries@1" });
  });
});
