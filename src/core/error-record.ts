import * as errors from "./errors.js";
import { ErfemError, type ErrorDetails } from "./errors.js";

/** An error as plain data, which crosses threads: classes of errors do not. */
export interface ErrorRecord {
  /** Name of the class. */
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** How work in another thread ended, as plain data. */
export type Outcome<T> = { readonly value: T } | { readonly failure: ErrorRecord };

/**
 * What another thread needs to know of an error; its stack and cause stay behind. One that is not erfem's own, such as
 * a failed allocation, is recorded as ErfemError `internal-error`, its stack among the details.
 */
export function recordError(error: unknown): ErrorRecord {
  const { name, code, message, details } = error instanceof ErfemError ? error : describeForeign(error);
  return { name, code, message, details };
}

/**
 * The value of an outcome, in the thread that asked for it.
 *
 * @throws ErfemError the failure, as an error of its class with its code, message and details
 */
export function takeOutcome<T>(outcome: Outcome<T>): T {
  if ("value" in outcome) return outcome.value;
  const { name, code, message, details } = outcome.failure;
  throw new (findClass(name))(code, message, { details });
}

/** An error of the same class and code with another message and other details; the original is its cause. */
export function copyError(error: ErfemError, message: string, details: ErrorDetails): ErfemError {
  return new (findClass(error.name))(error.code, message, { cause: error, details });
}

function findClass(name: string): typeof ErfemError {
  return Object.entries(errors).find(([className]) => className === name)?.[1] ?? ErfemError;
}

function describeForeign(error: unknown): ErrorRecord {
  return {
    name: "ErfemError",
    code: "internal-error",
    message:
      `A worker stopped with ${String(error)}. Where that is a lack of memory, use a coarser mesh; else this is a ` +
      "defect of erfem: please report it.",
    details: { stack: error instanceof Error ? error.stack : undefined },
  };
}
