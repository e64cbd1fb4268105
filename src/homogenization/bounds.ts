import { principalAxes, type Matrix3 } from "../core/tensor.js";
import type { CoefficientMeans } from "../fem/coefficient-average.js";
import type { BoundsRecord, Interval } from "../io/homogenization-result.js";
import { conductingDirections, type PhaseProblem, type SolvedCellProblem } from "./cell-problem.js";
import { classicalBounds } from "./classical-bounds.js";
import type { SolvedDualProblem } from "./dual-problem.js";
import type { FacetFluxes } from "./flux.js";
import { computeIndicators } from "./indicators.js";

/**
 * Round-off that the bounds are widened by, relative to sqrt(a_kk a_ll) for entry (k, l): far above what sums over
 * millions of cells leave, far below any gap worth knowing.
 */
export const ROUNDOFF_ALLOWANCE = 1e-12;

/** Two tensors L <= U as quadratic forms, um^2/ms. */
export interface TensorBounds {
  readonly lower: Matrix3;
  readonly upper: Matrix3;
}

/** The bounds of one phase, and the fields that they come from. */
export interface PhaseBounds {
  /** What the result file holds. */
  readonly record: BoundsRecord;
  /** What each cell of `fluxes.phaseCells` adds to the trace of the gap U - L; um^2/ms, not negative. */
  readonly indicators: Float64Array;
  /** Admissible fluxes q_k that attain the lower bound. */
  readonly fluxes: FacetFluxes;
}

/**
 * The enclosure L <= a~ <= U of the homogenized tensor of one phase on its polyhedral mesh: U from P1 with the arithmetic
 * means of the coefficient, L from Crouzeix-Raviart with the harmonic ones.
 *
 * @param scalar the coefficient where it is one number for the whole phase, else null
 * @see Prager and Synge, "Approximations in elasticity based on the concept of function space" (1947)
 */
export function certifyTensor(
  phase: PhaseProblem,
  means: CoefficientMeans,
  scalar: number | null,
  primal: SolvedCellProblem,
  dual: SolvedDualProblem,
): PhaseBounds {
  const { phaseCells, components } = phase;
  const { periodic } = phase.mesh;
  const { fluxes, lower, solution } = dual;
  const conducts = conductingDirections(periodic, components);
  const indicators = computeIndicators(periodic, primal.correctors, fluxes, means, conducts);
  const bounds = widenBounds({ lower, upper: primal.homogenized }, means.quadratureChange);
  const { method, iterations, relativeResidual } = solution;
  const record: BoundsRecord = {
    ...bounds,
    relativeGap: relativeGap(bounds),
    entries: entryIntervals(bounds),
    gap: indicators.total,
    quadratureChange: means.quadratureChange,
    classical: classicalBounds(periodic, phaseCells, means, scalar),
    facets: fluxes.facets.numDofs,
    solver: { method, iterations, relativeResidual },
  };
  return { record, indicators: indicators.cells, fluxes };
}

/**
 * The bounds with room for what they do not know: U (1 + delta) and L / (1 + delta) where the means of the coefficient
 * are known up to a factor 1 + delta as quadratic forms, and round-off.
 *
 * A coefficient up to 1 + delta times larger has an energy at most that much larger; a mean of a^-1 up to 1 + delta
 * times larger gives, for the flux q / (1 + delta), the bound L / (1 + delta).
 *
 * @param delta largest `quadratureChange`
 */
export function widenBounds({ lower, upper }: TensorBounds, delta: number): TensorBounds {
  return {
    lower: mapEntries((k, l) => (lower[k][l] - (k === l ? roundoff(upper, k) : 0)) / (1 + delta)),
    upper: mapEntries((k, l) => (upper[k][l] + (k === l ? roundoff(upper, k) : 0)) * (1 + delta)),
  };
}

/**
 * The interval of each entry of a tensor a with L <= a <= U as quadratic forms,
 *
 *   |a_kl - (L + U)_kl / 2| <= 1/2 sqrt((U - L)_kk (U - L)_ll),
 *
 * which is [L_kk, U_kk] on the diagonal: with D = (U - L) / 2, the form E = a - (L + U) / 2 lies between -D and D, so that
 * E(x, y) = (E(x + y) - E(x - y)) / 4 <= (D(x) + D(y)) / 2; the best multiples of x and y give sqrt(D(x) D(y)).
 */
export function entryIntervals({ lower, upper }: TensorBounds): BoundsRecord["entries"] {
  const gap = (k: number): number => Math.max(0, upper[k][k] - lower[k][k]);
  return mapEntries((k, l): Interval => {
    if (k === l) return [lower[k][k], upper[k][k]];
    const centre = (lower[k][l] + upper[k][l]) / 2;
    const radius = Math.sqrt(gap(k) * gap(l)) / 2;
    return [centre - radius, centre + radius];
  });
}

/** ||U - L||_2 / ||U||_2; 0 for the zero tensor. */
export function relativeGap({ lower, upper }: TensorBounds): number {
  const norm = spectralNorm(upper);
  if (norm === 0) return 0;
  return spectralNorm(mapEntries((k, l) => upper[k][l] - lower[k][l])) / norm;
}

function roundoff(upper: Matrix3, k: number): number {
  return ROUNDOFF_ALLOWANCE * upper[k][k];
}

function spectralNorm(a: Matrix3): number {
  const { values } = principalAxes(a);
  return Math.max(Math.abs(values[0]), Math.abs(values[2]));
}

function mapEntries<T>(
  entry: (k: number, l: number) => T,
): readonly [readonly [T, T, T], readonly [T, T, T], readonly [T, T, T]] {
  const row = (k: number): readonly [T, T, T] => [entry(k, 0), entry(k, 1), entry(k, 2)];
  return [row(0), row(1), row(2)];
}
