import { PeriodicityError } from "../core/errors.js";
import type { HomogenizationResult } from "../io/homogenization-result.js";
import { mismatchShare, type TiedCell } from "../mesh/tied-cell.js";
import type { PhasePartition } from "../mesh/phases.js";

/** Share of the smaller of two opposite parts of a phase that has to face the phase. */
const LEAST_SHARED = 0.5;

/** Share of the face of a phase without the phase opposite above which the user is told. */
const NOTABLE_MISMATCH = 0.01;

/**
 * Requires opposite faces to be about the same, phase by phase.
 *
 * @throws PeriodicityError `tie-faces-differ`
 */
export function requireTied(tied: TiedCell, { phases }: PhasePartition): void {
  tied.mismatch.forEach(({ areas, shared }, phase) => {
    areas.forEach(([low, high], k) => {
      const smaller = Math.min(low, high);
      if (smaller === 0 || shared[k] >= LEAST_SHARED * smaller) return;
      const [lowFace, highFace] = tied.faces[k];
      const { name } = phases[phase];
      const share = shared[k] / smaller;
      throw new PeriodicityError(
        "tie-faces-differ",
        `phase "${name}" has the area ${format(low)} on the face ${lowFace.name} and ${format(high)} on the face ` +
          `${highFace.name}, but only ${(100 * share).toFixed(1)} % of the smaller part lies opposite to the phase: the ` +
          "cell is not periodic; take --boundary dirichlet, flux or mirror in place of --periodic tie, or give the right " +
          "cell with --unit-cell",
        {
          details: {
            phase: name,
            faces: [lowFace.name, highFace.name],
            areas: [low, high],
            shared: shared[k],
          },
        },
      );
    });
  });
}

/** The result with what is to be said about its faces. */
export function withMismatch(
  result: HomogenizationResult,
  tied: TiedCell,
  { phases }: PhasePartition,
): HomogenizationResult {
  const shares = tied.mismatch.map(mismatchShare);
  const warnings = phases.flatMap(({ name }, phase) =>
    shares[phase] <= NOTABLE_MISMATCH
      ? []
      : [
          `${(100 * shares[phase]).toFixed(1)} % of the area of phase "${name}" on a face of the unit cell has another ` +
            "phase, or nothing, opposite to it: nothing passes there",
        ],
  );
  return {
    ...result,
    periodic: {
      kind: "tie",
      mismatch: Object.fromEntries(phases.map(({ name }, phase) => [name, shares[phase]])),
      certified: false,
    },
    warnings: [...result.warnings, ...warnings],
  };
}

function format(area: number): string {
  return String(Number(area.toPrecision(6)));
}
