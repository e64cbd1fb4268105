import { determinant3, type Matrix3 } from "../core/tensor.js";
import type { FieldFault } from "./field-faults.js";
import {
  placeVariables,
  type CytosolRegion,
  type HomogenizedRegion,
  type Model,
  type ModelRegion,
} from "./model.js";
import type { ModelInput } from "./model-schema.js";
import { readQuantity, readValue, type ModelNotes } from "./model-values.js";
import type { PathStep } from "./yaml-text.js";

/** Largest entry of R R^T - I that is taken for rounding of printed digits. */
const ROTATION_TOLERANCE = 1e-6;

type RegionInput = ModelInput["regions"][string];
type HomogenizedInput = Extract<RegionInput, { kind: "homogenized" }>;

/** The free diffusion coefficients, um^2/s. */
export function readFreeDiffusion({ diffusion = {} }: ModelInput, notes: ModelNotes): Model["diffusion"] {
  const read = (field: "c" | "e"): Partial<Record<"c" | "e", number>> => {
    const input = diffusion[field];
    if (input === undefined) return {};
    const spec = { unit: "um^2/s", sign: "positive" } as const;
    return { [field]: readQuantity(input, ["diffusion", field], spec, notes) };
  };
  return { ...read("c"), ...read("e") };
}

/** The regions, in the order of the file. */
export function readRegions(
  { regions }: ModelInput,
  diffusion: Model["diffusion"],
  notes: ModelNotes,
): readonly ModelRegion[] {
  const found = Object.entries(regions).map(([name, region]) => {
    const path = ["regions", name];
    return region.kind === "cytosol"
      ? readCytosol(name, region, diffusion, path, notes)
      : readHomogenized(name, region, diffusion, path, notes);
  });
  if (found.length === 0) notes.faults.push({ path: ["regions"], message: "expected a region, found none" });
  refuseSharedVolumes(found, notes.faults);
  return found;
}

function readCytosol(
  name: string,
  { volumes = [name], diffusion }: Extract<RegionInput, { kind: "cytosol" }>,
  free: Model["diffusion"],
  path: readonly PathStep[],
  notes: ModelNotes,
): CytosolRegion {
  const at = [...path, "diffusion"];
  const spec = { unit: "um^2/s", sign: "positive" } as const;
  const own = diffusion === undefined ? free.c : readQuantity(diffusion, at, spec, notes);
  if (own === undefined) {
    notes.faults.push({ path: at, message: `is missing; expected it here or in diffusion.c` });
  }
  return { kind: "cytosol", name, volumes: volumes.map(String), diffusion: own ?? NaN };
}

function readHomogenized(
  name: string,
  input: HomogenizedInput,
  free: Model["diffusion"],
  path: readonly PathStep[],
  notes: ModelNotes,
): HomogenizedRegion {
  const { volumes = [name], result, cytosol, er, tensors, period, rotation, direction } = input;
  const { faults } = notes;
  if (cytosol === er) {
    faults.push({
      path: [...path, "er"],
      message: `expected another phase than cytosol's, found "${er}" for both`,
    });
  }
  if (tensors === "factor x D") {
    for (const field of ["c", "e"] as const) {
      if (free[field] !== undefined) continue;
      const message = `needs diffusion.${field}, the free diffusion coefficient of ${field}, which is missing`;
      faults.push({ path: [...path, "tensors"], message });
    }
  }
  if (rotation !== undefined) checkRotation(rotation, [...path, "rotation"], faults);
  return {
    kind: "homogenized",
    name,
    volumes: volumes.map(String),
    result,
    phases: { cytosol, er },
    tensors:
      tensors === "factor x D"
        ? { use: "factor" }
        : { use: "homogenized", toUm2PerS: tensors === "homogenized um^2/ms" ? 1000 : 1 },
    ...(period === undefined
      ? {}
      : { period: readQuantity(period, [...path, "period"], { unit: "um", sign: "positive" }, notes) }),
    ...(rotation === undefined ? {} : { rotation }),
    ...(direction === undefined
      ? {}
      : readDirection(direction, rotation !== undefined, [...path, "direction"], notes)),
  };
}

function readDirection(
  { axis, along, data }: NonNullable<HomogenizedInput["direction"]>,
  hasRotation: boolean,
  path: readonly PathStep[],
  notes: ModelNotes,
): Pick<HomogenizedRegion, "direction"> {
  if (hasRotation) {
    const message = "stands beside rotation:; expected one of them";
    notes.faults.push({ path, message, isName: true });
  }
  if (along !== undefined && data === undefined) {
    const spec = { unit: "1", variables: placeVariables.slice(0, 3) } as const;
    const read = (k: 0 | 1 | 2): string => String(readValue(along[k], [...path, "along", k], spec, notes));
    return { direction: { kind: "formulas", axis, along: [read(0), read(1), read(2)] } };
  }
  if (along === undefined && data !== undefined) return { direction: { kind: "data", axis, data } };
  const found = data === undefined ? "neither" : "both";
  notes.faults.push({ path, message: `expected along: or data:, found ${found}`, isName: true });
  return {};
}

/** R R^T = I and det R = 1. */
function checkRotation(rotation: Matrix3, path: readonly PathStep[], faults: FieldFault[]): void {
  let deviation = 0;
  for (let k = 0; k < 3; k++) {
    for (let l = 0; l < 3; l++) {
      const product = rotation[k].reduce((sum, entry, i) => sum + entry * rotation[l][i], 0);
      deviation = Math.max(deviation, Math.abs(product - (k === l ? 1 : 0)));
    }
  }
  const determinant = determinant3(...rotation);
  if (deviation <= ROTATION_TOLERANCE && determinant > 0) return;
  const message = `expected a rotation, R R^T = I with determinant 1; R R^T differs from I by ${deviation}, the determinant is ${determinant}`;
  faults.push({ path, message });
}

function refuseSharedVolumes(regions: readonly ModelRegion[], faults: FieldFault[]): void {
  const owners = new Map<string, string>();
  for (const { name, volumes } of regions) {
    for (const volume of volumes) {
      const owner = owners.get(volume);
      if (owner !== undefined) {
        const message = `the volume "${volume}" belongs to "${owner}", too; expected it once`;
        faults.push({ path: ["regions", name], message, isName: true });
      }
      owners.set(volume, name);
    }
  }
}
