import { describe, expect, it } from "vitest";
import { ConvergenceError, UsageError } from "../../src/core/errors.js";
import type { Matrix3 } from "../../src/core/tensor.js";
import { homogenize, type HomogenizeOptions } from "../../src/homogenization/homogenize.js";
import type { PhaseRecord } from "../../src/io/homogenization-result.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { KernelMesh } from "../../src/mesh/kernel-mesh.js";
import { locatePoint } from "../../src/mesh/locate.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { solverNames } from "../../src/solver/choose-solver.js";
import { boxMesh, mapCoordinates, renumberMesh } from "../support/box-mesh.js";

/** Tolerance of the linear systems is 1e-10; energies are accurate to its square, the rest is round-off. */
const EXACT = 1e-10;
/** What two ways to the same tensor may differ by. */
const SAME = 1e-8;

async function solvePhase(
  mesh: TetMesh,
  name: string,
  options: HomogenizeOptions = {},
): Promise<PhaseRecord> {
  const { result } = await homogenize(mesh, options);
  return result.phases[name];
}

function expectMatrix(actual: Matrix3, expected: readonly (readonly number[])[], tolerance: number): void {
  actual.forEach((row, k) => {
    row.forEach((entry, l) => {
      expect(
        Math.abs(entry - expected[k][l]),
        `entry ${k}${l} is ${entry}, not ${expected[k][l]}`,
      ).toBeLessThan(tolerance);
    });
  });
}

const isPipe = (i: number, j: number, k: number): boolean => [i, j, k].filter((n) => n === 2).length >= 2;
/** Three pipes of edge 1/5. */
const pipes = boxMesh({ counts: [5, 5, 5], volumeOf: (...at) => (isPipe(...at) ? "ER" : "cytosol") });
/** Arms of unequal thickness, without any symmetry but reflection. */
const crooked = boxMesh({
  counts: [5, 4, 6],
  lengths: [1, 1.5, 0.75],
  volumeOf: (i, j, k) =>
    (i === 1 && j === 1) ||
    (j === 1 && k <= 1) ||
    (i <= 1 && k === 1 && j > 0) ||
    (i <= 2 && j === 3 && k === 1) ||
    (i === 1 && k === 1)
      ? "ER"
      : "cytosol",
});

