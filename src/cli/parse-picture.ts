import { UsageError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import { parseNumber } from "./parse-options.js";

/** `--cut`: a plane across an axis. */
export interface CutFlag {
  readonly axis: 0 | 1 | 2;
  readonly at: number;
  /** Whether `at` is a share of the unit cell, from its lower face. */
  readonly isShare: boolean;
}

/**
 * `x=250` in the unit of the mesh, or `y1=0.5` as a share of the unit cell.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseCut(text: string): CutFlag {
  const match = /^(?:([xyz])|y([123]))=(.+)$/.exec(text);
  if (match === null)
    throw invalid("--cut", text, "x=250, in the unit of the mesh, or y1=0.5, as a share of the unit cell");
  const [, axis, share, value] = match as unknown as [string, string | undefined, string | undefined, string];
  const number = axis === undefined ? Number(share) - 1 : "xyz".indexOf(axis);
  return { axis: number as 0 | 1 | 2, at: parseNumber(value, "--cut"), isShare: axis === undefined };
}

/**
 * `x`, `y`, `z`, `-x`, ..., or `azimuth,elevation` in degrees: the direction to the eye
 * (cos e cos a, cos e sin a, sin e).
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseView(text: string): Vector3 {
  const axis = /^(-?)([xyz])$/.exec(text);
  if (axis !== null) {
    const sign = axis[1] === "-" ? -1 : 1;
    return [sign * Number(axis[2] === "x"), sign * Number(axis[2] === "y"), sign * Number(axis[2] === "z")];
  }
  const parts = text.split(",");
  if (parts.length !== 2)
    throw invalid("--view", text, "x, y, z, -x, -y, -z or azimuth,elevation in degrees, such as -58,23");
  const [azimuth, elevation] = parts.map((part) => (parseNumber(part, "--view") * Math.PI) / 180);
  return [
    Math.cos(elevation) * Math.cos(azimuth),
    Math.cos(elevation) * Math.sin(azimuth),
    Math.sin(elevation),
  ];
}

/**
 * `low,high`, low below high.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseRange(text: string): readonly [number, number] {
  const parts = text.split(",");
  const [low, high] = parts.map((part) => parseNumber(part, "--range"));
  if (parts.length !== 2 || !(low < high))
    throw invalid("--range", text, "two numbers low,high, such as -0.2,0.2");
  return [low, high];
}

function invalid(option: string, value: string, expected: string): UsageError {
  return new UsageError("invalid-option-value", `${option} is "${value}"; expected ${expected}`, {
    details: { option, value, expected },
  });
}
