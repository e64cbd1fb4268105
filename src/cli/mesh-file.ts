import type { Kernel } from "../kernel/kernel.js";
import { orderMesh } from "../mesh/order-mesh.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { readMesh } from "../node/read-mesh.js";
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

export interface LoadMeshOptions {
  readonly kernel: Kernel;
  /** Most bytes to accept, in the file and after decompression. */
  readonly maxBytes: number | undefined;
  /** Whether to put the mesh into {@link orderMesh}'s order: the mesh in the file's order is then let go. */
  readonly isOrdered: boolean;
}

/**
 * Reads, decompresses and parses a mesh file.
 *
 * @throws MeshError, ParseError
 */
export async function loadMesh(
  file: string,
  terminal: Terminal,
  options: LoadMeshOptions,
): Promise<LoadedMesh> {
  const { kernel, maxBytes, isOrdered } = options;
  terminal.progress.progress?.({ step: "read" });
  const limit = maxBytes === undefined ? {} : { maxBytes };
  const {
    mesh: parsed,
    timings,
    ...facts
  } = await readMesh(file, { ...limit, ...terminal.progress, kernel });
  const start = performance.now();
  const mesh = isOrdered ? orderMesh(kernel, parsed) : parsed;
  const seconds = (performance.now() - start) / 1000;
  return { ...facts, mesh, file, timings: isOrdered ? { ...timings, "order mesh": seconds } : timings };
}
