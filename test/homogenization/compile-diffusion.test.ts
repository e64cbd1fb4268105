import { describe, expect, it } from "vitest";
import { MeshError, UsageError, type ErfemError } from "../../src/core/errors.js";
import type { Matrix3 } from "../../src/core/tensor.js";
import { compileDiffusion } from "../../src/homogenization/compile-diffusion.js";
import type { DiffusionInput } from "../../src/homogenization/diffusion.js";
import { homogenize, type HomogenizeOptions } from "../../src/homogenization/homogenize.js";
import type { BoundsRecord, PhaseRecord } from "../../src/io/homogenization-result.js";
import { writeMsh } from "../../src/io/msh-writer.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import type { CellData, TetMesh } from "../../src/mesh/tet-mesh.js";
import { refineMesh } from "../../src/mesh/refinement.js";
import { boxMesh, mapCoordinates, renumberMesh, seededRandom } from "../support/box-mesh.js";

/** The gap and the sum of the indicators, relative; and round-off of entries of order one. */
const SUM_OF_INDICATORS = 1e-8;
/** Round-off of sums over cells, and residuals of the solver, relative. */
const ROUNDOFF = 1e-9;

const box = (n: number): TetMesh => renumberMesh(boxMesh({ counts: [n, n, n] }), n);

interface Certified {
  readonly phase: PhaseRecord;
  readonly bounds: BoundsRecord;
}

/** Bounds of a single phase; their difference must be the sum of the indicators. */
async function certify(
  mesh: TetMesh,
  input: DiffusionInput,
  options: HomogenizeOptions = {},
): Promise<Certified> {
  const { result, bounds: fields } = await homogenize(mesh, {
    homogeneous: true,
    bounds: true,
    diffusion: { box: input },
    ...options,
  });
  const phase = result.phases["box"];
  const { bounds } = phase;
  if (bounds === null) throw new Error("no bounds");
  const { lower, gap, quadratureChange } = bounds;
  const size = Math.max(...gap.flat().map(Math.abs));
  const scale = Math.max(...phase.homogenized.flat());
  for (const [k, l] of [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [i, j]))) {
    const difference = phase.homogenized[k][l] - lower[k][l] * (1 + quadratureChange);
    expect(Math.abs(difference - gap[k][l])).toBeLessThan(SUM_OF_INDICATORS * size + 1e-11 * scale);
  }
  const sum = fields["box"].indicators.reduce((total, eta) => total + eta, 0);
  const trace = gap[0][0] + gap[1][1] + gap[2][2];
  expect(Math.abs(sum - trace)).toBeLessThan(SUM_OF_INDICATORS * trace + 1e-12 * scale);
  return { phase, bounds };
}

function expectEnclosed(bounds: BoundsRecord, exact: readonly number[]): void {
  exact.forEach((value, k) => {
    expect(bounds.lower[k][k]).toBeLessThanOrEqual(value);
    expect(bounds.upper[k][k]).toBeGreaterThanOrEqual(value);
  });
}

function expectClose(a: Matrix3, b: Matrix3, tolerance: number): void {
  const scale = Math.max(...b.flat().map(Math.abs));
  a.flat().forEach((entry, e) => {
    expect(Math.abs(entry - b.flat()[e])).toBeLessThan(tolerance * scale);
  });
}

async function refuse(mesh: TetMesh, input: DiffusionInput): Promise<ErfemError> {
  const caught: unknown = await homogenize(mesh, { homogeneous: true, diffusion: { box: input } }).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught).toBeInstanceOf(Error);
  return caught as ErfemError;
}

