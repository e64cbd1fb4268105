import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HomogenizeOptions } from "../homogenization/homogenize.js";
import type { MeshSpec } from "../io/problem.js";
import type { Kernel } from "../kernel/kernel.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { runInterruptible } from "./interrupt.js";
import { loadMesh } from "./mesh-file.js";
import type { Terminal } from "./terminal.js";

/** A mesh, and what a result says of its origin. */
export interface OpenedMesh {
  readonly mesh: TetMesh;
  readonly source: NonNullable<HomogenizeOptions["source"]>;
  /** Wall time in seconds by step. */
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
  maxBytes: number | undefined,
  terminal: Terminal,
  kernel: Kernel,
): Promise<OpenedMesh> {
  if ("file" in spec) {
    const { mesh, file, sha256, format, timings } = await loadMesh(spec.file, maxBytes, terminal, kernel);
    return { mesh, source: { file, sha256, format }, timings };
  }
  const { meshGeometry } = await import("../node/gmsh.js");
  const { geometry, set, size } = spec;
  const start = performance.now();
  return runInterruptible(async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), "erfem-mesh-"));
    try {
      const output = join(folder, "cell.msh");
      const sizes = size === undefined ? {} : { size };
      const meshed = await meshGeometry({
        ...terminal.progress,
        geo: geometry,
        output,
        set,
        ...sizes,
        signal,
      });
      for (const warning of meshed.warnings) terminal.warn(`Gmsh: ${warning}`);
      const meshSeconds = (performance.now() - start) / 1000;
      const { mesh, format, timings } = await loadMesh(output, maxBytes, terminal, kernel);
      return { mesh, source: { format }, timings: { mesh: meshSeconds, ...timings } };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
