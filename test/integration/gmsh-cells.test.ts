import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  homogenize,
  type Homogenization,
  type HomogenizeOptions,
} from "../../src/homogenization/homogenize.js";
import type { HomogenizationResult } from "../../src/io/homogenization-result.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { meshGeometry } from "../../src/node/gmsh.js";
import { mapCoordinates, renumberMesh } from "../support/box-mesh.js";

/** Volumes and areas are sums over facets with exact coordinates. */
const EXACT = 1e-12;
/** Two ways to the same tensor. */
const SAME = 1e-8;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "erfem-cells-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Meshes a built-in geometry and homogenizes it. */
async function meshAndHomogenize(
  geo: string,
  set: Record<string, number>,
  options: HomogenizeOptions = {},
): Promise<HomogenizationResult> {
  const output = join(folder, "cell.msh");
  await meshGeometry({ geo, set, output });
  return (await homogenize(parseMsh(readFileSync(output)), options)).result;
}

/** Meshes a geometry written for OpenCASCADE, with any options of Gmsh. */
function gmshScript(script: string, args: readonly string[]): Uint8Array {
  const path = join(folder, "script.geo");
  writeFileSync(path, `SetFactory("OpenCASCADE");\n${script}`);
  const output = join(folder, "script.msh");
  rmSync(output, { force: true });
  execFileSync("gmsh", [path, "-3", ...args, "-o", output], { stdio: "ignore" });
  return readFileSync(output);
}

function relativeDifference(value: number, expected: number): number {
  return Math.abs(value - expected) / Math.abs(expected);
}

describe("three pipes (section 2.7)", () => {
  it("of edge 0.1: exact fractions and area, factors that fall under refinement to the paper's", async () => {
    const factors: number[] = [];
    for (const h of [0.1, 0.05, 0.03]) {
      const { phases, membrane } = await meshAndHomogenize(
        "three-pipe",
        { edge: 0.1, h },
        { diffusion: { ER: 0.25 } },
      );
      const { ER, cytosol } = phases;
      expect(relativeDifference(ER.volumeFraction, 0.028)).toBeLessThan(EXACT);
      expect(relativeDifference(cytosol.volumeFraction, 0.972)).toBeLessThan(EXACT);
      expect(relativeDifference(membrane.area, 1.08)).toBeLessThan(EXACT);
      expect(membrane.pairs).toEqual({ "ER|cytosol": membrane.area });

      const factor = ER.factor ?? ER.homogenized;
      const entry = factor[0][0];
      for (const k of [0, 1, 2]) {
        expect(factor[k][k]).toBeGreaterThan(0.010445);
        expect(factor[k][k]).toBeLessThan(0.010625);
        for (const l of [0, 1, 2]) if (k !== l) expect(Math.abs(factor[k][l])).toBeLessThan(1e-3 * entry);
        expect(relativeDifference(ER.homogenized[k][k], 2.6175e-3)).toBeLessThan(0.015);
        expect(relativeDifference(cytosol.factor?.[k][k] ?? 0, 0.95)).toBeLessThan(0.01);
      }
      factors.push(entry);
    }
    expect(factors[1]).toBeLessThan(factors[0]);
    expect(factors[2]).toBeLessThan(factors[1]);
  });

  it.each([
    [0.2, 0.15, 0.1],
    [0.1, 0.3, 0.2],
    [0.2, 0.2, 0.4],
    [0.3, 0.3, 0.1],
  ])("of edges %d, %d, %d: exact fraction and area, tensors in the order of the edges", async (...edges) => {
    const [edge1, edge2, edge3] = edges;
    const { phases, membrane } = await meshAndHomogenize(
      "three-pipe-unequal",
      { edge1, edge2, edge3, h: 0.08 },
      { bounds: true },
    );
    // The others leave the thickest, a, through its sides.
    const [a, b, c] = [...edges].sort((p, q) => q - p);
    const { ER } = phases;
    const fraction = a * a + b * b + c * c - a * (b * b + c * c);
    expect(relativeDifference(ER.volumeFraction, fraction)).toBeLessThan(EXACT);
    const area = 4 * a + 4 * (b + c) * (1 - a) - 2 * (b * b + c * c);
    expect(relativeDifference(membrane.area, area)).toBeLessThan(EXACT);
    for (let k = 0; k < 3; k++) {
      expect(ER.homogenized[k][k]).toBeGreaterThan(ER.bounds?.lower[k][k] ?? Infinity);
      expect(ER.homogenized[k][k]).toBeLessThan(2 * edges[k] ** 2);
      for (let l = 0; l < 3; l++) {
        if (edges[k] > edges[l]) expect(ER.homogenized[k][k]).toBeGreaterThan(1.2 * ER.homogenized[l][l]);
        if (edges[k] === edges[l])
          expect(relativeDifference(ER.homogenized[k][k], ER.homogenized[l][l])).toBeLessThan(2e-3);
      }
    }
  });

  it("of three equal edges: the same cell as three-pipe", async () => {
    const equal = await meshAndHomogenize("three-pipe", { edge: 0.2, h: 0.08 });
    const given = await meshAndHomogenize("three-pipe-unequal", {
      edge1: 0.2,
      edge2: 0.2,
      edge3: 0.2,
      h: 0.08,
    });
    for (let k = 0; k < 3; k++) {
      const [a, b] = [equal, given].map(({ phases }) => phases["ER"].homogenized[k][k]);
      expect(relativeDifference(a, b)).toBeLessThan(2e-3);
    }
  });

  it("of edge 0.10092: 0.0285, 1.09 and 1.07e-2 as printed", async () => {
    const { phases, membrane } = await meshAndHomogenize("three-pipe", { edge: 0.10092 });
    expect(phases["ER"].volumeFraction).toBeCloseTo(0.0285, 4);
    expect(membrane.area).toBeCloseTo(1.09, 2);
    for (const k of [0, 1, 2]) expect(phases["ER"].factor?.[k][k]).toBeCloseTo(1.07e-2, 4);
  });
});

