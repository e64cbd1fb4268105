import { describe, expect, it } from "vitest";
import { AsciiSource } from "../../src/io/ascii-source.js";
import { catchError, createRandom, toBytes } from "../support/msh-text.js";

function readDouble(text: string): number {
  return new AsciiSource(toBytes(text), 0).readDouble();
}

/** The same double as Number gives, bit for bit: no tolerance, and -0 is not 0. */
function expectExact(text: string): void {
  expect(Object.is(readDouble(text), Number(text)), `${text}: ${readDouble(text)}`).toBe(true);
}

describe("AsciiSource.readDouble", () => {
  it("reads the forms of a decimal exactly", () => {
    const texts = [
      "0",
      "-0",
      "+1.5",
      "1.",
      ".5",
      "-.25e-3",
      "1e22",
      "1e23",
      "1e-22",
      "1e-23",
      "1E+05",
      "0.1",
      "5e-324",
    ];
    const hard = [
      "9007199254740993",
      "9007199254740992.5",
      "900719925474099.25",
      "1.7976931348623157e308",
      "1e999",
    ];
    const long = [
      "0.1000000000000000055511151231257827",
      "123456789012345678901234567890",
      "0.000000000000000000000001234",
    ];
    for (const text of [...texts, ...hard, ...long]) expectExact(text);
  });

  it("reads random doubles exactly, in the forms that programs print", () => {
    const random = createRandom(1);
    const wrong: string[] = [];
    for (let i = 0; i < 20000; i++) {
      const value = (random() - 0.5) * 10 ** Math.floor(40 * random() - 20);
      const texts = [
        String(value),
        value.toPrecision(1 + Math.floor(17 * random())),
        value.toExponential(16),
      ];
      texts.push(random().toFixed(Math.floor(20 * random())));
      wrong.push(...texts.filter((text) => !Object.is(readDouble(text), Number(text))));
    }
    expect(wrong).toEqual([]);
  });

  it("takes nan and inf as numbers that are not finite", () => {
    for (const text of ["nan", "-nan", "inf", "-INF"]) expect(Number.isFinite(readDouble(text))).toBe(false);
  });

  it.each(["x", "-", ".", "1e", "1e+", "0x10", "1.2.3", "--1", "1,5", "Infinity5", "1d5"])(
    "refuses %s",
    (text) => {
      expect(catchError(() => readDouble(text)).code).toBe("msh-syntax");
    },
  );

  it("refuses a very long wrong token in linear time", () => {
    expect(catchError(() => readDouble(`${"1".repeat(300000)}x`)).code).toBe("msh-syntax");
  });
});

describe("AsciiSource integers", () => {
  it("reads what the type holds and refuses the next value", () => {
    const read = (text: string): AsciiSource => new AsciiSource(toBytes(text), 0);
    expect(read(" -2147483648\r\n").readInt()).toBe(-2147483648);
    expect(read("9007199254740991").readSize()).toBe(9007199254740991);
    expect(catchError(() => read("2147483648").readInt()).code).toBe("msh-tag-range");
    expect(catchError(() => read("9007199254740992").readSize()).code).toBe("msh-tag-range");
    expect(catchError(() => read("-1").readSize()).code).toBe("msh-syntax");
    expect(catchError(() => read("1.5").readInt()).code).toBe("msh-syntax");
    expect(catchError(() => read("  ").readInt()).code).toBe("msh-truncated");
  });
});
