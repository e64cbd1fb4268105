import { describe, expect, it } from "vitest";
import { formatConvergence } from "../../src/cli/convergence-table.js";
import type { Matrix3 } from "../../src/core/tensor.js";
import { formatConvergenceCsv } from "../../src/io/convergence-csv.js";
import type { ConvergenceSequence, ConvergenceStudy } from "../../src/io/convergence-study.js";
import { convergenceChart } from "../../src/plots/convergence-chart.js";

const sizes = [0.4, 0.2, 0.1];

function diagonal(value: number): Matrix3 {
  return [
    [value, 0, 0],
    [0, value, 0],
    [0, 0, value],
  ];
}

function follow(
  f: (h: number) => number,
  order: number,
): Record<"mean" | "11" | "22" | "33", ConvergenceSequence> {
  const sequence = {
    values: sizes.map(f),
    orders: [null, null, order],
    exponent: order,
    extrapolated: f(0),
  };
  return { mean: sequence, "11": sequence, "22": sequence, "33": sequence };
}

/** A study with bounds, f = 2 + 3 h^1.5 above and 2 - h^1.25 below. */
const upper = (h: number): number => 2 + 3 * h ** 1.5;
const lower = (h: number): number => 2 - h ** 1.25;
const gap = (h: number): number => (upper(h) - lower(h)) / upper(h);
const study: ConvergenceStudy = {
  schema: "erfem/convergence@1",
  levels: sizes.map((h, level) => ({
    label: `h = ${h}`,
    nodes: 10,
    cells: 20,
    meshSeconds: 1,
    solveSeconds: 2,
    phases: {
      ER: {
        cells: 8 ** level,
        dofs: 5,
        meshSize: h,
        homogenized: diagonal(upper(h)),
        bounds: { lower: diagonal(lower(h)), upper: diagonal(upper(h)), relativeGap: gap(h) },
      },
    },
  })),
  phases: {
    ER: {
      upper: follow(upper, 1.5),
      lower: follow(lower, 1.25),
      gap: { values: sizes.map(gap), orders: [null, 1.3, 1.35] },
    },
  },
  warnings: [],
};

describe("a convergence study with bounds", () => {
  it("is drawn with P1, lower bound and gap, and triangles of the orders of P1 and of the gap", async () => {
    const svg = await convergenceChart(study, "um");
    for (const text of ["ER: P1", "ER: lower bound", "ER: gap", "1.5", "1.35", "(um)"]) {
      expect(svg).toContain(`${text}</text>`);
    }
  });

  it("has columns for lower bound and gap in table and CSV", () => {
    const table = formatConvergence(study);
    expect(table).toMatch(/2 +5 +0\.100000 +2\.09487 +1\.50 +1\.94377 +1\.25 +0\.0721\d+ +1\.35/);
    expect(table).toContain(
      "P1: extrapolated 2.0000000 with exponent 1.50; the finest level is 4.74342 % above",
    );
    expect(table).toContain(
      "lower: extrapolated 2.0000000 with exponent 1.25; the finest level is 2.81171 % below",
    );
    const [header, , , last] = formatConvergenceCsv(study)
      .split("\r\n")
      .map((line) => line.split(","));
    const field = (name: string): string => last[header.indexOf(name)];
    expect(Number(field("lower.22"))).toBe(lower(0.1));
    expect(field("lower.22.order")).toBe("1.25");
    expect(Number(field("relativeGap"))).toBe(gap(0.1));
  });
});
