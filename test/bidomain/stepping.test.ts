import { beforeAll, describe, expect, it } from "vitest";
import { createMacroscopicProblem, interpolateFields } from "../../src/bidomain/macroscopic-problem.js";
import type { BoundaryCondition, MacroscopicProblemOptions } from "../../src/bidomain/problem-options.js";
import type { Reaction } from "../../src/bidomain/reaction.js";
import type { TimeStepperOptions } from "../../src/bidomain/stepper-options.js";
import { TimeStepper } from "../../src/bidomain/time-stepper.js";
import { ConvergenceError, UsageError } from "../../src/core/errors.js";
import type { Matrix3 } from "../../src/core/tensor.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { boxMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";
import { isotropic, linearExchange, plainReaction } from "./reactions.js";
import { boxWithEnds } from "./surface-mesh.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

/** One field c of capacity 1 in a box. */
function createBox(reaction?: Reaction, boundary: BoundaryCondition[] = [], diffusion = 1, counts = 4) {
  return createMacroscopicProblem(kernel, {
    mesh: boxWithEnds({ counts: [counts, 2, 2] }),
    regions: [
      {
        volume: "box",
        fields: [{ name: "c", capacity: 1, tensor: isotropic(diffusion) }],
        ...(reaction && { reaction }),
      },
    ],
    boundary,
  });
}

function run(
  problem: ReturnType<typeof createBox>,
  c: number,
  end: number,
  options: TimeStepperOptions = {},
) {
  const stepper = new TimeStepper(problem, { fields: interpolateFields(problem, { c }) }, options);
  try {
    stepper.advanceTo(end);
  } finally {
    stepper.dispose();
  }
  return stepper;
}

/** R = -1 whatever c is. */
const drain = plainReaction(["c"], (_, sources, slopes) => {
  sources[0] = -1;
  slopes[0] = 0;
});

describe("concentrations below zero", () => {
  it("end the integration with the facts", () => {
    const error = expectError(ConvergenceError, "negative-concentration", () =>
      run(createBox(drain), 0.5, 2),
    );
    expect(error.details).toMatchObject({ field: "c", numPositive: 0 });
    expect(error.details["time"]).toBeGreaterThan(0.45);
    expect(error.details["value"]).toBeLessThan(-1e-5);
    expect(error.message).toContain("however short");
  });

  it("are counted where they are allowed, and nothing where the field is signed", () => {
    const allowed = run(createBox(drain), 0.5, 2, { allowUndershoot: true });
    expect(allowed.fields[0]).toBeCloseTo(-1.5, 9);
    expect(allowed.statistics.undershoots).toBeGreaterThan(0);
    const signed = run(createBox(drain), 0.5, 2, { signedFields: ["c"] });
    expect(signed.fields[0]).toBeCloseTo(-1.5, 9);
    expect(signed.statistics.undershoots).toBe(0);
  });

  it("name the positive entries of a tensor that the mesh does not suit, a matter no step mends", () => {
    const across = [
      [1, -0.9, 0],
      [-0.9, 1, 0],
      [0, 0, 1],
    ] as const;
    const fill = (tensor: Matrix3) => {
      const problem = createMacroscopicProblem(kernel, {
        mesh: boxMesh({ counts: [4, 4, 4] }),
        regions: [{ volume: "box", fields: [{ name: "c", capacity: 1, tensor }] }],
      });
      const fields = interpolateFields(problem, { c: (x, y, z) => (x + y + z === 1.5 && x === y ? 1 : 0) });
      const stepper = new TimeStepper(problem, { fields });
      try {
        stepper.advanceTo(0.01);
      } finally {
        stepper.dispose();
      }
      return problem.stiffness.numPositive[0];
    };
    const error = expectError(ConvergenceError, "negative-concentration", () => fill(across));
    expect(error.details["numPositive"]).toBeGreaterThan(0);
    expect(fill(isotropic(1))).toBe(0);
  });
});

