import { createCellReaction, type CellReaction } from "../../src/bidomain/cell-reaction.js";
import { createFormulaModel } from "../../src/bidomain/formula-model.js";
import { createMembraneModel } from "../../src/bidomain/membrane-catalog.js";
import { createReactionPoint, type Reaction } from "../../src/bidomain/reaction.js";
import type { Matrix3 } from "../../src/core/tensor.js";

/** A factor of time: its value and its derivative. */
interface TimeFactor {
  readonly value: (t: number) => number;
  readonly rate: (t: number) => number;
}

/** T(t) (base + slope w) with w = sin^2 pi x sin^2 pi y sin^2 pi z, of which no flux leaves the unit cube. */
interface ManufacturedValue {
  readonly name: string;
  readonly base: number;
  readonly slope: number;
  readonly factor: TimeFactor;
}

export interface ManufacturedField extends ManufacturedValue {
  /** A, um^2/s. */
  readonly tensor: Matrix3;
}

export interface ManufacturedSolution {
  readonly fields: readonly ManufacturedField[];
  readonly states: readonly ManufacturedValue[];
}

const CYTOSOL: Matrix3 = [
  [0.3, 0.08, -0.05],
  [0.08, 0.2, 0.04],
  [-0.05, 0.04, 0.25],
];
const ER: Matrix3 = [
  [0.1, -0.03, 0],
  [-0.03, 0.15, 0.05],
  [0, 0.05, 0.3],
];
const scaled = (a: Matrix3, s: number): Matrix3 => [
  [s * a[0][0], s * a[0][1], s * a[0][2]],
  [s * a[1][0], s * a[1][1], s * a[1][2]],
  [s * a[2][0], s * a[2][1], s * a[2][2]],
];

/** 1 + a t + b t^2, which TR-BDF2 integrates exactly: what is left is the error in space. */
const quadratic = (a: number, b: number): TimeFactor => ({
  value: (t) => 1 + a * t + b * t * t,
  rate: (t) => a + 2 * b * t,
});

const oscillating = (amplitude: number, frequency: number): TimeFactor => ({
  value: (t) => 1 + amplitude * Math.sin(frequency * t),
  rate: (t) => amplitude * frequency * Math.cos(frequency * t),
});

/** c, e, a buffer in each compartment; two gates and calcium on a buffer that does not move. */
function createSolution(factors: readonly TimeFactor[]): ManufacturedSolution {
  return {
    fields: [
      { name: "c", base: 1, slope: 0.5, tensor: CYTOSOL, factor: factors[0] },
      { name: "e", base: 6, slope: -0.9, tensor: ER, factor: factors[1] },
      { name: "calbindin", base: 1.5, slope: 0.6, tensor: scaled(CYTOSOL, 0.2), factor: factors[2] },
      { name: "calreticulin", base: 2, slope: -0.5, tensor: scaled(ER, 0.4), factor: factors[3] },
    ],
    states: [
      { name: "ip3-receptor.h", base: 0.5, slope: 0.2, factor: factors[4] },
      { name: "own.g", base: 0.4, slope: 0.1, factor: factors[5] },
      { name: "troponin", base: 1, slope: 0.3, factor: factors[6] },
    ],
  };
}

export const quadraticInTime = createSolution([
  ...[quadratic(1, 1), quadratic(0, -0.3), quadratic(0.5, -1), quadratic(-0.4, 0.7)],
  ...[quadratic(0.5, 0), quadratic(-0.3, 0.5), quadratic(0.2, 0.6)],
]);

export const oscillatingInTime = createSolution([
  ...[oscillating(0.5, 5), oscillating(0.3, 4), oscillating(0.4, 6), oscillating(0.3, 3)],
  ...[oscillating(0.4, 3), oscillating(0.3, 5), oscillating(0.3, 4)],
]);

/** w. */
export function bump(x: number, y: number, z: number): number {
  return (Math.sin(Math.PI * x) * Math.sin(Math.PI * y) * Math.sin(Math.PI * z)) ** 2;
}

