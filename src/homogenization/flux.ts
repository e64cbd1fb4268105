import { applySymmetric } from "../core/symmetric.js";
import { computeGradients, readEdges } from "../fem/cell-edges.js";
import { tensorOffset, type CellProblem } from "../fem/cell-input.js";
import type { CellDofs } from "../fem/dof-map.js";
import { NO_FACET } from "../mesh/facets.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";

/**
 * Three fluxes q_k on the cells of one phase by what they carry through its facets. Where the four facets of every cell
 * add up to zero they are fluxes without source, constant in each cell, whose normal component is continuous and zero
 * on the membrane: admissible in the complementary energy principle.
 */
export interface FacetFluxes {
  /** Cells of the phase, ascending. */
  readonly phaseCells: Int32Array;
  /** Facets of the cells, from `mapFacetDofs`. */
  readonly facets: CellDofs;
  /**
   * int_F q_k . n dF of each facet, numDofs x 3, row-major, in um^2/ms x squared mesh units; n points out of the
   * half-facet of smaller number. Zero for facets with a cell of the phase on one side only.
   */
  readonly values: Float64Array;
}

/** Cells that no path of the tree has reached yet, and roots. */
const UNREACHED = -2;
const ROOT = -1;

/**
 * Admissible fluxes near q_k = H (e_k + grad u_k), for any Crouzeix-Raviart functions u_k, solved for exactly or not.
 *
 * First each facet gets the mean of what its two sides say, or zero where only one side is in the phase. What then is
 * missing in a cell is carried, along a spanning tree of the cells of each facet-connected component, to the root, where
 * it adds up to nothing. Exact up to round-off of each cell; linear time.
 *
 * @param problem the Crouzeix-Raviart problem; its coefficient is H
 * @param u values of u_k at the facets, numDofs x 3, row-major
 * @param position work array, numCells, -1 before and after; pass one and the same for many phases
 */
export function equilibrateFluxes(
  periodic: PeriodicMesh,
  problem: CellProblem,
  u: Float64Array,
  position: Int32Array = new Int32Array(periodic.mesh.numCells).fill(-1),
): FacetFluxes {
  const { phaseCells, dofMap: facets } = problem;
  for (let i = 0; i < phaseCells.length; i++) position[phaseCells[i]] = i;
  const fluxes = { phaseCells, facets, values: averageFluxes(periodic, problem, u, position) };
  const tree = growTree(periodic, phaseCells, position);
  for (let i = 0; i < phaseCells.length; i++) position[phaseCells[i]] = -1;
  balanceCells(periodic, fluxes, tree);
  return fluxes;
}

/** 1 where the flux of a facet counts out of this half-facet, -1 where it counts into it. */
export function facetSign(periodic: PeriodicMesh, half: number): 1 | -1 {
  return half < periodic.partner[half] ? 1 : -1;
}

/**
 * q_k = -1/(3 |T|) sum_i F_ik (x_i - x_0): the constant flux in a cell that carries F_ik out of its facet i.
 *
 * @param i index of the cell in the phase
 * @param edges and volume: of that cell, from {@link readEdges}
 * @param q receives q_k in um^2/ms, 3 x 3, one flux a row
 */
export function evaluateFluxes(
  periodic: PeriodicMesh,
  fluxes: FacetFluxes,
  i: number,
  edges: Float64Array,
  volume: number,
  q: Float64Array,
): void {
  const { cellDofs } = fluxes.facets;
  const { values } = fluxes;
  const first = 4 * fluxes.phaseCells[i];
  const scale = -1 / (3 * volume);
  q.fill(0);
  for (let local = 1; local < 4; local++) {
    const factor = scale * facetSign(periodic, first + local);
    const from = 3 * cellDofs[4 * i + local];
    const edge = 3 * (local - 1);
    for (let k = 0; k < 3; k++) {
      const carried = factor * values[from + k];
      q[3 * k] += carried * edges[edge];
      q[3 * k + 1] += carried * edges[edge + 1];
      q[3 * k + 2] += carried * edges[edge + 2];
    }
  }
}

/**
 * e_k + grad u_k in one cell.
 *
 * @param u values of u_k at the dofs, numDofs x 3, row-major
 * @param i index of the cell in the phase
 * @param gradients of the basis functions in that cell, from {@link computeGradients}
 * @param field receives 3 x 3 numbers, one vector a row
 */
