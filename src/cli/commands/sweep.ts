import { Option, type Command } from "commander";
import { addMeshOptions, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import {
  collect,
  parseDiffusion,
  parseOutput,
  parsePositive,
  parsePositiveInteger,
  parseSetting,
} from "../parse-options.js";
import { parsePlot, parseShard, parseVary } from "../parse-sweep.js";
import type { SweepFlags } from "./run-sweep.js";
import { lengthUnits, solvers } from "./homogenize.js";

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
    .argument("[geometry]", "three-pipe, arched-pipes, or the path of a Gmsh .geo file")
    .option(
      "--vary <name=range>",
      "a parameter of the geometry and its values: start:stop:count, log:start:stop:count, or a,b,c; repeatable",
      collect(parseVary),
    )
    .option("--set <name=value>", "fixed value of another parameter; repeatable", collect(parseSetting))
    .option("--size <h>", "mesh size on the membrane, in the geometry's unit of length", (text) =>
      parsePositive(text, "--size"),
    )
    .addOption(
      new Option(
        "--algorithm <name>",
        "how volumes are meshed: delaunay gives the same files every time, hxt need not",
      )
        .choices(["delaunay", "hxt"])
        .default("delaunay"),
    )
    .requiredOption("-o, --output <folder>", "folder of the results, made where there is none", parseOutput)
    .option("--shard <i/n>", "run part i of n: every n-th point", parseShard)
    .option("--merge <folders...>", "join the parts in these folders, in the place of a run")
    .option("--retry-failed", "run points again that have failed")
    .option(
      "--plot <x,y>",
      "SVG and CSV of two columns, such as volumeFraction,effective.11 or edge,ER.factor.33; repeatable",
      collect(parsePlot),
    );
  addMeshOptions(command)
    .option(
      "--diffusion <volume=value>",
      "diffusion of a volume, by name or tag, or of a phase, in um^2/ms: one value, or xx,yy,zz,yz,xz,xy; repeatable (default: 1)",
      collect(parseDiffusion),
    )
    .option("--bounds", "certified lower and upper bounds of the tensors")
    .addOption(
      new Option("--length-unit <unit>", "unit of the mesh's coordinates")
        .choices(lengthUnits)
        .default("cell"),
    )
    .option("--tolerance <r>", "relative residual of the linear systems (default: 1e-10)", (text) =>
      parsePositive(text, "--tolerance"),
    )
    .option(
      "--max-iterations <n>",
      "limit on the iterations of an iterative solver (default: 10000)",
      (text) => parsePositiveInteger(text, "--max-iterations"),
    )
    .addOption(new Option("--solver <name>", "linear solver").choices(Object.keys(solvers)).default("auto"))
    .option("--jobs <n>", "points at a time, in processes (default: the number of processors)", (text) =>
      parsePositiveInteger(text, "--jobs"),
    );
  addOutputOptions(command)
    .addHelpText(
      "after",
      `${exitCodesHelp}A point that fails is recorded and the others go on; the exit code is then 3.

Example:
  $ erfem sweep three-pipe --vary edge=0.05:0.95:19 --size 0.05 -o study --plot volumeFraction,effective.11
  $ erfem sweep three-pipe --vary edge=0.05:0.95:19 --size 0.05 -o part-2 --shard 2/4
  $ erfem sweep --merge part-1 part-2 part-3 part-4 -o study
`,
    )
    .action(async (geometry: string | undefined, flags: SweepFlags) => {
      const { runSweepCommand } = await import("./run-sweep.js");
      await runSweepCommand(geometry, flags);
    });
}
