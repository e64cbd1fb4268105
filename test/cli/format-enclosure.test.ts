import { describe, expect, it } from "vitest";
import { formatEnclosure } from "../../src/cli/format-enclosure.js";
import { seededRandom } from "../support/box-mesh.js";

/** A decimal number as a whole number of 10^-60. */
function toUnits(text: string): bigint {
  const [mantissa, exponent = "0"] = text.split("e");
  const [whole, fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = BigInt(whole + fraction) * 10n ** 60n;
  const power = Number(exponent) - fraction.length;
  const units = power < 0 ? digits / 10n ** BigInt(-power) : digits * 10n ** BigInt(power);
  return mantissa.startsWith("-") ? -units : units;
}

/** Ends of a printed interval, exactly, as whole numbers of 10^-60. */
function readEnclosure(text: string): [bigint, bigint] {
  const [interval, exponent = ""] = text.replace("(", "").split(")");
  const [centre, radius] = interval.split(" +- ").map((number) => toUnits(number + exponent));
  return [centre - radius, centre + radius];
}

describe("formatEnclosure", () => {
  it("prints centre and radius, the radius with two digits", () => {
    expect(formatEnclosure(0.0104254, 0.0104826)).toBe("0.010454 +- 0.000029");
    expect(formatEnclosure(-0.00371, 0.00369)).toBe("0.0000 +- 0.0038");
    expect(formatEnclosure(1.04256e-9, 1.04824e-9)).toBe("(1.0454 +- 0.0029)e-9");
    expect(formatEnclosure(1234.2, 1299.9)).toBe("1267 +- 33");
    expect(formatEnclosure(0, 0)).toBe("0");
  });

  it("does not promise more digits than the round-off of the bounds leaves", () => {
    expect(formatEnclosure(0.1, 0.1)).toBe("0.1000000000 +- 0.0000000001");
    expect(formatEnclosure(1, 1 + 1e-13)).toBe("1.000000000 +- 0.000000001");
  });

  it("holds the interval given, whatever its size, exactly", () => {
    const random = seededRandom(77);
    for (let round = 0; round < 2000; round++) {
      const centre = (random() - 0.5) * 10 ** (24 * random() - 12);
      const radius = Math.abs(centre) * 10 ** (2 - 16 * random());
      const [lower, upper] = [centre - radius, centre + radius];
      const text = formatEnclosure(lower, upper);
      const [low, high] = readEnclosure(text);
      const exact = (x: number): bigint => toUnits(x.toExponential(20));
      expect(low <= exact(lower), `${text} holds ${lower}`).toBe(true);
      expect(high >= exact(upper), `${text} holds ${upper}`).toBe(true);
      // No wider than two digits of the radius, or ten of the number, ask for.
      const width = Number(high - low) / 1e60;
      expect(width).toBeLessThan(2.3 * radius + 1.1e-8 * Math.abs(centre));
    }
  });
});
