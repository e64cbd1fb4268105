/** One elementary entity (the parent, in a partitioned mesh) with one set of physical groups. */
export interface RawRegion {
  readonly entityTag: number;
  /** Positive physical tags, ascending, each once. */
  readonly physicalTags: readonly number[];
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
  /** Regions of the elements, in the order in which they are met. */
  private readonly regionsMet = new Set<number>();
  private lastRegion = -1;
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

  /** Appends elements, node indices and tags, to the list, which has room for them. */
  append(nodes: Int32Array, tags: Float64Array, region: number): void {
    if (tags.length > 0) this.meetRegion(region);
    this.nodes.set(nodes, this.count * this.numCorners);
    this.tags.set(tags, this.count);
    // New arrays are zero: what is not written takes no memory.
    if (region !== 0) this.region.fill(region, this.count, this.count + tags.length);
    this.count += tags.length;
  }

  /** Notes the region of an element that is appended. */
  meetRegion(region: number): void {
    if (region === this.lastRegion) return;
    this.lastRegion = region;
    this.regionsMet.add(region);
  }

  /** Regions of the elements, in the order in which they are met: indices into `regions`. */
  get usedRegions(): number[] {
    return [...this.regionsMet];
  }

  /** Keeps the elements that `isKept` tells by their index, in their order. Returns how many are removed. */
  keep(isKept: (element: number) => boolean): number {
    const { numCorners, nodes, tags, region } = this;
    let kept = 0;
    for (let element = 0; element < this.count; element++) {
      if (!isKept(element)) continue;
      if (kept !== element) {
        for (let corner = 0; corner < numCorners; corner++) {
          nodes[kept * numCorners + corner] = nodes[element * numCorners + corner];
        }
        tags[kept] = tags[element];
        region[kept] = region[element];
      }
      kept++;
    }
    const numRemoved = this.count - kept;
    this.count = kept;
    if (numRemoved > 0) {
      this.regionsMet.clear();
      this.lastRegion = -1;
      for (let element = 0; element < kept; element++) this.meetRegion(region[element]);
    }
    return numRemoved;
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
