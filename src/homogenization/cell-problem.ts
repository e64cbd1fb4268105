import type { ProgressReporter } from "../core/progress.js";
import type { Matrix3, Vector3 } from "../core/tensor.js";
import { assembleCellProblem, type AssembledCellProblem, type CellCoefficient } from "../fem/assembly.js";
import { componentOfDofs, mapNodeDofs, type DofMap } from "../fem/dof-map.js";
import { P1 } from "../fem/element.js";
import { unitCellVolume } from "../mesh/lattice.js";
import { locatePoint } from "../mesh/locate.js";
import type { PhaseComponents } from "../mesh/components.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";
import type { LinearSolution, LinearSolver, LinearSystem, SolveOptions } from "../solver/linear-solver.js";
import type { StepTimer } from "./step-timer.js";

/** The correctors of one phase, on the dofs of the P1 element. */
export interface Correctors {
  /** Cells of the phase, ascending. */
  readonly phaseCells: Int32Array;
  readonly dofMap: DofMap;
  /** chi_k at each dof, numDofs x 3, row-major, in mesh units. */
  readonly chi: Float64Array;
  /** 1/|Y| int chi_k dy, mesh units. */
  readonly integral: Vector3;
}

/** The three cell problems of one phase, solved. */
export interface SolvedCellProblem {
  readonly assembled: AssembledCellProblem;
  readonly correctors: Correctors;
  readonly solution: LinearSolution;
}

/** Chooses a solver for a system, by its size or by name. */
export type SolverChoice = (system: LinearSystem) => LinearSolver | Promise<LinearSolver>;

/** Norm of a load relative to its contributions below which it is round-off and the corrector is constant. */
const ROUNDOFF_LOAD = 1e-13;

/**
 * Solves the cell problems (2.15) / (2.29) of one phase with P1 elements:
 * find chi_k, periodic, with int a grad(chi_k + y_k) . grad v = 0 for all periodic v.
 *
 * @throws ConvergenceError, KernelError from the solver
 * @see Goel, Sneyd and Friedman (2006), sections 2.5 and 2.7
 */
export async function solveCellProblem(
  periodic: PeriodicMesh,
  phaseName: string,
  phaseCells: Int32Array,
  components: PhaseComponents,
  coefficient: CellCoefficient,
  chooseSolver: SolverChoice,
  options: SolveOptions,
  timer: StepTimer,
): Promise<SolvedCellProblem> {
  const report = forwardProgress(options.progress, `${phaseName}: assemble`);
  const dofMap = timer.time(`${phaseName}: number dofs`, () => mapNodeDofs(periodic, phaseCells));
  const assembled = timer.time(`${phaseName}: assemble`, () =>
    assembleCellProblem(periodic.mesh, phaseCells, P1, dofMap, coefficient, report),
  );
  dropRoundoffLoads(assembled);
  const component = componentOfDofs(dofMap, components.componentOfCell);
  const system: LinearSystem = {
    matrix: assembled.stiffness,
    rhs: assembled.load,
    numRhs: 3,
    component,
    numComponents: components.components.length,
  };
  const solution = await timer.timeAsync(`${phaseName}: solve`, async () => {
    const solver = await chooseSolver(system);
    const progress = options.progress;
    return solver.solve(
      system,
      progress === undefined
        ? options
        : {
            ...options,
            progress: (event) => {
              progress({ ...event, step: `${phaseName}: ${event.step}` });
            },
          },
    );
  });
  const chi = solution.solution;
  const integral = timer.time(`${phaseName}: fix constants`, () =>
    fixConstants(periodic, phaseCells, dofMap, assembled.basisIntegrals, component, components, chi),
  );
  return { assembled, correctors: { phaseCells, dofMap, chi, integral }, solution };
}

/**
 * The homogenized tensor as an energy,
 * a~_kl = 1/|Y| int (e_k + grad chi_k) . a (e_l + grad chi_l) dy
 *       = 1/|Y| (int a - B^T X - X^T B + X^T K X)_kl,
 * an upper bound in the sense of quadratic forms for whatever chi, solved exactly or not. For exact correctors it is
 * (2.25).
 *
 * In a lattice direction that no component spans, chi_k = -y_k + constants is a P1 function and the energy is zero:
 * those rows and columns are set to zero, which removes their round-off.
 *
 * @param chi correctors, numDofs x 3
 * @see Goel, Sneyd and Friedman (2006), equation (2.25)
 */
