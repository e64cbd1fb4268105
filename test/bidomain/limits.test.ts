import { beforeAll, describe, expect, it } from "vitest";
import { createCellReaction } from "../../src/bidomain/cell-reaction.js";
import {
  createMacroscopicProblem,
  interpolateFields,
  type MacroscopicProblem,
} from "../../src/bidomain/macroscopic-problem.js";
import { TimeStepper } from "../../src/bidomain/time-stepper.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { boxMesh } from "../support/box-mesh.js";
import { errorFunction } from "./error-function.js";
import { isotropic } from "./reactions.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

/** Relative, of the effective diffusion, as docs/bidomain.md promises; saturation of 1e-3 and a rate of 1e5 1/s leave less. */
const EFFECTIVE = 0.01;
/** Relative, in L2, and order, as docs/bidomain.md promises. */
const INTERFACE = { error: 0.01, order: 1.8 };

describe("a fast buffer far from saturation", () => {
  /** k+ B = 1e5 1/s; K = 10 uM. */
  const buffer = { name: "b", compartment: "cytosol", total: 30, unbindingRate: 1e5 / 3 } as const;
  const [bindingRate, dissociation] = [1e5 / 30, 10];
  const theta = buffer.total / dissociation;
  const [free, bound, cytosolFraction] = [220, 40, 0.8];
  const effective = (free + bound * theta) / (1 + theta);
  const highest = 1e-3 * dissociation;

  async function createBar(length: number, count: number): Promise<MacroscopicProblem> {
    const reaction = await createCellReaction({ cytosolFraction, buffers: [{ ...buffer, bindingRate }] });
    return createMacroscopicProblem(kernel, {
      mesh: boxMesh({ counts: [count, 1, 1], lengths: [length, length / count, length / count] }),
      regions: [
        {
          volume: "box",
          fields: [
            { name: "c", capacity: cytosolFraction, tensor: isotropic(cytosolFraction * free) },
            { name: "b", capacity: cytosolFraction, tensor: isotropic(cytosolFraction * bound) },
          ],
          reaction,
        },
      ],
    });
  }

  function run(problem: MacroscopicProblem, c: (x: number) => number, end: number): TimeStepper {
    const fields = interpolateFields(problem, { c, b: (x) => theta * c(x) });
    const tolerances = { default: { relative: 1e-5, absolute: 1e-6 * highest } };
    const stepper = new TimeStepper(problem, { fields }, { tolerances });
    stepper.advanceTo(end);
    stepper.dispose();
    return stepper;
  }

  it("lets a cosine fade with (D + D_b theta) / (1 + theta)", async () => {
    const [length, count] = [10, 40];
    const problem = await createBar(length, count);
    const k = Math.PI / length;
    const end = 1 / (effective * k * k);
    const stepper = run(problem, (x) => (highest / 2) * (1 + Math.cos(k * x)), end);
    for (const field of [0, 1]) {
      const [left, right] = [stepper.fields[field], stepper.fields[2 * count + field]];
      const start = (field === 0 ? 1 : theta) * highest;
      const measured = -Math.log((left - right) / start) / (k * k * end);
      expect(Math.abs(measured / effective - 1)).toBeLessThan(EFFECTIVE); // measured 7e-4
    }
  });

  it("spreads a Gaussian by 2 t (D + D_b theta) / (1 + theta)", async () => {
    const [length, count] = [40, 160];
    const problem = await createBar(length, count);
    const variance = (u: Float64Array): number => {
      const { masses, mesh } = problem;
      let amount = 0;
      let second = 0;
      for (let i = 0; i < u.length; i++) {
        const x = mesh.coordinates[3 * Math.floor(i / 2)] - length / 2;
        amount += masses[i] * u[i];
        second += masses[i] * u[i] * x * x;
      }
      return second / amount;
    };
    const c = (x: number): number => highest * Math.exp(-((x - length / 2) ** 2) / 2);
    const before = variance(interpolateFields(problem, { c, b: (x) => theta * c(x) }));
    const end = 2.5 / effective;
    const stepper = run(problem, c, end);
    const measured = (variance(stepper.fields) - before) / (2 * end);
    expect(Math.abs(measured / effective - 1)).toBeLessThan(EFFECTIVE); // measured 2e-4
  });
});

describe("two half-spaces, a homogenized region beside plain cytosol", () => {
  /** C and A of c on either side of x = 0. */
  const plain = { capacity: 1, tensor: 0.25 };
  const mixed = { capacity: 0.8, tensor: 0.1 };
  const [low, high, half] = [0.2, 1, 4];

  /**
   * c = c_0 + (c_low or c_high - c_0) erf(|x| / (2 sqrt(D t))),  D = A / C,  and c_0 the mean of c_low and c_high by
   * C sqrt D: then c and A dc/dx are continuous.
   */
  function exact(x: number, t: number): number {
    const weigh = ({ capacity, tensor }: typeof plain): number => Math.sqrt(capacity * tensor);
    const middle = (weigh(plain) * low + weigh(mixed) * high) / (weigh(plain) + weigh(mixed));
    const { side, far } = x < 0 ? { side: plain, far: low } : { side: mixed, far: high };
    const width = 2 * Math.sqrt((side.tensor / side.capacity) * t);
    return middle + (far - middle) * errorFunction(Math.abs(x) / width);
  }

  it("follow the error-function solution from the jump, with order two", () => {
    const end = 1;
    const errors = [32, 64, 128].map((count) => {
      const size = (2 * half) / count;
      const problem = createMacroscopicProblem(kernel, {
        mesh: boxMesh({
          counts: [count, 1, 1],
          lengths: [2 * half, size, size],
          origin: [-half, 0, 0],
          volumeOf: (i) => (i < count / 2 ? "cytosol" : "mixed"),
        }),
        regions: [
          {
            volume: "cytosol",
            fields: [{ name: "c", capacity: plain.capacity, tensor: isotropic(plain.tensor) }],
          },
          {
            volume: "mixed",
            fields: [
              { name: "c", capacity: mixed.capacity, tensor: isotropic(mixed.tensor) },
              { name: "e", capacity: 0.15, tensor: isotropic(0.02) },
            ],
          },
        ],
      });
      // At the interface the value with which the nodes hold the amount of the two halves.
      const between = (plain.capacity * low + mixed.capacity * high) / (plain.capacity + mixed.capacity);
      const fields = interpolateFields(problem, {
        c: (x) => (Math.abs(x) < size / 4 ? between : x < 0 ? low : high),
        e: 10,
      });
      const tolerance = 1e-3 / count ** 2;
      const stepper = new TimeStepper(
        problem,
        { fields },
        { tolerances: { default: { relative: 0, absolute: tolerance } } },
      );
      stepper.advanceTo(end);
      stepper.dispose();
      let square = 0;
      let norm = 0;
      for (let i = 0; i < stepper.fields.length; i += 2) {
        const value = exact(problem.mesh.coordinates[(3 * i) / 2], end);
        square += problem.masses[i] * (stepper.fields[i] - value) ** 2;
        norm += problem.masses[i] * value ** 2;
      }
      return Math.sqrt(square / norm);
    });
    const orders = errors.slice(1).map((error, level) => Math.log2(errors[level] / error));
    for (const order of orders) expect(order).toBeGreaterThan(INTERFACE.order); // measured 2.02, 2.005
    expect(errors[0]).toBeLessThan(INTERFACE.error); // measured 1.6e-3, on the finest mesh 1.0e-4
    expect(errors[2]).toBeLessThan(2e-4);
  });
});
