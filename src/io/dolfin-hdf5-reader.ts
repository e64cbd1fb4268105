import { ParseError } from "../core/errors.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { withHdf5, type Hdf5File } from "./hdf5-file.js";
import { alignLabels } from "./label-cells.js";
import { buildPlainMesh, groupByLabel } from "./plain-mesh.js";
import { findRegionArray } from "./region-array.js";
import { toIndices } from "./stored-numbers.js";

const format = "HDF5";

/** What is taken from the file, which is closed by then. */
interface Stored {
  readonly coordinates: Float64Array;
  readonly topology: Float64Array;
  readonly marks: readonly {
    readonly name: string;
    readonly topology: Float64Array;
    readonly values: Float64Array;
  }[];
}

/**
 * Reads a mesh of DOLFIN's HDF5File, which is what SMART stores: /mesh/coordinates and /mesh/topology, and the mesh functions
 * that stand beside it (/mf3), of which one of dimension 3 tells the regions.
 *
 * @throws ParseError `hdf5-damaged`, `hdf5-path-missing`, `hdf5-unsupported`, `mesh-region-ambiguous`, and those of `buildPlainMesh`
 * @throws UsageError `region-array-unknown`
 */
export async function parseDolfinHdf5(
  bytes: Uint8Array,
  options: { readonly name?: string; readonly regionArray?: string } = {},
): Promise<TetMesh> {
  const { coordinates, topology, marks } = await withHdf5(bytes, options.name ?? "", readStored);
  const nodes = toIndices(topology);
  const warnings: string[] = [];
  const arrays = marks.map(({ name, topology: own, values }) => ({
    name,
    numComponents: 1,
    isInteger: true,
    read: () =>
      Promise.resolve(alignLabels(values, toIndices(own), nodes, coordinates.length / 3, format, name)),
  }));
  const found = await findRegionArray(arrays, options.regionArray, format, warnings);
  return buildPlainMesh({
    format,
    coordinates: Float64Array.from(coordinates),
    cells: { nodes, groups: found === null ? null : groupByLabel(found.labels, 3, format, found.name) },
    warnings: found?.name === "mf3" ? [] : warnings,
  });
}

function readStored(file: Hdf5File): Stored {
  if (!file.paths.includes("mesh/topology")) {
    throw new ParseError(
      "hdf5-path-missing",
      "HDF5: the file has no /mesh/topology; expected a mesh of DOLFIN's HDF5File (SMART). Of a pair .xdmf and .h5 " +
        "give the .xdmf, which says where the mesh is.",
    );
  }
  const coordinates = file.read("mesh/coordinates");
  const topology = file.read("mesh/topology");
  if (topology.shape[1] !== 4 || coordinates.shape[1] !== 3) {
    throw new ParseError(
      "hdf5-unsupported",
      `HDF5: /mesh/topology has the shape ${topology.shape.join(" x ")} and /mesh/coordinates ` +
        `${coordinates.shape.join(" x ")}; expected tetrahedra (n x 4) in three dimensions (n x 3).`,
    );
  }
  const marks = file.paths.flatMap((path) => {
    const name = /^(.*)\/values$/.exec(path)?.[1];
    if (name === undefined || !file.paths.includes(`${name}/topology`)) return [];
    const own = file.read(`${name}/topology`);
    return own.shape[1] === 4 ? [{ name, topology: own.values, values: file.read(path).values }] : [];
  });
  return { coordinates: coordinates.values, topology: topology.values, marks };
}
