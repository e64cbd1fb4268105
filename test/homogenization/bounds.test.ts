import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { principalAxes, type Matrix3, type SymmetricTensor } from "../../src/core/tensor.js";
import type { CoefficientField } from "../../src/fem/coefficient-average.js";
import {
  entryIntervals,
  relativeGap,
  ROUNDOFF_ALLOWANCE,
  widenBounds,
} from "../../src/homogenization/bounds.js";
import { homogenize, type HomogenizeOptions } from "../../src/homogenization/homogenize.js";
import type { BoundsRecord, PhaseRecord } from "../../src/io/homogenization-result.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh, mapCoordinates, renumberMesh, seededRandom } from "../support/box-mesh.js";

/** Where both elements are exact, bounds differ by the round-off allowance and the square of the solver's residual. */
const EXACT = 1e-10;
/** Round-off of a form of order one. */
const ROUNDOFF = 1e-12;
/** The gap and the sum of the indicators, relative: the gap is the difference of two tensors of order one. */
const SUM_OF_INDICATORS = 1e-8;

interface Certified {
  readonly phase: PhaseRecord;
  readonly bounds: BoundsRecord;
  readonly indicators: Float64Array;
}

/** Bounds of a phase, with what must hold for all bounds checked. */
async function certify(mesh: TetMesh, name: string, options: HomogenizeOptions = {}): Promise<Certified> {
  const { result, bounds: fields } = await homogenize(mesh, { bounds: true, ...options });
  const phase = result.phases[name];
  const { bounds } = phase;
  if (bounds === null) throw new Error("no bounds");
  const { indicators } = fields[name];
  expectForms(bounds.lower, bounds.upper);
  expectForms(bounds.classical.reuss, bounds.upper);
  expectForms(bounds.lower, bounds.classical.voigt, bounds.quadratureChange);
  expectForms(scaled(0, bounds.upper), bounds.lower);
  for (const [low, high] of bounds.entries.flat()) expect(low).toBeLessThanOrEqual(high);
  expectSumOfIndicators(phase, bounds, indicators);
  if (bounds.classical.hashinShtrikman !== null) {
    const [[a], [, b], [, , c]] = bounds.lower;
    expect((a + b + c) / 3).toBeLessThanOrEqual(bounds.classical.hashinShtrikman + ROUNDOFF);
  }
  return { phase, bounds, indicators };
}

/** a <= b as quadratic forms, up to round-off and a relative allowance. */
function expectForms(a: Matrix3, b: Matrix3, allowance = 0): void {
  const size = Math.max(...b.flat().map(Math.abs));
  const { values } = principalAxes(combined(scaled(1 + allowance, b), scaled(-1, a)));
  expect(
    values[2],
    `smallest principal value of ${JSON.stringify(b)} - ${JSON.stringify(a)}`,
  ).toBeGreaterThan(-ROUNDOFF * (1 + size));
}

/** U - L, without the room for quadrature and round-off, is the sum of the indicators. */
function expectSumOfIndicators(phase: PhaseRecord, bounds: BoundsRecord, indicators: Float64Array): void {
  const { lower, gap, quadratureChange } = bounds;
  const upper = phase.homogenized;
  const size = Math.max(...gap.flat().map(Math.abs));
  const scale = SUM_OF_INDICATORS * size + ROUNDOFF * Math.max(...upper.flat());
  gap.forEach((row, k) => {
    row.forEach((entry, l) => {
      const narrow = lower[k][l] * (1 + quadratureChange) + (k === l ? ROUNDOFF_ALLOWANCE * upper[k][k] : 0);
      expect(Math.abs(upper[k][l] - narrow - entry)).toBeLessThanOrEqual(scale);
    });
  });
  expect(Math.min(...indicators)).toBeGreaterThanOrEqual(0);
  const sum = indicators.reduce((total, eta) => total + eta, 0);
  expect(Math.abs(sum - gap[0][0] - gap[1][1] - gap[2][2])).toBeLessThanOrEqual(scale);
}

/** L <= exact <= U as quadratic forms. */
function expectEnclosed(bounds: BoundsRecord, exact: Matrix3): void {
  expectForms(bounds.lower, exact);
  expectForms(exact, bounds.upper);
  bounds.entries.forEach((row, k) => {
    row.forEach(([lower, upper], l) => {
      expect(exact[k][l]).toBeGreaterThanOrEqual(lower - ROUNDOFF);
      expect(exact[k][l]).toBeLessThanOrEqual(upper + ROUNDOFF);
    });
  });
}

