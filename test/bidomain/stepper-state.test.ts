import { beforeAll, describe, expect, it } from "vitest";
import {
  createMacroscopicProblem,
  integrateAmounts,
  interpolateFields,
  type MacroscopicProblem,
} from "../../src/bidomain/macroscopic-problem.js";
import type { BoundaryCondition } from "../../src/bidomain/problem-options.js";
import { TimeStepper } from "../../src/bidomain/time-stepper.js";
import { UsageError } from "../../src/core/errors.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { expectError } from "../support/expect-error.js";
import { buffering, isotropic } from "./reactions.js";
import { boxWithEnds } from "./surface-mesh.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

/** Relative: what the linear systems leave. */
const BALANCE_TOLERANCE = 1e-9;

/** Pumps at the low end, g = -3 c^2 / (1 + c^2) + 0.2. */
const pumps: BoundaryCondition = {
  kind: "flux",
  surface: "low",
  field: "c",
  evaluate(point) {
    const c = point.fields[0];
    point.value = (-3 * c * c) / (1 + c * c) + 0.2;
    point.byFields.fill(0);
    point.byFields[0] = (-6 * c) / (1 + c * c) ** 2;
  },
};

const rising: BoundaryCondition = {
  kind: "concentration",
  surface: "high",
  field: "c",
  value: (t) => 1 + 4 * t * t,
};

/** Calcium and a mobile buffer. */
function createProblem(boundary: BoundaryCondition[]): MacroscopicProblem {
  return createMacroscopicProblem(kernel, {
    mesh: boxWithEnds({ counts: [12, 4, 4] }),
    regions: [
      {
        volume: "box",
        fields: [
          { name: "c", capacity: 0.8, tensor: isotropic(0.5) },
          { name: "b", capacity: 0.8, tensor: isotropic(0.1) },
        ],
        reaction: buffering(20, 10, 5),
      },
    ],
    boundary,
  });
}

const start = (problem: MacroscopicProblem): Float64Array =>
  interpolateFields(problem, { c: (x) => 1 + 0.5 * x, b: 2 });

describe("the budget with boundary conditions", () => {
  it.each([
    ["a flux", [pumps]],
    ["a concentration", [rising]],
    ["both", [pumps, rising]],
    ["both on the same surface", [{ ...pumps, surface: "high" }, rising, { ...pumps, surface: "low" }]],
  ] as const)("closes with %s", (_, boundary) => {
    const problem = createProblem([...boundary]);
    const stepper = new TimeStepper(problem, { fields: start(problem) });
    const total = (u: Float64Array): number => integrateAmounts(problem, u).reduce((sum, a) => sum + a);
    const before = total(stepper.fields); // with the prescribed concentrations
    let worst = 0;
    stepper.advanceTo(1, ({ fields: u, inflow }) => {
      const entered = inflow.amounts.reduce((sum, a) => sum + a, 0);
      worst = Math.max(worst, Math.abs(total(u) - before - entered) / before);
    });
    stepper.dispose();
    expect(stepper.inflow.conditions.map(({ surface }) => surface)).toHaveLength(boundary.length);
    expect(Math.abs(total(stepper.fields) / before - 1)).toBeGreaterThan(0.01);
    expect(worst).toBeLessThan(BALANCE_TOLERANCE);
  });

  it("is the influx times the time where the flux is constant", () => {
    const influx: BoundaryCondition = {
      kind: "flux",
      surface: "low",
      field: "c",
      evaluate(point) {
        point.value = 0.3;
        point.byFields.fill(0);
      },
    };
    const problem = createProblem([influx]);
    const stepper = new TimeStepper(problem, { fields: start(problem) });
    stepper.advanceTo(0.7);
    stepper.dispose();
    expect(stepper.inflow.amounts[0]).toBeCloseTo(0.3 * 0.7, 12); // area 1
    expect(stepper.inflow.rates[0]).toBeCloseTo(0.3, 12);
  });
});

describe("a captured state", () => {
  it("goes on as the stepper that it came from, bit by bit", () => {
    const problem = createProblem([pumps, rising]);
    const whole = new TimeStepper(problem, { fields: start(problem) });
    let numSteps = 0;
    whole.advanceTo(1, () => ++numSteps < 7);
    const state = whole.capture();
    whole.advanceTo(1);
    whole.dispose();
    const resumed = new TimeStepper(problem, state);
    expect(resumed.time).toBe(state.time);
    resumed.advanceTo(1);
    resumed.dispose();
    expect(resumed.statistics).toEqual(whole.statistics);
    expect(resumed.fields).toEqual(whole.fields);
    expect(resumed.rates).toEqual(whole.rates);
    expect(resumed.inflow.amounts).toEqual(whole.inflow.amounts);
  });

  it("is refused for another problem", () => {
    const problem = createProblem([]);
    const stepper = new TimeStepper(problem, { fields: start(problem) });
    const state = stepper.capture();
    stepper.dispose();
    const other = createProblem([pumps]);
    expectError(UsageError, "wrong-length", () => new TimeStepper(other, state));
  });
});
