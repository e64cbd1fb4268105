import { ParseError, UsageError } from "../core/errors.js";

/**
 * Names under which programs store the region of a cell, in the order in which they are taken: Gmsh through meshio, erfem,
 * Gmsh's and VMTK's own, medit through meshio, deal.II, MFEM, MOOSE, FEniCS, ParaView filters and what people write.
 */
export const usualRegionArrays: readonly string[] = [
  "gmsh:physical",
  "phase",
  "CellEntityIds",
  "medit:ref",
  "subdomain_id",
  "material",
  "material_id",
  "materialid",
  "MaterialIds",
  "attribute",
  "region",
  "region_id",
  "RegionId",
  "subdomain",
  "subdomains",
  "domain",
  "domains",
  "cell_tags",
  "cell_markers",
  "mf_data",
  "mf3",
  "label",
  "labels",
  "tag",
];

/** An array of numbers on the cells. */
export interface CellArray {
  readonly name: string;
  readonly numComponents: number;
  /** Whether its type is one of whole numbers. */
  readonly isInteger: boolean;
  /** Reads the numbers, one for each cell of the file. */
  readonly read: () => Promise<Float64Array>;
}

/** The numbers of the regions, and the array that they come from. */
export interface RegionLabels {
  readonly name: string;
  readonly labels: Float64Array;
}

/**
 * Finds the array that tells the regions: the one that is asked for, else the one with a usual name, else the only one of
 * whole numbers, with a warning. Several of the usual names are taken where they hold the same numbers.
 *
 * @param wanted name of an array; `none` for none; undefined to find it
 * @returns null where the cells have no regions
 * @throws UsageError `region-array-unknown`
 * @throws ParseError `mesh-region-ambiguous`
 */
export async function findRegionArray(
  arrays: readonly CellArray[],
  wanted: string | undefined,
  format: string,
  warnings: string[],
): Promise<RegionLabels | null> {
  if (wanted === "none") return null;
  const scalars = arrays.filter(({ numComponents }) => numComponents === 1);
  if (wanted !== undefined) {
    const array = scalars.find(({ name }) => name === wanted);
    if (array === undefined) throw unknownArray(wanted, scalars);
    return { name: wanted, labels: await array.read() };
  }
  const usual = scalars.filter(({ name }) => isUsual(name));
  const integers = scalars.filter(({ isInteger }) => isInteger);
  const candidates = usual.length > 0 ? usual : integers;
  if (candidates.length === 0) return null;
  const [first, ...others] = candidates;
  const labels = await first.read();
  for (const other of others) {
    const more = await other.read();
    if (more.some((label, cell) => label !== labels[cell])) throw ambiguous(format, candidates);
  }
  if (usual.length === 0) {
    warnings.push(
      `The regions are taken from "${first.name}", the only array of whole numbers on the cells; name another with ` +
        "--region-array, or none.",
    );
  }
  return { name: first.name, labels };
}

function isUsual(name: string): boolean {
  return usualRegionArrays.some((usual) => usual.toLowerCase() === name.toLowerCase());
}

function unknownArray(wanted: string, arrays: readonly CellArray[]): UsageError {
  return new UsageError(
    "region-array-unknown",
    `the file has no array "${wanted}" of one number for each cell; it has ${list(arrays)}.`,
    { details: { wanted, arrays: arrays.map(({ name }) => name) } },
  );
}

function ambiguous(format: string, arrays: readonly CellArray[]): ParseError {
  return new ParseError(
    "mesh-region-ambiguous",
    `${format}: the regions of the cells may be in any of ${list(arrays)}; name the array with --region-array ` +
      "(regionArray), or none for a single region.",
    { details: { arrays: arrays.map(({ name }) => name) } },
  );
}

function list(arrays: readonly CellArray[]): string {
  return arrays.length === 0 ? "none" : arrays.map(({ name }) => `"${name}"`).join(", ");
}
