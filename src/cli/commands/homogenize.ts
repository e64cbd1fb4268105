import { Option, type Command } from "commander";
import type { LengthUnit } from "../../io/homogenization-result.js";
import type { SolverName } from "../../solver/choose-solver.js";
import { addMaxBytesOption, addMeshOptions, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import {
  collect,
  parseDiffusion,
  parseOutput,
  parsePath,
  parsePositive,
  parsePositiveInteger,
} from "../parse-options.js";
import type { HomogenizeFlags } from "../homogenize-flags.js";

/** The names of the solvers, written out: importing them would load the solvers before they are needed. */
export const solvers: Record<SolverName, true> = {
  auto: true,
  "wasm-mgcg": true,
  "wasm-ldlt": true,
  "wasm-cg": true,
  cholesky: true,
};

/** Units that --length-unit takes. */
export const lengthUnits: readonly LengthUnit[] = ["cell", "nm", "um"];

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
      "Gmsh mesh (MSH 2.2 or 4.1, text or binary, .gz or not), or a problem file (YAML or JSON), whose fields the options override",
    );
  addMeshOptions(command)
    .option(
      "--diffusion <volume=value>",
      "diffusion of a volume, by name or tag, or of a phase, in um^2/ms: one value, or xx,yy,zz,yz,xz,xy, numbers or formulas in x, y, z and y1, y2, y3 in [0, 1]; or elementData:VIEW; repeatable (default: 1)",
      collect(parseDiffusion),
    )
    .addOption(
      new Option("--length-unit <unit>", "unit of the mesh's coordinates (default: cell)").choices(
        lengthUnits,
      ),
    )
    .option(
      "--bounds",
      "enclose every tensor between certified bounds (Crouzeix-Raviart elements; takes longer)",
    )
    .option("--no-bounds", "no bounds, even where the problem file asks for them")
    .option("--tolerance <r>", "relative residual of the linear systems (default: 1e-10)", (text) =>
      parsePositive(text, "--tolerance"),
    )
    .option(
      "--max-iterations <n>",
      "limit on the iterations of an iterative solver (default: 10000)",
      (text) => parsePositiveInteger(text, "--max-iterations"),
    )
    .option(
      "--jobs <n>",
      "systems solved at a time, in worker threads (default: the number of processors)",
      (text) => parsePositiveInteger(text, "--jobs"),
    )
    .addOption(new Option("--solver <name>", "linear solver (default: auto)").choices(Object.keys(solvers)));
  addOutputOptions(addMaxBytesOption(command))
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
  $ erfem homogenize cell.msh --phase ER=tubes+sheets --length-unit nm --json
`,
    )
    .action(async (input: string, flags: HomogenizeFlags) => {
      const { runHomogenize } = await import("./run-homogenize.js");
      await runHomogenize(input, flags);
    });
}
