import { withKernelBuffers } from "../kernel/kernel-buffers.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import { facetNode } from "./facets.js";
import { facePlanes, NUM_DIRECTIONS, type UnitCell } from "./lattice.js";
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

/** Low and high face of a direction. */
export type FacePair = readonly [low: Face, high: Face];

/** What lies near the faces of the unit cell. */
export interface FaceNodes {
  /** Nodes near some face, ascending. */
  readonly nodes: Int32Array;
  /** Faces that each of them is near to: bit 2 k for the low face of direction k, bit 2 k + 1 for the high one. */
  readonly sides: Uint8Array;
  /** The node that lies farthest outside the unit cell and how far, if more than the distance given; else -1. */
  readonly outermost: { readonly node: number; readonly excess: number };
}

/**
 * The nodes of a mesh within `distance` of the planes of the faces of the unit cell (wasm/mesh-geometry.cpp).
 *
 * @param coordinatesAt coordinates in the kernel's memory, where they are there
 * @throws KernelError `kernel-out-of-memory`
 */
export function listFaceNodes(
  kernel: Kernel,
  mesh: TetMesh,
  unitCell: UnitCell,
  distance: number,
  coordinatesAt?: KernelPointer,
): FaceNodes {
  const { numNodes } = mesh;
  const { normals, heights } = facePlanes(unitCell.vectors);
  return withKernelBuffers(kernel, (buffers) => {
    const nodesAt = buffers.allocate(4 * numNodes);
    const sidesAt = buffers.allocate(numNodes);
    const outermostAt = buffers.allocate(2 * 8);
    const count = kernel.call(
      "erfem_list_face_nodes",
      numNodes,
      coordinatesAt ?? buffers.copyIn(mesh.coordinates),
      buffers.copyIn(Float64Array.from([...normals.flat(), ...heights, ...unitCell.origin])),
      distance,
      nodesAt,
      sidesAt,
      outermostAt,
    );
    const [excess, node] = buffers.readFloat64(outermostAt, 2);
    const outermost = { node, excess };
    return { nodes: buffers.readInt32(nodesAt, count), sides: buffers.readUint8(sidesAt, count), outermost };
  });
}

/** Those of some nodes near the faces that are no farther than `distance`. */
export function narrowFaceNodes(
  mesh: TetMesh,
  unitCell: UnitCell,
  near: FaceNodes,
  distance: number,
): FaceNodes {
  const { normals, heights } = facePlanes(unitCell.vectors);
  const sides = new Uint8Array(near.nodes.length);
  for (let i = 0; i < sides.length; i++) {
    for (let k = 0; k < NUM_DIRECTIONS; k++) {
      const s = distanceFromLowFace(mesh.coordinates, near.nodes[i], normals[k], unitCell.origin);
      if (Math.abs(s) <= distance) sides[i] |= 1 << (2 * k);
      if (Math.abs(s - heights[k]) <= distance) sides[i] |= 1 << (2 * k + 1);
    }
  }
  return { nodes: near.nodes, sides, outermost: near.outermost };
}

/**
 * The faces of the unit cell, a pair for each direction.
 *
 * @param boundaryFacets half-facets without a partner
 */
export function collectFaces(
  mesh: TetMesh,
  unitCell: UnitCell,
  boundaryFacets: Int32Array,
  near: FaceNodes,
): FacePair[] {
  const sideOfNode = new Uint8Array(mesh.numNodes);
  for (let i = 0; i < near.nodes.length; i++) sideOfNode[near.nodes[i]] = near.sides[i];
  const sideOfFacet = new Uint8Array(boundaryFacets.length);
  for (let i = 0; i < boundaryFacets.length; i++) {
    const half = boundaryFacets[i];
    sideOfFacet[i] =
      sideOfNode[facetNode(mesh.cells, half, 0)] &
      sideOfNode[facetNode(mesh.cells, half, 1)] &
      sideOfNode[facetNode(mesh.cells, half, 2)];
  }
  const collect = (k: number, side: "low" | "high"): Face => {
    const bit = 1 << (2 * k + (side === "low" ? 0 : 1));
    return {
      name: faceName(unitCell, k, side),
      nodes: near.nodes.filter((_, i) => (near.sides[i] & bit) !== 0),
      facets: boundaryFacets.filter((_, i) => (sideOfFacet[i] & bit) !== 0),
    };
  };
  return [0, 1, 2].map((k): FacePair => [collect(k, "low"), collect(k, "high")]);
}

function faceName(unitCell: UnitCell, k: number, side: "low" | "high"): string {
  const { normals, heights } = facePlanes(unitCell.vectors);
  const axis = normals[k].findIndex((component) => Math.abs(component - 1) < 1e-9);
  if (axis < 0) return `${side} face of L${k + 1}`;
  const position = unitCell.origin[axis] + (side === "low" ? 0 : heights[k]);
  return `${"xyz"[axis]} = ${Number(position.toPrecision(9))}`;
}
