import { describe, expect, test } from "vitest";
import { equilibriumBound, type CalciumBuffer } from "../../src/bidomain/calcium-buffer.js";
import { createCellReaction, type CellReaction } from "../../src/bidomain/cell-reaction.js";
import type { CellReactionOptions } from "../../src/bidomain/cell-reaction-options.js";
import { createFormulaModel } from "../../src/bidomain/formula-model.js";
import { createMembraneModel } from "../../src/bidomain/membrane-catalog.js";
import { createReactionPoint, type ReactionPoint } from "../../src/bidomain/reaction.js";
import { findSteadyStates } from "../../src/bidomain/steady-states.js";
import { ConvergenceError } from "../../src/core/errors.js";
import { createRandom } from "../solver/systems.js";
import { compareDerivatives } from "../support/central-difference.js";
import { expectError } from "../support/expect-error.js";

const geometry = { cytosolFraction: 0.8, erFraction: 0.15, areaPerVolume: 3.6 };

const calbindin: CalciumBuffer = {
  name: "calbindin",
  compartment: "cytosol",
  total: 50,
  bindingRate: 5.5,
  unbindingRate: 2.6,
};
const troponin: CalciumBuffer = {
  name: "troponin",
  compartment: "cytosol",
  total: 70,
  bindingRate: 32.7,
  unbindingRate: 19.6,
  isMobile: false,
};
const calsequestrin: CalciumBuffer = {
  name: "calsequestrin",
  compartment: "er",
  total: 6390,
  bindingRate: 102,
  unbindingRate: 65000,
};

/** Every kind of process at once. */
const everything: CellReactionOptions = {
  ...geometry,
  membranes: [
    { model: createMembraneModel("leak"), basis: "er" },
    { model: createMembraneModel("serca-hill"), basis: "cytosol", factor: "1 + 0.3 * sin(x + t)" },
    { model: createMembraneModel("ip3-receptor"), basis: "er", factor: 1.3, label: "type 2" },
    { model: createMembraneModel("ryanodine-receptor"), basis: "cell" },
    {
      model: createMembraneModel("serca-buffering", {
        P: 900,
        kBind: 40,
        kUnbind: 0.7,
        kRelease: 5,
        kRebind: 1e-3,
      }),
      basis: "area",
      factor: "1 + y^2",
    },
    {
      model: await createFormulaModel({
        name: "own",
        flux: "g * p * (e - c) + 0.01 * dcdt * e - 0.02 * dedt",
        states: [{ name: "g", rate: "c - g * e", initial: 0.2 }],
      }),
      basis: "cytosol",
    },
  ],
  buffers: [calbindin, troponin, calsequestrin, { ...calsequestrin, name: "calreticulin", isMobile: false }],
  ip3: { production: "0.1 + 0.2 * c^2 / (c^2 + 1) + 0.01 * p * sin(t)", decayRate: 0.14 },
};

/** A point with random contents of usual size. */
function createRandomPoint(reaction: CellReaction, random: () => number): ReactionPoint {
  const point = createReactionPoint(reaction.fields.length, reaction.states.length);
  for (const array of [point.fields, point.rates, point.states]) {
    array.forEach((_, i) => (array[i] = 0.05 + random()));
  }
  reaction.fields.forEach((name, k) => {
    if (name === "e" || name === "calsequestrin") point.fields[k] *= 300;
  });
  point.time = random();
  point.x = random();
  point.y = random();
  point.z = random();
  return point;
}

