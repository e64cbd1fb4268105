import { MeshError, UsageError } from "../core/errors.js";
import type { Kernel } from "../kernel/kernel.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { meshLevelSet } from "../meshing/mesh-level-set.js";
import { enclosedVolume } from "../meshing/surface/enclosed-volume.js";
import { alignFaces, describeMismatch, type FaceMatch } from "../meshing/surface/match-faces.js";
import {
  prepareSurface,
  type PreparedSurface,
  type SurfaceReport,
} from "../meshing/surface/prepare-surface.js";
import { levelSetOfSurface } from "../meshing/surface/surface-level-set.js";
import type { Box, TriangleSurface } from "../meshing/surface/triangle-surface.js";
import type { ProgressReporter } from "../core/progress.js";
import { fillSurface, remeshSurface, type FilledSurface } from "./gmsh-surface.js";
import type { GmshProcessOptions } from "./gmsh-process.js";

/** How a surface is meshed. */
export interface MeshSurfaceOptions extends Omit<GmshProcessOptions, "onLine"> {
  readonly kernel: Kernel;
  /** The unit cell; may be left out where the surface has been cut at all six faces of its bounding box. */
  readonly box?: Box;
  /**
   * Edge length on the surface. Default: with Gmsh the surface's own triangles, kept as they are; on the lattice its mean
   * edge.
   */
  readonly size?: number;
  /** Angle between triangles above which an edge is kept when Gmsh meshes the surface anew, degrees; default 40. */
  readonly angleDegrees?: number;
  /** `gmsh` (default) has the surface's own triangles in the mesh; `lattice` a level set, periodic by construction. */
  readonly mesher?: "gmsh" | "lattice";
  /** Of the lattice, as `meshLevelSet` takes it. */
  readonly grading?: number;
  readonly names?: { readonly inside: string; readonly outside: string };
  readonly progress?: ProgressReporter;
}

/** A mesh of both sides of a surface. */
export interface MeshedSurface {
  readonly mesh: TetMesh;
  readonly box: Box;
  readonly size: number;
  readonly mesher: "gmsh" | "lattice";
  /** What was done to the surface of the file, and what it is. */
  readonly surface: SurfaceReport;
  /** Volume of the ER in the box by the surface of the file, without a mesh. */
  readonly surfaceVolume: number;
  /** Whether the surface meets opposite faces alike. */
  readonly isPeriodic: boolean;
  /** What was mended, and what the user should know of: sentences. */
  readonly warnings: readonly string[];
}

const defaultAngleDegrees = 40;

/**
 * Meshes both sides of a surface in a box. With Gmsh, opposite faces get the same mesh where the surface meets them alike;
 * else the mesh is that of a cell that is not periodic, and a warning says so.
 *
 * @throws UsageError `invalid-parameter`, `contradicting-options`
 * @throws MeshError, UsageError of prepareSurface, fillSurface, remeshSurface and meshLevelSet
 */
export async function meshSurface(
  given: TriangleSurface,
  options: MeshSurfaceOptions,
): Promise<MeshedSurface> {
  const { mesher = "gmsh", size, angleDegrees = defaultAngleDegrees } = options;
  if (!(angleDegrees > 0 && angleDegrees <= 180)) {
    throw new UsageError(
      "invalid-parameter",
      `the angle is ${angleDegrees}; expected more than 0 and at most 180 degrees`,
      {
        details: { angleDegrees },
      },
    );
  }
  if (options.grading !== undefined && mesher !== "lattice") {
    throw new UsageError(
      "contradicting-options",
      "the grading is that of the lattice, and the mesher is gmsh; expected --mesher lattice, or no --grading",
      { details: { mesher, grading: options.grading } },
    );
  }
  const ready = prepareSurface(given, options);
  const match = alignFaces(ready);
  const common = {
    box: ready.box,
    mesher,
    surface: ready.report,
    surfaceVolume: enclosedVolume(ready),
    isPeriodic: match.isPeriodic,
    size: size ?? ready.report.meanEdge,
  };
  const warnings = [...ready.report.notes];
  if (mesher === "lattice") {
    if (!match.isPeriodic) warnings.push(closedAtFaces);
    const { mesh } = meshLevelSet(levelSetOfSurface(match.prepared), { ...options, size: common.size });
    return { ...common, mesh, warnings };
  }
  if (!match.isPeriodic) warnings.push(describeMismatch(match));
  if (match.largestMove > 1e-6 * common.size) {
    warnings.push(
      `points on the high faces moved by up to ${match.largestMove.toExponential(1)} to those on the low faces`,
    );
  }
  const sized = size === undefined ? match : await remesh(match, { ...options, size, angleDegrees });
  const filled = await fill(sized, { ...options, size: common.size });
  if (filled.numContradicting > 0) {
    warnings.push(
      `${filled.numContradicting} triangles have the ER on the side to which their normals point: components of the surface are ` +
        "inside out; the side of most triangles was taken",
    );
  }
  return { ...common, mesh: filled.mesh, warnings };
}

/** A surface that passes all checks may still be too much for Gmsh, such as one with needles for triangles. */
async function fill(
  { prepared, isPeriodic }: FaceMatch,
  options: MeshSurfaceOptions & { readonly size: number },
): Promise<FilledSurface> {
  try {
    return await fillSurface(prepared, { ...options, isPeriodic });
  } catch (error) {
    if (!(error instanceof MeshError) || error.code !== "gmsh-failed") throw error;
    throw new MeshError(
      error.code,
      `The surface has passed the checks, but Gmsh cannot fill it: mesh it anew with another --size, or take --mesher lattice. ${error.message}`,
      { cause: error, details: error.details },
    );
  }
}

const closedAtFaces =
  "the surface meets opposite faces of the box at different places: the lattice is periodic all the same, with membrane on the " +
  "faces where the ER of one side meets cytosol of the other";

async function remesh(
  match: FaceMatch,
  options: MeshSurfaceOptions & { readonly size: number; readonly angleDegrees: number },
): Promise<FaceMatch> {
  const { size } = options;
  let remeshed: PreparedSurface;
  try {
    remeshed = await remeshSurface(match.prepared, { ...options, isPeriodic: match.isPeriodic });
  } catch (error) {
    if (!(error instanceof MeshError) || !error.code.startsWith("surface-")) throw error;
    throw notSized(size, error.message, error);
  }
  const again = alignFaces(remeshed);
  if (match.isPeriodic && !again.isPeriodic) throw notSized(size, describeMismatch(again));
  return again;
}

function notSized(size: number, why: string, cause?: unknown): MeshError {
  return new MeshError(
    "surface-not-sized",
    `with a size of ${size} the surface that Gmsh makes cannot be used: ${why}. The surface itself is good: leave --size out to ` +
      "keep its triangles, take a smaller size, another --angle, or --mesher lattice",
    { cause, details: { size } },
  );
}
