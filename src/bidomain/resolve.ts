import { UsageError } from "../core/errors.js";
import type { ResolvedErrors, ResolvedLevel, ResolvedQuantity, ResolvedStudy } from "../io/resolved-study.js";
import type { VtuGrid } from "../io/vtu-writer.js";
import type { Kernel } from "../kernel/kernel.js";
import { createHomogenizedBlock, type HomogenizedBlock } from "./homogenized-block.js";
import { sampleHomogenized, type HomogenizedSample } from "./homogenized-sample.js";
import type { MacroscopicProblem } from "./macroscopic-problem.js";
import { checkResolveOptions } from "./resolve-checks.js";
import type { ResolveOptions } from "./resolve-options.js";
import { createResolvedBlock } from "./resolved-block.js";
import {
  compareSamples,
  compareTargets,
  listTargets,
  type ComparisonSetting,
} from "./resolved-comparison.js";
import { createResolvedGrid } from "./resolved-grid.js";
import { beginModel, compileInitial, type CompiledInitial } from "./resolved-model.js";
import { createResolvedProblem } from "./resolved-problem.js";
import { prepareUnitCell, type HomogenizedCell, type ResolvedUnitCell } from "./resolved-unit-cell.js";
import type { InitialConditions, StepperState } from "./stepper-options.js";
import { TimeStepper } from "./time-stepper.js";

/** A study, and the last level's solutions. */
export interface ResolvedComparison {
  readonly study: ResolvedStudy;
  /** u_eps, u0 and the reconstruction of every field, NaN where it does not exist. */
  readonly finest: VtuGrid;
}

/** Default of {@link ResolveOptions.macroscopicCells}. */
const COLUMN_CELLS = 1024;
const CUBE_CELLS = 48;

/** Algebraic errors of a hundredth of the tolerances of 1e-4 of u, which are far below any error in epsilon. */
const newton = { tolerance: 1e-2, linearTolerance: 1e-4 };

/** The first step begins with this power of two of its length. */
const NUM_HALVINGS = 6;

/** Everything that all levels share. */
interface Study {
  readonly kernel: Kernel;
  readonly unit: ResolvedUnitCell;
  readonly options: ResolveOptions;
  readonly initial: CompiledInitial;
}

/**
 * Solves the resolved model (2.1), (2.2) on ever more, ever smaller copies of a unit cell, and the macroscopic one (2.27),
 * (2.28) with the tensors of the same mesh, and measures how far they are apart at the end. Both take the same steps, so that
 * errors in time cancel; the errors of the macroscopic solution itself are measured beside.
 *
 * @param cell with the phases of the options solved for
 * @throws UsageError of `checkResolveOptions`, `prepareUnitCell`, `createResolvedProblem`,
 *   `createHomogenizedBlock`
 * @throws MeshError of `prepareUnitCell`; ConvergenceError, KernelError of {@link TimeStepper}
 */
export async function resolveUnitCell(
  kernel: Kernel,
  cell: HomogenizedCell,
  options: ResolveOptions,
): Promise<ResolvedComparison> {
  checkResolveOptions(options);
  const { isCube = false, slabLength = 0, length, end, steps } = options;
  const unit = prepareUnitCell(cell, options);
  const shared: Study = { kernel, unit, options, initial: await compileInitial(options) };
  const numCells = options.macroscopicCells ?? (isCube ? CUBE_CELLS : COLUMN_CELLS);
  const macroscopic = await solveMacroscopic(shared, numCells, steps);
  const levels: ResolvedLevel[] = [];
  for (const copies of options.copies) {
    const start = performance.now();
    const level = await solveLevel(shared, copies, macroscopic);
    const { setting, fields, calciumDrift } = level;
    const errors = compareTargets(setting, listTargets(setting), fields, level.sample);
    const before = levels.at(-1);
    levels.push({
      copies,
      epsilon: setting.block.epsilon,
      nodes: setting.block.mesh.numNodes,
      cells: setting.block.mesh.numCells,
      errors,
      orders: errors.map((own, i) => findOrders(own, before?.errors[i], copies, before?.copies)),
      calciumDrift,
      seconds: (performance.now() - start) / 1000,
    });
    if (levels.length < options.copies.length) continue;
    const targets = listTargets(setting);
    const differ = async (cells: number, numSteps: number) => {
      const other = await solveMacroscopic(shared, cells, numSteps);
      const sample = sampleHomogenized(other.block, other.fields, pointsOf(setting.problem));
      return compareSamples(setting, targets, sample, level.sample);
    };
    const study: ResolvedStudy = {
      schema: "erfem/resolved@1",
      settings: { length, slabLength, isCube, end, steps, membraneFactor: unit.membraneFactor },
      targets,
      levels,
      macroscopic: {
        nodes: macroscopic.block.problem.numNodes,
        meshErrors: await differ(numCells / 2, steps),
        stepErrors: await differ(numCells, 2 * steps),
      },
      warnings: cell.result.warnings,
    };
    return { study, finest: createResolvedGrid(setting, fields, level.sample) };
  }
  throw new UsageError("copies-invalid", "there is no number of copies");
}

