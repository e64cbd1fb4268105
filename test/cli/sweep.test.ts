import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { useTemporaryFolder, writeProgram } from "../node/temporary-folder.js";
import { runErfem, startErfem, waitForEnd } from "./run-erfem.js";

const path = useTemporaryFolder();

/** Small and quick. */
const coarse = ["--set", "grading=1", "--size", "0.3", "--jobs", "2"];

/** A Gmsh that tells its version and then runs a script; `real "$@"` is Gmsh itself. */
async function writeGmsh(script: string): Promise<string> {
  const head = 'real() { exec gmsh "$@"; }\n[ "$1" = --version ] && real "$@"\n';
  return writeProgram(path("gmsh"), head + script);
}

async function waitForFile(name: string): Promise<string> {
  for (;;) {
    const text = existsSync(name) ? readFileSync(name, "utf8") : "";
    if (text.endsWith("\n")) return text;
    await sleep(20);
  }
}

/** Waits until there is no such process, or none but what waits to be reaped. */
async function waitForDeath(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      if (/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) return;
    } catch {
      return;
    }
    await sleep(20);
  }
}

describe("a point that fails", () => {
  const study = ["sweep", "three-pipe", "--vary", "edge=0.3,1.2,0.4", ...coarse, "-o", "study"];

  it("is recorded, the others go on, and the exit code tells", async () => {
    const { code, stdout, stderr } = await runErfem(study, { cwd: path() });
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /1 of 3 points failed: gmsh-failed 1 time, first at edge=1\.2\..*\[sweep-points-failed\]/,
    );
    expect(stdout).toMatch(/^ +1\.2\d* .*gmsh-failed/m);
    expect(readdirSync(path("study/points")).sort()).toEqual([
      "edge=0.3.json",
      "edge=0.4.json",
      "edge=1.2.failed.json",
    ]);
    const failure = JSON.parse(readFileSync(path("study/points/edge=1.2.failed.json"), "utf8")) as object;
    expect(failure).toMatchObject({
      schema: "erfem/sweep-failure@1",
      parameters: { edge: 1.2 },
      error: {
        code: "gmsh-failed",
        message: expect.stringContaining("edge = 1.2, expected 0 < edge < 1") as string,
      },
    });
    const rows = readFileSync(path("study/sweep.csv"), "utf8").split("\n");
    expect(rows[2]).toMatch(/^1\.2,gmsh-failed,+$/);
  });

  it("is run again on request only", async () => {
    const gmsh = await writeGmsh(
      `case "$*" in *"edge 1.2"*) echo >> "${path("tried")}"; [ -e "${path("mended")}" ] && set -- "$@" -setnumber edge 0.5;; esac\nreal "$@"`,
    );
    const options = { cwd: path(), env: { ERFEM_GMSH: gmsh } };
    const tries = (): number => readFileSync(path("tried"), "utf8").length;
    expect((await runErfem([...study, "--quiet"], options)).code).toBe(3);
    expect(tries()).toBe(1);
    const again = await runErfem([...study, "--json"], options);
    expect(again.code).toBe(3);
    expect((JSON.parse(again.stdout) as { points: object[] }).points).toMatchObject([
      { result: {} },
      { parameters: { edge: 1.2 }, error: { code: "gmsh-failed" } },
      { result: {} },
    ]);
    expect(tries()).toBe(1);
    writeFileSync(path("mended"), "");
    expect((await runErfem([...study, "--retry-failed"], options)).code).toBe(0);
    expect(tries()).toBe(2);
    expect(readdirSync(path("study/points")).sort()).toEqual([
      "edge=0.3.json",
      "edge=0.4.json",
      "edge=1.2.json",
    ]);
  });

  it("is not recorded where its process was killed, as it may have been for want of memory", async () => {
    const gmsh = await writeGmsh(
      `case "$*" in *"edge 0.3"*) [ -e "${path("mended")}" ] || kill -9 $PPID;; esac\nreal "$@"`,
    );
    const options = { cwd: path(), env: { ERFEM_GMSH: gmsh } };
    const args = ["sweep", "three-pipe", "--vary", "edge=0.3,0.4", ...coarse, "-o", "study"];
    const { code, stderr } = await runErfem(args, options);
    expect(code).toBe(3);
    expect(stderr).toContain("ended with signal SIGKILL [process-died]");
    expect(readdirSync(path("study/points"))).toEqual(["edge=0.4.json"]);
    writeFileSync(path("mended"), "");
    expect((await runErfem(args, options)).code).toBe(0);
  });
});

