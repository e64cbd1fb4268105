import { UsageError } from "../core/errors.js";
import type { ProgressReporter } from "../core/progress.js";
import { sumCompensated } from "../core/summation.js";
import { principalAxes, scaleMatrix3, type Matrix3 } from "../core/tensor.js";
import type {
  ComponentRecord,
  HomogenizationResult,
  LengthUnit,
  PhaseRecord,
} from "../io/homogenization-result.js";
import { averageCoefficient } from "../fem/coefficient-average.js";
import { loadKernel, type Kernel } from "../kernel/kernel.js";
import { findComponents, type PhaseComponents } from "../mesh/components.js";
import { KernelMesh } from "../mesh/kernel-mesh.js";
import { unitCellVolume } from "../mesh/lattice.js";
import { findMembrane, type Membrane } from "../mesh/membrane.js";
import { orderMesh } from "../mesh/order-mesh.js";
import { identifyPeriodicFaces, type PeriodicMesh } from "../mesh/periodic-mesh.js";
import { cellsByPhase, partitionPhases, type PhasePartition, type PhaseSpec } from "../mesh/phases.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { UnitCellOptions } from "../mesh/unit-cell.js";
import { chooseSolver, type SolverName } from "../solver/choose-solver.js";
import type { LinearSolver, LinearSystem, SolveOptions } from "../solver/linear-solver.js";
import { certifyTensor, type PhaseBounds } from "./bounds.js";
import {
  solveCellProblem,
  type Correctors,
  type PhaseProblem,
  type SolvedCellProblem,
} from "./cell-problem.js";
import { compileDiffusion } from "./compile-diffusion.js";
import {
  checkDiffusion,
  resolveDiffusion,
  type CompiledDiffusion,
  type DiffusionSpec,
  type PhaseDiffusion,
} from "./diffusion.js";
import { solveDualProblem, type SolvedDualProblem } from "./dual-problem.js";
import { createMemoryCheck, sizeCellProblem, sizeDualProblem, type MemoryCheck } from "./memory-check.js";
import { createStepTimer, type StepTimer } from "./step-timer.js";

/** What to compute, and how. */
export interface HomogenizeOptions extends UnitCellOptions {
  /** Phases to solve for; by default every physical volume is a phase and all are solved for. */
  readonly phases?: readonly PhaseSpec[];
  /** Microscopic diffusion by volume or phase, um^2/ms; default 1. */
  readonly diffusion?: DiffusionSpec;
  /** Bounds of the homogenized tensors from both sides, too: {@link PhaseRecord.bounds}. Default false. */
  readonly bounds?: boolean;
  /** Relative residual of the linear systems. Default 1e-10. */
  readonly tolerance?: number;
  /** Limit on the iterations of an iterative solver. Default 10000. */
  readonly maxIterations?: number;
  /** A solver by name, or one of your own. Default `auto`: by size. */
  readonly solver?: SolverName | LinearSolver;
  /**
   * Phases worked on at a time; more than one pays with a solver that works in other threads, and takes the memory of
   * that many systems. Default 1.
   */
  readonly concurrency?: number;
  /** The kernel to work in; by default one of its own, whose memory goes when the work is done. */
  readonly kernel?: Kernel;
  /** Memory that a kernel may take, bytes: what would need more is refused at once. Default 4 GiB, all it can address. */
  readonly memoryLimit?: number;
  /** Unit of the mesh coordinates, recorded in the result. Default `cell`. */
  readonly lengthUnit?: LengthUnit;
  /** Where the mesh came from, recorded in the result. */
  readonly source?: { readonly file?: string; readonly sha256?: string; readonly format?: string };
  readonly progress?: ProgressReporter;
}

/** Homogenized tensors and the fields they were computed from. */
export interface Homogenization {
  /** What the result file holds. */
  readonly result: HomogenizationResult;
  /** The correctors of each phase solved for. */
  readonly correctors: Readonly<Record<string, Correctors>>;
  /** The bounds of each phase solved for, where they were asked for. */
  readonly bounds: Readonly<Record<string, PhaseBounds>>;
  /** The mesh along a space-filling curve, see {@link orderMesh}, with its unit cell; `nodeTags` tell who is who. */
  readonly periodic: PeriodicMesh;
  readonly partition: PhasePartition;
  readonly membrane: Membrane;
}

/**
 * Volume fractions, membrane area, correctors and homogenized tensors of a periodic unit cell.
 *
 * @throws UsageError for options that do not fit the mesh: `unknown-volume`, `diffusion-not-positive-definite`, ...;
 *   for formulas and cell data see {@link compileDiffusion} and `averageCoefficient`
 * @throws MeshError, PeriodicityError for a mesh that is not a periodic unit cell, see {@link identifyPeriodicFaces}
 * @throws MeshError `mesh-too-large` before work begins that the kernel has no memory for
 * @throws ConvergenceError, KernelError from the solver
 * @see Goel, Sneyd and Friedman (2006), sections 2.5 to 2.7
 */
