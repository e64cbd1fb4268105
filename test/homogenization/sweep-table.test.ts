import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { scaleMatrix3, type Matrix3 } from "../../src/core/tensor.js";
import { planSweep } from "../../src/homogenization/sweep-plan.js";
import { chartSweep, checkColumn, formatChartCsv } from "../../src/homogenization/sweep-series.js";
import { formatSweepCsv, tabulateSweep } from "../../src/homogenization/sweep-table.js";
import type { SweepPhase, SweepPoint, SweepResult } from "../../src/io/sweep-files.js";
import { expectError } from "../support/expect-error.js";

const tensor: Matrix3 = [
  [11, 12, 13],
  [12, 22, 23],
  [13, 23, 33],
];

/** A phase of volume fraction gamma and homogenized tensor s * tensor, with a = 0.5 and bounds at 1 -+ 0.1. */
function phase(gamma: number, s: number): SweepPhase {
  const homogenized = scaleMatrix3(tensor, s);
  return {
    volumeFraction: gamma,
    cells: 4,
    nodes: 5,
    dofs: 3,
    diffusion: 0.5,
    homogenized,
    effective: scaleMatrix3(homogenized, 1 / gamma),
    factor: scaleMatrix3(homogenized, 2),
    bounds: {
      lower: scaleMatrix3(homogenized, 0.9),
      upper: scaleMatrix3(homogenized, 1.1),
      relativeGap: 0.2,
    },
  };
}

function result(point: SweepPoint, phases: Record<string, SweepPhase>): SweepResult {
  return {
    schema: "erfem/homogenization@1",
    parameters: point.parameters,
    mesh: { nodes: 10, cells: 8, lengthUnit: "um" },
    membrane: { area: 2, areaPerVolume: 1 },
    phases,
  };
}

const points = planSweep([
  { name: "edge", values: [3, 1, 2] },
  { name: "h", values: [0.1, 0.2] },
]);

/** Results of all points but the last, which has failed, and the one before, which is missing. */
const records = {
  results: new Map(
    points.slice(0, 4).map((point) => {
      const { edge, h } = point.parameters;
      const phases = {
        ER: phase(0.25, edge),
        ...(edge === 3 ? {} : { "cyto,sol": phase(0.75, 10 * edge + h) }),
      };
      return [point.index, result(point, phases)];
    }),
  ),
  failures: new Map([
    [
      5,
      {
        schema: "erfem/sweep-failure@1" as const,
        parameters: points[5].parameters,
        error: { code: "gmsh-failed", message: "no" },
      },
    ],
  ]),
};
const table = tabulateSweep(points, records);

function column(name: string): readonly number[] | undefined {
  return table.columns.find((each) => each.name === name)?.values;
}

describe("tabulateSweep", () => {
  it("has a row for each point that was run, and the entries of the tensors where their names say", () => {
    expect(table.status).toEqual(["done", "done", "done", "done", "gmsh-failed"]);
    expect(column("edge")).toEqual([3, 3, 1, 1, 2]);
    for (const entry of [11, 22, 33, 12, 13, 23]) {
      expect(column(`ER.homogenized.${entry}`)?.[2]).toBe(entry);
      expect(column(`ER.factor.${entry}`)?.[2]).toBe(2 * entry);
      expect(column(`ER.lower.${entry}`)?.[2]).toBe(0.9 * entry);
    }
    expect(column("ER.effective.11")).toEqual([132, 132, 44, 44, NaN]);
    expect(column("cyto,sol.volumeFraction")).toEqual([NaN, NaN, 0.75, 0.75, NaN]);
    expect(table.columns.find(({ name }) => name === "membrane.area")?.unit).toBe("um^2");
  });

  it("leaves out columns that no point has, and keeps a phase apart that is called as the mesh is", () => {
    const point = points[0];
    const only = tabulateSweep(points, {
      results: new Map([[0, result(point, { mesh: { ...phase(1, 1), factor: null, bounds: undefined } })]]),
      failures: new Map(),
    });
    const names = only.columns.map(({ name }) => name);
    expect(names).toContain("phase.mesh.nodes");
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => /lower|upper|relativeGap|factor/.test(name))).toEqual([]);
  });
});