describe("a sweep that is stopped", () => {
  const study = ["sweep", "three-pipe", "--vary", "edge=0.3,0.4", ...coarse, "--jobs", "1", "-o", "study"];

  async function start() {
    const gmsh = await writeGmsh(`echo $PPID $$ > "${path("pids")}"\nexec sleep 300`);
    const options = { cwd: path(), env: { ERFEM_GMSH: gmsh } };
    const child = startErfem(study, options);
    const end = waitForEnd(child);
    const pids = (await waitForFile(path("pids"))).trim().split(" ").map(Number);
    return { child, end, pids, options };
  }

  it.each([
    ["SIGINT" as const, 130],
    ["SIGTERM" as const, 143],
  ])("by %s leaves no process and no lock, and says how to go on", async (signal, exitCode) => {
    const { child, end, pids } = await start();
    child.kill(signal);
    const ended = await end;
    expect(ended).toMatchObject({ code: exitCode, stdout: "" });
    expect(ended.stderr).toContain("0 of 2 points are done; give the same command again to go on [aborted]");
    for (const pid of pids) await waitForDeath(pid);
    expect(readdirSync(path("study")).sort()).toEqual(["points", "sweep.json"]);
  });

  it("by SIGKILL takes its processes along", async () => {
    const { child, end, pids } = await start();
    child.kill("SIGKILL");
    await end;
    for (const pid of pids) await waitForDeath(pid);
  });

  it("keeps others out of its folder until then", async () => {
    const { child, end, options } = await start();
    const refused = await runErfem(study, options);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(`is in use by process ${child.pid ?? 0} on `);
    expect(refused.stderr).toContain("[folder-locked]");
    child.kill("SIGTERM");
    expect((await end).code).toBe(143);
  });
});

describe("erfem sweep refuses", () => {
  const vary = ["--vary", "edge=0.3,0.4"];

  it.each([
    ["sweep-range", ["three-pipe", "--vary", "edge=0.1:0.9"]],
    ["sweep-range", ["three-pipe"]],
    ["sweep-range", ["three-pipe", ...vary, "--vary", "edge=0.5"]],
    ["sweep-shard", ["three-pipe", ...vary, "--shard", "3/2"]],
    ["contradicting-parameter", ["three-pipe", ...vary, "--set", "edge=0.1"]],
    ["contradicting-size", ["three-pipe", "--vary", "h=0.3,0.4", "--size", "0.3"]],
    ["unknown-column", ["three-pipe", ...vary, "--plot", "edge,effective.14"]],
    ["geometry-missing", vary],
    ["contradicting-options", ["--merge", "a", "b", "--shard", "1/2"]],
  ])("with %s: %j", async (code, args) => {
    const refused = await runErfem(["sweep", ...args, "-o", "study"], { cwd: path() });
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(`[${code}]`);
    expect(readdirSync(path())).toEqual([]);
  });

  it("a parameter that the geometry does not declare, and lists those it does", async () => {
    const refused = await runErfem(["sweep", "three-pipe", "--vary", "egde=0.3,0.4", "-o", "study"], {
      cwd: path(),
    });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/"egde"; it declares: edge, h, grading\..*\[unknown-parameter\]/);
    expect(readdirSync(path())).toEqual([]);
  });

  it("to start without Gmsh", async () => {
    const options = { cwd: path(), env: { ERFEM_GMSH: path("none") } };
    const refused = await runErfem(["sweep", "three-pipe", ...vary, "-o", "study"], options);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("[gmsh-missing]");
    expect(readdirSync(path())).toEqual([]);
  });

  it("to go on when the geometry has changed meanwhile", async () => {
    writeFileSync(path("cell.geo"), readFileSync(new URL("../../meshes/three-pipe.geo", import.meta.url)));
    writeFileSync(
      path("periodic-cell.geo"),
      readFileSync(new URL("../../meshes/periodic-cell.geo", import.meta.url)),
    );
    const gmsh = await writeGmsh(`echo "// more" >> "${path("periodic-cell.geo")}"\nreal "$@"`);
    const options = { cwd: path(), env: { ERFEM_GMSH: gmsh } };
    const args = ["sweep", "cell.geo", ...vary, ...coarse, "--jobs", "1", "-o", "study"];
    const refused = await runErfem(args, options);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("[geometry-changed]");
    expect(readdirSync(path("study/points"))).toEqual(["edge=0.3.json"]);
    expect((await runErfem(args, options)).stderr).toContain("geometry.sha256: ");
  });
});
