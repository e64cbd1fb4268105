import type { Command } from "commander";
import { addMeshFileOptions, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { addGeometryOptions } from "../geometry-flags.js";
import { addHomogenizeOptions } from "../homogenize-flags.js";
import { parsePath, parsePositiveInteger } from "../parse-options.js";
import type { ConvergenceFlags } from "./run-convergence.js";

/** Declares `erfem convergence`. */
export function addConvergenceCommand(program: Command): void {
  const command = program
    .command("convergence")
    .summary("homogenize ever finer meshes: observed orders and extrapolation")
    .description(
      "Homogenize a sequence of meshes, each with half the mesh size of the one before: a geometry is meshed again by " +
        "Gmsh, a mesh is refined uniformly (every cell into eight). Prints nodes, dofs and tensors by level, observed " +
        "orders, Richardson's extrapolation with its exponent, and wall times.",
    )
    .argument(
      "<geometry|mesh>",
      "name of a unit cell (erfem mesh --list), the path of a Gmsh .geo file, or of a mesh (.msh, .msh.gz)",
    )
    .requiredOption(
      "-o, --output <folder>",
      "folder for convergence.json, .csv and .svg, and the result (of a geometry also the mesh) of each level",
      (text) => parsePath(text, "--output"),
    )
    .option(
      "--levels <n>",
      "number of meshes, 3 or more",
      (text) => parsePositiveInteger(text, "--levels"),
      3,
    )
    .option("--bounds", "bounds of the tensors from both sides on every level");
  addGeometryOptions(command, "mesh size of the first level (default: the geometry's own)");
  addHomogenizeOptions(command);
  addOutputOptions(addMeshFileOptions(command))
    .addHelpText(
      "after",
      `${exitCodesHelp}
Each level has about eight times the cells of the one before it.

Example:
  $ erfem convergence three-pipe --set edge=0.1 --size 0.08 --levels 4 -o study
  $ erfem convergence cell.msh --phase ER --levels 3 -o study
`,
    )
    .action(async (input: string, flags: ConvergenceFlags) => {
      const { runConvergence } = await import("./run-convergence.js");
      await runConvergence(input, flags);
    });
}
