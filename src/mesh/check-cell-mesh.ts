import { MeshError } from "../core/errors.js";
import { createDisjointSets, findRoot, joinSets } from "../core/union-find.js";
import type { Kernel } from "../kernel/kernel.js";
import { facetNode } from "./facets.js";
import { createNodeGrid, findNearestNode } from "./node-grid.js";
import { surveyMesh } from "./survey-mesh.js";
import type { TetMesh } from "./tet-mesh.js";

/**
 * Checks a mesh that is no unit cell: every facet has one cell or two, on either side, and no facet lies on another one
 * with nodes of its own. Returns the number of parts that no node joins.
 *
 * @throws MeshError `facet-shared-by-three-cells`, `cells-overlap`, `mesh-cracked`
 * @throws KernelError `kernel-out-of-memory`
 */
export function checkCellMesh(kernel: Kernel, mesh: TetMesh): number {
  const { boundaryFacets, box } = surveyMesh(kernel, mesh);
  const extent = Math.max(...box.max.map((end, k) => end - box.min[k]));
  requireNoTwins(mesh, boundaryFacets, extent);
  return countParts(mesh);
}

/** @throws MeshError `mesh-cracked` where a boundary facet has a twin node at each of its corners */
function requireNoTwins(mesh: TetMesh, boundaryFacets: Int32Array, extent: number): void {
  const isOnBoundary = new Uint8Array(mesh.numNodes);
  for (const half of boundaryFacets) {
    for (let corner = 0; corner < 3; corner++) isOnBoundary[facetNode(mesh.cells, half, corner)] = 1;
  }
  const nodes = Int32Array.from({ length: mesh.numNodes }, (_, node) => node).filter(
    (node) => isOnBoundary[node] === 1,
  );
  const grid = createNodeGrid(mesh.coordinates, nodes, extent / Math.sqrt(nodes.length));
  const hasTwin = new Uint8Array(mesh.numNodes);
  const x = mesh.coordinates;
  for (const node of nodes) {
    // Of nodes in one place the first is found.
    const first = findNearestNode(grid, x[3 * node], x[3 * node + 1], x[3 * node + 2], 0);
    if (first < 0 || first === node) continue;
    hasTwin[node] = 1;
    hasTwin[first] = 1;
  }
  const isDoubled = (half: number): boolean =>
    [0, 1, 2].every((corner) => hasTwin[facetNode(mesh.cells, half, corner)] === 1);
  const doubled = boundaryFacets.filter(isDoubled);
  if (doubled.length === 0) return;
  const nodeTags = [0, 1, 2].map((corner) => mesh.nodeTags[facetNode(mesh.cells, doubled[0], corner)]);
  throw new MeshError(
    "mesh-cracked",
    `${doubled.length} facets lie on one another with nodes of their own, among them the one with nodes ` +
      `${nodeTags.join(", ")}: nothing would pass there; glue the volumes (BooleanFragments, or Coherence Mesh in Gmsh)`,
    { details: { numFacets: doubled.length, nodeTags } },
  );
}

function countParts({ numNodes, numCells, cells }: TetMesh): number {
  const sets = createDisjointSets(numNodes);
  for (let cell = 0; cell < numCells; cell++) {
    for (let i = 1; i < 4; i++) joinSets(sets, cells[4 * cell], cells[4 * cell + i]);
  }
  let count = 0;
  for (let node = 0; node < numNodes; node++) if (findRoot(sets, node) === node) count++;
  return count;
}
