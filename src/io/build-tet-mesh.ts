import { MeshError } from "../core/errors.js";
import { createResidentMesh } from "../mesh/resident-cells.js";
import type { PeriodicLink, TetMesh } from "../mesh/tet-mesh.js";
import { findDuplicates } from "./duplicate-elements.js";
import { resolveCellData, type DuplicateTags } from "./element-data.js";
import { nameGroups } from "./name-groups.js";
import { orientCells } from "./orient-cells.js";
import type { ElementList } from "./element-list.js";
import type { RawLink, RawMesh, RawNodes } from "./raw-mesh.js";

/**
 * Makes a valid mesh of what stands in the file: copies of elements removed, cells oriented, nodes of no cell dropped,
 * groups named. The raw mesh is used up.
 * @throws MeshError `no-tetrahedra`, `overlapping-cells`, `flat-cell`, `degenerate-facet`
 */
export function buildTetMesh(raw: RawMesh): TetMesh {
  const { cells, facets, nodes } = raw;
  if (nodes === null || cells.count === 0) {
    throw new MeshError(
      "no-tetrahedra",
      `The file has ${cells.count} tetrahedra and ${facets.count} triangles; expected a volume mesh: ` +
        "mesh in three dimensions (gmsh -3) and save the volumes (physical groups, or Mesh.SaveAll = 1).",
      { details: { triangles: facets.count } },
    );
  }
  checkFacets(facets, nodes);
  const checks = raw.cellReader?.finish(cells) ?? null;
  const duplicates: DuplicateTags | null = raw.elementData.length > 0 ? { removed: [], kept: [] } : null;
  const duplicatedCells = mergeDuplicates(cells, nodes, true, checks?.suspects, duplicates);
  const duplicatedElements = duplicatedCells + mergeDuplicates(facets, nodes, false);
  const doubtful = duplicatedCells === 0 && checks !== null ? checks.doubtful : null;
  const invertedCells = orientCells(
    cells.nodes,
    cells.count,
    nodes.coordinates,
    (cell) => cells.tags[cell],
    doubtful,
  );
  const isUsed = checks === null ? markUsedNodes(cells, nodes) : checks.isUsed;
  const { newIndex, numNodes } = numberUsedNodes(isUsed, nodes.tags.length);
  const droppedFacets = dropFacets(facets, newIndex);
  const warnings = [...raw.warnings];
  const cellRegions = nameGroups(cells, 3, raw.physicalNames, warnings);
  const facetRegions = nameGroups(facets, 2, raw.physicalNames, warnings);
  const cellTags = cells.deferTags();
  const cellData =
    duplicates === null ? [] : resolveCellData(raw.elementData, cellTags(), duplicates, warnings);
  const report = {
    invertedCells,
    droppedNodes: nodes.tags.length - numNodes,
    duplicatedElements,
    reducedCells: raw.reducedCells,
    ghostCells: raw.ghostCells,
  };
  warnings.push(...describeReport(report, droppedFacets));
  const mesh: Omit<TetMesh, "cells" | "cellTags"> = {
    numNodes,
    numCells: cells.count,
    numFacets: facets.count,
    coordinates: selectNodes(nodes.coordinates, newIndex, numNodes, 3),
    cellRegion: trim(cells.region, cells.count),
    cellRegions: cellRegions.regions,
    volumes: cellRegions.groups,
    facets: renumber(facets, newIndex),
    facetRegion: trim(facets.region, facets.count),
    facetRegions: facetRegions.regions,
    surfaces: facetRegions.groups,
    periodicLinks: raw.links.map((link) => renumberLink(link, newIndex)),
    nodeTags: selectNodes(nodes.tags, newIndex, numNodes, 1),
    cellData,
    report: { ...report, warnings },
  };
  const { resident } = cells;
  if (resident === null) return { ...mesh, cells: renumber(cells, newIndex), cellTags: cellTags() };
  resident.shorten(4 * cells.count);
  if (newIndex !== null) renumberInPlace(resident.view(), newIndex);
  return createResidentMesh(mesh, resident, cellTags);
}

function checkFacets(facets: ElementList, nodes: RawNodes): void {
  for (let facet = 0; facet < facets.count; facet++) {
    const a = facets.nodes[3 * facet];
    const b = facets.nodes[3 * facet + 1];
    const c = facets.nodes[3 * facet + 2];
    if (a !== b && b !== c && c !== a) continue;
    const elementTag = facets.tags[facet];
    const nodeTags = [a, b, c].map((node) => nodes.tags[node]);
    throw new MeshError(
      "degenerate-facet",
      `Triangle ${elementTag} has the nodes ${nodeTags.join(", ")}; expected three different ones: mesh again.`,
      { details: { elementTag, nodeTags } },
    );
  }
}

/**
 * Removes all but the first of elements with the same nodes; it gets the groups of all. Returns the number removed, and
 * notes their tags.
 */
