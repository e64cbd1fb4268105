import { Option, type Command } from "commander";
import {
  addMaxBytesOption,
  addGradingOption,
  addMeshFormatOptions,
  addOutputOptions,
} from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { parseCornerBox } from "../parse-level-set.js";
import { parseOutput, parsePositive } from "../parse-options.js";
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
    .option(
      "--size <h>",
      "edge length on the surface (default: with gmsh the triangles of the file, kept; on the lattice their mean edge)",
      (text) => parsePositive(text, "--size"),
    )
    .option(
      "--angle <degrees>",
      "edges with a larger angle between their triangles are sharp, and kept when --size meshes the surface anew (default: 40)",
      (text) => parsePositive(text, "--angle"),
    )
    .addOption(
      new Option(
        "--mesher <how>",
        "gmsh: the triangles of the surface are facets of the mesh; lattice: the signed distance from the surface, meshed " +
          "without Gmsh, periodic by construction",
      )
        .choices(["gmsh", "lattice"])
        .default("gmsh"),
    )
    .requiredOption("-o, --output <file>", "mesh file to write", parseOutput);
  addGradingOption(command);
  addOutputOptions(addMaxBytesOption(addMeshFormatOptions(command)))
    .addHelpText(
      "after",
      `${exitCodesHelp}
Example:
  $ erfem mesh surface er.stl --box 0,0,0,500,500,500 -o er.msh
  $ erfem mesh surface er.obj --box 0,0,0,500,500,500 --size 15 -o er.msh
  $ erfem mesh surface er.off --box 0,0,0,500,500,500 --mesher lattice --size 10 -o er.msh
  $ erfem homogenize er.msh --length-unit nm
`,
    )
    .action(async (surface: string, flags: MeshSurfaceFlags) => {
      const { runMeshSurface } = await import("./run-mesh-surface.js");
      await runMeshSurface(surface, flags);
    });
}
