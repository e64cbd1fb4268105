import { UsageError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import type { VoxelCrop } from "../meshing/select-voxels.js";
import type { Box } from "../meshing/surface/triangle-surface.js";
import { parseNumber } from "./parse-options.js";

/** A box: lower corner and edges. */
export interface BoxFlag {
  readonly origin: Vector3;
  readonly lengths: Vector3;
}

/**
 * `Lx,Ly,Lz` or `Lx,Ly,Lz@x,y,z`.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseBox(text: string): BoxFlag {
  const [edges, corner = "0,0,0", ...others] = text.split("@");
  const lengths = parseVector(edges, "--box");
  const origin = parseVector(corner, "--box");
  if (others.length === 0 && lengths.every((length) => length > 0)) return { origin, lengths };
  throw invalid("--box", text, "three positive edges, Lx,Ly,Lz or Lx,Ly,Lz@x,y,z");
}

/**
 * `x0,y0,z0,x1,y1,z1`: lowest and highest corner.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseCornerBox(text: string): Box {
  const parts = text.split(",");
  if (parts.length !== 6) throw invalid("--box", text, "six numbers x0,y0,z0,x1,y1,z1");
  const [x0, y0, z0, x1, y1, z1] = parts.map((part) => parseNumber(part, "--box"));
  if (!(x0 < x1 && y0 < y1 && z0 < z1))
    throw invalid("--box", text, "x0,y0,z0,x1,y1,z1 with x0 < x1, y0 < y1, z0 < z1");
  return { min: [x0, y0, z0], max: [x1, y1, z1] };
}

/**
 * Three numbers `a,b,c`.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseVector(text: string, option: string): Vector3 {
  const parts = text.split(",");
  if (parts.length !== 3) throw invalid(option, text, "three numbers a,b,c");
  const [a, b, c] = parts.map((part) => parseNumber(part, option));
  return [a, b, c];
}

/** A phase and the labels of its voxels. */
export interface LabelFlag {
  readonly name: string;
  readonly labels: readonly number[];
}

/**
 * `ER=2` or `ER=2,5`.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseLabel(text: string): LabelFlag {
  const equals = text.indexOf("=");
  if (equals < 1) throw invalid("--label", text, "a name and labels, such as ER=2 or ER=2,5");
  const labels = text
    .slice(equals + 1)
    .split(",")
    .map((label) => parseNumber(label, "--label"));
  return { name: text.slice(0, equals), labels };
}

/**
 * `x0:x1,y0:y1,z0:z1`, voxels, the last ones not included.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseCrop(text: string): VoxelCrop {
  const ranges = text.split(",").map((range): readonly [number, number] => {
    const ends = range.split(":").map((end) => parseNumber(end, "--crop"));
    if (ends.length !== 2) throw invalid("--crop", text, "x0:x1,y0:y1,z0:z1");
    return [ends[0], ends[1]];
  });
  if (ranges.length !== 3) throw invalid("--crop", text, "x0:x1,y0:y1,z0:z1");
  return [ranges[0], ranges[1], ranges[2]];
}

function invalid(option: string, text: string, expected: string): UsageError {
  return new UsageError("invalid-option-value", `${option} is "${text}"; expected ${expected}`, {
    details: { option, value: text },
  });
}