/** The value at (t, x, y, z). */
export function exactValue({ base, slope, factor }: ManufacturedValue, t: number) {
  return (x: number, y: number, z: number): number => factor.value(t) * (base + slope * bump(x, y, z));
}

/** div(A grad w). */
function divergence(a: Matrix3, p: readonly number[]): number {
  const f = p.map((s) => Math.sin(Math.PI * s) ** 2);
  const df = p.map((s) => Math.PI * Math.sin(2 * Math.PI * s));
  const ddf = p.map((s) => 2 * Math.PI ** 2 * Math.cos(2 * Math.PI * s));
  return (
    a[0][0] * ddf[0] * f[1] * f[2] +
    a[1][1] * f[0] * ddf[1] * f[2] +
    a[2][2] * f[0] * f[1] * ddf[2] +
    2 * (a[0][1] * df[0] * df[1] * f[2] + a[0][2] * df[0] * f[1] * df[2] + a[1][2] * f[0] * df[1] * df[2])
  );
}

/**
 * Receptor, leak, pump and three buffers as the library has them, and a channel of its own whose flux takes up
 * `byRate` dc/dt / (1 + c)^2. Rates of the order of diffusion, so that neither hides the other's error.
 */
export async function createKinetics(byRate: number): Promise<CellReaction> {
  return createCellReaction({
    cytosolFraction: 0.7,
    erFraction: 0.25,
    areaPerVolume: 3.6,
    membranes: [
      { model: createMembraneModel("ip3-receptor", { a2: 1 }), basis: "er" },
      { model: createMembraneModel("leak"), basis: "er", factor: "1 + x * y" },
      { model: createMembraneModel("serca-hill"), basis: "cytosol" },
      {
        model: await createFormulaModel({
          name: "own",
          flux: `150 * g * (e - c) / (1 + c) - ${byRate} * dcdt / (1 + c)^2`,
          states: [{ name: "g", rate: "c * (1 - g) - 2 * g", initial: 0 }],
        }),
        basis: "area",
      },
    ],
    buffers: [
      { name: "calbindin", compartment: "cytosol", total: 6, bindingRate: 1.2, unbindingRate: 2 },
      { name: "calreticulin", compartment: "er", total: 9, bindingRate: 0.3, unbindingRate: 1.5 },
      {
        name: "troponin",
        compartment: "cytosol",
        total: 4,
        bindingRate: 2,
        unbindingRate: 3,
        isMobile: false,
      },
    ],
    ip3: { concentration: 0.5 },
  });
}

/** R + s and Phi + s with the sources s for which the manufactured solution is one. */
export function manufacture(kinetics: CellReaction, { fields, states }: ManufacturedSolution): Reaction {
  const at = createReactionPoint(fields.length, states.length);
  return {
    fields: kinetics.fields,
    states: kinetics.states,
    evaluate(point) {
      const { time, x, y, z } = point;
      const w = bump(x, y, z);
      Object.assign(at, { time, x, y, z });
      fields.forEach(({ base, slope, factor }, k) => {
        at.fields[k] = factor.value(time) * (base + slope * w);
        at.rates[k] = factor.rate(time) * (base + slope * w);
      });
      states.forEach(({ base, slope, factor }, s) => {
        at.states[s] = factor.value(time) * (base + slope * w);
      });
      kinetics.evaluate(at);
      kinetics.evaluate(point);
      fields.forEach(({ slope, factor, tensor }, k) => {
        const diffusion = factor.value(time) * slope * divergence(tensor, [x, y, z]);
        point.sources[k] += kinetics.capacities[k] * at.rates[k] - diffusion - at.sources[k];
      });
      states.forEach(({ base, slope, factor }, s) => {
        point.stateRates[s] += factor.rate(time) * (base + slope * w) - at.stateRates[s];
      });
    },
  };
}
