import { UsageError } from "../core/errors.js";
import type { SweepAxis, SweepInputs, SweepManifest, SweepPoint } from "../io/sweep-files.js";

/** A part of a sweep: part `index` of `count`, counted from 1. */
export interface SweepShard {
  readonly index: number;
  readonly count: number;
}

/** Most points of a sweep: the merged results are held in memory and in one file. */
export const MAX_SWEEP_POINTS = 20_000;

/** Digits that values between the ends of a range are rounded to: 0.15 in the place of 0.15000000000000002. */
const significantDigits = 12;

/** Longest stem of a result file's name; file systems allow 255 bytes for the name, some of them taken by others. */
const maxStemLength = 180;

/**
 * x_i = (start (n - 1 - i) + stop i) / (n - 1), i = 0 .. n - 1: the ends exactly, the others to 12 digits.
 *
 * @throws UsageError `sweep-range`
 */
export function linearValues(start: number, stop: number, count: number): number[] {
  checkRange(start, stop, count);
  return between(start, stop, count, (i) => (start * (count - 1 - i) + stop * i) / (count - 1));
}

/**
 * x_i = start (stop / start)^(i / (n - 1)): the ends exactly, the others to 12 digits.
 *
 * @throws UsageError `sweep-range`, for ends that are not positive too
 */
export function logarithmicValues(start: number, stop: number, count: number): number[] {
  checkRange(start, stop, count);
  if (start <= 0 || stop <= 0) {
    throw rangeError(`a logarithmic range from ${start} to ${stop}; expected two positive ends`, {
      start,
      stop,
    });
  }
  return between(start, stop, count, (i) => start * (stop / start) ** (i / (count - 1)));
}

/**
 * The full factorial of the axes, the first axis varying slowest.
 *
 * @throws UsageError `sweep-range` for no axis, a parameter that is varied twice, no value or a repeated value, too many
 *   points
 */
export function planSweep(axes: readonly SweepAxis[]): SweepPoint[] {
  if (axes.length === 0) throw rangeError("nothing is varied; give one parameter or more", {});
  for (const [i, { name, values }] of axes.entries()) {
    if (axes.findIndex((axis) => axis.name === name) < i) {
      throw rangeError(`"${name}" is varied twice; give all its values at once`, { name });
    }
    const seen = new Set<number>();
    const isBad = (value: number): boolean => !Number.isFinite(value) || seen.size === seen.add(value).size;
    const repeated = values.find(isBad);
    if (values.length === 0 || repeated !== undefined) {
      const problem = repeated === undefined ? "no values" : `the value ${repeated} twice or not finite`;
      throw rangeError(`"${name}" has ${problem}; expected different numbers`, { name, values });
    }
  }
  const numPoints = axes.reduce((product, axis) => product * axis.values.length, 1);
  if (numPoints > MAX_SWEEP_POINTS) {
    throw rangeError(`${numPoints} points; expected at most ${MAX_SWEEP_POINTS}, so take fewer values`, {
      points: numPoints,
    });
  }
  let points: Record<string, number>[] = [{}];
  for (const { name, values } of axes) {
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return points.map((parameters, index) => ({ index, parameters, file: nameFile(parameters, index) }));
}

/**
 * Every n-th point, so that parts take about as long as each other.
 *
 * @throws UsageError `sweep-shard`
 */
export function selectShard(points: readonly SweepPoint[], shard: SweepShard): SweepPoint[] {
  const { index, count } = shard;
  if (!Number.isInteger(index) || !Number.isInteger(count) || index < 1 || index > count) {
    throw new UsageError(
      "sweep-shard",
      `part ${index} of ${count}; expected whole numbers 1 <= part <= parts`,
      {
        details: { index, count },
      },
    );
  }
  return points.filter((point) => point.index % count === index - 1);
}

/** The content of `sweep.json`. */
export function createManifest(inputs: SweepInputs, points: readonly SweepPoint[]): SweepManifest {
  return {
    schema: "erfem/sweep-manifest@1",
    inputs,
    points: points.map(({ parameters, file }) => ({ parameters, file })),
  };
}

/** A difference between the inputs of two sweeps. */
export interface InputDifference {
  /** `vary`, `set.h`, `homogenization.diffusion.ER` and the like. */
  readonly field: string;
  /** JSON of the two values; `nothing` where there is none. */
  readonly left: string;
  readonly right: string;
}

/** What differs between two inputs; empty where their results are the same. */
export function compareInputs(left: SweepInputs, right: SweepInputs): InputDifference[] {
  const leaves = [flatten(left), flatten(right)];
  const fields = new Set(leaves.flatMap((map) => [...map.keys()]));
  return Array.from(fields, (field) => {
    const [a, b] = leaves.map((map) => map.get(field) ?? "nothing");
    return { field, left: a, right: b };
  }).filter((difference) => difference.left !== difference.right);
}

/** `size: 0.2 there, 0.1 here; ...`, at most five of them. */
export function describeDifferences(differences: readonly InputDifference[]): string {
  const shorten = (json: string): string => (json.length <= 100 ? json : `${json.slice(0, 97)}...`);
  const shown = differences
    .slice(0, 5)
    .map(({ field, left, right }) => `${field}: ${shorten(left)} there, ${shorten(right)} here`);
  const hidden = differences.length - shown.length;
  return shown.join("; ") + (hidden > 0 ? `; and ${hidden} more` : "");
}

/** `edge=0.1, h=0.05`. */
export function describePoint(point: SweepPoint): string {
  return stem(point.parameters).replaceAll(",", ", ");
}

function between(start: number, stop: number, count: number, inner: (i: number) => number): number[] {
  return Array.from({ length: count }, (_, i) => {
    if (i === 0) return start;
    return i === count - 1 ? stop : Number(inner(i).toPrecision(significantDigits));
  });
}

function checkRange(start: number, stop: number, count: number): void {
  if (Number.isInteger(count) && count >= 2 && count <= MAX_SWEEP_POINTS && start !== stop) return;
  throw rangeError(
    `a range from ${start} to ${stop} with ${count} values; expected different ends and 2 to ${MAX_SWEEP_POINTS} values`,
    { start, stop, count },
  );
}

function nameFile(parameters: Readonly<Record<string, number>>, index: number): string {
  const name = stem(parameters);
  return `points/${name.length <= maxStemLength ? name : `${name.slice(0, maxStemLength)}-${index}`}.json`;
}

function stem(parameters: Readonly<Record<string, number>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

/** Leaves of an object as JSON by their path; arrays are leaves. */
function flatten(value: object, prefix = "", leaves = new Map<string, string>()): Map<string, string> {
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (item === undefined) continue;
    if (typeof item === "object" && item !== null && !Array.isArray(item)) {
      flatten(item, `${prefix}${key}.`, leaves);
    } else leaves.set(prefix + key, JSON.stringify(item));
  }
  return leaves;
}

function rangeError(problem: string, details: Readonly<Record<string, unknown>>): UsageError {
  return new UsageError("sweep-range", `The sweep has ${problem}.`, { details });
}
