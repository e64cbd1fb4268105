import { parseMsh } from "../io/parse-msh.js";
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
  /** Wall time in seconds of `read` (with decompression) and `parse`. */
  readonly timings: { readonly read: number; readonly parse: number };
}

/** How far into a file $MeshFormat is looked for: comments may stand before it. */
const headerBytes = 65536;

/**
 * Reads, decompresses and parses a mesh file.
 *
 * @param maxBytes most bytes to accept, in the file and after decompression
 * @throws MeshError, ParseError
 */
export async function loadMesh(
  file: string,
  maxBytes: number | undefined,
  terminal: Terminal,
): Promise<LoadedMesh> {
  const start = performance.now();
  terminal.progress.progress?.({ step: "read" });
  const { bytes, sha256, storedBytes } = await readMeshFile(file, maxBytes === undefined ? {} : { maxBytes });
  const afterRead = performance.now();
  const mesh = parseMsh(bytes, terminal.progress);
  const afterParse = performance.now();
  const compression = storedBytes === bytes.length ? "" : " gzip";
  return {
    mesh,
    file,
    sha256,
    format: describeFormat(bytes) + compression,
    storedBytes,
    timings: { read: (afterRead - start) / 1000, parse: (afterParse - afterRead) / 1000 },
  };
}

/** `msh <version> <binary|text>` of the $MeshFormat section. */
export function describeFormat(bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, headerBytes));
  const match = /\$MeshFormat\s+(\S+)\s+([01])\s/.exec(head);
  return match === null ? "msh" : `msh ${match[1]} ${match[2] === "1" ? "binary" : "text"}`;
}
