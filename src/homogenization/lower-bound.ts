import { addCompensated, readCompensated } from "../core/summation.js";
import { applySymmetric, invertSymmetric, SYMMETRIC_SIZE } from "../core/symmetric.js";
import { principalAxes, type Matrix3, type Vector3 } from "../core/tensor.js";
import { readEdges } from "../fem/cell-edges.js";
import { tensorOffset, type CellCoefficient } from "../fem/cell-input.js";
import { unitCellVolume } from "../mesh/lattice.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";
import { evaluateFluxes, type FacetFluxes } from "./flux.js";

/**
 * Share of the largest eigenvalue of the correlation of the three fluxes below which a combination of them is left out:
 * it carries less than the round-off of fluxes that cancel.
 */
const LEAST_CORRELATION = 1e-10;

/**
 * The best lower bound that three admissible fluxes give. For the flux sum_k c_k q_k the complementary energy principle
 * says
 *
 *   xi.a~ xi >= 2 c.Q xi - c.G c,   Q_kl = 1/|Y| int q_k . e_l,   G_kl = 1/|Y| int q_k . M q_l,   M = H^-1,
 *
 * which is largest for c = G^-1 Q xi: the bound is L = Q^T G^-1 Q, never negative and never below Q + Q^T - G, the bound
 * of the fluxes as they are. For solved problems G = Q = L.
 *
 * No flux is carried along an axis that no component spans: there Q_kl = 0, and what round-off leaves of the sum over the
 * cells would put L above a tensor that is zero.
 *
 * @param fluxes admissible, see {@link equilibrateFluxes}; replaced by the combinations that attain the bound
 * @param harmonic the coefficient H
 * @param conducts for each axis whether some component spans it, see `conductingDirections`
 * @returns L
 */
export function maximizeLowerBound(
  periodic: PeriodicMesh,
  fluxes: FacetFluxes,
  harmonic: CellCoefficient,
  conducts: readonly boolean[],
): Matrix3 {
  const { carried, energy } = integrateFluxes(periodic, fluxes, harmonic, conducts);
  // Column l holds c for xi = e_l.
  const combination = solveSemidefinite(energy, carried);
  combineFluxes(fluxes.values, combination);
  const entry = (k: number, l: number): number => {
    let sum = 0;
    for (let m = 0; m < 3; m++) sum += carried[m][k] * combination[m][l] + carried[m][l] * combination[m][k];
    return sum / 2;
  };
  return [
    [entry(0, 0), entry(0, 1), entry(0, 2)],
    [entry(0, 1), entry(1, 1), entry(1, 2)],
    [entry(0, 2), entry(1, 2), entry(2, 2)],
  ];
}

/** Q and G of {@link maximizeLowerBound}. */
function integrateFluxes(
  periodic: PeriodicMesh,
  fluxes: FacetFluxes,
  harmonic: CellCoefficient,
  conducts: readonly boolean[],
): { carried: Matrix3; energy: Matrix3 } {
  const { phaseCells } = fluxes;
  const edges = new Float64Array(9);
  const q = new Float64Array(9);
  const inverse = new Float64Array(SYMMETRIC_SIZE);
  const field = new Float64Array(9);
  // Q row-major, then the entries of G on and above the diagonal.
  const sums = new Float64Array(2 * (9 + SYMMETRIC_SIZE));
  for (let i = 0; i < phaseCells.length; i++) {
    const volume = readEdges(periodic.mesh, phaseCells[i], edges);
    evaluateFluxes(periodic, fluxes, i, edges, volume, q);
    invertSymmetric(harmonic.tensors, tensorOffset(harmonic, i), inverse, 0);
    let e = 9;
    for (let k = 0; k < 3; k++) {
      const row = 3 * k;
      applySymmetric(inverse, 0, q[row], q[row + 1], q[row + 2], field, row);
      for (let l = 0; l < 3; l++) addCompensated(sums, row + l, volume * q[row + l]);
      for (let l = 0; l <= k; l++) {
        const dot = q[3 * l] * field[row] + q[3 * l + 1] * field[row + 1] + q[3 * l + 2] * field[row + 2];
        addCompensated(sums, e++, volume * dot);
      }
    }
  }
  const scale = 1 / unitCellVolume(periodic.unitCell);
  const s = readCompensated(sums).map((sum) => sum * scale);
  const carried = (k: number): Vector3 => {
    const along = (l: number): number => (conducts[l] ? s[3 * k + l] : 0);
    return [along(0), along(1), along(2)];
  };
  return {
    carried: [carried(0), carried(1), carried(2)],
    energy: [
      [s[9], s[10], s[12]],
      [s[10], s[11], s[13]],
      [s[12], s[13], s[14]],
    ],
  };
}

/**
 * C with G C = Q, for a semidefinite G: with D^2 the diagonal of G and D^-1 G D^-1 = V diag(lambda) V^T (the
 * correlation of the fluxes), C = D^-1 V diag(1/lambda) V^T D^-1 Q without the eigenvalues that are round-off.
 */
function solveSemidefinite(energy: Matrix3, carried: Matrix3): Matrix3 {
  const weight = [0, 1, 2].map((k) => (energy[k][k] > 0 ? 1 / Math.sqrt(energy[k][k]) : 0));
  const row = (k: number): Vector3 => {
    const scaled = energy[k].map((entry, l) => weight[k] * entry * weight[l]);
    return [scaled[0], scaled[1], scaled[2]];
  };
  const { values, directions } = principalAxes([row(0), row(1), row(2)]);
  const combination = [0, 1, 2].map(() => [0, 0, 0]);
  values.forEach((value, j) => {
    if (!(value > LEAST_CORRELATION * values[0])) return;
    const c = [0, 1, 2].map((k) => weight[k] * directions[j][k]);
    for (let l = 0; l < 3; l++) {
      const share = (c[0] * carried[0][l] + c[1] * carried[1][l] + c[2] * carried[2][l]) / value;
      for (let k = 0; k < 3; k++) combination[k][l] += c[k] * share;
    }
  });
  const [a, b, c] = combination;
  return [
    [a[0], a[1], a[2]],
    [b[0], b[1], b[2]],
    [c[0], c[1], c[2]],
  ];
}

/** q_l <- sum_k q_k C_kl, in place. */
function combineFluxes(values: Float64Array, combination: Matrix3): void {
  const [a, b, c] = combination;
  for (let at = 0; at < values.length; at += 3) {
    const x = values[at];
    const y = values[at + 1];
    const z = values[at + 2];
    for (let l = 0; l < 3; l++) values[at + l] = x * a[l] + y * b[l] + z * c[l];
  }
}
