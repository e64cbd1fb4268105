import { parseMsh } from "../io/parse-msh.js";
import type { Kernel } from "../kernel/kernel.js";
import { orderMesh } from "../mesh/order-mesh.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { readMeshFile } from "../node/files.js";
import type { Terminal } from "./terminal.js";

/** A mesh read from a file, and what a result says of its origin. */
export interface LoadedMesh {
  readonly mesh: TetMesh;
  /** Path as given. */
  readonly file: string;
  /** SHA-256 of the file as stored. */
  readonly sha256: string;
  /** `msh 4.1 binary`, `msh 2.2 text gzip`. */
  readonly format: string;
  /** Size of the file as stored, bytes. */
  readonly storedBytes: number;
  /** Wall time in seconds of `read` (with decompression), `parse` and, where it was done, `order mesh`. */
  readonly timings: Readonly<Record<string, number>>;
}

/** How far into a file $MeshFormat is looked for: comments may stand before it. */
const headerBytes = 65536;

/**
 * Reads, decompresses and parses a mesh file.
 *
 * @param kernel puts the mesh into {@link orderMesh}'s order, if given: the mesh in the file's order is then let go
 * @param maxBytes most bytes to accept, in the file and after decompression
 * @throws MeshError, ParseError
 */
export async function loadMesh(
  file: string,
  maxBytes: number | undefined,
  terminal: Terminal,
  kernel?: Kernel,
): Promise<LoadedMesh> {
  const start = performance.now();
  terminal.progress.progress?.({ step: "read" });
  const read = await readMeshFile(file, maxBytes === undefined ? {} : { maxBytes });
  const afterRead = performance.now();
  const { mesh: parsed, format } = parseFile(read, terminal);
  const afterParse = performance.now();
  const mesh = kernel === undefined ? parsed : orderMesh(kernel, parsed);
  const afterOrder = performance.now();
  return {
    mesh,
    file,
    sha256: read.sha256,
    format,
    storedBytes: read.storedBytes,
    timings: {
      read: (afterRead - start) / 1000,
      parse: (afterParse - afterRead) / 1000,
      ...(kernel === undefined ? {} : { "order mesh": (afterOrder - afterParse) / 1000 }),
    },
  };
}

/** Parses the bytes of a file and lets go of them: they are as large as the mesh. */
function parseFile(
  file: { bytes: Uint8Array; storedBytes: number },
  terminal: Terminal,
): { mesh: TetMesh; format: string } {
  const { bytes } = file;
  file.bytes = new Uint8Array(0);
  const compression = file.storedBytes === bytes.length ? "" : " gzip";
  return { mesh: parseMsh(bytes, terminal.progress), format: describeFormat(bytes) + compression };
}

/** `msh <version> <binary|text>` of the $MeshFormat section. */
export function describeFormat(bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, headerBytes));
  const match = /\$MeshFormat\s+(\S+)\s+([01])\s/.exec(head);
  return match === null ? "msh" : `msh ${match[1]} ${match[2] === "1" ? "binary" : "text"}`;
}