describe("homogenize, exactly", () => {
  it("returns the tensor of a homogeneous cell, full and anisotropic", async () => {
    const box = renumberMesh(boxMesh({ counts: [3, 4, 2], lengths: [1, 2, 3], origin: [5, -1, 0] }), 2);
    const phase = await solvePhase(box, "box", {
      homogeneous: true,
      diffusion: { box: [2, 1, 3, 0.5, 0.2, -0.4] },
    });
    expectMatrix(
      phase.homogenized,
      [
        [2, -0.4, 0.2],
        [-0.4, 1, 0.5],
        [0.2, 0.5, 3],
      ],
      EXACT,
    );
    expect(phase).toMatchObject({ factor: null, tortuosity: null });
    expect(phase.principal.values[0]).toBeGreaterThan(3);
  });

  it.each([
    ["box", { homogeneous: true }],
    [
      "unit cell given",
      {
        unitCell: {
          vectors: [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
          ],
        },
      },
    ],
  ] as [string, HomogenizeOptions][])("works on a mesh one cube thick (%s)", async (_, options) => {
    const phase = await solvePhase(boxMesh({ counts: [1, 1, 1] }), "box", options);
    expect(phase.dofs).toBe(1);
    expectMatrix(
      phase.homogenized,
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      EXACT,
    );
  });

  it("gives arithmetic and harmonic means for a laminate of two volumes of one phase", async () => {
    const laminate = boxMesh({ counts: [2, 3, 4], volumeOf: (_i, _j, k) => (k === 0 ? "thin" : "rest") });
    const phase = await solvePhase(laminate, "both", {
      phases: [{ name: "both", volumes: ["thin", "rest"] }],
      diffusion: { thin: 10, rest: [1, 2, 3, 0, 0, 0] },
      homogeneous: true,
    });
    const arithmetic = (a: number, b: number): number => 0.25 * a + 0.75 * b;
    const harmonic = 1 / (0.25 / 10 + 0.75 / 3);
    expectMatrix(
      phase.homogenized,
      [
        [arithmetic(10, 1), 0, 0],
        [0, arithmetic(10, 2), 0],
        [0, 0, harmonic],
      ],
      EXACT,
    );
    expect(phase.diffusion).toEqual({
      thin: 10,
      rest: [
        [1, 0, 0],
        [0, 2, 0],
        [0, 0, 3],
      ],
    });
    expect(phase.volumes).toEqual(["thin", "rest"]);
  });

  it.each([1e-3, 1e-6, 1e-9, 1e-12])(
    "keeps its digits where the layers of a laminate differ by %d",
    async (small) => {
      const laminate = boxMesh({ counts: [2, 3, 4], volumeOf: (_i, _j, k) => (k === 0 ? "thin" : "rest") });
      const phase = await solvePhase(laminate, "both", {
        phases: [{ name: "both", volumes: ["thin", "rest"] }],
        diffusion: { thin: small, rest: 1 },
        homogeneous: true,
        solver: "wasm-ldlt",
      });
      const harmonic = 1 / (0.25 / small + 0.75);
      expect(Math.abs(phase.homogenized[2][2] / harmonic - 1)).toBeLessThan(EXACT);
      expect(phase.homogenized[0][0]).toBeCloseTo(0.75 + 0.25 * small, 12);
    },
  );

  it("says so where it takes the bounding box of a single phase for the unit cell", async () => {
    const alone = boxMesh({ counts: [5, 5, 5], volumeOf: (...at) => (isPipe(...at) ? "ER" : null) });
    const { result } = await homogenize(alone);
    expect(result.mesh.unitCell.source).toBe("bounding-box");
    expect(result.warnings.join()).toContain("--unit-cell");
    expect((await homogenize(pipes)).result.warnings).toEqual([]);
  });

  it("gives diag(0, 0, A) for a straight tube of section A, in one piece or cut by the faces", async () => {
    for (const at of [1, 0]) {
      const tube = boxMesh({
        counts: [4, 4, 3],
        volumeOf: (i, j) => (i === at && j === 3 ? "ER" : "cytosol"),
      });
      const phase = await solvePhase(tube, "ER", { diffusion: { ER: 0.25 } });
      expect(phase.homogenized).toEqual([
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, expect.closeTo(0.25 / 16, 12)],
      ]);
      expect(phase.components).toMatchObject([{ percolates: [false, false, true] }]);
      expect(phase.tortuosity).toEqual([null, null, expect.closeTo(1, 10)]);
    }
  });

  it("gives zeros for cubes that are not connected, and leaves the cytosol around them whole", async () => {
    const cubes = boxMesh({
      counts: [6, 6, 6],
      volumeOf: (i, j, k) =>
        (i === 1 && j === 1 && k === 1) || (i > 2 && i < 5 && j === 4 && k === 4) ? "ER" : "cytosol",
    });
    const { result } = await homogenize(cubes);
    expect(result.phases["ER"].homogenized).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(result.phases["ER"].components).toHaveLength(2);
    const cytosol = result.phases["cytosol"];
    expect(cytosol.components).toHaveLength(1);
    for (const k of [0, 1, 2]) {
      expect(cytosol.homogenized[k][k]).toBeGreaterThan(0.97);
      expect(cytosol.homogenized[k][k]).toBeLessThan(cytosol.volumeFraction);
    }
  });

  it("lets nothing pass between columns that touch along edges only", async () => {
    const checkerboard = boxMesh({
      counts: [4, 4, 2],
      volumeOf: (i, j) => ((i + j) % 2 === 0 ? "ER" : "cytosol"),
    });
    const phase = await solvePhase(checkerboard, "ER");
    expect(phase.components).toHaveLength(8);
    expect(phase.homogenized).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, expect.closeTo(0.5, 12)],
    ]);
    const pair = boxMesh({
      counts: [4, 4, 2],
      volumeOf: (i, j) => ((i === 1 && j === 1) || (i === 2 && j === 2) ? "ER" : "cytosol"),
    });
    expectMatrix(
      (await solvePhase(pair, "ER")).homogenized,
      [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 1 / 8],
      ],
      EXACT,
    );
  });
});

