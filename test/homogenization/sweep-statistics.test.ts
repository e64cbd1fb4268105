import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { planSweep } from "../../src/homogenization/sweep-plan.js";
import { chartStatistics } from "../../src/homogenization/sweep-series.js";
import {
  averageSweep,
  formatStatisticsCsv,
  summarizeStatistics,
} from "../../src/homogenization/sweep-statistics.js";
import type { SweepTable } from "../../src/homogenization/sweep-table.js";
import { expectError } from "../support/expect-error.js";

/** Sums and square roots of a few numbers. */
const ROUNDOFF = 1e-14;

/** t of Student's distribution, 95 %, two degrees of freedom: sqrt(2 p^2 / (1 - p^2)). */
const t2 = Math.sqrt((2 * 0.95 ** 2) / (1 - 0.95 ** 2));

const points = planSweep([
  { name: "size", values: [200, 400] },
  { name: "seed", values: [1, 2, 3] },
]);

/** Two sizes of three realizations; one of the second has failed. */
const table: SweepTable = {
  points,
  status: ["done", "done", "done", "done", "solver-stagnated", "done"],
  columns: [
    { name: "size", phase: null, quantity: "size", unit: "", values: [200, 200, 200, 400, 400, 400] },
    { name: "seed", phase: null, quantity: "seed", unit: "", values: [1, 2, 3, 1, 2, 3] },
    {
      name: "ER.effective.11",
      phase: "ER",
      quantity: "effective.11",
      unit: "um^2/ms",
      values: [1, 2, 6, 4, NaN, 4],
    },
    {
      name: "ER.lower.11",
      phase: "ER",
      quantity: "lower.11",
      unit: "um^2/ms",
      values: [1, 2, 6, 4, NaN, 4],
    },
  ],
};

describe("averageSweep", () => {
  const statistics = averageSweep(table, "seed");

  it("has mean, deviation and Student's interval of each group of realizations", () => {
    expect(statistics.points.map(({ parameters }) => parameters)).toEqual([{ size: 200 }, { size: 400 }]);
    expect(statistics.failed).toEqual([0, 1]);
    const [column, ...others] = statistics.columns;
    expect(others).toEqual([]);
    expect(column.counts).toEqual([3, 2]);
    expect(column.values).toEqual([3, 4]);
    expect(column.deviations).toEqual([Math.sqrt(7), 0]);
    const halfWidth = (t2 * Math.sqrt(7)) / Math.sqrt(3);
    expect(Math.abs(column.interval.upper[0] - 3 - halfWidth)).toBeLessThan(ROUNDOFF * 10);
    expect(Math.abs(column.interval.lower[0] - 3 + halfWidth)).toBeLessThan(ROUNDOFF * 10);
    expect(column.interval.lower[1]).toBe(4);
  });

  it("holds the mean of the population as often as it says", () => {
    // Uniform numbers of a linear congruential generator: 400 intervals of 8 realizations each.
    let state = 12345;
    const random = (): number => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32;
    const plan = planSweep([
      { name: "group", values: Array.from({ length: 400 }, (_, i) => i) },
      { name: "seed", values: [1, 2, 3, 4, 5, 6, 7, 8] },
    ]);
    const values = plan.map(random);
    const { columns } = averageSweep(
      {
        points: plan,
        status: plan.map(() => "done"),
        columns: [{ name: "membrane.area", phase: null, quantity: "membrane.area", unit: "", values }],
      },
      "seed",
      0.8,
    );
    const { lower, upper } = columns[0].interval;
    const hits = lower.filter((low, i) => low <= 0.5 && 0.5 <= upper[i]).length;
    // Binomial: 320 -+ 8 is one standard deviation; four of them.
    expect(Math.abs(hits - 320)).toBeLessThan(32);
  });

  it("is written as a table and as an object, what does not exist left empty", () => {
    const single = averageSweep({ ...table, columns: table.columns.slice(0, 3) }, "seed");
    const [head, first] = formatStatisticsCsv(single).split("\n");
    expect(head).toBe(
      "size,failed,ER.effective.11.count,ER.effective.11.mean,ER.effective.11.deviation," +
        "ER.effective.11.lower,ER.effective.11.upper",
    );
    expect(first.startsWith("200,0,3,3,2.64575131106459")).toBe(true);
    const alone = averageSweep(
      {
        ...table,
        columns: table.columns.map((column) => ({
          ...column,
          values: column.phase === null ? column.values : [1, 2, 6, 4, NaN, NaN],
        })),
      },
      "seed",
    );
    expect(summarizeStatistics(alone)).toMatchObject({
      schema: "erfem/sweep-statistics@1",
      groups: [
        { parameters: { size: 200 } },
        { quantities: { "ER.effective.11": { count: 1, mean: 4, deviation: null, interval: [null, null] } } },
      ],
    });
  });

  it("is drawn as means with intervals and realizations as points", () => {
    const { series } = chartStatistics(statistics, { x: "size", y: "effective.11" });
    expect(series.map(({ name, x, isScatter = false }) => [name, x, isScatter])).toEqual([
      ["mean, ER", [200, 400], false],
      ["ER", [200, 200, 200, 400, 400], true],
    ]);
    expect(series[0].lower?.[1]).toBe(4);
    expect(series[1]).not.toHaveProperty("lower");
    expectError(UsageError, "unknown-column", () =>
      chartStatistics(statistics, { x: "seed", y: "effective.11" }),
    );
  });

  it("refuses a parameter that is not varied, or has one value", () => {
    expectError(UsageError, "unknown-parameter", () => averageSweep(table, "radius"));
    const first = { ...table, points: points.filter(({ parameters }) => parameters["seed"] === 1) };
    const rows = {
      ...first,
      columns: table.columns.map((column) => ({ ...column, values: column.values.slice(0, 2) })),
    };
    expectError(UsageError, "too-few-realizations", () => averageSweep(rows, "seed"));
  });
});
