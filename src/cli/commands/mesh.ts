import { Option, type Command } from "commander";
import { addMeshOptions, addOutputOptions, addWholeCellOption } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { collect, parseOutput, parsePositive, parseSetting } from "../parse-options.js";
import type { MeshCommandFlags } from "./run-mesh.js";

/** Declares `erfem mesh`. */
export function addMeshCommand(program: Command): void {
  const command = program
    .command("mesh")
    .summary("make a mesh of a parametric unit cell with Gmsh")
    .description(
      "Mesh a parametric unit cell with the Gmsh command line: both phases, named physical groups, periodic faces. " +
        "The file is checked before it gets its name. Lengths are in the unit of the geometry; the built-in ones " +
        "fill the unit cube, so that lengths are fractions of the cell.",
    )
    // Its own --help, below: it shows the parameters of the geometry named.
    .helpOption(false)
    .argument("[geometry]", "three-pipe, arched-pipes, or the path of a Gmsh .geo file")
    .option("--set <name=value>", "value of a parameter of the geometry; repeatable", collect(parseSetting))
    .option("--size <h>", "mesh size on the membrane, in the geometry's unit of length", (text) =>
      parsePositive(text, "--size"),
    )
    .addOption(new Option("--format <format>", "file format").choices(["msh41", "msh22"]).default("msh41"))
    .option("--ascii", "text instead of binary")
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
  addOutputOptions(addWholeCellOption(addMeshOptions(command)))
    .option("-h, --help", "display help for command, and the parameters of the geometry named")
    .addHelpText(
      "after",
      `${exitCodesHelp}
Example:
  $ erfem mesh --list
  $ erfem mesh three-pipe --set edge=0.1 --size 0.05 -o three-pipe.msh
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
