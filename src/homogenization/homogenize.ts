import { UsageError } from "../core/errors.js";
import type { ProgressReporter } from "../core/progress.js";
import { principalAxes, scaleMatrix3, type Matrix3 } from "../core/tensor.js";
import type {
  ComponentRecord,
  HomogenizationResult,
  LengthUnit,
  PhaseRecord,
} from "../io/homogenization-result.js";
import { findComponents, type PhaseComponents } from "../mesh/components.js";
import { unitCellVolume } from "../mesh/lattice.js";
import { findMembrane, type Membrane } from "../mesh/membrane.js";
import { identifyPeriodicFaces, type PeriodicMesh } from "../mesh/periodic-mesh.js";
import { cellsOfPhase, partitionPhases, type PhasePartition, type PhaseSpec } from "../mesh/phases.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { UnitCellOptions } from "../mesh/unit-cell.js";
import { chooseSolver, type SolverName } from "../solver/choose-solver.js";
import type { LinearSolver, SolveOptions } from "../solver/linear-solver.js";
import { multiplyBlock } from "../sparse/multiply-block.js";
import {
  homogenizedTensor,
  solveCellProblem,
  type Correctors,
  type SolvedCellProblem,
} from "./cell-problem.js";
import { checkDiffusion, resolveDiffusion, type DiffusionSpec, type PhaseDiffusion } from "./diffusion.js";
import { createStepTimer, type StepTimer } from "./step-timer.js";

/** What to compute, and how. */
export interface HomogenizeOptions extends UnitCellOptions {
  /** Phases to solve for; by default every physical volume is a phase and all are solved for. */
  readonly phases?: readonly PhaseSpec[];
  /** Microscopic diffusion by volume or phase, um^2/ms; default 1. */
  readonly diffusion?: DiffusionSpec;
  /** Relative residual of the linear systems. Default 1e-10. */
  readonly tolerance?: number;
  /** Limit on the iterations of an iterative solver. Default 10000. */
  readonly maxIterations?: number;
  /** A solver by name, or one of your own. Default `auto`: by size. */
  readonly solver?: SolverName | LinearSolver;
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
  readonly periodic: PeriodicMesh;
  readonly partition: PhasePartition;
  readonly membrane: Membrane;
}

/**
 * Volume fractions, membrane area, correctors and homogenized tensors of a periodic unit cell.
 *
 * @throws UsageError for options that do not fit the mesh: `unknown-volume`, `diffusion-not-positive-definite`, ...
 * @throws MeshError, PeriodicityError for a mesh that is not a periodic unit cell, see {@link identifyPeriodicFaces}
 * @throws ConvergenceError, KernelError from the solver
 * @see Goel, Sneyd and Friedman (2006), sections 2.5 to 2.7
 */
export async function homogenize(mesh: TetMesh, options: HomogenizeOptions = {}): Promise<Homogenization> {
  const timer = createStepTimer(options.progress);
  const diffusion = options.diffusion ?? {};
  const partition = partitionPhases(mesh, options.phases);
  checkDiffusion(mesh, partition.phases, diffusion);
  checkTolerance(options.tolerance);

  const periodic = timer.time("identify periodic faces", () =>
    identifyPeriodicFaces(mesh, partition.phases.length, options),
  );
  const membrane = timer.time("find membrane", () => findMembrane(periodic, partition));
  const cellVolume = unitCellVolume(periodic.unitCell);

  const requested = (options.phases ?? partition.phases).map((phase) => phase.name);
  const phases: Record<string, PhaseRecord> = {};
  const correctors: Record<string, Correctors> = {};
  for (const [index, phase] of partition.phases.entries()) {
    if (!requested.includes(phase.name)) continue;
    const phaseCells = cellsOfPhase(partition, index);
    const phaseDiffusion = resolveDiffusion(mesh, phase, phaseCells, diffusion);
    const components = timer.time(`${phase.name}: find components`, () =>
      findComponents(periodic, phaseCells),
    );
    options.progress?.({ step: `${phase.name}: find components`, message: describeComponents(components) });
    const solved = await solveCellProblem(
      periodic,
      phase.name,
      phaseCells,
      components,
      phaseDiffusion.coefficient,
      (system) =>
        typeof options.solver === "object" ? options.solver : chooseSolver(options.solver ?? "auto", system),
      solveOptions(options),
      timer,
    );
    phases[phase.name] = recordPhase(
      periodic,
      phase.volumes,
      phaseCells,
      components,
      phaseDiffusion,
      solved,
      timer,
    );
    correctors[phase.name] = solved.correctors;
  }

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
    phases,
    timings: timer.seconds,
    warnings: [...mesh.report.warnings, ...membrane.warnings],
  };
  return { result, correctors, periodic, partition, membrane };
}

function recordPhase(
  periodic: PeriodicMesh,
  volumes: readonly string[],
  phaseCells: Int32Array,
  components: PhaseComponents,
  diffusion: PhaseDiffusion,
  solved: SolvedCellProblem,
  timer: StepTimer,
): PhaseRecord {
  const { assembled, correctors, solution } = solved;
  const cellVolume = unitCellVolume(periodic.unitCell);
  const records = components.components.map((component): ComponentRecord => ({
    cells: component.numCells,
    volumeFraction: component.volume / cellVolume,
    percolates: component.percolates,
  }));
  const volumeFraction = records.reduce((sum, component) => sum + component.volumeFraction, 0);
  const homogenized = timer.time("evaluate tensors", () =>
    homogenizedTensor(
      assembled,
      correctors.chi,
      multiplyBlock(assembled.stiffness, correctors.chi, 3),
      periodic,
      components,
    ),
  );
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
