import type { Matrix3 } from "../core/tensor.js";
import { assembleInKernel, integrateEnergy } from "../fem/assembly.js";
import type { CellProblem } from "../fem/cell-input.js";
import { componentOfDofs, mapNodeDofs, type CellDofs } from "../fem/dof-map.js";
import { P1 } from "../fem/element.js";
import { FACET_NODES, facetArea } from "../mesh/facets.js";
import { unitCellVolume } from "../mesh/lattice.js";
import type { OpenCell } from "../mesh/open-cell.js";
import type { LinearSolution, LinearSystem, SolveOptions } from "../solver/linear-solver.js";
import { extractSubmatrix } from "../sparse/extract-submatrix.js";
import type { CsrMatrix } from "../sparse/csr.js";
import {
  dropRoundoffLoads,
  solveSystem,
  type PhaseProblem,
  type SolvedCellProblem,
  type SolverChoice,
} from "./cell-problem.js";
import { sizeCellProblem } from "./memory-check.js";
import type { StepTimer } from "./step-timer.js";

/** Conditions on the outer faces of Y other than periodicity. */
export type OpenBoundary = "dirichlet" | "flux" | "mixed" | "mirror";

/** Relative difference of in- and outflow of a component above which they do not balance. */
const BALANCE = 1e-9;

/** Facets of a phase on the outer faces: for side 2 k (low) and 2 k + 1 (high), dofs of three corners and areas. */
interface PhaseSide {
  readonly dofs: number[];
  readonly areas: number[];
}

/**
 * The apparent tensor of one phase under conditions on its part of the outer faces, u_k = y_k + chi_k:
 * dirichlet chi_k = 0; mixed and mirror chi_k = 0 on the two faces across axis k, insulated elsewhere;
 * flux a grad u . n = J . n |face| / |phase's part of it|. NaN where uniform flux is not defined.
 *
 * @see Huet (1990), Sab (1992)
 */
