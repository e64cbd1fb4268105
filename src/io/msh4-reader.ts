import { readElementData } from "./element-data.js";
import {
  checkCellType,
  getElementList,
  openCellReader,
  readElements,
  requireShape,
} from "./element-reader.js";
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
import type { RawMesh } from "./raw-mesh.js";

/** A line of $Entities or $PartitionedEntities. */
interface Entity {
  readonly physicalTags: readonly number[];
  readonly parent: { readonly dimension: number; readonly tag: number } | null;
}

/** Entities by dimension, then by tag. */
type EntityTable = readonly [
  Map<number, Entity>,
  Map<number, Entity>,
  Map<number, Entity>,
  Map<number, Entity>,
];

/**
 * Readers of the sections of MSH 4.1 that hold a mesh, for one file: they share the entities. Text and binary have the
 * same numbers in the same order.
 * @see Gmsh reference manual, section 10.1.1, MSH file format (version 4.1)
 */
export function createMsh4Sections(): ReadonlyMap<string, SectionReader> {
  const entities: EntityTable = [new Map(), new Map(), new Map(), new Map()];
  const partitioned: EntityTable = [new Map(), new Map(), new Map(), new Map()];
  return new Map<string, SectionReader>([
    ["PhysicalNames", readPhysicalNames],
    [
      "Entities",
      (source, raw) => {
        readEntities(source, raw, entities, false);
      },
    ],
    [
      "PartitionedEntities",
      (source, raw) => {
        readPartitionedEntities(source, raw, partitioned);
      },
    ],
    ["Nodes", readNodes],
    [
      "Elements",
      (source, raw) => {
        readElementBlocks(source, raw, entities, partitioned);
      },
    ],
    ["Periodic", readPeriodic],
    ["ElementData", readElementData],
    ["GhostElements", readGhostElements],
  ]);
}

function readPartitionedEntities(source: MshSource, raw: RawMesh, table: EntityTable): void {
  source.readSize();
  const numGhostEntities = source.readSize();
  source.checkCount(numGhostEntities, { ints: 2 }, "ghost entities");
  source.skipRecords(numGhostEntities, { ints: 2 });
  readEntities(source, raw, table, true);
}

/**
 * Numbers of points, curves, surfaces and volumes; of each its tag, (parent dimension, parent tag, partitions,) point or
 * bounding box, physical tags, boundary (not for points).
 */
function readEntities(source: MshSource, raw: RawMesh, table: EntityTable, isPartitioned: boolean): void {
  if (raw.cells.regions.length > 0 || raw.facets.regions.length > 0) {
    throw source.error(
      "msh-section-order",
      `$${source.section} stands behind $Elements; expected the entities first`,
    );
  }
  const counts = [source.readSize(), source.readSize(), source.readSize(), source.readSize()];
  for (const [dimension, entities] of table.entries()) {
    source.checkCount(
      counts[dimension],
      { ints: 1, doubles: 3, sizes: 1 },
      `entities of dimension ${dimension}`,
    );
    for (let i = 0; i < counts[dimension]; i++) {
      const tag = source.readInt();
      let parent: Entity["parent"] = null;
      if (isPartitioned) {
        parent = { dimension: source.readInt(), tag: source.readInt() };
        readTags(source, "partitions");
      }
      source.skipRecords(dimension === 0 ? 3 : 6, { doubles: 1 });
      const physicalTags = readTags(source, "physical tags");
      if (dimension > 0) readTags(source, "boundary tags");
      entities.set(tag, { physicalTags, parent });
    }
  }
}

/** A count and as many integers. */
function readTags(source: MshSource, what: string): number[] {
  const count = source.readSize();
  source.checkCount(count, { ints: 1 }, what);
  return Array.from({ length: count }, () => source.readInt());
}

/** Blocks of `dimension entity parametric count`, the tags, then x y z (and u v w as many as the dimension says). */
function readNodes(source: MshSource, raw: RawMesh): void {
  const { numBlocks, count: numNodes } = readBlockHeader(source);
  source.checkCount(numNodes, { sizes: 1, doubles: 3 }, "nodes");
  const tags = new Float64Array(numNodes);
  const coordinates = new Float64Array(3 * numNodes);
  let first = 0;
  for (let block = 0; block < numBlocks; block++) {
    const dimension = source.readInt();
    source.readInt();
    const parametric = source.readInt();
    const end = first + source.readSize();
    if (dimension < 0 || dimension > 3 || (parametric !== 0 && parametric !== 1)) {
      const message = `A block of nodes has dimension ${dimension} and parametric ${parametric}; expected 0 to 3 and 0 or 1`;
      throw source.error("msh-syntax", message, { dimension, parametric });
    }
    if (end > numNodes) {
      throw source.error(
        "msh-count",
        `The blocks hold more nodes than the ${numNodes} that $Nodes declares`,
        { numNodes },
      );
    }
    source.readSizes(tags.subarray(first, end), end - first);
    const numParameters = parametric * dimension;
    for (let node = first; node < end; node++) {
      if (numParameters === 0) node += source.takeFinitePoints(coordinates, node, end - node);
      if (node === end) break;
      readPoint(source, coordinates, tags, node);
      if (numParameters > 0) source.skipRecords(numParameters, { doubles: 1 });
    }
    first = end;
  }
  if (first !== numNodes) {
    throw source.error("msh-count", `The blocks hold ${first} nodes; $Nodes declares ${numNodes}`, {
      numNodes,
    });
  }
  addNodes(source, raw, tags, coordinates);
}

