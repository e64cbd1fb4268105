import { MeshError, ParseError } from "../core/errors.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { buildPlainMesh, groupByLabel } from "./plain-mesh.js";
import { toIndices } from "./stored-numbers.js";
import { readXml } from "./xml-reader.js";

const format = "DOLFIN XML";

/** Least bytes of an element of each kind: <vertex index="0" x="0" y="0" z="0"/> and its like. */
const leastBytes = { vertices: 30, cells: 40, marks: 20 };

/** What DOLFIN stores for an entity without a mark: the largest number of 64, 32 or 31 bits. */
const leastUnmarked = 2147483647;

type Attributes = Readonly<Record<string, string | undefined>>;

/** What has been read of one or two files. */
interface Found {
  coordinates: Float64Array<ArrayBuffer> | null;
  cells: Float64Array | null;
  /** Number of each cell, NaN where it has none; null before the first mark. */
  labels: Float64Array<ArrayBuffer> | null;
  facets: FacetMark[];
}

interface FacetMark {
  readonly cell: number;
  readonly localFacet: number;
  readonly label: number;
}

/**
 * Reads a mesh of FEniCS' DOLFIN (legacy XML). The regions are the cell marks that stand in it, under <domains> or <data>, or
 * in a second file, a <mesh_function> or <mesh_value_collection> of dimension 3. Marks of facets by cell and local number are
 * surfaces. A cell without a mark is in region 0.
 *
 * @param regions the second file
 * @throws ParseError `mesh-syntax`, `mesh-truncated`, `mesh-count`, `mesh-xml-entities`, `dolfin-no-regions`, and those of
 *   `buildPlainMesh`
 * @throws MeshError `unsupported-cell-type` and those of `buildTetMesh`
 * @see A. Logg, K.-A. Mardal, G. N. Wells, Automated Solution of Differential Equations by the Finite Element Method (2012), 10.4
 */
export function parseDolfin(bytes: Uint8Array, regions: Uint8Array | null = null): TetMesh {
  const found: Found = { coordinates: null, cells: null, labels: null, facets: [] };
  readFile(bytes, found);
  if (found.coordinates === null || found.cells === null) {
    throw dolfinError(
      "mesh-syntax",
      "the file has no <vertices> and <cells>; expected a <mesh>, give the mesh first",
    );
  }
  if (regions !== null) {
    const second: Found = { ...found, labels: null };
    readFile(regions, second);
    if (second.labels === null) {
      throw dolfinError(
        "dolfin-no-regions",
        "the second file has no marks of dimension 3; expected those of the cells",
      );
    }
    if (found.labels !== null && !isSame(found.labels, second.labels)) {
      throw dolfinError(
        "mesh-region-ambiguous",
        "the mesh and the second file mark the cells differently; give one of them",
      );
    }
    found.labels = second.labels;
  }
  const nodes = toIndices(found.cells);
  const { labels } = found;
  return buildPlainMesh({
    format,
    coordinates: found.coordinates,
    cells: {
      nodes,
      groups:
        labels === null
          ? null
          : groupByLabel(
              labels.map((label) => (label >= 0 && label < leastUnmarked ? label : label < 0 ? label : 0)),
              3,
              format,
              "the mark of a cell",
            ),
    },
    ...(found.facets.length === 0 ? {} : { facets: placeFacets(found.facets, nodes) }),
    warnings: [],
  });
}