function combined(a: Matrix3, b: Matrix3): Matrix3 {
  const entry = (k: number, l: number): number => a[k][l] + b[k][l];
  return fromEntries(entry);
}

function scaled(s: number, a: Matrix3): Matrix3 {
  return fromEntries((k, l) => s * a[k][l]);
}

function fromEntries(entry: (k: number, l: number) => number): Matrix3 {
  return [
    [entry(0, 0), entry(0, 1), entry(0, 2)],
    [entry(1, 0), entry(1, 1), entry(1, 2)],
    [entry(2, 0), entry(2, 1), entry(2, 2)],
  ];
}

const diagonal = (x: number, y: number, z: number): Matrix3 => [
  [x, 0, 0],
  [0, y, 0],
  [0, 0, z],
];

function scalarField(value: (y1: number, y2: number, y3: number) => number): CoefficientField {
  return {
    description: "test",
    evaluate(point, _cell, tensor) {
      tensor.fill(0);
      tensor.fill(value(point[0], point[1], point[2]), 0, 3);
    },
  };
}

const box = (n: number): TetMesh => renumberMesh(boxMesh({ counts: [n, n, n] }), n);
const wave = scalarField((y1) => 2 + Math.cos(2 * Math.PI * y1));
const bothVolumes = (a: string, b: string): HomogenizeOptions => ({
  phases: [{ name: "both", volumes: [a, b] }],
  homogeneous: true,
});

describe("bounds where the tensor is known", () => {
  it("close on a laminate, on which both elements are exact", async () => {
    const laminate = boxMesh({ counts: [2, 3, 4], volumeOf: (_i, _j, k) => (k === 0 ? "thin" : "rest") });
    const { bounds } = await certify(laminate, "both", {
      ...bothVolumes("thin", "rest"),
      diffusion: { thin: 10, rest: [1, 2, 3, 0, 0, 0] },
    });
    const exact = diagonal(2.5 + 0.75, 2.5 + 1.5, 1 / (0.025 + 0.25));
    expectEnclosed(bounds, exact);
    expect(bounds.relativeGap).toBeLessThan(EXACT);
    expect(bounds.classical.voigt[2][2]).toBeCloseTo(2.5 + 2.25, 12);
    expect(bounds.classical.reuss[2][2]).toBeCloseTo(exact[2][2], 12);
    expect(bounds.classical.hashinShtrikman).toBeNull();
  });

  it("close on a homogeneous box of any shape, where Reuss's and Voigt's do", async () => {
    const { bounds } = await certify(boxMesh({ counts: [3, 2, 2], lengths: [1, 2, 3] }), "box", {
      homogeneous: true,
      diffusion: { box: [2, 1, 3, 0.5, 0.2, -0.4] },
    });
    expectEnclosed(bounds, [
      [2, -0.4, 0.2],
      [-0.4, 1, 0.5],
      [0.2, 0.5, 3],
    ]);
    expect(bounds.relativeGap).toBeLessThan(EXACT);
    expectForms(bounds.classical.voigt, bounds.classical.reuss);
  });

  it("enclose (sqrt 3, 2, 2) for a = 2 + cos(2 pi y1), more narrowly on finer meshes", async () => {
    const gaps: number[] = [];
    for (const n of [6, 12]) {
      const { bounds, phase } = await certify(box(n), "box", { homogeneous: true, diffusion: { box: wave } });
      expectEnclosed(bounds, diagonal(Math.sqrt(3), 2, 2));
      expect(phase.diffusion).toBe("test");
      expect(bounds.quadratureChange).toBeGreaterThan(0);
      gaps.push(bounds.relativeGap);
    }
    // Energy converges like h^2.
    expect(gaps[0] / gaps[1]).toBeGreaterThan(3);
  });

  it("enclose the product of means and harmonic means for a product of three functions", async () => {
    const g = (mean: number, s: number): number => mean + Math.cos(2 * Math.PI * s);
    const { bounds } = await certify(box(8), "box", {
      homogeneous: true,
      diffusion: { box: scalarField((y1, y2, y3) => g(2, y1) * g(3, y2) * g(5, y3)) },
    });
    const harmonic = (mean: number): number => Math.sqrt(mean * mean - 1);
    expectEnclosed(bounds, diagonal(harmonic(2) * 15, 2 * harmonic(3) * 5, 2 * 3 * harmonic(5)));
    expect(bounds.relativeGap).toBeLessThan(0.05);
  });

  it("enclose sqrt(s1 s2) across a checkerboard column of two volumes", async () => {
    const board = boxMesh({
      counts: [8, 8, 1],
      volumeOf: (i, j) => (i < 4 === j < 4 ? "black" : "white"),
    });
    const { bounds } = await certify(board, "both", {
      ...bothVolumes("black", "white"),
      diffusion: { black: 1, white: 9 },
    });
    expectEnclosed(bounds, diagonal(3, 3, 5));
    expect(bounds.relativeGap).toBeLessThan(0.25);
  });

  it("follow the affine law: F L F^T and F U F^T on the mesh stretched by F, with the coefficient F a F^T", async () => {
    const stretch = [2, 0.5, 3];
    const mesh = boxMesh({
      counts: [4, 4, 4],
      volumeOf: (i, j, k) => (i === 1 || (j === 2 && k < 3) ? "ER" : "cytosol"),
    });
    const stretched = mapCoordinates(mesh, (x, y, z) => [stretch[0] * x, stretch[1] * y, stretch[2] * z]);
    const a: SymmetricTensor = [2, 1, 3, 0.5, 0.2, -0.4];
    const image = (tensor: Matrix3): Matrix3 => fromEntries((k, l) => stretch[k] * tensor[k][l] * stretch[l]);
    const [f, g, h] = stretch;
    const turned: SymmetricTensor = [
      f * f * a[0],
      g * g * a[1],
      h * h * a[2],
      g * h * a[3],
      f * h * a[4],
      f * g * a[5],
    ];
    const original = await certify(mesh, "ER", { diffusion: { ER: a } });
    const other = await certify(stretched, "ER", { diffusion: { ER: turned } });
    for (const side of ["lower", "upper"] as const) {
      const expected = image(original.bounds[side]);
      other.bounds[side].flat().forEach((entry, e) => {
        expect(Math.abs(entry - expected.flat()[e])).toBeLessThan(EXACT * 30);
      });
    }
  });

  it("are zero where nothing percolates, and exact for straight tubes and columns that touch in edges", async () => {
    const cubes = boxMesh({
      counts: [5, 5, 5],
      volumeOf: (i, j, k) => (i % 2 === 1 && j === 1 && k === 1 ? "ER" : "cytosol"),
    });
    const isolated = (await certify(cubes, "ER")).bounds;
    expect(isolated.lower.flat().map(Math.abs)).toEqual(new Array(9).fill(0));
    expect(isolated.upper).toEqual(diagonal(0, 0, 0));
    expect(isolated.relativeGap).toBe(0);
    const columns = boxMesh({
      counts: [4, 4, 2],
      volumeOf: (i, j) => ((i + j) % 2 === 0 ? "ER" : "cytosol"),
    });
    const { bounds } = await certify(columns, "ER", { diffusion: { ER: 0.25 } });
    expectEnclosed(bounds, diagonal(0, 0, 0.125));
    expect(bounds.relativeGap).toBeLessThan(EXACT);
  });
});

