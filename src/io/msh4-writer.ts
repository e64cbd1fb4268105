import type { PeriodicLink, TetMesh } from "../mesh/tet-mesh.js";
import { TextSink, type ByteSink } from "./byte-sink.js";
import { elementTypes } from "./msh-elements.js";
import type { WritableMesh, WritableRegion } from "./writable-mesh.js";

/** An entity to be listed: its nodes give its bounding box. */
interface WritableEntity {
  readonly tag: number;
  readonly physicalTags: readonly number[];
  /** Smallest and largest x, y, z; infinite the wrong way round while it has no node. */
  readonly box: Float64Array;
}

/** Sections $Entities, $Nodes, $Elements and $Periodic of MSH 4.1. */
export function writeMsh4Body(sink: ByteSink, { mesh, cellRegions, facetRegions }: WritableMesh): void {
  const volumes = createEntities(cellRegions, []);
  const linked = [0, 1, 2].map((dimension) =>
    mesh.periodicLinks.filter((link) => link.dimension === dimension),
  );
  const surfaces = createEntities(facetRegions, getLinkTags(linked[2]));
  extendBoxes(mesh, mesh.cells, 4, mesh.cellRegion, volumes);
  extendBoxes(mesh, mesh.facets, 3, mesh.facetRegion, surfaces);
  const surfaceTags = new Set(surfaces.map((surface) => surface.tag));
  const others = linked.map((links) => createLinkedEntities(mesh, links));
  const allSurfaces = [...surfaces, ...others[2].filter((entity) => !surfaceTags.has(entity.tag))];
  const endMark = (name: string): void => {
    sink.writeText(`${sink instanceof TextSink ? "" : "\n"}$End${name}\n`);
  };

  sink.writeText("$Entities\n");
  const table = [others[0], others[1], allSurfaces, volumes];
  for (const entities of table) sink.writeSize(entities.length);
  sink.endRecord();
  for (const [dimension, entities] of table.entries()) {
    for (const entity of entities) writeEntity(sink, dimension, entity);
  }
  endMark("Entities");
  sink.writeText("$Nodes\n");
  writeNodes(sink, mesh, volumes[0].tag);
  endMark("Nodes");
  sink.writeText("$Elements\n");
  writeElements(sink, mesh, surfaces, volumes);
  endMark("Elements");
  if (mesh.periodicLinks.length > 0) {
    sink.writeText("$Periodic\n");
    writePeriodic(sink, mesh);
    endMark("Periodic");
  }
}

/**
 * An entity for each region. Regions that share an entity tag, with different groups, get new tags, all but one: the one
 * in no group, whose name is its tag, or else the first.
 */
function createEntities(
  regions: readonly WritableRegion[],
  reservedTags: readonly number[],
): WritableEntity[] {
  const owner = new Map<number, WritableRegion>();
  let largest = reservedTags.reduce((a, b) => Math.max(a, b), 0);
  for (const region of regions) {
    largest = Math.max(largest, region.entityTag);
    if (!owner.has(region.entityTag) || region.physicalTags.length === 0) owner.set(region.entityTag, region);
  }
  return regions.map((region) => ({
    tag: owner.get(region.entityTag) === region ? region.entityTag : ++largest,
    physicalTags: region.physicalTags,
    box: createEmptyBox(),
  }));
}

/** The entities that $Periodic names: Gmsh passes over links between entities that it does not know. */
function createLinkedEntities(mesh: TetMesh, links: readonly PeriodicLink[]): WritableEntity[] {
  const entities = new Map<number, WritableEntity>();
  for (const { slaveTag, masterTag, nodePairs } of links) {
    for (const [side, tag] of [slaveTag, masterTag].entries()) {
      const entity = entities.get(tag) ?? { tag, physicalTags: [], box: createEmptyBox() };
      entities.set(tag, entity);
      for (let i = side; i < nodePairs.length; i += 2) extendBox(entity.box, mesh, nodePairs[i]);
    }
  }
  return [...entities.values()];
}

function getLinkTags(links: readonly PeriodicLink[]): number[] {
  return links.flatMap((link) => [link.slaveTag, link.masterTag]);
}

function createEmptyBox(): Float64Array {
  return Float64Array.of(Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity);
}

function extendBoxes(
  mesh: TetMesh,
  nodes: Int32Array,
  numCorners: number,
  elementRegion: Int32Array,
  entities: readonly WritableEntity[],
): void {
  for (let i = 0; i < nodes.length; i++) {
    extendBox(entities[elementRegion[Math.floor(i / numCorners)]].box, mesh, nodes[i]);
  }
}

function extendBox(box: Float64Array, mesh: TetMesh, node: number): void {
  for (let k = 0; k < 3; k++) {
    const x = mesh.coordinates[3 * node + k];
    if (x < box[k]) box[k] = x;
    if (x > box[k + 3]) box[k + 3] = x;
  }
}

