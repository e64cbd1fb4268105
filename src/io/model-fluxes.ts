import type { FieldFault } from "./field-faults.js";
import { membraneSignatures } from "./membrane-parameters.js";
import {
  placeVariables,
  type BuiltInFlux,
  type FluxState,
  type FormulaFlux,
  type MembraneFlux,
} from "./model.js";
import type { ModelInput, ValueInput } from "./model-schema.js";
import { readFormula, readQuantity, readValue, refuseName, type ModelNotes } from "./model-values.js";
import { parseUnit, splitQuantity, type Unit } from "./quantity.js";
import type { PathStep } from "./yaml-text.js";

type FluxInput = NonNullable<ModelInput["fluxes"]>[string];

type Placement = Pick<MembraneFlux, "name" | "per" | "density" | "densityUnit" | "regions">;

/** Fields of a flux that go with `model`, and with `flux`. */
const modelFields = ["parameters", "initial"] as const;
const formulaFields = ["fluxFromEr", "unit", "states"] as const;

/** What a formula may use of a point beside the place. */
const fluxVariables = ["c", "e", "p", "dcdt", "dedt"];

/**
 * The fluxes through the ER membrane.
 * @param homogenized names of the homogenized regions
 */
export function readFluxes(
  { fluxes = {}, ip3 }: ModelInput,
  homogenized: readonly string[],
  notes: ModelNotes,
): readonly MembraneFlux[] {
  return Object.entries(fluxes).flatMap(([name, input]): MembraneFlux[] => {
    const path = ["fluxes", name];
    if (homogenized.length === 0) {
      notes.faults.push({ path, message: "needs a homogenized region; there is none", isName: true });
    }
    refuseMixture(input, path, notes.faults);
    const placement = readPlacement(name, input, homogenized, path, notes);
    if (input.model !== undefined) {
      const flux = readBuiltIn(placement, input.model, input, ip3 !== undefined, path, notes);
      return flux === undefined ? [] : [flux];
    }
    if (input.flux === undefined) return [];
    return [readFormulas(placement, input.flux, input, ip3 !== undefined, path, notes)];
  });
}

function refuseMixture(input: FluxInput, path: readonly PathStep[], faults: FieldFault[]): void {
  if ((input.model === undefined) === (input.flux === undefined)) {
    const message = `expected model: (one of ${listModels().join(", ")}) or flux: (a formula), found ${input.model === undefined ? "neither" : "both"}`;
    faults.push({ path, message, isName: true });
    return;
  }
  const [strange, missing] =
    input.model === undefined ? ([modelFields, "model"] as const) : ([formulaFields, "flux"] as const);
  for (const field of strange) {
    if (input[field] === undefined) continue;
    faults.push({
      path: [...path, field],
      message: `goes with ${missing}:, which is not there`,
      isName: true,
    });
  }
}

function readPlacement(
  name: string,
  { per, density = 1, regions }: FluxInput,
  homogenized: readonly string[],
  path: readonly PathStep[],
  notes: ModelNotes,
): Placement {
  for (const [i, region] of (regions ?? []).entries()) {
    if (homogenized.includes(region)) continue;
    refuseName(region, homogenized, "homogenized region", { path: [...path, "regions", i] }, notes.faults);
  }
  const at = [...path, "density"];
  const densityUnit = isAreaDensity(density) ? "1/um^2" : "1";
  if (densityUnit === "1/um^2" && per !== "membrane-area") {
    const message = `a density per area goes with per: membrane-area, found per: ${per}`;
    notes.faults.push({ path: at, message });
  }
  const spec = { unit: densityUnit, sign: "non-negative", variables: placeVariables } as const;
  return {
    name,
    per,
    density: readValue(density, at, spec, notes),
    densityUnit,
    regions: regions ?? homogenized,
  };
}

