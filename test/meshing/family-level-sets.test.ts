import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { createSeededRandom } from "../../src/core/random.js";
import { findFamily, unitCellFamilies } from "../../src/meshing/families/catalog.js";
import { createFamilyLevelSet } from "../../src/meshing/families/family.js";
import type { LevelSet } from "../../src/meshing/level-set.js";

/** Coordinates of a few periods, wrapped, lose some digits of their 1e-16. */
const roundOff = 1e-11;

function family(name: string): (typeof unitCellFamilies)[number] {
  const found = findFamily(name);
  if (found === undefined) throw new Error(`no family ${name}`);
  return found;
}

function evaluate(levelSet: LevelSet, points: readonly number[]): Float64Array {
  const values = new Float64Array(points.length / 3);
  levelSet.evaluate(Float64Array.from(points), values.length, values);
  return values;
}

function randomPoints({ origin, lengths }: LevelSet, count: number): number[] {
  const random = createSeededRandom(7);
  return Array.from({ length: 3 * count }, (_, i) => origin[i % 3] + random() * lengths[i % 3]);
}

describe.each(unitCellFamilies.map(({ name }) => name))("the level set of %s", (name) => {
  const levelSet = createFamilyLevelSet(family(name));
  const points = randomPoints(levelSet, 2000);
  const values = evaluate(levelSet, points);

  it("is periodic", () => {
    for (const shift of [
      [1, 0, 0],
      [0, -1, 0],
      [0, 0, 1],
      [-1, 2, 1],
    ]) {
      const moved = evaluate(
        levelSet,
        points.map((x, i) => x + shift[i % 3] * levelSet.lengths[i % 3]),
      );
      const worst = Math.max(...moved.map((value, i) => Math.abs(value - values[i])));
      expect(worst / levelSet.lengths[0]).toBeLessThan(roundOff);
    }
  });

  it("has both signs, and the ER is the smaller part", () => {
    const fraction = values.filter((value) => value < 0).length / values.length;
    expect(fraction).toBeGreaterThan(0.02);
    expect(fraction).toBeLessThan(0.5);
  });

  it("grows like a distance near its zeros", () => {
    const step = 1e-4;
    const near = points.filter((_, i) => Math.abs(values[Math.floor(i / 3)]) < 4);
    const at = evaluate(levelSet, near);
    const squares = new Float64Array(at.length);
    for (let d = 0; d < 3; d++) {
      const moved = evaluate(
        levelSet,
        near.map((x, i) => (i % 3 === d ? x + step : x)),
      );
      moved.forEach((value, i) => (squares[i] += ((value - at[i]) / step) ** 2));
    }
    const slopes = Array.from(squares, Math.sqrt);
    // Smooth unions of opposite gradients are flatter. The cores of ramps, within 20 nm of their axes, are steeper: 1.55.
    expect(at.length).toBeGreaterThan(20);
    expect(Math.max(...slopes)).toBeLessThan(name === "ramps" ? 1.6 : 1.01);
    expect(Math.min(...slopes)).toBeGreaterThan(0.4);
  });

  it("refuses numbers out of range and unknown names", () => {
    const error = refusal(() => createFamilyLevelSet(family(name), { nonsense: 1 }));
    expect(error.code).toBe("unknown-parameter");
    for (const { name: parameter, min } of family(name).parameters) {
      expect(refusal(() => createFamilyLevelSet(family(name), { [parameter]: min - 1 })).code).toBe(
        "invalid-parameter",
      );
    }
  });
});

function refusal(run: () => unknown): UsageError {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("families", () => {
  it.each([
    ["spheres-sc", { r: 150, period: 300 }, "r below 150 nm"],
    ["spheres-fcc", { r: 180, period: 500 }, "where spheres touch"],
    ["round-pipes", { rx: 150 }, "half the shorter period"],
    ["round-pipes", { rx: 0, ry: 0, rz: 0 }, "one radius above 0"],
    ["tubule-network", { r: 90 }, "take a smaller r"],
    ["sheets", { holeRadius: 130 }, "take smaller holes"],
    ["ramps", { distance: 100 }, "the cores must stay apart"],
    ["sarcoplasmic-reticulum", { tubules: 40 }, "fewer tubules"],
    ["random-network", { r: 200 }, "thinner tubules"],
    ["random-network", { density: 30, junctions: 8 }, "leave out --set junctions"],
    ["random-network", { density: 30, period: 200 }, "take another period"],
    ["random-network", { density: 1000, period: 2000 }, "take another period"],
  ])("refuse what does not fit: %s %o", (name, values, words) => {
    const error = refusal(() => createFamilyLevelSet(family(name), values));
    expect(error.code).toBe("parameters-incompatible");
    expect(error.message).toContain(words);
  });

  it("make the same random network of the same seed, another of another", () => {
    const first = createFamilyLevelSet(family("random-network"), { seed: 3 });
    const points = randomPoints(first, 200);
    const values = evaluate(first, points);
    expect(evaluate(createFamilyLevelSet(family("random-network"), { seed: 3 }), points)).toEqual(values);
    const others = evaluate(createFamilyLevelSet(family("random-network"), { seed: 4 }), points);
    expect(others.filter((value, i) => Math.abs(value - values[i]) > 1).length).toBeGreaterThan(100);
  });

  it("count the junctions of a random network from a density and its period", () => {
    // 31.25 / um^3 in (0.8 um)^3: 16, the default number.
    const counted = createFamilyLevelSet(family("random-network"), { density: 31.25, period: 800 });
    const given = createFamilyLevelSet(family("random-network"), { junctions: 16, period: 800 });
    const points = randomPoints(given, 200);
    expect(evaluate(counted, points)).toEqual(evaluate(given, points));
    const larger = createFamilyLevelSet(family("random-network"), { density: 31.25, period: 1000 });
    const same = createFamilyLevelSet(family("random-network"), { junctions: 31, period: 1000 });
    expect(evaluate(larger, points)).toEqual(evaluate(same, points));
  });
});