/** Blocks of `dimension entity type count`, then in each line an element's tag and its node tags. */
function readElementBlocks(
  source: MshSource,
  raw: RawMesh,
  entities: EntityTable,
  partitioned: EntityTable,
): void {
  openCellReader(raw, requireNodes(source, raw));
  const { numBlocks, count: numElements } = readBlockHeader(source);
  let numRead = 0;
  for (let block = 0; block < numBlocks; block++) {
    const dimension = source.readInt();
    const entityTag = source.readInt();
    const type = source.readInt();
    const count = source.readSize();
    const shape = requireShape(source, type);
    if (shape.dimension !== dimension) {
      const message = `Elements of type ${type} (${shape.name}) stand in an entity of dimension ${dimension}`;
      throw source.error("msh-syntax", message, { elementType: type, dimension });
    }
    source.checkCount(count, { sizes: 1 + shape.numNodes }, "elements");
    // Blocks come by dimension: where cells begin, nothing else follows.
    const numFollowing = numElements - numRead;
    numRead += count;
    if (count > 0) checkCellType(shape, type, peekSize(source));
    const list = getElementList(raw, shape);
    const region = list === null ? -1 : findRegion(list, dimension, entityTag, entities, partitioned);
    if (list === null || region < 0) {
      source.skipRecords(count, { sizes: 1 + shape.numNodes });
      continue;
    }
    if (list === raw.cells && source.canHold(numFollowing, { sizes: 1 + shape.numNodes })) {
      list.reserve(numFollowing);
    }
    readElements(source, raw, list, shape, region, count);
    if (list === raw.cells && shape.numNodes > 4) raw.reducedCells += count;
  }
  if (numRead !== numElements) {
    throw source.error(
      "msh-count",
      `The blocks hold ${numRead} elements; $Elements declares ${numElements}`,
      { numElements },
    );
  }
}

/** Region of an entity with its parent's tag and both their groups; -1 for an interface between partitions. */
function findRegion(
  list: ElementList,
  dimension: number,
  entityTag: number,
  entities: EntityTable,
  partitioned: EntityTable,
): number {
  const own = entities[dimension];
  const part = partitioned[dimension].get(entityTag);
  if (part === undefined || part.parent === null)
    return list.findRegion(entityTag, own.get(entityTag)?.physicalTags ?? []);
  const { parent, physicalTags } = part;
  if (parent.dimension !== dimension) return -1;
  return list.findRegion(parent.tag, [...physicalTags, ...(own.get(parent.tag)?.physicalTags ?? [])]);
}

/** The number at the cursor, which does not move. */
function peekSize(source: MshSource): number {
  const start = source.offset;
  const value = source.readSize();
  source.position -= source.offset - start;
  return value;
}

/** The head of $Nodes and $Elements: blocks, total, smallest and largest tag (the last two are not relied upon). */
function readBlockHeader(source: MshSource): { numBlocks: number; count: number } {
  const numBlocks = source.readSize();
  const count = source.readSize();
  source.readSize();
  source.readSize();
  source.checkCount(numBlocks, { ints: 3, sizes: 1 }, "blocks");
  return { numBlocks, count };
}

/** Links of `dimension slave master`, affine map (0 or 16 numbers), pairs of nodes. */
function readPeriodic(source: MshSource, raw: RawMesh): void {
  const numLinks = source.readSize();
  source.checkCount(numLinks, { ints: 3, sizes: 2 }, "periodic links");
  for (let link = 0; link < numLinks; link++) {
    const dimension = source.readInt();
    const slaveTag = source.readInt();
    const masterTag = source.readInt();
    const numAffine = source.readSize();
    if (numAffine !== 0 && numAffine !== 16) {
      const message = `A periodic link has an affine map of ${numAffine} numbers; expected 0 or 16`;
      throw source.error("msh-syntax", message, { numAffine });
    }
    readLinkPairs(
      source,
      raw,
      { dimension, slaveTag, masterTag },
      numAffine === 0 ? null : readAffine(source),
    );
  }
}

/** Ghosts are a list beside the elements, which stand once, with their owner: it is counted and passed over. */
function readGhostElements(source: MshSource, raw: RawMesh): void {
  const numGhosts = source.readSize();
  source.checkCount(numGhosts, { sizes: 2, ints: 1 }, "ghost elements");
  for (let ghost = 0; ghost < numGhosts; ghost++) {
    source.readSize();
    source.readInt();
    const numPartitions = source.readSize();
    source.checkCount(numPartitions, { ints: 1 }, "ghost partitions");
    source.skipRecords(numPartitions, { ints: 1 });
  }
  raw.ghostCells += numGhosts;
}
