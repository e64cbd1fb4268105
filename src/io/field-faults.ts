import type { z } from "zod";
import { suggestName } from "../core/suggest-name.js";
import type { PathStep } from "./yaml-text.js";

/** Something wrong with a field. */
export interface FieldFault {
  readonly path: readonly PathStep[];
  readonly message: string;
  /** Whether the field's name is at fault and not its value. */
  readonly isName?: boolean;
  /** Code of the error, where it is not that of fields in general. */
  readonly code?: string;
  readonly cause?: unknown;
}

type Issue = z.core.$ZodIssue;

/** Types in zod's words and in ours. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ["number", "a finite number"],
  ["int", "a whole number"],
  ["string", "text"],
  ["boolean", "true or false"],
  ["object", "named fields"],
  ["record", "named fields"],
  ["array", "a list"],
  ["tuple", "a list"],
]);

/** Cost of an alternative whose value is of another type altogether: it was not the one meant. */
const wrongTypeCost = 1000;

/** Characters of a text that a message shows. */
const shownLength = 40;

/**
 * Message for a value that does not fit the schema: what was found and what was expected.
 * @param issue with the input
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  const found = `found ${showValue(input)}`;
  if (issue.code === "invalid_type") {
    const expected = `expected ${typeNames.get(issue.expected) ?? issue.expected}`;
    return input === undefined ? `is missing; ${expected}` : `${expected}, ${found}`;
  }
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    const nearest = typeof input === "string" ? suggestName(input, values) : undefined;
    const meant = nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
    return `expected one of ${values.join(", ")}, ${found}${meant}`;
  }
  if (issue.code === "too_small" || issue.code === "too_big") {
    if (issue.origin === "string") return "expected text, found an empty one";
    const isSmall = issue.code === "too_small";
    const limit = isSmall ? issue.minimum : issue.maximum;
    if (issue.origin === "array")
      return `expected at ${isSmall ? "least" : "most"} ${limit} entries, ${found}`;
    return `expected a number ${isSmall ? "above" : "below"} ${limit}, ${found}`;
  }
  return undefined;
}

/** The issues as faults: of alternatives the one that was meant, of unknown fields one fault each. */
export function collectFaults(issues: readonly Issue[], prefix: readonly PathStep[] = []): FieldFault[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
    if (issue.code === "unrecognized_keys") {
      const messages = issue.message.split("\n");
      return issue.keys.map((key, i) => ({ path: [...path, key], message: messages[i], isName: true }));
    }
    if (issue.code === "invalid_union") {
      const [nearest] = [...issue.errors].sort((a, b) => costOf(a) - costOf(b));
      if (issue.errors.length > 0 && costOf(nearest) < wrongTypeCost) return collectFaults(nearest, path);
    }
    return [{ path, message: issue.message }];
  });
}

/** How far a value is from an alternative. */
function costOf(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === "unrecognized_keys") return sum + issue.keys.length;
    const isOtherType =
      issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_union");
    return sum + (isOtherType ? wrongTypeCost : 1);
  }, 0);
}

/** A value as messages show it, cut where it is long. */
export function showValue(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") {
    return JSON.stringify(value.length > shownLength ? `${value.slice(0, shownLength)}...` : value);
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "named fields";
}
