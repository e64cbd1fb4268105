import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { checkSymmetry, formatInterval, judge, roundingInterval } from "../../scripts/paper/compare.js";

describe("printed numbers beside enclosures", () => {
  it("stand for half a unit of their last digit on either side", () => {
    expect(roundingInterval("0.01047")).toEqual([0.010465, 0.010475]);
    expect(roundingInterval("1.07e-2")).toEqual([0.01065, 0.01075]);
    expect(roundingInterval("250")).toEqual([249.5, 250.5]);
    expect(() => roundingInterval("1.2 um")).toThrow("no decimal number");
  });

  it("lie inside, agree to their digits, or lie outside", () => {
    expect(judge("0.95", [0.947, 0.952])).toBe("inside");
    expect(judge("0.0285", [0.028465, 0.028465])).toBe("agrees");
    expect(judge("0.01047", [0.01044, 0.010466])).toBe("agrees");
    expect(judge("0.01047", [0.01044, 0.010464])).toBe("outside");
    expect(judge("0.01047", [0.010476, 0.0105])).toBe("outside");
    expect(judge("1.08", [1.0800000000000003, 1.0800000000000003])).toBe("inside");
  });

  it("are printed rounded outwards", () => {
    expect(formatInterval([0.010440407, 0.010463671])).toBe("[0.0104404, 0.0104637]");
    expect(formatInterval([-1.2345e-7, 0])).toBe("[-1.24e-7, 0]");
    expect(formatInterval([0.028000000000000018, 0.028000000000000018])).toBe("0.0280000");
  });

  it("are symmetric where the enclosures of the two phases meet", () => {
    const row = (edge: number, ER: [number, number], cytosol: [number, number]) => ({ edge, ER, cytosol });
    const checked = checkSymmetry([
      row(0.1, [1, 2], [8, 9]),
      row(0.9, [7, 7.9], [2, 3]),
      row(0.3, [0, 1], [0, 1]),
    ]);
    expect(checked.map(({ edge, mirror, meets }) => [edge, mirror, meets])).toEqual([
      [0.1, 0.9, true],
      [0.9, 0.1, false],
    ]);
  });
});

describe("npm run paper -- --quick", () => {
  it("writes every number and figure", async () => {
    const folder = await mkdtemp(join(tmpdir(), "erfem-paper-"));
    try {
      const script = fileURLToPath(new URL("../../scripts/paper/main.js", import.meta.url));
      await promisify(execFile)(process.execPath, [script, "--quick", "--output", folder, "--jobs", "1"]);
      const report = await readFile(join(folder, "README.md"), "utf8");
      const html = await readFile(join(folder, "report.html"), "utf8");
      for (const printed of [
        "0.028",
        "1.08",
        "0.01047",
        "2.6175e-3",
        "0.95",
        "0.0285",
        "1.07e-2",
        "6.7e-3",
        "1.04e-2",
      ]) {
        expect(report).toContain(`| ${printed} | `);
        expect(html).toContain(`<td>${printed}</td>`);
      }
      expect(report).toContain("Symmetric within the enclosures: at all 3 edges");
      expect(report).toContain("reconstruction");
      const shown = [...report.matchAll(/\]\((figure-[^)]*\.svg)\)/g)].map((match) => match[1]);
      const written = (await readdir(folder)).filter((file) => file.endsWith(".svg"));
      expect([...shown].sort()).toEqual(written.sort());
      expect(written).toHaveLength(11);
      for (const file of written)
        expect(await readFile(join(folder, file), "utf8")).toMatch(/^<svg[^]*<\/svg>\s*$/);
      const { sections } = JSON.parse(await readFile(join(folder, "numbers.json"), "utf8")) as {
        sections: { rows: { printed: string; enclosure: [number, number] | null }[] }[];
      };
      // 0.01044995 is exact, by another method.
      const factors = sections[0].rows.filter(({ printed }) => printed === "0.01047");
      expect(factors).toHaveLength(3);
      for (const { enclosure } of factors) {
        expect(enclosure?.[0]).toBeLessThan(0.01044995);
        expect(enclosure?.[1]).toBeGreaterThan(0.01044995);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
