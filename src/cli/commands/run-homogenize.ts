import { checkFormulas } from "../../homogenization/compile-diffusion.js";
import type { HomogenizationResult } from "../../io/homogenization-result.js";
import { loadKernel } from "../../kernel/kernel.js";
import { warnOfHomogeneous, type MeshFileFlags } from "../command-options.js";
import { formatJson } from "../format-json.js";
import { completeUnit } from "../geometry-unit.js";
import { toHomogenizeOptions, type HomogenizeFlags } from "../homogenize-flags.js";
import { formatHomogenization } from "../homogenization-table.js";
import { openMesh } from "../open-mesh.js";
import { checkDistinct, checkOutput, writeOutput } from "../output-file.js";
import { completeFlags, openProblem, placeError } from "../problem-input.js";
import { chooseJobs, homogenizeInThreads } from "../solver-threads.js";
import { withTerminal } from "../terminal.js";
import { writeVtuFile } from "../vtu-file.js";

/** Flags of `erfem homogenize`. */
export interface HomogenizeCommandFlags extends HomogenizeFlags, MeshFileFlags {
  readonly output?: string;
  readonly vtu?: string;
}

/**
 * `erfem homogenize`: reads a mesh, or a problem file and its mesh, homogenizes it, writes the files asked for, the result
 * last, and prints it.
 *
 * @throws ErfemError of every class; no result file is written then
 */
export async function runHomogenize(path: string, given: HomogenizeCommandFlags): Promise<void> {
  const start = performance.now();
  const problem = await openProblem(path);
  const meshSpec = problem?.mesh ?? { file: path };
  const completed = problem === undefined ? given : completeFlags(given, problem);
  const flags = "geometry" in meshSpec ? completeUnit(completed, meshSpec.geometry) : completed;
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
    const { mesh, source, timings } = await openMesh(meshSpec, terminal, {
      kernel,
      file: flags,
      isOrdered: true,
    });
    const homogenized = await homogenizeInThreads(flags, mesh, {
      ...options,
      ...terminal.progress,
      source,
      kernel,
    }).catch(async (error: unknown) => {
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
      terminal.print(formatHomogenization(result, chooseJobs(flags, mesh) > 1 ? null : kernel.heapBytes));
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