function readFile(bytes: Uint8Array, found: Found): void {
  /** Dimension of the marks that are being read. */
  let dimension = -1;
  const count = (attributes: Attributes, least: number): number => {
    const size = Number(attributes["size"] ?? NaN);
    if (Number.isSafeInteger(size) && size >= 0 && size * least <= bytes.length) return size;
    const message = `size="${attributes["size"] ?? ""}" does not fit into the ${bytes.length} bytes of the file`;
    throw dolfinError("mesh-count", `${message}: it is cut or damaged`);
  };
  readXml(bytes, format, {
    open(name, attributes: Attributes) {
      switch (name) {
        case "mesh":
          checkShape(attributes);
          break;
        case "vertices":
          found.coordinates = new Float64Array(3 * count(attributes, leastBytes.vertices)).fill(NaN);
          break;
        case "cells":
          found.cells = new Float64Array(4 * count(attributes, leastBytes.cells)).fill(-1);
          break;
        case "vertex":
          setRecord(found.coordinates, attributes, ["x", "y", "z"]);
          break;
        case "tetrahedron":
          setRecord(found.cells, attributes, ["v0", "v1", "v2", "v3"]);
          break;
        case "mesh_function":
        case "mesh_value_collection":
        case "meshfunction": {
          const { dim } = attributes;
          if (dim !== undefined) dimension = Number(dim);
          if (attributes["size"] !== undefined) count(attributes, leastBytes.marks);
          break;
        }
        case "entity":
        case "value":
          addMark(found, dimension, attributes);
          break;
      }
    },
  });
}

/** @throws MeshError `unsupported-cell-type` */
function checkShape({ celltype = "", dim = "3" }: Attributes): void {
  if (celltype === "tetrahedron" && dim === "3") return;
  throw new MeshError(
    "unsupported-cell-type",
    `${format}: the mesh has cells "${celltype}" in ${dim} dimensions; expected tetrahedron in 3: mesh the volume.`,
    { details: { shape: celltype } },
  );
}

/** Numbers of a vertex or a cell, at its index. */
function setRecord(target: Float64Array | null, attributes: Attributes, keys: readonly string[]): void {
  const index = Number(attributes["index"] ?? NaN);
  if (target === null || !Number.isSafeInteger(index) || index < 0 || index * keys.length >= target.length) {
    const most = target === null ? 0 : target.length / keys.length;
    throw dolfinError(
      "mesh-count",
      `an element has index="${attributes["index"] ?? ""}"; expected 0 to ${most - 1}`,
    );
  }
  keys.forEach((key, k) => {
    target[index * keys.length + k] = toNumber(attributes[key]);
  });
}

function addMark(found: Found, dimension: number, attributes: Attributes): void {
  if (dimension !== 2 && dimension !== 3) return;
  const cell = toNumber(attributes["index"] ?? attributes["cell_index"]);
  const label = toNumber(attributes["value"]);
  const numCells = (found.cells?.length ?? 0) / 4;
  const isByCell = attributes["cell_index"] !== undefined;
  // A facet by a number of its own is not known without DOLFIN's numbering.
  if (dimension === 2 && !isByCell) return;
  const localFacet = toNumber(attributes["local_entity"] ?? "0");
  if (!Number.isSafeInteger(cell) || cell < 0 || cell >= numCells || ![0, 1, 2, 3].includes(localFacet)) {
    throw dolfinError(
      "mesh-count",
      `a mark is that of cell ${cell}, local entity ${localFacet}; the mesh has ${numCells} cells`,
    );
  }
  if (dimension === 2) {
    if (label > 0 && label < leastUnmarked) found.facets.push({ cell, localFacet, label });
    return;
  }
  found.labels ??= new Float64Array(numCells).fill(NaN);
  found.labels[cell] = label;
}

/** Local facet i is opposite to the i-th of the cell's nodes in ascending order (UFC numbering); each facet once. */
function placeFacets(marks: readonly FacetMark[], cells: Int32Array) {
  const nodes = new Int32Array(3 * marks.length);
  const labels = new Float64Array(marks.length);
  marks.forEach(({ cell, localFacet, label }, facet) => {
    const corners = Array.from(cells.subarray(4 * cell, 4 * cell + 4)).sort((a, b) => a - b);
    corners.splice(localFacet, 1);
    nodes.set(corners, 3 * facet);
    labels[facet] = label;
  });
  return { nodes, groups: groupByLabel(labels, 2, format, "the mark of a facet") };
}

function toNumber(text: string | undefined): number {
  return text === undefined || text.trim() === "" ? NaN : Number(text);
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => Object.is(value, b[i]));
}

function dolfinError(code: string, message: string): ParseError {
  return new ParseError(code, `${format}: ${message}.`);
}
