import { MeshError } from "../../core/errors.js";
import type { TetMesh } from "../../mesh/tet-mesh.js";
import type { Box, TriangleSurface } from "./triangle-surface.js";
import { weldPoints } from "./weld-points.js";

/** Entity of the membrane, and of the whole boundary of the box, in the mesh that Gmsh fills. */
export const membraneTag = 1;
export const facesTag = 2;

/** Distance below which points of the faces' mesh and of the surface are one, relative to the box. */
const sameTolerance = 1e-9;

/**
 * The membrane and the boundary of the box as one mesh of triangles, without cells.
 *
 * @param faceTriangles points of the triangles of the faces, numTriangles x 9, low faces only where `isPeriodic`
 * @param isPeriodic make the high faces of the low ones
 * @throws MeshError `surface-faces-not-fitting` where the faces and the surface do not make a closed boundary
 */
export function buildBoundaryMesh(
  membrane: TriangleSurface,
  faceTriangles: Float64Array,
  box: Box,
  isPeriodic: boolean,
): TetMesh {
  const copies = isPeriodic ? mirrorFaces(faceTriangles, box) : faceTriangles;
  const numMembranePoints = membrane.points.length / 3;
  const soup = new Float64Array(membrane.points.length + copies.length);
  soup.set(membrane.points);
  soup.set(copies, membrane.points.length);
  const size = Math.max(box.max[0] - box.min[0], box.max[1] - box.min[1], box.max[2] - box.min[2]);
  const facePoints = Int32Array.from({ length: copies.length / 3 }, (_, i) => numMembranePoints + i);
  const corners = new Int32Array(membrane.triangles.length + facePoints.length);
  corners.set(membrane.triangles);
  corners.set(facePoints, membrane.triangles.length);
  const { surface } = weldPoints({ points: soup, triangles: corners }, sameTolerance * size);
  const numFacets = surface.triangles.length / 3;
  const numMembrane = membrane.triangles.length / 3;
  requireClosed(surface.triangles.subarray(membrane.triangles.length));
  const numNodes = surface.points.length / 3;
  return {
    numNodes,
    numCells: 0,
    numFacets,
    coordinates: surface.points,
    cells: new Int32Array(0),
    cellRegion: new Int32Array(0),
    cellRegions: [],
    volumes: [],
    facets: surface.triangles,
    facetRegion: Int32Array.from({ length: numFacets }, (_, facet) => (facet < numMembrane ? 0 : 1)),
    facetRegions: [
      { entityTag: membraneTag, groups: [] },
      { entityTag: facesTag, groups: [] },
    ],
    surfaces: [],
    periodicLinks: [],
    nodeTags: Float64Array.from({ length: numNodes }, (_, node) => node + 1),
    cellTags: new Float64Array(0),
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

/** The triangles of the low faces, and those moved to the high ones. */
function mirrorFaces(faceTriangles: Float64Array, { min, max }: Box): Float64Array {
  const all = new Float64Array(2 * faceTriangles.length);
  all.set(faceTriangles);
  for (let i = 0; i < faceTriangles.length; i += 9) {
    const moved = faceTriangles.slice(i, i + 9);
    for (let d = 0; d < 3; d++) {
      if (moved[d] !== min[d] || moved[3 + d] !== min[d] || moved[6 + d] !== min[d]) continue;
      for (let corner = d; corner < 9; corner += 3) moved[corner] = max[d];
      break;
    }
    all.set(moved, faceTriangles.length + i);
  }
  return all;
}

/** Every edge of the boundary of the box has two triangles. */
function requireClosed(triangles: Int32Array): void {
  const count = new Map<number, number>();
  for (let half = 0; half < triangles.length; half++) {
    const a = triangles[half];
    const b = triangles[half % 3 === 2 ? half - 2 : half + 1];
    const key = Math.min(a, b) * 2 ** 26 + Math.max(a, b);
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  let numOpen = 0;
  for (const n of count.values()) if (n !== 2) numOpen++;
  if (numOpen === 0) return;
  throw new MeshError(
    "surface-faces-not-fitting",
    `the meshes of the faces of the box do not fit together at ${numOpen} edges; mesh the surface with --mesher lattice`,
    { details: { numOpen } },
  );
}