export function evaluateFields(
  u: Float64Array,
  { cellDofs }: CellDofs,
  i: number,
  gradients: Float64Array,
  field: Float64Array,
): void {
  for (let k = 0; k < 3; k++) {
    let x = k === 0 ? 1 : 0;
    let y = k === 1 ? 1 : 0;
    let z = k === 2 ? 1 : 0;
    for (let local = 0; local < 4; local++) {
      const value = u[3 * cellDofs[4 * i + local] + k];
      x += value * gradients[3 * local];
      y += value * gradients[3 * local + 1];
      z += value * gradients[3 * local + 2];
    }
    field[3 * k] = x;
    field[3 * k + 1] = y;
    field[3 * k + 2] = z;
  }
}

/**
 * Mean over the two sides of each facet of |T| H (e_k + grad u_k) . grad phi_i, which is the flux out of facet i.
 *
 * @param position index in the phase of each cell of the mesh, -1 for other cells
 */
function averageFluxes(
  periodic: PeriodicMesh,
  problem: CellProblem,
  u: Float64Array,
  position: Int32Array,
): Float64Array {
  const { mesh, partner } = periodic;
  const { phaseCells, element, coefficient } = problem;
  const { numDofs, cellDofs } = problem.dofMap;
  const { tensors } = coefficient;
  const values = new Float64Array(3 * numDofs);
  const edges = new Float64Array(9);
  const gradients = new Float64Array(12);
  const field = new Float64Array(9);
  const flux = new Float64Array(9);
  for (let i = 0; i < phaseCells.length; i++) {
    const cell = phaseCells[i];
    const volume = readEdges(mesh, cell, edges);
    computeGradients(edges, volume, element, gradients);
    const at = tensorOffset(coefficient, i);
    evaluateFields(u, problem.dofMap, i, gradients, field);
    for (let k = 0; k < 9; k += 3) {
      applySymmetric(tensors, at, field[k], field[k + 1], field[k + 2], flux, k);
    }
    for (let local = 0; local < 4; local++) {
      const half = 4 * cell + local;
      const other = partner[half];
      if (other === NO_FACET || position[other >> 2] < 0) continue;
      const share = (volume * facetSign(periodic, half)) / 2;
      const to = 3 * cellDofs[4 * i + local];
      for (let k = 0; k < 3; k++) {
        values[to + k] +=
          share *
          (flux[3 * k] * gradients[3 * local] +
            flux[3 * k + 1] * gradients[3 * local + 1] +
            flux[3 * k + 2] * gradients[3 * local + 2]);
      }
    }
  }
  return values;
}

/** A spanning tree of the cells of each component. */
interface CellTree {
  /** Indices of the cells in the phase, every cell after its parent. */
  readonly order: Int32Array;
  /** Local facet of each cell that leads to its parent, {@link ROOT} for a root. */
  readonly towardsRoot: Int8Array;
}

/** Breadth-first, which keeps the paths to the root short. */
function growTree(periodic: PeriodicMesh, phaseCells: Int32Array, position: Int32Array): CellTree {
  const { partner } = periodic;
  const order = new Int32Array(phaseCells.length);
  const towardsRoot = new Int8Array(phaseCells.length).fill(UNREACHED);
  let numReached = 0;
  for (let root = 0, head = 0; root < phaseCells.length; root++) {
    if (towardsRoot[root] !== UNREACHED) continue;
    towardsRoot[root] = ROOT;
    order[numReached++] = root;
    for (; head < numReached; head++) {
      const first = 4 * phaseCells[order[head]];
      for (let half = first; half < first + 4; half++) {
        const other = partner[half];
        const next = other === NO_FACET ? -1 : position[other >> 2];
        if (next < 0 || towardsRoot[next] !== UNREACHED) continue;
        towardsRoot[next] = other & 3;
        order[numReached++] = next;
      }
    }
  }
  return { order, towardsRoot };
}

/** From the leaves to the roots: what flows out of a cell in total is taken from its facet towards the root. */
function balanceCells(periodic: PeriodicMesh, fluxes: FacetFluxes, tree: CellTree): void {
  const { phaseCells, facets, values } = fluxes;
  const { cellDofs } = facets;
  const { order, towardsRoot } = tree;
  for (let at = order.length - 1; at >= 0; at--) {
    const i = order[at];
    if (towardsRoot[i] === ROOT) continue;
    const first = 4 * phaseCells[i];
    let x = 0;
    let y = 0;
    let z = 0;
    for (let local = 0; local < 4; local++) {
      const sign = facetSign(periodic, first + local);
      const from = 3 * cellDofs[4 * i + local];
      x += sign * values[from];
      y += sign * values[from + 1];
      z += sign * values[from + 2];
    }
    const sign = facetSign(periodic, first + towardsRoot[i]);
    const to = 3 * cellDofs[4 * i + towardsRoot[i]];
    values[to] -= sign * x;
    values[to + 1] -= sign * y;
    values[to + 2] -= sign * z;
  }
}
