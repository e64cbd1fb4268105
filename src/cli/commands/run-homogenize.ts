import { homogenize, type HomogenizeOptions } from "../../homogenization/homogenize.js";
import type { SymmetricTensor } from "../../core/tensor.js";
import type { HomogenizationResult, LengthUnit } from "../../io/homogenization-result.js";
import type { SolverName } from "../../solver/choose-solver.js";
import { toUnitCellOptions, type MeshFileFlags } from "../command-options.js";
import { formatJson } from "../format-json.js";
import { formatHomogenization } from "../homogenization-table.js";
import { loadMesh } from "../mesh-file.js";
import { checkOutput, writeOutput } from "../output-file.js";
import { toRecord, type NamedValue } from "../parse-options.js";
import { withTerminal } from "../terminal.js";

/** Flags of `erfem homogenize`. */
export interface HomogenizeFlags extends MeshFileFlags {
  readonly diffusion?: NamedValue<number | SymmetricTensor>[];
  readonly lengthUnit: LengthUnit;
  readonly tolerance?: number;
  readonly maxIterations?: number;
  readonly solver: SolverName;
  readonly output?: string;
}

/**
 * `erfem homogenize`: reads a mesh, homogenizes it, writes the result file and prints the result.
 *
 * @throws ErfemError of every class; no output file is written then
 */
export async function runHomogenize(path: string, flags: HomogenizeFlags): Promise<void> {
  const start = performance.now();
  const options = toHomogenizeOptions(flags);
  if (flags.output !== undefined) await checkOutput(flags.output, path);
  await withTerminal(flags, async (terminal) => {
    const { mesh, file, sha256, format, timings } = await loadMesh(path, flags.maxBytes, terminal);
    const source = { file, sha256, format };
    const homogenized = await homogenize(mesh, { ...options, ...terminal.progress, source });
    const total = (performance.now() - start) / 1000;
    const result: HomogenizationResult = {
      ...homogenized.result,
      timings: { ...timings, ...homogenized.result.timings, total },
    };
    for (const warning of result.warnings) terminal.warn(warning);
    if (flags.output !== undefined) await writeOutput(flags.output, formatJson(result));
    if (flags.json === true) terminal.print(formatJson(result));
    else if (flags.quiet !== true) terminal.print(formatHomogenization(result));
  });
}

function toHomogenizeOptions(flags: HomogenizeFlags): HomogenizeOptions {
  return {
    ...toUnitCellOptions(flags),
    ...(flags.phase === undefined ? {} : { phases: flags.phase }),
    ...(flags.tolerance === undefined ? {} : { tolerance: flags.tolerance }),
    ...(flags.maxIterations === undefined ? {} : { maxIterations: flags.maxIterations }),
    diffusion: toRecord(flags.diffusion ?? [], "--diffusion"),
    lengthUnit: flags.lengthUnit,
    solver: flags.solver,
  };
}
