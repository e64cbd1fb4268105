import { Option, type Command } from "commander";
import { addGradingOption, addMeshFormatOptions, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { parseBox } from "../parse-level-set.js";
import { parseNumber, parseOutput, parsePositive } from "../parse-options.js";
import { tpmsNames } from "../../meshing/tpms.js";
import type { MeshImplicitFlags } from "./run-mesh-implicit.js";

/** Declares `erfem mesh implicit`. */
export function addMeshImplicitCommand(parent: Command): void {
  const command = parent
    .command("implicit")
    .helpOption("-h, --help", "display help for command")
    .summary("mesh both sides of a formula's zero set, without Gmsh")
    .description(
      "Mesh the surface where a formula in x, y, z is zero, and both sides of it: the ER where it is negative, the cytosol " +
        "where it is positive. The formula must be periodic on the box, and about as steep as the distance from the surface.",
    )
    .option("--formula <f>", "formula in x, y, z, such as 'hypot(x - 0.5, y - 0.5) - 0.2'")
    .option("--box <Lx,Ly,Lz[@x,y,z]>", "edges and lowest corner of the unit cell", parseBox)
    .addOption(
      new Option("--surface <name>", "a built-in surface in the place of a formula").choices([...tpmsNames]),
    )
    .option("--period <L>", "edge of the cell of a built-in surface (default: 1)", (text) =>
      parsePositive(text, "--period"),
    )
    .option(
      "--offset <d>",
      "distance by which a built-in surface is moved into the cytosol (default: 0)",
      (text) => parseNumber(text, "--offset"),
    )
    .requiredOption("--size <h>", "edge of the lattice", (text) => parsePositive(text, "--size"))
    .requiredOption("-o, --output <file>", "mesh file to write", parseOutput);
  addGradingOption(command);
  addOutputOptions(addMeshFormatOptions(command))
    .addHelpText(
      "after",
      `${exitCodesHelp}
Example:
  $ erfem mesh implicit --surface gyroid --period 500 --offset 20 --size 20 -o gyroid.msh
  $ erfem mesh implicit --formula "sqrt((y - 0.5)^2 + (z - 0.5)^2) - 0.2" --box 1,1,1 --size 0.05 -o tube.msh
`,
    )
    .action(async (flags: MeshImplicitFlags) => {
      const { runMeshImplicit } = await import("./run-mesh-implicit.js");
      await runMeshImplicit(flags);
    });
}
