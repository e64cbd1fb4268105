import { mkdir, readdir, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { MeshSizes } from "../../src/homogenization/adaptation-plan.js";
import { adaptMesh } from "../../src/homogenization/adaptivity.js";
import { identifyPeriodicFaces } from "../../src/mesh/periodic-mesh.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { cellVolume } from "../../src/mesh/geometry.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { createAdaptiveMesher } from "../../src/node/adaptive-mesher.js";
import { boxMesh } from "../support/box-mesh.js";
import { rejection, useTemporaryFolder } from "./temporary-folder.js";

const folder = useTemporaryFolder();

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Factor 0.0104499(5) of the ER in three pipes of edge 0.1: hp elements, known to 1e-6. */
const exactFactor = 0.01044995;

/** Sizes on a coarse mesh of the unit cube. */
function sizesOf(size: (x: number) => number): MeshSizes {
  const mesh = boxMesh({ counts: [8, 8, 8] });
  const nodeSizes = Float64Array.from({ length: mesh.numNodes }, (_, node) =>
    size(mesh.coordinates[3 * node]),
  );
  return { mesh, nodeSizes };
}

/** Mean of (6 sqrt 2 |T|)^(1/3) over the cells whose first node has x in the range. */
function meanSize(mesh: TetMesh, low: number, high: number): number {
  const { numCells, cells, coordinates } = mesh;
  let sum = 0;
  let count = 0;
  for (let cell = 0; cell < numCells; cell++) {
    const x = coordinates[3 * cells[4 * cell]];
    if (x < low || x > high) continue;
    sum += Math.cbrt(6 * Math.SQRT2 * cellVolume(mesh, cell));
    count++;
  }
  return sum / count;
}

describe("createAdaptiveMesher", () => {
  it("meshes with the geometry's own sizes, then with those asked for, faces still matched", async () => {
    const mesher = createAdaptiveMesher({
      geo: "three-pipe",
      set: { edge: 0.5 },
      size: 0.2,
      folder: folder(),
    });
    vi.stubEnv("TMPDIR", folder("scratch"));
    await mkdir(folder("scratch"));
    const first = await mesher.makeMesh(1, null);
    const uniform = await mesher.makeMesh(
      2,
      sizesOf(() => 0.1),
    );
    const graded = await mesher.makeMesh(
      3,
      sizesOf((x) => 0.05 + 0.3 * Math.min(x, 1 - x)),
    );
    expect((await readdir(folder())).sort()).toEqual([
      "round-1.msh",
      "round-2.msh",
      "round-3.msh",
      "scratch",
    ]);
    expect(graded.source?.file).toBe(folder("round-3.msh"));
    // Nothing is left of the files that held the sizes.
    expect(await readdir(folder("scratch"))).toEqual([]);
    const kernel = await loadKernel();
    for (const { mesh } of [first, uniform, graded]) {
      expect(identifyPeriodicFaces(kernel, mesh, 2).unitCell.source).toBe("periodic");
    }
    // Cells that fill space are larger than the regular one of their edges: Gmsh gives them about 1 / 0.8 of the size.
    expect(Math.abs((meanSize(uniform.mesh, 0, 1) / 0.1) * 0.8 - 1)).toBeLessThan(0.15);
    expect(meanSize(graded.mesh, 0.4, 0.6) / meanSize(graded.mesh, 0, 0.1)).toBeGreaterThan(2);
  });

  it("has a geometry refused that says itself where its nodes are", async () => {
    const geo = folder("own.geo");
    await writeFile(
      geo,
      `SetFactory("OpenCASCADE"); Box(1) = {0, 0, 0, 1, 1, 1}; 
       Physical Volume("ER") = {1};
       Periodic Surface{2} = {1} Translate{1, 0, 0}; Periodic Surface{4} = {3} Translate{0, 1, 0};
       Periodic Surface{6} = {5} Translate{0, 0, 1};
       Transfinite Curve{:} = 3; Transfinite Surface{:}; Transfinite Volume{:};\n`,
    );
    const mesher = createAdaptiveMesher({ geo, folder: folder() });
    // One volume of constant diffusion is solved exactly, but for the allowance for round-off.
    const work = adaptMesh(mesher, { gap: 1e-14, maxNodes: 10_000, homogeneous: true });
    expect(await rejection(work)).toMatchObject({ code: "size-field-ignored" });
  });

  it("certifies with 10,000 nodes what uniform meshes do not with 600,000", async () => {
    const mesher = createAdaptiveMesher({
      geo: "three-pipe",
      algorithm: "hxt",
      size: 0.12,
      folder: folder(),
    });
    const { adaptation } = await adaptMesh(mesher, {
      phases: [{ name: "ER", volumes: ["ER"] }],
      gap: 5.5e-3,
      maxNodes: 10_000,
    });
    expect(adaptation.rounds.length).toBeLessThan(6);
    for (const { phases } of adaptation.rounds) {
      const { lower, upper } = phases["ER"];
      for (const k of [0, 1, 2]) {
        expect(lower[k][k]).toBeLessThan(exactFactor);
        expect(upper[k][k]).toBeGreaterThan(exactFactor);
      }
    }
    // Uniform meshes have 1.3e-2 with 92,000 nodes and 5.8e-3 with 668,000.
    const last = adaptation.rounds[adaptation.rounds.length - 1];
    expect(last.phases["ER"].relativeGap).toBeLessThanOrEqual(5.5e-3);
    expect(Math.abs(last.nodes / (last.predictedNodes ?? 0) - 1)).toBeLessThan(0.2);
  });
});
