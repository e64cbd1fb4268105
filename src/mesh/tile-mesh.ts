import { UsageError } from "../core/errors.js";
import type { PeriodicMesh } from "./periodic-mesh.js";
import type { TetMesh } from "./tet-mesh.js";

/** Nodes of a block may be as many as a typed array has indices for. */
const MOST_NODES = 2 ** 31 - 1;

/**
 * A block of n1 x n2 x n3 copies of a periodic unit cell, glued along the faces between them: copy (i, j, k) is moved by
 * i L1 + j L2 + k L3, and a node x on a high face is the node x - L of the next copy.
 *
 * The block is no longer periodic by declaration (no `periodicLinks`); its opposite faces still match. Cells come copy by
 * copy, i fastest, in the order of the unit cell; triangles of the file are kept but for those on glued faces; tags are new,
 * cell data is repeated.
 *
 * @param counts n1, n2, n3: whole numbers from 1 on
 * @throws UsageError `invalid-parameter`
 */
export function tileMesh(periodic: PeriodicMesh, counts: readonly [number, number, number]): TetMesh {
  const { mesh } = periodic;
  requireCounts(counts, mesh.numNodes);
  const numCopies = counts[0] * counts[1] * counts[2];
  const nodeOf = glueNodes(periodic, counts);
  const coordinates = placeNodes(periodic, counts, nodeOf);
  const numNodes = coordinates.length / 3;
  const cells = new Int32Array(numCopies * mesh.cells.length);
  for (let copy = 0; copy < numCopies; copy++) {
    const first = copy * mesh.numNodes;
    const to = copy * mesh.cells.length;
    for (let at = 0; at < mesh.cells.length; at++) cells[to + at] = nodeOf[first + mesh.cells[at]];
  }
  const numCells = cells.length / 4;
  return {
    ...mesh,
    numNodes,
    numCells,
    coordinates,
    cells,
    cellRegion: repeat(mesh.cellRegion, numCopies),
    ...copyFacets(periodic, counts, nodeOf),
    periodicLinks: [],
    nodeTags: countFromOne(numNodes),
    cellTags: countFromOne(numCells),
    cellData: mesh.cellData.map((data) => ({ ...data, values: repeat(data.values, numCopies) })),
  };
}

/** @throws UsageError `invalid-parameter` */
function requireCounts(counts: readonly number[], numNodes: number): void {
  const isWhole = counts.every((count) => Number.isInteger(count) && count >= 1);
  if (isWhole && counts.reduce((product, count) => product * count, numNodes) <= MOST_NODES) return;
  throw new UsageError(
    "invalid-parameter",
    `the copies of a unit cell of ${numNodes} nodes are ${counts.join(" x ")}; give whole numbers from 1 on that make ` +
      `less than ${MOST_NODES} nodes`,
    { details: { counts: [...counts], numNodes } },
  );
}

/** Number in the block of node v of a copy, at (copy) numNodes + v; nodes are numbered in the order of the copies. */
function glueNodes(periodic: PeriodicMesh, counts: readonly [number, number, number]): Int32Array {
  const { lowPartner } = periodic;
  const { numNodes } = periodic.mesh;
  const [n0, n1, n2] = counts;
  const stride = [1, n0, n0 * n1];
  const nodeOf = new Int32Array(n0 * n1 * n2 * numNodes);
  const at = [0, 0, 0];
  let numNew = 0;
  // Backwards: the next copies, which nodes on high faces belong to, have their numbers then.
  for (let copy = n0 * n1 * n2 - 1; copy >= 0; copy--) {
    at[0] = copy % n0;
    at[1] = Math.floor(copy / n0) % n1;
    at[2] = Math.floor(copy / stride[2]);
    for (let node = numNodes - 1; node >= 0; node--) {
      let known = -1;
      for (let k = 0; k < 3 && known < 0; k++) {
        const low = lowPartner[k][node];
        if (low >= 0 && at[k] < counts[k] - 1) known = nodeOf[(copy + stride[k]) * numNodes + low];
      }
      nodeOf[copy * numNodes + node] = known >= 0 ? known : numNew++;
    }
  }
  for (let i = 0; i < nodeOf.length; i++) nodeOf[i] = numNew - 1 - nodeOf[i];
  return nodeOf;
}

