import { describe, expect, it } from "vitest";
import { describeError, exitCodeOf } from "../../src/cli/exit-codes.js";
import { escapeLines, escapeText, showName } from "../../src/cli/escape-text.js";
import { formatJson } from "../../src/cli/format-json.js";
import { createProgressLine } from "../../src/cli/progress-line.js";
import { formatGrid, formatHistogram, formatNumber } from "../../src/cli/tables.js";
import { ErfemError, KernelError, UsageError } from "../../src/core/errors.js";

describe("tables", () => {
  it.each([
    [0, "0"],
    [12, "12"],
    [0.028, "0.0280000"],
    [-1.23456789e-5, "-1.23457e-5"],
    [123456.789, "123457"],
    [1.5e9, "1500000000"],
    [1.5e9 + 0.5, "1.50000e+9"],
  ])("writes %d with six significant digits", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("aligns numbers right and text left, without blanks at line ends", () => {
    expect(
      formatGrid([
        ["a", 1.5, "um"],
        ["long label", -22.25],
      ]),
    ).toBe("  a            1.50000  um\n  long label  -22.2500");
  });

  it("draws bars in proportion; a count above zero is never invisible", () => {
    const lines = formatHistogram(["a", "b", "c"], [1000, 500, 1]).split("\n");
    expect(lines.map((line) => line.split("#").length - 1)).toEqual([40, 20, 1]);
  });
});

describe("odd names", () => {
  it("shows control characters instead of sending them to the terminal", () => {
    expect(escapeText("a\u001b[31mred\n\u0000\u0085\u2028é")).toBe(
      "a\\u001b[31mred\\n\\u0000\\u0085\\u2028é",
    );
    expect(escapeLines("one\n\ttwo\u0007")).toBe("one\n\ttwo\\u0007");
    expect(formatGrid([["\u001b[2J", 1]])).toBe("  \\u001b[2J  1");
    expect(describeError(new UsageError("c", "name \u001b[2J"), false)).toBe("erfem: name \\u001b[2J [c]\n");
    expect([showName(""), showName("ER")]).toEqual(['""', "ER"]);
  });

  it("shortens very long tables in the middle", () => {
    const lines = formatGrid(Array.from({ length: 20000 }, (_, i) => [`row ${i}`])).split("\n");
    expect(lines).toHaveLength(101);
    expect(lines.slice(-2)).toEqual(["  ... 19900 more, see --json", "  row 19999"]);
  });
});

describe("formatJson", () => {
  it("keeps every number and puts rows of numbers on one line", () => {
    const value = {
      a: 1 / 3,
      rows: [
        [0.1, 1e-300],
        [1e22, -0.5],
      ],
      text: 'a "b"\n',
      empty: {},
      none: null,
      list: [],
    };
    const text = formatJson(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toContain("    [0.1, 1e-300],\n");
    expect(text.endsWith("\n}\n")).toBe(true);
  });
});

describe("errors", () => {
  it("puts the code at the end of the first line", () => {
    expect(describeError(new UsageError("bad-thing", "first\nsecond"), false)).toBe(
      "erfem: first [bad-thing]\nsecond\n",
    );
  });

  it("marks what is not erfem's own as internal, exit code 70", () => {
    const error = new TypeError("x is undefined");
    expect(describeError(error, false)).toMatch(
      /^erfem: internal error: x is undefined \[internal-error\]\n/,
    );
    expect(describeError(error, true)).toContain("output.test.ts");
    expect([error, "text", new KernelError("k", "k"), new ErfemError("e", "e")].map(exitCodeOf)).toEqual([
      70, 70, 70, 70,
    ]);
  });
});

describe("progress line", () => {
  /** What a terminal shows after some writes: a carriage return goes back, text overwrites. */
  function show(written: readonly string[]): string {
    let line = "";
    for (const part of written.join("").split("\r")) line = part + line.slice(part.length);
    return line.trimEnd();
  }

  it("rewrites one line with step, percent and seconds, and clears it", () => {
    const written: string[] = [];
    let time = 0;
    const stream = { columns: 40, write: (text: string) => written.push(text) };
    const line = createProgressLine(stream, () => time);
    line.report({ step: "read", message: "a rather long message that does not fit into forty columns" });
    expect(show(written)).toHaveLength(39);
    line.report({ step: "solve" });
    expect(show(written)).toBe("solve  0.0 s");
    time = 50;
    line.report({ step: "solve", fraction: 0.1 });
    expect(show(written)).toBe("solve  0.0 s");
    time = 1500;
    line.report({ step: "solve", fraction: 0.4 });
    expect(show(written)).toBe("solve  40 %  1.5 s");
    line.clear();
    expect(show(written)).toBe("");
    expect(written.at(-1)).toBe("\r");
    expect(written.join("")).not.toContain("\n");
  });

  it("writes nothing to clear a line that is not there", () => {
    const written: string[] = [];
    createProgressLine({ write: (text) => written.push(text) }).clear();
    expect(written).toEqual([]);
  });
});
