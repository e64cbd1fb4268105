import { MeshError, UsageError } from "../core/errors.js";
import { findEdge, numberEdges, type EdgeTable } from "./edge-table.js";
import type { PeriodicLink, TetMesh } from "./tet-mesh.js";

/** Children of a cell; the children of `cell` are 8 cell ... 8 cell + 7. */
export const NUM_CHILDREN = 8;

/** Most cells of a refined mesh: the numbers of its half-facets, 4 cell + i, are 32-bit integers. */
const MAX_CELLS = 2 ** 29 - 1;

/**
 * The children of a cell (x0, x1, x2, x3), 8 x 4: nodes 0 ... 3, and 4 ... 9 for the midpoints of the edges 01, 02, 03, 12,
 * 13, 23. Four at the corners; the octahedron between them is cut into four along the diagonal from the midpoint of 02 to
 * that of 13. The nodes are in Bey's order, save that two children are turned by one place, (1, 2, 3, 0), to have positive
 * volume: that is an odd permutation that keeps the pair of edges 02, 13, and so all that refinement makes of the child.
 */
const CHILD_NODES: readonly number[] = [
  ...[0, 4, 5, 6],
  ...[4, 1, 7, 8],
  ...[5, 7, 2, 9],
  ...[6, 8, 9, 3],
  ...[4, 5, 6, 8],
  ...[5, 7, 8, 4],
  ...[5, 6, 8, 9],
  ...[7, 8, 9, 5],
];

/** Share by which another diagonal has to be shorter: equal ones are not to be told apart by round-off. */
const CLEARLY_SHORTER = 1 - 1e-9;

/**
 * Uniform red refinement: every cell into eight of equal volume, every facet into four, new nodes at the midpoints of the
 * edges. Repeated, it makes at most three shapes (congruence classes) of each original cell, which the diagonal between
 * the edges 02 and 13 of its local nodes decides; {@link alignDiagonals} chooses the best one first.
 *
 * The meshes are nested. Old nodes keep number and tag; the node of an edge follows the old ones, in the order in which the
 * cells name the edges. Children are in the order of their parents and have their regions and data; cells get new tags 1, 2, ....
 * Pairs of periodic nodes get the pairs of the edges between them. A facet of the file that is no facet of a cell stays
 * what it is.
 *
 * @param levels how often to refine
 * @throws UsageError `invalid-levels`
 * @throws MeshError `mesh-too-large` above 2^29 - 1 cells
 * @see J. Bey, "Tetrahedral grid refinement", Computing 55 (1995) 355-378
 */
export function refineMesh(mesh: TetMesh, levels = 1): TetMesh {
  if (!Number.isInteger(levels) || levels < 0) {
    throw new UsageError("invalid-levels", `the number of refinements is ${levels}; give 0, 1, 2, ...`, {
      details: { levels },
    });
  }
  const numCells = mesh.numCells * NUM_CHILDREN ** levels;
  if (numCells > MAX_CELLS) {
    throw new MeshError(
      "mesh-too-large",
      `${levels} refinements of ${mesh.numCells} cells make ${numCells} cells, more than ${MAX_CELLS}; refine less often`,
      { details: { levels, numCells, maxCells: MAX_CELLS } },
    );
  }
  let refined = mesh;
  for (let level = 0; level < levels; level++) refined = refineOnce(refined);
  return refined;
}

/**
 * The same mesh with the local nodes of each cell turned (evenly: volumes stay positive) so that the diagonal along which
 * {@link refineMesh} cuts the inner octahedron is the shortest of the three. Once, before the first refinement: the order
 * of the children's nodes is what bounds the number of shapes.
 */
export function alignDiagonals(mesh: TetMesh): TetMesh {
  const x = mesh.coordinates;
  const cells = mesh.cells.slice();
  for (let first = 0; first < cells.length; first += 4) {
    const [a, b, c, d] = cells.subarray(first, first + 4);
    const current = diagonalSquared(x, a, c, b, d);
    const second = diagonalSquared(x, a, d, b, c);
    const third = diagonalSquared(x, a, b, c, d);
    if (Math.min(second, third) >= current * CLEARLY_SHORTER) continue;
    cells.set(third < second * CLEARLY_SHORTER ? [d, b, c] : [c, d, b], first + 1);
  }
  return { ...mesh, cells };
}

