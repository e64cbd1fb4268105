import { createHash, randomUUID } from "node:crypto";
import { open, realpath, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { MeshError, UsageError } from "../core/errors.js";
import { defaultMaxBytes } from "../io/decompress.js";
import { expandGzip } from "./gzip.js";

export interface ReadMeshFileOptions {
  /** Most bytes to accept, in the file and after decompression. Default 4 GiB. */
  readonly maxBytes?: number;
}

/** A mesh file as it stands in memory. */
export interface MeshFile {
  /** Content, decompressed. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the file as stored, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Size of the file as stored, bytes. */
  readonly storedBytes: number;
}

/** Bytes per read or write call: Node's calls are limited to 2 GiB, files are not. */
const chunkBytes = 64 * 2 ** 20;

/**
 * Reads a mesh file of any size, plain or compressed.
 *
 * @throws MeshError `file-not-found`, `file-unreadable`, `file-too-large`
 * @throws ParseError `gzip-too-large`, `gzip-damaged`
 */
export async function readMeshFile(path: string, options: ReadMeshFileOptions = {}): Promise<MeshFile> {
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const stored = await readFileBytes(path, maxBytes);
  const expanding = expandGzip(stored, maxBytes);
  const hash = createHash("sha256");
  for (let start = 0; start < stored.length; start += chunkBytes) {
    hash.update(stored.subarray(start, start + chunkBytes));
  }
  const bytes = await expanding;
  return { bytes, sha256: hash.digest("hex"), storedBytes: stored.length };
}

/**
 * Reads a whole file (or a pipe, to its end) in chunks.
 *
 * @throws MeshError `file-not-found`, `file-unreadable`, `file-too-large`
 */
export async function readFileBytes(path: string, maxBytes: number = defaultMaxBytes): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    const status = await handle.stat();
    if (status.isDirectory()) {
      throw new MeshError("file-unreadable", `${path} is a folder, expected a mesh file.`, {
        details: { path },
      });
    }
    checkSize(path, status.size, maxBytes);
    return await readToEnd(handle, path, status.size, maxBytes);
  } catch (cause) {
    throw createReadError(path, cause);
  } finally {
    await handle?.close();
  }
}

/** The MeshError `file-not-found`, `file-too-large` or `file-unreadable` for what reading a file threw. */
export function createReadError(path: string, cause: unknown): MeshError {
  if (cause instanceof MeshError) return cause;
  if (systemCode(cause) === "ENOENT" || systemCode(cause) === "ENOTDIR") {
    return new MeshError("file-not-found", `There is no file ${path}; check the path.`, {
      cause,
      details: { path },
    });
  }
  // What an engine does not allocate, it refuses with a RangeError.
  if (cause instanceof RangeError) {
    return new MeshError(
      "file-too-large",
      `There is no memory for ${path}: ${cause.message}; use a machine with more, or a coarser mesh.`,
      { cause, details: { path } },
    );
  }
  return new MeshError("file-unreadable", `Cannot read ${path}: ${systemReason(cause)}.`, {
    cause,
    details: { path },
  });
}

/**
 * Writes a file so that a reader sees the old content or all of the new one, never a part. A target that is no
 * regular file (a pipe, /dev/stdout) is written directly.
 *
 * @throws UsageError `output-unwritable`; nothing is left behind then
 */
export async function writeFileAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  if (await isSpecialFile(path)) {
    await asOutput(path, () => writeBytes(path, "w", bytes));
    return;
  }
  await replaceFile(path, (temporary) => asOutput(path, () => writeBytes(temporary, "w", bytes)));
}

/**
 * Lets `produce` write a temporary file beside `path`, makes it durable and renames it to `path`. The temporary file
 * exists, empty, before `produce` is called, so that an unwritable folder is found before long work; it is removed
 * when anything fails, and errors of `produce` pass through.
 *
 * @throws UsageError `output-unwritable`
 */
export async function replaceFile<T>(path: string, produce: (temporary: string) => Promise<T>): Promise<T> {
  const status = await stat(path).catch(() => undefined);
  if (status !== undefined && !status.isFile()) {
    const kind = status.isDirectory() ? "a folder" : "not a regular file";
    throw new UsageError("output-unwritable", `Cannot write ${path}: it is ${kind}; name a file.`, {
      details: { path },
    });
  }
  const target = status === undefined ? resolve(path) : await realpath(path);
  const extension = /\.\w+$/.exec(basename(target))?.[0] ?? "";
  const temporary = join(dirname(target), `.${basename(target, extension)}.${randomUUID()}${extension}`);
  try {
    await asOutput(path, () => writeBytes(temporary, "wx", new Uint8Array(0)));
    const result = await produce(temporary);
    await asOutput(path, async () => {
      const handle = await open(temporary, "r+");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, target);
    });
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function readToEnd(
  handle: FileHandle,
  path: string,
  expectedBytes: number,
  maxBytes: number,
): Promise<Uint8Array> {
  let buffer = new Uint8Array(Math.max(expectedBytes, 1));
  let length = 0;
  for (;;) {
    if (length === buffer.length) {
      const more = new Uint8Array(chunkBytes);
      const { bytesRead } = await handle.read(more, 0, more.length, null);
      if (bytesRead === 0) return buffer;
      checkSize(path, length + bytesRead, maxBytes);
      const grown = new Uint8Array(Math.max(2 * length, length + bytesRead));
      grown.set(buffer);
      grown.set(more.subarray(0, bytesRead), length);
      buffer = grown;
      length += bytesRead;
      continue;
    }
    const wanted = Math.min(chunkBytes, buffer.length - length);
    const { bytesRead } = await handle.read(buffer, length, wanted, null);
    if (bytesRead === 0) return buffer.slice(0, length);
    length += bytesRead;
    checkSize(path, length, maxBytes);
  }
}

async function writeBytes(path: string, flags: "w" | "wx", bytes: Uint8Array): Promise<void> {
  const handle = await open(path, flags);
  try {
    for (let start = 0; start < bytes.length;) {
      const { bytesWritten } = await handle.write(bytes, start, Math.min(chunkBytes, bytes.length - start));
      start += bytesWritten;
    }
  } finally {
    await handle.close();
  }
}

async function isSpecialFile(path: string): Promise<boolean> {
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && !status.isFile() && !status.isDirectory();
}

/** Runs `write` and turns a failure of the file system into `output-unwritable`. */
async function asOutput(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const folder = systemCode(cause) === "ENOENT" ? ` The folder ${dirname(resolve(path))} must exist.` : "";
    throw new UsageError("output-unwritable", `Cannot write ${path}: ${systemReason(cause)}.${folder}`, {
      cause,
      details: { path },
    });
  }
}

/** @throws MeshError `file-too-large` */
export function checkSize(path: string, bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new MeshError(
    "file-too-large",
    `${path} has ${bytes} bytes or more, expected at most ${maxBytes}; raise the limit if that is wanted.`,
    { details: { path, bytes, maxBytes } },
  );
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function systemReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