/** Tag, point or box, physical tags, and an empty boundary. */
function writeEntity(sink: ByteSink, dimension: number, { tag, physicalTags, box }: WritableEntity): void {
  sink.writeInt(tag);
  for (const x of box.subarray(0, dimension === 0 ? 3 : 6)) sink.writeDouble(Number.isFinite(x) ? x : 0);
  sink.writeSize(physicalTags.length);
  for (const physicalTag of physicalTags) sink.writeInt(physicalTag);
  if (dimension > 0) sink.writeSize(0);
  sink.endRecord();
}

/** One block, so that the nodes keep their order. */
function writeNodes(sink: ByteSink, mesh: TetMesh, entityTag: number): void {
  const [smallest, largest] = getRange(mesh.nodeTags);
  writeHeader(sink, 1, mesh.numNodes, smallest, largest);
  for (const value of [3, entityTag, 0]) sink.writeInt(value);
  sink.writeSize(mesh.numNodes);
  sink.endRecord();
  for (let node = 0; node < mesh.numNodes; node++) {
    sink.writeSize(mesh.nodeTags[node]);
    sink.endRecord();
  }
  for (let node = 0; node < mesh.numNodes; node++) {
    for (let k = 0; k < 3; k++) sink.writeDouble(mesh.coordinates[3 * node + k]);
    sink.endRecord();
  }
}

/** A block for each run of elements of one region, so that they keep their order; facets get tags above the cells'. */
function writeElements(
  sink: ByteSink,
  mesh: TetMesh,
  surfaces: readonly WritableEntity[],
  volumes: readonly WritableEntity[],
): void {
  const [smallest, largest] = getRange(mesh.cellTags);
  const facetTags = Float64Array.from({ length: mesh.numFacets }, (_, facet) => largest + 1 + facet);
  const numBlocks = countRuns(mesh.facetRegion) + countRuns(mesh.cellRegion);
  writeHeader(sink, numBlocks, mesh.numFacets + mesh.numCells, smallest, largest + mesh.numFacets);
  writeRuns(sink, mesh, 2, elementTypes.triangle, mesh.facets, mesh.facetRegion, surfaces, facetTags);
  writeRuns(sink, mesh, 3, elementTypes.tetrahedron, mesh.cells, mesh.cellRegion, volumes, mesh.cellTags);
}

function writeRuns(
  sink: ByteSink,
  { nodeTags }: TetMesh,
  dimension: 2 | 3,
  type: number,
  nodes: Int32Array,
  elementRegion: Int32Array,
  entities: readonly WritableEntity[],
  tags: Float64Array,
): void {
  const numCorners = dimension + 1;
  let end = 0;
  for (let start = 0; start < elementRegion.length; start = end) {
    while (end < elementRegion.length && elementRegion[end] === elementRegion[start]) end++;
    for (const value of [dimension, entities[elementRegion[start]].tag, type]) sink.writeInt(value);
    sink.writeSize(end - start);
    sink.endRecord();
    for (let element = start; element < end; element++) {
      sink.writeSize(tags[element]);
      for (let i = element * numCorners; i < (element + 1) * numCorners; i++)
        sink.writeSize(nodeTags[nodes[i]]);
      sink.endRecord();
    }
  }
}

function writePeriodic(sink: ByteSink, { periodicLinks, nodeTags }: TetMesh): void {
  sink.writeSize(periodicLinks.length);
  sink.endRecord();
  for (const { dimension, slaveTag, masterTag, affine, nodePairs } of periodicLinks) {
    for (const value of [dimension, slaveTag, masterTag]) sink.writeInt(value);
    sink.endRecord();
    sink.writeSize(affine?.length ?? 0);
    for (const value of affine ?? []) sink.writeDouble(value);
    sink.endRecord();
    sink.writeSize(nodePairs.length / 2);
    sink.endRecord();
    for (let i = 0; i < nodePairs.length; i += 2) {
      sink.writeSize(nodeTags[nodePairs[i]]);
      sink.writeSize(nodeTags[nodePairs[i + 1]]);
      sink.endRecord();
    }
  }
}

function writeHeader(
  sink: ByteSink,
  numBlocks: number,
  count: number,
  smallest: number,
  largest: number,
): void {
  for (const value of [numBlocks, count, smallest, largest]) sink.writeSize(value);
  sink.endRecord();
}

function countRuns(elementRegion: Int32Array): number {
  let count = 0;
  for (let i = 0; i < elementRegion.length; i++)
    if (i === 0 || elementRegion[i] !== elementRegion[i - 1]) count++;
  return count;
}

function getRange(tags: Float64Array): [smallest: number, largest: number] {
  let smallest = Infinity;
  let largest = 0;
  for (let i = 0; i < tags.length; i++) {
    smallest = Math.min(smallest, tags[i]);
    largest = Math.max(largest, tags[i]);
  }
  return [smallest, largest];
}