/** |x_i + x_j - x_k - x_l|^2: the square of twice the distance between the midpoints of two edges. */
function diagonalSquared(x: Float64Array, i: number, j: number, k: number, l: number): number {
  let sum = 0;
  for (let d = 0; d < 3; d++) sum += (x[3 * i + d] + x[3 * j + d] - x[3 * k + d] - x[3 * l + d]) ** 2;
  return sum;
}

function refineOnce(mesh: TetMesh): TetMesh {
  const { table, cellEdges } = numberEdges(mesh.cells, mesh.numNodes);
  const cellTags = new Float64Array(NUM_CHILDREN * mesh.numCells);
  for (let cell = 0; cell < cellTags.length; cell++) cellTags[cell] = cell + 1;
  const { facets, facetRegion } = refineFacets(mesh, table);
  return {
    ...mesh,
    numNodes: mesh.numNodes + table.numEdges,
    numCells: NUM_CHILDREN * mesh.numCells,
    numFacets: facetRegion.length,
    coordinates: addMidpoints(mesh.coordinates, table),
    cells: refineCells(mesh, cellEdges),
    cellRegion: repeatForChildren(mesh.cellRegion),
    facets,
    facetRegion,
    periodicLinks: refineLinks(mesh, table),
    nodeTags: addTags(mesh.nodeTags, table.numEdges),
    cellTags,
    cellData: mesh.cellData.map(({ name, numComponents, values }) => ({
      name,
      numComponents,
      values: repeatTuples(values, numComponents),
    })),
  };
}

/** The values of each cell for each of its children, numCells x numComponents. */
function repeatTuples(values: Float64Array, numComponents: number): Float64Array {
  const repeated = new Float64Array(NUM_CHILDREN * values.length);
  for (let i = 0; i < repeated.length; i++) {
    const cell = Math.floor(i / numComponents) >> 3;
    repeated[i] = values[numComponents * cell + (i % numComponents)];
  }
  return repeated;
}

/** The value of each cell for each of its children. */
function repeatForChildren(values: Int32Array): Int32Array {
  const repeated = new Int32Array(NUM_CHILDREN * values.length);
  for (let child = 0; child < repeated.length; child++) repeated[child] = values[child >> 3];
  return repeated;
}

/** The nodes, then the midpoint of every edge. */
function addMidpoints(coordinates: Float64Array, table: EdgeTable): Float64Array {
  const points = new Float64Array(coordinates.length + 3 * table.numEdges);
  points.set(coordinates);
  for (let edge = 0; edge < table.numEdges; edge++) {
    const a = 3 * table.nodes[2 * edge];
    const b = 3 * table.nodes[2 * edge + 1];
    const at = coordinates.length + 3 * edge;
    for (let k = 0; k < 3; k++) points[at + k] = (coordinates[a + k] + coordinates[b + k]) / 2;
  }
  return points;
}

/** The tags, then for every new node the next one above the largest. */
function addTags(nodeTags: Float64Array, count: number): Float64Array {
  const tags = new Float64Array(nodeTags.length + count);
  tags.set(nodeTags);
  let largest = 0;
  for (const tag of nodeTags) largest = Math.max(largest, tag);
  for (let i = 0; i < count; i++) tags[nodeTags.length + i] = largest + 1 + i;
  return tags;
}

function refineCells(mesh: TetMesh, cellEdges: Int32Array): Int32Array {
  const { numNodes, numCells, cells } = mesh;
  const children = new Int32Array(4 * NUM_CHILDREN * numCells);
  const nodes = new Int32Array(10);
  for (let cell = 0; cell < numCells; cell++) {
    for (let i = 0; i < 4; i++) nodes[i] = cells[4 * cell + i];
    for (let i = 0; i < 6; i++) nodes[4 + i] = numNodes + cellEdges[6 * cell + i];
    const at = CHILD_NODES.length * cell;
    for (let i = 0; i < CHILD_NODES.length; i++) children[at + i] = nodes[CHILD_NODES[i]];
  }
  return children;
}

