import { readFile, readdir, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { MeshError, PeriodicityError, UsageError, type ErfemError } from "../../src/core/errors.js";
import type { ProgressEvent } from "../../src/core/progress.js";
import { meshGeometry } from "../../src/node/gmsh.js";
import { readAsciiMesh, type AsciiMesh } from "./ascii-mesh.js";
import { rejection, useTemporaryFolder, writeProgram } from "./temporary-folder.js";

/** Physical tags of the built-in geometries. */
const [er, cytosol, membrane] = [1, 2, 3];

/** Sums of a few thousand volumes of coordinates given with 16 digits. */
const roundOff = 1e-12;

const folder = useTemporaryFolder();

async function meshAscii(geo: string, set: Record<string, number>): Promise<AsciiMesh> {
  const output = folder("mesh.msh");
  await meshGeometry({ geo, output, set, format: "msh22", ascii: true });
  return readAsciiMesh(await readFile(output, "utf8"));
}

function expectMatchingFaces(mesh: AsciiMesh): void {
  for (const direction of [0, 1, 2]) {
    const triangles = mesh.faceTriangles(direction, 0);
    expect(triangles.length).toBeGreaterThan(10);
    expect(mesh.faceTriangles(direction, 1)).toEqual(triangles);
  }
}

describe("three-pipe", () => {
  it.each([0.1, 0.10092, 0.6])(
    "has the exact volumes and area for edge %d, and matching faces",
    async (edge) => {
      const mesh = await meshAscii("three-pipe", { edge, h: 0.2 });
      const gamma = 3 * edge ** 2 - 2 * edge ** 3;
      expect(Math.abs((mesh.volumes.get(er) ?? 0) / gamma - 1)).toBeLessThan(roundOff);
      expect(Math.abs((mesh.volumes.get(cytosol) ?? 0) / (1 - gamma) - 1)).toBeLessThan(roundOff);
      expect(Math.abs((mesh.areas.get(membrane) ?? 0) / (12 * edge * (1 - edge)) - 1)).toBeLessThan(roundOff);
      expect([...mesh.areas.keys()]).toEqual([membrane]);
      expectMatchingFaces(mesh);
    },
  );

  it("refuses an edge that does not fit, with Gmsh's words", async () => {
    const error = await rejection(
      meshGeometry({ geo: "three-pipe", output: folder("a.msh"), set: { edge: 1.2 } }),
    );
    expect(error).toMatchObject({ code: "gmsh-failed" });
    expect((error as MeshError).message).toContain("edge = 1.2, expected 0 < edge < 1");
    expect(await readdir(folder())).toEqual([]);
  });
});

describe("arched-pipes", () => {
  it("has the printed volume fraction and area of Figure 9, and matching faces", async () => {
    const mesh = await meshAscii("arched-pipes", { h: 0.1 });
    // The curved walls become chords of length 0.1 at radius 0.1: about 1e-3 of the volume, 5e-3 of the area.
    expect(Math.abs((mesh.volumes.get(er) ?? 0) / 0.028472 - 1)).toBeLessThan(2e-3);
    expect(Math.abs((mesh.areas.get(membrane) ?? 0) / 1.191 - 1)).toBeLessThan(8e-3);
    const total = (mesh.volumes.get(er) ?? 0) + (mesh.volumes.get(cytosol) ?? 0);
    expect(Math.abs(total - 1)).toBeLessThan(roundOff);
    expectMatchingFaces(mesh);
  });
});

describe("meshGeometry", () => {
  it("writes the format asked for", async () => {
    const headers: string[] = [];
    for (const format of ["msh41", "msh22"] as const) {
      for (const ascii of [false, true]) {
        const output = folder("a.msh");
        const result = await meshGeometry({ geo: "three-pipe", output, size: 0.3, format, ascii });
        const bytes = await readFile(output);
        expect(result.bytes).toBe(bytes.length);
        headers.push(bytes.subarray(12, 20).toString("latin1").trim());
      }
    }
    expect(headers).toEqual(["4.1 1 8", "4.1 0 8", "2.2 1 8", "2.2 0 8"]);
  });

  it("hands the algorithm over to Gmsh", async () => {
    const seen: string[] = [];
    for (const algorithm of ["delaunay", "hxt"] as const) {
      const progress = (event: ProgressEvent): void => void seen.push(`${algorithm}: ${event.message ?? ""}`);
      await meshGeometry({ geo: "three-pipe", output: folder("a.msh"), size: 0.3, algorithm, progress });
    }
    // Only the Delaunay mesher says "Tetrahedrizing"; HXT has words of its own.
    const classical = seen.filter((line) => line.includes("Tetrahedrizing"));
    expect(classical.map((line) => line.split(":")[0])).toEqual(["delaunay"]);
  });

  it("sets h where the geometry has one and the largest size elsewhere", async () => {
    await writeFile(folder("box.geo"), 'SetFactory("OpenCASCADE");\nBox(1) = {0, 0, 0, 1, 1, 1};\n');
    const numNodes: number[] = [];
    for (const [geo, size] of [
      ["three-pipe", 0.1],
      ["three-pipe", 0.3],
      [folder("box.geo"), 0.1],
      [folder("box.geo"), 0.5],
    ] as const) {
      await meshGeometry({ geo, output: folder("a.msh"), size, format: "msh22", ascii: true });
      numNodes.push(readAsciiMesh(await readFile(folder("a.msh"), "utf8")).numNodes);
    }
    expect(numNodes[0]).toBeGreaterThan(2 * numNodes[1]);
    expect(numNodes[2]).toBeGreaterThan(2 * numNodes[3]);
  });

  it("reports progress, the command and the version", async () => {
    const events: ProgressEvent[] = [];
    const progress = (event: ProgressEvent): void => void events.push(event);
    const output = folder("a.msh");
    const result = await meshGeometry({ geo: "three-pipe", output, set: { h: 0.3 }, progress, threads: 1 });
    expect(events.map((event) => event.step)).toEqual(
      expect.arrayContaining(["Gmsh: meshing 3D", "Gmsh: writing"]),
    );
    expect(events.every(({ fraction = 0 }) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(result.command.join(" ")).toMatch(
      /^gmsh .*three-pipe\.geo -3 .*-nt 1 .*-setnumber h 0\.3 -o .*a\.msh$/,
    );
    expect(result.gmshVersion).toMatch(/^\d+\.\d+/);
    expect(new Set(result.warnings).size).toBe(result.warnings.length);
  });

  it("refuses a parameter that the geometry does not declare, and lists those it does", async () => {
    const error = await rejection(
      meshGeometry({ geo: "three-pipe", output: folder("a.msh"), set: { egde: 0.1 } }),
    );
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      code: "unknown-parameter",
      details: { name: "egde", declared: ["edge", "h", "grading"] },
    });
    expect((error as UsageError).message).toContain("edge, h, grading");
  });

  it.each([
    ["invalid-parameter", { set: { edge: NaN } }],
    ["invalid-parameter", { size: 0 }],
    ["invalid-parameter", { size: Infinity }],
    ["invalid-parameter", { threads: 1.5 }],
    ["contradicting-size", { size: 0.1, set: { h: 0.2 } }],
  ])("refuses with %s: %j", async (code, options) => {
    const error = await rejection(meshGeometry({ geo: "three-pipe", output: folder("a.msh"), ...options }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ code });
  });

  it("does not start Gmsh for an output that cannot be written", async () => {
    const executable = await writeProgram(folder("gmsh"), `touch ${folder("started")}`);
    const output = folder("none/a.msh");
    await expect(meshGeometry({ geo: "three-pipe", output, executable })).rejects.toMatchObject({
      code: "output-unwritable",
    });
    expect(await readdir(folder())).toEqual(["gmsh"]);
  });
});

/** Runs a shell script in Gmsh's place; its last argument is the output. Returns the error and what was left behind. */
async function failWith(
  script: string,
  options: { stallSeconds?: number; signal?: AbortSignal; verify?: () => void } = {},
): Promise<{ error: ErfemError; left: string[] }> {
  const executable = await writeProgram(folder("gmsh"), `for out; do :; done\n${script}`);
  const output = folder("a.msh");
  const error = await rejection(meshGeometry({ geo: "three-pipe", output, executable, ...options }));
  return { error: error as ErfemError, left: (await readdir(folder())).filter((name) => name !== "gmsh") };
}

describe("a Gmsh that fails", () => {
  it("is reported as missing, with how to install it", async () => {
    const output = folder("a.msh");
    const error = await rejection(meshGeometry({ geo: "three-pipe", output, executable: folder("none") }));
    expect(error).toBeInstanceOf(MeshError);
    expect(error).toMatchObject({ code: "gmsh-missing" });
    expect((error as MeshError).message).toContain("apt-get install gmsh");
    expect(await readdir(folder())).toEqual([]);
  });

  it.each([
    ["exit code 3", 'echo "Info    : so far"; echo data > "$out"; exit 3', "so far"],
    [
      "reported an error",
      'echo data > "$out"; echo "Error   : no such surface" >&2; seq 100',
      "no such surface",
    ],
    ["without writing a mesh", 'echo "Info    : nothing to do"', "nothing to do"],
    ["a signal", "echo last words; kill -9 $$", "last words"],
  ])("%s", async (what, script, lastWords) => {
    const { error, left } = await failWith(script);
    expect(error).toBeInstanceOf(MeshError);
    expect(error.code).toBe("gmsh-failed");
    expect(error.message).toContain(what);
    expect(error.message).toContain(lastWords);
    expect((error.details["lastLines"] as string[]).join("\n")).toContain(lastWords);
    expect(left).toEqual([]);
  });

  it("is stopped when it is silent for too long", async () => {
    const { error, left } = await failWith('echo "waiting for a licence"; echo data > "$out"; sleep 60', {
      stallSeconds: 0.3,
    });
    expect(error.code).toBe("gmsh-failed");
    expect(error.message).toContain("wrote nothing for 0.3 s");
    expect(error.message).toContain("waiting for a licence");
    expect(left).toEqual([]);
  });

  it("is stopped on abort, even where it ignores the polite signal", async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 200);
    const { error, left } = await failWith("trap '' TERM; while :; do sleep 0.1; done", {
      signal: controller.signal,
    });
    expect(error.code).toBe("aborted");
    expect(left).toEqual([]);
  });

  it("is not started after an abort", async () => {
    const { error, left } = await failWith(`touch ${folder("started")}`, { signal: AbortSignal.abort() });
    expect(error.code).toBe("aborted");
    expect(left).toEqual([]);
  });

  it("hands on what the check of the mesh throws, with Gmsh's last lines", async () => {
    const { error, left } = await failWith('echo data > "$out"; echo "Warning : faces differ"', {
      verify: () => {
        throw new PeriodicityError("unmatched-node", "Node 7 has no partner.", { details: { node: 7 } });
      },
    });
    expect(error).toBeInstanceOf(PeriodicityError);
    expect(error.code).toBe("unmatched-node");
    expect(error.message).toMatch(/^Node 7 has no partner\.[^]*Warning : faces differ$/);
    expect(error.details).toMatchObject({ node: 7, lastLines: ["Warning : faces differ"] });
    expect(left).toEqual([]);
  });
});
