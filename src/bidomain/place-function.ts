import { ErfemError, UsageError } from "../core/errors.js";
import { compileFormula, type Formula } from "../formula/formula.js";

/** A number, or a formula in the `placeVariables`. */
export type PlaceInput = number | string;

/** Variables of formulas of place and time: um and s. */
export const placeVariables: readonly string[] = ["x", "y", "z", "t"];

/** A function of place and time. */
export interface PlaceFunction {
  /** Whether its value can change in time. */
  readonly usesTime: boolean;
  /** @param place x, y, z, t */
  readonly evaluate: (place: Float64Array) => number;
}

/**
 * A function of place and time of a number or a formula.
 *
 * @param subject what it is, for messages: `the factor of "leak"`
 * @throws UsageError the codes of `compileFormula`; `value-invalid` for a number, or a formula without variables, that is
 *   negative or not finite
 */
export async function compilePlaceFunction(input: PlaceInput, subject: string): Promise<PlaceFunction> {
  if (typeof input === "number") return createConstant(input, subject);
  const { evaluate, usedVariables } = await compileFor(input, placeVariables, subject);
  if (usedVariables.length === 0) return createConstant(evaluate(new Float64Array(4)), subject);
  return { usesTime: usedVariables.includes("t"), evaluate };
}

/**
 * A formula; its errors say what it is.
 *
 * @throws UsageError the codes of `compileFormula`, with `details.subject`
 */
export async function compileFor(
  text: string,
  variables: readonly string[],
  subject: string,
): Promise<Formula> {
  try {
    return await compileFormula(text, variables);
  } catch (cause) {
    if (!(cause instanceof ErfemError)) throw cause;
    throw new UsageError(cause.code, `${subject}: ${cause.message}`, {
      cause,
      details: { ...cause.details, subject },
    });
  }
}

/**
 * Refuses a number that is negative or not finite.
 *
 * @throws UsageError `value-invalid`
 */
export function requireNonNegative(value: number, subject: string): void {
  if (value >= 0 && Number.isFinite(value)) return;
  throw new UsageError("value-invalid", `${subject} is ${value}; expected a finite number >= 0`, {
    details: { subject, value },
  });
}

function createConstant(value: number, subject: string): PlaceFunction {
  requireNonNegative(value, subject);
  return { usesTime: false, evaluate: () => value };
}
