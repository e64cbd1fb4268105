import type { Command } from "commander";
import { addMeshFileOptions, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { addHomogenizeOptions } from "../homogenize-flags.js";
import { collect, parseNumber, parsePath, parsePositive, parsePositiveInteger } from "../parse-options.js";
import { parseBuffer, parseCopies, parseMembrane } from "../parse-resolve.js";
import type { ResolveFlags } from "./run-resolve.js";

/** Declares `erfem resolve`. */
export function addResolveCommand(program: Command): void {
  const command = program
    .command("resolve")
    .summary("check homogenization itself: resolved copies of a unit cell against the homogenized model")
    .description(
      "Solve the resolved model, with cytosol, ER and membrane, on a row of n copies of a periodic unit cell, periodic " +
        "across, and the homogenized one with the tensors of the same mesh; print how far they are apart as n grows and " +
        "the period shrinks. Writes resolved.json, .csv, .svg and the fields of the last level as resolved.vtu.",
    )
    .argument("<mesh>", "a periodic unit cell with a membrane between two phases (.msh, .msh.gz)")
    .requiredOption("-o, --output <folder>", "folder for the results", (text) => parsePath(text, "--output"))
    .option("--cells <n1,n2,...>", "copies along x on each level (default: 4,8,16)", parseCopies)
    .option("--cube", "n x n x n copies, closed on all sides; n^3 times the unit cell's nodes")
    .option("--length <um>", "of the row of copies, um (default: 32)", (text) =>
      parsePositive(text, "--length"),
    )
    .option(
      "--slab <part>",
      "length of plain cytosol before the copies, in lengths of the row (default: none)",
      (text) => parsePositive(text, "--slab"),
    )
    .option("--slab-diffusion <value>", "of the slab, um^2/ms (default: the cytosol's)", (text) =>
      parsePositive(text, "--slab-diffusion"),
    )
    .option(
      "--flux <formula>",
      "membrane flux into the cytosol, lambda f in uM/s, in c, e, x, y, z, t; the flux per area is epsilon times that " +
        "(default: 0.02*(e - c) - 0.6*c^2/(0.25 + c^2))",
    )
    .option(
      "--membrane <name[:parameters]>",
      "a built-in membrane model instead, its fluxes in uM/s: serca-hill:V=0.6,K=0.5,n=2; repeatable",
      collect(parseMembrane),
    )
    .option("--ip3 <uM>", "concentration of IP3, for models that use it", (text) =>
      parseNumber(text, "--ip3"),
    )
    .option(
      "--buffer <name:where:parameters>",
      "a buffer: calbindin:cytosol:total=50,on=5.5,off=2.6,D=30, without D one that does not move; repeatable",
      collect(parseBuffer),
    )
    .option("--cytosol <phase>", "the phase of c", "cytosol")
    .option("--er <phase>", "the phase of e", "ER")
    .option("--c <formula>", "c at the beginning, uM, in x, y, z (default: 1 + 0.8*cos(pi*max(x, 0)/length))")
    .option("--e <formula>", "e at the beginning, uM (default: 40 + 20*cos(pi*x/length))")
    .option("--end <s>", "when to compare, s (default: 0.5)", (text) => parsePositive(text, "--end"))
    .option("--steps <n>", "equal steps of both models (default: 16)", (text) =>
      parsePositiveInteger(text, "--steps"),
    )
    .option(
      "--macroscopic-cells <n>",
      "of the homogenized mesh along x (default: 1024, in a cube 48)",
      (text) => parsePositiveInteger(text, "--macroscopic-cells"),
    );
  addHomogenizeOptions(command, undefined, "0.25 where none is given");
  addOutputOptions(addMeshFileOptions(command))
    .addHelpText(
      "after",
      `${exitCodesHelp}
Errors are relative, in L2 and of gradients over the resolved cytosol and ER; \`rec.\` is of c0 + epsilon chi_k dc0/dx_k.

Example:
  $ erfem resolve three-pipe.msh -o resolved
  $ erfem resolve three-pipe.msh --cells 4,8,16,32 --slab 0.5 -o slab
  $ erfem resolve three-pipe.msh --flux "0.05*(e - c)" --buffer calbindin:cytosol:total=50,on=5.5,off=2.6,D=30 -o buffered
`,
    )
    .action(async (input: string, flags: ResolveFlags) => {
      const { runResolve } = await import("./run-resolve.js");
      await runResolve(input, flags);
    });
}
