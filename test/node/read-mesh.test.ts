import { createHash } from "node:crypto";
import { mkdir, truncate, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ParseError } from "../../src/core/errors.js";
import { writeMsh } from "../../src/io/msh-writer.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { expandGzip } from "../../src/node/gzip.js";
import { readMesh } from "../../src/node/read-mesh.js";
import { createBoxMesh } from "../support/msh-text.js";
import { rejection, useTemporaryFolder } from "./temporary-folder.js";

const folder = useTemporaryFolder();
const kernel = await loadKernel();

describe("readMesh", () => {
  it.each([
    ["msh 4.1 binary", true, "4.1"],
    ["msh 4.1 text", false, "4.1"],
    ["msh 2.2 binary", true, "2.2"],
    ["msh 2.2 text", false, "2.2"],
  ] as const)("reads, hashes and names %s, compressed too", async (format, binary, version) => {
    const bytes = writeMsh(createBoxMesh(3), { binary, version });
    const packed = gzipSync(bytes);
    await writeFile(folder("a.msh"), bytes);
    await writeFile(folder("a.msh.gz"), packed);
    const mesh = parseMsh(bytes);
    expect(await readMesh(folder("a.msh"), { kernel })).toMatchObject({
      mesh,
      format,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      storedBytes: bytes.length,
    });
    expect(await readMesh(folder("a.msh.gz"))).toMatchObject({
      mesh,
      format: `${format} gzip`,
      sha256: createHash("sha256").update(packed).digest("hex"),
      storedBytes: packed.length,
    });
  });

  it("tells why a file cannot be read", async () => {
    await mkdir(folder("sub"));
    await writeFile(folder("empty.msh"), "");
    await writeFile(folder("a.msh"), writeMsh(createBoxMesh(1), { version: "4.1" }));
    await writeFile(folder("sparse.msh"), "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n");
    // Text is read as a whole: 8 TiB, more than Node allocates.
    await truncate(folder("sparse.msh"), 2 ** 43);
    const codes: unknown[] = [];
    for (const [name, options] of [
      ["none.msh"],
      ["sub"],
      ["empty.msh"],
      ["a.msh", { maxBytes: 99 }],
      ["sparse.msh"],
      ["sparse.msh", { maxBytes: 2 ** 50 }],
    ] as const) {
      codes.push(((await rejection(readMesh(folder(name), options))) as { code: unknown }).code);
    }
    expect(codes).toEqual([
      "file-not-found",
      "file-unreadable",
      "msh-no-header",
      "file-too-large",
      "file-too-large",
      "file-too-large",
    ]);
  });
});

describe("expandGzip", () => {
  const content = new TextEncoder().encode("0123456789".repeat(50_000));
  const packed = new Uint8Array(gzipSync(content));
  const getCode = async (bytes: Uint8Array, maxBytes: number): Promise<string> => {
    const error = await rejection(expandGzip(bytes, maxBytes));
    expect(error).toBeInstanceOf(ParseError);
    return (error as ParseError).code;
  };

  it("expands gzip, leaves everything else alone, and stops at the limit, which is inclusive", async () => {
    expect(Buffer.compare(await expandGzip(packed, content.length), content)).toBe(0);
    expect(await expandGzip(content, 10)).toBe(content);
    expect(await expandGzip(new Uint8Array(gzipSync("")), 0)).toHaveLength(0);
    expect(await getCode(packed, content.length - 1)).toBe("gzip-too-large");
    expect(await getCode(packed, 100)).toBe("gzip-too-large");
  });

  it("refuses damaged data, also where the end tells another length", async () => {
    const flipped = packed.slice();
    flipped[Math.floor(packed.length / 2)] ^= 0x55;
    const wrongSum = packed.slice();
    wrongSum[packed.length - 6] ^= 1;
    const [shorter, longer] = [packed.slice(), packed.slice()];
    shorter[packed.length - 3] ^= 1;
    longer[packed.length - 1] = 0xff;
    const inputs = {
      flipped,
      wrongSum,
      shorter,
      longer,
      cut: packed.slice(0, packed.length - 20),
      onlyMagic: packed.slice(0, 2),
      garbage: Uint8Array.of(...packed, 1, 2, 3),
      zeros: Uint8Array.of(...packed, 0, 0, 0, 0, 0, 0, 0, 0),
      twoMembers: Uint8Array.of(...packed, ...packed),
    };
    for (const [what, input] of Object.entries(inputs)) {
      expect(await getCode(input, 2 ** 32), what).toBe("gzip-damaged");
    }
  });
});
