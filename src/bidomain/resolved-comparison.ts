import type { ResolvedErrors, ResolvedTarget } from "../io/resolved-study.js";
import { measureDifference, type ComparisonNorms } from "./field-errors.js";
import type { HomogenizedSample } from "./homogenized-sample.js";
import type { MacroscopicProblem } from "./macroscopic-problem.js";
import type { ResolvedBlock } from "./resolved-block.js";
import type { ResolvedPhase, ResolvedUnitCell } from "./resolved-unit-cell.js";

/** What is compared, and where. */
export interface ComparisonSetting {
  readonly unit: ResolvedUnitCell;
  readonly block: ResolvedBlock;
  readonly problem: MacroscopicProblem;
  /** Fields of the ER; all others are in the cytosol. */
  readonly erFields: ReadonlySet<string>;
}

/** The targets of a problem: every field in the block, those of the cytosol in the slab, too. */
export function listTargets({ block, problem, erFields }: ComparisonSetting): ResolvedTarget[] {
  const inBlock = problem.fieldNames.map((field): ResolvedTarget => ({
    name: field,
    field,
    domain: "block",
  }));
  if (block.slabVolume === null) return inBlock;
  const inSlab = problem.fieldNames
    .filter((field) => !erFields.has(field))
    .map((field): ResolvedTarget => ({ name: `${field} (slab)`, field, domain: "slab" }));
  return [...inBlock, ...inSlab];
}

/**
 * Values of u0 + epsilon chi_k du0/dx_k of a field at the nodes of the problem.
 *
 * @see (2.16), (2.17)
 */
export function reconstructField(
  setting: ComparisonSetting,
  { values, gradients }: HomogenizedSample,
  field: number,
): Float64Array {
  const { block, problem } = setting;
  const { chi } = phaseOfField(setting, field);
  const { numNodes, numFields } = problem;
  const result = new Float64Array(numNodes);
  for (let node = 0; node < numNodes; node++) {
    const at = node * numFields + field;
    const unitNode = block.unitNodeOf[node];
    result[node] = values[at];
    if (unitNode < 0) continue;
    for (let k = 0; k < 3; k++) {
      result[node] += block.scale * chi[3 * unitNode + k] * gradients[3 * at + k];
    }
  }
  return result;
}

/** Errors of each target. */
export function compareTargets(
  setting: ComparisonSetting,
  targets: readonly ResolvedTarget[],
  fields: Float64Array,
  sample: HomogenizedSample,
): ResolvedErrors[] {
  return targets.map((target) => {
    const field = setting.problem.fieldNames.indexOf(target.field);
    const resolved = selectField(setting, fields, field);
    const plain = compare(setting, target, resolved, selectField(setting, sample.values, field));
    if (target.domain === "slab") {
      return {
        l2: plain.l2,
        l2Reconstructed: null,
        cellMeans: null,
        gradient: plain.gradient,
        gradientReconstructed: null,
      };
    }
    const reconstruction = reconstructField(setting, sample, field);
    const reconstructed = compare(
      setting,
      target,
      resolved,
      reconstruction,
      selectField(setting, sample.values, field),
    );
    return {
      l2: plain.l2,
      l2Reconstructed: reconstructed.l2,
      cellMeans: plain.cellMeans,
      gradient: plain.gradient,
      gradientReconstructed: reconstructed.gradient,
    };
  });
}

/** How far two macroscopic solutions are apart on each target. */
export function compareSamples(
  setting: ComparisonSetting,
  targets: readonly ResolvedTarget[],
  sample: HomogenizedSample,
  reference: HomogenizedSample,
): Pick<ResolvedErrors, "l2" | "gradient">[] {
  return targets.map((target) => {
    const field = setting.problem.fieldNames.indexOf(target.field);
    const { l2, gradient } = compare(
      setting,
      target,
      selectField(setting, sample.values, field),
      selectField(setting, reference.values, field),
    );
    return { l2, gradient };
  });
}

/** One field of all nodes, numNodes. */
export function selectField(
  { problem }: ComparisonSetting,
  values: Float64Array,
  field: number,
): Float64Array {
  const { numNodes, numFields } = problem;
  return Float64Array.from({ length: numNodes }, (_, node) => values[node * numFields + field]);
}

function phaseOfField({ unit, problem, erFields }: ComparisonSetting, field: number): ResolvedPhase {
  return erFields.has(problem.fieldNames[field]) ? unit.er : unit.cytosol;
}

/** @param reference u0, which norms relate to; what is compared with where absent */
function compare(
  setting: ComparisonSetting,
  target: ResolvedTarget,
  u: Float64Array,
  other: Float64Array,
  reference: Float64Array = other,
): ComparisonNorms {
  const { block, unit, problem } = setting;
  const phase = phaseOfField(setting, problem.fieldNames.indexOf(target.field));
  const numUnitCells = unit.periodic.mesh.numCells;
  const { unitCellOf, mesh } = block;
  const isInPhase = new Uint8Array(numUnitCells);
  for (const cell of phase.cells) isInPhase[cell] = 1;
  const isInBlock = target.domain === "block";
  const cells: number[] = [];
  let numBlockCells = 0;
  for (let cell = 0; cell < mesh.numCells; cell++) {
    const unitCell = unitCellOf[cell];
    if (unitCell >= 0) numBlockCells++;
    if (isInBlock ? unitCell >= 0 && isInPhase[unitCell] === 1 : unitCell < 0) cells.push(cell);
  }
  return measureDifference({
    mesh,
    cellNodes: problem.cellNodes,
    cells: Int32Array.from(cells),
    copyOf: (cell) => (isInBlock ? Math.floor(cell / numUnitCells) : 0),
    numCopies: isInBlock ? numBlockCells / numUnitCells : 1,
    difference: u.map((value, node) => value - other[node]),
    reference,
  });
}