describe("boundary conditions", () => {
  it("a concentration that moves is met at all times", () => {
    const value = (t: number): number => 2 + Math.sin(3 * t);
    const problem = createBox(undefined, [{ kind: "concentration", surface: "low", field: "c", value }]);
    const stepper = new TimeStepper(problem, { fields: interpolateFields(problem, { c: 2 }) });
    let worst = 0;
    stepper.advanceTo(1, ({ fields, time }) => {
      for (const node of problem.boundary.fixed[0].nodes) {
        worst = Math.max(worst, Math.abs(fields[node] - value(time)));
      }
    });
    stepper.dispose();
    expect(stepper.time).toBe(1);
    expect(worst).toBeLessThan(1e-12);
  });

  it("a flux k (c_0 - c) fills a well stirred cell as 1 - exp(-k t)", () => {
    const problem = createBox(
      undefined,
      [
        {
          kind: "flux",
          surface: "high",
          field: "c",
          evaluate(point) {
            point.value = 0.5 * (3 - point.fields[0]);
            point.byFields[0] = -0.5;
          },
        },
      ],
      1e6,
    );
    const stepper = run(problem, 0, 1, { tolerances: { default: { relative: 1e-7, absolute: 1e-7 } } });
    expect(Math.abs(stepper.fields[0] - 3 * (1 - Math.exp(-0.5)))).toBeLessThan(1e-5);
    expect(Math.max(...stepper.statistics.newtonHistogram.keys())).toBeLessThanOrEqual(2);
  });
});

describe("a dependence on du/dt", () => {
  const dependent = (slope: number): Reaction => ({
    fields: ["c"],
    states: [],
    evaluate(point) {
      point.sources[0] = slope * point.rates[0] - point.fields[0];
      point.sourcesByFields[0] = -1;
      point.sourcesByRates[0] = slope;
    },
  });

  it("slows down what it binds: (1 + 3) dc/dt = -c", () => {
    const stepper = run(createBox(dependent(-3)), 1, 2, {
      tolerances: { default: { relative: 1e-7, absolute: 1e-7 } },
    });
    expect(Math.abs(stepper.fields[5] - Math.exp(-0.5))).toBeLessThan(1e-5);
  });

  it("is refused where it takes all of the capacity", () => {
    const error = expectError(UsageError, "capacity-matrix-not-positive", () =>
      run(createBox(dependent(1)), 1, 1),
    );
    expect(error.details).toMatchObject({ volume: "box", sourcesByRates: [1] });
  });
});

describe("refusals", () => {
  const region = { volume: "box", fields: [{ name: "c", capacity: 1, tensor: isotropic(1) }] };
  const mesh = boxMesh({ counts: [1, 1, 1] });
  it.each<[string, Partial<MacroscopicProblemOptions>]>([
    ["no-region", { regions: [] }],
    ["unknown-volume", { regions: [{ ...region, volume: "nucleus" }] }],
    ["overlapping-regions", { regions: [region, region] }],
    ["duplicate-field", { regions: [{ ...region, fields: [region.fields[0], region.fields[0]] }] }],
    ["capacity-not-positive", { regions: [{ ...region, fields: [{ ...region.fields[0], capacity: 0 }] }] }],
    [
      "diffusion-not-positive",
      { regions: [{ ...region, fields: [{ ...region.fields[0], tensor: isotropic(-1) }] }] },
    ],
    ["unknown-field", { regions: [{ ...region, reaction: linearExchange(1) }] }],
    ["unknown-surface", { boundary: [{ kind: "concentration", surface: "top", field: "c", value: 1 }] }],
  ])("%s", (code, options) => {
    expectError(UsageError, code, () =>
      createMacroscopicProblem(kernel, { mesh, regions: [region], ...options }),
    );
  });

  it.each<[string, TimeStepperOptions]>([
    ["step-not-positive", { fixedStep: 0 }],
    ["tolerance-not-positive", { tolerances: { states: { absolute: 0, relative: 1 } } }],
    ["unknown-field", { tolerances: { fields: { e: { absolute: 1, relative: 1 } } } }],
  ])("%s of the stepper", (code, options) => {
    expectError(UsageError, code, () => run(createBox(), 1, 1, options));
  });

  it("wrong-length", () => {
    expectError(
      UsageError,
      "wrong-length",
      () => new TimeStepper(createBox(), { fields: new Float64Array(3) }),
    );
  });

  it("step-too-small, where a reaction blows up", () => {
    const blowUp = plainReaction(["c"], ([c], sources, slopes) => {
      sources[0] = c * c;
      slopes[0] = 2 * c;
    });
    const error = expectError(ConvergenceError, "step-too-small", () =>
      run(createBox(blowUp), 1, 2, { minStep: 1e-6 }),
    );
    expect(Math.abs((error.details["time"] as number) - 1)).toBeLessThan(0.01);
  });
});
