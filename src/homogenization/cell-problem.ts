import type { Matrix3, Vector3 } from "../core/tensor.js";
import { assembleInKernel, integrateEnergy, type CellProblemLoads } from "../fem/assembly.js";
import type { CellCoefficient, CellProblem } from "../fem/cell-input.js";
import { componentOfDofs, dofsOfCell, mapNodeDofs, type DofMap, type NodeDofMap } from "../fem/dof-map.js";
import { P1 } from "../fem/element.js";
import { assembleFaceCoupling, type FaceCoupling } from "../fem/face-coupling.js";
import type { PhaseComponents } from "../mesh/components.js";
import type { KernelMesh } from "../mesh/kernel-mesh.js";
import { unitCellVolume } from "../mesh/lattice.js";
import { locatePoint } from "../mesh/locate.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";
import type { TiedCell } from "../mesh/tied-cell.js";
import { addCsr } from "../sparse/add.js";
import { multiplyBlock } from "../sparse/multiply-block.js";
import type { LinearSolution, LinearSolver, LinearSystem, SolveOptions } from "../solver/linear-solver.js";
import { sizeCellProblem, type MemoryCheck } from "./memory-check.js";
import type { StepTimer } from "./step-timer.js";

/** The correctors of one phase, on the dofs of the P1 element. */
export interface Correctors {
  /** Cells of the phase, ascending. */
  readonly phaseCells: Int32Array;
  readonly dofMap: DofMap;
  /** a on the cells of the phase. */
  readonly coefficient: CellCoefficient;
  /** chi_k at each dof, numDofs x 3, row-major, in mesh units. */
  readonly chi: Float64Array;
  /** 1/|Y| int chi_k dy, mesh units. */
  readonly integral: Vector3;
}

/** The three cell problems of one phase, solved. */
export interface SolvedCellProblem {
  readonly correctors: Correctors;
  /** a~ of (2.25), evaluated as an energy. */
  readonly homogenized: Matrix3;
  readonly solution: LinearSolution;
}

/** What is to be solved: one phase of a periodic mesh. */
export interface PhaseProblem {
  /** The mesh, one and the same for all phases. */
  readonly mesh: KernelMesh;
  readonly name: string;
  /** Cells of the phase, ascending. */
  readonly phaseCells: Int32Array;
  readonly components: PhaseComponents;
  readonly coefficient: CellCoefficient;
  /** Asked before anything is assembled. */
  readonly checkMemory: MemoryCheck;
  /** Where opposite faces are tied, not identified. */
  readonly tied?: TiedCell;
  /** Work array for bounds, numCells of the mesh, -1 between uses; one and the same for all phases. */
  readonly position?: Int32Array;
}

/** Chooses a solver for a system, by its size or by name. */
export type SolverChoice = (system: LinearSystem) => LinearSolver | Promise<LinearSolver>;

/** Norm of a load relative to its contributions below which it is round-off and the corrector is constant. */
const ROUNDOFF_LOAD = 1e-13;

/**
 * Solves the cell problems (2.15) / (2.29) of one phase with P1 elements:
 * find chi_k, periodic, with int a grad(chi_k + y_k) . grad v = 0 for all periodic v.
 *
 * @throws ConvergenceError, KernelError from the solver; MeshError `mesh-too-large`
 * @see Goel, Sneyd and Friedman (2006), sections 2.5 and 2.7
 */
export async function solveCellProblem(
  phase: PhaseProblem,
  chooseSolver: SolverChoice,
  options: SolveOptions,
  timer: StepTimer,
): Promise<SolvedCellProblem> {
  const { mesh: kernelMesh, name, phaseCells, components, coefficient } = phase;
  const { kernel, periodic } = kernelMesh;
  const dofMap = timer.time(`${name}: number dofs`, () => mapNodeDofs(kernelMesh, phaseCells));
  kernelMesh.finishPhase();
  phase.checkMemory(sizeCellProblem(name, phaseCells.length, dofMap.numDofs, coefficient));
  const { mesh } = periodic;
  const problem: CellProblem = { mesh, phaseCells, element: P1, dofMap, coefficient, kernelMesh };
  const assembled = timer.time(`${name}: assemble`, () => assembleInKernel(kernel, problem));
  const { tied } = phase;
  const coupling =
    tied === undefined
      ? undefined
      : timer.time(`${name}: tie faces`, () => assembleFaceCoupling(tied, phaseCells, dofMap, coefficient));
  coupling?.load.forEach((value, i) => (assembled.load[i] += value));
  dropRoundoffLoads(assembled);
  const component =
    components.components.length === 1
      ? new Int32Array(dofMap.numDofs)
      : componentOfDofs(dofMap, components.componentOfCell);
  const { basisIntegrals, stiffness } = assembled;
  const numComponents = components.components.length;
  const matrix = coupling === undefined ? stiffness : addCsr(stiffness.toCsr(), coupling.matrix);
  if (coupling !== undefined) stiffness.release();
  const system = { matrix, rhs: assembled.load, numRhs: 3, isRhsSpent: true, component, numComponents };
  let solution: LinearSolution;
  try {
    solution = await timer.timeAsync(`${name}: solve`, async () =>
      solveSystem(system, name, chooseSolver, options),
    );
  } finally {
    stiffness.release();
  }
  const chi = solution.solution;
  return timer.time(`${name}: evaluate tensor`, () => {
    const integral = fixConstants(phase, dofMap, basisIntegrals, component, chi);
    const energy = addCoupling(integrateEnergy(kernel, problem, chi), coupling, chi);
    const homogenized = homogenizedTensor(energy, periodic, components);
    return { correctors: { phaseCells, dofMap, coefficient, chi, integral }, homogenized, solution };
  });
}

