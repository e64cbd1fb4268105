import { expect } from "vitest";
import type { ErfemError } from "../../src/core/errors.js";

/** Runs something that must throw an ErfemError of this class and code, and returns the error. */
export function expectError<E extends ErfemError>(
  type: abstract new (...args: never[]) => E,
  code: string,
  run: () => unknown,
): E {
  let caught: unknown;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(type);
  expect((caught as E).code).toBe(code);
  return caught as E;
}
