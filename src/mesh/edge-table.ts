/** The edges of a mesh, numbered in the order of their first appearance. */
export interface EdgeTable {
  readonly numEdges: number;
  /** Nodes of each edge, the smaller one first, numEdges x 2. */
  readonly nodes: Int32Array;
  /** Edge of each slot, -1 where empty: open addressing, at most half full. */
  readonly slots: Int32Array;
}

/** Local nodes of the edges of a cell: 01, 02, 03, 12, 13, 23. */
export const CELL_EDGES: readonly number[] = [0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3];

/** Edges per node of a tetrahedral mesh, the usual 7 with some room: the size to begin with. */
const EXPECTED_EDGES_PER_NODE = 8;

/**
 * Numbers the edges of all cells.
 *
 * @returns the table, and the edge of each local edge ({@link CELL_EDGES}) of each cell, numCells x 6
 */
export function numberEdges(
  cells: Int32Array,
  numNodes: number,
): { readonly table: EdgeTable; readonly cellEdges: Int32Array } {
  const cellEdges = new Int32Array((cells.length / 4) * 6);
  let nodes = new Int32Array(2 * EXPECTED_EDGES_PER_NODE * numNodes);
  let slots = createSlots(EXPECTED_EDGES_PER_NODE * numNodes);
  let numEdges = 0;
  for (let local = 0; local < cellEdges.length; local++) {
    const cell = Math.floor(local / 6);
    const i = 2 * (local - 6 * cell);
    const a = cells[4 * cell + CELL_EDGES[i]];
    const b = cells[4 * cell + CELL_EDGES[i + 1]];
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    let slot = findSlot(nodes, slots, low, high);
    if (slots[slot] < 0) {
      if (2 * numEdges === nodes.length) {
        const grown = new Int32Array(2 * nodes.length);
        grown.set(nodes);
        nodes = grown;
        slots = rebuildSlots(nodes, numEdges);
        slot = findSlot(nodes, slots, low, high);
      }
      nodes[2 * numEdges] = low;
      nodes[2 * numEdges + 1] = high;
      slots[slot] = numEdges++;
    }
    cellEdges[local] = slots[slot];
  }
  return { table: { numEdges, nodes: nodes.slice(0, 2 * numEdges), slots }, cellEdges };
}

/** The edge between nodes a and b in either order, or -1. */
export function findEdge(table: EdgeTable, a: number, b: number): number {
  return table.slots[findSlot(table.nodes, table.slots, Math.min(a, b), Math.max(a, b))];
}

function createSlots(capacity: number): Int32Array<ArrayBuffer> {
  let size = 16;
  while (size < 2 * capacity) size *= 2;
  return new Int32Array(size).fill(-1);
}

function rebuildSlots(nodes: Int32Array, numEdges: number): Int32Array<ArrayBuffer> {
  const slots = createSlots(nodes.length / 2);
  for (let edge = 0; edge < numEdges; edge++) {
    slots[findSlot(nodes, slots, nodes[2 * edge], nodes[2 * edge + 1])] = edge;
  }
  return slots;
}

/** The slot that holds the edge, or the empty one where it belongs. */
function findSlot(nodes: Int32Array, slots: Int32Array, low: number, high: number): number {
  const mask = slots.length - 1;
  let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  hash ^= hash >>> 15;
  let slot = hash & mask;
  for (;;) {
    const edge = slots[slot];
    if (edge < 0 || (nodes[2 * edge] === low && nodes[2 * edge + 1] === high)) return slot;
    slot = (slot + 1) & mask;
  }
}
