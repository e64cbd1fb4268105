import { UsageError } from "../core/errors.js";
import type { ProgressReporter } from "../core/progress.js";
import type { HomogenizationResult, LengthUnit } from "../io/homogenization-result.js";
import { loadKernel, type Kernel } from "../kernel/kernel.js";
import { KernelMesh, openKernelMesh } from "../mesh/kernel-mesh.js";
import { unitCellVolume } from "../mesh/lattice.js";
import { findMembrane, type Membrane } from "../mesh/membrane.js";
import { orderMesh } from "../mesh/order-mesh.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";
import { cellsByPhase, partitionPhases, type PhasePartition, type PhaseSpec } from "../mesh/phases.js";
import { hasResidentCells } from "../mesh/resident-cells.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { UnitCellOptions } from "../mesh/unit-cell.js";
import { findOpenCell, requireBox } from "../mesh/open-cell.js";
import { tieFaces } from "../mesh/tied-cell.js";
import { chooseSolver, type SolverName } from "../solver/choose-solver.js";
import type { LinearSolver, SolveOptions } from "../solver/linear-solver.js";
import type { PhaseBounds } from "./bounds.js";
import type { Correctors } from "./cell-problem.js";
import { compileDiffusion } from "./compile-diffusion.js";
import { checkDiffusion, type DiffusionSpec } from "./diffusion.js";
import { createMemoryCheck, sizeCellProblem, sizeDualProblem } from "./memory-check.js";
import type { OpenBoundary } from "./open-cell-problem.js";
import { solvePhases, type SolvedPhase } from "./solve-phases.js";
import { createStepTimer, type StepTimer } from "./step-timer.js";
import { requireTied, withMismatch } from "./tied-faces.js";

/** A condition on the outer faces of the cell. */
export type BoundaryKind = "periodic" | OpenBoundary;

/**
 * How opposite faces are one: `match`, node by node; or `tie`, where they are cut into different facets, by the coupling
 * of `assembleFaceCoupling`.
 */
export type PeriodicKind = "match" | "tie";

