import { availableParallelism } from "node:os";
import { homogenize, type HomogenizeOptions } from "../../homogenization/homogenize.js";
import type { SymmetricTensor } from "../../core/tensor.js";
import type { HomogenizationResult, LengthUnit } from "../../io/homogenization-result.js";
import { loadKernel } from "../../kernel/kernel.js";
import type { SolverName } from "../../solver/choose-solver.js";
import { toUnitCellOptions, warnOfHomogeneous, type MeshFileFlags } from "../command-options.js";
import { formatJson } from "../format-json.js";
import { formatHomogenization } from "../homogenization-table.js";
import { loadMesh } from "../mesh-file.js";
import { checkDistinct, checkOutput, writeOutput } from "../output-file.js";
import { toRecord, type NamedValue } from "../parse-options.js";
import { usesWorkers, withSolvers } from "../solver-threads.js";
import { withTerminal } from "../terminal.js";
import { writeVtuFile } from "../vtu-file.js";

/** Flags of `erfem homogenize`. */
export interface HomogenizeFlags extends MeshFileFlags {
  readonly diffusion?: NamedValue<number | SymmetricTensor>[];
  readonly bounds?: boolean;
  readonly lengthUnit: LengthUnit;
  readonly tolerance?: number;
  readonly maxIterations?: number;
  readonly solver: SolverName;
  readonly jobs?: number;
  readonly output?: string;
  readonly vtu?: string;
}

/**
 * `erfem homogenize`: reads a mesh, homogenizes it, writes the files asked for, the result last, and prints it.
 *
 * @throws ErfemError of every class; no result file is written then
 */
export async function runHomogenize(path: string, flags: HomogenizeFlags): Promise<void> {
  const start = performance.now();
  const options = toHomogenizeOptions(flags);
  checkDistinct([flags.output, flags.vtu]);
  if (flags.output !== undefined) await checkOutput(flags.output, path);
  if (flags.vtu !== undefined) await checkOutput(flags.vtu, path);
  const kernel = await loadKernel();
  await withTerminal(flags, async (terminal) => {
    const { mesh, file, sha256, format, timings } = await loadMesh(path, flags.maxBytes, terminal, kernel);
    const source = { file, sha256, format };
    const numPhases = flags.phase?.length ?? mesh.volumes.length;
    const cellsPerPhase = mesh.numCells / numPhases;
    const numSystems = flags.bounds === true ? 2 * numPhases : numPhases;
    const jobs = Math.min(flags.jobs ?? availableParallelism(), numSystems);
    const homogenized = await withSolvers(jobs, cellsPerPhase, flags.solver, async (parallel) =>
      homogenize(mesh, { ...options, ...parallel, ...terminal.progress, source, kernel }),
    );
    const vtuTimings =
      flags.vtu === undefined ? {} : { "write VTU": await writeVtuFile(flags.vtu, homogenized, terminal) };
    const total = (performance.now() - start) / 1000;
    const result: HomogenizationResult = {
      ...homogenized.result,
      timings: sumTimings(timings, homogenized.result.timings, vtuTimings, { total }),
      warnings: [
        ...homogenized.result.warnings,
        ...warnOfHomogeneous(flags, homogenized.periodic.unitCell.source),
      ],
    };
    for (const warning of result.warnings) terminal.warn(warning);
    if (flags.output !== undefined) await writeOutput(flags.output, formatJson(result));
    if (flags.json === true) terminal.print(formatJson(result));
    else if (flags.quiet !== true) {
      terminal.print(
        formatHomogenization(result, usesWorkers(jobs, cellsPerPhase) ? null : kernel.heapBytes),
      );
    }
  });
}

/** Seconds by step, steps of equal names added up. */
function sumTimings(...parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const part of parts) {
    for (const [step, seconds] of Object.entries(part)) sum[step] = (sum[step] ?? 0) + seconds;
  }
  return sum;
}

function toHomogenizeOptions(flags: HomogenizeFlags): HomogenizeOptions {
  return {
    ...toUnitCellOptions(flags),
    ...(flags.phase === undefined ? {} : { phases: flags.phase }),
    ...(flags.tolerance === undefined ? {} : { tolerance: flags.tolerance }),
    ...(flags.maxIterations === undefined ? {} : { maxIterations: flags.maxIterations }),
    ...(flags.bounds === undefined ? {} : { bounds: flags.bounds }),
    diffusion: toRecord(flags.diffusion ?? [], "--diffusion"),
    lengthUnit: flags.lengthUnit,
  };
}
