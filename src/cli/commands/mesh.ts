import { Option, type Command } from "commander";
import {
  addMeshFormatOptions,
  addMeshOptions,
  addOutputOptions,
  addWholeCellOption,
} from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { collect, parseOutput, parsePositive, parseSetting } from "../parse-options.js";
import { addMeshConvertCommand } from "./mesh-convert.js";
import { addMeshImageCommand } from "./mesh-image.js";
import { addMeshImplicitCommand } from "./mesh-implicit.js";
import { addMeshSurfaceCommand } from "./mesh-surface.js";
import type { MeshCommandFlags } from "./run-mesh.js";

/** Declares `erfem mesh`. */
export function addMeshCommand(program: Command): void {
  const command = program
    .command("mesh")
    // What stands behind `image`, `implicit` and `surface` is theirs.
    .enablePositionalOptions()
    .summary("make a mesh of a parametric unit cell, a formula, an image or a surface")
    .description(
      "Mesh a parametric unit cell, both phases, periodic: a Gmsh geometry with the Gmsh command line, one of the families of " +
        "level sets without it. The file is checked before it gets its name. Lengths are in the unit of the geometry: " +
        "three-pipe, three-pipe-unequal and arched-pipes fill the unit cube, the families are in nm.",
    )
    // Its own --help, below: it shows the parameters of the geometry named.
    .helpOption(false)
    .argument("[geometry]", "name of a built-in unit cell (--list), or the path of a Gmsh .geo file")
    .option("--set <name=value>", "value of a parameter of the geometry; repeatable", collect(parseSetting))
    .option("--size <h>", "mesh size on the membrane, in the geometry's unit of length", (text) =>
      parsePositive(text, "--size"),
    )
    .addOption(
      new Option(
        "--algorithm <name>",
        "how volumes are meshed: delaunay gives the same mesh every time, hxt is several times as fast for large " +
          "meshes (default: what the geometry or Gmsh chooses)",
      ).choices(["delaunay", "hxt"]),
    )
    .option(
      "-o, --output <file>",
      "mesh file to write (default: <geometry>.msh in the current folder)",
      parseOutput,
    )
    .option("--list", "show the built-in geometries, or the one named, with their parameters");
  addMeshImplicitCommand(command);
  addMeshImageCommand(command);
  addMeshSurfaceCommand(command);
  addMeshConvertCommand(command);
  addOutputOptions(addWholeCellOption(addMeshOptions(addMeshFormatOptions(command))))
    .option("-h, --help", "display help for command, and the parameters of the geometry named")
    .addHelpText(
      "after",
      `${exitCodesHelp}
Example:
  $ erfem mesh --list
  $ erfem mesh three-pipe --set edge=0.1 --size 0.05 -o three-pipe.msh
  $ erfem mesh tubule-network --set r=35 --size 15 -o network.msh
  $ erfem mesh my-cell.geo --format msh22 --ascii
  $ erfem mesh meshes/models/cell.geo --whole-cell
`,
    )
    .action(async (geometry: string | undefined, flags: MeshCommandFlags) => {
      const { runMesh, showGeometries } = await import("./run-mesh.js");
      if (flags.help === true) {
        command.outputHelp();
        if (geometry !== undefined) await showGeometries(geometry, flags);
      } else if (flags.list === true) {
        await showGeometries(geometry, flags);
      } else {
        await runMesh(geometry, flags);
      }
    });
}