describe("bounds in awkward places", () => {
  it("keep their rank where a phase conducts along one oblique line only", async () => {
    const stair = boxMesh({
      counts: [4, 4, 3],
      volumeOf: (i, j, k) => (k === 1 && (i === j || i === (j + 1) % 4) ? "ER" : "cytosol"),
    });
    const { bounds } = await certify(stair, "ER");
    for (const side of [bounds.lower, bounds.upper]) {
      const { values, directions } = principalAxes(side);
      expect(values[0]).toBeGreaterThan(0.01);
      expect(Math.abs(directions[0][0] - directions[0][1])).toBeLessThan(EXACT);
      expect(Math.max(Math.abs(values[1]), Math.abs(values[2]))).toBeLessThan(EXACT * values[0]);
    }
  });

  it("are exactly zero along an axis that a phase does not span, on a mesh without symmetry", async () => {
    // Faces of the box stay where they are.
    const shift = (t: number, u: number, v: number): number =>
      0.05 *
      Math.sin(2 * Math.PI * t) *
      Math.cos(2 * Math.PI * (u + 0.1)) *
      Math.cos(2 * Math.PI * (v - 0.2));
    const cross = mapCoordinates(
      boxMesh({
        counts: [5, 5, 5],
        volumeOf: (i, j, k) => (j === 1 && (i === 1 || k === 2) ? "ER" : "cytosol"),
      }),
      (x, y, z) => [x + shift(x, y, z), y + shift(y, z, x), z + shift(z, x, y)],
    );
    const { bounds } = await certify(cross, "ER");
    for (const side of [bounds.lower, bounds.upper]) {
      expect([...side[1], side[0][1], side[2][1]].map(Math.abs)).toEqual([0, 0, 0, 0, 0]);
      expect(Math.min(side[0][0], side[2][2])).toBeGreaterThan(0.01);
    }
  });

  it("hold with flat cells in a layer that nearly insulates", async () => {
    const thickness = 1e-5;
    const layers = mapCoordinates(
      boxMesh({ counts: [3, 3, 3], volumeOf: (_i, _j, k) => (k === 1 ? "thin" : "rest") }),
      (x, y, z) => [x, y, z < 0.5 ? 1.5 * z : z > 0.9 ? 1 : 0.5 + thickness],
    );
    const { bounds } = await certify(layers, "both", {
      ...bothVolumes("thin", "rest"),
      diffusion: { thin: thickness, rest: 1 },
      solver: "wasm-ldlt",
    });
    const inPlane = 1 - thickness + thickness ** 2;
    expectEnclosed(bounds, diagonal(inPlane, inPlane, 1 / (1 + 1 - thickness)));
    expect(bounds.relativeGap).toBeLessThan(EXACT);
  });
});

