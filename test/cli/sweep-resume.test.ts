import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../support/msh-text.js";
import { runErfem, startErfem, useFolder, waitForEnd } from "./run-erfem.js";

/** 20 points that take a fraction of a second each. */
const study = [
  "sweep",
  "three-pipe",
  ...["--vary", "edge=0.1:0.9:10", "--vary", "h=0.3,0.4", "--set", "grading=1"],
  ...["--diffusion", "ER=0.25", "--plot", "volumeFraction,effective.11"],
];
const numPoints = 20;

const path = useFolder();

/** Names of the finished results in a folder. */
function results(folder: string): string[] {
  const points = path(`${folder}/points`);
  return existsSync(points) ? readdirSync(points).filter((name) => /^edge.*\.json$/.test(name)) : [];
}

/** Text of every file by its path, without those that tell times. */
function readAll(folder: string): Record<string, string> {
  const files = readdirSync(path(folder), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map((entry) => `${entry.parentPath}/${entry.name}`)
      .filter((file) => !file.endsWith("timings.jsonl"))
      .map((file) => [file.slice(path(folder).length), readFileSync(file, "utf8")]),
  );
}

async function run(folder: string, ...more: string[]): Promise<void> {
  expect(await runErfem([...study, "--jobs", "2", "-o", path(folder), ...more])).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  await run("whole");
});