describe("formulas whose tensor is known", () => {
  it("2 + cos(2 pi y1): sqrt 3, 2, 2, on boxes of any place and size", async () => {
    const moved = mapCoordinates(box(6), (x, y, z) => [3 * x - 7, 0.5 * y + 2, z]);
    for (const mesh of [box(6), moved]) {
      const { bounds, phase } = await certify(mesh, "2 + cos(2 pi y1)");
      expectEnclosed(bounds, [Math.sqrt(3), 2, 2]);
      expect(bounds.relativeGap).toBeLessThan(0.1);
      expect(phase).toMatchObject({ diffusion: "2 + cos(2 pi y1)", factor: null, tortuosity: null });
    }
  });

  it("a product of three functions: means and harmonic means", async () => {
    const { bounds } = await certify(box(8), {
      formula: "(2 + cos(2 pi y1)) * (3 + cos(2 pi y2)) * (5 + cos(2 pi y3))",
    });
    const harmonic = (mean: number): number => Math.sqrt(mean * mean - 1);
    expectEnclosed(bounds, [harmonic(2) * 15, 10 * harmonic(3), 6 * harmonic(5)]);
    expect(bounds.relativeGap).toBeLessThan(0.05);
  });

  it("a checkerboard column by conditions: sqrt(s1 s2) across, the mean along", async () => {
    const board = boxMesh({ counts: [8, 8, 1] });
    // Facets follow the jumps; points on them, where one side decides, are only looked at.
    const { bounds } = await certify(board, "piecewise((y1 - 0.5) * (y2 - 0.5) > 0, 1, 9)");
    expectEnclosed(bounds, [3, 3, 5]);
  });

  it("the affine law: F a F^T on the box stretched by F gives F a~ F^T", async () => {
    const [f, g, h] = [2, 0.5, 3];
    const mesh = box(5);
    const stretched = mapCoordinates(mesh, (x, y, z) => [f * x, g * y, h * z]);
    const a = ["2 + cos(2 pi y1)", "3", "3 - sin(2 pi y2)", "0.5", "0.2 * y3 * (1 - y3)", "-0.4"] as const;
    const times = (factor: number, formula: string): string => `${factor} * (${formula})`;
    const image = [
      times(f * f, a[0]),
      times(g * g, a[1]),
      times(h * h, a[2]),
      times(g * h, a[3]),
      times(f * h, a[4]),
      times(f * g, a[5]),
    ] as const;
    const original = await certify(mesh, { formulas: a });
    const other = await certify(stretched, { formulas: image });
    const scale = [f, g, h];
    for (const side of ["lower", "upper"] as const) {
      const mapped = original.bounds[side].map((row, k) =>
        row.map((entry, l) => scale[k] * entry * scale[l]),
      );
      expectClose(other.bounds[side], mapped as unknown as Matrix3, ROUNDOFF);
    }
    expect(original.phase.diffusion).toBe(a.join(", "));
  });

  it("mesh coordinates: y1 and (x - x0) / L1 are the same", async () => {
    const mesh = mapCoordinates(box(4), (x, y, z) => [3 * x - 1, y, z]);
    const [byCell, byMesh] = await Promise.all(
      ["1 + y1^2", "1 + ((x + 1) / 3)^2"].map((formula) => certify(mesh, formula)),
    );
    expectClose(byCell.phase.homogenized, byMesh.phase.homogenized, ROUNDOFF);
  });
});

describe("formulas without variables", () => {
  it("are constants, with factor and tortuosity", async () => {
    const compiled = await compileDiffusion(box(1), {
      a: "1/4",
      b: { formulas: ["1", "2", "1 + 2", "0", "0", "sqrt(0.25)"] },
    });
    expect(compiled).toEqual({ a: 0.25, b: [1, 2, 3, 0, 0, 0.5] });
  });

  it("and equal formulas are one field", async () => {
    const compiled = await compileDiffusion(box(1), { a: "1 + y1", b: { formula: "1 + y1" }, c: "2 + y1" });
    expect(compiled["a"]).toBe(compiled["b"]);
    expect(compiled["a"]).not.toBe(compiled["c"]);
  });
});