describe("the three-pipe sample", () => {
  const bytes = readFileSync(new URL("../../meshes/samples/three-pipe-0.1.msh", import.meta.url));
  const exact = { ER: 0.01044995, cytosol: 0.94939 };

  it.each([1e-10, 1e-2])("encloses both known factors at tolerance %d", async (tolerance) => {
    const { result } = await homogenize(parseMsh(bytes), { bounds: true, tolerance });
    for (const [name, factor] of Object.entries(exact)) {
      const { bounds } = result.phases[name];
      if (bounds === null) throw new Error("no bounds");
      expectEnclosed(bounds, diagonal(factor, factor, factor));
      expect(bounds.relativeGap).toBeLessThan(0.02);
    }
  });
});

describe("bounds of systems that are hardly solved", () => {
  const pinched = renumberMesh(
    boxMesh({
      counts: [5, 4, 6],
      lengths: [1, 1.5, 0.75],
      volumeOf: (i, j, k) => ((i * j + k) % 3 === 0 || (i === 2 && j !== 1) ? "ER" : "cytosol"),
    }),
    7,
  );

  it.each([1e-1, 1e-2, 1e-4])("stay on their sides at tolerance %d", async (tolerance) => {
    for (const name of ["ER", "cytosol"]) {
      const tight = (await certify(pinched, name)).bounds;
      const loose = (await certify(pinched, name, { solver: "wasm-cg", tolerance })).bounds;
      expectForms(loose.lower, tight.lower);
      expectForms(tight.upper, loose.upper);
      expect(loose.relativeGap).toBeGreaterThan(tight.relativeGap);
      expect(loose.relativeGap - tight.relativeGap).toBeLessThan(20 * tolerance ** 2);
    }
  });

  it("enclose what is known", async () => {
    const { bounds } = await certify(box(8), "box", {
      homogeneous: true,
      diffusion: { box: wave },
      tolerance: 1e-2,
    });
    expectEnclosed(bounds, diagonal(Math.sqrt(3), 2, 2));
  });
});

describe("bounds on random meshes", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "hold: L <= U, Reuss below, Voigt and Hashin-Shtrikman above (seed %d)",
    async (seed) => {
      const random = seededRandom(1000 * seed);
      const names = ["a", "b", "c", "void"];
      const mesh = boxMesh({
        counts: [4, 4, 2],
        split: seed % 2 === 0 ? "kuhn" : "five",
        volumeOf: () => names[Math.floor(random() * names.length)],
      });
      const moved = mapCoordinates(mesh, (x, y, z) => {
        const bump = 0.6 * x * (1 - x) * y * (1 - y) * z * (1 - z);
        return [x + bump * random(), y - bump * random(), z + 3 * bump * random()];
      });
      const tensor = (): SymmetricTensor => [
        1 + random(),
        10 ** (2 * random()),
        1 + random(),
        0.5 * random(),
        -0.5 * random(),
        0.5 * random(),
      ];
      const options = {
        phases: [{ name: "joined", volumes: ["a", "b", "c"] }],
        diffusion: { a: tensor(), b: 10 ** (4 * random() - 2), c: 1 },
      };
      const { bounds } = await certify(moved, "joined", options);
      expect(bounds.relativeGap).toBeGreaterThan(0.01);
      await certify(moved, "void");
    },
  );
});