function mergeDuplicates(
  list: ElementList,
  nodes: RawNodes,
  mustShareEntity: boolean,
  suspects?: Int32Array,
  duplicates: DuplicateTags | null = null,
): number {
  const first = findDuplicates(list.nodes, list.numCorners, list.count, nodes.tags.length, suspects);
  if (first === null) return 0;
  const merged = new Map<number, Map<number, number>>();
  for (let element = 0; element < list.count; element++) {
    const original = first[element];
    if (original === element) continue;
    duplicates?.removed.push(list.tags[element]);
    duplicates?.kept.push(list.tags[original]);
    const [a, b] = [list.region[original], list.region[element]];
    if (a === b) continue;
    const [regionA, regionB] = [list.regions[a], list.regions[b]];
    if (mustShareEntity && regionA.entityTag !== regionB.entityTag) {
      throw overlapError(list.tags[original], list.tags[element], regionA.entityTag, regionB.entityTag);
    }
    const ofA = merged.get(a) ?? new Map<number, number>();
    merged.set(a, ofA);
    let union = ofA.get(b);
    if (union === undefined) {
      union = list.findRegion(regionA.entityTag, [...regionA.physicalTags, ...regionB.physicalTags]);
      ofA.set(b, union);
    }
    list.region[original] = union;
  }
  return list.keep((element) => first[element] === element);
}

function overlapError(tagA: number, tagB: number, entityA: number, entityB: number): MeshError {
  return new MeshError(
    "overlapping-cells",
    `Tetrahedra ${tagA} (volume ${entityA}) and ${tagB} (volume ${entityB}) have the same nodes; expected every piece of ` +
      "space once: make the volumes share their boundary (in Gmsh: BooleanFragments) instead of overlapping.",
    { details: { elementTags: [tagA, tagB], entityTags: [entityA, entityB] } },
  );
}

/** 1 for nodes of cells, else 0. */
function markUsedNodes(cells: ElementList, nodes: RawNodes): Uint8Array {
  const isUsed = new Uint8Array(nodes.tags.length);
  const corners = cells.nodes;
  for (let i = 0; i < 4 * cells.count; i++) isUsed[corners[i]] = 1;
  return isUsed;
}

/** New number of every node, in the order of the file, -1 for nodes that are dropped; null where all keep theirs. */
type NewIndex = Int32Array | null;

function numberUsedNodes(
  isUsed: Uint8Array | null,
  numNodes: number,
): { newIndex: NewIndex; numNodes: number } {
  if (isUsed === null) return { newIndex: null, numNodes };
  const newIndex = new Int32Array(isUsed.length);
  let numUsed = 0;
  for (let node = 0; node < numNodes; node++) newIndex[node] = isUsed[node] === 1 ? numUsed++ : -1;
  return { newIndex: numUsed === numNodes ? null : newIndex, numNodes: numUsed };
}

/** Drops facets that have a node of no cell. Returns their number. */
function dropFacets(facets: ElementList, newIndex: NewIndex): number {
  if (newIndex === null) return 0;
  const { nodes } = facets;
  return facets.keep(
    (facet) =>
      Math.min(newIndex[nodes[3 * facet]], newIndex[nodes[3 * facet + 1]], newIndex[nodes[3 * facet + 2]]) >=
      0,
  );
}

/** The elements' nodes by their new numbers; without a copy where the list is full. */
function renumber(list: ElementList, newIndex: NewIndex): Int32Array {
  const numbered = trim(list.nodes, list.count * list.numCorners);
  if (newIndex !== null) renumberInPlace(numbered, newIndex);
  return numbered;
}

function renumberInPlace(nodes: Int32Array, newIndex: Int32Array): void {
  for (let i = 0; i < nodes.length; i++) nodes[i] = newIndex[nodes[i]];
}

function trim<T extends Int32Array | Float64Array>(array: T, length: number): T {
  return length === array.length ? array : (array.slice(0, length) as T);
}

function selectNodes(
  values: Float64Array,
  newIndex: NewIndex,
  numNodes: number,
  width: number,
): Float64Array {
  if (newIndex === null) return values;
  const selected = new Float64Array(numNodes * width);
  for (let node = 0; node < newIndex.length; node++) {
    if (newIndex[node] < 0) continue;
    for (let k = 0; k < width; k++) selected[newIndex[node] * width + k] = values[node * width + k];
  }
  return selected;
}

/** Pairs with a dropped node are left out: only cells can conduct. */
function renumberLink(link: RawLink, newIndex: NewIndex): PeriodicLink {
  if (newIndex === null) return link;
  const nodePairs = new Int32Array(link.nodePairs.length);
  let length = 0;
  for (let i = 0; i < nodePairs.length; i += 2) {
    const slave = newIndex[link.nodePairs[i]];
    const master = newIndex[link.nodePairs[i + 1]];
    if (slave < 0 || master < 0) continue;
    nodePairs[length++] = slave;
    nodePairs[length++] = master;
  }
  return { ...link, nodePairs: nodePairs.slice(0, length) };
}

function describeReport(
  report: Readonly<
    Record<"invertedCells" | "droppedNodes" | "duplicatedElements" | "reducedCells" | "ghostCells", number>
  >,
  droppedFacets: number,
): string[] {
  const sentences: readonly (readonly [number, string])[] = [
    [report.invertedCells, "tetrahedra were inverted: turned."],
    [report.droppedNodes, "nodes belong to no tetrahedron (or are no corner of one): dropped."],
    [droppedFacets, "triangles have a node of no tetrahedron: dropped."],
    [report.duplicatedElements, "elements stood more than once: kept once, with the groups of all copies."],
    [
      report.reducedCells,
      "tetrahedra are of higher order: only their corners are used, so curved faces become flat.",
    ],
    [report.ghostCells, "ghost cells of a partitioned mesh: dropped, each cell stands with its owner."],
  ];
  return sentences.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`);
}
