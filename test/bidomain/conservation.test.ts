import { beforeAll, describe, expect, it } from "vitest";
import { createCellReaction, type CellReaction } from "../../src/bidomain/cell-reaction.js";
import {
  createMacroscopicProblem,
  interpolateFields,
  interpolateStates,
  type MacroscopicProblem,
} from "../../src/bidomain/macroscopic-problem.js";
import { createMembraneModel } from "../../src/bidomain/membrane-catalog.js";
import { createReactionPoint } from "../../src/bidomain/reaction.js";
import { TimeStepper } from "../../src/bidomain/time-stepper.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { boxMesh } from "../support/box-mesh.js";
import { isotropic } from "./reactions.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

/** Relative, as docs/bidomain.md promises. */
const DRIFT = 1e-9;

const buffers = [
  { name: "calbindin", compartment: "cytosol", total: 40, bindingRate: 20, unbindingRate: 8.6 },
  { name: "calreticulin", compartment: "er", total: 300, bindingRate: 1, unbindingRate: 200 },
  {
    name: "troponin",
    compartment: "cytosol",
    total: 70,
    bindingRate: 39,
    unbindingRate: 20,
    isMobile: false,
  },
] as const;

/** Receptors, leak, pumps that hold calcium, more of them at one end; buffers of all kinds; IP3 as a field. */
function createFullReaction(): Promise<CellReaction> {
  return createCellReaction({
    cytosolFraction: 0.8,
    erFraction: 0.15,
    areaPerVolume: 3.6,
    membranes: [
      { model: createMembraneModel("ip3-receptor"), basis: "er", factor: 20 },
      { model: createMembraneModel("leak"), basis: "er" },
      {
        model: createMembraneModel("serca-buffering", {
          P: 2000,
          kBind: 40,
          kUnbind: 0.7,
          kRelease: 5,
          kRebind: 1e-5,
        }),
        basis: "area",
        factor: "1 + 0.3 * sin(x)",
      },
    ],
    buffers,
    ip3: { production: 0.1, decayRate: 0.14 },
  });
}

