import type { NodeIndex } from "./node-index.js";

/** A line of $PhysicalNames. */
export interface PhysicalName {
  readonly dimension: number;
  readonly tag: number;
  readonly name: string;
}

/** One elementary entity (the parent, in a partitioned mesh) with one set of physical groups. */
export interface RawRegion {
  readonly entityTag: number;
  /** Positive physical tags, ascending, each once. */
  readonly physicalTags: readonly number[];
}

/** The nodes as they stand in the file. */
export interface RawNodes {
  /** numNodes, all different. */
  readonly tags: Float64Array;
  /** numNodes x 3, finite. */
  readonly coordinates: Float64Array;
  readonly index: NodeIndex;
}

/** A link of $Periodic, in node indices of {@link RawNodes}. */
export interface RawLink {
  readonly dimension: number;
  readonly slaveTag: number;
  readonly masterTag: number;
  /** Row-major 4x4, or null. */
  readonly affine: Float64Array | null;
  /** numPairs x 2: slave, master. */
  readonly nodePairs: Int32Array;
}

/** One $ElementData section as it stands in the file. */
export interface RawElementData {
  readonly name: string;
  readonly numComponents: number;
  /** Element tags, count: of elements of every dimension. */
  readonly tags: Float64Array;
  /** Values, count x numComponents. */
  readonly values: Float64Array;
}

/** What a reader takes from the file: everything is in range, nothing is dropped, merged or turned yet. */
export interface RawMesh {
  readonly physicalNames: PhysicalName[];
  /** Null until $Nodes has been read. */
  nodes: RawNodes | null;
  readonly cells: ElementList;
  readonly facets: ElementList;
  readonly links: RawLink[];
  readonly elementData: RawElementData[];
  reducedCells: number;
  ghostCells: number;
  readonly warnings: string[];
}

/** An empty {@link RawMesh}. */
export function createRawMesh(): RawMesh {
  return {
    physicalNames: [],
    nodes: null,
    cells: new ElementList(4),
    facets: new ElementList(3),
    links: [],
    elementData: [],
    reducedCells: 0,
    ghostCells: 0,
    warnings: [],
  };
}

/** Growing list of tetrahedra or triangles; the arrays are longer than `count` says. */
export class ElementList {
  readonly numCorners: 3 | 4;
  count = 0;
  /** Node indices, count x numCorners. */
  nodes = new Int32Array(0);
  /** Element tags, count. */
  tags = new Float64Array(0);
  /** Index into `regions`, count. */
  region = new Int32Array(0);
  readonly regions: RawRegion[] = [];
  private readonly regionIndices = new Map<string, number>();

  constructor(numCorners: 3 | 4) {
    this.numCorners = numCorners;
  }

  /** Makes room for `extra` more elements. */
  reserve(extra: number): void {
    const needed = this.count + extra;
    if (needed <= this.tags.length) return;
    const capacity = Math.max(needed, Math.ceil(1.5 * this.tags.length));
    this.nodes = grow(this.nodes, new Int32Array(capacity * this.numCorners), this.count * this.numCorners);
    this.tags = grow(this.tags, new Float64Array(capacity), this.count);
    this.region = grow(this.region, new Int32Array(capacity), this.count);
  }

  /** Index of the region with this entity and these groups (tags of either sign, in any order). Not for hot loops. */
  findRegion(entityTag: number, physicalTags: Iterable<number>): number {
    const tags = [...new Set(Array.from(physicalTags, Math.abs))]
      .filter((tag) => tag !== 0)
      .sort((a, b) => a - b);
    const key = `${entityTag}:${tags.join()}`;
    let index = this.regionIndices.get(key);
    if (index === undefined) {
      index = this.regions.push({ entityTag, physicalTags: tags }) - 1;
      this.regionIndices.set(key, index);
    }
    return index;
  }
}

function grow<T extends Int32Array | Float64Array>(source: T, target: T, length: number): T {
  target.set(source.subarray(0, length));
  return target;
}
