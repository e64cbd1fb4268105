import { Option, type Command } from "commander";
import { addMeshFileOptions, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { addBoundaryOption, addHomogenizeOptions } from "../homogenize-flags.js";
import { parseOutput, parsePath } from "../parse-options.js";
import type { HomogenizeCommandFlags } from "./run-homogenize.js";

/** Declares `erfem homogenize`. */
export function addHomogenizeCommand(program: Command): void {
  const command = program
    .command("homogenize")
    .summary("compute the homogenized diffusion tensors of a periodic unit cell")
    .description(
      "Compute volume fractions, membrane area, and the homogenized diffusion tensors of the phases of a periodic " +
        "unit cell, by P1 finite elements: 1/|Y| int a (I + grad chi) dy. Diffusion is in um^2/ms; the effective " +
        "diffusion coefficient (EDC) is the homogenized tensor divided by the volume fraction.",
    )
    .argument(
      "<input>",
      "mesh (Gmsh .msh, medit .mesh, .vtu, Abaqus .inp, DOLFIN .xml, .xdmf, .h5; .gz or not), or a problem file (YAML or JSON), whose fields the options override",
    );
  addHomogenizeOptions(command)
    .option(
      "--bounds",
      "enclose every tensor between certified bounds (Crouzeix-Raviart elements; takes longer)",
    )
    .option("--no-bounds", "no bounds, even where the problem file asks for them");
  addBoundaryOption(command);
  command.addOption(
    new Option(
      "--periodic <kind>",
      "opposite faces: match (node by node), tie (coupled where they overlap, however they are cut; no bounds) (default: match)",
    ).choices(["match", "tie"]),
  );
  addOutputOptions(addMeshFileOptions(command))
    .option("-o, --output <file>", "write the result as JSON, whole or not at all", parseOutput)
    .option(
      "--vtu <file>",
      "write correctors, fluxes and phases (with --bounds indicators and mean diffusion, too) for ParaView (VTK XML, compressed), whole or not at all",
      (text) => parsePath(text, "--vtu"),
    )
    .addHelpText(
      "after",
      `${exitCodesHelp}
Units: diffusion, homogenized tensor and EDC in um^2/ms; lengths and areas in the --length-unit of the mesh.

Example:
  $ erfem mesh three-pipe --set edge=0.1 -o three-pipe.msh
  $ erfem homogenize three-pipe.msh --diffusion ER=0.25 --diffusion cytosol=0.22 -o result.json
  $ erfem homogenize three-pipe.msh --phase ER --bounds
  $ erfem homogenize three-pipe.msh --diffusion "ER=0.25 * (1 + 0.5 cos(2 pi y1))"
  $ erfem homogenize problem.yaml --bounds
  $ erfem homogenize not-matching.msh --periodic tie
  $ erfem homogenize cell.msh --phase ER=tubes+sheets --length-unit nm --json
`,
    )
    .action(async (input: string, flags: HomogenizeCommandFlags) => {
      const { runHomogenize } = await import("./run-homogenize.js");
      await runHomogenize(input, flags);
    });
}
