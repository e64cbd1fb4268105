import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProgressReporter } from "../core/progress.js";
import { parseMsh } from "../io/parse-msh.js";
import { writeMsh } from "../io/msh-writer.js";
import { parseStl } from "../io/stl-reader.js";
import type { Kernel } from "../kernel/kernel.js";
import { pairFacets } from "../mesh/facets.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { buildBoundaryMesh, facesTag, membraneTag } from "../meshing/surface/boundary-mesh.js";
import { dividePhases, type DividedMesh } from "../meshing/surface/divide-phases.js";
import { drawFaces } from "../meshing/surface/face-mesh.js";
import type { PreparedSurface } from "../meshing/surface/prepare-surface.js";
import { adoptRemeshed } from "../meshing/surface/remeshed-surface.js";
import { readFileBytes } from "./files.js";
import { gmshFailure, runGmsh, type GmshLog, type GmshProcessOptions } from "./gmsh-process.js";

/** How a prepared surface is meshed with Gmsh. */
export interface FillSurfaceOptions extends Omit<GmshProcessOptions, "onLine"> {
  readonly kernel: Kernel;
  /** Edge length on the surface, from which those of the faces and of the volume follow. */
  readonly size: number;
  /** Whether the surface meets opposite faces alike, so that the high ones are copies of the low ones. */
  readonly isPeriodic: boolean;
  readonly names?: { readonly inside: string; readonly outside: string };
  readonly progress?: ProgressReporter;
}

/** Both phases of a box. */
export interface FilledSurface extends DividedMesh {
  readonly gmshVersion: string | null;
}

const defaultNames = { inside: "ER", outside: "cytosol" };

/**
 * Fills both sides of a surface in a box with tetrahedra, by Gmsh: first the faces of the box, with what of the surface lies
 * in them; then the volume between the faces, with the surface in it, triangle by triangle. Sizes grow from the surface
 * into the volume. The phases follow from which side of the surface a cell lies on.
 *
 * @throws MeshError `gmsh-missing`, `gmsh-failed`, `surface-faces-not-fitting`, `membrane-not-in-mesh`,
 *   `membrane-not-separating`; ErfemError `aborted`
 */
export async function fillSurface(
  prepared: PreparedSurface,
  options: FillSurfaceOptions,
): Promise<FilledSurface> {
  const { kernel, size, isPeriodic, names = defaultNames } = options;
  return await inFolder(async (folder) => {
    const faces = isPeriodic ? [0, 2, 4] : [0, 1, 2, 3, 4, 5];
    options.progress?.({ step: "Gmsh: faces of the box" });
    await writeFile(join(folder, "faces.geo"), drawFaces(prepared, faces, size).geo);
    const facesFile = join(folder, "faces.stl");
    await run(["faces.geo", "-2", "-format", "stl", "-o", "faces.stl"], folder, facesFile, options);
    const drawn = parseStl(await readFileBytes(facesFile));
    const boundary = buildBoundaryMesh(prepared.surface, drawn.points, prepared.box, isPeriodic);
    await writeFile(join(folder, "boundary.msh"), writeMsh(boundary, { version: "2.2" }));
    await writeFile(join(folder, "volume.geo"), volumeScript);
    const volumeFile = join(folder, "volume.msh");
    options.progress?.({ step: "Gmsh: volume" });
    const log = await run(
      ["volume.geo", "-3", "-format", "msh41", "-bin", "-save_all", "-o", "volume.msh"],
      folder,
      volumeFile,
      options,
    );
    const mesh: TetMesh = parseMsh(await readFileBytes(volumeFile), { kernel });
    options.progress?.({ step: "divide the phases" });
    return { ...dividePhases(mesh, pairFacets(kernel, mesh), names), gmshVersion: log.version };
  });
}

/** How a surface is meshed anew with Gmsh. */
export interface RemeshSurfaceOptions extends Omit<GmshProcessOptions, "onLine"> {
  /** Edge length on the surface. */
  readonly size: number;
  /** Angle between triangles above which an edge is sharp, and kept; degrees. */
  readonly angleDegrees: number;
  /** Whether loops on opposite faces are the same, and must stay so. */
  readonly isPeriodic: boolean;
  readonly progress?: ProgressReporter;
}

/** Angle at which a loop on the faces has a corner, degrees. */
const cornerDegrees = 30;

/**
 * Meshes a surface anew with another size, by Gmsh's classification into patches between sharp edges, their parametrization
 * and Gmsh's mesher for discrete surfaces.
 *
 * @throws MeshError `gmsh-missing`, `gmsh-failed`, and those of prepareSurface where the new mesh is none that can be filled;
 *   ErfemError `aborted`
 */
export async function remeshSurface(
  prepared: PreparedSurface,
  options: RemeshSurfaceOptions,
): Promise<PreparedSurface> {
  const { size, angleDegrees, isPeriodic } = options;
  return await inFolder(async (folder) => {
    options.progress?.({ step: "Gmsh: surface" });
    const given = buildBoundaryMesh(prepared.surface, new Float64Array(0), prepared.box, false);
    await writeFile(join(folder, "given.msh"), writeMsh(given, { version: "2.2" }));
    const script = `Merge "given.msh";
ClassifySurfaces{${angleDegrees} * Pi / 180, 1, 1, ${cornerDegrees} * Pi / 180};
CreateGeometry;
Mesh.CharacteristicLengthMin = ${size};
Mesh.CharacteristicLengthMax = ${size};
Mesh.CharacteristicLengthFromPoints = 0;
Mesh.CharacteristicLengthExtendFromBoundary = 0;
`;
    await writeFile(join(folder, "surface.geo"), script);
    const file = join(folder, "surface.stl");
    await run(["surface.geo", "-2", "-format", "stl", "-o", "surface.stl"], folder, file, options);
    return adoptRemeshed(prepared, parseStl(await readFileBytes(file)), size, isPeriodic);
  });
}

/** The volume between the faces, with the membrane in it. */
const volumeScript = `Merge "boundary.msh";
Surface Loop(1) = {${facesTag}};
Volume(1) = {1};
Surface{${membraneTag}} In Volume{1};
Mesh.Algorithm3D = 1;
Mesh.CharacteristicLengthExtendFromBoundary = 1;
`;

async function run(
  args: readonly string[],
  folder: string,
  output: string,
  {
    executable,
    stallSeconds,
    signal,
    progress,
  }: Omit<GmshProcessOptions, "onLine"> & { readonly progress?: ProgressReporter },
): Promise<GmshLog> {
  const inFolderArgs = args.map((arg) => (/\.(?:geo|stl|msh)$/.test(arg) ? join(folder, arg) : arg));
  const log = await runGmsh(inFolderArgs, {
    ...(executable === undefined ? {} : { executable }),
    ...(stallSeconds === undefined ? {} : { stallSeconds }),
    ...(signal === undefined ? {} : { signal }),
    onLine(line) {
      const message = /^Info\s*:\s*(.*)$/.exec(line)?.[1];
      if (message !== undefined) progress?.({ step: "Gmsh", message });
    },
  });
  const status = await stat(output).catch(() => undefined);
  if (status === undefined || status.size === 0)
    throw gmshFailure("ended without writing a mesh", log, { args });
  return log;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "erfem-surface-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
