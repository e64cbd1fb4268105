import { UsageError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import type { LevelSet } from "./level-set.js";

/** Triply periodic surfaces, near the minimal surfaces of these names. */
export const tpmsNames = ["gyroid", "schwarz-p", "schwarz-d"] as const;

export type TpmsName = (typeof tpmsNames)[number];

/** F(u, v, w) of angles 2 pi x / L, and the mean of |grad F| on its zero set, measured. */
const surfaces: Readonly<
  Record<TpmsName, { readonly value: (u: number, v: number, w: number) => number; readonly slope: number }>
> = {
  // sin u cos v + sin v cos w + sin w cos u
  gyroid: {
    value: (u, v, w) => Math.sin(u) * Math.cos(v) + Math.sin(v) * Math.cos(w) + Math.sin(w) * Math.cos(u),
    slope: 1.5,
  },
  // cos u + cos v + cos w
  "schwarz-p": { value: (u, v, w) => Math.cos(u) + Math.cos(v) + Math.cos(w), slope: 1.5 },
  // cos u cos v cos w - sin u sin v sin w
  "schwarz-d": {
    value: (u, v, w) => Math.cos(u) * Math.cos(v) * Math.cos(w) - Math.sin(u) * Math.sin(v) * Math.sin(w),
    slope: 0.9,
  },
};

/**
 * phi = L / (2 pi s) F(2 pi x / L) - offset, s the mean slope of F on its zero set: about the distance from the surface
 * F = 0, moved by about `offset` into the cytosol. The volume of the inside is half the cell for offset 0.
 *
 * @param period L, edge of the cubic cell, mesh units
 * @param offset mesh units
 * @throws UsageError `tpms-unknown`, `tpms-invalid`
 * @see von Schnering and Nesper (1991), Nodal surfaces of Fourier series, Z. Phys. B 83
 */
export function createTpms(
  name: TpmsName,
  period: number,
  offset = 0,
  origin: Vector3 = [0, 0, 0],
): LevelSet {
  if (!(tpmsNames as readonly string[]).includes(name)) {
    throw new UsageError("tpms-unknown", `no surface "${name}"; expected one of ${tpmsNames.join(", ")}`, {
      details: { name },
    });
  }
  if (!(period > 0 && Number.isFinite(period)) || !Number.isFinite(offset)) {
    throw new UsageError(
      "tpms-invalid",
      `a period of ${period} with an offset of ${offset}; expected a positive period and a finite offset`,
      { details: { period, offset } },
    );
  }
  const { value, slope } = surfaces[name];
  const k = (2 * Math.PI) / period;
  return {
    origin,
    lengths: [period, period, period],
    evaluate(points, numPoints, values) {
      for (let i = 0; i < numPoints; i++) {
        const u = k * (points[3 * i] - origin[0]);
        const v = k * (points[3 * i + 1] - origin[1]);
        const w = k * (points[3 * i + 2] - origin[2]);
        values[i] = value(u, v, w) / (k * slope) - offset;
      }
    },
  };
}
