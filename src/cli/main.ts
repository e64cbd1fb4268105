#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { Command, CommanderError } from "commander";
import { addAdaptCommand } from "./commands/adapt.js";
import { addConvergenceCommand } from "./commands/convergence.js";
import { addHomogenizeCommand } from "./commands/homogenize.js";
import { addInfoCommand } from "./commands/info.js";
import { addMeshCommand } from "./commands/mesh.js";
import { addPlotCommand } from "./commands/plot.js";
import { addResolveCommand } from "./commands/resolve.js";
import { addSimulateCommand } from "./commands/simulate.js";
import { addSweepCommand } from "./commands/sweep.js";
import { addViewCommand } from "./commands/view.js";
import { escapeLines } from "./escape-text.js";
import { readVersion } from "../node/version.js";
import { describeError, exitCodeOf, exitCodes, exitCodesHelp } from "./exit-codes.js";

/** Runs a command line and returns its exit code: the only place where failures are caught and printed. */
async function main(args: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(withDebugFirst(args), { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return reportUsage(error);
    process.stderr.write(describeError(error, program.opts()["debug"] === true));
    return exitCodeOf(error);
  }
}

function createProgram(): Command {
  const program = new Command("erfem")
    .description(
      "Homogenized calcium diffusion tensors of the endoplasmic reticulum and the cytosol from tetrahedral meshes.",
    )
    // Options of a command stand behind it: `mesh` and `mesh image` both have --size.
    .enablePositionalOptions()
    .version(readVersion(), "--version", "print the version")
    .option("--debug", "print the stack and the causes of an error")
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .addHelpText(
      "after",
      `${exitCodesHelp}
Example:
  $ erfem mesh three-pipe --set edge=0.1 -o three-pipe.msh
  $ erfem info three-pipe.msh
  $ erfem homogenize three-pipe.msh -o result.json
`,
    );
  addMeshCommand(program);
  addInfoCommand(program);
  addHomogenizeCommand(program);
  addSweepCommand(program);
  addAdaptCommand(program);
  addConvergenceCommand(program);
  addSimulateCommand(program);
  addResolveCommand(program);
  addPlotCommand(program);
  addViewCommand(program);
  return program;
}

/** --debug may stand anywhere. */
function withDebugFirst(args: readonly string[]): string[] {
  const others = args.filter((arg) => arg !== "--debug");
  return others.length < args.length ? ["--debug", ...others] : others;
}

/** Help and version are printed by commander already; everything else it throws is a usage error. */
function reportUsage(error: CommanderError): number {
  if (error.exitCode === 0) return exitCodes.ok;
  const code = error.code
    .replace(/^commander\./, "")
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const [first, ...others] = error.message.replace(/^error: /, "").split("\n");
  const lines = [`erfem: ${first} [${code}]`, ...others, "Run erfem <command> --help for its options."];
  process.stderr.write(`${escapeLines(lines.join("\n"))}\n`);
  return exitCodes.usage;
}

/** A reader that has gone away (`erfem info mesh | head`) is no failure; a full disk is one, as it is for --output. */
function onOutputError(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return;
  process.stderr.write(`erfem: cannot write to standard output: ${error.message} [output-unwritable]\n`);
  process.exitCode = exitCodes.usage;
}

/**
 * Has V8 compile the kernel with its optimizing compiler at once: functions that run once, for seconds, would stay in
 * the code of the baseline compiler (1.2 s instead of 0.6 s for a pass over 6 million cells). What loops were worth
 * unrolling the kernel's own compiler has unrolled: not to do so again takes a quarter of the compilation away.
 */
function skipBaselineCompiler(): void {
  try {
    setFlagsFromString("--no-liftoff");
    setFlagsFromString("--no-wasm-loop-unrolling");
  } catch {
    // Another engine than V8: it compiles as it does.
  }
}

skipBaselineCompiler();

process.stdout.on("error", onOutputError);
process.stderr.on("error", () => undefined);
process.on("uncaughtException", (error) => {
  process.stderr.write(describeError(error, process.argv.includes("--debug")));
  process.exit(exitCodes.internal);
});
// Not process.exit: what has been written to a pipe must arrive.
const exitCode = await main(process.argv.slice(2));
if (exitCode !== exitCodes.ok) process.exitCode = exitCode;
