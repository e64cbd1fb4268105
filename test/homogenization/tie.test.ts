import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PeriodicityError, UsageError } from "../../src/core/errors.js";
import type { Vector3 } from "../../src/core/tensor.js";
import { createSeededRandom } from "../../src/core/random.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { meshGeometry } from "../../src/node/gmsh.js";
import { boxMesh, mapCoordinates } from "../support/box-mesh.js";

const tie = { periodic: "tie" } as const;
const both = { phases: [{ name: "both", volumes: ["thin", "rest"] }], diffusion: { thin: 10, rest: 1 } };

/** Diagonals that alternate: with an odd number of cubes those of opposite faces differ. */
function unmatched(
  counts: readonly [number, number, number],
  volumeOf: (i: number, j: number, k: number) => string,
): TetMesh {
  return boxMesh({ counts, volumeOf, split: "five" });
}

const pipes = (n: number) => (i: number, j: number, k: number) =>
  [i, j, k].filter((m) => m >= n / 3 && m < (2 * n) / 3).length >= 2 ? "ER" : "cytosol";

describe("tied faces", () => {
  it("leaves a homogeneous cell as it is", async () => {
    const mesh = unmatched([3, 3, 5], () => "all");
    await expect(homogenize(mesh, { homogeneous: true })).rejects.toMatchObject({
      code: "periodic-diagonals-differ",
    });
    const { result, correctors } = await homogenize(mesh, {
      ...tie,
      homogeneous: true,
      diffusion: { all: [3, 2, 1, 0.5, 0.2, 0.1] },
    });
    const { homogenized } = result.phases["all"];
    expect(homogenized.flat()).toEqual(
      [3, 0.1, 0.2, 0.1, 2, 0.5, 0.2, 0.5, 1].map((a) => expect.closeTo(a, 12) as number),
    );
    expect(Math.max(...correctors["all"].chi.map(Math.abs))).toBeLessThan(1e-12);
    expect(result.periodic).toEqual({
      kind: "tie",
      mismatch: { all: expect.closeTo(0, 9) as number },
      certified: false,
    });
    expect(result.membrane.area).toBe(0);
  });

  it.each(["upright", "oblique"])("is exact on a laminate: %s", async (kind) => {
    const straight = unmatched([3, 3, 5], (_i, _j, k) => (k === 0 ? "thin" : "rest"));
    const mesh =
      kind === "upright" ? straight : mapCoordinates(straight, (x, y, z) => [x + 0.3 * z, y - 0.2 * z, z]);
    const third: Vector3 = kind === "upright" ? [0, 0, 1] : [0.3, -0.2, 1];
    const vectors: [Vector3, Vector3, Vector3] = [[1, 0, 0], [0, 1, 0], third];
    const { result } = await homogenize(mesh, { ...both, ...tie, unitCell: { vectors } });
    const { homogenized, components } = result.phases["both"];
    expect(homogenized[0][0]).toBeCloseTo(2.8, 9);
    expect(homogenized[1][1]).toBeCloseTo(2.8, 9);
    expect(homogenized[2][2]).toBeCloseTo(1 / (0.2 / 10 + 0.8), 9);
    expect(homogenized[0][2]).toBeCloseTo(0, 9);
    expect(components).toMatchObject([{ percolates: [true, true, true] }]);
  });

  it("is exact on a laminate across the tied faces, jumps of 1e6 included", async () => {
    const mesh = unmatched([5, 3, 3], (i) => (i === 0 ? "thin" : "rest"));
    const { result } = await homogenize(mesh, {
      ...both,
      ...tie,
      homogeneous: true,
      diffusion: { thin: 1e6, rest: 1 },
    });
    expect(result.phases["both"].homogenized[0][0]).toBeCloseTo(1 / (0.2e-6 + 0.8), 9);
    expect(result.phases["both"].homogenized[1][1] / 200000.8).toBeCloseTo(1, 9);
  });

  it("joins components across faces and finds what they span", async () => {
    // Two halves of one slab that only meet across z, and a rod along x.
    const mesh = unmatched([5, 5, 5], (_i, j, k) => {
      if (k === 0 || k === 4) return "slab";
      return j === 2 && k === 2 ? "rod" : "rest";
    });
    const { result } = await homogenize(mesh, tie);
    const percolates = (name: string): unknown => result.phases[name].components.map((c) => c.percolates);
    expect(percolates("slab")).toEqual([[true, true, false]]);
    expect(percolates("rod")).toEqual([[true, false, false]]);
    expect(percolates("rest")).toEqual([[true, true, false]]);
    expect(result.phases["rod"].homogenized[0][0]).toBeCloseTo(0.04, 9);
    expect(result.phases["rod"].homogenized[1]).toEqual([0, 0, 0]);
  });

  it("differs from matching faces by far less than the elements do", async () => {
    const errors = [];
    for (const n of [6, 12]) {
      const mesh = boxMesh({ counts: [n, n, n], volumeOf: pipes(n) });
      const matched = (await homogenize(mesh)).result.phases;
      const moved = (await homogenize(moveFaceNodes(mesh, n, 0.3), tie)).result;
      for (const share of Object.values(moved.periodic?.mismatch ?? {})) expect(share).toBeLessThan(1e-9);
      const entry = (name: string): number =>
        moved.phases[name].homogenized[0][0] - matched[name].homogenized[0][0];
      errors.push({ ER: entry("ER"), cytosol: entry("cytosol"), matched });
    }
    const [coarse, fine] = errors;
    for (const name of ["ER", "cytosol"] as const) {
      // The error of the elements falls like h^(4/3) here, so that the finer mesh is wrong by more than this.
      const elements = 0.6 * (coarse.matched[name].homogenized[0][0] - fine.matched[name].homogenized[0][0]);
      expect(Math.abs(fine[name])).toBeLessThan(0.1 * elements);
    }
  });

  it.each([
    [{ ...tie, bounds: true }, "bounds-need-matching-faces"],
    [{ ...tie, boundary: "mixed" as const }, "tie-needs-periodic"],
  ])("refuses %j", async (options, code) => {
    const run = homogenize(unmatched([3, 3, 3], pipes(3)), options);
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toMatchObject({ code });
  });

  it("refuses faces that are not translates of each other", async () => {
    const mesh = unmatched([3, 3, 3], (i, j) => (j === (i < 2 ? 0 : 2) ? "ER" : "cytosol"));
    const run = homogenize(mesh, tie);
    await expect(run).rejects.toThrow(PeriodicityError);
    await expect(run).rejects.toMatchObject({
      code: "tie-faces-differ",
      details: { phase: "ER", faces: ["x = 0", "x = 1"], shared: 0 },
    });
  });

  it("says where nothing passes", async () => {
    // A pipe that narrows from 2/5 to 1/5: half of its face at x = 0 has cytosol opposite.
    const mesh = unmatched([5, 5, 5], (i, j, k) =>
      k === 2 && (j === 2 || (j === 1 && i < 3)) ? "ER" : "cytosol",
    );
    const { result } = await homogenize(mesh, tie);
    expect(result.periodic?.mismatch["ER"]).toBeCloseTo(0.5, 9);
    expect(result.warnings).toContainEqual(expect.stringContaining('50.0 % of the area of phase "ER"'));
    expect(result.phases["ER"].components).toMatchObject([{ percolates: [true, false, false] }]);
  });
});

