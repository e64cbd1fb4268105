import type { Command } from "commander";
import { addMeshFileOptions, addMeshFormatOptions, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { parseOutput } from "../parse-options.js";
import type { MeshConvertFlags } from "./run-mesh-convert.js";

/** Declares `erfem mesh convert`. */
export function addMeshConvertCommand(parent: Command): void {
  const command = parent
    .command("convert")
    .helpOption("-h, --help", "display help for command")
    .summary("write a mesh of another program as .msh")
    .description(
      "Read a tetrahedral mesh, Gmsh .msh, medit .mesh, .vtu, Abaqus .inp, DOLFIN .xml, .xdmf or .h5, and write it as Gmsh " +
        "mesh with its regions as physical groups.",
    )
    .argument("<mesh>", "mesh to read, .gz or not")
    .requiredOption("-o, --output <file>", "mesh file to write", parseOutput);
  addOutputOptions(addMeshFormatOptions(addMeshFileOptions(command)))
    .addHelpText(
      "after",
      `${exitCodesHelp}
Example:
  $ erfem mesh convert cell.vtu --region-array material -o cell.msh
`,
    )
    .action(async (mesh: string, flags: MeshConvertFlags) => {
      const { runMeshConvert } = await import("./run-mesh-convert.js");
      await runMeshConvert(mesh, flags);
    });
}