export async function homogenize(
  unorderedMesh: TetMesh,
  options: HomogenizeOptions = {},
): Promise<Homogenization> {
  const timer = createStepTimer(options.progress);
  const checkMemory = createMemoryCheck(unorderedMesh, options);
  const kernel = options.kernel ?? (await timer.timeAsync("load kernel", async () => loadKernel()));
  const mesh = timer.time("order mesh", () => orderMesh(kernel, unorderedMesh));
  const partition = partitionPhases(mesh, options.phases);
  const checked = checkDiffusion(mesh, partition.phases, options.diffusion ?? {});
  const diffusion = await compileDiffusion(mesh, checked);
  checkTolerance(options.tolerance);
  const requested = new Set((options.phases ?? partition.phases).map((phase) => phase.name));
  const indices = [...partition.phases.keys()].filter((index) => requested.has(partition.phases[index].name));
  const cellsOf = cellsByPhase(partition);
  const withBounds = options.bounds === true;
  for (const index of indices) {
    const { name } = partition.phases[index];
    checkMemory(sizeCellProblem(name, cellsOf[index].length));
    if (withBounds) checkMemory(sizeDualProblem(name, cellsOf[index].length));
  }

  const periodic = timer.time("identify periodic faces", () =>
    identifyPeriodicFaces(kernel, mesh, partition.phases.length, options),
  );
  const kernelMesh = new KernelMesh(kernel, periodic);
  try {
    const membrane = timer.time("find membrane", () => findMembrane(kernelMesh, partition));
    const solved = await solvePhases(
      kernelMesh,
      partition,
      indices,
      cellsOf,
      diffusion,
      checkMemory,
      options,
      timer,
    );
    return summarize(periodic, partition, membrane, solved, options, timer);
  } finally {
    kernelMesh.unload();
  }
}

interface SolvedPhase {
  readonly name: string;
  readonly record: PhaseRecord;
  readonly correctors: Correctors;
  readonly bounds: PhaseBounds | null;
}

/** Solves for the phases of these indices, in the order of the partition. */
async function solvePhases(
  kernelMesh: KernelMesh,
  partition: PhasePartition,
  indices: readonly number[],
  cellsOf: readonly Int32Array[],
  diffusion: CompiledDiffusion,
  checkMemory: MemoryCheck,
  options: HomogenizeOptions,
  timer: StepTimer,
): Promise<SolvedPhase[]> {
  const { kernel, periodic } = kernelMesh;
  const { mesh } = periodic;
  const chooseForPhase = (system: LinearSystem): LinearSolver =>
    typeof options.solver === "object"
      ? options.solver
      : chooseSolver(options.solver ?? "auto", system, kernel);
  const withBounds = options.bounds === true;
  const position = withBounds ? { position: new Int32Array(mesh.numCells).fill(-1) } : {};
  const concurrency = options.concurrency ?? 1;
  const solvePhase = async (index: number): Promise<SolvedPhase> => {
    const phase = partition.phases[index];
    const phaseCells = cellsOf[index];
    const phaseDiffusion = resolveDiffusion(mesh, phase, phaseCells, diffusion);
    const means = timer.time(`${phase.name}: average diffusion`, () =>
      averageCoefficient(mesh, periodic.unitCell, phaseCells, phaseDiffusion.coefficient),
    );
    const components = timer.time(`${phase.name}: find components`, () =>
      findComponents(kernelMesh, phaseCells),
    );
    options.progress?.({ step: `${phase.name}: find components`, message: describeComponents(components) });
    const problem: PhaseProblem = {
      mesh: kernelMesh,
      name: phase.name,
      phaseCells,
      components,
      coefficient: means.arithmetic,
      checkMemory,
      ...position,
    };
    const limits = solveOptions(options);
    const solvePrimal = async (): Promise<SolvedCellProblem> =>
      solveCellProblem(problem, chooseForPhase, limits, timer);
    const solveDual = async (): Promise<SolvedDualProblem> =>
      solveDualProblem(problem, means.harmonic, chooseForPhase, limits, timer);
    let primal: SolvedCellProblem;
    let bounds: PhaseBounds | null = null;
    if (withBounds) {
      const [solved, dual] = await runBoth(solvePrimal, solveDual, concurrency > 1);
      primal = solved;
      bounds = timer.time(`${phase.name}: bounds`, () =>
        certifyTensor(problem, means, phaseDiffusion.scalar, solved, dual),
      );
    } else {
      primal = await solvePrimal();
    }
    const record = recordPhase(
      periodic,
      phase.volumes,
      phaseCells,
      components,
      phaseDiffusion,
      primal,
      bounds,
    );
    return { name: phase.name, record, correctors: primal.correctors, bounds };
  };
  return mapConcurrently(indices, withBounds ? concurrency / 2 : concurrency, solvePhase);
}