describe("createCellReaction", () => {
  test("fields, states, capacities and weights", async () => {
    const reaction = await createCellReaction(everything);
    expect(reaction.fields).toEqual(["c", "e", "calbindin", "calsequestrin", "p"]);
    expect(reaction.states).toEqual([
      ...["type 2.h", "ryanodine-receptor.w", "serca-buffering.X", "own.g"],
      ...["troponin", "calreticulin"],
    ]);
    expect([...reaction.capacities]).toEqual([0.8, 0.15, 0.8, 0.15, 0.8]);
    expect(reaction.compartments).toEqual(["cytosol", "er", "cytosol", "er", "cytosol"]);
    expect([...reaction.calciumWeights]).toEqual([1, 1, 1, 1, 0]);
    expect([...reaction.initialStates]).toEqual([0.59, 0.92, 0, 0.2, 0, 0]);
    const weights = new Float64Array(6).fill(NaN);
    reaction.weighStates(0, 2, 0, weights);
    expect(weights[2]).toBeCloseTo((3.6 / 602.214076) * 5 * 2 * 900, 10);
    expect([...weights.with(2, 0)]).toEqual([0, 0, 0, 0, 0.8, 0.15]);
  });

  test("all derivatives against central differences", async () => {
    // Rates of one size: round-off of the buffers' 1e8 uM/s would hide the derivatives of everything else.
    const gentle = { total: 60, bindingRate: 0.02, unbindingRate: 1.5 };
    const buffers = (everything.buffers ?? []).map((buffer) => ({ ...buffer, ...gentle }));
    const reaction = await createCellReaction({ ...everything, buffers });
    const random = createRandom(5);
    for (let sample = 0; sample < 10; sample++) {
      const point = createRandomPoint(reaction, random);
      const run = (): void => {
        reaction.evaluate(point);
      };
      const n = reaction.fields.length;
      const m = reaction.states.length;
      for (const [values, outputs, derivatives, numColumns] of [
        [point.fields, point.sources, point.sourcesByFields, n],
        [point.rates, point.sources, point.sourcesByRates, n],
        [point.states, point.sources, point.sourcesByStates, m],
        [point.fields, point.stateRates, point.stateRatesByFields, n],
        [point.states, point.stateRates, point.stateRatesByStates, m],
      ] as const) {
        // Round-off of sources of order 1e3 over steps of 1e-5 is 1e-8, extrapolation errors are less.
        expect(compareDerivatives(values, run, outputs, derivatives, numColumns)).toBeLessThan(1e-6);
      }
    }
  });

  test("conserves calcium to round-off: w . R + v . Phi = 0", async () => {
    const reaction = await createCellReaction(everything);
    const random = createRandom(9);
    const weights = new Float64Array(reaction.states.length);
    for (let sample = 0; sample < 50; sample++) {
      const point = createRandomPoint(reaction, random);
      reaction.evaluate(point);
      reaction.weighStates(point.x, point.y, point.z, weights);
      let sum = 0;
      let size = 0;
      point.sources.forEach((source, k) => {
        sum += reaction.calciumWeights[k] * source;
        size += Math.abs(source);
      });
      point.stateRates.forEach((rate, s) => {
        sum += weights[s] * rate;
        size += Math.abs(weights[s] * rate);
      });
      // A hundred additions.
      expect(Math.abs(sum) / size).toBeLessThan(1e-14);
    }
  });

  test("a flux per area: 18000 molecules/um^2/s with 3.6 /um are 107.6 uM/s", async () => {
    const model = createMembraneModel("serca-hill", { V: 18000, K: 0.27 });
    const reaction = await createCellReaction({ ...geometry, membranes: [{ model, basis: "area" }] });
    const point = createReactionPoint(2, 0);
    point.fields.set([1e6, 100]);
    reaction.evaluate(point);
    expect(point.sources[0]).toBeCloseTo(-107.6, 1);
    expect(point.sources[0]).toBeCloseTo((-18000 * 3.6) / 602.214076, 6);
    expect(point.sources[1]).toBe(-point.sources[0]);
  });

  test("fluxes per volume of cytosol, ER and cell, and a factor of place and time", async () => {
    const model = createMembraneModel("leak", { L: 2 });
    for (const [basis, scale] of [
      ["cytosol", 0.8],
      ["er", 0.15],
      ["cell", 1],
    ] as const) {
      const membranes = [{ model, basis, factor: "x + 10 * y + 100 * z + 1000 * t" }];
      const reaction = await createCellReaction({ ...geometry, membranes });
      const point = createReactionPoint(2, 0);
      point.fields.set([1, 4]);
      Object.assign(point, { x: 1, y: 2, z: 3, time: 4 });
      reaction.evaluate(point);
      expect(point.sources[0]).toBeCloseTo(scale * 4321 * 6, 9);
    }
  });

  test("a plain region: c and its buffers", async () => {
    const reaction = await createCellReaction({ cytosolFraction: 1, buffers: [calbindin, troponin] });
    expect(reaction.fields).toEqual(["c", "calbindin"]);
    const point = createReactionPoint(2, 1);
    point.fields.set([0.3, 20]);
    point.states[0] = 30;
    reaction.evaluate(point);
    const bound = [5.5 * 0.3 * 30 - 2.6 * 20, 32.7 * 0.3 * 40 - 19.6 * 30];
    expect(point.sources[0]).toBeCloseTo(-bound[0] - bound[1], 10);
    expect(point.sources[1]).toBeCloseTo(bound[0], 10);
    expect(point.stateRates[0]).toBeCloseTo(bound[1], 10);
  });

  test("two evaluations give the same: nothing is left over", async () => {
    const reaction = await createCellReaction(everything);
    const random = createRandom(3);
    const first = createRandomPoint(reaction, random);
    const other = createRandomPoint(reaction, random);
    reaction.evaluate(first);
    const kept = structuredClone(first);
    reaction.evaluate(other);
    reaction.evaluate(first);
    expect(first).toEqual(kept);
  });

  test("IP3 as a formula is what IP3 as a field is", async () => {
    const membranes = [{ model: createMembraneModel("ip3-receptor"), basis: "er" }] as const;
    const given = await createCellReaction({ ...geometry, membranes, ip3: { concentration: "0.2 + x" } });
    const field = await createCellReaction({
      ...geometry,
      membranes,
      ip3: { production: 0.3, decayRate: 0.5 },
    });
    const a = createReactionPoint(2, 1);
    const b = createReactionPoint(3, 1);
    a.fields.set([0.2, 9]);
    b.fields.set([0.2, 9, 0.5]);
    a.x = 0.3;
    a.states[0] = b.states[0] = 0.7;
    given.evaluate(a);
    field.evaluate(b);
    expect(a.sources[0]).toBeGreaterThan(0);
    expect([...b.sources.subarray(0, 2)]).toEqual([...a.sources]);
    expect(b.sources[2]).toBeCloseTo(0.8 * (0.3 - 0.25), 14);
  });
});

