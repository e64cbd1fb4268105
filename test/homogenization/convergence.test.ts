import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import type { Matrix3 } from "../../src/core/tensor.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { refiningMesher, studyConvergence } from "../../src/homogenization/convergence.js";
import { formatConvergenceCsv } from "../../src/io/convergence-csv.js";
import type { HomogenizationResult } from "../../src/io/homogenization-result.js";
import { convergenceChart } from "../../src/plots/convergence-chart.js";
import { boxMesh } from "../support/box-mesh.js";

/** A sheet with square holes of edge 1/2 (cytosol): one re-entrant edge of 270 degrees at each of their corners. */
const holes = boxMesh({
  counts: [4, 4, 1],
  lengths: [1, 1, 0.25],
  volumeOf: (i, j) => (i === 1 || i === 2 || j === 1 || j === 2 ? "ER" : "cytosol"),
});

/** Its homogenized factor, extrapolated from five levels (393216 cells); the last differences say 1e-4. */
const holesFactor = 0.5773;

describe("studyConvergence", () => {
  it("finds falling upper bounds and an order that rises to the 4/3 of re-entrant edges", async () => {
    const results: HomogenizationResult[] = [];
    const study = await studyConvergence(refiningMesher(holes), {
      levels: 4,
      phases: [{ name: "ER", volumes: ["ER"] }],
      onLevel: (result) => void results.push(result),
    });
    expect(study.levels.map(({ cells }) => cells)).toEqual([96, 768, 6144, 49152]);
    expect(study.levels.map(({ label }) => label)).toEqual([
      "as given",
      "refined once",
      "refined 2 times",
      "refined 3 times",
    ]);
    expect(study.levels.map((level) => level.phases["ER"].homogenized)).toEqual(
      results.map((result) => result.phases["ER"].homogenized),
    );
    const sizes = study.levels.map((level) => level.phases["ER"].meshSize);
    for (let l = 1; l < 4; l++) expect(sizes[l - 1] / sizes[l]).toBeCloseTo(2, 12);

    const { values, orders, exponent, extrapolated } = study.phases["ER"].upper["11"];
    for (let l = 1; l < values.length; l++) expect(values[l]).toBeLessThan(values[l - 1]);
    expect(orders.slice(0, 2)).toEqual([null, null]);
    expect(exponent).toBe(orders[3]);
    // Measured: 1.06, 1.24, and 1.29 with a fifth level.
    expect(orders[2]).toBeGreaterThan(1);
    expect(orders[3]).toBeGreaterThan(1.2);
    expect(orders[3]).toBeLessThan(4 / 3);
    // Extrapolation takes away nine tenths of the error of the finest level.
    const finestError = values[3] - holesFactor;
    expect(finestError).toBeGreaterThan(3e-3);
    expect(Math.abs((extrapolated ?? NaN) - holesFactor)).toBeLessThan(finestError / 10);

    const svg = await convergenceChart(study, "mesh units");
    expect(svg).toContain("ER: P1");
    expect(svg).toContain((study.phases["ER"].upper.mean.exponent ?? NaN).toFixed(2));
  });

  it("says of every phase and level what the table needs, in CSV too", async () => {
    const study = await studyConvergence(refiningMesher(holes), {
      levels: 3,
      phases: [
        { name: 'a "b", c', volumes: ["cytosol"] },
        { name: "ER", volumes: ["ER"] },
      ],
    });
    const lines = formatConvergenceCsv(study).trimEnd().split("\r\n");
    expect(lines).toHaveLength(1 + 6);
    expect(lines[5]).toMatch(/^2,refined 2 times,1445,6144,"a ""b"", c",1536,/);
    const header = lines[0].split(",");
    const row = lines[6].split(",");
    expect(row).toHaveLength(header.length);
    const { upper } = study.phases["ER"];
    expect(Number(row[header.indexOf("p1.33")])).toBe(upper["33"].values[2]);
    expect(Number(row[header.indexOf("p1.mean.order")])).toBe(upper.mean.exponent);
    expect(row[header.indexOf("relativeGap")]).toBe("");
  });

  it("says where a limit contradicts the bounds of the finest level", async () => {
    // Falls evenly while the lower bound rises: of order 0.
    const tooSlow = [0.9, 0.8, 0.71];
    const found: boolean[] = [];
    for (const isTooSlow of [false, true]) {
      let level = 0;
      const { warnings } = await studyConvergence(refiningMesher(holes), {
        levels: 3,
        bounds: true,
        phases: [{ name: "ER", volumes: ["ER"] }],
        async homogenize(mesh, options) {
          const solved = await homogenize(mesh, options);
          const value = tooSlow[level++];
          if (!isTooSlow) return solved;
          const { ER } = solved.result.phases;
          const homogenized: Matrix3 = [
            [value, 0, 0],
            [0, value, 0],
            [0, 0, value],
          ];
          return { ...solved, result: { ...solved.result, phases: { ER: { ...ER, homogenized } } } };
        },
      });
      found.push(warnings.some((warning) => /the limit of P1, .* lies outside the bounds/.test(warning)));
    }
    expect(found).toEqual([false, true]);
  });

  it("has no order where the tensor is exact on every level", async () => {
    const layers = boxMesh({ counts: [1, 1, 2], volumeOf: (_i, _j, k) => (k < 1 ? "ER" : "cytosol") });
    const study = await studyConvergence(refiningMesher(layers), { levels: 3 });
    expect(study.phases["ER"].upper["11"]).toMatchObject({ exponent: null, extrapolated: null });
    expect(study.phases["ER"].upper["33"].values).toEqual([0, 0, 0]);
  });

  it("refuses fewer than three levels, before any mesh", async () => {
    const mesher = (): never => {
      throw new Error("called");
    };
    const error: unknown = await studyConvergence(mesher, { levels: 2 }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ code: "too-few-levels" });
  });
});
