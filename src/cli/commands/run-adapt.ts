import { access, mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../core/errors.js";
import type { SymmetricTensor } from "../../core/tensor.js";
import { adaptMesh, uniformMesher, type AdaptOptions, type Mesher } from "../../homogenization/adaptivity.js";
import { homogenize } from "../../homogenization/homogenize.js";
import { formatAdaptationCsv } from "../../io/adaptation-csv.js";
import type { Adaptation } from "../../io/adaptation.js";
import type { HomogenizationResult, LengthUnit } from "../../io/homogenization-result.js";
import { createAdaptiveMesher } from "../../node/adaptive-mesher.js";
import { builtInGeometries, openGeometry } from "../../node/geometries.js";
import type { SolverName } from "../../solver/choose-solver.js";
import { describeRound, formatAdaptation } from "../adaptation-table.js";
import { toUnitCellOptions, type MeshFileFlags } from "../command-options.js";
import { formatJson } from "../format-json.js";
import { runInterruptible } from "../interrupt.js";
import { openMesh } from "../open-mesh.js";
import { checkOutput, writeOutput } from "../output-file.js";
import { toRecord, type NamedValue } from "../parse-options.js";
import { withSolvers } from "../solver-threads.js";
import { withTerminal, type Terminal } from "../terminal.js";

/** Flags of `erfem adapt`. */
export interface AdaptFlags extends MeshFileFlags {
  readonly gap: number;
  readonly output: string;
  readonly maxNodes?: number;
  readonly set?: NamedValue<number>[];
  readonly size?: number;
  readonly algorithm?: "delaunay" | "hxt";
  readonly diffusion?: NamedValue<number | SymmetricTensor>[];
  readonly lengthUnit: LengthUnit;
  readonly tolerance?: number;
  readonly solver: SolverName;
  readonly jobs?: number;
}

/** Options of a geometry, which a mesh does not take. */
const geometryOptions = ["set", "size", "algorithm"] as const;

/**
 * `erfem adapt`: adapts meshes until the gap is reached, and writes after each round its result and the adaptation so far.
 *
 * @throws ConvergenceError `gap-not-reached`, the table printed before
 * @throws ErfemError of every class
 */
export async function runAdapt(input: string, flags: AdaptFlags): Promise<void> {
  const folder = flags.output;
  const options = toOptions(flags);
  await withTerminal(flags, async (terminal) => {
    const mesher = await chooseMesher(input, flags, terminal);
    await createFolder(folder, input);
    let adaptation: Adaptation | undefined;
    const write = async (result: HomogenizationResult, soFar: Adaptation): Promise<void> => {
      adaptation = soFar;
      terminal.note(`erfem: adapt: ${describeRound(soFar.rounds[soFar.rounds.length - 1])}`);
      await writeOutput(join(folder, `round-${soFar.rounds.length}.json`), formatJson(result));
      await writeOutput(join(folder, "adaptation.csv"), formatAdaptationCsv(soFar));
      await writeOutput(join(folder, "adaptation.json"), formatJson(soFar));
    };
    try {
      await adaptMesh(mesher, {
        ...options,
        ...terminal.progress,
        onRound: ({ result }, soFar) => write(result, soFar),
      });
    } finally {
      if (adaptation !== undefined) {
        for (const warning of adaptation.warnings) terminal.warn(warning);
        if (flags.json === true) terminal.print(formatJson(adaptation));
        else if (flags.quiet !== true) terminal.print(formatAdaptation(adaptation));
      }
    }
  });
}

function toOptions(flags: AdaptFlags): AdaptOptions {
  return {
    ...toUnitCellOptions(flags),
    ...(flags.phase === undefined ? {} : { phases: flags.phase }),
    ...(flags.tolerance === undefined ? {} : { tolerance: flags.tolerance }),
    ...(flags.maxNodes === undefined ? {} : { maxNodes: flags.maxNodes }),
    gap: flags.gap,
    diffusion: toRecord(flags.diffusion ?? [], "--diffusion"),
    lengthUnit: flags.lengthUnit,
    async homogenize(mesh, options = {}) {
      const numPhases = flags.phase?.length ?? mesh.volumes.length;
      const jobs = Math.min(flags.jobs ?? availableParallelism(), 2 * numPhases);
      return withSolvers(jobs, mesh.numCells / numPhases, flags.solver, async (parallel) =>
        homogenize(mesh, { ...options, ...parallel }),
      );
    },
  };
}

/** Gmsh for a geometry, red refinement for a mesh. */
async function chooseMesher(input: string, flags: AdaptFlags, terminal: Terminal): Promise<Mesher> {
  if (builtInGeometries.includes(input) || input.endsWith(".geo")) {
    await openGeometry(input);
    return gmshMesher(input, flags, terminal);
  }
  const refused = geometryOptions.find((option) => flags[option] !== undefined);
  if (refused !== undefined) {
    throw new UsageError(
      "option-without-geometry",
      `--${refused} is for geometries, but ${input} is a mesh, which is refined as it is; leave it out`,
      { details: { option: refused, input } },
    );
  }
  const { mesh, source } = await openMesh({ file: input }, terminal, { maxBytes: flags.maxBytes });
  return uniformMesher(mesh, source);
}

/** Signals end Gmsh, too; while systems are solved they end the program at once. */
function gmshMesher(geo: string, flags: AdaptFlags, terminal: Terminal): Mesher {
  return {
    followsSizes: true,
    makeMesh: (round, sizes) =>
      runInterruptible((signal) =>
        createAdaptiveMesher({
          ...terminal.progress,
          geo,
          folder: flags.output,
          set: toRecord(flags.set ?? [], "--set"),
          algorithm: flags.algorithm ?? "delaunay",
          ...(flags.size === undefined ? {} : { size: flags.size }),
          signal,
        }).makeMesh(round, sizes),
      ),
  };
}

/** @throws UsageError `output-unwritable`, `output-is-input`, `folder-in-use` */
async function createFolder(folder: string, input: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new UsageError("output-unwritable", `cannot make the folder ${folder}; name another one`, {
      cause,
      details: { path: folder },
    });
  }
  const summary = join(folder, "adaptation.json");
  const isThere = await access(summary).then(
    () => true,
    () => false,
  );
  if (isThere) {
    throw new UsageError(
      "folder-in-use",
      `the folder ${folder} holds an adaptation already; name another one, or remove it`,
      { details: { path: folder } },
    );
  }
  await checkOutput(summary, input);
  await checkOutput(join(folder, "round-1.msh"), input);
}
