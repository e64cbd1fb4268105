import { join } from "node:path";
import { UsageError } from "../../core/errors.js";
import { createFormulaModel } from "../../bidomain/formula-model.js";
import { createMembraneModel } from "../../bidomain/membrane-catalog.js";
import type { ResolvedMembrane, ResolveOptions } from "../../bidomain/resolve-options.js";
import { checkResolveOptions } from "../../bidomain/resolve-checks.js";
import { resolveUnitCell } from "../../bidomain/resolve.js";
import { prepareUnitCell } from "../../bidomain/resolved-unit-cell.js";
import { checkFormulas } from "../../homogenization/compile-diffusion.js";
import type { HomogenizeOptions } from "../../homogenization/homogenize.js";
import { formatResolvedCsv } from "../../io/resolved-csv.js";
import type { ResolvedStudy } from "../../io/resolved-study.js";
import { writeVtu } from "../../io/vtu-writer.js";
import { loadKernel } from "../../kernel/kernel.js";
import { resolvedChart } from "../../plots/resolved-chart.js";
import type { MeshFileFlags } from "../command-options.js";
import { formatJson } from "../format-json.js";
import { toHomogenizeOptions, type HomogenizeFlags } from "../homogenize-flags.js";
import { openMesh } from "../open-mesh.js";
import { createOutputFolder, writeOutput } from "../output-file.js";
import type { BufferFlag, MembraneFlag } from "../parse-resolve.js";
import { formatResolved } from "../resolved-table.js";
import { homogenizeInThreads } from "../solver-threads.js";
import { withTerminal } from "../terminal.js";

/** Flags of `erfem resolve`. */
export interface ResolveFlags extends HomogenizeFlags, MeshFileFlags {
  readonly output: string;
  readonly cells?: number[];
  readonly cube?: boolean;
  readonly length?: number;
  readonly slab?: number;
  readonly slabDiffusion?: number;
  readonly flux?: string;
  readonly membrane?: MembraneFlag[];
  readonly ip3?: number;
  readonly buffer?: BufferFlag[];
  readonly cytosol: string;
  readonly er: string;
  readonly c?: string;
  readonly e?: string;
  readonly end?: number;
  readonly steps?: number;
  readonly macroscopicCells?: number;
}

const DEFAULT_COPIES = [4, 8, 16];
const DEFAULT_LENGTH = 32;
const DEFAULT_FLUX = "0.02*(e - c) - 0.6*c^2/(0.25 + c^2)";
/** The paper's, of cytosol and ER, um^2/ms. */
const DEFAULT_DIFFUSION = 0.25;

/**
 * `erfem resolve`: homogenizes a unit cell, solves the resolved and the homogenized model, writes and prints how far they are
 * apart. No file is written before all levels are done.
 *
 * @throws ErfemError of every class
 */
export async function runResolve(path: string, flags: ResolveFlags): Promise<void> {
  const options = await readOptions(flags);
  const homogenizing = addDefaults(toHomogenizeOptions(flags), flags);
  checkResolveOptions(options);
  await checkFormulas(homogenizing.diffusion ?? {});
  const folder = flags.output;
  const kernel = await loadKernel();
  await withTerminal(flags, async (terminal) => {
    const { mesh, source } = await openMesh({ file: path }, terminal, {
      kernel,
      file: flags,
      isOrdered: true,
    });
    const cell = await homogenizeInThreads(flags, mesh, {
      ...homogenizing,
      ...terminal.progress,
      source,
      kernel,
    });
    prepareUnitCell(cell, options);
    await createOutputFolder(folder, path, ["resolved.json"]);
    const { study, finest } = await resolveUnitCell(kernel, cell, { ...options, ...terminal.progress });
    for (const warning of study.warnings) terminal.warn(warning);
    const chart = await drawChart(study);
    if (chart === null) terminal.warn("no chart is drawn: there is no error");
    await writeOutput(join(folder, "resolved.vtu"), await writeVtu(finest, terminal.progress));
    await writeOutput(join(folder, "resolved.csv"), formatResolvedCsv(study));
    if (chart !== null) await writeOutput(join(folder, "resolved.svg"), chart);
    await writeOutput(join(folder, "resolved.json"), formatJson(study));
    if (flags.json === true) terminal.print(formatJson(study));
    else if (flags.quiet !== true) terminal.print(formatResolved(study));
  });
}

/** The paper's diffusion where none is given. */
function addDefaults<T extends HomogenizeOptions>(options: T, { cytosol, er }: ResolveFlags): T {
  if (Object.keys(options.diffusion ?? {}).length > 0) return options;
  return { ...options, diffusion: { [cytosol]: DEFAULT_DIFFUSION, [er]: DEFAULT_DIFFUSION } };
}

async function readOptions(flags: ResolveFlags): Promise<ResolveOptions> {
  const { length = DEFAULT_LENGTH, slab = 0, slabDiffusion } = flags;
  return {
    membranes: await readMembranes(flags),
    buffers: flags.buffer,
    ip3: flags.ip3,
    initial: {
      c: flags.c ?? `1 + 0.8*cos(pi*max(x, 0)/${length})`,
      e: flags.e ?? `40 + 20*cos(pi*x/${length})`,
    },
    cytosol: flags.cytosol,
    er: flags.er,
    copies: flags.cells ?? DEFAULT_COPIES,
    isCube: flags.cube,
    length,
    slabLength: slab * length,
    slabDiffusion: slabDiffusion === undefined ? undefined : 1000 * slabDiffusion,
    end: flags.end ?? 0.5,
    steps: flags.steps ?? 16,
    macroscopicCells: flags.macroscopicCells,
  };
}

async function readMembranes({ flux, membrane = [] }: ResolveFlags): Promise<ResolvedMembrane[]> {
  if (flux !== undefined && membrane.length > 0) {
    throw new UsageError(
      "conflicting-options",
      "--flux and --membrane both say what crosses the membrane; give one of them",
    );
  }
  if (membrane.length > 0) {
    return membrane.map(({ name, parameters }) => ({ model: createMembraneModel(name, parameters) }));
  }
  return [{ model: await createFormulaModel({ name: "flux", flux: flux ?? DEFAULT_FLUX }) }];
}

async function drawChart(study: ResolvedStudy): Promise<string | null> {
  try {
    return await resolvedChart(study);
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== "chart-empty") throw error;
    return null;
  }
}