/** Whether its unit is one of 1 / length^2. */
function isAreaDensity(density: ValueInput): boolean {
  const text =
    typeof density === "object"
      ? density.unit
      : typeof density === "string"
        ? (splitQuantity(density)?.unit ?? "")
        : "";
  if (text === "") return false;
  let unit: Unit;
  try {
    unit = parseUnit(text);
  } catch {
    return false;
  }
  return unit.length === -2 && unit.time === 0 && unit.concentration === 0 && unit.molecules === 0;
}

function readBuiltIn(
  placement: Placement,
  model: string,
  { parameters = {}, initial = {} }: FluxInput,
  hasIp3: boolean,
  path: readonly PathStep[],
  notes: ModelNotes,
): BuiltInFlux | undefined {
  const { faults } = notes;
  const signature = membraneSignatures.get(model);
  if (signature === undefined) {
    const what = "membrane model";
    refuseName(model, listModels(), what, { path: [...path, "model"] }, faults);
    return undefined;
  }
  if (signature.usesIp3 && !hasIp3) {
    faults.push({ path: [...path, "model"], message: `"${model}" uses IP3; expected ip3:, found none` });
  }
  const known = Object.keys(signature.parameters);
  const values = Object.entries(parameters).flatMap(([name, value]): [string, number][] => {
    const at = [...path, "parameters", name];
    if (!known.includes(name)) {
      refuseName(name, known, `parameter of ${model}`, { path: at, isName: true }, faults);
      return [];
    }
    const { unit, isPositive = false } = signature.parameters[name];
    const spec = {
      unit: unit.replace("flux", `(${fluxUnit(placement)})`),
      sign: isPositive ? "positive" : "non-negative",
    } as const;
    return [[name, readQuantity(value, at, spec, notes)]];
  });
  for (const name of known) {
    const { unit, isRequired = false } = signature.parameters[name];
    if (!isRequired || Object.hasOwn(parameters, name)) continue;
    const text = unit.replace("flux", `(${fluxUnit(placement)})`);
    faults.push({ path: [...path, "parameters", name], message: `is missing; expected a number in ${text}` });
  }
  for (const name of Object.keys(initial)) {
    if (signature.states.includes(name)) continue;
    const fault = { path: [...path, "initial", name], isName: true };
    refuseName(name, signature.states, `state of ${model}`, fault, faults);
  }
  const states = signature.states.map((name) => [name, initial[name] ?? "equilibrium"] as const);
  return {
    kind: "built-in",
    ...placement,
    model,
    parameters: Object.fromEntries(values),
    initial: Object.fromEntries(states),
  };
}

function readFormulas(
  placement: Placement,
  flux: string,
  { fluxFromEr, unit = "", states = {} }: FluxInput,
  hasIp3: boolean,
  path: readonly PathStep[],
  notes: ModelNotes,
): FormulaFlux {
  const own = fluxVariables.filter((name) => name !== "p" || hasIp3);
  const names = Object.keys(states);
  const rateVariables = [...own.slice(0, -2), ...names, ...placeVariables];
  const variables = [...own, ...names, ...placeVariables];
  const read = (text: string, field: string): string => {
    const unitPath = [...path, unit === "" ? field : "unit"];
    return readFormula(
      text,
      unit,
      [...path, field],
      unitPath,
      { unit: fluxUnit(placement), variables },
      notes,
    );
  };
  const readState = ([name, { rate, initial }]: [string, (typeof states)[string]]): FluxState => ({
    name,
    rate: String(
      readValue(rate, [...path, "states", name, "rate"], { unit: "1/s", variables: rateVariables }, notes),
    ),
    initial,
  });
  return {
    kind: "formula",
    ...placement,
    flux: read(flux, "flux"),
    ...(fluxFromEr === undefined ? {} : { fluxFromEr: read(fluxFromEr, "fluxFromEr") }),
    states: Object.entries(states).map(readState),
  };
}

function fluxUnit({ per, densityUnit }: Placement): string {
  if (per !== "membrane-area") return "uM/s";
  return densityUnit === "1" ? "molecules/um^2/s" : "molecules/s";
}

function listModels(): string[] {
  return [...membraneSignatures.keys()];
}
