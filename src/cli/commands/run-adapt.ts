import { access } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../core/errors.js";
import { adaptMesh, uniformMesher, type AdaptOptions, type Mesher } from "../../homogenization/adaptivity.js";
import { checkFormulas } from "../../homogenization/compile-diffusion.js";
import { formatAdaptationCsv } from "../../io/adaptation-csv.js";
import type { Adaptation } from "../../io/adaptation.js";
import type { HomogenizationResult } from "../../io/homogenization-result.js";
import { createAdaptiveMesher } from "../../node/adaptive-mesher.js";
import { isGeometry, openGeometry } from "../../node/geometries.js";
import { describeRound, formatAdaptation } from "../adaptation-table.js";
import type { MeshFileFlags } from "../command-options.js";
import { formatJson } from "../format-json.js";
import { refuseGeometryFlags, type GeometryFlags } from "../geometry-flags.js";
import { toHomogenizeOptions, type HomogenizeFlags } from "../homogenize-flags.js";
import { runInterruptible } from "../interrupt.js";
import { openMesh } from "../open-mesh.js";
import { createOutputFolder, writeOutput } from "../output-file.js";
import { toRecord } from "../parse-options.js";
import { homogenizeInThreads } from "../solver-threads.js";
import { withTerminal, type Terminal } from "../terminal.js";

/** Flags of `erfem adapt`. */
export interface AdaptFlags extends HomogenizeFlags, MeshFileFlags, GeometryFlags {
  readonly gap: number;
  readonly output: string;
  readonly maxNodes?: number;
}

/**
 * `erfem adapt`: adapts meshes until the gap is reached, and writes after each round its result and the adaptation so far.
 *
 * @throws ConvergenceError `gap-not-reached`, the table printed before
 * @throws ErfemError of every class
 */
export async function runAdapt(input: string, flags: AdaptFlags): Promise<void> {
  const folder = flags.output;
  const options: AdaptOptions = {
    ...toHomogenizeOptions(flags),
    ...(flags.maxNodes === undefined ? {} : { maxNodes: flags.maxNodes }),
    gap: flags.gap,
    homogenize: async (mesh, solving) => homogenizeInThreads({ ...flags, bounds: true }, mesh, solving),
  };
  await checkFormulas(options.diffusion ?? {});
  await withTerminal(flags, async (terminal) => {
    const mesher = await chooseMesher(input, flags, terminal);
    await refuseUsedFolder(folder);
    await createOutputFolder(folder, input, ["adaptation.json", "round-1.msh"]);
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

/** Gmsh for a geometry, red refinement for a mesh. */
async function chooseMesher(input: string, flags: AdaptFlags, terminal: Terminal): Promise<Mesher> {
  if (isGeometry(input)) {
    const { family, image } = await openGeometry(input);
    if (family !== undefined || image !== undefined) {
      throw new UsageError(
        "family-needs-no-gmsh",
        `the unit cell ${input} is meshed without Gmsh, with one size at the membrane, and cannot be adapted; mesh it with ` +
          `erfem mesh ${input} -o cell.msh and give cell.msh, which is refined uniformly`,
        { details: { geometry: input } },
      );
    }
    return gmshMesher(input, flags, terminal);
  }
  refuseGeometryFlags(input, flags);
  const { mesh, source } = await openMesh({ file: input }, terminal, { file: flags });
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

/** @throws UsageError `folder-in-use` */
async function refuseUsedFolder(folder: string): Promise<void> {
  const isThere = await access(join(folder, "adaptation.json")).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new UsageError(
    "folder-in-use",
    `the folder ${folder} holds an adaptation already; name another one, or remove it`,
    { details: { path: folder } },
  );
}
