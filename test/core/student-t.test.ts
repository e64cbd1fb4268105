import { describe, expect, it } from "vitest";
import { studentHalfWidth } from "../../src/core/student-t.js";
import { expectError } from "../support/expect-error.js";
import { UsageError } from "../../src/core/errors.js";

describe("studentHalfWidth", () => {
  // Printed tables have five digits or so.
  it.each([
    [0.95, 1, 12.7062],
    [0.95, 2, 4.30265],
    [0.95, 3, 3.18245],
    [0.95, 4, 2.77645],
    [0.95, 9, 2.26216],
    [0.95, 30, 2.04227],
    [0.99, 5, 4.03214],
    [0.9, 10, 1.81246],
    [0.95, 100_000, 1.95999],
  ])("at %f with %i degrees of freedom is %f", (confidence, degrees, expected) => {
    expect(Math.abs(studentHalfWidth(confidence, degrees) / expected - 1)).toBeLessThan(4e-6);
  });

  // P(|T| <= 1) = 1/2 for one degree of freedom, 1/sqrt(3) for two.
  it.each([
    [0.5, 1],
    [1 / Math.sqrt(3), 2],
  ])("inverts a known probability %f", (confidence, degrees) => {
    expect(Math.abs(studentHalfWidth(confidence, degrees) - 1)).toBeLessThan(1e-12);
  });

  it.each([
    [1, 3],
    [0, 3],
    [NaN, 3],
    [0.95, 0],
    [0.95, 1.5],
  ])("refuses a confidence of %f with %f degrees", (confidence, degrees) => {
    expectError(UsageError, "confidence-invalid", () => studentHalfWidth(confidence, degrees));
  });
});
