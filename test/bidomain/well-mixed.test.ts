import { beforeAll, describe, expect, it } from "vitest";
import { createCellReaction, type CellReaction } from "../../src/bidomain/cell-reaction.js";
import {
  createMacroscopicProblem,
  interpolateFields,
  interpolateStates,
  type InitialValue,
} from "../../src/bidomain/macroscopic-problem.js";
import { createMembraneModel } from "../../src/bidomain/membrane-catalog.js";
import type { TimeStepperOptions } from "../../src/bidomain/stepper-options.js";
import { TimeStepper } from "../../src/bidomain/time-stepper.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { boxMesh } from "../support/box-mesh.js";
import { integrate, type Derivative } from "../support/dormand-prince.js";
import { isotropic } from "./reactions.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

/** Relative, as docs/bidomain.md promises. */
const AGREEMENT = 1e-6;

type Values = Readonly<Record<string, InitialValue>>;

/** The reaction on a mesh of one cube: uniform fields stay uniform. */
function createCube(reaction: CellReaction, fields: Values, states: Values, options: TimeStepperOptions) {
  const problem = createMacroscopicProblem(kernel, {
    mesh: boxMesh({ counts: [1, 1, 1] }),
    regions: [
      {
        volume: "box",
        fields: reaction.fields.map((name, k) => ({
          name,
          capacity: reaction.capacities[k],
          tensor: isotropic(0.1 * (k + 1)),
        })),
        reaction,
      },
    ],
  });
  const initial = {
    fields: interpolateFields(problem, fields),
    states: interpolateStates(problem, states),
  };
  return new TimeStepper(problem, initial, options);
}

/** Volume of the ER over that of the cytosol, of the model of Li and Rinzel. */
const ratio = 0.185;

/** d(c, e, h)/dt of the model of Li and Rinzel as arXiv:0806.2373 has it, written down anew; p = 0.5 uM. */
const liRinzel: Derivative = (_, [c, e, h], rate) => {
  const p = 0.5;
  const m = p / (p + 0.13);
  const n = c / (c + 0.08234);
  const q = (1.049 * (p + 0.13)) / (p + 0.9434);
  const channel = 6 * m ** 3 * n ** 3 * h ** 3 * (e - c);
  const leak = 0.11 * (e - c);
  const pump = (0.9 * c ** 2) / (0.1 ** 2 + c ** 2);
  rate[0] = ratio * (channel + leak) - pump;
  rate[1] = -rate[0] / ratio;
  rate[2] = 0.2 * (q - (q + c) * h);
};

/** Period, lowest and highest c of an oscillation that is passed step by step. */
class Oscillation {
  readonly crossings: number[] = [];
  lowest = Infinity;
  highest = -Infinity;
  #before: { t: number; c: number; rate: number } | null = null;

  /** Takes c and dc/dt: the cubic through two of them is right to the fourth power of the step. */
  observe(t: number, c: number, rate: number): void {
    const before = this.#before;
    this.#before = { t, c, rate };
    if (before === null) return;
    const h = t - before.t;
    const at = (s: number): number =>
      (1 + 2 * s) * (1 - s) ** 2 * before.c +
      s * (1 - s) ** 2 * h * before.rate +
      s * s * (3 - 2 * s) * c -
      s * s * (1 - s) * h * rate;
    const slopeAt = (s: number): number =>
      6 * s * (1 - s) * (c - before.c) + (1 - s) * (1 - 3 * s) * h * before.rate - s * (2 - 3 * s) * h * rate;
    if (before.c < 0.2 && c >= 0.2) this.crossings.push(before.t + h * bisect((s) => at(s) - 0.2));
    if (before.rate > 0 !== rate > 0) {
      const extreme = at(bisect((s) => (rate > 0 ? slopeAt(s) : -slopeAt(s))));
      this.lowest = Math.min(this.lowest, extreme);
      this.highest = Math.max(this.highest, extreme);
    }
  }

  get period(): number {
    return this.crossings[1] - this.crossings[0];
  }
}

