import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { defaultMaxBytes } from "../io/decompress.js";
import { parseMesh, type ParseMeshOptions } from "../io/parse-mesh.js";
import { parseMsh } from "../io/parse-msh.js";
import { recognizeMesh } from "../io/recognize-mesh.js";
import type { ByteInput } from "../io/byte-input.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { findCompanions } from "./mesh-companions.js";
import { checkSize, createReadError, readMeshFile, type ReadMeshFileOptions } from "./files.js";

/** Options of {@link readMesh}. */
export interface ReadMeshOptions
  extends ReadMeshFileOptions, Omit<ParseMeshOptions, "name" | "regions" | "openFile"> {
  /** Of DOLFIN XML: path of the second file, with the regions; by default one beside the mesh with a usual name. */
  readonly regionFile?: string;
}

/** A mesh and what is known of the file it came from. */
export interface ReadMesh {
  readonly mesh: TetMesh;
  /** `msh 4.1 binary`, `msh 2.2 text gzip`, `medit`, `VTU`, ... */
  readonly format: string;
  /** SHA-256 of the file as stored, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Size of the file as stored, bytes. */
  readonly storedBytes: number;
  /** Wall time in seconds of `read`, with SHA-256 and decompression, and of `parse`. */
  readonly timings: { readonly read: number; readonly parse: number };
}

/** How far into a file $MeshFormat is looked for: comments may stand before it. */
const headerBytes = 65536;

/**
 * Reads a mesh file of any size and of any format of {@link parseMesh}, plain or compressed. A regular file of Gmsh's is read,
 * hashed and parsed piece by piece, so that a binary MSH 4.1 file is never in memory as a whole.
 *
 * @throws MeshError `file-not-found`, `file-unreadable`, `file-too-large`
 * @throws ParseError of decompression
 * @throws ParseError, MeshError, UsageError, KernelError of {@link parseMesh}
 */
export async function readMesh(path: string, options: ReadMeshOptions = {}): Promise<ReadMesh> {
  const start = performance.now();
  // A file of regions belongs to formats that are read as a whole, where it is refused for others.
  const input =
    options.regionFile === undefined ? openInput(path, options.maxBytes ?? defaultMaxBytes) : null;
  if (input === null) return readWholeMesh(path, options);
  try {
    const mesh = parseMsh(input, options);
    const read = input.seconds;
    return {
      mesh,
      format: describeFormat(input.head),
      sha256: input.hash.digest("hex"),
      storedBytes: input.numBytes,
      timings: { read, parse: (performance.now() - start) / 1000 - read },
    };
  } catch (error) {
    throw error instanceof RangeError ? createReadError(path, error) : error;
  } finally {
    input.close();
  }
}

/**
 * What the first bytes of a file say of its format: of Gmsh's `msh <version> <binary|text>`, of others their name.
 *
 * @param path the file, whose extension counts where the content says nothing
 */
export function describeFormat(bytes: Uint8Array, path = ""): string {
  const format = recognizeMesh(bytes, path);
  if (format !== "msh") return format;
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, headerBytes));
  const match = /\$MeshFormat\s+(\S+)\s+([01])\s/.exec(head);
  return match === null ? "msh" : `msh ${match[1]} ${match[2] === "1" ? "binary" : "text"}`;
}

/** Reads what is compressed, or a pipe, into memory before it is parsed. */
async function readWholeMesh(path: string, options: ReadMeshOptions): Promise<ReadMesh> {
  const start = performance.now();
  const { bytes, sha256, storedBytes } = await readMeshFile(path, options);
  const middle = performance.now();
  const files = await findCompanions(path, bytes, options);
  const parsed = await parseMesh(bytes, { ...options, ...files.options, name: path });
  const warnings = [...parsed.report.warnings, ...files.warnings];
  const mesh = files.warnings.length === 0 ? parsed : { ...parsed, report: { ...parsed.report, warnings } };
  return {
    mesh,
    format: describeFormat(bytes, path) + (bytes.length === storedBytes ? "" : " gzip"),
    sha256,
    storedBytes,
    timings: { read: (middle - start) / 1000, parse: (performance.now() - middle) / 1000 },
  };
}

/** Opens a regular file of Gmsh's format that is not compressed; null for all others, and where opening fails: others tell why. */
function openInput(path: string, maxBytes: number): FileInput | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    const status = fstatSync(file);
    const head = new Uint8Array(headerBytes);
    if (status.isFile() && status.size > 0) {
      checkSize(path, status.size, maxBytes);
      const numRead = readSync(file, head, 0, head.length, 0);
      const isGzip = head[0] === 0x1f && head[1] === 0x8b;
      if (!isGzip && recognizeMesh(head.subarray(0, numRead), path) === "msh")
        return new FileInput(path, file, status.size);
    }
  } catch (error) {
    closeSync(file);
    throw createReadError(path, error);
  }
  closeSync(file);
  return null;
}

/** A file that is hashed while it is read. */
class FileInput implements ByteInput {
  readonly numBytes: number;
  readonly hash: Hash = createHash("sha256");
  /** The first bytes of the file. */
  head = new Uint8Array(0);
  /** Time spent here. */
  seconds = 0;
  readonly #path: string;
  readonly #file: number;
  #length = 0;

  constructor(path: string, file: number, numBytes: number) {
    this.#path = path;
    this.#file = file;
    this.numBytes = numBytes;
  }

  /** @throws MeshError `file-unreadable` */
  read(target: Uint8Array): number {
    const start = performance.now();
    const wanted = Math.min(target.length, this.numBytes - this.#length);
    const numRead = wanted === 0 ? 0 : this.#readPiece(target, wanted);
    const piece = target.subarray(0, numRead);
    this.hash.update(piece);
    if (this.#length === 0) this.head = piece.slice(0, headerBytes);
    this.#length += numRead;
    this.seconds += (performance.now() - start) / 1000;
    return numRead;
  }

  close(): void {
    closeSync(this.#file);
  }

  #readPiece(target: Uint8Array, wanted: number): number {
    try {
      return readSync(this.#file, target, 0, wanted, this.#length);
    } catch (error) {
      throw createReadError(this.#path, error);
    }
  }
}