/** Moves the nodes inside the high faces along them, those on the membrane left out. */
function moveFaceNodes(mesh: TetMesh, n: number, share: number): TetMesh {
  const random = createSeededRandom(7);
  const atMembrane = (x: number): boolean => Math.abs(x - 1 / 3) < 1e-9 || Math.abs(x - 2 / 3) < 1e-9;
  return mapCoordinates(mesh, (...[x0, y0, z0]) => {
    const point = [x0, y0, z0] as const;
    const isHigh = point.map((x) => Math.abs(x - 1) < 1e-9);
    if (isHigh.filter(Boolean).length !== 1) return point;
    const [x, y, z] = point.map((coordinate, axis) => {
      const step = (share / n) * (2 * random() - 1);
      const isFixed = isHigh[axis] || coordinate < 1e-9 || atMembrane(coordinate);
      return isFixed ? coordinate : coordinate + step;
    });
    return [x, y, z];
  });
}

describe("a mesh of Gmsh whose opposite faces are cut differently", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "erfem-tie-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("is refused by match and solved by tie within the error of the elements", async () => {
    const geo = join(folder, "pipes.geo");
    writeFileSync(
      geo,
      `SetFactory("OpenCASCADE");
DefineConstant[ h = 0.1 ];
Box(1) = {0, 0.3, 0.3, 1, 0.4, 0.4}; Box(2) = {0.3, 0, 0.3, 0.4, 1, 0.4}; Box(3) = {0.3, 0.3, 0, 0.4, 0.4, 1};
Box(4) = {0, 0, 0, 1, 1, 1};
er() = BooleanUnion{ Volume{1}; Delete; }{ Volume{2, 3}; Delete; };
all() = BooleanFragments{ Volume{er()}; Delete; }{ Volume{4}; Delete; };
Physical Volume("ER") = {all(0)};
Physical Volume("cytosol") = {all(1)};
Mesh.CharacteristicLengthExtendFromBoundary = 0;
Mesh.CharacteristicLengthFromPoints = 0;
Field[1] = MathEval;
Field[1].F = Sprintf("%g * (1.15 - 0.3 * (x + y + z) / 3)", h);
Background Field = 1;
`,
    );
    const unmatchedFile = join(folder, "unmatched.msh");
    const matchedFile = join(folder, "matched.msh");
    await meshGeometry({ geo, set: { h: 0.1 }, output: unmatchedFile });
    await meshGeometry({ geo: "three-pipe", set: { edge: 0.4, grading: 1 }, size: 0.1, output: matchedFile });
    const mesh = parseMsh(readFileSync(unmatchedFile));
    await expect(homogenize(mesh)).rejects.toMatchObject({ code: "periodic-node-unmatched" });
    const tied = (await homogenize(mesh, tie)).result;
    const matched = (await homogenize(parseMsh(readFileSync(matchedFile)))).result;
    expect(tied.membrane.area).toBeCloseTo(matched.membrane.area, 9);
    // Extrapolated from sizes down to 0.025, with matching faces.
    const exact = { ER: 0.1931, cytosol: 0.4715 };
    for (const [name, value] of Object.entries(exact)) {
      const of = (phases: typeof tied.phases): number => phases[name].homogenized[0][0] - value;
      expect(of(tied.phases)).toBeGreaterThan(0);
      expect(Math.abs(of(tied.phases) - of(matched.phases))).toBeLessThan(0.5 * of(matched.phases));
    }
  });
});