/** Zero in [0, 1] of a function that rises through it. */
function bisect(f: (s: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return high;
}

describe("the model of Li and Rinzel in a cube", () => {
  it("oscillates with the period and amplitude of the ordinary equations", async () => {
    const reaction = await createCellReaction({
      cytosolFraction: 1 / (1 + ratio),
      erFraction: ratio / (1 + ratio),
      membranes: [
        { model: createMembraneModel("ip3-receptor"), basis: "er" },
        { model: createMembraneModel("leak"), basis: "er" },
        { model: createMembraneModel("serca-hill"), basis: "cytosol" },
      ],
      ip3: { concentration: 0.5 },
    });
    const start = Float64Array.of(0.1, (2 - 0.1) / ratio, 0.6);
    const [c, e, h] = integrate(liRinzel, start, 250, 1e-12);
    const expected = new Oscillation();
    const rate = new Float64Array(3);
    const end = 25;
    integrate(liRinzel, Float64Array.of(c, e, h), end, 1e-13, (t, u) => {
      liRinzel(t, u, rate);
      expected.observe(t, u[0], rate[0]);
    });
    const stepper = createCube(reaction, { c, e }, { "ip3-receptor.h": h }, { fixedStep: 4e-3 });
    const found = new Oscillation();
    stepper.advanceTo(end, ({ time, fields, rates }) => {
      found.observe(time, fields[0], rates[0]);
    });
    stepper.dispose();
    expect(expected.crossings).toHaveLength(2);
    // Radau and DOP853 of SciPy agree on these digits.
    expect(Math.abs(expected.period / 11.49198344 - 1)).toBeLessThan(1e-8);
    // Measured 1.6e-7, -0.9e-7 and -1.6e-7, a quarter of that with half the step.
    expect(Math.abs(found.period / expected.period - 1)).toBeLessThan(AGREEMENT);
    expect(Math.abs(found.highest / expected.highest - 1)).toBeLessThan(AGREEMENT);
    expect(Math.abs(found.lowest / expected.lowest - 1)).toBeLessThan(AGREEMENT);
  });
});

/** Receptors, leak and pumps that hold calcium; buffers of all kinds; IP3 produced and broken down. */
describe("buffers, loaded pumps and IP3 in a cube", () => {
  const [gammaC, gammaE, area, ions] = [0.8, 0.15, 3.6, 602.214076];
  const pumps = (area / ions) * 2000;
  const names = ["c", "e", "calbindin", "calreticulin", "p"];
  const stateNames = ["ip3-receptor.h", "serca-buffering.X", "troponin"];

  /** The same kinetics written down anew, in the order of `names`, then `stateNames`. */
  const kinetics: Derivative = (_, [c, e, b, r, p, h, x, t], rate) => {
    const open = (p / (p + 0.13)) * (c / (c + 0.08234)) * h;
    const release = gammaE * (20 * 6 * open ** 3 + 0.11) * (e - c);
    const load = 40 * c ** 2 * (1 - x) - 0.7 * x;
    const unload = 5 * x - 1e-5 * e ** 2 * (1 - x);
    const calbindin = 20 * c * (40 - b) - 8.6 * b;
    const calreticulin = e * (300 - r) - 200 * r;
    const troponin = 39 * c * (70 - t) - 20 * t;
    rate[0] = (release - 2 * pumps * load) / gammaC - calbindin - troponin;
    rate[1] = (2 * pumps * unload - release) / gammaE - calreticulin;
    rate[2] = calbindin;
    rate[3] = calreticulin;
    rate[4] = 0.1 - 0.14 * p;
    rate[5] = 0.2 * (((1.049 * (p + 0.13)) / (p + 0.9434)) * (1 - h) - c * h);
    rate[6] = load - unload;
    rate[7] = troponin;
  };

  it("agree with the ordinary equations in all concentrations and states", async () => {
    const reaction = await createCellReaction({
      cytosolFraction: gammaC,
      erFraction: gammaE,
      areaPerVolume: area,
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
        },
      ],
      buffers: [
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
      ],
      ip3: { production: 0.1, decayRate: 0.14 },
    });
    const start = Float64Array.of(0.1, 200, 5, 120, 0.5, 0.7, 0.1, 6);
    const end = 1;
    const expected = integrate(kinetics, start, end, 1e-12);
    const named = (keys: readonly string[], first: number) =>
      Object.fromEntries(keys.map((name, i) => [name, start[first + i]]));
    const tolerance = { relative: 1e-9, absolute: 1e-9 };
    const stepper = createCube(reaction, named(names, 0), named(stateNames, names.length), {
      tolerances: { default: tolerance, states: tolerance },
    });
    stepper.advanceTo(end);
    stepper.dispose();
    const found = [...stepper.fields.subarray(0, 5), ...stepper.states.subarray(0, 3)];
    for (let i = 0; i < found.length; i++) {
      expect(Math.abs(expected[i] / start[i] - 1)).toBeGreaterThan(0.01);
      expect(Math.abs(found[i] / expected[i] - 1)).toBeLessThan(AGREEMENT);
    }
  });
});
