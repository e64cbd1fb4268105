import { addCompensated, readCompensated } from "../core/summation.js";
import { applySymmetric, invertSymmetric, SYMMETRIC_SIZE } from "../core/symmetric.js";
import type { Matrix3 } from "../core/tensor.js";
import { computeGradients, readEdges } from "../fem/cell-edges.js";
import { tensorOffset } from "../fem/cell-input.js";
import type { CoefficientMeans } from "../fem/coefficient-average.js";
import { P1 } from "../fem/element.js";
import { unitCellVolume } from "../mesh/lattice.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";
import type { Correctors } from "./cell-problem.js";
import { evaluateFields, evaluateFluxes, type FacetFluxes } from "./flux.js";

/** The gap between the two bounds, cell by cell and as a whole. */
export interface GapIndicators {
  /**
   * eta_T, summed over the three directions, for each cell of the phase; um^2/ms, not negative; together the trace of
   * `total`.
   */
  readonly cells: Float64Array;
  /** sum_T eta_T as a form: U - L. */
  readonly total: Matrix3;
}

/**
 * The gap U - L as a sum over the cells,
 *
 *   eta_T(xi) = |T|/|Y| (q.M q - 2 q.p + p.A p) = |T|/|Y| ((p - M q).H (p - M q) + p.(A - H) p) >= 0,
 *
 * with p = xi + grad chi of P1, q the admissible flux of the lower bound, A and H the arithmetic and harmonic mean of the
 * coefficient, M = H^-1. The second form has no cancellation: it is what is computed.
 *
 * @param conducts Cartesian axes along which the phase conducts; along the others the gap is zero
 * @see Prager and Synge, "Approximations in elasticity based on the concept of function space" (1947)
 */
export function computeIndicators(
  periodic: PeriodicMesh,
  correctors: Correctors,
  fluxes: FacetFluxes,
  means: CoefficientMeans,
  conducts: readonly boolean[],
): GapIndicators {
  const { phaseCells, dofMap, chi } = correctors;
  const { arithmetic, harmonic } = means;
  const isConstant = arithmetic === harmonic;
  const scale = 1 / unitCellVolume(periodic.unitCell);
  const axes = [0, 1, 2].filter((k) => conducts[k]);
  const cells = new Float64Array(phaseCells.length);
  const edges = new Float64Array(9);
  const gradients = new Float64Array(12);
  const inverse = new Float64Array(SYMMETRIC_SIZE);
  const excess = new Float64Array(SYMMETRIC_SIZE);
  const q = new Float64Array(9);
  const p = new Float64Array(9);
  const misfit = new Float64Array(9);
  const misfitFlux = new Float64Array(9);
  const excessFlux = new Float64Array(9);
  const sums = new Float64Array(2 * 9);
  for (let i = 0; i < phaseCells.length; i++) {
    const volume = readEdges(periodic.mesh, phaseCells[i], edges);
    computeGradients(edges, volume, P1, gradients);
    evaluateFluxes(periodic, fluxes, i, edges, volume, q);
    const at = tensorOffset(harmonic, i);
    invertSymmetric(harmonic.tensors, at, inverse, 0);
    if (!isConstant) {
      const other = tensorOffset(arithmetic, i);
      for (let e = 0; e < SYMMETRIC_SIZE; e++) {
        excess[e] = arithmetic.tensors[other + e] - harmonic.tensors[at + e];
      }
    }
    evaluateFields(chi, dofMap, i, gradients, p);
    for (const k of axes) {
      const row = 3 * k;
      applySymmetric(inverse, 0, q[row], q[row + 1], q[row + 2], misfit, row);
      for (let j = row; j < row + 3; j++) misfit[j] = p[j] - misfit[j];
      applySymmetric(harmonic.tensors, at, misfit[row], misfit[row + 1], misfit[row + 2], misfitFlux, row);
      if (!isConstant) applySymmetric(excess, 0, p[row], p[row + 1], p[row + 2], excessFlux, row);
    }
    for (const k of axes) {
      for (const l of axes) {
        if (l > k) break;
        let form = 0;
        for (let j = 0; j < 3; j++) {
          form += misfit[3 * k + j] * misfitFlux[3 * l + j] + p[3 * k + j] * excessFlux[3 * l + j];
        }
        const eta = volume * scale * form;
        addCompensated(sums, 3 * k + l, eta);
        if (k === l) cells[i] += Math.max(0, eta);
      }
    }
  }
  const s = readCompensated(sums);
  return {
    cells,
    total: [
      [s[0], s[3], s[6]],
      [s[3], s[4], s[7]],
      [s[6], s[7], s[8]],
    ],
  };
}
