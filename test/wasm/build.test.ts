import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kernelBase64 } from "../../src/kernel/kernel-binary.js";

const root = new URL("../../", import.meta.url);

function readBytes(path: string): Buffer {
  return readFileSync(new URL(path, root));
}

describe("the committed kernel", () => {
  const recorded = new Map(
    readBytes("wasm/erfem-kernel.sha256")
      .toString()
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );

  it("was built from the sources as they are: else run scripts/build-wasm.sh", () => {
    const sources = readdirSync(new URL("wasm/", root))
      .filter((name) => /\.(cpp|h)$/.test(name))
      .map((name) => `wasm/${name}`);
    const products = ["wasm/erfem-kernel.wasm", "src/kernel/kernel-binary.ts"];
    expect([...recorded.keys()].sort()).toEqual([...sources, "wasm/flags.txt", ...products].sort());
    for (const [path, hash] of recorded) {
      expect(createHash("sha256").update(readBytes(path)).digest("hex"), path).toBe(hash);
    }
  });

  it("is small enough to ship with a page", () => {
    expect(readBytes("wasm/erfem-kernel.wasm").length).toBeLessThan(150_000);
  });

  it("is the one that is embedded", () => {
    expect(Buffer.from(kernelBase64, "base64").equals(readBytes("wasm/erfem-kernel.wasm"))).toBe(true);
  });
});