/** Calcium in all forms in each field, then each state: amounts, uM um^3. */
function countCalcium(
  problem: MacroscopicProblem,
  reactions: readonly CellReaction[],
  { fields, states }: { fields: Float64Array; states: Float64Array },
): number[] {
  const { numFields, masses, regions, pairNode, pairVolume, mesh } = problem;
  const weights = problem.fieldNames.map((name) => (name === "p" ? 0 : 1));
  const ofFields = new Array<number>(numFields).fill(0);
  fields.forEach((u, i) => (ofFields[i % numFields] += weights[i % numFields] * masses[i] * u));
  const ofStates = regions.flatMap(({ firstPair, numPairs, firstState, numStates }, r) => {
    const own = new Array<number>(numStates).fill(0);
    const v = new Float64Array(numStates);
    for (let p = 0; p < numPairs; p++) {
      const [x, y, z] = mesh.coordinates.subarray(3 * pairNode[firstPair + p]);
      reactions[r].weighStates(x, y, z, v);
      for (let s = 0; s < numStates; s++) {
        own[s] += pairVolume[firstPair + p] * v[s] * states[firstState + p * numStates + s];
      }
    }
    return own;
  });
  return [...ofFields, ...ofStates];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("a closed cell of two regions with buffers of all kinds and pumps that hold calcium", () => {
  it("keeps its calcium, which moves between all of them", async () => {
    const mixed = await createFullReaction();
    const plain = await createCellReaction({ cytosolFraction: 1, buffers: [buffers[0], buffers[2]] });
    const speed: Record<string, number> = { c: 223, e: 10, calbindin: 15, calreticulin: 1, p: 280 };
    const fieldsOf = (reaction: CellReaction) =>
      reaction.fields.map((name, k) => ({
        name,
        capacity: reaction.capacities[k],
        tensor: isotropic(reaction.capacities[k] * speed[name]),
      }));
    const problem = createMacroscopicProblem(kernel, {
      mesh: boxMesh({
        counts: [8, 3, 3],
        lengths: [8, 3, 3],
        volumeOf: (i) => (i < 3 ? "cytosol" : "mixed"),
      }),
      regions: [
        { volume: "cytosol", fields: fieldsOf(plain), reaction: plain },
        { volume: "mixed", fields: fieldsOf(mixed), reaction: mixed },
      ],
    });
    const initial = {
      fields: interpolateFields(problem, {
        c: (x) => 0.1 + 0.3 * Math.exp(-x * x),
        e: (x, y) => 200 + 5 * x + 10 * y,
        calbindin: 5,
        calreticulin: (x) => 120 + x,
        p: (x) => 0.5 * Math.exp(-((x - 6) ** 2)),
      }),
      states: interpolateStates(problem, {
        "ip3-receptor.h": 0.7,
        "serca-buffering.X": 0.1,
        troponin: (_x, y) => 6 + y,
      }),
    };
    const count = (values: { fields: Float64Array; states: Float64Array }): number[] =>
      countCalcium(problem, [plain, mixed], values);
    const stepper = new TimeStepper(problem, initial);
    const before = count(initial);
    const extremes = before.map((amount) => ({ least: amount, most: amount }));
    let worst = 0;
    stepper.advanceTo(2, (at) => {
      const now = count(at);
      worst = Math.max(worst, Math.abs(sum(now) / sum(before) - 1));
      now.forEach((amount, i) => {
        extremes[i].least = Math.min(extremes[i].least, amount);
        extremes[i].most = Math.max(extremes[i].most, amount);
      });
    });
    stepper.dispose();
    const pools = extremes.filter(({ most }) => most > 0);
    expect(pools).toHaveLength(7); // c, e, four buffers in their regions, pumps
    for (const { least, most } of pools) expect(most).toBeGreaterThan(1.2 * least);
    expect(worst).toBeLessThan(DRIFT); // measured 2e-14
  });
});

describe("a flux per area of membrane", () => {
  const createLeak = (areaPerVolume: number): Promise<CellReaction> =>
    createCellReaction({
      cytosolFraction: 0.8,
      erFraction: 0.15,
      areaPerVolume,
      membranes: [
        { model: createMembraneModel("leak", { L: 300 }), basis: "area" },
        { model: createMembraneModel("serca-bidirectional", { V: 500 }), basis: "area" },
      ],
    });

  it("has half the effect where the period is twice as long", async () => {
    // A cell twice as large has 4 times the area and 8 times the volume.
    const [full, half] = [await createLeak(2.16), await createLeak(1.08)];
    const evaluate = (reaction: CellReaction): Float64Array => {
      const point = createReactionPoint(2, 0);
      point.fields.set([0.3, 150]);
      reaction.evaluate(point);
      return point.sources;
    };
    const sources = evaluate(full);
    expect(Math.abs(sources[0])).toBeGreaterThan(1);
    expect(evaluate(half)).toEqual(sources.map((source) => source / 2)); // halves are exact in binary
  });

  it("takes twice the time for the same where nothing else goes on", async () => {
    const end = 0.4;
    const run = async (areaPerVolume: number, time: number): Promise<number> => {
      const reaction = await createLeak(areaPerVolume);
      const problem = createMacroscopicProblem(kernel, {
        mesh: boxMesh({ counts: [1, 1, 1] }),
        regions: [
          {
            volume: "box",
            fields: reaction.fields.map((name, k) => ({
              name,
              capacity: reaction.capacities[k],
              tensor: isotropic(1),
            })),
            reaction,
          },
        ],
      });
      const fields = interpolateFields(problem, { c: 0.1, e: 5 });
      const stepper = new TimeStepper(problem, { fields }, { fixedStep: time / 64 });
      stepper.advanceTo(time);
      stepper.dispose();
      return stepper.fields[0];
    };
    const [full, half] = [await run(2.16, end), await run(1.08, 2 * end)];
    expect(Math.abs(full - 0.1)).toBeGreaterThan(0.1);
    expect(Math.abs(half / full - 1)).toBeLessThan(1e-9); // steps of the same rates times their length: round-off
  });
});