describe("cell data", () => {
  const formula = "(y1 < 0.5 ? 1 : 4) * (y3 < 0.25 ? 1 : 2)";
  const mesh = boxMesh({ counts: [4, 3, 4], lengths: [2, 1, 1] });
  /** Values by the centroid of each cell. */
  const sample = (values: (x: number, y: number, z: number) => readonly number[]): number[] =>
    Array.from({ length: mesh.numCells }, (_, cell) => {
      const at = (k: number): number =>
        mesh.cells
          .subarray(4 * cell, 4 * cell + 4)
          .reduce((sum, node) => sum + mesh.coordinates[3 * node + k] / 4, 0);
      return values(at(0), at(1), at(2));
    }).flat();
  const withData = (numComponents: number, values: readonly number[]): TetMesh => {
    const data: CellData = { name: "D", numComponents, values: Float64Array.from(values) };
    return parseMsh(writeMsh({ ...mesh, cellData: [data] }, { version: "4.1" }));
  };
  const value = (x: number, z: number): number => (x < 1 ? 1 : 4) * (z < 0.25 ? 1 : 2);
  const scalars = sample((x, _y, z) => [value(x, z)]);

  it("of a scalar, read from a file: the tensor of the formula that they sample", async () => {
    const [byData, byFormula] = [
      await certify(withData(1, scalars), { elementData: "D" }),
      await certify(mesh, formula),
    ];
    expectClose(byData.phase.homogenized, byFormula.phase.homogenized, ROUNDOFF);
    expectClose(byData.bounds.lower, byFormula.bounds.lower, ROUNDOFF);
    expect(byData.phase.diffusion).toBe("elementData:D");
    expect(byData.bounds.quadratureChange).toBeLessThan(1e-14);
    const refined = await certify(refineMesh(withData(1, scalars)), { elementData: "D" });
    // Products of functions of one coordinate that jump on facets are solved exactly on every mesh.
    expectClose(refined.phase.homogenized, byFormula.phase.homogenized, ROUNDOFF);
  });

  it("of tensors by six entries or by rows: the tensor of six formulas", async () => {
    const entries = (x: number, z: number): number[] => [value(x, z), 2, 3, 0.5, 0.1, -0.4];
    const six = sample((x, _y, z) => entries(x, z));
    const rows = sample((x, _y, z) => {
      const [xx, yy, zz, yz, xz, xy] = entries(x, z);
      return [xx, xy, xz, xy, yy, yz, xz, yz, zz];
    });
    const expected = await certify(mesh, { formulas: [formula, "2", "3", "0.5", "0.1", "-0.4"] });
    for (const given of [withData(6, six), withData(9, rows)]) {
      const { phase } = await certify(given, { elementData: "D" });
      expectClose(phase.homogenized, expected.phase.homogenized, ROUNDOFF);
    }
  });

  it("that are missing, of the wrong kind or not symmetric are refused, with the place", async () => {
    const unknown = await refuse(mesh, { elementData: "D" });
    expect(unknown).toBeInstanceOf(UsageError);
    expect(unknown).toMatchObject({ code: "unknown-cell-data", details: { volume: "box", view: "D" } });
    const vectors = await refuse(
      withData(
        3,
        sample(() => [1, 1, 1]),
      ),
      { elementData: "D" },
    );
    expect(vectors).toMatchObject({ code: "cell-data-components", details: { numComponents: 3 } });
    const holes = await refuse(
      withData(
        1,
        scalars.map((a, cell) => (cell === 40 ? NaN : a)),
      ),
      {
        elementData: "D",
      },
    );
    expect(holes).toBeInstanceOf(MeshError);
    expect(holes).toMatchObject({ code: "cell-data-missing", details: { view: "D" } });
    expect(holes.message).toContain(`element ${String(holes.details["cellTag"])} at (`);
    const random = seededRandom(3);
    const skew = await refuse(
      withData(
        9,
        sample(() => [2, random(), 0, 0, 2, 0, 0, 0, 2]),
      ),
      {
        elementData: "D",
      },
    );
    expect(skew).toMatchObject({ code: "cell-data-not-symmetric", details: { view: "D" } });
    const negative = await refuse(
      withData(
        1,
        scalars.map((a, cell) => (cell === 7 ? -a : a)),
      ),
      {
        elementData: "D",
      },
    );
    expect(negative).toMatchObject({ code: "coefficient-not-positive-definite" });
  });
});

describe("wrong problems", () => {
  const mesh = box(2);

  it.each([
    ["2 + cos(2 pi y4)", "formula-unknown-name", { volume: "box", column: 14 }],
    ["2 + coss(2 pi y1)", "formula-unknown-function", { volume: "box", column: 5 }],
    ["2 + (y1", "formula-syntax", { volume: "box" }],
  ])("%s: a typing error, with volume and column", async (formula, code, details) => {
    const error = await refuse(mesh, formula);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ code, details });
    expect(error.message).toContain('the diffusion of "box"');
    const six = await refuse(mesh, { formulas: ["1", "1", "1", "0", formula, "0"] });
    expect(six.details).toMatchObject({ ...details, entry: "xz" });
  });

  it.each(["1/y1", "1 / (1 - y1)", "1/0"])("%s: not finite, with cell and point", async (formula) => {
    // A point at the origin of round-off's making is a point at the origin.
    for (const origin of [0, -0.1]) {
      const moved = mapCoordinates(mesh, (x, y, z) => [0.3 * x + origin, y, z]);
      const error = await refuse(moved, formula);
      expect(error).toMatchObject({ code: "coefficient-not-finite", details: { field: formula } });
      expect(error.details).toHaveProperty("cellTag");
      expect(error.details).toHaveProperty("point");
    }
  });

  it("indefinite tensors and values below zero, with cell and point", async () => {
    const tensor: DiffusionInput = { formulas: ["1", "1", "1", "0", "0", "2 * y1"] };
    const inputs: DiffusionInput[] = [tensor, "0.5 - y1", { formulas: ["1", "1", "1", "0", "0", "2"] }];
    for (const input of inputs) {
      const error = await refuse(mesh, input);
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ code: "coefficient-not-positive-definite" });
      expect(error.details).toHaveProperty("cellTag");
    }
  });

  it("what is no coefficient", async () => {
    const wrong = { formulas: ["1", "2"] } as unknown as DiffusionInput;
    expect(await refuse(mesh, wrong)).toMatchObject({ code: "diffusion-invalid" });
    const unknown = { formel: "1" } as unknown as DiffusionInput;
    expect(await refuse(mesh, unknown)).toMatchObject({ code: "diffusion-invalid" });
  });
});
