import { PeriodicityError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import { facetArea, facetNode } from "./facets.js";
import { createFacetTable, findFacet, insertFacet } from "./facet-table.js";
import { createNodeGrid, findNearestNode } from "./node-grid.js";
import type { Face } from "./periodic-faces.js";
import type { TetMesh } from "./tet-mesh.js";
import { formatVector } from "./unit-cell.js";

/** Nodes without a partner that are examined for the worst one; more would take quadratic time. */
const MAX_EXAMINED_NODES = 2000;

/** Relative difference of the areas of opposite faces below which they are the same region, cut differently. */
const SAME_AREA_TOLERANCE = 1e-6;

/** Units in the last place of the largest coordinate by which a translated node may miss its partner. */
const ROUNDOFF_ULPS = 4;

/**
 * Distance below which coordinates cannot tell points apart, 4 ulp(max |x|): no tolerance on them may be smaller. A unit
 * cell of size 1 at 1e11 has coordinates 1.5e-5 apart.
 */
export function coordinateRoundoff(largestCoordinate: number): number {
  return ROUNDOFF_ULPS * Number.EPSILON * largestCoordinate;
}

/** Length of the shortest facet edge on some faces; Infinity where they have no facets. */
export function shortestFaceEdge(mesh: TetMesh, faces: readonly Face[]): number {
  const x = mesh.coordinates;
  let shortest = Infinity;
  for (const face of faces) {
    for (const half of face.facets) {
      for (let corner = 0; corner < 3; corner++) {
        const a = 3 * facetNode(mesh.cells, half, corner);
        const b = 3 * facetNode(mesh.cells, half, (corner + 1) % 3);
        const dx = x[a] - x[b];
        const dy = x[a + 1] - x[b + 1];
        const dz = x[a + 2] - x[b + 2];
        shortest = Math.min(shortest, Math.sqrt(dx * dx + dy * dy + dz * dz));
      }
    }
  }
  return shortest;
}

/**
 * Finds for every node x of the high face the node nearest to x - L on the low face, and checks that this is one to one.
 *
 * @param lowPartner receives the partner of every node of the high face; numNodes
 * @returns the largest distance between partners
 * @throws PeriodicityError `periodic-node-unmatched`, `periodic-node-ambiguous`
 */
export function pairFaceNodes(
  mesh: TetMesh,
  vector: Vector3,
  low: Face,
  high: Face,
  tolerance: number,
  lowPartner: Int32Array,
): number {
  const x = mesh.coordinates;
  const grid = createNodeGrid(x, low.nodes, gridSpacing(mesh, low, tolerance));
  const taken = new Int32Array(mesh.numNodes).fill(-1);
  const unmatched: number[] = [];
  let worst = 0;
  for (const node of high.nodes) {
    const px = x[3 * node] - vector[0];
    const py = x[3 * node + 1] - vector[1];
    const pz = x[3 * node + 2] - vector[2];
    const found = findNearestNode(grid, px, py, pz, tolerance);
    if (found < 0) {
      unmatched.push(node);
      continue;
    }
    if (taken[found] >= 0) refuseAmbiguous(mesh, low, high, taken[found], node, found, tolerance);
    taken[found] = node;
    lowPartner[node] = found;
    worst = Math.max(worst, Math.hypot(x[3 * found] - px, x[3 * found + 1] - py, x[3 * found + 2] - pz));
  }
  const unmatchedLow = low.nodes.filter((node) => taken[node] < 0);
  if (unmatched.length > 0) refuseUnmatched(mesh, high, low, vector, -1, unmatched, tolerance);
  if (unmatchedLow.length > 0) refuseUnmatched(mesh, low, high, vector, 1, [...unmatchedLow], tolerance);
  return worst;
}

/**
 * Pairs the facets of two opposite faces whose nodes are paired already.
 *
 * @param lowPartner low node of every node on the high face
 * @throws PeriodicityError `periodic-diagonals-differ` where both faces are covered but cut into different facets,
 *   `periodic-facet-unmatched` where a facet faces nothing
 */
export function pairFaceFacets(mesh: TetMesh, low: Face, high: Face, lowPartner: Int32Array): void {
  const table = createFacetTable(low.facets.length);
  for (const half of low.facets) {
    insertFacet(
      table,
      facetNode(mesh.cells, half, 0),
      facetNode(mesh.cells, half, 1),
      facetNode(mesh.cells, half, 2),
      half,
    );
  }
  const paired = new Set<number>();
  for (const half of high.facets) {
    const found = findFacet(
      table,
      lowPartner[facetNode(mesh.cells, half, 0)],
      lowPartner[facetNode(mesh.cells, half, 1)],
      lowPartner[facetNode(mesh.cells, half, 2)],
    );
    if (found < 0 || paired.has(found)) refuseFacet(mesh, high, low, half);
    paired.add(found);
  }
  for (const half of low.facets) if (!paired.has(half)) refuseFacet(mesh, low, high, half);
}

/** About the distance between the nodes of a face, at least four times the tolerance. */
function gridSpacing(mesh: TetMesh, face: Face, tolerance: number): number {
  let area = 0;
  for (const half of face.facets) area += facetArea(mesh, half);
  return Math.max(4 * tolerance, Math.sqrt(area / Math.max(1, face.nodes.length)));
}

/** The worst of some nodes without partner: the one whose nearest candidate is farthest. */
function refuseUnmatched(
  mesh: TetMesh,
  face: Face,
  opposite: Face,
  vector: Vector3,
  sign: number,
  unmatched: readonly number[],
  tolerance: number,
): never {
  const x = mesh.coordinates;
  const step = Math.max(1, Math.ceil(unmatched.length / MAX_EXAMINED_NODES));
  let worstNode = unmatched[0];
  let worstCandidate = -1;
  let worstSquare = -1;
  for (let u = 0; u < unmatched.length; u += step) {
    const node = unmatched[u];
    let candidate = -1;
    let square = Infinity;
    for (const other of opposite.nodes) {
      const dx = x[3 * node] + sign * vector[0] - x[3 * other];
      const dy = x[3 * node + 1] + sign * vector[1] - x[3 * other + 1];
      const dz = x[3 * node + 2] + sign * vector[2] - x[3 * other + 2];
      const s = dx * dx + dy * dy + dz * dz;
      if (s < square) {
        square = s;
        candidate = other;
      }
    }
    if (square > worstSquare) {
      worstSquare = square;
      worstNode = node;
      worstCandidate = candidate;
    }
  }
  const point = [...x.slice(3 * worstNode, 3 * worstNode + 3)];
  const distance = Math.sqrt(worstSquare);
  const nearest =
    worstCandidate < 0
      ? `the face ${opposite.name} has no node at all`
      : `its nearest candidate there is node ${mesh.nodeTags[worstCandidate]} at ` +
        `${formatVector([...x.slice(3 * worstCandidate, 3 * worstCandidate + 3)])}, ${distance.toExponential(3)} away ` +
        `(tolerance ${tolerance.toExponential(3)})`;
  throw new PeriodicityError(
    "periodic-node-unmatched",
    `${unmatched.length} of ${face.nodes.length} nodes on the face ${face.name} have no partner on the face ` +
      `${opposite.name}; the worst is node ${mesh.nodeTags[worstNode]} at ${formatVector(point)}: ${nearest}. ` +
      `Mesh opposite faces as copies (Periodic Surface ... Translate in Gmsh), have them tied as ` +
      `they are (--periodic tie), or raise --periodic-tolerance`,
    {
      details: {
        face: face.name,
        oppositeFace: opposite.name,
        unmatchedNodes: unmatched.length,
        nodeTag: mesh.nodeTags[worstNode],
        point,
        candidateTag: worstCandidate < 0 ? null : mesh.nodeTags[worstCandidate],
        distance: worstCandidate < 0 ? null : distance,
        tolerance,
      },
    },
  );
}

function refuseAmbiguous(
  mesh: TetMesh,
  low: Face,
  high: Face,
  first: number,
  second: number,
  candidate: number,
  tolerance: number,
): never {
  const tags = [first, second, candidate].map((node) => mesh.nodeTags[node]);
  throw new PeriodicityError(
    "periodic-node-ambiguous",
    `nodes ${tags[0]} and ${tags[1]} on the face ${high.name} both match node ${tags[2]} on the face ${low.name} within ` +
      `the tolerance ${tolerance.toExponential(3)}; the mesh has doubled nodes (Coherence Mesh in Gmsh merges them), ` +
      `or lower --periodic-tolerance`,
    { details: { nodeTags: tags.slice(0, 2), candidateTag: tags[2], tolerance } },
  );
}

function refuseFacet(mesh: TetMesh, face: Face, opposite: Face, half: number): never {
  const area = (f: Face): number => f.facets.reduce((sum, facet) => sum + facetArea(mesh, facet), 0);
  const sameRegion = Math.abs(area(face) - area(opposite)) <= SAME_AREA_TOLERANCE * area(face);
  const nodeTags = [0, 1, 2].map((corner) => mesh.nodeTags[facetNode(mesh.cells, half, corner)]);
  const details = {
    face: face.name,
    oppositeFace: opposite.name,
    nodeTags,
    cellTag: mesh.cellTags[half >> 2],
  };
  const where = `the facet with nodes ${nodeTags.join(", ")} on the face ${face.name} has no partner on the face ${opposite.name}`;
  if (sameRegion) {
    throw new PeriodicityError(
      "periodic-diagonals-differ",
      `${where}: the nodes of both faces pair, but their triangles do not (diagonals run differently), so that P1 ` +
        `would not be continuous across the wrap; mesh one face as a copy of the other (Periodic Surface in Gmsh), or ` +
        `have them tied as they are (--periodic tie)`,
      { details },
    );
  }
  throw new PeriodicityError(
    "periodic-facet-unmatched",
    `${where}, although its nodes have: the mesh ends at this face on one side only; mesh the other phase as well, or ` +
      `shift the geometry so that both faces are cut alike`,
    { details },
  );
}
