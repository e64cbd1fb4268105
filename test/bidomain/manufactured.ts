import type { Matrix3 } from "../../src/core/tensor.js";
import type { Reaction } from "../../src/bidomain/reaction.js";

/** A factor of time: its value and its derivative. */
export interface TimeFactor {
  readonly value: (t: number) => number;
  readonly rate: (t: number) => number;
}

/** c = c_t (1 + w/2), e = e_t (2 - 0.3 w), X = x_t (1/2 + w/5) with w = sin^2 pi x sin^2 pi y sin^2 pi z. */
export interface TimeFactors {
  readonly c: TimeFactor;
  readonly e: TimeFactor;
  readonly x: TimeFactor;
}

export const CAPACITY_C = 0.8;
export const CAPACITY_E = 0.3;
export const TENSOR_C: Matrix3 = [
  [0.3, 0.08, -0.05],
  [0.08, 0.2, 0.04],
  [-0.05, 0.04, 0.25],
];
export const TENSOR_E: Matrix3 = [
  [0.1, -0.03, 0],
  [-0.03, 0.15, 0.05],
  [0, 0.05, 0.3],
];

/** Polynomials of degree two in time, which TR-BDF2 integrates exactly: what is left is the error in space. */
export const quadraticInTime: TimeFactors = {
  c: { value: (t) => 1 + t + t * t, rate: (t) => 1 + 2 * t },
  e: { value: (t) => 3 - t * t, rate: (t) => -2 * t },
  x: { value: (t) => 1 + 0.5 * t, rate: () => 0.5 },
};

export const oscillating: TimeFactors = {
  c: { value: (t) => 1 + 0.5 * Math.sin(5 * t), rate: (t) => 2.5 * Math.cos(5 * t) },
  e: { value: (t) => 3 + Math.cos(4 * t), rate: (t) => -4 * Math.sin(4 * t) },
  x: { value: (t) => 1 + 0.4 * Math.sin(3 * t), rate: (t) => 1.2 * Math.cos(3 * t) },
};

/** w and div(A grad w). */
export function bump(x: number, y: number, z: number): number {
  return (Math.sin(Math.PI * x) * Math.sin(Math.PI * y) * Math.sin(Math.PI * z)) ** 2;
}

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

export const exactC = (factors: TimeFactors, t: number, w: number): number =>
  factors.c.value(t) * (1 + 0.5 * w);
export const exactE = (factors: TimeFactors, t: number, w: number): number =>
  factors.e.value(t) * (2 - 0.3 * w);
export const exactX = (factors: TimeFactors, t: number, w: number): number =>
  factors.x.value(t) * (0.5 + 0.2 * w);

/**
 * R_c = X (e - c) - c^2 / (1 + c) - b dc/dt / (1 + c)^2 + s_c,  R_e = -X (e - c) - b/4 dc/dt + s_e,
 * Phi = c (1 - X) - 2 X + s_X, with sources s for which the manufactured solution is one.
 */
export function manufacturedReaction(factors: TimeFactors, b: number): Reaction {
  return {
    fields: ["c", "e"],
    states: ["X"],
    evaluate(point) {
      const { time, x, y, z, fields, rates, states } = point;
      const p = [x, y, z];
      const w = bump(x, y, z);
      const at = (c: number, e: number, s: number, ct: number) => [
        s * (e - c) - c ** 2 / (1 + c) - (b * ct) / (1 + c) ** 2,
        -s * (e - c) - (b / 4) * ct,
        c * (1 - s) - 2 * s,
      ];
      const ct = factors.c.rate(time) * (1 + 0.5 * w);
      const et = factors.e.rate(time) * (2 - 0.3 * w);
      const xt = factors.x.rate(time) * (0.5 + 0.2 * w);
      const exact = at(exactC(factors, time, w), exactE(factors, time, w), exactX(factors, time, w), ct);
      const [c, e] = fields;
      const s = states[0];
      const own = at(c, e, s, rates[0]);
      const fluxC = factors.c.value(time) * 0.5 * divergence(TENSOR_C, p);
      const fluxE = -factors.e.value(time) * 0.3 * divergence(TENSOR_E, p);
      point.sources[0] = own[0] - exact[0] + CAPACITY_C * ct - fluxC;
      point.sources[1] = own[1] - exact[1] + CAPACITY_E * et - fluxE;
      point.stateRates[0] = own[2] - exact[2] + xt;
      const q = 1 + c;
      point.sourcesByFields.set([-s - (2 * c * q - c * c) / (q * q) + (2 * b * rates[0]) / q ** 3, s, s, -s]);
      point.sourcesByRates.set([-b / q ** 2, 0, -b / 4, 0]);
      point.sourcesByStates.set([e - c, c - e]);
      point.stateRatesByFields.set([1 - s, 0]);
      point.stateRatesByStates.set([-c - 2]);
    },
  };
}
