import type { TetMesh } from "../mesh/tet-mesh.js";
import { MeshText } from "./mesh-text.js";
import { buildPlainMesh, groupByLabel, unsupportedCell, type PlainElements } from "./plain-mesh.js";

const format = "medit";

/** Keywords of volumes that are no tetrahedra. */
const otherVolumes: ReadonlyMap<string, string> = new Map([
  ["Hexahedra", "hexahedron"],
  ["HexahedraQ2", "hexahedron"],
  ["Prisms", "prism"],
  ["PrismsP2", "prism"],
  ["Pentahedra", "prism"],
  ["Pyramids", "pyramid"],
  ["PyramidsP2", "pyramid"],
]);

/** What the sections of a file hold. */
interface Sections {
  coordinates: Float64Array | null;
  cells: LabelledNodes | null;
  facets: LabelledNodes | null;
  reducedCells: number;
}

/** Elements with their references. */
export interface LabelledNodes {
  /** Indices from 0, count x corners. */
  readonly nodes: Int32Array<ArrayBuffer>;
  readonly labels: Float64Array;
}

/**
 * Reads a mesh in medit's text format (.mesh), as Gmsh, Mmg, Tetgen and FreeFem write it: keywords in any order and on any
 * lines, # begins a comment. The reference of a tetrahedron is its region, that of a triangle its surface. Unknown keywords
 * are passed over.
 *
 * @throws ParseError `mesh-syntax`, `mesh-truncated`, `mesh-count`, `mesh-dimension`, `mesh-repeated`, and those of
 *   `buildPlainMesh`
 * @throws MeshError `unsupported-cell-type` and those of `buildTetMesh`
 * @see P. J. Frey, MEDIT: an interactive mesh visualization software, INRIA RT-0253 (2001), appendix A
 */
export function parseMedit(bytes: Uint8Array): TetMesh {
  const text = new MeshText(format, blankComments(bytes));
  const found: Sections = { coordinates: null, cells: null, facets: null, reducedCells: 0 };
  while (!text.isAtEnd) {
    const start = text.position;
    if (!text.isAtWord) throw text.error("mesh-syntax", `Expected a keyword, found ${text.quoteNext()}`);
    const keyword = text.readWord();
    if (keyword === "End") return buildMedit(found);
    text.section = keyword;
    readSection(text, keyword, found, start);
    text.section = "";
  }
  if (found.coordinates === null || found.cells === null) throw text.truncated();
  return buildMedit(found);
}

/** The mesh of nodes, tetrahedra and triangles with their references: of text and of binary files. */
export function buildMedit({ coordinates, cells, facets, reducedCells }: Sections): TetMesh {
  const name = (elements: LabelledNodes, dimension: 2 | 3, what: string): PlainElements => ({
    nodes: elements.nodes,
    groups: groupByLabel(elements.labels, dimension, format, what),
  });
  const none = { nodes: new Int32Array(0), labels: new Float64Array(0) };
  return buildPlainMesh({
    format,
    coordinates: coordinates ?? new Float64Array(0),
    cells: name(cells ?? none, 3, "the reference of a tetrahedron"),
    ...(facets === null ? {} : { facets: name(facets, 2, "the reference of a triangle") }),
    reducedCells,
    warnings: [],
  });
}

function readSection(text: MeshText, keyword: string, found: Sections, start: number): void {
  if (keyword === "MeshVersionFormatted") {
    text.readSize();
  } else if (keyword === "Dimension") {
    const dimension = text.readSize();
    if (dimension !== 3) {
      const message = `The dimension is ${dimension}; expected 3: mesh in three dimensions`;
      throw text.error("mesh-dimension", message, { dimension });
    }
  } else if (keyword === "Vertices") {
    refuseSecond(text, found.coordinates, start);
    found.coordinates = readVertices(text);
  } else if (keyword === "Tetrahedra" || keyword === "TetrahedraP2") {
    const isLinear = keyword === "Tetrahedra";
    const elements = readElements(text, 4, isLinear ? 4 : 10);
    if (elements.labels.length === 0) return;
    refuseSecond(text, found.cells, start);
    found.cells = elements;
    if (!isLinear) found.reducedCells = elements.labels.length;
  } else if (keyword === "Triangles") {
    refuseSecond(text, found.facets, start);
    found.facets = readElements(text, 3, 3);
  } else {
    const shape = otherVolumes.get(keyword);
    if (shape !== undefined && text.readSize() > 0) throw unsupportedCell(format, 1, shape);
    text.skipNumbers();
  }
}

/** @throws ParseError `mesh-repeated` */
function refuseSecond(text: MeshText, before: unknown, start: number): void {
  if (before === null) return;
  const message = `A second section ${text.section} stands here; expected one: merge the meshes`;
  throw text.error("mesh-repeated", message, {}, start);
}

/** `count`, then `x y z reference` for each. */
function readVertices(text: MeshText): Float64Array {
  const count = text.readSize();
  text.checkCount(count, { doubles: 3, ints: 1 }, "vertices");
  const coordinates = new Float64Array(3 * count);
  for (let node = 0; node < count; node++) {
    for (let k = 0; k < 3; k++) coordinates[3 * node + k] = text.readDouble();
    text.skipRecords(1, { ints: 1 });
  }
  return coordinates;
}

/** `count`, then the vertices from 1 on, of which the corners come first, and the reference for each. */
function readElements(text: MeshText, numCorners: number, numNodes: number): LabelledNodes {
  const count = text.readSize();
  text.checkCount(count, { ints: numNodes + 1 }, "elements");
  const nodes = new Int32Array(numCorners * count);
  const labels = new Float64Array(count);
  for (let element = 0; element < count; element++) {
    for (let corner = 0; corner < numCorners; corner++) {
      nodes[numCorners * element + corner] = text.readInt() - 1;
    }
    text.skipRecords(1, { ints: numNodes - numCorners });
    labels[element] = text.readInt();
  }
  return { nodes, labels };
}

/** A copy in which comments, # to the end of the line, are blanks: places stay what they are. */
function blankComments(bytes: Uint8Array): Uint8Array {
  const first = bytes.indexOf(35);
  if (first < 0) return bytes;
  const copy = Uint8Array.from(bytes);
  for (let at = first; at >= 0; at = copy.indexOf(35, at)) {
    const end = copy.indexOf(10, at);
    copy.fill(32, at, end < 0 ? copy.length : end);
  }
  return copy;
}
