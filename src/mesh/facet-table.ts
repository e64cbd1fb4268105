/** Facets by their three nodes: open addressing over flat arrays, at most half full. */
export interface FacetTable {
  /** Number of slots - 1; the number of slots is a power of two. */
  readonly mask: number;
  /** Nodes of each slot ascending, (mask + 1) x 3. */
  readonly nodes: Int32Array;
  /** Value of each slot, -1 where empty. */
  readonly values: Int32Array;
}

/** An empty table for at most `capacity` facets. */
export function createFacetTable(capacity: number): FacetTable {
  let size = 16;
  while (size < 2 * capacity) size *= 2;
  return { mask: size - 1, nodes: new Int32Array(3 * size), values: new Int32Array(size).fill(-1) };
}

/** Stores a value, not negative, for the facet with nodes a, b, c in any order; it replaces an earlier one. */
export function insertFacet(table: FacetTable, a: number, b: number, c: number, value: number): void {
  const slot = findSlot(table, a, b, c);
  const low = Math.min(a, b, c);
  const high = Math.max(a, b, c);
  table.nodes[3 * slot] = low;
  table.nodes[3 * slot + 1] = a + b + c - low - high;
  table.nodes[3 * slot + 2] = high;
  table.values[slot] = value;
}

/** The value stored for the facet with nodes a, b, c in any order, or -1. */
export function findFacet(table: FacetTable, a: number, b: number, c: number): number {
  return table.values[findSlot(table, a, b, c)];
}

/** The slot that holds the facet, or the empty one where it belongs. */
function findSlot(table: FacetTable, a: number, b: number, c: number): number {
  const { mask, nodes, values } = table;
  const low = Math.min(a, b, c);
  const high = Math.max(a, b, c);
  const middle = a + b + c - low - high;
  let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(middle, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35);
  hash ^= hash >>> 15;
  let slot = hash & mask;
  while (
    values[slot] >= 0 &&
    (nodes[3 * slot] !== low || nodes[3 * slot + 1] !== middle || nodes[3 * slot + 2] !== high)
  ) {
    slot = (slot + 1) & mask;
  }
  return slot;
}
