import { ParseError } from "../core/errors.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { alignLabels } from "./label-cells.js";
import { buildPlainMesh, groupByLabel } from "./plain-mesh.js";
import { findRegionArray, type CellArray } from "./region-array.js";
import { toIndices } from "./stored-numbers.js";
import { readXdmfItem, type OpenFile } from "./xdmf-data.js";
import { readXdmfGrids, type XdmfGrid, type XdmfItem } from "./xdmf-grids.js";
import { pickXdmfCells, type XdmfCells } from "./xdmf-topology.js";

const format = "XDMF";

/** Options of {@link parseXdmf}. */
export interface ParseXdmfOptions {
  /** Cell attribute that tells the regions; `none` for a single region. By default it is found by its name. */
  readonly regionArray?: string;
  /** Gives the bytes of a file beside this one: its numbers are mostly in an .h5. */
  readonly openFile?: OpenFile;
}

/**
 * Reads the tetrahedra of an XDMF file as meshio, FEniCS (legacy and dolfinx) and SMART write it: numbers in the file, in
 * HDF5 or in binary files beside it; uniform grids with a Tetrahedron or Mixed topology. The first grid with tetrahedra is
 * the mesh; attributes on its cells, and those of other grids of the same tetrahedra, may tell the regions.
 *
 * @throws ParseError `mesh-syntax`, `mesh-truncated`, `mesh-count`, `mesh-xml-entities`, `xdmf-unsupported`, `mesh-file-missing`,
 *   `hdf5-...`, `mesh-region-ambiguous`, and those of `buildPlainMesh`
 * @throws UsageError `region-array-unknown`
 * @throws MeshError `unsupported-cell-type` and those of `buildTetMesh`
 * @see XDMF model and format, xdmf.org
 */
export async function parseXdmf(bytes: Uint8Array, options: ParseXdmfOptions = {}): Promise<TetMesh> {
  const grids = readXdmfGrids(bytes);
  const read = (item: XdmfItem): Promise<Float64Array<ArrayBuffer>> =>
    readXdmfItem(bytes, item, options.openFile);
  const mesh = grids.find((grid) => isVolume(grid.topology?.type));
  const geometry = mesh?.geometry ?? grids.find((grid) => grid.geometry !== null)?.geometry ?? null;
  const topology = mesh?.topology ?? null;
  if (mesh === undefined || topology === null || geometry === null) {
    const found = grids.map((grid) => grid.topology?.type ?? "none").join(", ");
    throw new ParseError(
      "xdmf-unsupported",
      `XDMF: the file has grids with the topologies ${found === "" ? "none" : found}; expected a Tetrahedron or Mixed ` +
        "topology with a geometry: save the volume mesh.",
    );
  }
  const coordinates = await read(geometry);
  const cells = pickXdmfCells(topology.type, await read(topology.item));
  const arrays = await listArrays(grids, mesh, cells, coordinates.length / 3, read);
  const warnings: string[] = [];
  const found = await findRegionArray(arrays, options.regionArray, format, warnings);
  return buildPlainMesh({
    format,
    coordinates,
    cells: {
      nodes: cells.nodes,
      tags: cells.tags,
      groups: found === null ? null : groupByLabel(found.labels, 3, format, `attribute "${found.name}"`),
    },
    reducedCells: cells.reducedCells,
    warnings,
  });
}

function isVolume(type: string | undefined): boolean {
  return type !== undefined && /^(tet|mixed|hex|wedge|pyramid)/i.test(type);
}

async function listArrays(
  grids: readonly XdmfGrid[],
  mesh: XdmfGrid,
  cells: XdmfCells,
  numNodes: number,
  read: (item: XdmfItem) => Promise<Float64Array<ArrayBuffer>>,
): Promise<CellArray[]> {
  const arrays: CellArray[] = [];
  for (const grid of grids) {
    const { topology } = grid;
    if (topology === null || !isVolume(topology.type) || grid.cellAttributes.length === 0) continue;
    const own = grid === mesh ? cells : pickXdmfCells(topology.type, await read(topology.item));
    for (const { name, item } of grid.cellAttributes) {
      const numValues = item.shape.reduce((product, n) => product * n, 1);
      arrays.push({
        name,
        numComponents: numValues === own.numElements ? 1 : 0,
        isInteger: item.kind !== "float",
        read: async () => {
          const all = await read(item);
          const labels = own.tags.map((tag) => all[tag - 1]);
          return alignLabels(labels, own.nodes, toIndices(cells.nodes), numNodes, format, name);
        },
      });
    }
  }
  return arrays;
}
