import { suggestName } from "../core/suggest-name.js";
import type { FieldFault } from "./field-faults.js";
import { placeVariables, type InitialValue, type ModelRegion } from "./model.js";
import type { ModelNames } from "./model-fields.js";
import type { ModelInput, ValueInput } from "./model-schema.js";
import { readValue, refuseName, type ModelNotes } from "./model-values.js";

/** What the fields are at the beginning. */
export function readInitial(
  { initial }: ModelInput,
  names: ModelNames,
  regions: readonly ModelRegion[],
  notes: ModelNotes,
): Readonly<Record<string, InitialValue>> {
  const buffers = [...names.mobileBuffers, ...names.immobileBuffers];
  const known = [...names.free, ...buffers];
  const given = new Map<string, InitialValue>(buffers.map((name) => [name, { equilibrium: true }]));
  for (const [name, input] of Object.entries(initial)) {
    const path = ["initial", name];
    if (!known.includes(name)) {
      refuseName(name, known, "field", { path, isName: true }, notes.faults);
    } else if (isEquilibrium(input)) {
      given.set(name, { equilibrium: true });
      if (input !== "equilibrium") {
        notes.faults.push({ path, message: `found "${input}"; did you mean "equilibrium"?` });
      }
    } else {
      const variables = placeVariables.slice(0, 3);
      given.set(name, readValue(input, path, { unit: "uM", sign: "non-negative", variables }, notes));
    }
  }
  for (const name of names.free) {
    if (given.has(name)) continue;
    notes.faults.push({
      path: ["initial", name],
      message: "is missing; expected a concentration, a formula, or equilibrium",
    });
  }
  checkCalcium(given, names.free.includes("e"), regions, notes.faults);
  return Object.fromEntries(given);
}

/** Whether it says equilibrium, or means to. */
function isEquilibrium(input: ValueInput): input is string {
  return typeof input === "string" && suggestName(input, ["equilibrium"]) !== undefined;
}

/** c in equilibrium needs a value of e in every point: membrane fluxes move calcium, and leave its sum free. */
function checkCalcium(
  given: ReadonlyMap<string, InitialValue>,
  hasEr: boolean,
  regions: readonly ModelRegion[],
  faults: FieldFault[],
): void {
  const isSteady = (name: string): boolean => typeof given.get(name) === "object";
  if (!isSteady("c")) return;
  const path = ["initial", "c"];
  const plain = regions.filter(({ kind }) => kind === "cytosol").map(({ name }) => `"${name}"`);
  if (!hasEr) {
    faults.push({ path, message: "nothing determines c without ER; expected a concentration or a formula" });
  } else if (isSteady("e")) {
    const message =
      "c and e are both in equilibrium, and the sum of calcium is free; expected a concentration for one of them";
    faults.push({ path, message });
  } else if (plain.length > 0) {
    const message = `nothing determines c in ${plain.join(", ")}, which has no ER; expected a concentration or a formula`;
    faults.push({ path, message });
  }
}
