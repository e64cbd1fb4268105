import type { Command } from "commander";
import { addMaxBytesOption, addMeshFormatOptions, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { parseCornerBox } from "../parse-level-set.js";
import { parseOutput } from "../parse-options.js";
import type { MeshSurfaceFlags } from "./run-mesh-surface.js";

/** Declares `erfem mesh surface`. */
export function addMeshSurfaceCommand(parent: Command): void {
  const command = parent
    .command("surface")
    .helpOption("-h, --help", "display help for command")
    .summary("mesh both sides of a triangulated surface")
    .description(
      "Mesh the inside (ER) and the outside (cytosol) of a triangulated surface in a box. The surface is closed, or cut open " +
        "at the faces of the box; what reaches out of the box is cut off. It is checked and mended before: points are " +
        "welded, triangles turned; holes, branches and self-intersections are refused, with their places. Lengths are in the " +
        "unit of the file.",
    )
    .argument("<surface>", "STL (binary or text), OBJ or OFF file")
    .option(
      "--box <x0,y0,z0,x1,y1,z1>",
      "lowest and highest corner of the unit cell (default: the bounding box of a surface that is cut open at all its faces)",
      parseCornerBox,
    )
    .requiredOption("-o, --output <file>", "mesh file to write", parseOutput);
  addOutputOptions(addMaxBytesOption(addMeshFormatOptions(command)))
    .addHelpText(
      "after",
      `${exitCodesHelp}
Example:
  $ erfem mesh surface er.stl --box 0,0,0,500,500,500 -o er.msh
  $ erfem homogenize er.msh --length-unit nm
`,
    )
    .action(async (surface: string, flags: MeshSurfaceFlags) => {
      const { runMeshSurface } = await import("./run-mesh-surface.js");
      await runMeshSurface(surface, flags);
    });
}
