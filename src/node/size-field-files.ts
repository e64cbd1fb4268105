import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MeshSizes } from "../homogenization/adaptation-plan.js";
import { writePosView } from "../io/pos-writer.js";
import { writeFileAtomically } from "./files.js";

/** Name of the view and of the file that holds it. */
const viewName = "size";

/**
 * Gmsh's commands after the geometry's own: the view decides on every size, nothing else does.
 *
 * @see the Gmsh reference manual, section "Gmsh mesh size fields", PostView
 */
const script = `Merge "${viewName}.pos";
sizeField = newf;
Field[sizeField] = PostView;
Field[sizeField].ViewIndex = PostProcessing.NbViews - 1;
Background Field = sizeField;
Mesh.MeshSizeExtendFromBoundary = 0;
Mesh.MeshSizeFromPoints = 0;
Mesh.MeshSizeFromCurvature = 0;
Mesh.MeshSizeFactor = 1;
Mesh.MeshSizeMin = 0;
Mesh.MeshSizeMax = 1e22;
`;

/**
 * Runs `work` with the path of a script that, merged by Gmsh after a geometry, makes sizes its background field; the
 * files are removed in the end. Without sizes there is no path.
 *
 * @throws UsageError `output-unwritable`
 */
export async function withSizeField<T>(
  sizes: MeshSizes | undefined,
  work: (scriptPath: string | undefined) => Promise<T>,
): Promise<T> {
  if (sizes === undefined) return work(undefined);
  const folder = await mkdtemp(join(tmpdir(), "erfem-sizes-"));
  try {
    const path = join(folder, "size-field.geo");
    await writeFileAtomically(
      join(folder, `${viewName}.pos`),
      writePosView(sizes.mesh, viewName, sizes.nodeSizes),
    );
    await writeFileAtomically(path, script);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