describe("steady states", () => {
  test("Phi = 0 for all states, given the fields", async () => {
    const reaction = await createCellReaction(everything);
    const random = createRandom(21);
    const point = createRandomPoint(reaction, random);
    point.states.set(reaction.initialStates);
    findSteadyStates(reaction, point);
    // Rates of buffers are sums of terms of order 1e5.
    for (const rate of point.stateRates) expect(Math.abs(rate)).toBeLessThan(1e-8);
    const c = point.fields[0];
    expect(point.states[4] / equilibriumBound(troponin, c)).toBeCloseTo(1, 12);
    const p = point.fields[4];
    const threshold = (1.049 * (p + 0.13)) / (p + 0.9434);
    expect(point.states[0]).toBeCloseTo(threshold / (threshold + c), 12);
  });

  test("a nonlinear state", async () => {
    const states = [{ name: "s", rate: "c - s^3", initial: 1 }];
    const model = await createFormulaModel({ name: "own", flux: "s", states });
    const reaction = await createCellReaction({ ...geometry, membranes: [{ model, basis: "cell" }] });
    const point = createReactionPoint(2, 1);
    point.fields[0] = 8;
    point.states[0] = 1;
    findSteadyStates(reaction, point);
    expect(point.states[0]).toBeCloseTo(2, 12);
    expect(point.sources[0]).toBeCloseTo(2, 12);
  });

  test.each(["c", "1 + s^2", "log(s - 5)"])("none where Phi = %s", async (rate) => {
    const states = [{ name: "s", rate, initial: 1 }];
    const model = await createFormulaModel({ name: "own", flux: "s", states });
    const reaction = await createCellReaction({ ...geometry, membranes: [{ model, basis: "cell" }] });
    const point = createReactionPoint(2, 1);
    point.fields[0] = 1;
    point.states[0] = 1;
    expectError(ConvergenceError, "steady-state-not-found", () => {
      findSteadyStates(reaction, point);
    });
  });

  test("bound calcium: k+ u (B - b) = k- b", () => {
    const b = equilibriumBound(calbindin, 0.4);
    expect(5.5 * 0.4 * (50 - b)).toBeCloseTo(2.6 * b, 12);
    expect(equilibriumBound({ ...calbindin, bindingRate: 0, unbindingRate: 0 }, 0.4)).toBe(0);
  });
});

