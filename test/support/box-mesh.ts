import type { MeshRegion, PhysicalGroup, TetMesh } from "../../src/mesh/tet-mesh.js";

export interface BoxMeshOptions {
  /** Number of cubes along each axis. */
  readonly counts: readonly [number, number, number];
  /** Edge lengths of the box; default 1. */
  readonly lengths?: readonly [number, number, number];
  readonly origin?: readonly [number, number, number];
  /** Volume name of the cube (i, j, k), null where nothing is meshed; default "box". */
  readonly volumeOf?: (i: number, j: number, k: number) => string | null;
  /** Six tetrahedra a cube with equal diagonals everywhere, or five with diagonals that alternate. */
  readonly split?: "kuhn" | "five";
}

const KUHN_PATHS = [
  [0, 1, 2],
  [1, 2, 0],
  [2, 0, 1],
  [0, 2, 1],
  [2, 1, 0],
  [1, 0, 2],
];

/** Cells of a cube as corner numbers (bit k: upper side along axis k), all with positive volume. */
function splitCube(split: "kuhn" | "five", isOdd: boolean): number[][] {
  if (split === "kuhn") {
    return KUHN_PATHS.map(([p, q], path) => {
      const cell = [0, 1 << p, (1 << p) | (1 << q), 7];
      return path < 3 ? cell : [cell[0], cell[2], cell[1], cell[3]];
    });
  }
  const even = [
    [0, 3, 5, 6],
    [1, 0, 3, 5],
    [2, 3, 0, 6],
    [4, 5, 6, 0],
    [7, 6, 5, 3],
  ];
  return isOdd ? even.map((cell) => cell.map((corner) => corner ^ 1)) : even;
}

/** A mesh of cubes, each cut into tetrahedra; nodes without a cell are left out. */
export function boxMesh(options: BoxMeshOptions): TetMesh {
  const { counts, lengths = [1, 1, 1], origin = [0, 0, 0], split = "kuhn" } = options;
  const volumeOf = options.volumeOf ?? ((): string => "box");
  const [nx, ny, nz] = counts;
  const nodeAt = (i: number, j: number, k: number): number => i + (nx + 1) * (j + (ny + 1) * k);
  const points: number[] = [];
  for (let k = 0; k <= nz; k++) {
    for (let j = 0; j <= ny; j++) {
      for (let i = 0; i <= nx; i++) {
        points.push(
          origin[0] + (lengths[0] * i) / nx,
          origin[1] + (lengths[1] * j) / ny,
          origin[2] + (lengths[2] * k) / nz,
        );
      }
    }
  }
  const cells: number[] = [];
  const names: string[] = [];
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const name = volumeOf(i, j, k);
        if (name === null) continue;
        for (const cell of splitCube(split, (i + j + k) % 2 === 1)) {
          cells.push(
            ...cell.map((corner) =>
              nodeAt(i + (corner & 1), j + ((corner >> 1) & 1), k + ((corner >> 2) & 1)),
            ),
          );
          names.push(name);
        }
      }
    }
  }
  return meshFromArrays(points, cells, names);
}

