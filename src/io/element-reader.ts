import { MeshError } from "../core/errors.js";
import { CellReader } from "./cell-reader.js";
import { getElementShape, type ElementShape } from "./msh-elements.js";
import { requireNodes } from "./msh-sections.js";
import type { MshSource } from "./msh-source.js";
import type { ElementList } from "./element-list.js";
import type { RawMesh, RawNodes } from "./raw-mesh.js";

/** Elements that are read before their nodes are looked up. */
const batchElements = 4096;

/** Shape of an element type. @throws ParseError `msh-unknown-element-type` where its length is not known */
export function requireShape(source: MshSource, type: number): ElementShape {
  const shape = getElementShape(type);
  if (shape === undefined) {
    const message = `Element type ${type} is unknown; expected one with a fixed number of nodes: mesh with tetrahedra`;
    throw source.error("msh-unknown-element-type", message, { elementType: type });
  }
  return shape;
}

/** The list that takes elements of this shape; null for shapes that are passed over (points, lines, quadrangles). */
export function getElementList(raw: RawMesh, shape: ElementShape): ElementList | null {
  if (shape.numCorners === 4) return raw.cells;
  return shape.numCorners === 3 ? raw.facets : null;
}

/**
 * Makes sure that a three-dimensional element is a tetrahedron: passing over a volume would give a wrong tensor.
 * @throws MeshError `unsupported-cell-type`
 */
export function checkCellType(shape: ElementShape, type: number, elementTag: number): void {
  if (shape.dimension < 3 || shape.numCorners === 4) return;
  throw new MeshError(
    "unsupported-cell-type",
    `Element ${elementTag} is a ${shape.name} (Gmsh type ${type}); expected tetrahedra only: ` +
      "mesh without recombination and without recombined layers.",
    { details: { elementTag, elementType: type, shape: shape.name } },
  );
}

/**
 * Lets the kernel, if there is one, decode and check the cells; a mesh without nodes has none.
 * @throws KernelError `kernel-out-of-memory`
 */
export function openCellReader(raw: RawMesh, nodes: RawNodes): void {
  const { coordinates, index } = nodes;
  if (raw.kernel !== null && coordinates.length > 0) {
    raw.cellReader = new CellReader(raw.kernel, coordinates, index, raw.staysInKernel);
  }
}

/**
 * Reads `count` elements, each its tag and its node tags, and appends them to the list.
 * @throws ParseError `msh-unknown-node`
 */
export function readElements(
  source: MshSource,
  raw: RawMesh,
  list: ElementList,
  shape: ElementShape,
  region: number,
  count: number,
): void {
  list.reserve(count);
  const nodes = requireNodes(source, raw);
  const width = 1 + shape.numNodes;
  const reader = list === raw.cells ? raw.cellReader : null;
  const most = reader?.mostRecords(width) ?? 0;
  // Of text, the place of an element is known only until the next is read.
  let batch = source.sizeBytes === null ? 1 : Math.min(count, batchElements);
  let buffer: Float64Array | null = null;
  for (let rest = count; rest > 0;) {
    const records = most > 0 ? source.peekRecords(width, Math.min(rest, most)) : null;
    if (reader !== null && records !== null) {
      const numTaken = reader.decode(records, width, list, region);
      source.position += 8 * width * numTaken;
      rest -= numTaken;
      if (8 * width * numTaken === records.length) continue;
      batch = 1;
    }
    list.moveBack();
    const numHere = Math.min(rest, batch);
    buffer ??= new Float64Array(batch * width);
    const length = numHere * width;
    const part = length === buffer.length ? buffer : buffer.subarray(0, length);
    readBatch(source, nodes, list, region, part, width);
    rest -= numHere;
  }
}

/** Reads as many elements as `records` has room for. */
function readBatch(
  source: MshSource,
  nodes: RawNodes,
  list: ElementList,
  region: number,
  records: Float64Array,
  width: number,
): void {
  source.readSizes(records, records.length);
  for (let at = 0; at < records.length; at += width) {
    const bytesBehind = (records.length - at - width) * (source.sizeBytes ?? 0);
    addElement(source, nodes, list, region, records[at], records, at + 1, source.offset - bytesBehind);
  }
}

/**
 * Appends an element, whose node tags begin at `tags[start]`, to a list that has room for it; `end` is its end in the file.
 * @throws ParseError `msh-unknown-node`
 */
export function addElement(
  source: MshSource,
  { index }: RawNodes,
  list: ElementList,
  region: number,
  elementTag: number,
  tags: Float64Array,
  start: number,
  end = source.offset,
): void {
  const { numCorners, count: element, nodes: corners } = list;
  list.tags[element] = elementTag;
  list.region[element] = region;
  list.meetRegion(region);
  for (let corner = 0; corner < numCorners; corner++) {
    const node = index.find(tags[start + corner]);
    if (node < 0) {
      const message = `Element ${elementTag} has the node ${tags[start + corner]}, which is not in $Nodes: the file is damaged`;
      const details = { elementTag, nodeTag: tags[start + corner] };
      throw source.error("msh-unknown-node", message, details, end);
    }
    corners[element * numCorners + corner] = node;
  }
  list.count = element + 1;
}
