import type { FieldFault } from "./field-faults.js";
import { placeVariables, type MembraneFlux } from "./model.js";
import type { ModelInput, ValueInput } from "./model-schema.js";
import { readValue, refuseName, type ModelNotes } from "./model-values.js";
import { parseUnit, splitQuantity, type Unit } from "./quantity.js";
import type { PathStep } from "./yaml-text.js";

/** Where a flux acts, what it counts per, and how much of it there is. */
export type Placement = Pick<MembraneFlux, "name" | "per" | "density" | "densityUnit" | "shape" | "regions">;

type FluxInput = NonNullable<ModelInput["fluxes"]>[string];

/**
 * The placement of a flux.
 * @param homogenized names of the homogenized regions
 */
export function readPlacement(
  name: string,
  { per, density = 1, shape, regions }: FluxInput,
  homogenized: readonly string[],
  path: readonly PathStep[],
  notes: ModelNotes,
): Placement {
  for (const [i, region] of (regions ?? []).entries()) {
    if (homogenized.includes(region)) continue;
    refuseName(region, homogenized, "homogenized region", { path: [...path, "regions", i] }, notes.faults);
  }
  const densityUnit = findDensityUnit(density);
  checkDensity(per, densityUnit, shape, path, notes.faults);
  const spec = { unit: densityUnit, sign: "non-negative", variables: placeVariables } as const;
  return {
    name,
    per,
    density: readValue(density, [...path, "density"], spec, notes),
    densityUnit,
    ...(shape === undefined ? {} : { shape }),
    regions: regions ?? homogenized,
  };
}

/** Unit of the flux: of one pump where a density of pumps is given. */
export function fluxUnit({ per, densityUnit }: Placement): string {
  if (per !== "membrane-area") return "uM/s";
  return densityUnit === "1" ? "molecules/um^2/s" : "molecules/s";
}

/** Unit of calcium that the membrane holds: that of the flux times s. */
export function storeUnit({ per, densityUnit }: Placement): string {
  if (per !== "membrane-area") return "uM";
  return densityUnit === "1" ? "molecules/um^2" : "molecules";
}

function checkDensity(
  per: Placement["per"],
  densityUnit: Placement["densityUnit"],
  shape: number | undefined,
  path: readonly PathStep[],
  faults: FieldFault[],
): void {
  if (densityUnit !== "1" && per !== "membrane-area") {
    const message = `a density of pumps, as ${densityUnit}, goes with per: membrane-area, found per: ${per}`;
    faults.push({ path: [...path, "density"], message });
  }
  if (shape !== undefined && densityUnit !== "1/um^3") {
    const message = "goes with a density of pumps per volume, as 1/um^3, which is not there";
    faults.push({ path: [...path, "shape"], message, isName: true });
  }
}

/** 1/um^3 where its unit is 1 / length^3, 1/um^2 where it is another one of lengths, to be refused unless it is 1 / length^2. */
function findDensityUnit(density: ValueInput): Placement["densityUnit"] {
  const text =
    typeof density === "object"
      ? density.unit
      : typeof density === "string"
        ? (splitQuantity(density)?.unit ?? "")
        : "";
  if (text === "") return "1";
  let unit: Unit;
  try {
    unit = parseUnit(text);
  } catch {
    return "1";
  }
  if (unit.time !== 0 || unit.concentration !== 0 || unit.molecules !== 0) return "1";
  if (unit.length === -3) return "1/um^3";
  return unit.length === 0 ? "1" : "1/um^2";
}
