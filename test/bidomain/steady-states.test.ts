import { describe, expect, test } from "vitest";
import { equilibriumBound, type CalciumBuffer } from "../../src/bidomain/calcium-buffer.js";
import { createCellReaction, type CellReaction } from "../../src/bidomain/cell-reaction.js";
import { createFormulaModel } from "../../src/bidomain/formula-model.js";
import { createMembraneModel } from "../../src/bidomain/membrane-catalog.js";
import { createReactionPoint, type ReactionPoint } from "../../src/bidomain/reaction.js";
import { findSteadyPoint } from "../../src/bidomain/steady-states.js";
import { ConvergenceError, UsageError } from "../../src/core/errors.js";
import { expectError } from "../support/expect-error.js";

const geometry = { cytosolFraction: 0.8, erFraction: 0.15 };

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

/** Receptors, pumps and leak of Li and Rinzel (1994), per volume of cytosol. */
const receptors = {
  kf: 1.11,
  d1: 0.13,
  d2: 1.049,
  d3: 0.9434,
  d5: 0.08234,
};
const pumps = { V: 0.9, K: 0.1 };
const leak = 0.02035;
const ip3 = 0.3;

const createCell = (buffers: readonly CalciumBuffer[] = []): Promise<CellReaction> =>
  createCellReaction({
    ...geometry,
    membranes: [
      { model: createMembraneModel("ip3-receptor", { ...receptors, a2: 0.2 }), basis: "cytosol" },
      { model: createMembraneModel("serca-hill", pumps), basis: "cytosol" },
      { model: createMembraneModel("leak", { L: leak }), basis: "cytosol" },
    ],
    buffers,
    ip3: { concentration: ip3 },
  });

/** P(c) and U(c) of the flux P (e - c) - U with the gate at rest. */
function findRest(c: number): readonly [permeability: number, uptake: number] {
  const { kf, d1, d2, d3, d5 } = receptors;
  const threshold = (d2 * (ip3 + d1)) / (ip3 + d3);
  const open = (((ip3 / (ip3 + d1)) * (c / (c + d5)) * threshold) / (threshold + c)) ** 3;
  return [kf * open + leak, (pumps.V * c ** 2) / (pumps.K ** 2 + c ** 2)];
}

function createPoint(reaction: CellReaction, fields: Readonly<Record<string, number>>): ReactionPoint {
  const point = createReactionPoint(reaction.fields.length, reaction.states.length);
  reaction.fields.forEach((name, k) => (point.fields[k] = fields[name] ?? 0));
  point.states.set(reaction.initialStates);
  return point;
}

/** A reaction of c and e with this flux into the cytosol, per volume of the cell. */
async function createFlux(flux: string): Promise<CellReaction> {
  const model = await createFormulaModel({ name: "own", flux });
  return createCellReaction({ ...geometry, membranes: [{ model, basis: "cell" }] });
}

/** The steady c for a flux that does not depend on e. */
async function settleC(flux: string, start: number): Promise<number> {
  const reaction = await createFlux(flux);
  const point = createPoint(reaction, { c: start, e: 1 });
  findSteadyPoint(reaction, point, { fields: ["c"] });
  return point.fields[0];
}

describe("receptors, pumps and leak", () => {
  test.each([0, 0.05, 0.1, 0.4, 3])("e for c = %s: e = c + U / P", async (c) => {
    const reaction = await createCell();
    for (const start of [0, 1, 1e4]) {
      const point = createPoint(reaction, { c, e: start });
      findSteadyPoint(reaction, point, { fields: ["e"] });
      const [permeability, uptake] = findRest(c);
      expect(point.fields[0]).toBe(c);
      expect(point.fields[1]).toBeCloseTo(c + uptake / permeability, 9);
    }
  });

  test("c for e: the c that has this e", async () => {
    const reaction = await createCell();
    for (const c of [0.02, 0.06]) {
      const [permeability, uptake] = findRest(c);
      const point = createPoint(reaction, { c: 0.01, e: c + uptake / permeability });
      findSteadyPoint(reaction, point, { fields: ["c"] });
      const [found] = point.fields;
      const [foundPermeability, foundUptake] = findRest(found);
      expect(foundPermeability * (point.fields[1] - found)).toBeCloseTo(foundUptake, 12);
      expect(point.states[0]).toBeGreaterThan(0);
    }
  });

  test("buffers bind K formula's share, and do not move the steady e", async () => {
    const reaction = await createCell([calbindin, troponin, calsequestrin]);
    const point = createPoint(reaction, { c: 0.1, e: 100 });
    findSteadyPoint(reaction, point, { fields: ["e", "calbindin", "calsequestrin"] });
    const [permeability, uptake] = findRest(0.1);
    const [c, e, bound, stored] = point.fields;
    expect(e).toBeCloseTo(c + uptake / permeability, 9);
    expect(bound / equilibriumBound(calbindin, c)).toBeCloseTo(1, 12);
    expect(stored / equilibriumBound(calsequestrin, e)).toBeCloseTo(1, 12);
    const troponinState = reaction.states.indexOf("troponin");
    expect(point.states[troponinState] / equilibriumBound(troponin, c)).toBeCloseTo(1, 12);
    // Terms of the buffers' rates are of order 1e6.
    for (const rate of [...point.sources, ...point.stateRates]) expect(Math.abs(rate)).toBeLessThan(1e-8);
  });

  test("states that are held stay", async () => {
    const reaction = await createCell();
    const point = createPoint(reaction, { c: 0.1, e: 1 });
    point.states[0] = 0.2;
    findSteadyPoint(reaction, point, { fields: ["e"], states: [] });
    expect(point.states[0]).toBe(0.2);
    expect(point.sources[1]).toBeCloseTo(0, 12);
    expect(point.stateRates[0]).not.toBeCloseTo(0, 3);
  });
});

