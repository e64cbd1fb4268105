import { describe, expect, it } from "vitest";
import { recordError, takeOutcome } from "../../src/core/error-record.js";
import {
  ConvergenceError,
  ErfemError,
  KernelError,
  MeshError,
  ParseError,
  PeriodicityError,
  UsageError,
} from "../../src/core/errors.js";
import { expectError } from "../support/expect-error.js";

const classes = [
  ErfemError,
  ConvergenceError,
  KernelError,
  MeshError,
  ParseError,
  PeriodicityError,
  UsageError,
];

describe("recordError", () => {
  it.each(classes.map((type) => [type.name, type] as const))("lets an %s cross threads", (_name, type) => {
    const details = { line: 7, values: [1, 2] };
    const failure = structuredClone(recordError(new type("some-code", "what is wrong", { details })));
    const revived = expectError(type, "some-code", () => takeOutcome({ failure }));
    expect(revived.constructor).toBe(type);
    expect(revived).toMatchObject({ name: type.name, message: "what is wrong", details });
  });

  it("tells of errors that are not erfem's own", () => {
    const failure = structuredClone(recordError(new RangeError("Array buffer allocation failed")));
    const revived = expectError(ErfemError, "internal-error", () => takeOutcome({ failure }));
    expect(revived.message).toContain("RangeError: Array buffer allocation failed");
    expect(revived.details["stack"]).toContain("error-record.test");
  });

  it("leaves values alone", () => {
    expect(takeOutcome({ value: 3 })).toBe(3);
  });
});
