import { beforeAll, describe, expect, it } from "vitest";
import {
  createMacroscopicProblem,
  integrateAmounts,
  interpolateFields,
  interpolateStates,
} from "../../src/bidomain/macroscopic-problem.js";
import type { MembraneOptions, RegionOptions } from "../../src/bidomain/problem-options.js";
import type { Reaction } from "../../src/bidomain/reaction.js";
import { TimeStepper } from "../../src/bidomain/time-stepper.js";
import { UsageError } from "../../src/core/errors.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";
import { isotropic, linearExchange } from "./reactions.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

/** Triangles of the mesh in the plane x = 1/2, each once. */
function middleFacets(mesh: TetMesh): Int32Array {
  const isIn = (node: number): boolean => Math.abs(mesh.coordinates[3 * node] - 0.5) < 1e-12;
  const facets: number[] = [];
  for (let cell = 0; cell < mesh.numCells; cell++) {
    const nodes = Array.from(mesh.cells.subarray(4 * cell, 4 * cell + 4));
    const inside = nodes.filter(isIn);
    const apex = nodes.find((node) => !isIn(node));
    if (inside.length === 3 && apex !== undefined && mesh.coordinates[3 * apex] < 0.5) facets.push(...inside);
  }
  return Int32Array.from(facets);
}

/** c in the left half, e in the right half, a membrane between them. */
function createHalves(count: number, diffusion: number, membrane: Partial<MembraneOptions>) {
  const mesh = boxMesh({
    counts: [count, 2, 2],
    lengths: [1, 2 / count, 2 / count],
    volumeOf: (i) => (i < count / 2 ? "left" : "right"),
  });
  const region = (volume: string, name: string): RegionOptions => ({
    volume,
    fields: [{ name, capacity: 1, tensor: isotropic(diffusion) }],
  });
  const membranes = [
    { name: "wall", facets: middleFacets(mesh), thickness: 1, reaction: linearExchange(1), ...membrane },
  ];
  return createMacroscopicProblem(kernel, {
    mesh,
    regions: [region("left", "c"), region("right", "e")],
    membranes,
  });
}

describe("a membrane between two volumes", () => {
  it("lets through what a flat membrane does: cos(kx), k tan(k/2) = 2 epsilon lambda / D, with order two", () => {
    const [d, lambda, epsilon, end] = [0.3, 0.8, 0.25, 0.5];
    // The root of k tan(k/2) = 2 epsilon lambda / D below pi.
    let [low, high] = [0, Math.PI - 1e-9];
    while (high - low > 1e-14) {
      const k = (low + high) / 2;
      if (k * Math.tan(k / 2) < (2 * epsilon * lambda) / d) low = k;
      else high = k;
    }
    const errors = [16, 32].map((count) => {
      const problem = createHalves(count, d, { thickness: epsilon, reaction: linearExchange(lambda) });
      const exactAt = (t: number) =>
        interpolateFields(problem, {
          c: (x) => 10 + Math.exp(-d * low * low * t) * Math.cos(low * x),
          e: (x) => 10 - Math.exp(-d * low * low * t) * Math.cos(low * (1 - x)),
        });
      const stepper = new TimeStepper(problem, { fields: exactAt(0) }, { fixedStep: 0.8 / count });
      stepper.advanceTo(end);
      stepper.dispose();
      const exact = exactAt(end);
      return stepper.fields.reduce((most, u, i) => Math.max(most, Math.abs(u - exact[i])), 0);
    });
    expect(errors[1]).toBeLessThan(4e-4); // 3.2e-4 of an amplitude of 1
    expect(Math.abs(Math.log2(errors[0] / errors[1]) - 2)).toBeLessThan(0.2);
  });

  it("conserves calcium with a gate on the membrane", () => {
    /** R_c = X (e - c), dX/dt = 1 - X - c X. */
    const gated: Reaction = {
      fields: ["c", "e"],
      states: ["X"],
      evaluate(point) {
        const [c, e] = point.fields;
        const x = point.states[0];
        point.sources.set([x * (e - c), x * (c - e)]);
        point.sourcesByFields.set([-x, x, x, -x]);
        point.sourcesByRates.fill(0);
        point.sourcesByStates.set([e - c, c - e]);
        point.stateRates[0] = 1 - x - c * x;
        point.stateRatesByFields.set([-x, 0]);
        point.stateRatesByStates[0] = -1 - c;
      },
    };
    const problem = createHalves(8, 0.5, { reaction: gated });
    const fields = interpolateFields(problem, { c: (x) => 0.1 + x, e: 9 });
    const states = interpolateStates(problem, { X: 0.2 });
    expect(states).toHaveLength(9);
    const total = (u: Float64Array): number =>
      integrateAmounts(problem, u).reduce((sum, amount) => sum + amount);
    const stepper = new TimeStepper(problem, { fields, states });
    stepper.advanceTo(1);
    stepper.dispose();
    expect(Math.abs(total(stepper.fields) / total(fields) - 1)).toBeLessThan(1e-9);
    expect(integrateAmounts(problem, stepper.fields)[0]).toBeGreaterThan(
      3 * integrateAmounts(problem, fields)[0],
    );
  });

  it("binds calcium where it depends on dc/dt, up to what the volumes around it hold", () => {
    /** R_c = -k dc/dt: calcium that the membrane holds in equilibrium. */
    const binding = (k: number): Reaction => ({
      fields: ["c"],
      states: [],
      evaluate(point) {
        point.sources[0] = -k * point.rates[0];
        point.sourcesByFields[0] = 0;
        point.sourcesByRates[0] = -k;
      },
    });
    const run = (k: number): number => {
      const problem = createHalves(4, 100, { reaction: binding(k) });
      const stepper = new TimeStepper(problem, {
        fields: interpolateFields(problem, { c: (x) => (x < 0.1 ? 4 : 0), e: 1 }),
      });
      stepper.advanceTo(5);
      stepper.dispose();
      return stepper.fields[0];
    };
    // 1/4 of the half is at 4 in lumped masses (half a cell of two); the wall holds as much as the half for k = 1/2.
    expect(run(0)).toBeCloseTo(1, 6);
    expect(run(0.5)).toBeCloseTo(0.5, 6);
    const error = expectError(UsageError, "capacity-matrix-not-positive", () => run(-1));
    expect(error.message).toContain("wall");
  });

  it.each<[string, Partial<MembraneOptions>]>([
    ["thickness-not-positive", { thickness: 0 }],
    ["unknown-field", { reaction: { ...linearExchange(1), fields: ["c", "d"] } }],
    ["field-not-on-membrane", { facets: Int32Array.of(0, 1, 5) }],
  ])("is refused with %s", (code, membrane) => {
    expectError(UsageError, code, () => createHalves(4, 1, membrane));
  });
});