export async function solveOpenCellProblem(
  phase: PhaseProblem,
  open: OpenCell,
  boundary: OpenBoundary,
  chooseSolver: SolverChoice,
  options: SolveOptions,
  timer: StepTimer,
): Promise<SolvedCellProblem> {
  const { mesh: kernelMesh, name, phaseCells, components, coefficient } = phase;
  const { kernel, periodic } = kernelMesh;
  const dofMap = timer.time(`${name}: number dofs`, () => mapNodeDofs(kernelMesh, phaseCells));
  kernelMesh.finishPhase();
  const { numDofs } = dofMap;
  phase.checkMemory(sizeCellProblem(name, phaseCells.length, numDofs, coefficient));
  const { mesh } = periodic;
  const problem: CellProblem = { mesh, phaseCells, element: P1, dofMap, coefficient, kernelMesh };
  const assembled = timer.time(`${name}: assemble`, () => assembleInKernel(kernel, problem));
  dropRoundoffLoads(assembled);
  const stiffness = assembled.stiffness.toCsr();
  assembled.stiffness.release();
  const component = componentOfDofs(dofMap, components.componentOfCell);
  const sides = listSides(open, phaseCells, dofMap);
  const volume = unitCellVolume(periodic.unitCell);
  const solve = async (rhs: Float64Array, numRhs: number, fixed: Uint8Array): Promise<LinearSolution> =>
    timer.timeAsync(`${name}: solve`, async () =>
      solveReduced(
        stiffness,
        rhs,
        numRhs,
        pinFloating(fixed, component, components.components.length),
        (system) => solveSystem(system, name, chooseSolver, options),
      ),
    );
  const finish = (chi: Float64Array, homogenized: Matrix3, solution: LinearSolution): SolvedCellProblem => {
    const integral = [0, 0, 0];
    for (let i = 0; i < chi.length; i++)
      integral[i % 3] += (assembled.basisIntegrals[Math.floor(i / 3)] * chi[i]) / volume;
    return {
      correctors: { phaseCells, dofMap, coefficient, chi, integral: [integral[0], integral[1], integral[2]] },
      homogenized,
      solution,
    };
  };
  if (boundary === "dirichlet") {
    const solution = await solve(assembled.load, 3, markDofs(numDofs, sides));
    const energy = integrateEnergy(kernel, problem, solution.solution);
    return finish(
      solution.solution,
      matrixOf((k, l) => energy[k][l] / volume),
      solution,
    );
  }
  const chi = new Float64Array(3 * numDofs);
  if (boundary !== "flux") {
    const solutions: LinearSolution[] = [];
    for (let k = 0; k < 3; k++) {
      const rhs = assembled.load.filter((_, i) => i % 3 === k);
      const solution = await solve(rhs, 1, markDofs(numDofs, sides.slice(2 * k, 2 * k + 2)));
      solution.solution.forEach((value, dof) => (chi[3 * dof + k] = value));
      solutions.push(solution);
    }
    // Where no component reaches both faces, chi_k = -y_k + constants and the energy is round-off.
    const spans = [0, 1, 2].map((k) => components.components.some((c) => c.percolates[k]));
    const energy = integrateEnergy(kernel, problem, chi);
    return finish(
      chi,
      matrixOf((k, l) => (k === l && spans[k] ? energy[k][l] / volume : 0)),
      {
        solution: chi,
        method: solutions[0].method,
        iterations: solutions.flatMap((s) => s.iterations),
        relativeResidual: solutions.flatMap((s) => s.relativeResidual),
      },
    );
  }

  const flux = fluxLoads(sides, numDofs, component, components.components.length, volume, open);
  if (flux === null) {
    const nothing = { solution: chi, method: "none", iterations: [0, 0, 0], relativeResidual: [0, 0, 0] };
    return finish(
      chi,
      matrixOf(() => NaN),
      nothing,
    );
  }
  const solution = await solve(flux.load, 3, new Uint8Array(numDofs));
  const u = solution.solution;
  const compliance = [0, 1, 2].map((k) =>
    [0, 1, 2].map((l) => {
      let work = 0;
      for (let dof = 0; dof < numDofs; dof++) work += flux.load[3 * dof + k] * u[3 * dof + l];
      return work / volume;
    }),
  );
  const tensor = invertOn(compliance, flux.conducts);
  const { coordinates, cells } = mesh;
  for (let i = 0; i < dofMap.cellDofs.length; i++) {
    const dof = dofMap.cellDofs[i];
    const node = cells[4 * phaseCells[i >> 2] + (i & 3)];
    for (let k = 0; k < 3; k++) {
      let value = -coordinates[3 * node + k];
      for (let l = 0; l < 3; l++) value += tensor[l][k] * u[3 * dof + l];
      chi[3 * dof + k] = value;
    }
  }
  return finish(chi, tensor, solution);
}

/** The facets of the phase on the six faces of Y. */
function listSides(open: OpenCell, phaseCells: Int32Array, { cellDofs }: CellDofs): PhaseSide[] {
  const { mesh } = open.periodic;
  const position = new Int32Array(mesh.numCells).fill(-1);
  phaseCells.forEach((cell, i) => (position[cell] = i));
  return open.faces.flat().map((face) => {
    const side: PhaseSide = { dofs: [], areas: [] };
    for (const half of face.facets) {
      const i = position[half >> 2];
      if (i < 0) continue;
      for (let corner = 0; corner < 3; corner++)
        side.dofs.push(cellDofs[4 * i + FACET_NODES[3 * (half & 3) + corner]]);
      side.areas.push(facetArea(mesh, half));
    }
    return side;
  });
}

function markDofs(numDofs: number, sides: readonly PhaseSide[]): Uint8Array {
  const marked = new Uint8Array(numDofs);
  for (const side of sides) for (const dof of side.dofs) marked[dof] = 1;
  return marked;
}

/** Fixes one more dof in every component that has none fixed: its constant is free. */
function pinFloating(fixed: Uint8Array, component: Int32Array, numComponents: number): Uint8Array {
  const pinned = fixed.slice();
  const held = new Uint8Array(numComponents);
  for (let dof = 0; dof < fixed.length; dof++) if (fixed[dof] === 1) held[component[dof]] = 1;
  for (let dof = 0; dof < fixed.length; dof++) {
    if (held[component[dof]] === 1) continue;
    held[component[dof]] = 1;
    pinned[dof] = 1;
  }
  return pinned;
}

