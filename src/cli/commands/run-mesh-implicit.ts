import { UsageError } from "../../core/errors.js";
import { createFormulaLevelSet } from "../../meshing/formula-level-set.js";
import type { LevelSet } from "../../meshing/level-set.js";
import { createTpms, type TpmsName } from "../../meshing/tpms.js";
import type { BoxFlag } from "../parse-level-set.js";
import { withTerminal } from "../terminal.js";
import { writeLevelSet, type LevelSetFlags } from "../write-level-set.js";

/** Flags of `erfem mesh implicit`. */
export interface MeshImplicitFlags extends LevelSetFlags {
  readonly formula?: string;
  readonly box?: BoxFlag;
  readonly surface?: TpmsName;
  readonly period?: number;
  readonly offset?: number;
  readonly size: number;
  readonly grading?: number;
}

/**
 * `erfem mesh implicit`: meshes both sides of the zero set of a formula or of a built-in surface.
 *
 * @throws UsageError `level-set-missing`, `contradicting-options`, and what the level set and the mesher throw
 */
export async function runMeshImplicit(flags: MeshImplicitFlags): Promise<void> {
  await withTerminal(flags, async (terminal) => {
    const levelSet = await chooseLevelSet(flags);
    const { size, grading } = flags;
    const options = { size, ...(grading === undefined ? {} : { grading }) };
    await writeLevelSet(levelSet, options, flags, terminal, () => []);
  });
}

async function chooseLevelSet(flags: MeshImplicitFlags): Promise<LevelSet> {
  const { formula, box, surface, period, offset } = flags;
  const isMixed =
    surface === undefined
      ? period !== undefined || offset !== undefined
      : formula !== undefined || box !== undefined;
  if (isMixed) {
    throw new UsageError(
      "contradicting-options",
      "--formula goes with --box, and --surface with --period and --offset; leave out what belongs to the other",
    );
  }
  if (surface !== undefined) return createTpms(surface, period ?? 1, offset ?? 0);
  if (formula !== undefined && box !== undefined)
    return createFormulaLevelSet(formula, box.origin, box.lengths);
  throw new UsageError(
    "level-set-missing",
    "nothing says what surface to mesh; expected --formula with --box, or --surface, such as --surface gyroid",
  );
}
