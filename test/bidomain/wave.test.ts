import { describe, expect, it } from "vitest";
import { equilibriumBound, type CalciumBuffer } from "../../src/bidomain/calcium-buffer.js";
import { createCellReaction } from "../../src/bidomain/cell-reaction.js";
import {
  createMacroscopicProblem,
  integrateAmounts,
  interpolateFields,
  interpolateStates,
} from "../../src/bidomain/macroscopic-problem.js";
import { createMembraneModel } from "../../src/bidomain/membrane-catalog.js";
import { TimeStepper } from "../../src/bidomain/time-stepper.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import type { Matrix3 } from "../../src/core/tensor.js";
import { boxMesh } from "../support/box-mesh.js";

/** For the median, as docs/bidomain.md promises; here no stage takes more. */
const MOST_NEWTON = 4;

/** k+ B = 1e5 1/s of the first. */
const buffers: readonly CalciumBuffer[] = [
  { name: "fast", compartment: "cytosol", total: 200, bindingRate: 500, unbindingRate: 5000 },
  { name: "indicator", compartment: "cytosol", total: 25, bindingRate: 150, unbindingRate: 52 },
  { name: "calreticulin", compartment: "er", total: 3000, bindingRate: 1, unbindingRate: 60 },
];
const diffusion: Readonly<Record<string, number>> = {
  c: 223,
  e: 223,
  p: 283,
  fast: 40,
  indicator: 80,
  calreticulin: 25,
};

function scaleTensor([a, b, c, d, e, f]: readonly number[], s: number): Matrix3 {
  return [
    [s * a, s * f, s * e],
    [s * f, s * b, s * d],
    [s * e, s * d, s * c],
  ];
}

/** The problem of scripts/bench/simulation.js, in a bar. */
describe("a wave through receptors of Li and Rinzel with six fields", () => {
  it("travels, keeps its calcium and takes few iterations", async () => {
    const ratio = 0.185;
    const more = 200; // fluxes against the calcium that buffers hold
    const reaction = await createCellReaction({
      cytosolFraction: 1 / (1 + ratio),
      erFraction: ratio / (1 + ratio),
      membranes: [
        { model: createMembraneModel("ip3-receptor"), basis: "er", factor: more },
        { model: createMembraneModel("leak"), basis: "er", factor: more },
        { model: createMembraneModel("serca-hill"), basis: "cytosol", factor: more },
      ],
      buffers,
      ip3: { production: 0.02, decayRate: 0.1 },
    });
    const kernel = await loadKernel();
    const problem = createMacroscopicProblem(kernel, {
      mesh: boxMesh({ counts: [60, 2, 2], lengths: [30, 1, 1] }),
      regions: [
        {
          volume: "box",
          fields: reaction.fields.map((name, k) => ({
            name,
            capacity: reaction.capacities[k],
            tensor:
              reaction.compartments[k] === "er"
                ? scaleTensor([0.06, 0.05, 0.03, -0.01, 0, 0.01], diffusion[name])
                : scaleTensor([0.68, 0.6, 0.48, 0.05, -0.03, 0.04], diffusion[name]),
          })),
          reaction,
        },
      ],
    });
    const spot = (x: number): number => Math.exp(-((x - 3) ** 2) / 8);
    const c = (x: number): number => 0.1 + 0.5 * spot(x);
    const bound = buffers.map((buffer): [string, (x: number) => number] => [
      buffer.name,
      (x: number) => equilibriumBound(buffer, buffer.compartment === "er" ? 10.3 : c(x)),
    ]);
    const fields = interpolateFields(problem, {
      c,
      e: 10.3,
      p: (x) => 0.3 + 2 * spot(x),
      ...Object.fromEntries(bound),
    });
    const states = interpolateStates(problem, { "ip3-receptor.h": 0.75 });
    const findFront = (u: Float64Array): number => {
      let front = 0;
      for (let i = 0; i < u.length; i += problem.numFields) {
        if (u[i] > 0.2)
          front = Math.max(front, problem.mesh.coordinates[3 * Math.floor(i / problem.numFields)]);
      }
      return front;
    };
    const calcium = (u: Float64Array): number =>
      integrateAmounts(problem, u).reduce((sum, amount, k) => sum + reaction.calciumWeights[k] * amount, 0);

    const stepper = new TimeStepper(problem, { fields, states });
    stepper.advanceTo(0.1);
    const before = findFront(stepper.fields);
    stepper.advanceTo(0.4);
    stepper.dispose();
    const { newtonHistogram, krylovHistogram } = stepper.statistics;
    expect(findFront(stepper.fields)).toBeGreaterThan(before + 2); // um, where it takes time
    expect(findFront(stepper.fields)).toBeLessThan(30);
    expect(Math.abs(calcium(stepper.fields) / calcium(fields) - 1)).toBeLessThan(1e-9); // measured 1e-14
    expect(newtonHistogram.length - 1).toBeLessThanOrEqual(MOST_NEWTON); // measured 2
    expect(krylovHistogram.length - 1).toBeLessThanOrEqual(16); // measured 11
  });
});
