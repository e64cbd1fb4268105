import type { Command } from "commander";
import { addMaxBytesOption, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { parsePath } from "../parse-options.js";
import type { SimulateFlags } from "./run-simulate.js";

/** Declares `erfem simulate`. */
export function addSimulateCommand(program: Command): void {
  const command = program
    .command("simulate")
    .summary("run the bidomain equations of a model file")
    .description(
      "Solve the macroscopic calcium bidomain equations of a whole cell: its mesh, homogenized regions with their result " +
        "files, membrane fluxes, buffers, IP3 and conditions on surfaces, as a model file says (docs/model-files.md). " +
        "Prints a summary.",
    )
    .argument("<model>", "model file, YAML or JSON")
    .requiredOption(
      "-o, --output <folder>",
      "folder for timeseries.csv, probes.csv, fields.pvd and snapshots (ParaView), charts, summary.md and .json",
      (text) => parsePath(text, "--output"),
    )
    .option("--resume", "go on with the run in the folder from its last checkpoint")
    .option(
      "--allow-undershoot",
      "go on, and tell, where a concentration falls below minus its absolute tolerance",
    );
  addOutputOptions(addMaxBytesOption(command))
    .addHelpText(
      "after",
      `${exitCodesHelp}A step that no shorter step mends (exit code 4) ends the run; what was written until then stays.

Example:
  $ erfem simulate meshes/models/closed-cell.yaml -o run
  $ erfem simulate meshes/models/closed-cell.yaml -o run --resume   # after a kill
`,
    )
    .action(async (model: string, flags: SimulateFlags) => {
      const { runSimulate } = await import("./run-simulate.js");
      await runSimulate(model, flags);
    });
}
