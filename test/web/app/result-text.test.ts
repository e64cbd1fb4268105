import { beforeAll, describe, expect, it } from "vitest";
import { homogenize } from "../../../src/homogenization/homogenize.js";
import type { HomogenizationResult } from "../../../src/io/homogenization-result.js";
import { formatResultCsv, formatResultLatex } from "../../../src/web/app/result-text.js";
import { boxMesh } from "../../support/box-mesh.js";

let result: HomogenizationResult;

beforeAll(async () => {
  const mesh = boxMesh({ counts: [4, 2, 2], volumeOf: (i) => (i < 2 ? 'E,R_"1"' : "cytosol") });
  ({ result } = await homogenize(mesh, { bounds: true }));
});

describe("formatResultCsv", () => {
  it("has a line for each quantity with all digits, names quoted", () => {
    const lines = formatResultCsv(result).split("\r\n");
    expect(lines[0]).toBe("phase,quantity,unit,11,22,33,23,13,12");
    const tensor = result.phases['E,R_"1"'].homogenized;
    const line = lines.find((one) => one.startsWith('"E,R_""1""",homogenized,um^2/ms,'));
    const numbers = line?.split(",").slice(-6).map(Number);
    expect(numbers).toEqual([
      tensor[0][0],
      tensor[1][1],
      tensor[2][2],
      tensor[1][2],
      tensor[0][2],
      tensor[0][1],
    ]);
    expect(lines.filter((one) => one.includes("bound"))).toHaveLength(4);
  });
});

describe("formatResultLatex", () => {
  it("escapes names, and writes powers of ten", () => {
    const cytosol = result.phases["cytosol"];
    const small = {
      ...cytosol,
      homogenized: [
        [1.25e-9, 0, 0],
        [0, 0.5, 0],
        [0, 0, 3e22],
      ] as const,
    };
    const text = formatResultLatex({ ...result, phases: { "a_b & 50%\\": small } });
    expect(text).toContain("a\\_b \\& 50\\%\\textbackslash{} & $0.5$");
    expect(text).toContain("1.25 \\cdot 10^{-9} & 0 & 0 \\\\");
    expect(text).toContain("3 \\cdot 10^{22}");
  });
});
