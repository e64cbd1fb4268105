import type { Matrix3 } from "../core/tensor.js";
import { assembleInKernel } from "../fem/assembly.js";
import type { CellCoefficient, CellProblem } from "../fem/cell-input.js";
import { componentOfDofs } from "../fem/dof-map.js";
import { CROUZEIX_RAVIART } from "../fem/element.js";
import { mapFacetDofs } from "../fem/facet-dof-map.js";
import type { LinearSolution, SolveOptions } from "../solver/linear-solver.js";
import {
  conductingDirections,
  dropRoundoffLoads,
  solveSystem,
  type PhaseProblem,
  type SolverChoice,
} from "./cell-problem.js";
import { equilibrateFluxes, type FacetFluxes } from "./flux.js";
import { maximizeLowerBound } from "./lower-bound.js";
import { sizeDualProblem } from "./memory-check.js";
import type { StepTimer } from "./step-timer.js";

/** The lower bound of one phase, and how it was found. */
export interface SolvedDualProblem {
  /** Admissible fluxes that attain `lower`. */
  readonly fluxes: FacetFluxes;
  /** L <= a~ as quadratic forms, up to round-off and quadrature of the coefficient; um^2/ms. */
  readonly lower: Matrix3;
  readonly solution: LinearSolution;
}

/**
 * A lower bound of the homogenized tensor: Crouzeix-Raviart elements with the harmonic means H of the coefficient, find
 * u_k with sum_T int_T H (e_k + grad u_k) . grad v dy = 0 for all v, and the fluxes H (e_k + grad u_k) made exactly
 * admissible, whatever the solver's error has left.
 *
 * @param harmonic the coefficient H, see {@link averageCoefficient}
 * @throws ConvergenceError, KernelError from the solver; MeshError `mesh-too-large`
 */
export async function solveDualProblem(
  phase: PhaseProblem,
  harmonic: CellCoefficient,
  chooseSolver: SolverChoice,
  options: SolveOptions,
  timer: StepTimer,
): Promise<SolvedDualProblem> {
  const { mesh: kernelMesh, phaseCells, components } = phase;
  const { kernel, periodic } = kernelMesh;
  const name = `${phase.name}: lower bound`;
  const dofMap = timer.time(`${name}: number facets`, () =>
    mapFacetDofs(periodic, phaseCells, phase.position),
  );
  phase.checkMemory(sizeDualProblem(phase.name, phaseCells.length, dofMap.numDofs, harmonic));
  const problem: CellProblem = {
    mesh: periodic.mesh,
    phaseCells,
    element: CROUZEIX_RAVIART,
    dofMap,
    coefficient: harmonic,
    kernelMesh,
  };
  const conducts = conductingDirections(periodic, components);
  const assembled = timer.time(`${name}: assemble`, () => assembleInKernel(kernel, problem));
  dropRoundoffLoads(assembled);
  clearColumns(assembled.load, conducts);
  const numComponents = components.components.length;
  const component =
    numComponents === 1
      ? new Int32Array(dofMap.numDofs)
      : componentOfDofs(dofMap, components.componentOfCell);
  const system = {
    matrix: assembled.stiffness,
    rhs: assembled.load,
    numRhs: 3,
    isRhsSpent: true,
    component,
    numComponents,
  };
  let solution: LinearSolution;
  try {
    solution = await timer.timeAsync(`${name}: solve`, async () =>
      solveSystem(system, name, chooseSolver, options),
    );
  } finally {
    assembled.stiffness.release();
  }
  return timer.time(`${name}: balance fluxes`, () => {
    const fluxes = equilibrateFluxes(periodic, problem, solution.solution, phase.position);
    clearColumns(fluxes.values, conducts);
    return { fluxes, lower: maximizeLowerBound(periodic, fluxes, harmonic, conducts), solution };
  });
}

/** Sets columns to zero in directions that do not conduct: no flux passes there. */
function clearColumns(values: Float64Array, conducts: readonly boolean[]): void {
  for (let k = 0; k < 3; k++) {
    if (conducts[k]) continue;
    for (let at = k; at < values.length; at += 3) values[at] = 0;
  }
}
