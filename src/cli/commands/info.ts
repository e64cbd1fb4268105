import type { Command } from "commander";
import {
  addMeshFileOptions,
  addMeshOptions,
  addOutputOptions,
  addWholeCellOption,
  type MeshFileFlags,
  type WholeCellFlags,
} from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";

/** Declares `erfem info`. */
export function addInfoCommand(program: Command): void {
  const command = program
    .command("info")
    .summary("show what a mesh holds")
    .description(
      "Show what a mesh holds: physical groups, phases with their volume fractions and connected components, " +
        "membrane area, unit cell, periodic classes of nodes, and the quality of the cells. Lengths are in the " +
        "mesh's own unit, fractions are relative to the unit cell.",
    )
    .argument(
      "<mesh>",
      "Gmsh .msh (2.2, 4.1), medit .mesh, .vtu, Abaqus .inp, DOLFIN .xml, .xdmf or .h5; .gz or not",
    );
  addOutputOptions(addMeshFileOptions(addWholeCellOption(addMeshOptions(command))))
    .addHelpText(
      "after",
      `${exitCodesHelp}A mesh that is no periodic unit cell is described as far as possible; the exit code is then 3.

Example:
  $ erfem info three-pipe.msh
  $ erfem info tube.msh --unit-cell 1,1,1 --json
  $ erfem info cell.msh --whole-cell
`,
    )
    .action(async (mesh: string, flags: MeshFileFlags & WholeCellFlags) => {
      const { runInfo } = await import("./run-info.js");
      await runInfo(mesh, flags);
    });
}
