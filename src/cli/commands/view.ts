import type { Command } from "commander";
import { addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { parsePort } from "../parse-options.js";
import type { ViewFlags } from "./run-view.js";

/** Declares `erfem view`. */
export function addViewCommand(program: Command): void {
  const command = program
    .command("view")
    .summary("open the browser application")
    .description(
      "Show a mesh, a result file, or the folder of a sweep, a convergence study or a simulation in the browser. Serves the " +
        "application and these files, nothing else, to this computer only, until Ctrl-C.",
    )
    .argument("[path]", "mesh, result (.json), or folder; by default files are dropped on the page")
    .option("--port <n>", "port on 127.0.0.1 (default: any that is free)", parsePort)
    .option("--no-open", "only print the address, open no browser");
  addOutputOptions(command)
    .addHelpText(
      "after",
      `${exitCodesHelp}
Example:
  $ erfem view three-pipe.msh
  $ erfem view run/ --no-open --port 8080
`,
    )
    .action(async (path: string | undefined, flags: ViewFlags) => {
      const { runView } = await import("./run-view.js");
      await runView(path, flags);
    });
}