interface MacroscopicSolution {
  readonly block: HomogenizedBlock;
  readonly fields: Float64Array;
}

async function solveMacroscopic(study: Study, cells: number, steps: number): Promise<MacroscopicSolution> {
  const { kernel, unit, options, initial } = study;
  const { isCube = false, slabLength = 0, length, end } = options;
  const block = await createHomogenizedBlock(kernel, unit, options, { isCube, length, slabLength, cells });
  const begin = beginModel(block.problem, options, initial);
  const { fields } = takeSteps(block.problem, begin, end, steps, (fraction) => {
    options.progress?.({ step: "homogenized", fraction });
  });
  return { block, fields };
}

async function solveLevel(
  { kernel, unit, options, initial }: Study,
  copies: number,
  macroscopic: MacroscopicSolution,
): Promise<{
  readonly setting: ComparisonSetting;
  readonly fields: Float64Array;
  readonly sample: HomogenizedSample;
  readonly calciumDrift: number;
}> {
  const { isCube = false, slabLength = 0, length } = options;
  const name = isCube ? `${copies} x ${copies} x ${copies} cells` : `${copies} cells`;
  options.progress?.({ step: name, fraction: 0 });
  const block = createResolvedBlock(unit, { copies, isCube, length, slabLength });
  const { problem, calcium } = await createResolvedProblem(kernel, unit, block, options);
  const begin = beginModel(problem, options, initial);
  const before = calcium.measure(begin.fields, begin.states ?? new Float64Array(0));
  let calciumDrift = 0;
  const { fields } = takeSteps(problem, begin, options.end, options.steps, (fraction, stepper) => {
    const drift = Math.abs(calcium.measure(stepper.fields, stepper.states) / before - 1);
    if (!(drift <= calciumDrift)) calciumDrift = drift;
    options.progress?.({ step: name, fraction });
  });
  const sample = sampleHomogenized(macroscopic.block, macroscopic.fields, pointsOf(problem));
  const erBuffers = (options.buffers ?? []).filter(({ compartment }) => compartment === "er");
  const erFields = new Set(["e", ...erBuffers.map((buffer) => buffer.name)]);
  return { setting: { unit, block, problem, erFields }, fields, sample, calciumDrift };
}

/**
 * `steps` equal steps to `end`, the first of them divided into h, h, 2h, 4h, ...: beside the membrane concentrations change at
 * once at the beginning, faster by far than anywhere later.
 */
function takeSteps(
  problem: MacroscopicProblem,
  begin: InitialConditions,
  end: number,
  steps: number,
  onStep: (fraction: number, stepper: TimeStepper) => void,
): StepperState {
  const step = end / steps;
  let state: InitialConditions | StepperState = begin;
  for (let part = 0; ; part++) {
    const until = part > NUM_HALVINGS ? end : step / 2 ** (NUM_HALVINGS - part);
    const fixedStep = part > NUM_HALVINGS ? step : part === 0 ? until : until / 2;
    const stepper: TimeStepper = new TimeStepper(problem, state, { fixedStep, newton });
    try {
      stepper.advanceTo(until, ({ time }) => {
        onStep(time / end, stepper);
      });
      const reached = stepper.capture();
      if (part > NUM_HALVINGS) return reached;
      state = reached;
    } finally {
      stepper.dispose();
    }
  }
}

/** Places of the vectors' nodes, numNodes x 3. */
function pointsOf({ mesh, numNodes }: MacroscopicProblem): Float64Array {
  return mesh.coordinates.subarray(0, 3 * numNodes);
}

/** log(e_before / e) / log(n / n_before). */
function findOrders(
  errors: ResolvedErrors,
  before: ResolvedErrors | undefined,
  copies: number,
  copiesBefore = 0,
): Record<ResolvedQuantity, number | null> {
  const orderOf = (quantity: ResolvedQuantity): number | null => {
    const coarse = before?.[quantity] ?? 0;
    const fine = errors[quantity] ?? 0;
    return coarse > 0 && fine > 0 ? Math.log(coarse / fine) / Math.log(copies / copiesBefore) : null;
  };
  return {
    l2: orderOf("l2"),
    l2Reconstructed: orderOf("l2Reconstructed"),
    cellMeans: orderOf("cellMeans"),
    gradient: orderOf("gradient"),
    gradientReconstructed: orderOf("gradientReconstructed"),
  };
}
