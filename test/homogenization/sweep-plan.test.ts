import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import {
  compareInputs,
  describeDifferences,
  linearValues,
  logarithmicValues,
  MAX_SWEEP_POINTS,
  planSweep,
  selectShard,
} from "../../src/homogenization/sweep-plan.js";
import type { SweepInputs } from "../../src/io/sweep-files.js";
import { expectError } from "../support/expect-error.js";

describe("ranges", () => {
  it("has the ends exactly and between them the decimals that are meant", () => {
    expect(linearValues(0.05, 0.95, 19)).toEqual([
      0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
    ]);
    expect(linearValues(-0.3, 0.3, 7)[3]).toBe(0);
    expect(linearValues(1, 0, 3)).toEqual([1, 0.5, 0]);
    expect(linearValues(0.1234567890123456, 1 / 3, 2)).toEqual([0.1234567890123456, 1 / 3]);
  });

  it("has equal ratios where it is logarithmic", () => {
    expect(logarithmicValues(0.001, 10, 5)).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(logarithmicValues(8, 2, 3)).toEqual([8, 4, 2]);
  });

  it.each([
    [0, 1, 1],
    [0, 1, 2.5],
    [1, 1, 3],
    [0, 1, MAX_SWEEP_POINTS + 1],
    [0, 1, NaN],
  ])("refuses %d to %d with %d values", (start, stop, count) => {
    expectError(UsageError, "sweep-range", () => linearValues(start, stop, count));
  });

  it.each([
    [0, 1],
    [-2, -1],
  ])("refuses a logarithmic range from %d to %d", (start, stop) => {
    expectError(UsageError, "sweep-range", () => logarithmicValues(start, stop, 3));
  });
});

describe("planSweep", () => {
  it("combines all values, the first axis varying slowest, and names files by the parameters", () => {
    const points = planSweep([
      { name: "edge", values: [0.1, 0.2] },
      { name: "h", values: [1e-7, 3] },
    ]);
    expect(points.map((point) => point.file)).toEqual([
      "points/edge=0.1,h=1e-7.json",
      "points/edge=0.1,h=3.json",
      "points/edge=0.2,h=1e-7.json",
      "points/edge=0.2,h=3.json",
    ]);
    expect(points[2]).toMatchObject({ index: 2, parameters: { edge: 0.2, h: 1e-7 } });
  });

  it("keeps names of files short and different", () => {
    const axes = Array.from({ length: 12 }, (_, i) => ({
      name: `${"parameter".repeat(2)}${i}`,
      values: i === 11 ? [1, 2] : [0.123456789],
    }));
    const names = planSweep(axes).map((point) => point.file);
    expect(new Set(names).size).toBe(2);
    // 255 bytes less what a temporary name adds: two dots, ".failed", a UUID.
    for (const name of names) expect(name.length).toBeLessThan(255 - 45);
  });

  it.each([
    ["nothing is varied", []],
    ["twice", [1, 2].map((value) => ({ name: "edge", values: [value] }))],
    ["no values", [{ name: "edge", values: [] }]],
    ["0.1", [{ name: "edge", values: [0.1, 0.2, 0.1] }]],
    ["NaN", [{ name: "edge", values: [0.1, NaN] }]],
    ["20001 points", [{ name: "edge", values: Array.from({ length: MAX_SWEEP_POINTS + 1 }, (_, i) => i) }]],
  ])("refuses %s", (words, axes) => {
    expect(expectError(UsageError, "sweep-range", () => planSweep(axes)).message).toContain(words);
  });
});

describe("selectShard", () => {
  const points = planSweep([{ name: "edge", values: [0, 1, 2, 3, 4, 5, 6] }]);

  it("divides the points into interleaved parts", () => {
    const parts = [1, 2, 3].map((index) =>
      selectShard(points, { index, count: 3 }).map((point) => point.index),
    );
    expect(parts).toEqual([
      [0, 3, 6],
      [1, 4],
      [2, 5],
    ]);
  });

  it.each([
    [0, 2],
    [3, 2],
    [1.5, 2],
    [1, NaN],
  ])("refuses part %d of %d", (index, count) => {
    expectError(UsageError, "sweep-shard", () => selectShard(points, { index, count }));
  });
});

describe("compareInputs", () => {
  const inputs: SweepInputs = {
    erfem: "1.0.0",
    gmsh: "4.8.4",
    geometry: { name: "a.geo", sha256: "00" },
    vary: [{ name: "edge", values: [1, 2] }],
    set: { h: 0.1, w: 1 },
    size: null,
    algorithm: "delaunay",
    homogenization: { diffusion: { ER: 0.25 }, phases: undefined },
  };

  it("finds no difference in the order of keys and in what is undefined", () => {
    const same = { ...inputs, set: { w: 1, h: 0.1 }, homogenization: { diffusion: { ER: 0.25 } } };
    expect(compareInputs(inputs, same)).toEqual([]);
  });

  it("names each field that differs, with both values", () => {
    const other: SweepInputs = {
      ...inputs,
      vary: [{ name: "edge", values: [1, 3] }],
      set: { h: 0.1 },
      size: 0.2,
      homogenization: { diffusion: { ER: 0.3 } },
    };
    const differences = compareInputs(inputs, other);
    expect(differences.map(({ field }) => field).sort()).toEqual([
      "homogenization.diffusion.ER",
      "set.w",
      "size",
      "vary",
    ]);
    expect(describeDifferences(differences)).toContain("set.w: 1 there, nothing here");
    expect(describeDifferences(differences)).toContain("size: null there, 0.2 here");
  });
});
