import { UsageError } from "../core/errors.js";

/**
 * What a membrane flux counts per: `area` of the membrane (molecules/um^2/s), or volume (uM/s) of the `cytosol`, of the `er`
 * or of the whole `cell`; or one `pump` (molecules/s), whose number per volume of the cell, 1/um^3, is the factor.
 */
export type FluxBasis = "area" | "cytosol" | "er" | "cell" | "pump";

/** What a flux needs to be a source in the macroscopic equations. */
export interface CellGeometry {
  /** gamma_c, in (0, 1]. */
  readonly cytosolFraction: number;
  /** gamma_e, in (0, 1); absent in a region without ER. */
  readonly erFraction?: number | undefined;
  /** Area of the ER membrane per volume of the cell, 1/um; only fluxes per area need it. */
  readonly areaPerVolume?: number | undefined;
}

/** Molecules in 1 um^3 at 1 uM: Avogadro's number times 1e-21. */
export const MOLECULES_PER_UM3_UM = 602.214076;

/**
 * The factor s by which a flux J of this basis becomes a source per volume of the cell, s J in uM/s:
 *
 *   area: areaPerVolume / 602.214,   cytosol: gamma_c,   er: gamma_e,   cell: 1,   pump: 1 / 602.214.
 *
 * @throws UsageError `flux-basis-unknown`; `flux-basis-needs-area`, `flux-basis-needs-er` where the geometry lacks what the
 *   basis needs
 * @see (2.26), appendix
 */
export function fluxScale(basis: FluxBasis, geometry: CellGeometry): number {
  const { cytosolFraction, erFraction, areaPerVolume } = geometry;
  switch (basis) {
    case "area":
      if (areaPerVolume === undefined) {
        throw new UsageError(
          "flux-basis-needs-area",
          "a flux is given per area of membrane, but the region has no areaPerVolume; give the membrane area per volume of " +
            "the cell in 1/um",
        );
      }
      return areaPerVolume / MOLECULES_PER_UM3_UM;
    case "cytosol":
      return cytosolFraction;
    case "er":
      if (erFraction === undefined) {
        throw new UsageError(
          "flux-basis-needs-er",
          "a flux is given per volume of ER, but the region has no ER",
        );
      }
      return erFraction;
    case "cell":
      return 1;
    case "pump":
      return 1 / MOLECULES_PER_UM3_UM;
    default:
      throw new UsageError(
        "flux-basis-unknown",
        `the basis of a flux is ${JSON.stringify(basis)}; expected "area", "cytosol", "er", "cell" or "pump"`,
        { details: { basis } },
      );
  }
}

/**
 * Refuses a geometry that no cell can have.
 *
 * @throws UsageError `volume-fraction-invalid`, `area-per-volume-invalid`
 */
export function checkCellGeometry({ cytosolFraction, erFraction, areaPerVolume }: CellGeometry): void {
  const sum = cytosolFraction + (erFraction ?? 0);
  // A mesh of two phases gives fractions whose sum is 1 up to round-off.
  if (!(cytosolFraction > 0) || (erFraction !== undefined && !(erFraction > 0)) || !(sum <= 1 + 1e-9)) {
    throw new UsageError(
      "volume-fraction-invalid",
      `the volume fractions are ${cytosolFraction} of the cytosol and ${erFraction ?? "none"} of the ER; expected numbers ` +
        "> 0 whose sum is at most 1",
      { details: { cytosolFraction, erFraction } },
    );
  }
  if (areaPerVolume === undefined || (areaPerVolume >= 0 && Number.isFinite(areaPerVolume))) return;
  throw new UsageError(
    "area-per-volume-invalid",
    `the membrane area per volume of the cell is ${areaPerVolume} 1/um; expected a finite number >= 0`,
    { details: { areaPerVolume } },
  );
}

/** A basis in words: `area of membrane`, `volume of the ER`. */
export function describeBasis(basis: FluxBasis): string {
  const words = {
    area: "area of membrane",
    cytosol: "volume of cytosol",
    er: "volume of ER",
    cell: "volume of the cell",
    pump: "pump",
  };
  return words[basis];
}
