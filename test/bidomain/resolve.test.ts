import { beforeAll, describe, expect, it } from "vitest";
import { createFormulaModel } from "../../src/bidomain/formula-model.js";
import { resolveUnitCell } from "../../src/bidomain/resolve.js";
import type { ResolveOptions } from "../../src/bidomain/resolve-options.js";
import { MeshError, UsageError } from "../../src/core/errors.js";
import { homogenize, type Homogenization } from "../../src/homogenization/homogenize.js";
import type { ResolvedStudy } from "../../src/io/resolved-study.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { boxMesh } from "../support/box-mesh.js";
import { homogenizeThreePipes, threePipeMesh } from "./three-pipe.js";

let kernel: Kernel;
let cell: Homogenization;
let base: ResolveOptions;
beforeAll(async () => {
  kernel = await loadKernel();
  cell = await homogenizeThreePipes(kernel);
  base = {
    copies: [2, 4, 8],
    length: 32,
    end: 0.5,
    steps: 12,
    macroscopicCells: 256,
    membranes: [
      { model: await createFormulaModel({ name: "flux", flux: "0.02*(e - c) - 0.6*c^2/(0.25 + c^2)" }) },
    ],
    initial: { c: "1 + 0.8*cos(pi*max(x, 0)/32)", e: "40 + 20*cos(pi*x/32)" },
  };
});

const solve = async (options: Partial<ResolveOptions>) =>
  (await resolveUnitCell(kernel, cell, { ...base, ...options })).study;

/** Last level of a target. */
function lastOf(study: ResolvedStudy, name: string) {
  const target = study.targets.findIndex((one) => one.name === name);
  const level = study.levels[study.levels.length - 1];
  return {
    errors: level.errors[target],
    orders: level.orders[target],
    mesh: study.macroscopic.meshErrors[target],
    step: study.macroscopic.stepErrors[target],
  };
}

const largestDrift = (study: ResolvedStudy): number =>
  Math.max(...study.levels.map(({ calciumDrift }) => calciumDrift));

describe("a row of three pipes", () => {
  it("comes to the homogenized solution with order one, its gradient with the reconstruction only", async () => {
    const study = await solve({});
    expect(study.targets.map(({ name }) => name)).toEqual(["c", "e"]);
    for (const name of ["c", "e"]) {
      const { errors, orders, mesh, step } = lastOf(study, name);
      expect(Math.abs((orders.l2 ?? NaN) - 1)).toBeLessThan(0.2);
      expect(Math.abs((orders.gradient ?? NaN) - 0)).toBeLessThan(0.1);
      expect(Math.abs((orders.gradientReconstructed ?? NaN) - 1)).toBeLessThan(0.2);
      expect(Math.abs((orders.cellMeans ?? NaN) - 2)).toBeLessThan(0.3);
      expect(Math.abs((orders.l2Reconstructed ?? NaN) - 2)).toBeLessThan(0.3);
      expect(errors.gradientReconstructed ?? NaN).toBeLessThan(errors.gradient / 4);
      // What the homogenized solution is off by itself is no part of these.
      for (const own of [mesh, step]) {
        expect(own.l2).toBeLessThan(errors.l2 / 10);
        expect(own.gradient).toBeLessThan((errors.gradientReconstructed ?? NaN) / 10);
      }
    }
    expect(largestDrift(study)).toBeLessThan(1e-9);
  });

  it("does so beside plain cytosol, with buffers and with a gate on the membrane, too", async () => {
    const study = await solve({
      copies: [4, 8],
      slabLength: 16,
      initial: { c: "1 + 0.8*cos(pi*(x + 16)/48)", e: base.initial.e },
      membranes: [
        ...base.membranes,
        {
          model: await createFormulaModel({
            name: "channel",
            flux: "0.03*h*(e - c)",
            states: [{ name: "h", rate: "(1 - h)/0.2 - c*h", initial: 0.5 }],
          }),
        },
      ],
      buffers: [
        {
          name: "calbindin",
          compartment: "cytosol",
          total: 20,
          bindingRate: 20,
          unbindingRate: 20,
          diffusion: 30,
        },
        {
          name: "calsequestrin",
          compartment: "er",
          total: 200,
          bindingRate: 1,
          unbindingRate: 60,
          isMobile: false,
        },
      ],
    });
    expect(study.targets.map(({ name }) => name)).toEqual([
      "c",
      "calbindin",
      "e",
      "c (slab)",
      "calbindin (slab)",
    ]);
    for (const name of ["c", "e"]) {
      const { errors, orders } = lastOf(study, name);
      expect(Math.abs((orders.l2 ?? NaN) - 1)).toBeLessThan(0.2);
      // Less than in the row alone: the boundary layer at the interface.
      expect(errors.gradientReconstructed ?? NaN).toBeLessThan(0.6 * errors.gradient);
      expect(orders.gradientReconstructed ?? NaN).toBeGreaterThan(0.4);
    }
    const slab = lastOf(study, "c (slab)");
    expect(slab.errors.l2Reconstructed).toBeNull();
    expect(slab.errors.l2).toBeLessThan(5e-3);
    expect(slab.orders.l2 ?? NaN).toBeGreaterThan(0.8);
    expect(largestDrift(study)).toBeLessThan(1e-9);
  });

  it("is exact where nothing varies in the unit cell: no corrector, no membrane flux", async () => {
    // Layers across y conduct along x as if there were nothing: c0 is c_eps.
    const layers = boxMesh({
      counts: [4, 4, 4],
      split: "five",
      volumeOf: (_i, j) => (j === 1 || j === 2 ? "ER" : "cytosol"),
    });
    const layered = await homogenize(layers, { kernel, diffusion: { ER: 0.1, cytosol: 0.25 } });
    const none = await createFormulaModel({ name: "none", flux: "0*c" });
    const { study } = await resolveUnitCell(kernel, layered, {
      ...base,
      copies: [8],
      membranes: [{ model: none }],
    });
    for (const name of ["c", "e"]) {
      const { errors } = lastOf(study, name);
      expect(errors.l2).toBeLessThan(4e-4); // the resolved mesh has 32 cells along x: (pi/32)^2 / 12 of what diffused
    }
  });
});

