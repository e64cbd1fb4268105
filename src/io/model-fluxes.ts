import type { FieldFault } from "./field-faults.js";
import { membraneSignatures } from "./membrane-parameters.js";
import {
  placeVariables,
  type BuiltInFlux,
  type FluxState,
  type FormulaFlux,
  type MembraneFlux,
} from "./model.js";
import { findNameFault } from "./model-constants.js";
import { fluxUnit, readPlacement, storeUnit, type Placement } from "./model-placement.js";
import type { ModelInput } from "./model-schema.js";
import { readFormula, readQuantity, readValue, refuseName, type ModelNotes } from "./model-values.js";
import type { PathStep } from "./yaml-text.js";

type FluxInput = NonNullable<ModelInput["fluxes"]>[string];

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
    const hint = field === "parameters" ? "; numbers that formulas use stand in constants:" : "";
    faults.push({
      path: [...path, field],
      message: `goes with ${missing}:, which is not there${hint}`,
      isName: true,
    });
  }
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
  flux: number | string,
  { fluxFromEr, unit = "", states = {} }: FluxInput,
  hasIp3: boolean,
  path: readonly PathStep[],
  notes: ModelNotes,
): FormulaFlux {
  const own = fluxVariables.filter((name) => name !== "p" || hasIp3);
  const names = Object.keys(states).filter((name) => {
    const fault = notes.constants.has(name) ? "a constant has this name" : findNameFault(name);
    if (fault === undefined) return true;
    const message = `a state cannot be called "${name}": ${fault}`;
    notes.faults.push({ path: [...path, "states", name], message, isName: true });
    return false;
  });
  const rateVariables = [...own.slice(0, -2), ...names, ...placeVariables];
  const variables = [...own, ...names, ...placeVariables];
  const read = (formula: number | string, field: string): string => {
    const unitPath = [...path, unit === "" ? field : "unit"];
    return readFormula(
      String(formula),
      unit,
      [...path, field],
      unitPath,
      { unit: fluxUnit(placement), variables },
      notes,
    );
  };
  const readState = ([name, { rate, initial, calcium = 0 }]: [
    string,
    (typeof states)[string],
  ]): FluxState => {
    const at = [...path, "states", name];
    const spec = { unit: storeUnit(placement), sign: "non-negative" } as const;
    return {
      name,
      rate: String(readValue(rate, [...at, "rate"], { unit: "1/s", variables: rateVariables }, notes)),
      initial,
      calcium: readQuantity(calcium, [...at, "calcium"], spec, notes),
    };
  };
  return {
    kind: "formula",
    ...placement,
    flux: read(flux, "flux"),
    ...(fluxFromEr === undefined ? {} : { fluxFromEr: read(fluxFromEr, "fluxFromEr") }),
    states: Object.entries(states).map(readState),
  };
}

function listModels(): string[] {
  return [...membraneSignatures.keys()];
}
