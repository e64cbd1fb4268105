import { homogenize, type Homogenization } from "../../src/homogenization/homogenize.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh } from "../support/box-mesh.js";

/** Three square pipes of edge 1/3 in the unit cube, 343 nodes, symmetric about the middle of each axis. */
export function threePipeMesh(): TetMesh {
  const isMiddle = (i: number): boolean => i === 2 || i === 3;
  return boxMesh({
    counts: [6, 6, 6],
    split: "five",
    volumeOf: (...index) => (index.filter(isMiddle).length >= 2 ? "ER" : "cytosol"),
  });
}

/** The same, homogenized: 0.25 um^2/ms in both phases. */
export function homogenizeThreePipes(kernel: Kernel, mesh = threePipeMesh()): Promise<Homogenization> {
  return homogenize(mesh, { kernel, diffusion: { ER: 0.25, cytosol: 0.25 } });
}
