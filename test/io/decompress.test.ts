import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ErfemError } from "../../src/core/errors.js";
import { decompress } from "../../src/io/decompress.js";
import { toBytes } from "../support/msh-text.js";

const content = toBytes("tetrahedra ".repeat(200000));
const packed = new Uint8Array(gzipSync(content));

async function getCode(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  return error instanceof ErfemError ? error.code : "none";
}

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A decompressor that gives `next()` for an answer. */
function stubDecompressor(next: (controller: TransformStreamDefaultController<unknown>) => void): void {
  class Decompressor extends TransformStream<unknown, unknown> {
    constructor() {
      super({
        transform(_chunk, controller) {
          next(controller);
        },
      });
    }
  }
  vi.stubGlobal("DecompressionStream", Decompressor);
}

describe("decompress", () => {
  it("expands gzip, also from a view into a larger buffer, and leaves everything else alone", async () => {
    const larger = new Uint8Array(packed.length + 20).fill(7);
    larger.set(packed, 10);
    const expanded = await decompress(larger.subarray(10, 10 + packed.length));
    expect(Buffer.compare(expanded, content)).toBe(0);
    expect(await decompress(content)).toBe(content);
    expect(await decompress(new Uint8Array(gzipSync("")))).toHaveLength(0);
    expect(await decompress(new Uint8Array(0))).toHaveLength(0);
  });

  it("stops at the limit, which is inclusive", async () => {
    expect(await getCode(decompress(packed, { maxBytes: content.length - 1 }))).toBe("gzip-too-large");
    expect(await decompress(packed, { maxBytes: content.length })).toHaveLength(content.length);
  });

  it("says so where memory does not hold the content", async () => {
    const trailer = Uint8Array.of(0x1f, 0x8b, 0, 0, 0, 0);
    // 2^52 bytes, more than any engine allocates; the trailer, the length modulo 2^32, is zero.
    stubDecompressor((controller) => {
      controller.enqueue({ length: 2 ** 52 });
    });
    expect(await getCode(decompress(trailer, { maxBytes: 2 ** 53 }))).toBe("gzip-too-large");
    stubDecompressor(() => {
      throw new RangeError("Array buffer allocation failed");
    });
    expect(await getCode(decompress(trailer))).toBe("gzip-too-large");
  });

  it("refuses damaged data", async () => {
    const flipped = packed.slice();
    flipped[Math.floor(packed.length / 2)] ^= 0x55;
    const wrongSum = packed.slice();
    wrongSum[packed.length - 6] ^= 1;
    const inputs = {
      flipped,
      wrongSum,
      cut: packed.slice(0, packed.length - 20),
      cutTrailer: packed.slice(0, packed.length - 3),
      onlyMagic: packed.slice(0, 2),
      garbage: Uint8Array.of(...packed, 1, 2, 3),
      zeros: Uint8Array.of(...packed, 0, 0, 0, 0, 0, 0, 0, 0),
      twoMembers: Uint8Array.of(...packed, ...packed),
    };
    for (const [what, input] of Object.entries(inputs)) {
      expect(await getCode(decompress(input)), what).toBe("gzip-damaged");
    }
  });
});
