import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HomogenizeOptions } from "../homogenization/homogenize.js";
import type { MeshSpec } from "../io/problem.js";
import { loadKernel, type Kernel } from "../kernel/kernel.js";
import { orderMesh } from "../mesh/order-mesh.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { readMesh } from "../node/read-mesh.js";
import { toMeshFileOptions, type MeshFileFlags } from "./command-options.js";
import { runInterruptible } from "./interrupt.js";
import type { Terminal } from "./terminal.js";

export interface OpenMeshOptions {
  /** The kernel to read and order with; by default one of its own, whose memory goes when the mesh is there. */
  readonly kernel?: Kernel;
  /** How the file is read: most bytes to accept, where its regions are. */
  readonly file: MeshFileFlags;
  /** Whether to put the mesh into {@link orderMesh}'s order: the mesh in the file's order is then let go. Default false. */
  readonly isOrdered?: boolean;
}

/** A mesh, and what a result says of its origin. */
export interface OpenedMesh {
  readonly mesh: TetMesh;
  /** Path as given and hash of the file as stored, where there is one, and format: `msh 4.1 binary`, `msh 2.2 text gzip`. */
  readonly source: NonNullable<HomogenizeOptions["source"]> & { readonly format: string };
  /** Size of the file as stored, bytes. */
  readonly storedBytes: number;
  /** Wall time in seconds of `mesh`, `read` (with decompression), `parse` and `order mesh`, where they were done. */
  readonly timings: Readonly<Record<string, number>>;
}

/**
 * Reads a mesh file, or has Gmsh mesh a geometry into a temporary folder: a mesh so made has no file and no hash, which
 * would change from run to run.
 *
 * @throws MeshError, ParseError, and what Gmsh's failures are told with
 */
export async function openMesh(
  spec: MeshSpec,
  terminal: Terminal,
  options: OpenMeshOptions,
): Promise<OpenedMesh> {
  if ("file" in spec) return loadFile(spec.file, terminal, options);
  const { meshUnitCell } = await import("../node/mesh-unit-cell.js");
  const { geometry, set, size } = spec;
  const start = performance.now();
  return runInterruptible(async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), "erfem-mesh-"));
    try {
      const output = join(folder, "cell.msh");
      const sizes = size === undefined ? {} : { size };
      const meshed = await meshUnitCell({
        ...terminal.progress,
        geo: geometry,
        output,
        set,
        ...sizes,
        signal,
      });
      for (const warning of meshed.warnings) terminal.warn(`Gmsh: ${warning}`);
      const meshSeconds = (performance.now() - start) / 1000;
      const { source, timings, ...opened } = await loadFile(output, terminal, options);
      return { ...opened, source: { format: source.format }, timings: { mesh: meshSeconds, ...timings } };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function loadFile(file: string, terminal: Terminal, options: OpenMeshOptions): Promise<OpenedMesh> {
  const { isOrdered = false } = options;
  const kernel = options.kernel ?? (await loadKernel());
  terminal.progress.progress?.({ step: "read" });
  const read = await readMesh(file, {
    ...toMeshFileOptions(options.file),
    ...terminal.progress,
    kernel,
    staysInKernel: isOrdered,
  });
  const { sha256, format, storedBytes } = read;
  const start = performance.now();
  const mesh = isOrdered ? orderMesh(kernel, read.mesh, true) : read.mesh;
  const seconds = (performance.now() - start) / 1000;
  const timings = isOrdered ? { ...read.timings, "order mesh": seconds } : read.timings;
  return { mesh, source: { file, sha256, format }, storedBytes, timings };
}