/** What to compute, and how. */
export interface HomogenizeOptions extends UnitCellOptions {
  /** Phases to solve for; by default every physical volume is a phase and all are solved for. */
  readonly phases?: readonly PhaseSpec[];
  /** Microscopic diffusion by volume or phase, um^2/ms; default 1. */
  readonly diffusion?: DiffusionSpec;
  /** Bounds of the homogenized tensors from both sides, too: `PhaseRecord.bounds`. Default false. */
  readonly bounds?: boolean;
  /**
   * Condition on the outer faces: `periodic` (default), or that of an apparent tensor, see docs/boundary-conditions.md.
   * Bounds go with `periodic` only.
   */
  readonly boundary?: BoundaryKind;
  /**
   * With `periodic` faces: whether they have to `match` (default), or are tied where they do not. Bounds go with `match`
   * only.
   */
  readonly periodic?: PeriodicKind;
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
 *   for formulas and cell data see `compileDiffusion` and `averageCoefficient`
 * @throws MeshError, PeriodicityError for a mesh that is not a periodic unit cell, see `identifyPeriodicFaces`
 * @throws MeshError `mesh-too-large` before work begins that the kernel has no memory for
 * @throws ConvergenceError, KernelError from the solver
 * @see Goel, Sneyd and Friedman (2006), sections 2.5 to 2.7
 */
export async function homogenize(
  unorderedMesh: TetMesh,
  options: HomogenizeOptions = {},
): Promise<Homogenization> {
  const timer = createStepTimer(options.progress);
  const { numNodes, numCells } = unorderedMesh;
  const isResident = hasResidentCells(unorderedMesh);
  const checkMemory = createMemoryCheck({ numNodes, numCells, isResident }, options);
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
  const boundary = options.boundary ?? "periodic";
  const isTied = options.periodic === "tie";
  checkBounds(boundary, withBounds, isTied);
  for (const index of indices) {
    const { name } = partition.phases[index];
    checkMemory(sizeCellProblem(name, cellsOf[index].length));
    if (withBounds) checkMemory(sizeDualProblem(name, cellsOf[index].length));
  }

  const numPhases = partition.phases.length;
  const open =
    boundary === "periodic" && !isTied
      ? undefined
      : timer.time("find faces", () => findOpenCell(kernel, mesh, numPhases, options));
  if (open !== undefined && boundary !== "dirichlet" && boundary !== "periodic") requireBox(open, boundary);
  const tied =
    open !== undefined && isTied ? timer.time("tie faces", () => tieFaces(open, partition)) : undefined;
  if (tied !== undefined) requireTied(tied, partition);
  const kernelMesh =
    open === undefined
      ? timer.time("identify periodic faces", () => openKernelMesh(kernel, mesh, numPhases, options))
      : new KernelMesh(kernel, open.periodic);
  const { periodic } = kernelMesh;
  try {
    const membrane = timer.time("find membrane", () =>
      findMembrane(
        kernelMesh,
        partition,
        open?.faces.flatMap((pair) => pair.flatMap((face) => [...face.facets])),
      ),
    );
    const solved = await solvePhases(indices, {
      mesh: kernelMesh,
      partition,
      cellsOf,
      diffusion,
      checkMemory,
      withBounds,
      ...(open === undefined || boundary === "periodic" ? {} : { open: { cell: open, boundary } }),
      ...(tied === undefined ? {} : { tied }),
      concurrency: options.concurrency ?? 1,
      chooseSolver: (system) =>
        typeof options.solver === "object"
          ? options.solver
          : chooseSolver(options.solver ?? "auto", system, kernel),
      limits: solveOptions(options),
      timer,
    });
    const summary = summarize(periodic, partition, membrane, solved, options, timer);
    return tied === undefined
      ? summary
      : { ...summary, result: withMismatch(summary.result, tied, partition) };
  } finally {
    kernelMesh.unload();
  }
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
    ...describeBoundary(options.boundary),
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

function solveOptions(options: HomogenizeOptions): SolveOptions {
  return {
    ...(options.tolerance === undefined ? {} : { relativeTolerance: options.tolerance }),
    ...(options.maxIterations === undefined ? {} : { maxIterations: options.maxIterations }),
    ...(options.progress === undefined ? {} : { progress: options.progress }),
  };
}

const boundaryQuantities = {
  dirichlet: "apparent tensor under uniform gradient, from above",
  flux: "apparent tensor under uniform normal flux, from below; null where in- and outflow do not balance",
  mixed: "apparent conductivity along each axis, other faces insulated; off-diagonals are not determined",
  mirror: "tensor of the cell reflected to 2x2x2; off-diagonals are zero by construction",
};

/** What kind of quantity the tensors are, where it is not the periodic one. */
function describeBoundary(kind: BoundaryKind = "periodic"): Pick<HomogenizationResult, "boundary"> {
  return kind === "periodic"
    ? {}
    : { boundary: { kind, quantity: boundaryQuantities[kind], certified: false } };
}

/** @throws UsageError `bounds-need-periodic`, `bounds-need-matching-faces`, `tie-needs-periodic` */
function checkBounds(boundary: BoundaryKind, withBounds: boolean, isTied: boolean): void {
  if (isTied && boundary !== "periodic") {
    throw new UsageError(
      "tie-needs-periodic",
      `faces are tied where the cell is periodic, and the boundary condition is "${boundary}"; leave one of --periodic ` +
        "tie and --boundary out",
      { details: { boundary } },
    );
  }
  if (isTied && withBounds) {
    throw new UsageError(
      "bounds-need-matching-faces",
      "correctors of tied faces are not continuous across them, and certify nothing; leave --bounds out, or mesh " +
        "opposite faces alike (Periodic Surface in Gmsh) and leave --periodic tie out",
    );
  }
  if (!withBounds || boundary === "periodic") return;
  throw new UsageError(
    "bounds-need-periodic",
    `certified bounds are those of the periodic tensor, and the boundary condition is "${boundary}"; leave --bounds out`,
    { details: { boundary } },
  );
}

function checkTolerance(tolerance: number | undefined): void {
  if (tolerance === undefined || (tolerance > 0 && tolerance < 1)) return;
  throw new UsageError("tolerance-invalid", `the tolerance is ${tolerance}; give a number between 0 and 1`, {
    details: { tolerance },
  });
}
