import { UsageError } from "../core/errors.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { TextSink, type ByteSink } from "./byte-sink.js";
import { elementTypes } from "./msh-elements.js";
import { maxInt, type WritableMesh, type WritableRegion } from "./writable-mesh.js";

/**
 * Sections $Nodes, $Elements and $Periodic of MSH 2.2. An element in several groups is written once for each of them.
 * @throws UsageError `msh-tag-too-large`
 */
export function writeMsh2Body(sink: ByteSink, { mesh, cellRegions, facetRegions }: WritableMesh): void {
  sink.writeText(`$Nodes\n${mesh.numNodes}\n`);
  for (let node = 0; node < mesh.numNodes; node++) {
    sink.writeSize(checkTag(mesh.nodeTags[node], "Node"));
    for (let k = 0; k < 3; k++) sink.writeDouble(mesh.coordinates[3 * node + k]);
    sink.endRecord();
  }
  const numFacets = countCopies(mesh.facetRegion, facetRegions);
  const numCells = countCopies(mesh.cellRegion, cellRegions);
  sink.writeText(`${sink instanceof TextSink ? "" : "\n"}$EndNodes\n$Elements\n${numFacets + numCells}\n`);
  // Cells keep their tags; facets and further copies of cells get those above.
  let nextTag = mesh.cellTags.reduce((largest, tag) => Math.max(largest, tag), 0) + 1;
  checkTag(nextTag + numFacets + numCells, "Element");
  const writeElements = (
    type: number,
    numCorners: number,
    nodes: Int32Array,
    elementRegion: Int32Array,
    regions: readonly WritableRegion[],
    tags: Float64Array | null,
    numCopies: number,
  ): void => {
    if (!(sink instanceof TextSink) && numCopies > 0)
      for (const value of [type, numCopies, 2]) sink.writeInt(value);
    for (let element = 0; element < elementRegion.length; element++) {
      const { entityTag, physicalTags } = regions[elementRegion[element]];
      for (let copy = 0; copy < Math.max(1, physicalTags.length); copy++) {
        sink.writeSize(copy === 0 && tags !== null ? tags[element] : nextTag++);
        if (sink instanceof TextSink) for (const value of [type, 2]) sink.writeInt(value);
        sink.writeInt(physicalTags.length === 0 ? 0 : physicalTags[copy]);
        sink.writeInt(entityTag);
        for (let i = element * numCorners; i < (element + 1) * numCorners; i++) {
          sink.writeSize(mesh.nodeTags[nodes[i]]);
        }
        sink.endRecord();
      }
    }
  };
  writeElements(elementTypes.triangle, 3, mesh.facets, mesh.facetRegion, facetRegions, null, numFacets);
  writeElements(
    elementTypes.tetrahedron,
    4,
    mesh.cells,
    mesh.cellRegion,
    cellRegions,
    mesh.cellTags,
    numCells,
  );
  sink.writeText(`${sink instanceof TextSink ? "" : "\n"}$EndElements\n`);
  writePeriodic(sink, mesh);
}

function countCopies(elementRegion: Int32Array, regions: readonly WritableRegion[]): number {
  let count = 0;
  for (let i = 0; i < elementRegion.length; i++)
    count += Math.max(1, regions[elementRegion[i]].physicalTags.length);
  return count;
}

/** Text, also in a binary file, as Gmsh does. */
function writePeriodic(sink: ByteSink, mesh: TetMesh): void {
  if (mesh.periodicLinks.length === 0) return;
  const lines = ["$Periodic", mesh.periodicLinks.length];
  for (const { dimension, slaveTag, masterTag, affine, nodePairs } of mesh.periodicLinks) {
    lines.push(`${dimension} ${slaveTag} ${masterTag}`);
    if (affine !== null) lines.push(`Affine ${Array.from(affine, formatNumber).join(" ")}`);
    lines.push(nodePairs.length / 2);
    for (let i = 0; i < nodePairs.length; i += 2) {
      lines.push(`${mesh.nodeTags[nodePairs[i]]} ${mesh.nodeTags[nodePairs[i + 1]]}`);
    }
  }
  sink.writeText(`${lines.join("\n")}\n$EndPeriodic\n`);
}

function formatNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function checkTag(tag: number, what: string): number {
  if (tag > maxInt) {
    throw new UsageError(
      "msh-tag-too-large",
      `${what} tag ${tag} is above 2^31 - 1, which MSH 2.2 cannot hold: write version 4.1.`,
      { details: { tag } },
    );
  }
  return tag;
}
