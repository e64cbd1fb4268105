import { beforeAll, describe, expect, it } from "vitest";
import {
  createMacroscopicProblem,
  integrateAmounts,
  interpolateFields,
} from "../../src/bidomain/macroscopic-problem.js";
import { TimeStepper } from "../../src/bidomain/time-stepper.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { boxMesh } from "../support/box-mesh.js";
import { buffering, isotropic } from "./reactions.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

/** Iterations of the q-th part of all solves. */
function quantile(histogram: readonly number[], q: number): number {
  const goal = q * histogram.reduce((sum, n) => sum + n, 0);
  let sum = 0;
  return histogram.findIndex((n) => (sum += n) >= goal);
}

describe("a stiff buffer, k+ B = 1e5 1/s", () => {
  it.each([
    ["immobile", 0, 8],
    ["slow", 15, 8],
    ["slow, finer", 15, 16],
    ["as fast as calcium", 250, 16],
  ])("that is %s takes few Newton and Krylov iterations", (_, diffusion, count) => {
    const [kon, koff, total] = [500, 250, 200];
    const problem = createMacroscopicProblem(kernel, {
      mesh: boxMesh({ counts: [count, count, count], lengths: [10, 10, 10] }),
      regions: [
        {
          volume: "box",
          fields: [
            { name: "c", capacity: 0.8, tensor: isotropic(200) },
            { name: "b", capacity: 0.8, tensor: isotropic(0.8 * diffusion) },
          ],
          reaction: buffering(kon, koff, total),
        },
      ],
    });
    const rest = (c: number): number => (kon * c * total) / (koff + kon * c);
    const fields = interpolateFields(problem, {
      c: (x, y, z) => 0.1 + 5 * Math.exp(-((x - 5) ** 2 + (y - 5) ** 2 + (z - 5) ** 2) / 4),
      b: rest(0.1),
    });
    const before = integrateAmounts(problem, fields);
    const stepper = new TimeStepper(problem, { fields });
    stepper.advanceTo(1);
    stepper.dispose();
    const after = integrateAmounts(problem, stepper.fields);
    expect(Math.abs((after[0] + after[1]) / (before[0] + before[1]) - 1)).toBeLessThan(1e-9);
    expect(quantile(stepper.statistics.newtonHistogram, 0.5)).toBeLessThanOrEqual(4);
    expect(stepper.statistics.krylovHistogram.length - 1).toBeLessThanOrEqual(14); // measured 6 to 11
  });
});