/** The result file, and the fields it was computed from. */
function summarize(
  periodic: PeriodicMesh,
  partition: PhasePartition,
  membrane: Membrane,
  solved: readonly SolvedPhase[],
  options: HomogenizeOptions,
  timer: StepTimer,
): Homogenization {
  const { mesh } = periodic;
  const cellVolume = unitCellVolume(periodic.unitCell);
  const { origin, vectors, source } = periodic.unitCell;
  const result: HomogenizationResult = {
    schema: "erfem/homogenization@1",
    mesh: {
      file: options.source?.file ?? null,
      sha256: options.source?.sha256 ?? null,
      format: options.source?.format ?? null,
      nodes: mesh.numNodes,
      cells: mesh.numCells,
      lengthUnit: options.lengthUnit ?? "cell",
      unitCell: { origin, vectors, source },
    },
    membrane: {
      area: membrane.area,
      areaPerVolume: membrane.area / cellVolume,
      pairs: membrane.pairs,
    },
    phases: Object.fromEntries(solved.map(({ name, record }) => [name, record])),
    timings: timer.seconds,
    warnings: [...mesh.report.warnings, ...describeGuess(periodic, partition, options), ...membrane.warnings],
  };
  const correctors = Object.fromEntries(solved.map((phase) => [phase.name, phase.correctors]));
  const bounds = Object.fromEntries(
    solved.flatMap((phase) => (phase.bounds === null ? [] : [[phase.name, phase.bounds]])),
  );
  return { result, correctors, bounds, periodic, partition, membrane };
}

/** Two tasks, one after the other or at the same time. */
async function runBoth<S, T>(
  first: () => Promise<S>,
  second: () => Promise<T>,
  atOnce: boolean,
): Promise<[S, T]> {
  return atOnce ? Promise.all([first(), second()]) : [await first(), await second()];
}

/** The results of a task for each item, in order, with at most `concurrency` under way at a time. */
async function mapConcurrently<T, R>(
  items: readonly T[],
  concurrency: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, concurrency), items.length) }, work));
  return results;
}

/** What to say where the bounding box of a single phase was taken for the unit cell. */
function describeGuess(
  periodic: PeriodicMesh,
  partition: PhasePartition,
  options: HomogenizeOptions,
): string[] {
  const isGuess = periodic.unitCell.source === "bounding-box" && partition.phases.length === 1;
  if (!isGuess || options.homogeneous === true) return [];
  return [
    `the bounding box of the one phase "${partition.phases[0].name}" is taken for the unit cell; where walls of a tube ` +
      "lie on its faces that is not so: then give the cell with --unit-cell L1,L2,L3",
  ];
}

function recordPhase(
  periodic: PeriodicMesh,
  volumes: readonly string[],
  phaseCells: Int32Array,
  components: PhaseComponents,
  diffusion: PhaseDiffusion,
  solved: SolvedCellProblem,
  bounds: PhaseBounds | null,
): PhaseRecord {
  const { correctors, homogenized, solution } = solved;
  const cellVolume = unitCellVolume(periodic.unitCell);
  const records = components.components.map((component): ComponentRecord => ({
    cells: component.numCells,
    volumeFraction: component.volume / cellVolume,
    percolates: component.percolates,
  }));
  const volumeFraction = sumCompensated(records.length, (c) => records[c].volumeFraction);
  const factor = diffusion.scalar === null ? null : scaleMatrix3(homogenized, 1 / diffusion.scalar);
  return {
    volumes,
    volumeFraction,
    cells: phaseCells.length,
    nodes: correctors.dofMap.numNodes,
    dofs: correctors.dofMap.numDofs,
    components: records,
    diffusion: diffusion.record,
    homogenized,
    effective: scaleMatrix3(homogenized, 1 / volumeFraction),
    factor,
    principal: principalAxes(homogenized),
    tortuosity: factor === null ? null : tortuosity(factor, volumeFraction),
    correctorIntegral: correctors.integral,
    bounds: bounds?.record ?? null,
    solver: {
      method: solution.method,
      iterations: solution.iterations,
      relativeResidual: solution.relativeResidual,
    },
  };
}

/** gamma / factor_kk, null where the phase does not conduct along axis k. */
function tortuosity(factor: Matrix3, volumeFraction: number): (number | null)[] {
  return [0, 1, 2].map((k) => (factor[k][k] > 0 ? volumeFraction / factor[k][k] : null));
}

function solveOptions(options: HomogenizeOptions): SolveOptions {
  return {
    ...(options.tolerance === undefined ? {} : { relativeTolerance: options.tolerance }),
    ...(options.maxIterations === undefined ? {} : { maxIterations: options.maxIterations }),
    ...(options.progress === undefined ? {} : { progress: options.progress }),
  };
}

function checkTolerance(tolerance: number | undefined): void {
  if (tolerance === undefined || (tolerance > 0 && tolerance < 1)) return;
  throw new UsageError("tolerance-invalid", `the tolerance is ${tolerance}; give a number between 0 and 1`, {
    details: { tolerance },
  });
}

/** `2 components, the largest percolates along L1, L3`. */
function describeComponents(found: PhaseComponents): string {
  const { components } = found;
  const directions = [0, 1, 2].filter((k) => components.some((component) => component.percolates[k]));
  const spanned =
    directions.length === 0
      ? "none percolates"
      : `percolating along ${directions.map((k) => `L${k + 1}`).join(", ")}`;
  return `${components.length} component${components.length === 1 ? "" : "s"}, ${spanned}`;
}
