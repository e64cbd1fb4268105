import type { TetMesh } from "./tet-mesh.js";

/** A box cut into small boxes, each into six tetrahedra around its diagonal, the same everywhere (Kuhn). */
export interface BoxGrid {
  /** Node (i, j, k) is i + (n1 + 1) (j + (n2 + 1) k). */
  readonly mesh: TetMesh;
  /** Coordinates along the three axes, ascending, n1 + 1, n2 + 1 and n3 + 1. */
  readonly axes: readonly [Float64Array, Float64Array, Float64Array];
}

/** Orders in which a path from one end of the diagonal to the other takes the axes. */
const PATHS = [
  [0, 1],
  [1, 2],
  [2, 0],
  [0, 2],
  [2, 1],
  [1, 0],
] as const;

/**
 * The grid of given coordinates.
 *
 * @param axes two ascending coordinates at least along each axis
 * @param volumes names of physical volumes, each with a box
 * @param volumeOfSlice volume of the boxes between coordinates i and i + 1 of the first axis
 */
export function createBoxGrid(
  axes: BoxGrid["axes"],
  volumes: readonly string[],
  volumeOfSlice: (i: number) => number,
): BoxGrid {
  const [n1, n2, n3] = axes.map((axis) => axis.length - 1);
  const strides = [1, n1 + 1, (n1 + 1) * (n2 + 1)];
  const numNodes = (n1 + 1) * (n2 + 1) * (n3 + 1);
  const numCells = 6 * n1 * n2 * n3;
  const coordinates = new Float64Array(3 * numNodes);
  for (let node = 0; node < numNodes; node++) {
    coordinates[3 * node] = axes[0][node % strides[1]];
    coordinates[3 * node + 1] = axes[1][Math.floor(node / strides[1]) % (n2 + 1)];
    coordinates[3 * node + 2] = axes[2][Math.floor(node / strides[2])];
  }
  const cells = new Int32Array(4 * numCells);
  const cellRegion = new Int32Array(numCells);
  let cell = 0;
  for (let k = 0; k < n3; k++) {
    for (let j = 0; j < n2; j++) {
      for (let i = 0; i < n1; i++) {
        const low = i + strides[1] * j + strides[2] * k;
        const high = low + strides[0] + strides[1] + strides[2];
        PATHS.forEach(([first, second], path) => {
          const one = low + strides[first];
          const two = one + strides[second];
          // Odd orders of the axes are turned around, for a positive volume.
          cells.set(path < 3 ? [low, one, two, high] : [low, two, one, high], 4 * cell);
          cellRegion[cell++] = volumeOfSlice(i);
        });
      }
    }
  }
  const mesh: TetMesh = {
    numNodes,
    numCells,
    numFacets: 0,
    coordinates,
    cells,
    cellRegion,
    cellRegions: volumes.map((_, volume) => ({ entityTag: volume + 1, groups: [volume] })),
    volumes: volumes.map((name, volume) => ({ name, tag: volume + 1 })),
    facets: new Int32Array(0),
    facetRegion: new Int32Array(0),
    facetRegions: [],
    surfaces: [],
    periodicLinks: [],
    nodeTags: Float64Array.from({ length: numNodes }, (_, node) => node + 1),
    cellTags: Float64Array.from({ length: numCells }, (_, index) => index + 1),
    cellData: [],
    report: {
      invertedCells: 0,
      droppedNodes: 0,
      duplicatedElements: 0,
      reducedCells: 0,
      ghostCells: 0,
      warnings: [],
    },
  };
  return { mesh, axes };
}

/**
 * The cell that holds a point, in O(log n): a P1 function is sum_i weights_i u(nodes_i) there. A point outside is moved to
 * the nearest one of the box.
 *
 * @param nodes 4, overwritten
 * @param weights 4, overwritten
 */
export function locateInGrid(
  { axes }: BoxGrid,
  point: readonly [number, number, number],
  nodes: Int32Array,
  weights: Float64Array,
): void {
  const local = [0, 0, 0];
  const strides = [1, axes[0].length, axes[0].length * axes[1].length];
  let node = 0;
  for (let axis = 0; axis < 3; axis++) {
    const places = axes[axis];
    const i = findInterval(places, point[axis]);
    const share = (point[axis] - places[i]) / (places[i + 1] - places[i]);
    local[axis] = Math.min(1, Math.max(0, share));
    node += i * strides[axis];
  }
  const order = [0, 1, 2].sort((a, b) => local[b] - local[a]);
  nodes[0] = node;
  weights[0] = 1 - local[order[0]];
  for (let step = 0; step < 3; step++) {
    node += strides[order[step]];
    nodes[step + 1] = node;
    weights[step + 1] = local[order[step]] - (step < 2 ? local[order[step + 1]] : 0);
  }
}

/** i with places_i <= x < places_(i+1), or the first or last interval. */
function findInterval(places: Float64Array, x: number): number {
  let low = 0;
  let high = places.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (places[middle] <= x) low = middle;
    else high = middle;
  }
  return low;
}
