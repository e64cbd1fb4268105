import { availableParallelism } from "node:os";
import { checkFormulas } from "../../homogenization/compile-diffusion.js";
import { homogenize, type HomogenizeOptions } from "../../homogenization/homogenize.js";
import type { HomogenizationResult } from "../../io/homogenization-result.js";
import { loadKernel } from "../../kernel/kernel.js";
import { toUnitCellOptions, warnOfHomogeneous } from "../command-options.js";
import { formatJson } from "../format-json.js";
import type { HomogenizeFlags } from "../homogenize-flags.js";
import { formatHomogenization } from "../homogenization-table.js";
import { openMesh } from "../open-mesh.js";
import { checkDistinct, checkOutput, writeOutput } from "../output-file.js";
import { completeFlags, openProblem, placeError } from "../problem-input.js";
import { toRecord } from "../parse-options.js";
import { usesWorkers, withSolvers } from "../solver-threads.js";
import { withTerminal } from "../terminal.js";
import { writeVtuFile } from "../vtu-file.js";

/**
 * `erfem homogenize`: reads a mesh, or a problem file and its mesh, homogenizes it, writes the files asked for, the result
 * last, and prints it.
 *
 * @throws ErfemError of every class; no result file is written then
 */
export async function runHomogenize(path: string, given: HomogenizeFlags): Promise<void> {
  const start = performance.now();
  const problem = await openProblem(path);
  const flags = problem === undefined ? given : completeFlags(given, problem);
  const meshSpec = problem?.mesh ?? { file: path };
  const options = toHomogenizeOptions(flags);
  await checkFormulas(options.diffusion ?? {});
  checkDistinct([flags.output, flags.vtu]);
  for (const output of [flags.output, flags.vtu]) {
    if (output === undefined) continue;
    await checkOutput(output, path);
    if ("file" in meshSpec) await checkOutput(output, meshSpec.file);
  }
  const kernel = await loadKernel();
  await withTerminal(flags, async (terminal) => {
    const { maxBytes } = flags;
    const { mesh, source, timings } = await openMesh(meshSpec, terminal, {
      kernel,
      maxBytes,
      isOrdered: true,
    });
    const numPhases = flags.phase?.length ?? mesh.volumes.length;
    const cellsPerPhase = mesh.numCells / numPhases;
    const numSystems = flags.bounds === true ? 2 * numPhases : numPhases;
    const jobs = Math.min(flags.jobs ?? availableParallelism(), numSystems);
    const homogenized = await withSolvers(jobs, cellsPerPhase, flags.solver ?? "auto", async (parallel) =>
      homogenize(mesh, { ...options, ...parallel, ...terminal.progress, source, kernel }),
    ).catch(async (error: unknown) => {
      throw problem === undefined ? error : await placeError(error, problem, given);
    });
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
    ...(flags.lengthUnit === undefined ? {} : { lengthUnit: flags.lengthUnit }),
  };
}
