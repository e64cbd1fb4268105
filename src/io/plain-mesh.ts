import { MeshError, ParseError } from "../core/errors.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { buildTetMesh } from "./build-tet-mesh.js";
import type { ElementList, RawRegion } from "./element-list.js";
import { NodeIndex } from "./node-index.js";
import { createRawMesh, type PhysicalName } from "./raw-mesh.js";

/** What regions elements lie in. */
export interface ElementGroups {
  /** Index into `regions`, count. */
  readonly region: Int32Array;
  readonly regions: readonly RawRegion[];
  readonly names: readonly PhysicalName[];
}

/** Tetrahedra or triangles as a reader takes them from a file. */
export interface PlainElements {
  /** Node indices, count x 4 or 3; not checked yet: what is no index may be -1. */
  readonly nodes: Int32Array<ArrayBuffer>;
  /** Numbers of the elements in the file; by default 1, 2, ... */
  readonly tags?: Float64Array<ArrayBuffer>;
  /** Null for one region without a name. */
  readonly groups: ElementGroups | null;
}

/** What every format but Gmsh's own comes down to. */
export interface PlainMesh {
  /** Name of the format, for messages. */
  readonly format: string;
  /** numNodes x 3; not checked yet. */
  readonly coordinates: Float64Array;
  /** Numbers of the nodes in the file, positive, all different; by default 1, 2, ... */
  readonly nodeTags?: Float64Array;
  readonly cells: PlainElements;
  readonly facets?: PlainElements;
  /** Cells of higher order of which only the corners are taken. */
  readonly reducedCells?: number;
  readonly warnings: readonly string[];
}

/** More regions than this are numbers of cells, not of regions. */
const mostRegions = 65536;

/** Largest number of a region that is kept as a tag. */
const mostTag = 2147483647;

/**
 * Checks what a reader has taken and makes the mesh of it.
 *
 * @throws ParseError `mesh-non-finite`, `mesh-unknown-node`
 * @throws MeshError as `buildTetMesh`
 */
export function buildPlainMesh(plain: PlainMesh): TetMesh {
  const { format, coordinates, cells, facets } = plain;
  const numNodes = coordinates.length / 3;
  const tags = plain.nodeTags ?? countUp(numNodes);
  const bad = coordinates.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) {
    const nodeTag = tags[Math.floor(bad / 3)];
    throw new ParseError(
      "mesh-non-finite",
      `${format}: ${"xyz"[bad % 3]} of node ${nodeTag} is ${coordinates[bad]}; expected a finite number: mesh again.`,
      { details: { nodeTag } },
    );
  }
  const raw = createRawMesh();
  raw.nodes = { tags, coordinates, index: new NodeIndex(tags) };
  fillList(raw.cells, cells, numNodes, format);
  if (facets !== undefined) fillList(raw.facets, facets, numNodes, format);
  for (const { groups } of [cells, ...(facets === undefined ? [] : [facets])]) {
    raw.physicalNames.push(...(groups?.names ?? []));
  }
  raw.reducedCells = plain.reducedCells ?? 0;
  raw.warnings.push(...plain.warnings);
  return buildTetMesh(raw);
}

/**
 * The regions of elements that each have a number: a group of that number and the name `region<number>` (of surfaces:
 * `surface<number>`, 0 is none). A volume's number that is no positive tag gets one above all others.
 *
 * @param labels count
 * @param known names that the file has
 * @throws ParseError `mesh-region-invalid` for what is no whole number, or for too many different ones
 */
export function groupByLabel(
  labels: Float64Array,
  dimension: 2 | 3,
  format: string,
  what: string,
  known: ReadonlyMap<number, string> = new Map(),
): ElementGroups {
  const indexOf = new Map<number, number>();
  const region = new Int32Array(labels.length);
  for (let element = 0, last = NaN, index = 0; element < labels.length; element++) {
    const label = labels[element];
    if (label !== last) {
      index = indexOf.get(label) ?? indexOf.size;
      if (index === indexOf.size) indexOf.set(label, index);
      last = label;
      if (!Number.isSafeInteger(label) || index >= mostRegions) {
        throw invalidRegion(format, what, element, label);
      }
    }
    region[element] = index;
  }
  const values = [...indexOf.keys()];
  const isTag = (label: number): boolean => label >= 1 && label <= mostTag;
  const name = (label: number): string =>
    known.get(label) ?? `${dimension === 3 ? "region" : "surface"}${label}`;
  let free = values.filter(isTag).reduce((most, label) => Math.max(most, label), 0);
  if (free > mostTag - mostRegions) free = 0;
  const taken = new Set(values);
  const nextFree = (): number => {
    do free++;
    while (taken.has(free));
    return free;
  };
  const groups = values.map((label) => {
    if (dimension === 2 && label === 0) return { label, tag: 0 };
    return { label, tag: isTag(label) ? label : nextFree() };
  });
  return {
    region,
    regions: groups.map(({ tag }) => ({ entityTag: Math.max(tag, 1), physicalTags: tag === 0 ? [] : [tag] })),
    names: groups
      .filter(({ tag }) => tag > 0)
      .sort((a, b) => a.label - b.label)
      .map(({ label, tag }) => ({ dimension, tag, name: name(label) })),
  };
}

function invalidRegion(format: string, what: string, element: number, label: number): ParseError {
  const problem = Number.isSafeInteger(label)
    ? `has more than ${mostRegions} different values`
    : `has the value ${label} at element ${element + 1}`;
  return new ParseError(
    "mesh-region-invalid",
    `${format}: ${what} ${problem}; expected a whole number for each region: name another array (--region-array), ` +
      "or none.",
    { details: { what, element, label } },
  );
}

/** 1, 2, ..., count. */
export function countUp(count: number): Float64Array<ArrayBuffer> {
  const tags = new Float64Array(count);
  for (let i = 0; i < count; i++) tags[i] = i + 1;
  return tags;
}

/**
 * Refuses a volume that is no tetrahedron: leaving it out would give a wrong tensor.
 */
export function unsupportedCell(format: string, element: number, shape: string): MeshError {
  return new MeshError(
    "unsupported-cell-type",
    `${format}: element ${element} is a ${shape}; expected tetrahedra only: mesh with tetrahedra, or split the cells.`,
    { details: { elementTag: element, shape } },
  );
}

function fillList(list: ElementList, elements: PlainElements, numNodes: number, format: string): void {
  const { nodes, groups } = elements;
  const { numCorners } = list;
  const count = nodes.length / numCorners;
  const tags = elements.tags ?? countUp(count);
  for (let i = 0; i < nodes.length; i++) {
    if (nodes[i] >= 0 && nodes[i] < numNodes) continue;
    const elementTag = tags[Math.floor(i / numCorners)];
    throw new ParseError(
      "mesh-unknown-node",
      `${format}: ${numCorners === 4 ? "tetrahedron" : "triangle"} ${elementTag} has at corner ${(i % numCorners) + 1} a ` +
        `node that the file does not hold; expected one of its ${numNodes} nodes: the file is damaged, write it again.`,
      { details: { elementTag, corner: i % numCorners, numNodes } },
    );
  }
  list.nodes = nodes;
  list.tags = tags;
  list.count = count;
  if (groups === null) {
    const region = list.findRegion(1, []);
    list.region = new Int32Array(count).fill(region);
  } else {
    const regions = groups.regions.map(({ entityTag, physicalTags }) =>
      list.findRegion(entityTag, physicalTags),
    );
    list.region = groups.region.map((index) => regions[index]);
  }
  for (let element = 0; element < count; element++) list.meetRegion(list.region[element]);
}
