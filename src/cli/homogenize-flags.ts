import { Option, type Command } from "commander";
import type { BoundaryKind, HomogenizeOptions, PeriodicKind } from "../homogenization/homogenize.js";
import type { LengthUnit } from "../io/homogenization-result.js";
import type { CoefficientSpec } from "../io/problem.js";
import type { SolverName } from "../solver/choose-solver.js";
import { addMeshOptions, toUnitCellOptions, type MeshFlags } from "./command-options.js";
import {
  collect,
  parseDiffusion,
  parsePositive,
  parsePositiveInteger,
  toRecord,
  type NamedValue,
} from "./parse-options.js";

/** Flags that say what is computed of a mesh, and how. */
export interface HomogenizeFlags extends MeshFlags {
  readonly diffusion?: NamedValue<CoefficientSpec>[];
  readonly bounds?: boolean;
  readonly boundary?: BoundaryKind;
  readonly periodic?: PeriodicKind;
  readonly lengthUnit?: LengthUnit;
  readonly tolerance?: number;
  readonly maxIterations?: number;
  readonly solver?: SolverName;
  readonly jobs?: number;
}

/** The names of the solvers, written out: importing them would load the solvers before they are needed. */
const solvers: Record<SolverName, true> = {
  auto: true,
  "wasm-mgcg": true,
  "wasm-ldlt": true,
  "wasm-cg": true,
  cholesky: true,
};

const lengthUnits: readonly LengthUnit[] = ["cell", "nm", "um"];

const jobsHelp = "systems solved at a time, in worker threads";

/** Declares the options of a mesh, --diffusion, --length-unit, --tolerance, --max-iterations, --solver and --jobs. */
export function addHomogenizeOptions(command: Command, jobs = jobsHelp, diffusion = "1"): Command {
  return addMeshOptions(command)
    .option(
      "--diffusion <volume=value>",
      `diffusion of a volume, by name or tag, or of a phase, in um^2/ms: one value, or xx,yy,zz,yz,xz,xy, numbers or formulas in x, y, z and y1, y2, y3 in [0, 1]; or elementData:VIEW; repeatable (default: ${diffusion})`,
      collect(parseDiffusion),
    )
    .addOption(
      new Option(
        "--length-unit <unit>",
        "unit of the mesh's coordinates (default: nm for built-in families, else cell)",
      ).choices(lengthUnits),
    )
    .option("--tolerance <r>", "relative residual of the linear systems (default: 1e-10)", (text) =>
      parsePositive(text, "--tolerance"),
    )
    .option(
      "--max-iterations <n>",
      "limit on the iterations of an iterative solver (default: 10000)",
      (text) => parsePositiveInteger(text, "--max-iterations"),
    )
    .option("--jobs <n>", `${jobs} (default: the number of processors)`, (text) =>
      parsePositiveInteger(text, "--jobs"),
    )
    .addOption(new Option("--solver <name>", "linear solver (default: auto)").choices(Object.keys(solvers)));
}

/** Declares --boundary. */
export function addBoundaryOption(command: Command): Command {
  return command.addOption(
    new Option(
      "--boundary <kind>",
      "condition on the outer faces: periodic, dirichlet (uniform gradient), flux (uniform normal flux), mixed (one axis at a time), mirror (reflected cell) (default: periodic)",
    ).choices(["periodic", "dirichlet", "flux", "mixed", "mirror"]),
  );
}

/** The flags as options of the library, all but --solver and --jobs. */
export function toHomogenizeOptions(flags: HomogenizeFlags): Omit<HomogenizeOptions, "solver"> {
  return {
    ...toUnitCellOptions(flags),
    ...(flags.phase === undefined ? {} : { phases: flags.phase }),
    ...(flags.tolerance === undefined ? {} : { tolerance: flags.tolerance }),
    ...(flags.maxIterations === undefined ? {} : { maxIterations: flags.maxIterations }),
    ...(flags.bounds === undefined ? {} : { bounds: flags.bounds }),
    ...(flags.boundary === undefined ? {} : { boundary: flags.boundary }),
    ...(flags.periodic === undefined ? {} : { periodic: flags.periodic }),
    ...(flags.lengthUnit === undefined ? {} : { lengthUnit: flags.lengthUnit }),
    diffusion: toRecord(flags.diffusion ?? [], "--diffusion"),
  };
}
