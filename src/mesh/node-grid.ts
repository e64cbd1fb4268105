/**
 * A hash grid over some nodes of a mesh. Nodes of equal hash form a chain; no objects per node.
 */
export interface NodeGrid {
  /** Node coordinates, numNodes x 3. */
  readonly coordinates: Float64Array;
  /** The nodes in the grid. */
  readonly nodes: Int32Array;
  /** Edge of a grid box. */
  readonly spacing: number;
  /** First entry of each chain, -1 where empty; a power of two long. */
  readonly heads: Int32Array;
  /** Entry after each entry, -1 at the end. */
  readonly next: Int32Array;
}

/**
 * A grid over some nodes.
 *
 * @param spacing edge of a grid box: about the distance between the nodes, and more than any search distance, so that
 *   a search looks into few boxes that hold few nodes
 */
export function createNodeGrid(coordinates: Float64Array, nodes: Int32Array, spacing: number): NodeGrid {
  let size = 16;
  while (size < 2 * nodes.length) size *= 2;
  const heads = new Int32Array(size).fill(-1);
  const next = new Int32Array(nodes.length);
  for (let entry = 0; entry < nodes.length; entry++) {
    const i = 3 * nodes[entry];
    const bin = hashBox(
      Math.floor(coordinates[i] / spacing),
      Math.floor(coordinates[i + 1] / spacing),
      Math.floor(coordinates[i + 2] / spacing),
      size - 1,
    );
    next[entry] = heads[bin];
    heads[bin] = entry;
  }
  return { coordinates, nodes, spacing, heads, next };
}

/** The node nearest to (x, y, z) of those at most `distance` away, or -1; among equals the smallest. */
export function findNearestNode(grid: NodeGrid, x: number, y: number, z: number, distance: number): number {
  const { coordinates, nodes, spacing, heads, next } = grid;
  const mask = heads.length - 1;
  let best = -1;
  let bestSquare = distance * distance;
  for (let a = Math.floor((x - distance) / spacing); a <= Math.floor((x + distance) / spacing); a++) {
    for (let b = Math.floor((y - distance) / spacing); b <= Math.floor((y + distance) / spacing); b++) {
      for (let c = Math.floor((z - distance) / spacing); c <= Math.floor((z + distance) / spacing); c++) {
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

function hashBox(a: number, b: number, c: number, mask: number): number {
  return (Math.imul(a, 73856093) ^ Math.imul(b, 19349663) ^ Math.imul(c, 83492791)) & mask;
}
