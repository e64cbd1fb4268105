import { MeshError } from "../core/errors.js";
import type { TetMesh } from "./tet-mesh.js";

/**
 * A half-facet is a facet seen from one of its cells: number 4 cell + i is the facet opposite local node i.
 * FACET_NODES lists its three local nodes, counter-clockwise seen from outside the cell: entries 3i, 3i + 1, 3i + 2.
 */
export const FACET_NODES: readonly number[] = [1, 2, 3, 0, 3, 2, 0, 1, 3, 0, 2, 1];

/** Half-facets that have no partner. */
export const NO_FACET = -1;

/** Buckets longer than this are sorted instead of searched, so that no mesh takes quadratic time. */
const LONGEST_SEARCHED_BUCKET = 512;

/**
 * Partner of every half-facet: the half-facet of the other cell that shares its three nodes, or {@link NO_FACET} on the
 * boundary of the mesh. numCells x 4.
 *
 * Half-facets are sorted into buckets by their smallest node and paired within a bucket: linear in the number of cells.
 *
 * @throws MeshError `facet-shared-by-three-cells` where a facet belongs to more than two cells
 */
export function pairFacets(mesh: TetMesh): Int32Array {
  const { cells, numCells, numNodes } = mesh;
  const numHalfFacets = 4 * numCells;
  const bucketStart = new Int32Array(numNodes + 1);
  for (let half = 0; half < numHalfFacets; half++) bucketStart[smallestNode(cells, half) + 1]++;
  for (let node = 0; node < numNodes; node++) bucketStart[node + 1] += bucketStart[node];

  const next = bucketStart.slice(0, numNodes);
  const halves = new Int32Array(numHalfFacets);
  const middle = new Int32Array(numHalfFacets);
  const largest = new Int32Array(numHalfFacets);
  for (let half = 0; half < numHalfFacets; half++) {
    const base = half & ~3;
    const i = 3 * (half & 3);
    const a = cells[base + FACET_NODES[i]];
    const b = cells[base + FACET_NODES[i + 1]];
    const c = cells[base + FACET_NODES[i + 2]];
    const low = Math.min(a, b, c);
    const high = Math.max(a, b, c);
    const slot = next[low]++;
    halves[slot] = half;
    middle[slot] = a + b + c - low - high;
    largest[slot] = high;
  }

  const partner = new Int32Array(numHalfFacets).fill(NO_FACET);
  for (let node = 0; node < numNodes; node++) {
    const begin = bucketStart[node];
    const end = bucketStart[node + 1];
    if (end - begin > LONGEST_SEARCHED_BUCKET) {
      sortBucket(halves, middle, largest, begin, end, numNodes);
      pairSortedBucket(mesh, halves, middle, largest, begin, end, partner);
    } else {
      pairBucket(mesh, halves, middle, largest, begin, end, partner);
    }
  }
  return partner;
}

/** Node index of corner 0, 1 or 2 of a half-facet. */
export function facetNode(cells: Int32Array, half: number, corner: number): number {
  return cells[(half & ~3) + FACET_NODES[3 * (half & 3) + corner]];
}

/** Area of a half-facet, 1/2 |(x1 - x0) x (x2 - x0)|. */
export function facetArea(mesh: TetMesh, half: number): number {
  const x = mesh.coordinates;
  const a = 3 * facetNode(mesh.cells, half, 0);
  const b = 3 * facetNode(mesh.cells, half, 1);
  const c = 3 * facetNode(mesh.cells, half, 2);
  const ux = x[b] - x[a];
  const uy = x[b + 1] - x[a + 1];
  const uz = x[b + 2] - x[a + 2];
  const vx = x[c] - x[a];
  const vy = x[c + 1] - x[a + 1];
  const vz = x[c + 2] - x[a + 2];
  const nx = uy * vz - uz * vy;
  const ny = uz * vx - ux * vz;
  const nz = ux * vy - uy * vx;
  return Math.sqrt(nx * nx + ny * ny + nz * nz) / 2;
}

function smallestNode(cells: Int32Array, half: number): number {
  return Math.min(facetNode(cells, half, 0), facetNode(cells, half, 1), facetNode(cells, half, 2));
}

/** Pairs the half-facets of one bucket; those still waiting for a partner are kept at its front. */
function pairBucket(
  mesh: TetMesh,
  halves: Int32Array,
  middle: Int32Array,
  largest: Int32Array,
  begin: number,
  end: number,
  partner: Int32Array,
): void {
  let waiting = begin;
  for (let slot = begin; slot < end; slot++) {
    const half = halves[slot];
    const b = middle[slot];
    const c = largest[slot];
    let found = begin;
    while (found < waiting && (middle[found] !== b || largest[found] !== c)) found++;
    if (found === waiting) {
      halves[waiting] = half;
      middle[waiting] = b;
      largest[waiting] = c;
      waiting++;
      continue;
    }
    const other = halves[found];
    if (partner[other] !== NO_FACET) refuseThirdCell(mesh, half, other, partner[other]);
    partner[half] = other;
    partner[other] = half;
  }
}

function sortBucket(
  halves: Int32Array,
  middle: Int32Array,
  largest: Int32Array,
  begin: number,
  end: number,
  numNodes: number,
): void {
  const order = new Float64Array(end - begin);
  for (let i = 0; i < order.length; i++) order[i] = i;
  order.sort(
    (i, j) =>
      (middle[begin + i] - middle[begin + j]) * numNodes + (largest[begin + i] - largest[begin + j]) || i - j,
  );
  for (const array of [halves, middle, largest]) {
    const copy = array.slice(begin, end);
    for (let i = 0; i < order.length; i++) array[begin + i] = copy[order[i]];
  }
}

function pairSortedBucket(
  mesh: TetMesh,
  halves: Int32Array,
  middle: Int32Array,
  largest: Int32Array,
  begin: number,
  end: number,
  partner: Int32Array,
): void {
  for (let slot = begin + 1; slot < end; slot++) {
    if (middle[slot] !== middle[slot - 1] || largest[slot] !== largest[slot - 1]) continue;
    const half = halves[slot];
    const other = halves[slot - 1];
    if (partner[other] !== NO_FACET) refuseThirdCell(mesh, half, other, partner[other]);
    partner[half] = other;
    partner[other] = half;
  }
}

function refuseThirdCell(mesh: TetMesh, ...halves: number[]): never {
  const cellTags = halves.map((half) => mesh.cellTags[half >> 2]);
  const nodeTags = [0, 1, 2].map((corner) => mesh.nodeTags[facetNode(mesh.cells, halves[0], corner)]);
  throw new MeshError(
    "facet-shared-by-three-cells",
    `the facet with nodes ${nodeTags.join(", ")} belongs to the elements ${cellTags.join(", ")}; a facet has one or ` +
      `two cells: the mesh overlaps itself, mesh the volumes as fragments of one another`,
    { details: { nodeTags, cellTags } },
  );
}