describe("arched pipes (Figure 9)", () => {
  it("reproduce all four printed figures within 1.5 %", async () => {
    const { phases, membrane } = await meshAndHomogenize("arched-pipes", {});
    const { factor, volumeFraction } = phases["ER"];
    expect(relativeDifference(volumeFraction, 0.0285)).toBeLessThan(0.015);
    expect(relativeDifference(membrane.area, 1.2)).toBeLessThan(0.015);
    expect(relativeDifference(factor?.[0][0] ?? 0, 6.7e-3)).toBeLessThan(0.015);
    expect(relativeDifference(factor?.[1][1] ?? 0, 6.7e-3)).toBeLessThan(0.015);
    expect(relativeDifference(factor?.[2][2] ?? 0, 1.04e-2)).toBeLessThan(0.015);
  });
});

describe("one mesh in every format of Gmsh", () => {
  let reference: Homogenization;

  /** The reference mesh as Gmsh saves it after some commands of its own. */
  function convert(commands: string, version: number, binary: number): Uint8Array {
    const output = join(folder, "converted.msh");
    rmSync(output, { force: true });
    const script = `Merge "reference.msh"; Mesh.PartitionCreateGhostCells = 1; ${commands}
      Mesh.MshFileVersion = ${version}; Mesh.Binary = ${binary}; Save "converted.msh";\n`;
    writeFileSync(join(folder, "convert.geo"), script);
    execFileSync("gmsh", ["convert.geo", "-parse_and_exit"], { cwd: folder, stdio: "ignore" });
    return readFileSync(output);
  }

  beforeAll(async () => {
    const output = join(folder, "reference.msh");
    await meshGeometry({ geo: "three-pipe", size: 0.12, output });
    reference = await homogenize(parseMsh(readFileSync(output)));
  });

  it.each([
    ["2.2 text", "", 2.2, 0],
    ["2.2 binary", "", 2.2, 1],
    ["4.1 text", "", 4.1, 0],
    ["4.1 binary", "", 4.1, 1],
    ["4.1 text in three partitions", "PartitionMesh 3;", 4.1, 0],
    ["4.1 binary in three partitions", "PartitionMesh 3;", 4.1, 1],
    ["2.2 text in three partitions", "PartitionMesh 3;", 2.2, 0],
    ["4.1 text of second order", "SetOrder 2;", 4.1, 0],
    ["2.2 binary of second order", "SetOrder 2;", 2.2, 1],
  ])("%s: same fractions, area and tensors", async (_, commands, version, binary) => {
    const { result } = await homogenize(parseMsh(convert(commands, version, binary)));
    const expected = reference.result;
    expect(relativeDifference(result.membrane.area, expected.membrane.area)).toBeLessThan(EXACT);
    for (const name of ["ER", "cytosol"]) {
      const phase = result.phases[name];
      expect(relativeDifference(phase.volumeFraction, expected.phases[name].volumeFraction)).toBeLessThan(
        EXACT,
      );
      const tensor = expected.phases[name].homogenized;
      for (const k of [0, 1, 2]) {
        for (const l of [0, 1, 2]) {
          expect(Math.abs(phase.homogenized[k][l] - tensor[k][l])).toBeLessThan(SAME * tensor[0][0]);
        }
      }
    }
    // Gmsh writes no $Periodic section in format 2.2; two phases fill the box all the same.
    const source = version === 2.2 ? "bounding-box" : "periodic";
    expect(result.mesh.unitCell).toMatchObject({ source, origin: [0, 0, 0] });
    expect(result.warnings.some((warning) => warning.includes("higher order"))).toBe(
      commands.includes("Order"),
    );
  });

  it("renumbered, moved and turned by 90 degrees: the same tensors", async () => {
    const { mesh } = reference.periodic;
    const expected = reference.result.phases["cytosol"].homogenized;
    // x' = -y + 2, y' = x - 7, z' = z + 0.5; the $Periodic section no longer fits and is left out.
    const turned = mapCoordinates({ ...renumberMesh(mesh, 3), periodicLinks: [] }, (x, y, z) => [
      2 - y,
      x - 7,
      z + 0.5,
    ]);
    const { result } = await homogenize(turned);
    const tensor = result.phases["cytosol"].homogenized;
    const rotated = [
      [expected[1][1], -expected[0][1], -expected[1][2]],
      [-expected[0][1], expected[0][0], expected[0][2]],
      [-expected[1][2], expected[0][2], expected[2][2]],
    ];
    for (const k of [0, 1, 2]) {
      for (const l of [0, 1, 2]) {
        expect(Math.abs(tensor[k][l] - rotated[k][l])).toBeLessThan(SAME * expected[0][0]);
      }
    }
    expect(result.mesh.unitCell.source).toBe("bounding-box");
  });
});

