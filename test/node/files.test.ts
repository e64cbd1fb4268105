import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, readdir, symlink, truncate, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readFileBytes, readMeshFile, replaceFile, writeFileAtomically } from "../../src/node/files.js";
import { rejection, useTemporaryFolder } from "./temporary-folder.js";
import { MeshError, UsageError } from "../../src/core/errors.js";

const folder = useTemporaryFolder();

describe("readMeshFile", () => {
  it("decompresses, but hashes the file as stored", async () => {
    const stored = gzipSync("$MeshFormat\n4.1 0 8\n$EndMeshFormat\n");
    await writeFile(folder("a.msh.gz"), stored);
    const file = await readMeshFile(folder("a.msh.gz"));
    expect(new TextDecoder().decode(file.bytes)).toBe("$MeshFormat\n4.1 0 8\n$EndMeshFormat\n");
    expect(file.sha256).toBe(createHash("sha256").update(stored).digest("hex"));
    expect(file.storedBytes).toBe(stored.length);
  });

  it("tells a missing file from a folder and from a file that is too large", async () => {
    await writeFile(folder("a.msh"), new Uint8Array(100));
    await mkdir(folder("sub"));
    const errors = [
      await rejection(readMeshFile(folder("none.msh"))),
      await rejection(readMeshFile(folder("a.msh/b.msh"))),
      await rejection(readMeshFile(folder("sub"))),
      await rejection(readMeshFile(folder("a.msh"), { maxBytes: 99 })),
    ];
    expect(errors.every((error) => error instanceof MeshError)).toBe(true);
    expect(errors.map((error) => (error as MeshError).code)).toEqual([
      "file-not-found",
      "file-not-found",
      "file-unreadable",
      "file-too-large",
    ]);
  });
});

describe("size limits", () => {
  it("takes 4 GiB by default, in the file and after decompression", async () => {
    await writeFile(folder("sparse.msh"), "");
    await truncate(folder("sparse.msh"), 2 ** 32 + 1);
    expect(await rejection(readMeshFile(folder("sparse.msh")))).toMatchObject({
      code: "file-too-large",
      details: { maxBytes: 2 ** 32 },
    });
  });

  it("says so where memory does not hold the file", async () => {
    await writeFile(folder("sparse.msh"), "");
    // 8 TiB, more than Node allocates.
    await truncate(folder("sparse.msh"), 2 ** 43);
    expect(await rejection(readMeshFile(folder("sparse.msh"), { maxBytes: 2 ** 50 }))).toMatchObject({
      code: "file-too-large",
    });
  });
});

describe("readFileBytes", () => {
  it("reads what does not tell its size", async () => {
    const bytes = await readFileBytes("/proc/self/status");
    expect(new TextDecoder().decode(bytes)).toMatch(/^Name:[^]*\n$/);
    expect((await rejection(readFileBytes("/dev/zero", 1000))) as MeshError).toMatchObject({
      code: "file-too-large",
    });
  });

  it("reads an empty file", async () => {
    await writeFile(folder("empty"), "");
    expect((await readFileBytes(folder("empty"))).length).toBe(0);
  });
});

describe("writeFileAtomically", () => {
  it("replaces a file and leaves nothing beside it", async () => {
    await writeFile(folder("r.json"), "old");
    await writeFileAtomically(folder("r.json"), "new µ");
    expect(await readFile(folder("r.json"), "utf8")).toBe("new µ");
    expect(await readdir(folder())).toEqual(["r.json"]);
  });

  it("keeps a symbolic link and writes its target", async () => {
    await writeFile(folder("target"), "old");
    await symlink("target", folder("link"));
    await writeFileAtomically(folder("link"), "new");
    expect((await lstat(folder("link"))).isSymbolicLink()).toBe(true);
    expect(await readFile(folder("target"), "utf8")).toBe("new");
  });

  it("writes a device and does not replace it", async () => {
    await writeFileAtomically("/dev/null", "x");
    expect((await lstat("/dev/null")).isCharacterDevice()).toBe(true);
  });

  it("refuses a folder and a path in no folder", async () => {
    await mkdir(folder("sub"));
    for (const path of [folder("sub"), folder("none/r.json")]) {
      const error = await rejection(writeFileAtomically(path, "x"));
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ code: "output-unwritable", details: { path } });
    }
    expect(await readdir(folder())).toEqual(["sub"]);
  });
});

describe("replaceFile", () => {
  it("keeps the old file and removes the temporary one when the producer fails", async () => {
    await writeFile(folder("a.msh"), "old");
    const failure = new Error("half way");
    const error = await rejection(
      replaceFile(folder("a.msh"), async (temporary) => {
        await writeFile(temporary, "half");
        throw failure;
      }),
    );
    expect(error).toBe(failure);
    expect(await readFile(folder("a.msh"), "utf8")).toBe("old");
    expect(await readdir(folder())).toEqual(["a.msh"]);
  });
});
