import { stat, writeFile } from "node:fs/promises";
import { writeMsh } from "../io/msh-writer.js";
import type { LevelSet, LevelSetMesh, LevelSetMeshOptions } from "../meshing/level-set.js";
import { meshLevelSet } from "../meshing/mesh-level-set.js";
import { replaceFile } from "./files.js";

/** How a level set is meshed into a file. */
export interface WriteLevelSetOptions extends LevelSetMeshOptions {
  /** Path of the mesh file to write. */
  readonly output: string;
  /** Default `msh41`. */
  readonly format?: "msh41" | "msh22";
  /** Text in the place of binary; default false. */
  readonly ascii?: boolean;
  /** Checks the finished file before it gets its name; what it throws is thrown on. */
  readonly verify?: (bytes: Uint8Array) => void;
}

/** The file, and what the mesher says of the mesh in it. */
export interface WrittenLevelSet {
  readonly output: string;
  /** Size of the file, bytes. */
  readonly bytes: number;
  readonly report: LevelSetMesh["report"];
}

/**
 * Meshes a level set into a file, which appears when it is complete and verified; after a failure it is what it was before.
 *
 * @throws what `meshLevelSet` and `verify` throw; UsageError `output-unwritable`
 */
export async function writeLevelSetMesh(
  levelSet: LevelSet,
  options: WriteLevelSetOptions,
): Promise<WrittenLevelSet> {
  const { output, format = "msh41", ascii = false, progress, verify } = options;
  const { mesh, report } = meshLevelSet(levelSet, options);
  progress?.({ step: "write the mesh" });
  const bytes = writeMsh(mesh, { version: format === "msh41" ? "4.1" : "2.2", binary: !ascii });
  if (verify !== undefined) {
    progress?.({ step: "check the mesh" });
    verify(bytes);
  }
  await replaceFile(output, async (temporary) => writeFile(temporary, bytes));
  return { output, bytes: (await stat(output)).size, report };
}
