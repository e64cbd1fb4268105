import { describe, expect, it } from "vitest";
import { ErfemError } from "../../src/core/errors.js";
import { writeMsh, type WriteMshOptions } from "../../src/io/msh-writer.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { createBoxMesh, createRandom, expectValidMesh } from "../support/msh-text.js";
import { tryParse as tryParseWith } from "../support/try-parse.js";

const kernel = await loadKernel();
const mesh = createBoxMesh(1);
const formats: readonly WriteMshOptions[] = [
  { version: "4.1", binary: true },
  { version: "4.1", binary: false },
  { version: "2.2", binary: true },
  { version: "2.2", binary: false },
];

/** A valid mesh, the same with the kernel, or an ErfemError, of several faults any, nothing else; tells which. */
function tryParse(bytes: Uint8Array): string {
  const withKernel = tryParseWith(bytes, { kernel });
  let parsed;
  try {
    parsed = parseMsh(bytes);
  } catch (error) {
    if (!(error instanceof ErfemError)) throw error;
    expect(withKernel).toHaveProperty("code");
    return error.code;
  }
  expectValidMesh(parsed);
  expect(withKernel).toEqual(tryParseWith(bytes));
  return "mesh";
}

describe.each(formats)("a damaged file, $version, binary $binary", (options) => {
  const whole = writeMsh(mesh, options);

  it("cut at 200 places gives an error, or the whole mesh where only $Periodic is missing", () => {
    const text = new TextDecoder("latin1").decode(whole);
    const meshEnd = text.indexOf("$EndElements") + "$EndElements".length;
    const fileEnd = text.indexOf("$EndPeriodic") + "$EndPeriodic".length;
    const outcomes = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const length = Math.floor((i * whole.length) / 200);
      const outcome = tryParse(whole.slice(0, length));
      outcomes.add(outcome);
      const isBetweenSections = length >= meshEnd && length <= meshEnd + 1;
      if (!isBetweenSections && length < fileEnd)
        expect(outcome, `${length} of ${whole.length}`).not.toBe("mesh");
    }
    // Between two sections a file can end: then what is missing is not its format.
    outcomes.delete("no-tetrahedra");
    outcomes.delete("mesh");
    expect([...outcomes].filter((code) => !code.startsWith("msh-"))).toEqual([]);
    expect(outcomes).toContain("msh-truncated");
  });

  it("with 1 to 3 of its bytes changed, 2000 times, gives a valid mesh or an error", () => {
    const random = createRandom(options.version === "4.1" ? 41 : 22);
    const outcomes = new Map<string, number>();
    for (let i = 0; i < 2000; i++) {
      const bytes = whole.slice();
      for (let n = 1 + Math.floor(3 * random()); n > 0; n--) {
        bytes[Math.floor(bytes.length * random())] = Math.floor(256 * random());
      }
      const outcome = tryParse(bytes);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // Both happen: the mutations are neither all harmless nor all fatal.
    expect(outcomes.size).toBeGreaterThan(5);
    expect(outcomes.get("mesh")).toBeGreaterThan(10);
  });
});
