import { rm } from "node:fs/promises";
import { join } from "node:path";
import { homogenize, linearValues, parseMsh } from "erfem";
import { meshGeometry, readMeshFile, runSweep } from "erfem/node";
import { DIFFUSION } from "./settings.js";

const diffusion = { ER: DIFFUSION, cytosol: DIFFUSION };

/** Meshes a geometry and homogenizes both phases with bounds. `mesh` is { size, grading }, `set` other parameters. */
export async function homogenizeGeometry(geo, mesh, set, folder) {
  const output = join(folder, `${geo}.msh`);
  const { size, grading } = mesh;
  try {
    await meshGeometry({
      geo,
      output,
      size,
      set: { grading, ...set },
      algorithm: "delaunay",
      threads: 1,
    });
    const { bytes } = await readMeshFile(output);
    return await homogenize(parseMsh(bytes), { diffusion, bounds: true });
  } finally {
    await rm(output, { force: true });
  }
}

/** Figure 8: both phases of three pipes, edges from 0.05 to 0.95. A run that was killed goes on where it was. */
export async function sweepEdges({ size, grading, edges }, folder, jobs, onProgress) {
  return runSweep({
    geo: "three-pipe",
    axes: [{ name: "edge", values: linearValues(0.05, 0.95, edges) }],
    size,
    set: { grading },
    homogenization: { diffusion, bounds: true },
    folder,
    jobs,
    onProgress,
  });
}