describe("formatSweepCsv", () => {
  it("has as many fields in each row as names, quotes them and leaves empty what is absent", () => {
    const lines = formatSweepCsv(table).trimEnd().split("\n");
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^edge,h,point\.status,membrane\.area,.*,"cyto,sol\.cells"$/);
    expect(lines[1]).toMatch(/^3,0\.1,done,2,1,10,8,0\.25,132,/);
    expect(lines[5]).toMatch(/^2,0\.2,gmsh-failed,+$/);
    for (const line of lines) {
      expect(line.replace(/"[^"]*"/g, "").split(",")).toHaveLength(table.columns.length + 1);
    }
  });
});

describe("chartSweep", () => {
  it("gives a curve for each phase and each other parameter, ascending, without the rows that lack a number", () => {
    const { x, y, series } = chartSweep(table, { x: "edge", y: "effective.22" });
    expect([x, y]).toEqual([
      { label: "edge", unit: "" },
      { label: "effective.22", unit: "um^2/ms" },
    ]);
    expect(series.map(({ name, x: values }) => [name, values])).toEqual([
      ["ER, h = 0.1", [1, 3]],
      ["ER, h = 0.2", [1, 3]],
      ["cyto,sol, h = 0.1", [1]],
      ["cyto,sol, h = 0.2", [1]],
    ]);
    expect(series[0].y).toEqual([88, 264]);
  });

  it("scales the bounds to what is drawn, on the diagonal only", () => {
    for (const [y, s] of [
      ["ER.homogenized.11", 11],
      ["ER.effective.11", 44],
      ["ER.factor.11", 22],
    ] as const) {
      const [curve] = chartSweep(table, { x: "edge", y }).series;
      // Products of a few numbers.
      expect(curve.lower?.[0]).toBeCloseTo(0.9 * s, 12);
      expect(curve.upper?.[0]).toBeCloseTo(1.1 * s, 12);
    }
    expect(chartSweep(table, { x: "edge", y: "ER.effective.12" }).series[0]).not.toHaveProperty("lower");
  });

  it("takes two quantities of one phase together, and of two phases when they are named", () => {
    const same = chartSweep(table, { x: "volumeFraction", y: "effective.11" });
    expect(same.series.map(({ name }) => name)).toContain("cyto,sol, h = 0.2");
    const across = chartSweep(table, { x: "ER.homogenized.11", y: "cyto,sol.homogenized.11" });
    expect(across.series.map((curve) => curve.x)).toEqual([[11], [11]]);
  });

  it("is written as CSV, with bounds", () => {
    const lines = formatChartCsv(chartSweep(table, { x: "edge", y: "ER.factor.11" })).split("\n");
    expect(lines[0]).toBe("series,edge,ER.factor.11,lower,upper");
    expect(lines[1].startsWith('"ER, h = 0.1",1,22,19.8')).toBe(true);
    expect(lines).toHaveLength(1 + 4 + 1);
  });

  it("refuses columns that are not there, and lists those that are", () => {
    const error = expectError(UsageError, "unknown-column", () =>
      chartSweep(table, { x: "edge", y: "area51" }),
    );
    expect(error.message).toContain("membrane.area");
  });
});

describe("checkColumn", () => {
  it.each(["edge", "membrane.area", "effective.11", "any phase.lower.12"])("lets %s pass", (name) => {
    expect(() => {
      checkColumn(name, ["edge"]);
    }).not.toThrow();
  });

  it.each(["egde", "effective.14", "ER.effectiv.11"])("refuses %s", (name) => {
    expectError(UsageError, "unknown-column", () => {
      checkColumn(name, ["edge"]);
    });
  });
});
