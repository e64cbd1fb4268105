import { beforeAll, describe, expect, it } from "vitest";
import {
  createMacroscopicProblem,
  integrateAmounts,
  interpolateFields,
  interpolateStates,
} from "../../src/bidomain/macroscopic-problem.js";
import type { Reaction } from "../../src/bidomain/reaction.js";
import { TimeStepper } from "../../src/bidomain/time-stepper.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { boxMesh } from "../support/box-mesh.js";
import { isotropic, linearExchange, plainReaction } from "./reactions.js";
import { boxWithEnds } from "./surface-mesh.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

/** Release through a gate X, a pump with saturation: R_c = (X (e - c) - c^2 / (1 + c^2)) / 2, R_e = -R_c. */
const closedExchange: Reaction = {
  fields: ["c", "e"],
  states: ["X"],
  evaluate(point) {
    const [c, e] = point.fields;
    const x = point.states[0];
    const q = 1 + c * c;
    const r = (x * (e - c) - (c * c) / q) / 2;
    const byC = (-x - (2 * c) / q ** 2) / 2;
    point.sources.set([r, -r]);
    point.sourcesByFields.set([byC, x / 2, -byC, -x / 2]);
    point.sourcesByRates.fill(0);
    point.sourcesByStates.set([(e - c) / 2, (c - e) / 2]);
    point.stateRates[0] = c * (1 - x) - 3 * x;
    point.stateRatesByFields.set([1 - x, 0]);
    point.stateRatesByStates[0] = -c - 3;
  },
};

describe("a closed exchange", () => {
  it("conserves calcium in two regions, one of which has no ER", () => {
    const mesh = boxMesh({ counts: [8, 4, 4], volumeOf: (i) => (i < 4 ? "cytosol" : "mixed") });
    const problem = createMacroscopicProblem(kernel, {
      mesh,
      regions: [
        { volume: "cytosol", fields: [{ name: "c", capacity: 1, tensor: isotropic(0.25) }] },
        {
          volume: "mixed",
          fields: [
            { name: "c", capacity: 0.8, tensor: isotropic(0.2) },
            { name: "e", capacity: 0.1, tensor: isotropic(0.01) },
          ],
          reaction: closedExchange,
        },
      ],
    });
    const fields = interpolateFields(problem, { c: (x) => 0.1 + 0.1 * x, e: (_x, y) => 40 + 5 * y });
    const states = interpolateStates(problem, { X: 0.05 });
    const stepper = new TimeStepper(problem, { fields, states });
    const total = (u: Float64Array): number =>
      integrateAmounts(problem, u).reduce((sum, amount) => sum + amount);
    const before = total(fields);
    let worst = 0;
    stepper.advanceTo(3, ({ fields: u }) => {
      worst = Math.max(worst, Math.abs(total(u) / before - 1));
    });
    stepper.dispose();
    expect(integrateAmounts(problem, stepper.fields)[1]).toBeLessThan(
      0.9 * integrateAmounts(problem, fields)[1],
    );
    expect(worst).toBeLessThan(1e-9);
  });
});

describe("a Fourier mode of a linear exchange", () => {
  /** exp(t M) of a symmetric or not 2 x 2 matrix with real eigenvalues, times (a, b). */
  function propagate(m: number[][], t: number, [a, b]: number[]): number[] {
    const mean = (m[0][0] + m[1][1]) / 2;
    const root = Math.sqrt(((m[0][0] - m[1][1]) / 2) ** 2 + m[0][1] * m[1][0]);
    const cosh = Math.exp(mean * t) * Math.cosh(root * t);
    const sinh = (Math.exp(mean * t) * Math.sinh(root * t)) / root;
    return [
      cosh * a + sinh * ((m[0][0] - mean) * a + m[0][1] * b),
      cosh * b + sinh * (m[1][0] * a + (m[1][1] - mean) * b),
    ];
  }

  it("follows the matrix exponential, with order two", () => {
    const [capC, capE, dC, dE, lambda, end] = [0.8, 0.2, 0.2, 0.02, 0.5, 0.4];
    const k2 = Math.PI ** 2;
    const matrix = [
      [-(lambda + dC * k2) / capC, lambda / capC],
      [lambda / capE, -(lambda + dE * k2) / capE],
    ];
    const exact = propagate(matrix, end, [0.5, 3]);
    const errors = [16, 32].map((count) => {
      const problem = createMacroscopicProblem(kernel, {
        mesh: boxMesh({ counts: [count, 2, 2], lengths: [1, 2 / count, 2 / count] }),
        regions: [
          {
            volume: "box",
            fields: [
              { name: "c", capacity: capC, tensor: isotropic(dC) },
              { name: "e", capacity: capE, tensor: isotropic(dE) },
            ],
            reaction: linearExchange(lambda),
          },
        ],
      });
      // The exchange of the constants 10 and 10 is zero.
      const fields = interpolateFields(problem, {
        c: (x) => 10 + 0.5 * Math.cos(Math.PI * x),
        e: (x) => 10 + 3 * Math.cos(Math.PI * x),
      });
      const stepper = new TimeStepper(problem, { fields }, { fixedStep: 0.32 / count });
      stepper.advanceTo(end);
      stepper.dispose();
      const amplitude = [0, 1].map(
        (field) => (stepper.fields[field] - stepper.fields[2 * count + field]) / 2,
      );
      return Math.hypot(amplitude[0] - exact[0], amplitude[1] - exact[1]) / Math.hypot(exact[0], exact[1]);
    });
    const order = Math.log2(errors[0] / errors[1]);
    expect(errors[1]).toBeLessThan(1e-3);
    expect(Math.abs(order - 2)).toBeLessThan(0.15);
  });
});