describe("a sweep", () => {
  it("has a result, a row and a line of timings for each point, and nothing that is not meant to stay", () => {
    expect(results("whole")).toHaveLength(numPoints);
    expect(readdirSync(path("whole")).sort()).toEqual(
      ["plots", "points", "results.json", "sweep.csv", "sweep.json", "timings.jsonl"].sort(),
    );
    const rows = readFileSync(path("whole/sweep.csv"), "utf8").trimEnd().split("\n");
    expect(rows).toHaveLength(1 + numPoints);
    expect(new Set(rows.map((row) => row.split(",").length)).size).toBe(1);
    expect(readFileSync(path("whole/timings.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(numPoints);
    const plot = readFileSync(path("whole/plots/effective.11-over-volumeFraction.csv"), "utf8");
    // Two phases, two values of h.
    expect(new Set(Array.from(plot.matchAll(/^"(.*?)"/gm), (match) => match[1])).size).toBe(4);
    const summary = JSON.parse(readFileSync(path("whole/results.json"), "utf8")) as { points: object[] };
    expect(summary).toMatchObject({ schema: "erfem/sweep@1", missing: 0 });
    expect(summary.points).toHaveLength(numPoints);
  });

  it("computes what mesh and homogenize compute", async () => {
    const [edge, h, msh] = ["0.1", "0.4", path("one.msh")];
    const set = ["--set", `edge=${edge}`, "--set", `h=${h}`, "--set", "grading=1", "--algorithm", "delaunay"];
    await runErfem(["mesh", "three-pipe", ...set, "-o", msh]);
    const { stdout } = await runErfem(["homogenize", msh, "--diffusion", "ER=0.25", "--json"]);
    const expected = JSON.parse(stdout) as { mesh: object; phases: object; membrane: object };
    expect(JSON.parse(readFileSync(path(`whole/points/edge=${edge},h=${h}.json`), "utf8"))).toMatchObject({
      schema: "erfem/homogenization@1",
      parameters: { edge: 0.1, h: 0.4 },
      mesh: { ...expected.mesh, file: null, sha256: null },
      membrane: expected.membrane,
      phases: expected.phases,
      timings: {},
    });
  });

  it("killed three times and resumed gives the files of a run in one piece, and does nothing twice", async () => {
    const random = createRandom(20060609);
    const identities = new Map<string, string>();
    for (const least of [1, 6, 11]) {
      const child = startErfem([...study, "--jobs", "2", "-o", path("killed")]);
      const end = waitForEnd(child);
      const wanted = least + Math.floor(4 * random());
      while (results("killed").length < wanted) await sleep(5);
      await sleep(300 * random());
      child.kill("SIGKILL");
      expect((await end).code).toBeNull();
      expect(existsSync(path("killed/sweep.lock"))).toBe(true);
      for (const name of results("killed")) {
        const { ino, mtimeMs } = statSync(path(`killed/points/${name}`));
        const identity = `${ino} ${mtimeMs}`;
        expect(identities.get(name) ?? identity).toBe(identity);
        identities.set(name, identity);
      }
    }
    expect(identities.size).toBeLessThan(numPoints);
    // What a kill in the middle of a write leaves behind.
    writeFileSync(
      path("killed/points/.edge=0.1,h=0.3.01234567-89ab-cdef-0123-456789abcdef.json"),
      '{"schema"',
    );
    writeFileSync(path("killed/.results.01234567-89ab-cdef-0123-456789abcdef.json"), "");
    appendFileSync(path("killed/timings.jsonl"), '{"file":"points/ed');
    await run("killed");
    expect(readAll("killed")).toEqual(readAll("whole"));
    for (const [name, identity] of identities) {
      const { ino, mtimeMs } = statSync(path(`killed/points/${name}`));
      expect(`${ino} ${mtimeMs}`).toBe(identity);
    }
    const lines = readFileSync(path("killed/timings.jsonl"), "utf8").split("\n");
    expect(lines.filter((line) => line.startsWith("{") && line.endsWith("}}")).length).toBeGreaterThan(10);
  });

  it("averages over a parameter afterwards, without doing a point again", async () => {
    cpSync(path("whole"), path("averaged"), { recursive: true });
    const before = readFileSync(path("averaged/timings.jsonl"), "utf8");
    const args = ["--jobs", "2", "-o", path("averaged"), "--over", "h", "--plot", "edge,effective.11"];
    const { code, stdout } = await runErfem([...study, ...args]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/averaged over +h/);
    expect(readFileSync(path("averaged/timings.jsonl"), "utf8")).toBe(before);
    const { groups } = JSON.parse(readFileSync(path("averaged/statistics.json"), "utf8")) as {
      groups: { quantities: Record<string, { count: number; mean: number; interval: [number, number] }> }[];
    };
    expect(groups).toHaveLength(numPoints / 2);
    for (const { quantities } of groups) {
      const { count, mean, interval } = quantities["ER.effective.11"];
      expect(count).toBe(2);
      expect(interval[0]).toBeLessThanOrEqual(mean);
      expect(interval[1]).toBeGreaterThanOrEqual(mean);
    }
    const rows = readFileSync(path("averaged/statistics.csv"), "utf8").trimEnd().split("\n");
    expect(rows).toHaveLength(1 + numPoints / 2);
    expect(readFileSync(path("averaged/plots/effective.11-over-edge.svg"), "utf8")).toContain("mean, ER");
  });

  it("refuses to average over what is not varied, before it begins", async () => {
    const { code, stderr } = await runErfem([...study, "-o", path("nothing"), "--over", "seed"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/"seed" is not varied.*varied: edge, h.*\[unknown-parameter\]/);
    expect(existsSync(path("nothing"))).toBe(false);
  });

  it("makes a damaged result again", async () => {
    cpSync(path("whole"), path("damaged"), { recursive: true });
    const file = path("damaged/points/edge=0.1,h=0.3.json");
    writeFileSync(file, readFileSync(file).subarray(0, 500));
    await run("damaged");
    expect(readAll("damaged")).toEqual(readAll("whole"));
  });

  it("refuses to go on with other inputs, and says which", async () => {
    const before = readAll("whole");
    const refused = await runErfem([...study, "-o", path("whole"), "--tolerance", "1e-6"]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("homogenization.tolerance: nothing there, 0.000001 here");
    expect(refused.stderr).toContain("[sweep-inputs-differ]");
    expect(readAll("whole")).toEqual(before);
  });
});

describe("parts of a sweep", () => {
  beforeAll(async () => {
    await Promise.all(["1", "2"].map(async (part) => run(`part-${part}`, "--shard", `${part}/2`)));
  });

  it("are interleaved, and merged give the files of a run in one piece", async () => {
    expect(results("part-1")).toHaveLength(numPoints / 2);
    const names = new Set([...results("part-1"), ...results("part-2")]);
    expect(names.size).toBe(numPoints);
    // The first part has one of two sizes: the last axis varies fastest.
    expect(results("part-1").every((name) => name.endsWith("h=0.3.json"))).toBe(true);
    const parts = [path("part-1"), path("part-2")];
    const plot = ["--plot", "volumeFraction,effective.11"];
    const merged = await runErfem(["sweep", "--merge", ...parts, "-o", path("merged"), ...plot]);
    expect(merged.code).toBe(0);
    expect(readAll("merged")).toEqual(readAll("whole"));
  });

  it.each([
    ["sweep-points-missing", 3, ["part-1"]],
    ["sweep-points-doubled", 3, ["part-1", "whole"]],
    ["sweep-inputs-differ", 2, ["part-1", "other"]],
    ["sweep-merge-folders", 2, ["part-1", "part-1"]],
    ["sweep-merge-folders", 2, ["part-1", "nowhere"]],
  ])("are refused with %s, and nothing is written", async (code, exitCode, folders) => {
    if (!existsSync(path("other"))) {
      cpSync(path("part-2"), path("other"), { recursive: true });
      const manifest = readFileSync(path("other/sweep.json"), "utf8");
      writeFileSync(path("other/sweep.json"), manifest.replace('"grading": 1', '"grading": 2'));
    }
    const paths = folders.map((folder) => path(folder));
    const refused = await runErfem(["sweep", "--merge", ...paths, "-o", path("refused")]);
    expect(refused).toMatchObject({ code: exitCode, stdout: "" });
    expect(refused.stderr).toContain(`[${code}]`);
    expect(existsSync(path("refused"))).toBe(false);
  });
});
