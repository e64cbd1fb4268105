import { ErfemError } from "../core/errors.js";
import { suggestName } from "../core/suggest-name.js";
import type { Formula, FormulaCompiler } from "../formula/formula.js";
import { substitute } from "../formula/substitute.js";
import type { FieldFault } from "./field-faults.js";
import { placeVariables, type ModelValue } from "./model.js";
import type { ModelInput, QuantityInput, ValueInput } from "./model-schema.js";
import { parseUnit, scaleBetween, scaleFormula, scaleNumber, splitQuantity } from "./quantity.js";
import type { Unit, UnitScale } from "./quantity.js";
import type { PathStep } from "./yaml-text.js";

/** What the readers of a model share. All faults are told together. */
export interface ModelNotes {
  /** Units of what stands without one. */
  readonly units: NonNullable<ModelInput["units"]>;
  /** Names that formulas may use beside their variables. */
  readonly constants: ReadonlyMap<string, ModelConstant>;
  readonly compile: FormulaCompiler;
  readonly faults: FieldFault[];
}

/** A number with a name, in um, s, uM and molecules. */
export interface ModelConstant {
  readonly value: number;
  /** As written. */
  readonly unit: Unit;
}

/** What a field's number must be. */
export interface QuantitySpec {
  /** Unit of the model, and of messages. */
  readonly unit: string;
  /** Numbers that are refused: those <= 0, those < 0, or none. */
  readonly sign?: "positive" | "non-negative";
  /** Whether `units` does not apply, because more than one unit is usual. */
  readonly needsUnit?: boolean;
}

/** What a field's number or formula must be. */
export interface ValueSpec extends QuantitySpec {
  readonly variables: readonly string[];
}

type Path = readonly PathStep[];

/** A number in the unit of the model; NaN where it is at fault, which is noted. */
export function readQuantity(
  input: QuantityInput,
  path: Path,
  spec: QuantitySpec,
  { units, faults }: Pick<ModelNotes, "units" | "faults">,
): number {
  const parts = typeof input === "number" ? { number: String(input), unit: "" } : splitQuantity(input);
  if (parts === undefined) {
    faults.push({ path, message: `expected a number with its unit, as "1 ${spec.unit}", found "${input}"` });
    return NaN;
  }
  const scale = findScale(parts.unit, `${parts.number} `, path, spec, { units, faults });
  if (scale === undefined) return NaN;
  const value = scaleNumber(parts.number, scale);
  const { sign } = spec;
  if (!Number.isFinite(value)) {
    faults.push({ path, message: `expected a finite number, found ${input}` });
  } else if ((sign === "positive" && value <= 0) || (sign !== undefined && value < 0)) {
    faults.push({
      path,
      message: `expected a number ${sign === "positive" ? "above" : "of at least"} 0, found ${input}`,
    });
  }
  return value;
}

/** A number or a formula in the unit of the model, see {@link readFormula}. */
export function readValue(input: ValueInput, path: Path, spec: ValueSpec, notes: ModelNotes): ModelValue {
  if (typeof input === "object") {
    const text = String(input.formula);
    return readFormula(text, input.unit, [...path, "formula"], [...path, "unit"], spec, notes);
  }
  if (typeof input === "number" || isQuantity(input)) return readQuantity(input, path, spec, notes);
  return readFormula(input, "", path, path, spec, notes);
}

/**
 * A formula whose value is in the unit of the model, with numbers for the constants; its text where it is at fault, which is
 * noted.
 *
 * @param unit of the text; empty where none is given
 */
export function readFormula(
  text: string,
  unit: string,
  path: Path,
  unitPath: Path,
  spec: ValueSpec,
  notes: ModelNotes,
): string {
  const resolved = resolveConstants(text, path, spec.variables, notes);
  const scale = findScale(unit, "a formula ", unitPath, spec, notes);
  return scale === undefined ? resolved : scaleFormula(resolved, scale);
}

/** The formula as written where it has no constants. */
function resolveConstants(text: string, path: Path, variables: readonly string[], notes: ModelNotes): string {
  const names = [...notes.constants.keys()].filter((name) => !variables.includes(name));
  let formula: Formula;
  try {
    formula = notes.compile(text, [...variables, ...names]);
  } catch (cause) {
    if (!(cause instanceof ErfemError)) throw cause;
    notes.faults.push({ path, message: cause.message, code: cause.code, cause });
    return text;
  }
  refuseOtherUnits(formula.usedVariables, path, notes);
  const used = new Map(
    [...notes.constants].flatMap(([name, { value }]): [string, number][] =>
      names.includes(name) && formula.usedVariables.includes(name) ? [[name, value]] : [],
    ),
  );
  return used.size === 0 ? text : substitute(formula, used).text;
}

