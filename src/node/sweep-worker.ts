import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ErfemError } from "../core/errors.js";
import { homogenize, type HomogenizeOptions } from "../homogenization/homogenize.js";
import type { HomogenizationResult } from "../io/homogenization-result.js";
import { loadKernel } from "../kernel/kernel.js";
import { hashGeometry, openGeometry } from "./geometries.js";
import type { MeshGeometryOptions } from "./gmsh.js";
import { meshUnitCell } from "./mesh-unit-cell.js";
import { readMesh } from "./read-mesh.js";

/** Options of `homogenize` that a sweep takes; they are recorded in its manifest, as JSON. */
export type SweepHomogenizeOptions = Pick<
  HomogenizeOptions,
  | "phases"
  | "diffusion"
  | "tolerance"
  | "maxIterations"
  | "lengthUnit"
  | "unitCell"
  | "homogeneous"
  | "periodicTolerance"
  | "boundary"
> & {
  /** A solver by name. */
  readonly solver?: string;
  /** Certified bounds beside the tensors. */
  readonly bounds?: boolean;
};

/** One point of a sweep, for a worker process. */
export interface SweepTask {
  readonly mesh: Pick<MeshGeometryOptions, "geo" | "set" | "size" | "algorithm" | "executable">;
  /** Hash of the geometry that the sweep began with. */
  readonly geometrySha256: string;
  readonly homogenization: SweepHomogenizeOptions;
  /** Folder for the mesh, which is removed in the end. */
  readonly scratch: string;
}

/** What a worker process sends back. */
export type SweepOutcome =
  | { readonly result: HomogenizationResult }
  | { readonly failure: { readonly code: string; readonly message: string } };

/** Lines of Gmsh's errors that a message quotes. */
const quotedErrors = 3;

process.on("message", (task: SweepTask) => {
  void runTask(task).then((outcome) => process.send?.(outcome));
});

// The parent is gone, perhaps killed: so is what this process would compute, and Gmsh in its group of processes.
process.on("disconnect", () => {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.exit();
  }
});

/** Meshes and homogenizes one point, in a kernel of its own. */
async function runTask(task: SweepTask): Promise<SweepOutcome> {
  const file = join(task.scratch, `${randomUUID()}.msh`);
  const start = performance.now();
  try {
    if ((await hashGeometry(await openGeometry(task.mesh.geo))) !== task.geometrySha256) {
      throw new ErfemError(
        "geometry-changed",
        `The geometry ${task.mesh.geo} has changed since the sweep began; begin it anew, in another folder.`,
      );
    }
    // One thread: several give another mesh.
    await meshUnitCell({ ...task.mesh, output: file, format: "msh41", threads: 1 });
    const afterMesh = performance.now();
    const kernel = await loadKernel();
    const { mesh, format } = await readMesh(file, { kernel });
    const afterRead = performance.now();
    const options = task.homogenization as HomogenizeOptions;
    // No hash of the file: Gmsh lists the pairs of $Periodic in an order that changes from run to run.
    const { result } = await homogenize(mesh, { ...options, kernel, source: { format } });
    const timings = {
      mesh: (afterMesh - start) / 1000,
      read: (afterRead - afterMesh) / 1000,
      ...result.timings,
      total: (performance.now() - start) / 1000,
    };
    return { result: { ...result, timings } };
  } catch (error) {
    return { failure: describeFailure(error, file) };
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * Code and message of an error, without what changes from run to run: of Gmsh's lines only the errors are kept, not the
 * last lines, which tell dates and times.
 */
function describeFailure(error: unknown, file: string): { code: string; message: string } {
  if (!(error instanceof ErfemError)) {
    return { code: "internal-error", message: error instanceof Error ? error.message : String(error) };
  }
  const [first, ...others] = error.message.split("\n");
  const isFromGmsh = error.details["lastLines"] !== undefined;
  const errors = Array.isArray(error.details["errors"]) ? (error.details["errors"] as unknown[]) : [];
  const lines = isFromGmsh ? errors.slice(0, quotedErrors).map(String) : others;
  return { code: error.code, message: [first, ...lines].join("\n").replaceAll(file, "mesh.msh") };
}