/** Every facet of the file into four of its orientation; one that is not of edges of cells stays one. */
function refineFacets(mesh: TetMesh, table: EdgeTable): { facets: Int32Array; facetRegion: Int32Array } {
  const facets = new Int32Array(12 * mesh.numFacets);
  const facetRegion = new Int32Array(4 * mesh.numFacets);
  let numFacets = 0;
  const add = (region: number, a: number, b: number, c: number): void => {
    facets[3 * numFacets] = a;
    facets[3 * numFacets + 1] = b;
    facets[3 * numFacets + 2] = c;
    facetRegion[numFacets++] = region;
  };
  for (let facet = 0; facet < mesh.numFacets; facet++) {
    const region = mesh.facetRegion[facet];
    const a = mesh.facets[3 * facet];
    const b = mesh.facets[3 * facet + 1];
    const c = mesh.facets[3 * facet + 2];
    const ab = findEdge(table, a, b);
    const bc = findEdge(table, b, c);
    const ca = findEdge(table, c, a);
    if (Math.min(ab, bc, ca) < 0) {
      add(region, a, b, c);
      continue;
    }
    const { numNodes } = mesh;
    add(region, a, numNodes + ab, numNodes + ca);
    add(region, numNodes + ab, b, numNodes + bc);
    add(region, numNodes + ca, numNodes + bc, c);
    add(region, numNodes + ab, numNodes + bc, numNodes + ca);
  }
  return { facets: facets.slice(0, 3 * numFacets), facetRegion: facetRegion.slice(0, numFacets) };
}

/**
 * The links with, for every edge between two slave nodes whose masters are joined by an edge too, the pair of its
 * midpoints. Linear in the number of edges and pairs.
 */
function refineLinks(mesh: TetMesh, table: EdgeTable): PeriodicLink[] {
  if (mesh.periodicLinks.every((link) => link.nodePairs.length < 4)) return [...mesh.periodicLinks];
  const { start, edges } = listEdgesOfLowNode(mesh.numNodes, table);
  const masterOf = new Int32Array(mesh.numNodes).fill(-1);
  return mesh.periodicLinks.map((link) => {
    const { nodePairs } = link;
    const pairs = Array.from(nodePairs);
    for (let i = 0; i < nodePairs.length; i += 2) masterOf[nodePairs[i]] = nodePairs[i + 1];
    for (let i = 0; i < nodePairs.length; i += 2) {
      const slave = nodePairs[i];
      for (let at = start[slave]; at < start[slave + 1]; at++) {
        const edge = edges[at];
        const other = table.nodes[2 * edge + 1];
        if (masterOf[other] < 0) continue;
        const masterEdge = findEdge(table, masterOf[slave], masterOf[other]);
        if (masterEdge >= 0) pairs.push(mesh.numNodes + edge, mesh.numNodes + masterEdge);
      }
    }
    for (let i = 0; i < nodePairs.length; i += 2) masterOf[nodePairs[i]] = -1;
    return { ...link, nodePairs: Int32Array.from(pairs) };
  });
}

/** The edges of each node in which it is the smaller one: numNodes + 1 offsets into a list of edges. */
function listEdgesOfLowNode(numNodes: number, table: EdgeTable): { start: Int32Array; edges: Int32Array } {
  const start = new Int32Array(numNodes + 1);
  for (let edge = 0; edge < table.numEdges; edge++) start[table.nodes[2 * edge] + 1]++;
  for (let node = 0; node < numNodes; node++) start[node + 1] += start[node];
  const next = start.slice();
  const edges = new Int32Array(table.numEdges);
  for (let edge = 0; edge < table.numEdges; edge++) edges[next[table.nodes[2 * edge]]++] = edge;
  return { start, edges };
}
