import type { ResidentIntegers } from "../kernel/resident-integers.js";
import { TagRuns } from "./tag-runs.js";

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
  private ownNodes: Int32Array = new Int32Array(0);
  private store: ResidentIntegers | null = null;
  /** Tags of all elements as long as they come in runs; null once they are in `ownTags`. */
  private tagRuns: TagRuns | null = new TagRuns();
  private ownTags: Float64Array = new Float64Array(0);
  /** Elements that there is room for. */
  private capacity = 0;
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

  /** Element tags, count. */
  get tags(): Float64Array {
    if (this.tagRuns !== null) {
      this.ownTags = this.tagRuns.toArray(this.capacity);
      this.tagRuns = null;
    }
    return this.ownTags;
  }

  set tags(tags: Float64Array) {
    this.ownTags = tags;
    this.tagRuns = null;
    this.capacity = tags.length;
  }

  /** The element tags of a finished list, made when they are asked for. */
  deferTags(): () => Float64Array {
    const { count, tagRuns } = this;
    if (tagRuns !== null) return () => tagRuns.toArray();
    const tags = count === this.ownTags.length ? this.ownTags : this.ownTags.slice(0, count);
    return () => tags;
  }

  /** Node indices, count x numCorners. Of a list that has moved, good up to the next call of the kernel. */
  get nodes(): Int32Array {
    return this.store === null ? this.ownNodes : this.store.view();
  }

  set nodes(nodes: Int32Array) {
    this.ownNodes = nodes;
  }

  /** Where the node indices lie, if the list has moved into a kernel. */
  get resident(): ResidentIntegers | null {
    return this.store;
  }

  /** Moves the node indices of a list without elements into a kernel. */
  moveTo(store: ResidentIntegers): void {
    store.resize(this.capacity * this.numCorners);
    this.store = store;
    this.ownNodes = new Int32Array(0);
  }

  /** Moves the node indices out of the kernel again, for who appends them one by one. */
  moveBack(): void {
    if (this.store === null) return;
    const store = this.store;
    this.ownNodes = store.view().slice();
    this.store = null;
    store.free();
  }

  /** Makes room for `extra` more elements. */
  reserve(extra: number): void {
    const needed = this.count + extra;
    if (needed <= this.capacity) return;
    const capacity = Math.max(needed, Math.ceil(1.5 * this.capacity));
    const numNodes = capacity * this.numCorners;
    if (this.store === null) {
      this.ownNodes = grow(this.ownNodes, new Int32Array(numNodes), this.count * this.numCorners);
    } else {
      this.store.resize(numNodes);
    }
    if (this.tagRuns === null) this.ownTags = grow(this.ownTags, new Float64Array(capacity), this.count);
    this.capacity = capacity;
    this.region = grow(this.region, new Int32Array(capacity), this.count);
  }

  /** Appends elements, node indices and tags, to the list, which has room for them. */
  append(nodes: Int32Array, tags: Float64Array, region: number): void {
    this.nodes.set(nodes, this.count * this.numCorners);
    this.tags.set(tags, this.count);
    this.appendWritten(tags.length, region);
  }

  /** {@link append} for elements with the tags firstTag, firstTag + 1, ... */
  appendRun(nodes: Int32Array, firstTag: number, region: number): void {
    const count = nodes.length / this.numCorners;
    // In a kernel they are written where they belong.
    if (this.store === null) this.nodes.set(nodes, this.count * this.numCorners);
    if (this.tagRuns !== null) this.tagRuns.append(firstTag, count);
    else for (let i = 0; i < count; i++) this.ownTags[this.count + i] = firstTag + i;
    this.appendWritten(count, region);
  }

  private appendWritten(count: number, region: number): void {
    if (count > 0) this.meetRegion(region);
    // New arrays are zero: what is not written takes no memory.
    if (region !== 0) this.region.fill(region, this.count, this.count + count);
    this.count += count;
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
