import type { ProgressReporter } from "../core/progress.js";
import { createModelProblem } from "../bidomain/model-problem.js";
import { runSimulation } from "../bidomain/run-simulation.js";
import { reportSimulation } from "../bidomain/simulation-report.js";
import { Simulation } from "../bidomain/simulation.js";
import { formatJson } from "../io/format-json.js";
import { formatSimulationPage } from "../io/simulation-page.js";
import type { SimulationResult } from "../io/simulation-result.js";
import { loadKernel, type Kernel } from "../kernel/kernel.js";
import { chartSimulation } from "../plots/simulation-charts.js";
import { openModel, type OpenedModel } from "./model-inputs.js";
import { runFiles, SimulationFolder, type RunIdentity, type StoredRun } from "./simulation-folder.js";
import { readVersion } from "./version.js";

/** How a model file is run. */
export interface SimulateOptions {
  /** Where everything is written; made where there is none. */
  readonly folder: string;
  /** Whether to go on with the run in the folder from its last checkpoint. Default false. */
  readonly resume?: boolean;
  /** Whether to go on, and count, where a concentration is negative beyond its tolerance. Default false. */
  readonly allowUndershoot?: boolean;
  /** Most bytes of the mesh file. Default 4 GiB. */
  readonly maxBytes?: number;
  readonly progress?: ProgressReporter;
  /** Ends the run between two checkpoints. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a model file into a folder: `timeseries.csv`, `probes.csv`, `fields.pvd` with `snapshots/*.vtu`, a chart for each field
 * and state, `summary.json` and `summary.md`, and `checkpoint.bin` to go on from. Nothing is written before everything that
 * the model refers to has been read and found right.
 *
 * @throws UsageError `folder-in-use`, `folder-locked`, `run-inputs-differ`, `output-unwritable`
 * @throws MeshError, ParseError of the files; ConvergenceError of `TimeStepper`; KernelError
 */
export async function simulateModel(path: string, options: SimulateOptions): Promise<SimulationResult> {
  const { folder: folderPath, resume = false, progress } = options;
  if (!resume) await SimulationFolder.requireUnused(folderPath);
  const kernel = await loadKernel();
  const opened = await openModel(path, { kernel, ...options });
  if (resume) return withFolder(opened, options, (folder) => resumeRun(kernel, opened, options, folder));
  progress?.({ step: "set up" });
  const simulation = await createSimulation(kernel, opened, options, null);
  try {
    return await withFolder(opened, options, (folder) => runInto(simulation, opened, options, folder, null));
  } finally {
    simulation.dispose();
  }
}

async function withFolder(
  opened: OpenedModel,
  options: SimulateOptions,
  run: (folder: SimulationFolder) => Promise<SimulationResult>,
): Promise<SimulationResult> {
  const folder = await SimulationFolder.open(options.folder, identify(opened, options));
  try {
    return await run(folder);
  } finally {
    await folder.close();
  }
}

/** From the last checkpoint, or from the beginning where the run was ended before its first one. */
async function resumeRun(
  kernel: Kernel,
  opened: OpenedModel,
  options: SimulateOptions,
  folder: SimulationFolder,
): Promise<SimulationResult> {
  const stored = await folder.readCheckpoint();
  options.progress?.({ step: "set up" });
  const simulation = await createSimulation(kernel, opened, options, stored);
  try {
    return await runInto(simulation, opened, options, folder, stored);
  } finally {
    simulation.dispose();
  }
}

async function createSimulation(
  kernel: Kernel,
  { model, mesh, results }: OpenedModel,
  { allowUndershoot = false }: SimulateOptions,
  stored: StoredRun | null,
): Promise<Simulation> {
  const source = await createModelProblem(kernel, model, { mesh, results });
  const from = stored === null ? {} : { from: stored.state.simulation };
  return Simulation.create(source, { allowUndershoot, ...from });
}

async function runInto(
  simulation: Simulation,
  { files }: OpenedModel,
  options: SimulateOptions,
  folder: SimulationFolder,
  stored: StoredRun | null,
): Promise<SimulationResult> {
  const { progress, signal } = options;
  await folder.begin([simulation.columns, simulation.probeColumns], stored);
  await runSimulation(simulation, folder, {
    numSnapshots: stored?.state.numSnapshots ?? 0,
    ...(progress === undefined ? {} : { progress }),
    ...(signal === undefined ? {} : { signal }),
  });
  progress?.({ step: "draw charts" });
  const charts = await chartSimulation(
    { columns: simulation.columns, rows: await folder.readTable(runFiles.timeSeries) },
    { columns: simulation.probeColumns, rows: await folder.readTable(runFiles.probes) },
  );
  const chartFiles = nameFiles(charts.map(({ name }) => name));
  for (const [i, { svg }] of charts.entries()) await folder.write(chartFiles[i], svg);
  const result: SimulationResult = {
    schema: "erfem/simulation@1",
    ...files,
    ...reportSimulation(simulation),
    snapshots: folder.snapshots,
    seconds: folder.seconds,
  };
  await folder.write(runFiles.page, formatSimulationPage(result, chartFiles));
  await folder.write(runFiles.summary, formatJson(result));
  return result;
}

/** `<name>.svg`, each once, of letters that every file system takes. */
function nameFiles(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    const stem = name.replaceAll(/[^\w.-]/g, "_").replace(/^\.+/, "_");
    let file = `${stem}.svg`;
    for (let i = 2; used.has(file.toLowerCase()); i++) file = `${stem}-${i}.svg`;
    used.add(file.toLowerCase());
    return file;
  });
}

function identify({ files }: OpenedModel, { allowUndershoot = false }: SimulateOptions): RunIdentity {
  return {
    erfem: readVersion(),
    "model file": files.model.sha256,
    mesh: files.mesh.sha256,
    ...Object.fromEntries(files.results.map(({ file, sha256 }) => [file, sha256])),
    "--allow-undershoot": String(allowUndershoot),
  };
}