describe("a bistable front", () => {
  it("moves at sqrt(D / 2) (1 - 2 a)", () => {
    const [d, a, length, count] = [1, 0.25, 40, 320];
    const mesh = boxMesh({ counts: [count, 1, 1], lengths: [length, length / count, length / count] });
    const problem = createMacroscopicProblem(kernel, {
      mesh,
      regions: [
        {
          volume: "box",
          fields: [{ name: "c", capacity: 1, tensor: isotropic(d) }],
          reaction: plainReaction(["c"], ([c], sources, slopes) => {
            sources[0] = c * (1 - c) * (c - a);
            slopes[0] = (1 - 2 * c) * (c - a) + c * (1 - c);
          }),
        },
      ],
    });
    const fields = interpolateFields(problem, { c: (x) => 1 / (1 + Math.exp((x - 10) / Math.sqrt(2 * d))) });
    const stepper = new TimeStepper(
      problem,
      { fields },
      { tolerances: { default: { relative: 1e-4, absolute: 1e-5 } } },
    );
    const position = (): number => integrateAmounts(problem, stepper.fields)[0] / (length / count) ** 2;
    stepper.advanceTo(10);
    const first = position();
    stepper.advanceTo(40);
    stepper.dispose();
    const speed = (position() - first) / 30;
    const exact = Math.sqrt(d / 2) * (1 - 2 * a);
    expect(Math.abs(speed / exact - 1)).toBeLessThan(0.01);
  });
});

describe("the interface of section 4", () => {
  it("is exact for the steady state: continuous concentration and flux", () => {
    // A- c-' = A+ c+' and c- = c+ at x = 1/2, c = 2 at x = 0, flux 0.3 into x = 1.
    const [low, high, influx] = [0.25, 0.1, 0.3];
    const problem = createMacroscopicProblem(kernel, {
      mesh: boxWithEnds({ counts: [8, 3, 3], volumeOf: (i) => (i < 4 ? "cytosol" : "mixed") }),
      regions: [
        { volume: "cytosol", fields: [{ name: "c", capacity: 1, tensor: isotropic(low) }] },
        {
          volume: "mixed",
          fields: [
            { name: "c", capacity: 0.8, tensor: isotropic(high) },
            { name: "e", capacity: 0.1, tensor: isotropic(0.05) },
          ],
        },
      ],
      boundary: [
        { kind: "concentration", surface: "low", field: "c", value: 2 },
        {
          kind: "flux",
          surface: "high",
          field: "c",
          evaluate(point) {
            point.value = influx;
            point.byFields.fill(0);
          },
        },
      ],
    });
    const steady = (x: number): number =>
      x < 0.5 ? 2 + (influx / low) * x : 2 + influx / (2 * low) + (influx / high) * (x - 0.5);
    const fields = interpolateFields(problem, { c: 1, e: (x) => 7 + x });
    const exact = interpolateFields(problem, { c: steady, e: 7.75 });
    const newton = { tolerance: 1e-8, linearTolerance: 1e-9 };
    const stepper = new TimeStepper(problem, { fields }, { newton });
    stepper.advanceTo(1000); // 200 times the slowest decay
    stepper.dispose();
    const worst = stepper.fields.reduce((most, u, i) => Math.max(most, Math.abs(u - exact[i])), 0);
    expect(worst).toBeLessThan(1e-12); // round-off of concentrations of up to 8
    expect(problem.nodeFields.filter((kind) => kind === 0)).toHaveLength(4 * 16);
  });
});