describe("refusals", () => {
  const leak = { model: createMembraneModel("leak", { L: 0.1 }), basis: "cell" } as const;
  const receptor = { model: createMembraneModel("ip3-receptor"), basis: "er" } as const;
  const pumps = {
    model: createMembraneModel("serca-buffering", { P: 1, kBind: 1, kUnbind: 1, kRelease: 1, kRebind: 0 }),
    basis: "cell",
    factor: "t",
  } as const;
  const cases: (readonly [string, CellReactionOptions])[] = [
    ["volume-fraction-invalid", { cytosolFraction: 0 }],
    ["volume-fraction-invalid", { cytosolFraction: NaN }],
    ["volume-fraction-invalid", { cytosolFraction: 0.9, erFraction: 0.2 }],
    ["volume-fraction-invalid", { cytosolFraction: 0.9, erFraction: 0 }],
    ["area-per-volume-invalid", { ...geometry, areaPerVolume: -1 }],
    [
      "flux-basis-needs-area",
      { ...geometry, areaPerVolume: undefined, membranes: [{ ...leak, basis: "area" }] },
    ],
    ["flux-basis-unknown", { ...geometry, membranes: [{ ...leak, basis: "membrane" as "area" }] }],
    [
      "flux-parameter-missing",
      { ...geometry, membranes: [{ model: createMembraneModel("leak"), basis: "area" }] },
    ],
    ["region-without-er", { cytosolFraction: 1, membranes: [leak] }],
    ["region-without-er", { cytosolFraction: 1, buffers: [calsequestrin] }],
    ["ip3-missing", { ...geometry, membranes: [receptor] }],
    [
      "reaction-name-duplicate",
      { ...geometry, membranes: [receptor, receptor], ip3: { concentration: 0.1 } },
    ],
    ["reaction-name-duplicate", { ...geometry, buffers: [{ ...calbindin, name: "c" }] }],
    ["buffer-parameter-invalid", { ...geometry, buffers: [{ ...calbindin, total: -1 }] }],
    ["buffer-parameter-invalid", { ...geometry, buffers: [{ ...calbindin, unbindingRate: NaN }] }],
    ["value-invalid", { ...geometry, membranes: [{ ...leak, factor: -1 }] }],
    ["value-invalid", { ...geometry, membranes: [{ ...leak, factor: "1 - 2" }] }],
    ["value-invalid", { ...geometry, ip3: { production: -1, decayRate: 0 } }],
    ["value-invalid", { ...geometry, ip3: { production: 1, decayRate: -0.1 } }],
    ["value-invalid", { ...geometry, ip3: { concentration: Infinity } }],
    ["factor-changes-stored-calcium", { ...geometry, membranes: [pumps] }],
    ["formula-unknown-name", { ...geometry, membranes: [{ ...leak, factor: "2 * q" }] }],
    ["formula-unknown-name", { ...geometry, ip3: { production: "q", decayRate: 1 } }],
  ];
  test.each(cases)("%s: %j", async (code, options) => {
    await expect(createCellReaction(options)).rejects.toMatchObject({ name: "UsageError", code });
  });

  test("a formula's error names its place", async () => {
    const made = createCellReaction({ ...geometry, membranes: [{ ...leak, factor: "2 * q" }] });
    await expect(made).rejects.toMatchObject({ details: { subject: 'the factor of "leak"' } });
  });
});
