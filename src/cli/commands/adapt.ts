import type { Command } from "commander";
import { addMeshFileOptions, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { addGeometryOptions } from "../geometry-flags.js";
import { addHomogenizeOptions } from "../homogenize-flags.js";
import { parsePath, parsePositive, parsePositiveInteger } from "../parse-options.js";
import type { AdaptFlags } from "./run-adapt.js";

/** Declares `erfem adapt`. */
export function addAdaptCommand(program: Command): void {
  const command = program
    .command("adapt")
    .summary("mesh a geometry again and again until the tensors are certified as narrowly as wanted")
    .description(
      "Homogenize with certified bounds, size a new mesh by where the gap between them comes from, have Gmsh make it, " +
        "and so on until the relative gap ||U - L|| / ||U|| of every phase is small enough. A mesh in the place of a " +
        "geometry is refined as a whole, every cell into eight. Prints a table by round.",
    )
    .argument(
      "<geometry|mesh>",
      "name of a unit cell (erfem mesh --list), the path of a Gmsh .geo file, or of a mesh (.msh, .msh.gz)",
    )
    .requiredOption("--gap <r>", "relative gap to reach, such as 1e-3", (text) =>
      parsePositive(text, "--gap"),
    )
    .requiredOption(
      "-o, --output <folder>",
      "folder for adaptation.json and .csv, and for the result (of a geometry also the mesh) of each round",
      (text) => parsePath(text, "--output"),
    )
    .option("--max-nodes <n>", "most nodes of a mesh (default: 1000000)", (text) =>
      parsePositiveInteger(text, "--max-nodes"),
    );
  addGeometryOptions(command, "mesh size of the first round (default: the geometry's own)");
  addHomogenizeOptions(command);
  addOutputOptions(addMeshFileOptions(command))
    .addHelpText(
      "after",
      `${exitCodesHelp}A gap that is not reached within --max-nodes is exit code 4; the rounds made so far stay in the folder.

Example:
  $ erfem adapt three-pipe --set edge=0.1 --phase ER --gap 1e-3 --max-nodes 60000 -o study
  $ erfem adapt my-cell.geo --size 0.1 --gap 1e-2 --algorithm hxt -o study
`,
    )
    .action(async (input: string, flags: AdaptFlags) => {
      const { runAdapt } = await import("./run-adapt.js");
      await runAdapt(input, flags);
    });
}
