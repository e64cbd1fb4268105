import { ParseError } from "../core/errors.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { findSamePoints } from "./merge-points.js";
import { buildPlainMesh, groupByLabel, unsupportedCell } from "./plain-mesh.js";
import { findRegionArray, type CellArray } from "./region-array.js";
import { parseNumberType, toIndices } from "./stored-numbers.js";
import { readVtuArray } from "./vtu-data.js";
import { readVtuHeader, type VtuFile, type VtuPiece } from "./vtu-header.js";

/** Cells of VTK: name and dimension by their number. @see VTK, vtkCellType.h */
const cellTypes: ReadonlyMap<number, readonly [name: string, dimension: number]> = new Map([
  [1, ["vertex", 0]],
  [2, ["poly-vertex", 0]],
  [3, ["line", 1]],
  [4, ["poly-line", 1]],
  [5, ["triangle", 2]],
  [6, ["triangle strip", 2]],
  [7, ["polygon", 2]],
  [8, ["pixel", 2]],
  [9, ["quadrangle", 2]],
  [10, ["tetrahedron", 3]],
  [11, ["voxel", 3]],
  [12, ["hexahedron", 3]],
  [13, ["wedge", 3]],
  [14, ["pyramid", 3]],
  [21, ["quadratic edge", 1]],
  [22, ["quadratic triangle", 2]],
  [23, ["quadratic quadrangle", 2]],
  [24, ["quadratic tetrahedron", 3]],
  [28, ["biquadratic quadrangle", 2]],
  [34, ["biquadratic triangle", 2]],
  [68, ["Lagrange curve", 1]],
  [69, ["Lagrange triangle", 2]],
  [70, ["Lagrange quadrangle", 2]],
  [71, ["Lagrange tetrahedron", 3]],
]);

const linearTetrahedron = 10;

/** Tetrahedra of higher order: their corners come first. */
const higherTetrahedra = [24, 71];

/** Options of {@link parseVtu}. */
export interface ParseVtuOptions {
  /** Name of the cell data that tell the regions; `none` for a single region. By default it is found by its name. */
  readonly regionArray?: string;
}

/** Cells of all pieces. */
interface Cells {
  readonly coordinates: Float64Array;
  /** Of the tetrahedra, numCells x 4. */
  readonly nodes: Int32Array<ArrayBuffer>;
  /** Numbers of the tetrahedra among the cells of the file, from 1. */
  readonly tags: Float64Array<ArrayBuffer>;
  readonly reducedCells: number;
}

/**
 * Reads the tetrahedra of a VTK XML UnstructuredGrid (.vtu) of one or more pieces: ascii, binary in place or appended (raw or
 * base64), plain or compressed by zlib, of either byte order. Cells of lower dimension are passed over. Points of
 * different pieces that have the same coordinates become one.
 *
 * @throws ParseError `vtu-unsupported`, `vtu-data-damaged`, `mesh-syntax`, `mesh-truncated`, `mesh-count`,
 *   `mesh-xml-entities`, `mesh-region-ambiguous`, and those of `buildPlainMesh`
 * @throws UsageError `region-array-unknown`
 * @throws MeshError `unsupported-cell-type` and those of `buildTetMesh`
 * @see VTK file formats, "XML file formats"
 */
export async function parseVtu(bytes: Uint8Array, options: ParseVtuOptions = {}): Promise<TetMesh> {
  const file = readVtuHeader(bytes);
  const warnings: string[] = [];
  const cells = await readCells(file);
  const arrays = listCellArrays(file, cells.tags);
  const found = await findRegionArray(arrays, options.regionArray, "VTU", warnings);
  return buildPlainMesh({
    format: "VTU",
    coordinates: cells.coordinates,
    cells: {
      nodes: cells.nodes,
      tags: cells.tags,
      groups: found === null ? null : groupByLabel(found.labels, 3, "VTU", `array "${found.name}"`),
    },
    reducedCells: cells.reducedCells,
    warnings,
  });
}