describe("phases that do not percolate", () => {
  const periodicBox = `
    For d In {0:2}
      t[] = {0, 0, 0}; t[d] = 1;
      low[] = Surface In BoundingBox{-1e-3, -1e-3, -1e-3, 1.001 - t[0], 1.001 - t[1], 1.001 - t[2]};
      For i In {0:#low[] - 1}
        b[] = BoundingBox Surface{low[i]};
        high[] = Surface In BoundingBox{b[0] + t[0] - 1e-3, b[1] + t[1] - 1e-3, b[2] + t[2] - 1e-3,
          b[3] + t[0] + 1e-3, b[4] + t[1] + 1e-3, b[5] + t[2] + 1e-3};
        Periodic Surface{high[0]} = {low[i]} Translate{t[0], t[1], t[2]};
      EndFor
    EndFor
    Mesh.MeshSizeMax = 0.15;`;

  it.each([
    ["one sphere", "Sphere(1) = {0.5, 0.5, 0.5, 0.3}; er[] = {1};", 1],
    ["two spheres", "Sphere(1) = {0.3, 0.3, 0.3, 0.2}; Sphere(2) = {0.7, 0.7, 0.7, 0.2}; er[] = {1, 2};", 2],
  ])("%s: zeros inside, the cytosol whole", async (_, spheres, count) => {
    const script = `${spheres}
      Box(9) = {0, 0, 0, 1, 1, 1};
      all[] = BooleanFragments{ Volume{er[]}; Delete; }{ Volume{9}; Delete; };
      Physical Volume("ER") = {er[]}; Physical Volume("cytosol") = {all[#all[] - 1]};${periodicBox}`;
    const { result } = await homogenize(parseMsh(gmshScript(script, ["-format", "msh41", "-bin"])));
    const { ER, cytosol } = result.phases;
    expect(ER.components).toHaveLength(count);
    expect(ER.homogenized.flat().every((entry) => entry === 0)).toBe(true);
    expect(cytosol.components).toMatchObject([{ percolates: [true, true, true] }]);
    // Hashin and Shtrikman: 2 gamma / (3 - gamma) is the most that insulating inclusions allow.
    const gamma = cytosol.volumeFraction;
    const trace = cytosol.homogenized[0][0] + cytosol.homogenized[1][1] + cytosol.homogenized[2][2];
    expect(trace / 3).toBeGreaterThan(0.95 * ((2 * gamma) / (3 - gamma)));
    expect(trace / 3).toBeLessThan(gamma);
  });

  it("a round tube meshed alone is refused until its unit cell is given, and conducts along itself only", async () => {
    const script = `Cylinder(1) = {0.4, 0.5, 0, 0, 0, 1, 0.2}; Physical Volume("ER") = {1};
      Periodic Surface{2} = {3} Translate{0, 0, 1}; Mesh.MeshSizeMax = 0.1;`;
    const mesh = parseMsh(gmshScript(script, ["-format", "msh41"]));
    await expect(homogenize(mesh)).rejects.toMatchObject({ code: "unit-cell-unknown" });
    const vectors = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ] as const;
    const { phases } = (await homogenize(mesh, { unitCell: { vectors } })).result;
    const { homogenized, volumeFraction, components } = phases["ER"];
    expect(components).toMatchObject([{ percolates: [false, false, true] }]);
    expect(
      homogenized
        .flat()
        .slice(0, 8)
        .every((entry) => entry === 0),
    ).toBe(true);
    // The facets of the curved wall make the tube a prism only to second order in the mesh size.
    expect(homogenized[2][2]).toBeLessThan(volumeFraction);
    expect(relativeDifference(homogenized[2][2], volumeFraction)).toBeLessThan(1e-4);
  });
});