describe("the tensor does not depend on", () => {
  it("the solver", async () => {
    const tensors: Matrix3[] = [];
    for (const solver of solverNames) {
      const phase = await solvePhase(crooked, "ER", { solver });
      tensors.push(phase.homogenized);
      expect(Math.max(...phase.solver.relativeResidual)).toBeLessThanOrEqual(1e-10);
    }
    expect(tensors.length).toBeGreaterThan(2);
    for (const tensor of tensors) expectMatrix(tensor, tensors[0], SAME * tensors[0][0][0]);
    expect(Math.abs(tensors[0][0][2])).toBeGreaterThan(1e-6);
  });

  it("the numbering of nodes and cells", async () => {
    const { homogenized } = await solvePhase(crooked, "ER");
    expectMatrix(
      (await solvePhase(renumberMesh(crooked, 9), "ER")).homogenized,
      homogenized,
      SAME * homogenized[0][0],
    );
  });

  it("where the mesh lies, or how large it is", async () => {
    const { homogenized } = await solvePhase(crooked, "ER");
    const moved = mapCoordinates(crooked, (x, y, z) => [250 * x - 30, 250 * y + 7, 250 * z + 1000]);
    expectMatrix((await solvePhase(moved, "ER")).homogenized, homogenized, SAME * homogenized[0][0]);
  });

  it("where the lattice is cut", async () => {
    const shifted = boxMesh({
      counts: [5, 5, 5],
      volumeOf: (i, j, k) => (isPipe((i + 1) % 5, (j + 3) % 5, (k + 2) % 5) ? "ER" : "cytosol"),
    });
    const { result } = await homogenize(pipes);
    const other = await homogenize(shifted);
    for (const name of ["ER", "cytosol"]) {
      const { homogenized } = result.phases[name];
      expectMatrix(other.result.phases[name].homogenized, homogenized, SAME * homogenized[0][0]);
    }
    expect(other.result.membrane.area).toBeCloseTo(result.membrane.area, 12);
  });

  it("which phase is asked for", async () => {
    const { result } = await homogenize(pipes);
    const alone = await homogenize(pipes, { phases: [{ name: "ER", volumes: ["ER"] }] });
    expect(Object.keys(alone.result.phases)).toEqual(["ER"]);
    expect(alone.result.phases["ER"].homogenized).toEqual(result.phases["ER"].homogenized);
    expect(alone.result.membrane).toEqual(result.membrane);
  });

  it("the axes: it turns with the mesh by 90 degrees", async () => {
    const { homogenized: a } = await solvePhase(crooked, "ER", {
      diffusion: { ER: [2, 1, 3, 0.1, 0.2, 0.3] },
    });
    // x' = -y, y' = x, z' = z
    const turned = mapCoordinates(crooked, (x, y, z) => [-y, x, z]);
    const phase = await solvePhase(turned, "ER", { diffusion: { ER: [1, 2, 3, 0.2, -0.1, -0.3] } });
    const expected = [
      [a[1][1], -a[0][1], -a[1][2]],
      [-a[0][1], a[0][0], a[0][2]],
      [-a[1][2], a[0][2], a[2][2]],
    ];
    expectMatrix(phase.homogenized, expected, SAME * a[0][0]);
    expect(Math.abs(a[0][1])).toBeGreaterThan(1e-4);
  });
});