describe("bounds with a tensor that varies", () => {
  it("hold on a moved mesh, beside volumes with constants and holes, solved or hardly solved", async () => {
    const random = seededRandom(12);
    const mesh = mapCoordinates(
      boxMesh({
        counts: [6, 6, 6],
        volumeOf: (i, j, k) => ((i * j + 2 * k) % 7 === 0 ? "void" : i < 3 ? "field" : "constant"),
      }),
      (x, y, z) => {
        const bump = 0.4 * x * (1 - x) * y * (1 - y) * z * (1 - z);
        return [x + bump * random(), y - bump * random(), z + bump * random()];
      },
    );
    const field: CoefficientField = {
      description: "swirl",
      evaluate(point, _cell, tensor) {
        const [c, s] = [Math.cos(2 * Math.PI * point[0]), Math.sin(2 * Math.PI * point[1])];
        tensor.set([2 + 0.4 * c, 1.5 + 0.3 * s, 1, 0.3 * c, 0.2 * s, 0.4 * c * s]);
      },
    };
    const options = {
      phases: [{ name: "joined", volumes: ["field", "constant"] }],
      diffusion: { field, constant: 0.5 },
    };
    const { bounds, phase, indicators } = await certify(mesh, "joined", options);
    expect(phase.diffusion).toEqual({ field: "swirl", constant: 0.5 });
    expect(phase.factor).toBeNull();
    expect(indicators).toHaveLength(phase.cells);
    expect(bounds.quadratureChange).toBeGreaterThan(1e-6);
    const loose = await certify(mesh, "joined", { ...options, solver: "wasm-cg", tolerance: 0.1 });
    expectForms(loose.bounds.lower, bounds.lower);
  });
});

describe("intervals of entries", () => {
  it("hold every tensor between the bounds, and are reached", () => {
    const random = seededRandom(31);
    const symmetric = (): Matrix3 => {
      const b = fromEntries(() => random() - 0.5);
      return fromEntries((k, l) => b[k][0] * b[l][0] + b[k][1] * b[l][1] + b[k][2] * b[l][2]);
    };
    for (let round = 0; round < 20; round++) {
      const lower = symmetric();
      const gap = symmetric();
      const upper = combined(lower, gap);
      const entries = entryIntervals({ lower, upper });
      let outside = 0;
      let closest = Infinity;
      for (let sample = 0; sample < 500; sample++) {
        // L + (G x)(G x)^T / x.G x with G = U - L lies between L and U, by the inequality of Cauchy and Schwarz.
        const x = [random() - 0.5, random() - 0.5, random() - 0.5];
        const gx = gap.map((row) => row[0] * x[0] + row[1] * x[1] + row[2] * x[2]);
        const xgx = gx[0] * x[0] + gx[1] * x[1] + gx[2] * x[2];
        entries.forEach((row, k) => {
          row.forEach(([low, high], l) => {
            const entry = lower[k][l] + (gx[k] * gx[l]) / xgx;
            outside = Math.max(outside, low - entry, entry - high);
          });
        });
        const [low, high] = entries[0][1];
        closest = Math.min(closest, (high - lower[0][1] - (gx[0] * gx[1]) / xgx) / (high - low));
      }
      expect(outside).toBeLessThan(ROUNDOFF);
      expect(closest).toBeLessThan(0.05);
    }
  });

  it("have no gap where the tensor is zero", () => {
    const zero = diagonal(0, 0, 0);
    expect(relativeGap({ lower: zero, upper: zero })).toBe(0);
    expect(relativeGap({ lower: diagonal(1, 2, 3), upper: diagonal(1, 4, 4) })).toBeCloseTo(0.5, 15);
  });

  it("are widened by what the quadrature does not know", () => {
    const { lower, upper } = widenBounds({ lower: diagonal(1, 1, 1), upper: diagonal(2, 2, 2) }, 0.01);
    expect(Math.abs(lower[0][0] - 1 / 1.01)).toBeLessThan(10 * ROUNDOFF);
    expect(Math.abs(upper[0][0] - 2 * 1.01)).toBeLessThan(10 * ROUNDOFF);
  });
});

describe("homogenize with bounds", () => {
  it("gives none where nobody asks", async () => {
    const { result, bounds } = await homogenize(box(2), { homogeneous: true });
    expect(result.phases["box"].bounds).toBeNull();
    expect(bounds).toEqual({});
  });

  it("gives the same bounds with systems solved at the same time", async () => {
    const mesh = boxMesh({ counts: [4, 4, 4], volumeOf: (i, j) => (i === 1 || j === 2 ? "ER" : "cytosol") });
    const one = await certify(mesh, "ER");
    const four = await certify(mesh, "ER", { concurrency: 4 });
    expect(four.bounds).toEqual(one.bounds);
  });
});