/** Coordinates of the block, numNew x 3; a glued node lies where the first of its copies has it. */
function placeNodes(
  { mesh, unitCell }: PeriodicMesh,
  counts: readonly [number, number, number],
  nodeOf: Int32Array,
): Float64Array {
  const numNew = nodeOf.reduce((largest, node) => Math.max(largest, node), -1) + 1;
  const coordinates = new Float64Array(3 * numNew);
  const { vectors } = unitCell;
  for (let copy = nodeOf.length / mesh.numNodes - 1; copy >= 0; copy--) {
    const i = copy % counts[0];
    const j = Math.floor(copy / counts[0]) % counts[1];
    const k = Math.floor(copy / (counts[0] * counts[1]));
    for (let d = 0; d < 3; d++) {
      const shift = i * vectors[0][d] + j * vectors[1][d] + k * vectors[2][d];
      for (let node = 0; node < mesh.numNodes; node++) {
        coordinates[3 * nodeOf[copy * mesh.numNodes + node] + d] = mesh.coordinates[3 * node + d] + shift;
      }
    }
  }
  return coordinates;
}

/** The triangles of all copies, without those on glued faces. */
function copyFacets(
  { mesh, lowPartner }: PeriodicMesh,
  counts: readonly [number, number, number],
  nodeOf: Int32Array,
): Pick<TetMesh, "numFacets" | "facets" | "facetRegion"> {
  // Bit k: on the low face of direction k; bit 3 + k: on the high face.
  const faces = new Uint8Array(mesh.numNodes);
  lowPartner.forEach((partner, k) => {
    for (let node = 0; node < mesh.numNodes; node++) {
      if (partner[node] < 0) continue;
      faces[node] |= 8 << k;
      faces[partner[node]] |= 1 << k;
    }
  });
  const numCopies = counts[0] * counts[1] * counts[2];
  const facets = new Int32Array(numCopies * mesh.facets.length);
  const facetRegion = new Int32Array(numCopies * mesh.numFacets);
  let numFacets = 0;
  for (let copy = 0; copy < numCopies; copy++) {
    const at = [
      copy % counts[0],
      Math.floor(copy / counts[0]) % counts[1],
      Math.floor(copy / counts[0] / counts[1]),
    ];
    let glued = 0;
    for (let k = 0; k < 3; k++) {
      if (at[k] > 0) glued |= 1 << k;
      if (at[k] < counts[k] - 1) glued |= 8 << k;
    }
    for (let facet = 0; facet < mesh.numFacets; facet++) {
      const a = mesh.facets[3 * facet];
      const b = mesh.facets[3 * facet + 1];
      const c = mesh.facets[3 * facet + 2];
      if ((faces[a] & faces[b] & faces[c] & glued) !== 0) continue;
      facets[3 * numFacets] = nodeOf[copy * mesh.numNodes + a];
      facets[3 * numFacets + 1] = nodeOf[copy * mesh.numNodes + b];
      facets[3 * numFacets + 2] = nodeOf[copy * mesh.numNodes + c];
      facetRegion[numFacets++] = mesh.facetRegion[facet];
    }
  }
  return {
    numFacets,
    facets: facets.slice(0, 3 * numFacets),
    facetRegion: facetRegion.slice(0, numFacets),
  };
}

function repeat<T extends Int32Array | Float64Array>(values: T, times: number): T {
  const result = new (values.constructor as new (length: number) => T)(values.length * times);
  for (let copy = 0; copy < times; copy++) result.set(values, copy * values.length);
  return result;
}

function countFromOne(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => i + 1);
}
