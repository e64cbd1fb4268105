import { addCompensated, readCompensated } from "../core/summation.js";
import { invertSymmetric, SYMMETRIC_SIZE } from "../core/symmetric.js";
import { toMatrix3, type Matrix3 } from "../core/tensor.js";
import { tensorOffset } from "../fem/cell-input.js";
import type { CoefficientMeans } from "../fem/coefficient-average.js";
import type { BoundsRecord } from "../io/homogenization-result.js";
import { cellVolume } from "../mesh/geometry.js";
import { unitCellVolume } from "../mesh/lattice.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";

/** Share of |Y| that a phase which fills its unit cell may miss. */
const FILLED = 1e-9;

/** Bounds that need no solution, for comparison. */
export type ClassicalBounds = BoundsRecord["classical"];

/**
 * Voigt's, Reuss's and Hashin and Shtrikman's bounds of one phase:
 *
 *   a~ <= 1/|Y| int a dy;   a~ >= (1/|Y| int a^-1 dy)^-1 where the phase fills Y, else 0;
 *   tr(a~) / 3 <= 2 gamma / (3 - gamma) a for a scalar constant a, nothing outside the phase conducting.
 *
 * The last holds for anisotropic cells too: sum_j 1 / (1 - f_j) <= 1 + 2 / (1 - gamma) for the principal factors f_j.
 *
 * @param scalar a where it is one number for the whole phase, else null
 * @see Milton, The Theory of Composites (2002), chapters 13, 22 and 23
 */
export function classicalBounds(
  periodic: PeriodicMesh,
  phaseCells: Int32Array,
  means: CoefficientMeans,
  scalar: number | null,
): ClassicalBounds {
  const { arithmetic, harmonic } = means;
  const inverse = new Float64Array(SYMMETRIC_SIZE);
  const sums = new Float64Array(2 * (2 * SYMMETRIC_SIZE + 1));
  for (let i = 0; i < phaseCells.length; i++) {
    const volume = cellVolume(periodic.mesh, phaseCells[i]);
    const at = tensorOffset(arithmetic, i);
    invertSymmetric(harmonic.tensors, tensorOffset(harmonic, i), inverse, 0);
    for (let e = 0; e < SYMMETRIC_SIZE; e++) {
      addCompensated(sums, e, volume * arithmetic.tensors[at + e]);
      addCompensated(sums, SYMMETRIC_SIZE + e, volume * inverse[e]);
    }
    addCompensated(sums, 2 * SYMMETRIC_SIZE, volume);
  }
  const total = readCompensated(sums).map((sum) => sum / unitCellVolume(periodic.unitCell));
  const volumeFraction = total[2 * SYMMETRIC_SIZE];
  const reuss = new Float64Array(SYMMETRIC_SIZE);
  if (volumeFraction > 1 - FILLED) invertSymmetric(total, SYMMETRIC_SIZE, reuss, 0);
  return {
    voigt: toRows(total),
    reuss: toRows(reuss),
    hashinShtrikman: scalar === null ? null : (scalar * 2 * volumeFraction) / (3 - volumeFraction),
  };
}

function toRows([xx, yy, zz, yz, xz, xy]: Float64Array): Matrix3 {
  return toMatrix3([xx, yy, zz, yz, xz, xy]);
}