describe("homogenize", () => {
  it("scales with a scalar coefficient, and reports factor, effective tensor and tortuosity of it", async () => {
    const one = await solvePhase(pipes, "ER");
    const phase = await solvePhase(pipes, "ER", { diffusion: { ER: 0.25 } });
    expectMatrix(
      phase.homogenized,
      one.homogenized.map((row) => row.map((entry) => 0.25 * entry)),
      EXACT,
    );
    expectMatrix(phase.factor ?? one.homogenized, one.homogenized, EXACT);
    expect(phase.effective[0][0]).toBeCloseTo(phase.homogenized[0][0] / phase.volumeFraction, 14);
    expect(phase.tortuosity?.[1]).toBeCloseTo((0.25 * phase.volumeFraction) / phase.homogenized[1][1], 12);
  });

  it("is isotropic for three equal pipes, below the volume fraction and above a pipe alone", async () => {
    const { result } = await homogenize(pipes);
    const { homogenized, volumeFraction, correctorIntegral } = result.phases["ER"];
    expect(volumeFraction).toBeCloseTo(13 / 125, 12);
    for (const k of [0, 1, 2]) {
      expect(homogenized[k][k]).toBeGreaterThan(1 / 25);
      expect(homogenized[k][k]).toBeLessThan(volumeFraction);
      expect(homogenized[k][k]).toBeCloseTo(homogenized[0][0], 10);
      expect(Math.abs(correctorIntegral[k])).toBeLessThan(1e-10);
    }
  });

  it("sets chi to zero at the centre of the cell in the phase that holds it, and to mean zero in the other", async () => {
    const { correctors, result, periodic } = await homogenize(crooked);
    const inKernel = new KernelMesh(await loadKernel(), periodic);
    const inside: string[] = [];
    for (const [name, { phaseCells, dofMap, chi }] of Object.entries(correctors)) {
      const centre = locatePoint(inKernel, phaseCells, [0.5, 0.75, 0.375]);
      for (const k of [0, 1, 2]) {
        const value = centre?.barycentric.reduce(
          (sum, lambda, i) => sum + lambda * chi[3 * dofMap.cellDofs[4 * centre.index + i] + k],
          0,
        );
        expect(Math.abs(value ?? result.phases[name].correctorIntegral[k])).toBeLessThan(1e-14);
        expect(chi.some((entry, at) => at % 3 === k && Math.abs(entry) > 1e-3)).toBe(true);
      }
      if (centre !== null) inside.push(name);
    }
    expect(inside).toEqual(["cytosol"]);
    expect(Math.max(...result.phases["cytosol"].correctorIntegral.map(Math.abs))).toBeGreaterThan(1e-4);
  });

  it("gives an upper bound even where the systems are hardly solved", async () => {
    const exact = await solvePhase(crooked, "cytosol");
    const loose = await solvePhase(crooked, "cytosol", { solver: "wasm-cg", tolerance: 0.3 });
    for (const k of [0, 1, 2])
      expect(loose.homogenized[k][k]).toBeGreaterThan(exact.homogenized[k][k] - EXACT);
    expect(loose.homogenized[0][0]).toBeGreaterThan(exact.homogenized[0][0] + 1e-6);
  });

  it("reports mesh, unit cell, timings and progress", async () => {
    const steps: string[] = [];
    const { result } = await homogenize(pipes, {
      lengthUnit: "um",
      source: { file: "pipes.msh", sha256: "00", format: "none" },
      progress: (event) => steps.push(event.step),
    });
    expect(result).toMatchObject({
      schema: "erfem/homogenization@1",
      mesh: { file: "pipes.msh", sha256: "00", nodes: 216, cells: 750, lengthUnit: "um" },
      membrane: { areaPerVolume: expect.closeTo(24 * 2 * 0.04, 12) as number },
    });
    expect(steps).toContain("ER: assemble");
    for (const seconds of Object.values(result.timings)) expect(seconds).toBeGreaterThanOrEqual(0);
  });

  it("refuses coefficients and tolerances that make no sense, and reports what did not converge", async () => {
    const failing = async (options: HomogenizeOptions): Promise<unknown> =>
      homogenize(pipes, options).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(await failing({ diffusion: { er: 1 } })).toMatchObject({ code: "unknown-volume" });
    expect(await failing({ diffusion: { ER: [1, 1, 1, 0, 0, 2] } })).toMatchObject({
      code: "diffusion-not-positive-definite",
    });
    expect(await failing({ tolerance: 0 })).toBeInstanceOf(UsageError);
    const error = await failing({ solver: "wasm-cg", maxIterations: 1, tolerance: 1e-12 });
    expect(error).toBeInstanceOf(ConvergenceError);
  });
});
