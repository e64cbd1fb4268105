import type { OutputSpec, Probe, TimeSpec } from "./model.js";
import { checkComputed, type ModelNames } from "./model-fields.js";
import type { ModelInput } from "./model-schema.js";
import { readQuantity, type ModelNotes } from "./model-values.js";

/** More times than anyone writes: a wrong unit of the interval. */
const MAX_OUTPUT_TIMES = 100_000;

/** A last multiple of the interval that is nearer to the end than this part of the interval is the end. */
const END_TOLERANCE = 1e-9;

const seconds = { unit: "s", sign: "positive" } as const;

/** End, steps and tolerances. */
export function readTime({ time }: ModelInput, names: ModelNames, notes: ModelNotes): TimeSpec {
  const read = (field: "end" | "initialStep" | "maxStep"): number | undefined => {
    const input = time[field];
    return input === undefined ? undefined : readQuantity(input, ["time", field], seconds, notes);
  };
  const [initialStep, maxStep] = [read("initialStep"), read("maxStep")];
  const tolerances = Object.entries(time.tolerances ?? {}).map(([name, { absolute, relative }]) => {
    const path = ["time", "tolerances", name];
    checkComputed(name, names, { path, isName: true }, notes.faults);
    const unit = names.states.includes(name) ? "1" : "uM";
    const spec = { unit, sign: "positive" } as const;
    return [
      name,
      {
        ...(absolute === undefined
          ? {}
          : { absolute: readQuantity(absolute, [...path, "absolute"], spec, notes) }),
        ...(relative === undefined ? {} : { relative }),
      },
    ] as const;
  });
  return {
    end: read("end") ?? NaN,
    ...(initialStep === undefined ? {} : { initialStep }),
    ...(maxStep === undefined ? {} : { maxStep }),
    tolerances: Object.fromEntries(tolerances),
  };
}

/** The probes, in the order of the file. */
export function readProbes({ probes = {} }: ModelInput, notes: ModelNotes): readonly Probe[] {
  return Object.entries(probes).map(([name, point]) => {
    const read = (axis: 0 | 1 | 2): number =>
      readQuantity(point[axis], ["probes", name, axis], { unit: "um" }, notes);
    return { name, point: [read(0), read(1), read(2)] };
  });
}

/** What is written, and when. */
export function readOutput(
  { output = {} }: ModelInput,
  end: number,
  names: ModelNames,
  notes: ModelNotes,
): OutputSpec {
  const { free, mobileBuffers, immobileBuffers, states } = names;
  const all = [...free, ...mobileBuffers, ...immobileBuffers, ...states];
  for (const [i, name] of (output.fields ?? []).entries()) {
    checkComputed(name, names, { path: ["output", "fields", i] }, notes.faults);
  }
  return { times: readTimes(output, end, notes), fields: output.fields ?? all };
}

function readTimes(
  { every, times }: NonNullable<ModelInput["output"]>,
  end: number,
  notes: ModelNotes,
): readonly number[] {
  if (every !== undefined && times !== undefined) {
    notes.faults.push({
      path: ["output", "times"],
      message: "stands beside output.every; expected one of them",
      isName: true,
    });
  }
  if (times !== undefined) {
    const list = times.map((time, i) =>
      readQuantity(time, ["output", "times", i], { unit: "s", sign: "non-negative" }, notes),
    );
    list.forEach((time, i) => {
      const path = ["output", "times", i];
      if (time > end) {
        notes.faults.push({ path, message: `expected a time until the end, ${end} s; found ${time} s` });
      } else if (i > 0 && time <= list[i - 1]) {
        notes.faults.push({
          path,
          message: `expected ascending times, found ${time} s after ${list[i - 1]} s`,
        });
      }
    });
    return list;
  }
  if (every === undefined) return [end];
  return listMultiples(readQuantity(every, ["output", "every"], seconds, notes), end, notes);
}

/** 0, h, 2 h, ..., end. */
function listMultiples(interval: number, end: number, notes: ModelNotes): readonly number[] {
  if (!(interval > 0) || !(end > 0)) return [end];
  const numTimes = Math.ceil(end / interval - END_TOLERANCE);
  if (numTimes > MAX_OUTPUT_TIMES) {
    notes.faults.push({
      path: ["output", "every"],
      message: `${interval} s until ${end} s are ${numTimes} times; expected at most ${MAX_OUTPUT_TIMES}`,
    });
    return [end];
  }
  return [...Array.from({ length: numTimes }, (_, i) => i * interval), end];
}
