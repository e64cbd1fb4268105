/**
 * A hash grid over some nodes of a mesh. Nodes of equal hash form a chain; no objects per node.
 */
export interface NodeGrid {
  /** Node coordinates, numNodes x 3. */
  readonly coordinates: Float64Array;
  /** The nodes in the grid. */
  readonly nodes: Int32Array;
  /** Lowest corner of the nodes: boxes are counted from here, wherever in space the mesh lies. 3. */
  readonly origin: Float64Array;
  /** Number of grid boxes along each axis. 3. */
  readonly numBoxes: Int32Array;
  /** Edge of a grid box. */
  readonly spacing: number;
  /** First entry of each chain, -1 where empty; a power of two long. */
  readonly heads: Int32Array;
  /** Entry after each entry, -1 at the end. */
  readonly next: Int32Array;
}

/** Most boxes along an axis; the spacing grows to keep it, so that box numbers are exact integers. */
const MAX_BOXES = 2 ** 20;

/**
 * A grid over some nodes.
 *
 * @param spacing edge of a grid box: about the distance between the nodes, and more than any search distance, so that
 *   a search looks into few boxes that hold few nodes
 */
export function createNodeGrid(coordinates: Float64Array, nodes: Int32Array, spacing: number): NodeGrid {
  const origin = new Float64Array(3).fill(Infinity);
  const high = new Float64Array(3).fill(-Infinity);
  for (const node of nodes) {
    for (let k = 0; k < 3; k++) {
      origin[k] = Math.min(origin[k], coordinates[3 * node + k]);
      high[k] = Math.max(high[k], coordinates[3 * node + k]);
    }
  }
  const extent = high.map((end, k) => Math.max(0, end - origin[k]));
  const edge = Math.max(spacing, Math.max(...extent) / (MAX_BOXES - 1), Number.MIN_VALUE);
  const numBoxes = Int32Array.from(extent, (length) => Math.floor(length / edge) + 1);

  let size = 16;
  while (size < 2 * nodes.length) size *= 2;
  const heads = new Int32Array(size).fill(-1);
  const next = new Int32Array(nodes.length);
  for (let entry = 0; entry < nodes.length; entry++) {
    const i = 3 * nodes[entry];
    const bin = hashBox(
      Math.floor((coordinates[i] - origin[0]) / edge),
      Math.floor((coordinates[i + 1] - origin[1]) / edge),
      Math.floor((coordinates[i + 2] - origin[2]) / edge),
      size - 1,
    );
    next[entry] = heads[bin];
    heads[bin] = entry;
  }
  return { coordinates, nodes, origin, numBoxes, spacing: edge, heads, next };
}

/** The node nearest to (x, y, z) of those at most `distance` away, or -1; among equals the smallest. */
export function findNearestNode(grid: NodeGrid, x: number, y: number, z: number, distance: number): number {
  const { coordinates, nodes, heads, next } = grid;
  const mask = heads.length - 1;
  const lastA = lastBox(grid, 0, x, distance);
  const lastB = lastBox(grid, 1, y, distance);
  const lastC = lastBox(grid, 2, z, distance);
  let best = -1;
  let bestSquare = distance * distance;
  for (let a = firstBox(grid, 0, x, distance); a <= lastA; a++) {
    for (let b = firstBox(grid, 1, y, distance); b <= lastB; b++) {
      for (let c = firstBox(grid, 2, z, distance); c <= lastC; c++) {
        for (let entry = heads[hashBox(a, b, c, mask)]; entry >= 0; entry = next[entry]) {
          const node = nodes[entry];
          const dx = coordinates[3 * node] - x;
          const dy = coordinates[3 * node + 1] - y;
          const dz = coordinates[3 * node + 2] - z;
          const square = dx * dx + dy * dy + dz * dz;
          if (square < bestSquare || (square === bestSquare && (best < 0 || node < best))) {
            best = node;
            bestSquare = square;
          }
        }
      }
    }
  }
  return best;
}

/** First box along axis k that a search within `distance` of x looks into. */
function firstBox(grid: NodeGrid, k: number, x: number, distance: number): number {
  return Math.max(0, Math.floor((x - grid.origin[k] - distance) / grid.spacing));
}

/** Last box along axis k that a search within `distance` of x looks into. */
function lastBox(grid: NodeGrid, k: number, x: number, distance: number): number {
  return Math.min(grid.numBoxes[k] - 1, Math.floor((x - grid.origin[k] + distance) / grid.spacing));
}

function hashBox(a: number, b: number, c: number, mask: number): number {
  return (Math.imul(a, 73856093) ^ Math.imul(b, 19349663) ^ Math.imul(c, 83492791)) & mask;
}