/** A mesh from node coordinates, cells (either orientation) and the volume name of each cell; drops unused nodes. */
export function meshFromArrays(
  points: readonly number[],
  cells: readonly number[],
  names: readonly string[],
): TetMesh {
  const used = new Int32Array(points.length / 3).fill(-1);
  for (const node of cells) used[node] = 0;
  const kept: number[] = [];
  used.forEach((mark, node) => {
    if (mark === 0) used[node] = kept.push(node) - 1;
  });
  const coordinates = Float64Array.from(kept.flatMap((node) => points.slice(3 * node, 3 * node + 3)));
  const oriented = Int32Array.from(cells, (node) => used[node]);
  for (let c = 0; c < oriented.length; c += 4) {
    const [a, b, d, e] = [0, 1, 2, 3].map((i) =>
      coordinates.subarray(3 * oriented[c + i], 3 * oriented[c + i] + 3),
    );
    const u = b.map((x, k) => x - a[k]);
    const v = d.map((x, k) => x - a[k]);
    const w = e.map((x, k) => x - a[k]);
    const det =
      u[0] * (v[1] * w[2] - v[2] * w[1]) -
      u[1] * (v[0] * w[2] - v[2] * w[0]) +
      u[2] * (v[0] * w[1] - v[1] * w[0]);
    if (det < 0) [oriented[c + 2], oriented[c + 3]] = [oriented[c + 3], oriented[c + 2]];
  }
  const volumeNames = [...new Set(names)].sort();
  const volumes: PhysicalGroup[] = volumeNames.map((name, v) => ({ name, tag: v + 1 }));
  const cellRegions: MeshRegion[] = volumeNames.map((_, v) => ({ entityTag: v + 1, groups: [v] }));
  return {
    numNodes: kept.length,
    numCells: names.length,
    numFacets: 0,
    coordinates,
    cells: oriented,
    cellRegion: Int32Array.from(names, (name) => volumeNames.indexOf(name)),
    cellRegions,
    volumes,
    facets: new Int32Array(0),
    facetRegion: new Int32Array(0),
    facetRegions: [],
    surfaces: [],
    periodicLinks: [],
    nodeTags: Float64Array.from(kept, (_, node) => node + 1),
    cellTags: Float64Array.from(names, (_, cell) => cell + 1),
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
}

/** The same mesh with other coordinates: x -> map(x). */
export function mapCoordinates(
  mesh: TetMesh,
  map: (x: number, y: number, z: number, node: number) => readonly [number, number, number],
): TetMesh {
  const coordinates = mesh.coordinates.slice();
  for (let node = 0; node < mesh.numNodes; node++) {
    coordinates.set(
      map(coordinates[3 * node], coordinates[3 * node + 1], coordinates[3 * node + 2], node),
      3 * node,
    );
  }
  return { ...mesh, coordinates };
}

/** A seeded generator of numbers in [0, 1): the minimal standard of Park and Miller. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state - 1) / 2147483646;
  };
}

/** The same mesh with nodes and cells in another, seeded order, and the local nodes of each cell rotated. */
export function renumberMesh(mesh: TetMesh, seed: number): TetMesh {
  const random = seededRandom(seed);
  const shuffle = (n: number): Int32Array => {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  };
  const oldNode = shuffle(mesh.numNodes);
  const newNode = new Int32Array(mesh.numNodes);
  oldNode.forEach((node, position) => (newNode[node] = position));
  const oldCell = shuffle(mesh.numCells);
  const coordinates = new Float64Array(3 * mesh.numNodes);
  oldNode.forEach((node, position) => {
    coordinates.set(mesh.coordinates.subarray(3 * node, 3 * node + 3), 3 * position);
  });
  const cells = new Int32Array(4 * mesh.numCells);
  oldCell.forEach((cell, position) => {
    // An even permutation of the local nodes keeps the orientation.
    const order = [
      [0, 1, 2, 3],
      [1, 2, 0, 3],
      [1, 0, 3, 2],
      [3, 0, 2, 1],
    ][Math.floor(random() * 4)];
    order.forEach((local, i) => (cells[4 * position + i] = newNode[mesh.cells[4 * cell + local]]));
  });
  return {
    ...mesh,
    coordinates,
    cells,
    cellRegion: Int32Array.from(oldCell, (cell) => mesh.cellRegion[cell]),
    nodeTags: Float64Array.from(oldNode, (node) => mesh.nodeTags[node]),
    cellTags: Float64Array.from(oldCell, (cell) => mesh.cellTags[cell]),
    facets: Int32Array.from(mesh.facets, (node) => newNode[node]),
    periodicLinks: mesh.periodicLinks.map((link) => ({
      ...link,
      nodePairs: Int32Array.from(link.nodePairs, (node) => newNode[node]),
    })),
  };
}
