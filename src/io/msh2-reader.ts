import { AsciiSource } from "./ascii-source.js";
import { readElementData } from "./element-data.js";
import { addElement, checkCellType, getElementList, openCellReader, requireShape } from "./element-reader.js";
import { maxElementNodes, type ElementShape } from "./msh-elements.js";
import {
  addNodes,
  readAffine,
  readLinkPairs,
  readPhysicalNames,
  readPoint,
  requireNodes,
  type SectionReader,
} from "./msh-sections.js";
import type { MshSource } from "./msh-source.js";
import type { ElementList } from "./element-list.js";
import type { RawMesh, RawNodes } from "./raw-mesh.js";

/**
 * The sections of MSH 2.2 that hold a mesh. In the binary format tags are 4-byte integers, counts and $Periodic text.
 * @see Gmsh reference manual, section 10.1.2, MSH file format version 2 (legacy)
 */
export const msh2Sections: ReadonlyMap<string, SectionReader> = new Map<string, SectionReader>([
  ["PhysicalNames", readPhysicalNames],
  ["Nodes", readNodes],
  ["ParametricNodes", readNodes],
  ["Elements", readElements],
  ["Periodic", readPeriodic],
  ["ElementData", readElementData],
]);

/** `tag x y z`, in $ParametricNodes followed by `dimension entity [u [v]]`. */
function readNodes(source: MshSource, raw: RawMesh): void {
  const isParametric = source.section === "ParametricNodes";
  const numNodes = source.readCountLine();
  source.checkCount(numNodes, { sizes: 1, doubles: 3, ints: isParametric ? 2 : 0 }, "nodes");
  const tags = new Float64Array(numNodes);
  const coordinates = new Float64Array(3 * numNodes);
  for (let node = 0; node < numNodes; node++) {
    tags[node] = source.readSize();
    readPoint(source, coordinates, tags, node);
    if (isParametric) {
      const dimension = source.readInt();
      source.readInt();
      source.skipRecords(dimension === 1 || dimension === 2 ? dimension : 0, { doubles: 1 });
    }
  }
  addNodes(source, raw, tags, coordinates);
}

/** Text: `tag type number-of-tags tags nodes`. Binary: blocks of `type count number-of-tags`, then `tag tags nodes`. */
function readElements(source: MshSource, raw: RawMesh): void {
  const numElements = source.readCountLine();
  source.checkCount(numElements, { sizes: source instanceof AsciiSource ? 4 : 2 }, "elements");
  raw.cells.reserve(numElements);
  openCellReader(raw, requireNodes(source, raw));
  const reader = new ElementReader(source, raw);
  if (source instanceof AsciiSource) {
    for (let element = 0; element < numElements; element++) {
      const tag = source.readSize();
      const type = source.readInt();
      reader.readRest(tag, type, source.readSize());
    }
    return;
  }
  for (let element = 0; element < numElements;) {
    const type = source.readInt();
    const count = source.readSize();
    const numTags = source.readSize();
    if (count > numElements - element) {
      const message = `A block of ${count} elements follows ${element} of the ${numElements} that $Elements declares`;
      throw source.error("msh-count", message, { count });
    }
    source.checkCount(count, { ints: 1 + numTags + requireShape(source, type).numNodes }, "elements");
    for (let i = 0; i < count; i++) reader.readRest(source.readSize(), type, numTags);
    element += count;
  }
}

/** Reads elements one by one and remembers the type and the region of the last one: they come in long runs. */
class ElementReader {
  private readonly source: MshSource;
  private readonly raw: RawMesh;
  private readonly nodes: RawNodes;
  /** Regions of each list by entity tag, then by physical tag, in the order met. */
  private readonly regions = new Map<ElementList, Map<number, Map<number, number>>>();
  private type = -1;
  private shape: ElementShape | null = null;
  private list: ElementList | null = null;
  private physicalTag = 0;
  private entityTag = 0;
  private region = -1;
  /** Whether the region is the entity's first: an entity in several groups has copies of its elements for the others. */
  private isFirstRegion = false;
  private readonly nodeTags = new Float64Array(maxElementNodes);

  constructor(source: MshSource, raw: RawMesh) {
    this.source = source;
    this.raw = raw;
    this.nodes = requireNodes(source, raw);
  }

  /**
   * Reads what follows the number of tags. The tags are: physical group, entity, number of partitions, partitions
   * (negative: a ghost there).
   */
  readRest(elementTag: number, type: number, numTags: number): void {
    const { source, raw, nodeTags } = this;
    const shape = this.shape !== null && type === this.type ? this.shape : this.setType(type);
    const { list } = this;
    checkCellType(shape, type, elementTag);
    if (list === null) {
      source.skipRecords(numTags + shape.numNodes, { ints: 1 });
      return;
    }
    const physicalTag = Math.abs(numTags > 0 ? source.readInt() : 0);
    const entityTag = numTags > 1 ? source.readInt() : physicalTag;
    let isGhost = false;
    for (let i = 2; i < numTags; i++) isGhost = source.readInt() < 0 || isGhost;
    if (this.region < 0 || physicalTag !== this.physicalTag || entityTag !== this.entityTag) {
      this.setRegion(list, physicalTag, entityTag);
    }
    source.readSizes(nodeTags, shape.numNodes);
    list.reserve(1);
    addElement(source, this.nodes, list, this.region, elementTag, nodeTags, 0);
    if (list === raw.cells && this.isFirstRegion) {
      if (shape.numNodes > 4) raw.reducedCells++;
      if (isGhost) raw.ghostCells++;
    }
  }

  private setType(type: number): ElementShape {
    const shape = requireShape(this.source, type);
    this.shape = shape;
    this.type = type;
    this.list = getElementList(this.raw, shape);
    this.region = -1;
    return shape;
  }

  private setRegion(list: ElementList, physicalTag: number, entityTag: number): void {
    const byEntityTag = this.regions.get(list) ?? new Map<number, Map<number, number>>();
    const byPhysicalTag = byEntityTag.get(entityTag) ?? new Map<number, number>();
    const region = byPhysicalTag.get(physicalTag) ?? list.findRegion(entityTag, [physicalTag]);
    this.regions.set(list, byEntityTag.set(entityTag, byPhysicalTag.set(physicalTag, region)));
    this.region = region;
    this.physicalTag = physicalTag;
    this.entityTag = entityTag;
    this.isFirstRegion = byPhysicalTag.keys().next().value === physicalTag;
  }
}

/** `dimension slave master`, `Affine` and 16 numbers (optional), number of pairs, pairs: always text. */
function readPeriodic(source: MshSource, raw: RawMesh): void {
  const text = new AsciiSource(source.bytes, source.position);
  text.section = source.section;
  const numLinks = text.readSize();
  text.checkCount(numLinks, { ints: 3, sizes: 1 }, "periodic links");
  for (let link = 0; link < numLinks; link++) {
    const dimension = text.readInt();
    const slaveTag = text.readInt();
    const masterTag = text.readInt();
    const affine = text.skipWord("Affine") ? readAffine(text) : null;
    readLinkPairs(text, raw, { dimension, slaveTag, masterTag }, affine);
  }
  source.position = text.position;
}
