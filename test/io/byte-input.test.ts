import { describe, expect, it } from "vitest";
import { windowBytes, type ByteInput } from "../../src/io/byte-input.js";
import { writeMsh, type WriteMshOptions } from "../../src/io/msh-writer.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { createBoxMesh, createRandom, toBytes } from "../support/msh-text.js";
import { tryParse } from "../support/try-parse.js";

const kernel = await loadKernel();
const box = createBoxMesh(16);
const formats: readonly WriteMshOptions[] = [
  { version: "4.1", binary: true },
  { version: "4.1", binary: false },
  { version: "2.2", binary: true },
  { version: "2.2", binary: false },
];

/** An input that gives pieces of random lengths, as a pipe may, or all that is asked for. */
function createInput(bytes: Uint8Array, isRagged: boolean): ByteInput {
  const random = createRandom(bytes.length);
  let start = 0;
  return {
    numBytes: bytes.length,
    read(target) {
      const most = isRagged ? 1 + Math.floor(random() * 50_000) : target.length;
      const piece = bytes.subarray(start, start + Math.min(most, target.length));
      target.set(piece);
      start += piece.length;
      return piece.length;
    },
  };
}

/** Bytes, and input with and without kernel, give the same; returns it. */
function expectSame(bytes: Uint8Array): object {
  const expected = tryParse(bytes);
  expect(tryParse(createInput(bytes, true))).toEqual(expected);
  expect(tryParse(createInput(bytes, false), { kernel })).toEqual(expected);
  return expected;
}

function join(...parts: (Uint8Array | string)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? toBytes(part) : part)));
}

describe.each(formats)("a file read through a window, $version, binary $binary", (options) => {
  const whole = writeMsh(box, options);

  it("gives the same mesh", () => {
    expect(whole.length).toBeGreaterThan(2 * windowBytes);
    expect(expectSame(whole)).toMatchObject({ numCells: box.numCells });
  });

  it("gives the same errors where it is cut", () => {
    const codes = new Set<unknown>();
    for (let i = 1; i < 7; i++) {
      codes.add((expectSame(whole.slice(0, Math.floor((i * whole.length) / 7))) as { code?: string }).code);
    }
    expect([...codes]).not.toContain(undefined);
  });
});

describe("a window on a binary file", () => {
  const whole = writeMsh(createBoxMesh(1), { version: "4.1", binary: true });

  it("passes over long comments, and long sections with dollar signs, wherever its end lies", () => {
    for (const length of [windowBytes - 12, windowBytes - 5, windowBytes, 2 * windowBytes + 3]) {
      const comment = `$Comments\n${"x".repeat(length)}\n$EndComments\n`;
      const section = `\n$Views\n${"$EndView ".repeat(length / 9)}\n$EndViews\n`;
      const lines = `$More\n${"$\n".repeat(length / 2)}$EndMore\n`;
      expect(expectSame(join(whole, section, lines, comment))).toHaveProperty("numCells", 6);
      expect(expectSame(join(comment, whole, section))).toHaveProperty("numCells", 6);
    }
  });

  it("may end at any byte of a mesh, and near any fault", () => {
    const name = "conductivity";
    const values = Float64Array.from({ length: 6 }, (_, cell) => 1 + cell);
    const mesh: TetMesh = { ...createBoxMesh(1), cellData: [{ name, numComponents: 1, values }] };
    const text = Buffer.from(writeMsh(mesh, { version: "4.1", binary: true })).toString("latin1");
    const start = text.indexOf("$PhysicalNames");
    const expectSameAt = (file: string, first: number, last: number): void => {
      for (let end = first; end < last; end++) {
        const comment = `$Comments\n${"x".repeat(windowBytes - end - 24)}\n$EndComments\n`;
        const bytes = Buffer.from(file.slice(0, start) + comment + file.slice(start), "latin1");
        const expected = tryParse(bytes, { kernel });
        expect(expected).toMatchObject(file === text ? { numCells: 6 } : { code: "msh-syntax" });
        expect(tryParse(createInput(bytes, false), { kernel })).toEqual(expected);
      }
    };
    expectSameAt(text, start, text.length);
    for (const [right, wrong] of [
      [`"\n$EndPhysicalNames`, "\n$EndPhysicalNames"],
      ["$ElementData\n1\n", "$ElementData\nx\n"],
      ["\n3\n0\n1\n6\n", "\n3\n0\n1\nx\n"],
    ]) {
      const at = text.indexOf(right);
      expect(at).toBeGreaterThan(0);
      expectSameAt(
        text.replace(right, () => wrong),
        at - 20,
        at + 20,
      );
    }
  });

  it("takes a line that is longer than itself", () => {
    const name = "n".repeat(windowBytes + 100);
    const names = `$PhysicalNames\n1\n3 12 "${name}"\n$EndPhysicalNames\n`;
    const text = new TextDecoder("latin1").decode(whole);
    const at = text.indexOf("$PhysicalNames");
    const end = text.indexOf("$EndPhysicalNames\n") + "$EndPhysicalNames\n".length;
    const bytes = join(whole.slice(0, at), names, whole.slice(end));
    const { volumes } = expectSame(bytes) as TetMesh;
    expect(volumes[0].name.length).toBe(name.length);
  });

  it("reports progress up to the end", () => {
    const fractions: number[] = [];
    const large = writeMsh(box, { version: "4.1", binary: true });
    parseMsh(createInput(large, false), {
      progress: ({ fraction }) => fractions.push(fraction ?? Number.NaN),
    });
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBeGreaterThan(0.99);
    expect(fractions.at(-1)).toBeLessThanOrEqual(1);
  });

  it("says that a file is shorter than its size told", () => {
    const cut = createInput(whole.slice(0, 600), false);
    const outcome = tryParse({ ...cut, numBytes: whole.length }, { kernel });
    expect(outcome).toMatchObject({ code: "msh-truncated" });
  });
});
