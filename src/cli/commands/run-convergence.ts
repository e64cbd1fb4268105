import { join } from "node:path";
import { UsageError } from "../../core/errors.js";
import { checkFormulas } from "../../homogenization/compile-diffusion.js";
import {
  refiningMesher,
  studyConvergence,
  type ConvergenceOptions,
  type LevelMesher,
} from "../../homogenization/convergence.js";
import { formatConvergenceCsv } from "../../io/convergence-csv.js";
import type { ConvergenceStudy } from "../../io/convergence-study.js";
import { isGeometry, openGeometry } from "../../node/geometries.js";
import { meshUnitCell } from "../../node/mesh-unit-cell.js";
import { convergenceChart } from "../../plots/convergence-chart.js";
import type { MeshFileFlags } from "../command-options.js";
import { formatConvergence } from "../convergence-table.js";
import { formatJson } from "../format-json.js";
import { refuseGeometryFlags, type GeometryFlags } from "../geometry-flags.js";
import { completeUnit } from "../geometry-unit.js";
import { toHomogenizeOptions, type HomogenizeFlags } from "../homogenize-flags.js";
import { runInterruptible } from "../interrupt.js";
import { openMesh } from "../open-mesh.js";
import { createOutputFolder, writeOutput } from "../output-file.js";
import { toRecord } from "../parse-options.js";
import { homogenizeInThreads } from "../solver-threads.js";
import { formatShort } from "../tables.js";
import { withTerminal, type Terminal } from "../terminal.js";

/** Flags of `erfem convergence`. */
export interface ConvergenceFlags extends HomogenizeFlags, MeshFileFlags, GeometryFlags {
  readonly output: string;
  readonly levels: number;
}

/**
 * `erfem convergence`: homogenizes ever finer meshes, writes the study and the result of each level into a folder, and
 * prints the study. The study appears when all levels are done; results of levels before a failure stay.
 *
 * @throws ErfemError of every class
 */
export async function runConvergence(input: string, given: ConvergenceFlags): Promise<void> {
  const flags = completeUnit(given, input);
  const folder = flags.output;
  const options: ConvergenceOptions = {
    ...toHomogenizeOptions(flags),
    levels: flags.levels,
    homogenize: async (mesh, solving) => homogenizeInThreads(flags, mesh, solving),
  };
  await checkFormulas(options.diffusion ?? {});
  await withTerminal(flags, async (terminal) => {
    const mesher = await chooseMesher(input, flags, terminal);
    await createOutputFolder(folder, input, ["convergence.json", "level-0.msh"]);
    const study = await studyConvergence(mesher, {
      ...options,
      ...terminal.progress,
      onLevel: (result, level) => writeOutput(join(folder, `level-${level}.json`), formatJson(result)),
    });
    for (const warning of study.warnings) terminal.warn(warning);
    await writeOutput(join(folder, "convergence.csv"), formatConvergenceCsv(study));
    await writeChart(study, folder, terminal);
    await writeOutput(join(folder, "convergence.json"), formatJson(study));
    if (flags.json === true) terminal.print(formatJson(study));
    else if (flags.quiet !== true) terminal.print(formatConvergence(study));
  });
}

/** A study whose tensors are all exact, or zero, has nothing to draw. */
async function writeChart(study: ConvergenceStudy, folder: string, terminal: Terminal): Promise<void> {
  let svg: string;
  try {
    svg = await convergenceChart(study, "mesh units");
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== "chart-empty") throw error;
    terminal.warn("no chart is drawn: the tensors are the same on all levels");
    return;
  }
  await writeOutput(join(folder, "convergence.svg"), svg);
}

/** Gmsh for a geometry, red refinement for a mesh. */
async function chooseMesher(
  input: string,
  flags: ConvergenceFlags,
  terminal: Terminal,
): Promise<LevelMesher> {
  if (isGeometry(input)) {
    return gmshMesher(input, await firstSize(input, flags), flags, terminal);
  }
  refuseGeometryFlags(input, flags);
  const { mesh, source } = await openMesh({ file: input }, terminal, { file: flags });
  return refiningMesher(mesh, source);
}

/** The mesh size of the first level: as asked for, or the default of the geometry's parameter h. */
async function firstSize(geometry: string, flags: ConvergenceFlags): Promise<number> {
  const given = flags.size ?? flags.set?.find(({ name }) => name === "h")?.value;
  if (given !== undefined) return given;
  const { parameters } = await openGeometry(geometry);
  const size = Number(parameters.find(({ name }) => name === "h")?.defaultText);
  if (size > 0) return size;
  throw new UsageError(
    "size-missing",
    `the geometry ${geometry} has no parameter h with a number for its default; give the size of the first mesh with --size`,
    { details: { geometry } },
  );
}

/** Levels meshed by Gmsh with sizes h, h/2, h/4, ..., kept in the output folder. */
function gmshMesher(
  geometry: string,
  size: number,
  flags: ConvergenceFlags,
  terminal: Terminal,
): LevelMesher {
  const settings = Object.entries(toRecord(flags.set ?? [], "--set"));
  const set = Object.fromEntries(settings.filter(([name]) => name !== "h"));
  return async (level) => {
    const path = join(flags.output, `level-${level}.msh`);
    const levelSize = size / 2 ** level;
    const meshed = await runInterruptible((signal) =>
      meshUnitCell({
        ...terminal.progress,
        geo: geometry,
        output: path,
        set,
        size: levelSize,
        algorithm: flags.algorithm ?? "delaunay",
        signal,
      }),
    );
    for (const warning of meshed.warnings) terminal.warn(`Gmsh: ${warning}`);
    const { mesh, source } = await openMesh({ file: path }, terminal, { file: flags });
    return { mesh, label: `h = ${formatShort(levelSize)}`, source };
  };
}
