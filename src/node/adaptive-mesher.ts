import { join } from "node:path";
import type { Mesher } from "../homogenization/adaptivity.js";
import { loadKernel } from "../kernel/kernel.js";
import { meshGeometry, type MeshGeometryOptions } from "./gmsh.js";
import { readMesh } from "./read-mesh.js";

/** The geometry of an adaptation, and where its meshes go. */
export interface AdaptiveMesherOptions extends Omit<
  MeshGeometryOptions,
  "output" | "sizes" | "verify" | "format" | "ascii"
> {
  /** Folder of the meshes, `round-1.msh`, `round-2.msh`, ...; it must exist. */
  readonly folder: string;
}

/**
 * A mesher for `adaptMesh` that has Gmsh mesh a geometry: first with the geometry's own sizes, then with those asked for.
 * Periodic faces stay copies of each other.
 */
export function createAdaptiveMesher(options: AdaptiveMesherOptions): Mesher {
  const { folder, ...meshOptions } = options;
  return {
    followsSizes: true,
    async makeMesh(round, sizes) {
      const file = join(folder, `round-${round}.msh`);
      // One thread: several give another mesh.
      const { warnings } = await meshGeometry({
        threads: 1,
        ...meshOptions,
        output: file,
        ...(sizes === null ? {} : { sizes }),
      });
      const { mesh, sha256, format } = await readMesh(file, { kernel: await loadKernel() });
      return {
        mesh,
        source: { file, sha256, format },
        warnings: warnings.map((warning) => `Gmsh: ${warning}`),
      };
    },
  };
}
