import { facetNode } from "./facets.js";
import { facePlanes, type UnitCell } from "./lattice.js";
import type { TetMesh } from "./tet-mesh.js";
import { distanceFromLowFace } from "./unit-cell.js";

/** The nodes and boundary facets of a mesh that lie on one face of the unit cell. */
export interface Face {
  /** For messages: `x = 0`, or `low face of L2` in an oblique cell. */
  readonly name: string;
  /** Nodes on the face, ascending. */
  readonly nodes: Int32Array;
  /** Half-facets on the face, ascending. */
  readonly facets: Int32Array;
}

/**
 * Everything of a mesh that lies on the low or the high face of direction k, within `distance` of its plane.
 *
 * @param boundaryFacets half-facets without a partner
 */
export function collectFace(
  mesh: TetMesh,
  unitCell: UnitCell,
  boundaryFacets: Int32Array,
  k: number,
  side: "low" | "high",
  distance: number,
): Face {
  const { normals, heights } = facePlanes(unitCell.vectors);
  const plane = side === "low" ? 0 : heights[k];
  const onFace = new Uint8Array(mesh.numNodes);
  const nodes: number[] = [];
  for (let node = 0; node < mesh.numNodes; node++) {
    const s = distanceFromLowFace(mesh.coordinates, node, normals[k], unitCell.origin);
    if (Math.abs(s - plane) > distance) continue;
    onFace[node] = 1;
    nodes.push(node);
  }
  const facets = boundaryFacets.filter(
    (half) =>
      onFace[facetNode(mesh.cells, half, 0)] === 1 &&
      onFace[facetNode(mesh.cells, half, 1)] === 1 &&
      onFace[facetNode(mesh.cells, half, 2)] === 1,
  );
  return { name: faceName(unitCell, k, side), nodes: Int32Array.from(nodes), facets };
}

function faceName(unitCell: UnitCell, k: number, side: "low" | "high"): string {
  const { normals, heights } = facePlanes(unitCell.vectors);
  const axis = normals[k].findIndex((component) => Math.abs(component - 1) < 1e-9);
  if (axis < 0) return `${side} face of L${k + 1}`;
  const position = unitCell.origin[axis] + (side === "low" ? 0 : heights[k]);
  return `${"xyz"[axis]} = ${Number(position.toPrecision(9))}`;
}