/** Solves, with the name of the phase before every step that is reported. */
export async function solveSystem(
  system: LinearSystem,
  name: string,
  chooseSolver: SolverChoice,
  options: SolveOptions,
): Promise<LinearSolution> {
  const solver = await chooseSolver(system);
  const { progress } = options;
  if (progress === undefined) return solver.solve(system, options);
  return solver.solve(system, {
    ...options,
    progress: (event) => {
      progress({ ...event, step: `${name}: ${event.step}` });
    },
  });
}

/**
 * The homogenized tensor from its energy,
 * a~_kl = 1/|Y| int (e_k + grad chi_k) . a (e_l + grad chi_l) dy,
 * an upper bound in the sense of quadratic forms for whatever chi, solved exactly or not. For exact correctors it is
 * (2.25).
 *
 * In a lattice direction that no component spans, chi_k = -y_k + constants is a P1 function and the energy is zero:
 * those rows and columns are set to zero, which removes their round-off.
 *
 * @see Goel, Sneyd and Friedman (2006), equation (2.25)
 */
function homogenizedTensor(energy: Matrix3, periodic: PeriodicMesh, components: PhaseComponents): Matrix3 {
  const volume = unitCellVolume(periodic.unitCell);
  const conducts = conductingDirections(periodic, components);
  const entry = (k: number, l: number): number => (conducts[k] && conducts[l] ? energy[k][l] / volume : 0);
  return [
    [entry(0, 0), entry(0, 1), entry(0, 2)],
    [entry(0, 1), entry(1, 1), entry(1, 2)],
    [entry(0, 2), entry(1, 2), entry(2, 2)],
  ];
}

/** The energy with that of tied faces, C(chi_k, chi_l) - G_k(chi_l) - G_l(chi_k). */
function addCoupling(energy: Matrix3, coupling: FaceCoupling | undefined, chi: Float64Array): Matrix3 {
  if (coupling === undefined) return energy;
  const { matrix, load } = coupling;
  const product = multiplyBlock(matrix, chi, 3);
  const entry = (k: number, l: number): number => {
    let sum = energy[k][l];
    for (let i = 0; i < chi.length; i += 3) {
      sum += (chi[i + k] * product[i + l] + chi[i + l] * product[i + k]) / 2;
      sum -= load[i + k] * chi[i + l] + load[i + l] * chi[i + k];
    }
    return sum;
  };
  return [
    [entry(0, 0), entry(0, 1), entry(0, 2)],
    [entry(0, 1), entry(1, 1), entry(1, 2)],
    [entry(0, 2), entry(1, 2), entry(2, 2)],
  ];
}

/** Cartesian axes along which some component carries flux: those along which a lattice vector it spans points. */
export function conductingDirections(periodic: PeriodicMesh, components: PhaseComponents): boolean[] {
  return [0, 1, 2].map((axis) =>
    periodic.unitCell.vectors.some(
      (vector, k) => vector[axis] !== 0 && components.components.some((c) => c.percolates[k]),
    ),
  );
}

/** Sets loads to zero whose cell contributions cancel to round-off: their corrector is constant. */
export function dropRoundoffLoads(assembled: CellProblemLoads): void {
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
  phase: PhaseProblem,
  dofMap: NodeDofMap,
  basisIntegrals: Float64Array,
  component: Int32Array,
  chi: Float64Array,
): Vector3 {
  const { mesh, phaseCells, components } = phase;
  const { unitCell } = mesh.periodic;
  const shift = new Float64Array(3 * components.components.length);
  for (let dof = 0; dof < dofMap.numDofs; dof++) {
    for (let k = 0; k < 3; k++) shift[3 * component[dof] + k] += basisIntegrals[dof] * chi[3 * dof + k];
  }
  components.components.forEach((c, index) => {
    for (let k = 0; k < 3; k++) shift[3 * index + k] /= c.volume;
  });

  const { origin, vectors } = unitCell;
  const centre = [0, 1, 2].map((k) => origin[k] + (vectors[0][k] + vectors[1][k] + vectors[2][k]) / 2);
  const found = locatePoint(mesh, phaseCells, [centre[0], centre[1], centre[2]]);
  if (found !== null) {
    const index = components.componentOfCell[found.index];
    const dofs = dofsOfCell(dofMap, mesh.periodic.mesh, phaseCells, found.index);
    for (let k = 0; k < 3; k++) {
      shift[3 * index + k] = found.barycentric.reduce(
        (sum, lambda, i) => sum + lambda * chi[3 * dofs[i] + k],
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
  const volume = unitCellVolume(unitCell);
  return [integral[0] / volume, integral[1] / volume, integral[2] / volume];
}