export function homogenizedTensor(
  assembled: AssembledCellProblem,
  chi: Float64Array,
  stiffnessTimesChi: Float64Array,
  periodic: PeriodicMesh,
  components: PhaseComponents,
): Matrix3 {
  const { load, integratedDiffusion } = assembled;
  const cross = new Float64Array(9);
  const energy = new Float64Array(9);
  for (let i = 0; i < chi.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      for (let l = 0; l < 3; l++) {
        cross[3 * k + l] += load[i + k] * chi[i + l];
        energy[3 * k + l] += chi[i + k] * stiffnessTimesChi[i + l];
      }
    }
  }
  const volume = unitCellVolume(periodic.unitCell);
  const conducts = conductingDirections(periodic, components);
  const entry = (k: number, l: number): number =>
    !conducts[k] || !conducts[l]
      ? 0
      : (integratedDiffusion[k][l] -
          cross[3 * k + l] -
          cross[3 * l + k] +
          (energy[3 * k + l] + energy[3 * l + k]) / 2) /
        volume;
  return [
    [entry(0, 0), entry(0, 1), entry(0, 2)],
    [entry(0, 1), entry(1, 1), entry(1, 2)],
    [entry(0, 2), entry(1, 2), entry(2, 2)],
  ];
}

/** Cartesian axes along which some component carries flux: those along which a lattice vector it spans points. */
function conductingDirections(periodic: PeriodicMesh, components: PhaseComponents): boolean[] {
  return [0, 1, 2].map((axis) =>
    periodic.unitCell.vectors.some(
      (vector, k) => vector[axis] !== 0 && components.components.some((c) => c.percolates[k]),
    ),
  );
}

/** Sets loads to zero whose cell contributions cancel to round-off: their corrector is constant. */
function dropRoundoffLoads(assembled: AssembledCellProblem): void {
  const { load, loadScale } = assembled;
  for (let k = 0; k < 3; k++) {
    let square = 0;
    for (let i = k; i < load.length; i += 3) square += load[i] * load[i];
    if (Math.sqrt(square) > ROUNDOFF_LOAD * loadScale[k]) continue;
    for (let i = k; i < load.length; i += 3) load[i] = 0;
  }
}

/**
 * Fixes the free constant of chi_k in every component: chi_k = 0 at the centre of Y in the component that holds it,
 * mean zero in the others.
 *
 * @param chi changed in place
 * @returns 1/|Y| int chi_k dy
 */
function fixConstants(
  periodic: PeriodicMesh,
  phaseCells: Int32Array,
  dofMap: DofMap,
  basisIntegrals: Float64Array,
  component: Int32Array,
  components: PhaseComponents,
  chi: Float64Array,
): Vector3 {
  const shift = new Float64Array(3 * components.components.length);
  for (let dof = 0; dof < dofMap.numDofs; dof++) {
    for (let k = 0; k < 3; k++) shift[3 * component[dof] + k] += basisIntegrals[dof] * chi[3 * dof + k];
  }
  components.components.forEach((c, index) => {
    for (let k = 0; k < 3; k++) shift[3 * index + k] /= c.volume;
  });

  const { origin, vectors } = periodic.unitCell;
  const centre = [0, 1, 2].map((k) => origin[k] + (vectors[0][k] + vectors[1][k] + vectors[2][k]) / 2);
  const found = locatePoint(periodic.mesh, phaseCells, [centre[0], centre[1], centre[2]]);
  if (found !== null) {
    const index = components.componentOfCell[found.index];
    for (let k = 0; k < 3; k++) {
      shift[3 * index + k] = found.barycentric.reduce(
        (sum, lambda, i) => sum + lambda * chi[3 * dofMap.cellDofs[4 * found.index + i] + k],
        0,
      );
    }
  }
  const integral = [0, 0, 0];
  for (let dof = 0; dof < dofMap.numDofs; dof++) {
    for (let k = 0; k < 3; k++) {
      chi[3 * dof + k] -= shift[3 * component[dof] + k];
      integral[k] += basisIntegrals[dof] * chi[3 * dof + k];
    }
  }
  const volume = unitCellVolume(periodic.unitCell);
  return [integral[0] / volume, integral[1] / volume, integral[2] / volume];
}

function forwardProgress(progress: ProgressReporter | undefined, step: string): (fraction: number) => void {
  if (progress === undefined) return () => undefined;
  return (fraction) => {
    progress({ step, fraction });
  };
}
