/** Tags may span this many times their number before the direct table gives way to a hash table. */
const maxTableSpan = 8;
/** Tables below this length are direct in any case. */
const smallTable = 4096;

/** Tags that are found without search. */
export interface DenseTags {
  /** Smallest tag. */
  readonly first: number;
  /** Largest tag - first + 1. */
  readonly span: number;
  /** Index + 1 by tag - first, 0 where there is no node, span; null where the index is tag - first. */
  readonly table: Int32Array | null;
}

/**
 * Looks up the index of a node by its tag: tag - first where the tags are consecutive, table[tag - first] where they are
 * dense, else a hash table with open addressing and linear probing (a Map ends at 2^24 entries).
 */
export class NodeIndex {
  /** A tag that occurs twice; undefined where all differ. */
  readonly duplicateTag: number | undefined;
  private readonly first: number;
  /** Number of nodes whose tags are consecutive; 0 where a table is needed. */
  private readonly numConsecutive: number;
  /** Direct: index + 1 by tag; hashed: index + 1 by slot. 0 is empty. */
  private readonly table: Int32Array;
  /** The tags, numNodes: keys of the hash table; undefined where the table is direct. */
  private readonly hashedTags: Float64Array | undefined;

  /** @param tags numNodes integers, 0 to 2^53 - 1; kept, not copied */
  constructor(tags: Float64Array) {
    const numNodes = tags.length;
    let first = Infinity;
    let last = 0;
    let numConsecutive = 0;
    for (let node = 0; node < numNodes; node++) {
      const tag = tags[node];
      if (tag < first) first = tag;
      if (tag > last) last = tag;
      if (tag === tags[0] + node) numConsecutive++;
    }
    this.first = first;
    this.numConsecutive = numConsecutive === numNodes ? numNodes : 0;
    if (this.numConsecutive > 0) {
      this.table = new Int32Array(0);
      return;
    }
    const span = numNodes === 0 ? 0 : last - first + 1;
    const direct = span <= Math.max(maxTableSpan * numNodes, smallTable);
    this.hashedTags = direct ? undefined : tags;
    this.table = new Int32Array(direct ? span : 2 ** Math.ceil(Math.log2(2 * numNodes + 1)));
    this.duplicateTag = this.fill(tags);
  }

  /** Index of the node with this tag; -1 where there is none. */
  find(tag: number): number {
    const { table, hashedTags, numConsecutive } = this;
    if (numConsecutive > 0) {
      const index = tag - this.first;
      return index >= 0 && index < numConsecutive ? index : -1;
    }
    if (hashedTags === undefined) {
      const offset = tag - this.first;
      return offset >= 0 && offset < table.length ? table[offset] - 1 : -1;
    }
    const mask = table.length - 1;
    let slot = hashTag(tag) & mask;
    while (table[slot] !== 0 && hashedTags[table[slot] - 1] !== tag) slot = (slot + 1) & mask;
    return table[slot] - 1;
  }

  /** The tags in the form that the kernel takes; null where they are too sparse for that. */
  get dense(): DenseTags | null {
    const { first, numConsecutive, table } = this;
    if (numConsecutive > 0) return { first, span: numConsecutive, table: null };
    return this.hashedTags === undefined ? { first, span: table.length, table } : null;
  }

  private fill(tags: Float64Array): number | undefined {
    const { table, hashedTags } = this;
    const mask = table.length - 1;
    let duplicate: number | undefined;
    for (let node = 0; node < tags.length; node++) {
      const tag = tags[node];
      let slot = tag - this.first;
      if (hashedTags !== undefined) {
        slot = hashTag(tag) & mask;
        while (table[slot] !== 0 && hashedTags[table[slot] - 1] !== tag) slot = (slot + 1) & mask;
      }
      if (table[slot] !== 0) duplicate ??= tag;
      else table[slot] = node + 1;
    }
    return duplicate;
  }
}

/** Mixes the 53 bits of a tag into 32. @see the finalizer of MurmurHash3, A. Appleby, public domain */
function hashTag(tag: number): number {
  let hash = Math.imul((tag % 4294967296) | 0, 0x9e3779b1) ^ Math.imul((tag / 4294967296) | 0, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
