import { ErfemError } from "../core/errors.js";
import { isVariableName } from "../formula/formula.js";
import { constants as languageConstants, functions } from "../formula/language.js";
import type { ModelInput, QuantityInput } from "./model-schema.js";
import type { ModelConstant, ModelNotes } from "./model-values.js";
import { parseUnit, scaleNumber, splitQuantity, type Unit } from "./quantity.js";
import type { PathStep } from "./yaml-text.js";

/** Variables that a formula of some field has: no constant and no state can have their names. */
const formulaVariables: ReadonlySet<string> = new Set(["c", "e", "p", "dcdt", "dedt", "x", "y", "z", "t"]);

/** The constants of formulas, in um, s, uM and molecules; one whose value is at fault is 1, so that it is at fault once. */
export function readConstants(
  { constants = {} }: ModelInput,
  notes: Pick<ModelNotes, "faults">,
): ReadonlyMap<string, ModelConstant> {
  return new Map(
    Object.entries(constants).flatMap(([name, input]): [string, ModelConstant][] => {
      const path = ["constants", name];
      const fault = findNameFault(name);
      if (fault !== undefined) {
        notes.faults.push({ path, message: `a constant cannot be called "${name}": ${fault}`, isName: true });
        return [];
      }
      return [[name, readConstant(input, path, notes) ?? { value: 1, unit: parseUnit("1") }]];
    }),
  );
}

/** Why no constant and no state can have this name; undefined where they can. */
export function findNameFault(name: string): string | undefined {
  if (formulaVariables.has(name)) return "formulas have a variable of this name";
  if (languageConstants.has(name)) return "formulas have a number of this name";
  if (functions.has(name)) return "formulas have a function of this name";
  return isVariableName(name) ? undefined : "expected letters a to z, digits and _, and no operator's word";
}

function readConstant(
  input: QuantityInput,
  path: readonly PathStep[],
  { faults }: Pick<ModelNotes, "faults">,
): ModelConstant | undefined {
  const parts = typeof input === "number" ? { number: String(input), unit: "" } : splitQuantity(input);
  if (parts === undefined) {
    faults.push({ path, message: `expected a number with its unit, as "0.2 uM", found "${input}"` });
    return undefined;
  }
  let unit: Unit;
  try {
    unit = parseUnit(parts.unit === "" ? "1" : parts.unit);
  } catch (cause) {
    if (!(cause instanceof ErfemError)) throw cause;
    faults.push({ path, message: cause.message, code: cause.code, cause });
    return undefined;
  }
  const value = scaleNumber(parts.number, { power: unit.power, molecules: 0 });
  if (Number.isFinite(value)) return { value, unit };
  faults.push({ path, message: `expected a finite number, found ${input}` });
  return undefined;
}