describe("a cube of three pipes", () => {
  it("has data that depend on all of x, y and z", async () => {
    const study = await solve({
      copies: [1, 2],
      isCube: true,
      macroscopicCells: 12,
      steps: 4,
      initial: { c: "1 + 0.4*cos(pi*x/32) + 0.3*cos(pi*y/32)*cos(pi*z/32)", e: "40 + 20*cos(pi*z/32)" },
    });
    const { errors, orders } = lastOf(study, "c");
    expect(errors.l2).toBeLessThan(0.03);
    expect(orders.l2 ?? NaN).toBeGreaterThan(0.8);
    expect(errors.gradientReconstructed ?? NaN).toBeLessThan(0.9 * errors.gradient);
    expect(largestDrift(study)).toBeLessThan(1e-9);
  });
});

describe("refusals", () => {
  it.each<[string, Partial<ResolveOptions>]>([
    ["copies-invalid", { copies: [4, 2] }],
    ["copies-invalid", { copies: [] }],
    ["length-invalid", { length: 0 }],
    ["steps-invalid", { steps: 1.5 }],
    ["macroscopic-cells-invalid", { macroscopicCells: 9 }],
    ["unknown-phase", { er: "SR" }],
    [
      "buffer-diffusion-missing",
      { buffers: [{ name: "b", compartment: "er", total: 1, bindingRate: 1, unbindingRate: 1 }] },
    ],
  ])("%s", async (code, options) => {
    await expect(solve(options)).rejects.toMatchObject({ code, constructor: UsageError });
  });

  it.each<[string, (i: number, j: number, k: number) => string]>([
    ["membrane-on-face", (i) => (i < 2 ? "ER" : "cytosol")],
    // Two cubes of ER that share an edge only.
    ["phase-touches-itself", (i, j) => ((i === 1 && j === 1) || (i === 2 && j === 2) ? "ER" : "cytosol")],
  ])("%s", async (code, volumeOf) => {
    const mesh = boxMesh({ counts: [4, 4, 4], volumeOf });
    const other = await homogenize(mesh, { kernel });
    await expect(resolveUnitCell(kernel, other, base)).rejects.toMatchObject({
      code,
      constructor: MeshError,
    });
  });

  it("a slab where the cytosol's diffusion varies and none is given", async () => {
    const diffusion = { ER: 0.25, cytosol: { formula: "0.2 + 0.1*cos(2*pi*x)" } };
    const varying = await homogenize(threePipeMesh(), { kernel, diffusion });
    const options = { ...base, copies: [1], slabLength: 8 };
    await expect(resolveUnitCell(kernel, varying, options)).rejects.toMatchObject({
      code: "slab-diffusion-missing",
    });
    const { study } = await resolveUnitCell(kernel, varying, { ...options, copies: [2], slabDiffusion: 250 });
    expect(study.levels[0].errors[0].l2).toBeLessThan(0.1);
  });
});
