import { UsageError } from "../../core/errors.js";
import { suggestName } from "../../core/suggest-name.js";
import type { Vector3 } from "../../core/tensor.js";
import type { LevelSet } from "../level-set.js";

/** A number that a family of unit cells may be given. */
export interface FamilyParameter {
  readonly name: string;
  readonly default: number;
  /** Empty for numbers without a unit. */
  readonly unit: "nm" | "1/um^3" | "";
  readonly label: string;
  /** Smallest legal value. */
  readonly min: number;
  /** Whether `min` itself is legal; default false. */
  readonly mayBeMin?: boolean;
  /** Largest legal value; default none. */
  readonly max?: number;
  readonly isWhole?: boolean;
}

/** A value for each parameter, by name. */
export type FamilyValues = Readonly<Record<string, number>>;

/** Unit cells given by an implicit surface with parameters; all lengths in nm, lower corner of the box at 0. */
export interface UnitCellFamily {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly lengthUnit: "nm";
  /** Mesh size on the membrane where none is asked for, nm. */
  readonly defaultSize: number;
  readonly parameters: readonly FamilyParameter[];
  /** Edges of the unit cell, nm. */
  readonly box: (values: FamilyValues) => Vector3;
  /**
   * The function of complete values in their ranges.
   *
   * @throws UsageError `parameters-incompatible` where the values do not fit each other
   */
  readonly createLevelSet: (values: FamilyValues) => LevelSet;
}

/** The period of a cubic cell. */
export function periodParameter(value: number): FamilyParameter {
  return { name: "period", default: value, unit: "nm", label: "edge of the cubic unit cell", min: 0 };
}

/**
 * The values given, completed by the defaults.
 *
 * @throws UsageError `unknown-parameter`, `invalid-parameter`
 */
export function completeValues(
  family: UnitCellFamily,
  given: Readonly<Record<string, number>> = {},
): FamilyValues {
  const values = Object.fromEntries(
    family.parameters.map((parameter) => [parameter.name, parameter.default]),
  );
  for (const [name, value] of Object.entries(given)) {
    const parameter = family.parameters.find((candidate) => candidate.name === name);
    if (parameter === undefined) throw unknownFamilyParameter(family, name);
    checkRange(family, parameter, value);
    values[name] = value;
  }
  return values;
}

/**
 * The level set of a family for the values given and the defaults.
 *
 * @throws UsageError `unknown-parameter`, `invalid-parameter`, `parameters-incompatible`
 */
export function createFamilyLevelSet(
  family: UnitCellFamily,
  given: Readonly<Record<string, number>> = {},
): LevelSet {
  return family.createLevelSet(completeValues(family, given));
}

/**
 * Refuses values that do not fit each other.
 *
 * @param expected what holds of values that do, with the remedy
 * @throws UsageError `parameters-incompatible`
 */
export function requireFit(
  fits: boolean,
  family: string,
  values: FamilyValues,
  names: readonly string[],
  expected: string,
): void {
  if (fits) return;
  const given = names.map((name) => `${name} = ${values[name]}`).join(", ");
  throw new UsageError("parameters-incompatible", `${family}: ${given} do not fit; expected ${expected}`, {
    details: { family, ...Object.fromEntries(names.map((name) => [name, values[name]])), expected },
  });
}

function checkRange(family: UnitCellFamily, parameter: FamilyParameter, value: number): void {
  const { name, min, max = Infinity, mayBeMin = false, isWhole = false, unit } = parameter;
  const isAboveMin = mayBeMin ? value >= min : value > min;
  if (isAboveMin && value <= max && Number.isFinite(value) && (!isWhole || Number.isInteger(value))) return;
  const kind = isWhole ? "a whole number" : "a number";
  const above = `${mayBeMin ? "from" : "above"} ${min}`;
  const range = max === Infinity ? above : `${above} up to ${max}`;
  const expected = `${kind} ${range}${unit === "" ? "" : ` ${unit}`}`;
  throw new UsageError("invalid-parameter", `${family.name}: ${name} is ${value}, expected ${expected}.`, {
    details: { name, value, expected },
  });
}

function unknownFamilyParameter(family: UnitCellFamily, name: string): UsageError {
  const declared = family.parameters.map((parameter) => parameter.name);
  const meant = suggestName(name, declared);
  return new UsageError(
    "unknown-parameter",
    `The geometry ${family.name} has no parameter "${name}"${meant === undefined ? "" : `; did you mean ${meant}?`}; ` +
      `it has: ${declared.join(", ")}.`,
    { details: { name, declared } },
  );
}
