import { mapConcurrently, runBoth } from "../core/concurrency.js";
import { sumCompensated } from "../core/summation.js";
import { principalAxes, scaleMatrix3, type Matrix3 } from "../core/tensor.js";
import { averageCoefficient } from "../fem/coefficient-average.js";
import type { ComponentRecord, PhaseRecord } from "../io/homogenization-result.js";
import { findComponents, type PhaseComponents } from "../mesh/components.js";
import type { KernelMesh } from "../mesh/kernel-mesh.js";
import { unitCellVolume } from "../mesh/lattice.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";
import type { PhasePartition } from "../mesh/phases.js";
import type { LinearSolver, LinearSystem, SolveOptions } from "../solver/linear-solver.js";
import { certifyTensor, type PhaseBounds } from "./bounds.js";
import {
  solveCellProblem,
  type Correctors,
  type PhaseProblem,
  type SolvedCellProblem,
} from "./cell-problem.js";
import { resolveDiffusion, type CompiledDiffusion, type PhaseDiffusion } from "./diffusion.js";
import { solveDualProblem, type SolvedDualProblem } from "./dual-problem.js";
import { solveOpenCellProblem, type OpenBoundary } from "./open-cell-problem.js";
import { findSpans, type OpenCell } from "../mesh/open-cell.js";
import { joinAcrossFaces, type TiedCell } from "../mesh/tied-cell.js";
import type { MemoryCheck } from "./memory-check.js";
import type { StepTimer } from "./step-timer.js";

/** A phase that has been solved for. */
export interface SolvedPhase {
  readonly name: string;
  readonly record: PhaseRecord;
  readonly correctors: Correctors;
  readonly bounds: PhaseBounds | null;
}

/** What all phases of a homogenization share. */
export interface PhaseContext {
  readonly mesh: KernelMesh;
  readonly partition: PhasePartition;
  /** Cells of each phase of the partition. */
  readonly cellsOf: readonly Int32Array[];
  readonly diffusion: CompiledDiffusion;
  readonly checkMemory: MemoryCheck;
  readonly withBounds: boolean;
  /** Where the faces are not identified: the cell, and the condition on them. */
  readonly open?: { readonly cell: OpenCell; readonly boundary: OpenBoundary };
  /** Where opposite faces are tied. */
  readonly tied?: TiedCell;
  /** Systems solved at a time. */
  readonly concurrency: number;
  readonly chooseSolver: (system: LinearSystem) => LinearSolver;
  readonly limits: SolveOptions;
  readonly timer: StepTimer;
}

/**
 * Solves for the phases of these indices: correctors, tensors, bounds. Of several at a time the largest is begun last.
 *
 * @throws MeshError, UsageError, ConvergenceError, KernelError as `homogenize` does
 */
export async function solvePhases(indices: readonly number[], context: PhaseContext): Promise<SolvedPhase[]> {
  const { mesh, withBounds, concurrency } = context;
  mesh.expectPhases(indices.length);
  // Bounds need the partners after the kernel has let go of them: asked for now, they are a copy.
  const partner = withBounds ? mesh.periodic.partner : null;
  const position = partner === null ? null : new Int32Array(partner.length / 4).fill(-1);
  const size = (index: number): number => context.cellsOf[index].length;
  const order = concurrency > 1 ? [...indices].sort((a, b) => size(a) - size(b)) : indices;
  const solved = new Map<number, SolvedPhase>();
  await mapConcurrently(order, withBounds ? concurrency / 2 : concurrency, async (index) => {
    solved.set(index, await solvePhase(index, position, context));
  });
  return indices.flatMap((index) => solved.get(index) ?? []);
}

/** @param position room for the bounds: -1 for each cell of the mesh */
async function solvePhase(
  index: number,
  position: Int32Array | null,
  context: PhaseContext,
): Promise<SolvedPhase> {
  const { mesh, checkMemory, limits, timer } = context;
  const { periodic } = mesh;
  const phase = context.partition.phases[index];
  const { name, volumes } = phase;
  const phaseCells = context.cellsOf[index];
  const diffusion = resolveDiffusion(periodic.mesh, phase, phaseCells, context.diffusion);
  const means = timer.time(`${name}: average diffusion`, () =>
    averageCoefficient(periodic.mesh, periodic.unitCell, phaseCells, diffusion.coefficient),
  );
  const step = `${name}: find components`;
  const components = timer.time(step, () => {
    const found = findComponents(mesh, phaseCells);
    if (context.tied !== undefined) return joinAcrossFaces(context.tied, phaseCells, found);
    return context.open === undefined ? found : findSpans(context.open.cell, phaseCells, found);
  });
  limits.progress?.({ step, message: describeComponents(components) });
  const problem: PhaseProblem = {
    mesh,
    name,
    phaseCells,
    components,
    coefficient: means.arithmetic,
    checkMemory,
    ...(context.tied === undefined ? {} : { tied: context.tied }),
    ...(position === null ? {} : { position }),
  };
  const solvePrimal = async (): Promise<SolvedCellProblem> =>
    context.open === undefined
      ? solveCellProblem(problem, context.chooseSolver, limits, timer)
      : solveOpenCellProblem(
          problem,
          context.open.cell,
          context.open.boundary,
          context.chooseSolver,
          limits,
          timer,
        );
  const solveDual = async (): Promise<SolvedDualProblem> =>
    solveDualProblem(problem, means.harmonic, context.chooseSolver, limits, timer);
  let primal: SolvedCellProblem;
  let bounds: PhaseBounds | null = null;
  if (context.withBounds) {
    const [solved, dual] = await runBoth(solvePrimal, solveDual, context.concurrency > 1);
    primal = solved;
    bounds = timer.time(`${name}: bounds`, () =>
      certifyTensor(problem, means, diffusion.scalar, solved, dual),
    );
  } else {
    primal = await solvePrimal();
  }
  const record = recordPhase(periodic, volumes, phaseCells, components, diffusion, primal, bounds);
  return { name, record, correctors: primal.correctors, bounds };
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