/** Refuses variables and constants whose units are not those that the file states for what has none. */
function refuseOtherUnits(
  used: readonly string[],
  path: Path,
  { units, constants, faults }: ModelNotes,
): void {
  const refuse = (
    names: readonly string[],
    unit: string,
    dimension: "length" | "time" | "concentration",
  ): void => {
    const given = units[dimension];
    if (given === undefined || given === unit) return;
    const found = used.filter(
      (name) => names.includes(name) || (constants.get(name)?.unit[dimension] ?? 0) !== 0,
    );
    if (found.length === 0) return;
    const verb = found.length === 1 ? "is" : "are";
    faults.push({
      path,
      message: `${found.join(", ")} of a formula ${verb} in ${unit}, but units.${dimension} is ${given}; expected units.${dimension}: ${unit}, and other units with the numbers that have them`,
    });
  };
  refuse(placeVariables.slice(0, 3), "um", "length");
  refuse(["t", "dcdt", "dedt"], "s", "time");
  refuse(["c", "e", "p", "dcdt", "dedt"], "uM", "concentration");
}

/** Notes a name that is none of those known. */
export function refuseName(
  name: string,
  known: readonly string[],
  what: string,
  fault: { readonly path: Path; readonly isName?: boolean },
  faults: FieldFault[],
): void {
  const nearest = suggestName(name, known);
  const meant = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
  const list = known.length === 0 ? "there are none" : `there are ${known.join(", ")}`;
  faults.push({ ...fault, message: `there is no ${what} "${name}"${meant}; ${list}` });
}

/** Whether a text is a number with a unit, right or wrong, and not a formula. */
function isQuantity(text: string): boolean {
  const parts = splitQuantity(text);
  if (parts === undefined) return false;
  if (parts.unit === "" || canRead(parts.unit)) return true;
  const names = parts.unit.match(/[A-Za-z\u00b5\u03bc]+/g) ?? [];
  return /^[A-Za-z\u00b5\u03bc/]/.test(parts.unit) && names.some(canRead);
}

function canRead(unit: string): boolean {
  try {
    parseUnit(unit);
    return true;
  } catch {
    return false;
  }
}

/** The scale from a unit as written to that of the model; undefined where it is at fault, which is noted. */
function findScale(
  unit: string,
  before: string,
  path: Path,
  spec: QuantitySpec,
  notes: Pick<ModelNotes, "units" | "faults">,
): UnitScale | undefined {
  const target = parseUnit(spec.unit);
  if (unit === "") return findDefaultScale(target, before, path, spec, notes);
  let given: Unit;
  try {
    given = parseUnit(unit);
  } catch (cause) {
    if (!(cause instanceof ErfemError)) throw cause;
    notes.faults.push({ path, message: cause.message, code: cause.code, cause });
    return undefined;
  }
  const scale = scaleBetween(given, target);
  if (scale === undefined) {
    notes.faults.push({
      path,
      message: `expected the unit ${spec.unit} or one that converts to it, found ${unit}`,
    });
  }
  return scale;
}

/** Of a number without unit: that of the units stated; 0 needs none. */
function findDefaultScale(
  target: Unit,
  before: string,
  path: Path,
  { unit, needsUnit = false }: QuantitySpec,
  { units, faults }: Pick<ModelNotes, "units" | "faults">,
): UnitScale | undefined {
  if (Number(before) === 0) return { power: 0, molecules: 0 };
  const isOpen = needsUnit || target.molecules !== 0;
  const missing: string[] = [];
  let power = -target.power;
  for (const dimension of ["length", "time", "concentration"] as const) {
    if (target[dimension] === 0) continue;
    const given = units[dimension];
    if (given === undefined) missing.push(`units.${dimension}`);
    else power += parseUnit(given).power * target[dimension];
  }
  if (!isOpen && missing.length === 0) return { power, molecules: 0 };
  const isFormula = Number.isNaN(Number(before));
  const example = isFormula ? `unit: ${unit}` : `"${before}${unit}"`;
  const other = isOpen ? "" : `, or state ${missing.join(" and ")}`;
  faults.push({ path, message: `found ${before.trim()} without a unit; write ${example}${other}` });
  return undefined;
}
