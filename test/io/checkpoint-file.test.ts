import { describe, expect, it } from "vitest";
import { ParseError } from "../../src/core/errors.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/checkpoint-file.js";
import { expectError } from "../support/expect-error.js";

const checkpoint = {
  header: { time: 0.1 + 0.2, names: ["c", "\u03bb|x"], none: null },
  arrays: {
    fields: Float64Array.of(Math.PI, -0, Number.MIN_VALUE, NaN, Infinity),
    states: new Float64Array(0),
    rates: Float64Array.of(1e300),
  },
};

describe("a checkpoint", () => {
  it("comes back with every bit", () => {
    const bytes = encodeCheckpoint(checkpoint);
    expect(decodeCheckpoint(bytes, "a")).toEqual(checkpoint);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeCheckpoint(shifted.subarray(3), "a")).toEqual(checkpoint);
  });

  it("is refused when anything is cut off", () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length++) {
      expectError(ParseError, "checkpoint-damaged", () => decodeCheckpoint(bytes.subarray(0, length), "a"));
    }
  });

  it("is refused when its header is another", () => {
    const bytes = encodeCheckpoint(checkpoint);
    bytes[bytes.indexOf(0x7b)] = 0x5b; // { to [
    expectError(ParseError, "checkpoint-damaged", () => decodeCheckpoint(bytes, "a"));
    expectError(ParseError, "checkpoint-damaged", () =>
      decodeCheckpoint(new TextEncoder().encode("something else, and long enough for a header"), "a"),
    );
  });
});