/** Solves for the dofs that are not fixed; fixed ones are zero. */
async function solveReduced(
  stiffness: CsrMatrix,
  rhs: Float64Array,
  numRhs: number,
  fixed: Uint8Array,
  solve: (system: LinearSystem) => Promise<LinearSolution>,
): Promise<LinearSolution> {
  const kept = Int32Array.from(fixed.keys()).filter((dof) => fixed[dof] === 0);
  const full = new Float64Array(rhs.length);
  const zeros = Array.from({ length: numRhs }, () => 0);
  if (kept.length === 0)
    return { solution: full, method: "none", iterations: zeros, relativeResidual: zeros };
  const reduced = new Float64Array(kept.length * numRhs);
  for (let i = 0; i < reduced.length; i++)
    reduced[i] = rhs[kept[Math.floor(i / numRhs)] * numRhs + (i % numRhs)];
  const matrix = extractSubmatrix(stiffness, kept);
  const solution = await solve({
    matrix,
    rhs: reduced,
    numRhs,
    component: new Int32Array(0),
    numComponents: 0,
  });
  for (let i = 0; i < reduced.length; i++)
    full[kept[Math.floor(i / numRhs)] * numRhs + (i % numRhs)] = solution.solution[i];
  return { ...solution, solution: full };
}

/** F_ik = int J_k . n phi_i |face| / |phase's part|, numDofs x 3; null where some component does not balance. */
function fluxLoads(
  sides: readonly PhaseSide[],
  numDofs: number,
  component: Int32Array,
  numComponents: number,
  volume: number,
  open: OpenCell,
): { load: Float64Array; conducts: boolean[] } | null {
  const load = new Float64Array(3 * numDofs);
  const net = new Float64Array(3 * numComponents);
  const faceArea = [0, 1, 2].map((k) => volume / open.periodic.unitCell.vectors[k][k]);
  const areas = sides.map((side) => side.areas.reduce((sum, area) => sum + area, 0));
  const conducts = [0, 1, 2].map((k) => areas[2 * k] > 0 && areas[2 * k + 1] > 0);
  for (let s = 0; s < 6; s++) {
    const k = s >> 1;
    if (!conducts[k]) {
      if (areas[s] > 0) return null;
      continue;
    }
    const density = ((s & 1) === 1 ? 1 : -1) * (faceArea[k] / areas[s]);
    sides[s].dofs.forEach((dof, i) => {
      const part = (density * sides[s].areas[Math.floor(i / 3)]) / 3;
      load[3 * dof + k] += part;
      net[3 * component[dof] + k] += part;
    });
  }
  return net.every((sum, i) => Math.abs(sum) <= BALANCE * faceArea[i % 3]) ? { load, conducts } : null;
}

/** The inverse on the axes that conduct, zero elsewhere: Gauss-Jordan of a positive definite matrix. */
function invertOn(matrix: readonly (readonly number[])[], conducts: readonly boolean[]): Matrix3 {
  const a = matrix.map((row, k) =>
    [...row, 0, 0, 0].map((x, l) => {
      if (l >= 3) return l - 3 === k ? 1 : 0;
      return conducts[k] && conducts[l] ? x : Number(k === l);
    }),
  );
  for (let p = 0; p < 3; p++) {
    a[p] = a[p].map((x, _, row) => x / row[p]);
    for (let k = 0; k < 3; k++) if (k !== p) a[k] = a[k].map((x, l, row) => x - row[p] * a[p][l]);
  }
  return matrixOf((k, l) => (conducts[k] && conducts[l] ? (a[k][3 + l] + a[l][3 + k]) / 2 : 0));
}

function matrixOf(entry: (k: number, l: number) => number): Matrix3 {
  const row = (k: number): readonly [number, number, number] => [entry(k, 0), entry(k, 1), entry(k, 2)];
  return [row(0), row(1), row(2)];
}