describe("several steady values", () => {
  /** Steady at 0.1 and 1, between them the threshold 0.5. */
  const bistable = "30 * (c - 0.1) * (c - 0.5) * (1 - c)";

  test.each([
    [0, 0.1],
    [0.3, 0.1],
    [0.49, 0.1],
    [0.499999, 0.1],
    [0.500001, 1],
    [0.51, 1],
    [0.76, 1],
    [50, 1],
  ])("from %s to %s, by the kinetics", async (start, expected) => {
    expect(await settleC(bistable, start)).toBeCloseTo(expected, 9);
  });

  test.each(["1e6 * (c - 0.1) * (c - 0.5) * (1 - c)", "1e-9 * (c - 0.1) * (c - 0.5) * (1 - c)"])(
    "whatever the unit of time: %s",
    async (flux) => {
      expect(await settleC(flux, 0.45)).toBeCloseTo(0.1, 9);
    },
  );

  test("next to a minimum of the rate, where Newton's steps are long", async () => {
    expect(await settleC("(c - 3) * (-1 - (c - 1)^2 / 100) * exp(-c / 50)", 0.001)).toBeCloseTo(3, 9);
    expect(await settleC("atan(5 * (2 - c))", 400)).toBeCloseTo(2, 9);
  });
});

describe("concentrations stay >= 0", () => {
  test("where Newton's method would go below", async () => {
    // The tangent at 4 meets 0 below c = 0.
    expect(await settleC("0.01 - sqrt(c) * c / (1 + c^2)", 4)).toBeCloseTo(0.0465, 3);
  });

  test("a steady value of 0 is reached", async () => {
    expect(await settleC("-c", 1)).toBe(0);
  });
});

describe("no steady value", () => {
  const expectRefusal = (reaction: CellReaction, field: string, message: RegExp): void => {
    const point = createPoint(reaction, { c: 0.1, e: 1 });
    point.x = 7;
    const error = expectError(ConvergenceError, "steady-state-not-found", () => {
      findSteadyPoint(reaction, point, { fields: [field] });
    });
    expect(error.message).toMatch(message);
    expect(error.message).toContain("at (7, 0, 0) um, 0 s with c = ");
  };

  test("pumps without leak fill the ER without bound", async () => {
    expectRefusal(await createFlux("-c"), "e", /nothing determines "e"/);
  });

  test("a region without fluxes keeps any concentration", async () => {
    expectRefusal(await createFlux("0"), "e", /nothing determines "e"/);
  });

  test("c and e of a closed cell: their sum is free", async () => {
    const reaction = await createCell();
    const point = createPoint(reaction, { c: 0.1, e: 1 });
    expectError(ConvergenceError, "steady-state-not-found", () => {
      findSteadyPoint(reaction, point, { fields: ["c", "e"] });
    });
  });

  test("a flux that is never 0", async () => {
    expectRefusal(await createFlux("1 + c^2"), "c", /the search for c did not end|nothing determines "c"/);
  });

  test("unknown names", async () => {
    const reaction = await createCell([calbindin]);
    const error = expectError(UsageError, "steady-unknown", () => {
      findSteadyPoint(reaction, createPoint(reaction, {}), { fields: ["calbindn"] });
    });
    expect(error.message).toMatch(
      /no field "calbindn", did you mean "calbindin"\?; there are c, e, calbindin/,
    );
  });
});