async function readCells({ layout, pieces }: VtuFile): Promise<Cells> {
  const read = [];
  let firstNode = 0;
  let firstCell = 0;
  for (const piece of pieces) {
    const coordinates = await readVtuArray(layout, piece.points, 3 * piece.numPoints);
    const types = await readVtuArray(layout, piece.types, piece.numCells);
    const offsets = await readVtuArray(layout, piece.offsets, piece.numCells);
    const numCorners = offsets.at(-1) ?? 0;
    if (!(numCorners >= 0 && numCorners <= layout.bytes.length * 1032)) throw badOffsets(piece.numCells);
    const connectivity = await readVtuArray(layout, piece.connectivity, numCorners);
    read.push({ coordinates, ...pickTetrahedra(types, offsets, connectivity, firstNode, piece, firstCell) });
    firstNode += piece.numPoints;
    firstCell += piece.numCells;
  }
  const coordinates = join(
    read.map((part) => part.coordinates),
    Float64Array,
  );
  const nodes = join(
    read.map((part) => part.nodes),
    Int32Array,
  );
  if (pieces.length > 1) {
    const first = findSamePoints(coordinates);
    for (let i = 0; i < nodes.length; i++) if (nodes[i] >= 0) nodes[i] = first[nodes[i]];
  }
  const tags = join(
    read.map((part) => part.tags),
    Float64Array,
  );
  return { coordinates, nodes, tags, reducedCells: read.reduce((sum, part) => sum + part.reducedCells, 0) };
}

/** The tetrahedra of a piece. @throws MeshError `unsupported-cell-type` */
function pickTetrahedra(
  types: Float64Array,
  offsets: Float64Array,
  connectivity: Float64Array,
  firstNode: number,
  piece: VtuPiece,
  firstCell: number,
): Omit<Cells, "coordinates"> {
  let count = 0;
  let reducedCells = 0;
  for (const [cell, type] of types.entries()) {
    const isHigher = higherTetrahedra.includes(type);
    if (type === linearTetrahedron || isHigher) count++;
    else if ((cellTypes.get(type)?.[1] ?? 3) === 3) {
      throw unsupportedCell(
        "VTU",
        firstCell + cell + 1,
        cellTypes.get(type)?.[0] ?? `VTK cell of type ${type}`,
      );
    }
    if (isHigher) reducedCells++;
  }
  const nodes = new Int32Array(4 * count);
  const tags = new Float64Array(count);
  let tetrahedron = 0;
  for (let cell = 0; cell < types.length; cell++) {
    const start = cell === 0 ? 0 : offsets[cell - 1];
    const length = offsets[cell] - start;
    if (types[cell] !== linearTetrahedron && !higherTetrahedra.includes(types[cell])) continue;
    if (!(length >= 4) || !(start >= 0) || (length !== 4 && types[cell] === linearTetrahedron)) {
      throw badOffsets(firstCell + cell + 1);
    }
    const corners = toIndices(connectivity.subarray(start, start + 4));
    for (let corner = 0; corner < 4; corner++) {
      const node = corners[corner];
      nodes[4 * tetrahedron + corner] = node >= 0 && node < piece.numPoints ? firstNode + node : -1;
    }
    tags[tetrahedron++] = firstCell + cell + 1;
  }
  return { nodes, tags, reducedCells };
}

/** The arrays that all pieces have on their cells. */
function listCellArrays({ layout, pieces }: VtuFile, tags: Float64Array): CellArray[] {
  return (pieces.at(0)?.cellData ?? []).flatMap(({ name, type, numComponents }) => {
    const parts = pieces.map(({ cellData, numCells }) => ({
      numCells,
      array: cellData.find((other) => other.name === name),
    }));
    const isInteger = parseNumberType(type)?.kind !== "float";
    const read = async (): Promise<Float64Array> => {
      const values: Float64Array<ArrayBuffer>[] = [];
      for (const { array, numCells } of parts) {
        if (array !== undefined) values.push(await readVtuArray(layout, array, numCells * numComponents));
      }
      const all = join(values, Float64Array);
      return tags.map((tag) => all[tag - 1]);
    };
    const isWhole = parts.every(({ array }) => array !== undefined) && parseNumberType(type) !== null;
    return isWhole ? [{ name, numComponents, isInteger, read }] : [];
  });
}

/** All parts one after the other. */
function join<T extends Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
  parts: readonly T[],
  Type: new (length: number) => T,
): T {
  if (parts.length === 1) return parts[0];
  const whole = new Type(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}

function badOffsets(cell: number): ParseError {
  return new ParseError(
    "vtu-data-damaged",
    `VTU: the array "offsets" does not give cell ${cell} the points of its type; expected ascending ends of the cells: ` +
      "write the file again.",
    { details: { cell } },
  );
}
