import type { Command } from "commander";
import { addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { addGeometryOptions } from "../geometry-flags.js";
import { addBoundaryOption, addHomogenizeOptions } from "../homogenize-flags.js";
import { collect, parseOutput } from "../parse-options.js";
import { parseConfidence, parsePlot, parseShard, parseVary } from "../parse-sweep.js";
import type { SweepFlags } from "./run-sweep.js";

/** Declares `erfem sweep`. */
export function addSweepCommand(program: Command): void {
  const command = program
    .command("sweep")
    .summary("run a parameter study: mesh and homogenize a geometry at many values of its parameters")
    .description(
      "Mesh and homogenize a parametric unit cell for all combinations of values of its parameters, each point in a " +
        "process of its own. Every result is a file; a run that was interrupted or killed goes on where it was when the " +
        "same command is given again. Diffusion is in um^2/ms, lengths in the unit of the geometry.",
    )
    .argument(
      "[geometry]",
      "name of a unit cell (erfem mesh --list), or the path of a Gmsh .geo file or an .image.yaml",
    )
    .option(
      "--vary <name=range>",
      "a parameter of the geometry and its values: start:stop:count, log:start:stop:count, or a,b,c; repeatable",
      collect(parseVary),
    )
    .requiredOption("-o, --output <folder>", "folder of the results, made where there is none", parseOutput)
    .option("--shard <i/n>", "run part i of n: every n-th point", parseShard)
    .option("--merge <folders...>", "join the parts in these folders, in the place of a run")
    .option("--retry-failed", "run points again that have failed")
    .option(
      "--plot <x,y>",
      "SVG and CSV of two columns, such as volumeFraction,effective.11 or edge,ER.factor.33; repeatable",
      collect(parsePlot),
    )
    .option(
      "--over <parameter>",
      "mean, spread and confidence interval over the values of this varied parameter, such as the seed of a random cell",
    )
    .option("--confidence <p>", "of the intervals of --over (default: 0.95)", parseConfidence)
    .option("--bounds", "certified lower and upper bounds of the tensors");
  addGeometryOptions(command, "mesh size on the membrane (default: the geometry's own)");
  addBoundaryOption(addHomogenizeOptions(command, "points at a time, in processes"));
  addOutputOptions(command)
    .addHelpText(
      "after",
      `${exitCodesHelp}A point that fails is recorded and the others go on; the exit code is then 3.

Example:
  $ erfem sweep three-pipe --vary edge=0.05:0.95:19 --size 0.05 -o study --plot volumeFraction,effective.11
  $ erfem sweep three-pipe --vary edge=0.05:0.95:19 --size 0.05 -o part-2 --shard 2/4
  $ erfem sweep cell.geo --vary size=200:800:4 --vary seed=1:10:10 --over seed --plot size,effective.11 -o rev
  $ erfem sweep er.image.yaml --vary window=400,800 --vary sample=1:8:8 --over sample --plot window,effective.11 -o rev
  $ erfem sweep --merge part-1 part-2 part-3 part-4 -o study
`,
    )
    .action(async (geometry: string | undefined, flags: SweepFlags) => {
      const { runSweepCommand } = await import("./run-sweep.js");
      await runSweepCommand(geometry, flags);
    });
}
