import { MeshError, PeriodicityError, UsageError } from "../core/errors.js";
import { norm3 } from "../core/tensor.js";
import { createDisjointSets, findRoot, joinSets } from "../core/union-find.js";
import type { Kernel } from "../kernel/kernel.js";
import { facetNode, NO_FACET } from "./facets.js";
import { unitCellSize, unitCellVolume, type UnitCell } from "./lattice.js";
import { collectFaces, listFaceNodes, narrowFaceNodes, type FaceNodes } from "./periodic-faces.js";
import { coordinateRoundoff, pairFaceFacets, pairFaceNodes, shortestFaceEdge } from "./periodic-matching.js";
import { surveyMesh } from "./survey-mesh.js";
import type { TetMesh } from "./tet-mesh.js";
import {
  DEFAULT_PERIODIC_TOLERANCE,
  FILLED_TOLERANCE,
  findUnitCell,
  formatVector,
  type UnitCellOptions,
} from "./unit-cell.js";

/** Share of the shortest edge on the faces that the tolerance may not exceed, or it could pair wrong nodes. */
const LARGEST_EDGE_SHARE = 0.25;

/**
 * A mesh with its unit cell and the identification of its opposite faces. The geometry stays as it is: identification
 * is held beside it, so that a cell may meet itself across the wrap.
 */
export interface PeriodicMesh {
  readonly mesh: TetMesh;
  readonly unitCell: UnitCell;
  /**
   * Partner of each half-facet, numCells x 4: the half-facet of the cell on the other side, across the wrap too;
   * `NO_FACET` where there is none.
   */
  readonly partner: Int32Array;
  /**
   * Wrap of each half-facet, numCells x 4: k + 1 where one leaves Y through the high face of direction k (0, 1, 2),
   * -(k + 1) through the low one, 0 elsewhere.
   */
  readonly wrap: Int8Array;
  /** For each direction k, the node x - L_k on the low face for every node x on the high face; -1 elsewhere. numNodes. */
  readonly lowPartner: readonly [Int32Array, Int32Array, Int32Array];
  /** Periodic class of each node: the smallest node of the class. numNodes. */
  readonly nodeClass: Int32Array;
  /** Largest distance between a node and the translate of its partner. */
  readonly maxMismatch: number;
  /** The tolerance used, a length. */
  readonly tolerance: number;
}

/**
 * Finds the unit cell of a mesh and identifies its opposite faces: every node and every facet on a face must have its
 * partner at a distance of one lattice vector.
 *
 * @param kernel pairs the facets and looks through the nodes
 * @param numPhases number of phases with cells; decides whether a bounding box is a unit cell
 * @throws PeriodicityError see `findUnitCell`, and `outside-unit-cell`, `periodic-node-unmatched`,
 *   `periodic-node-ambiguous`, `periodic-facet-unmatched`, `periodic-diagonals-differ`, `periodic-section-disagrees`
 * @throws MeshError `facet-shared-by-three-cells`, `cells-overlap`, `mesh-cracked`
 */
export function identifyPeriodicFaces(
  kernel: Kernel,
  mesh: TetMesh,
  numPhases: number,
  options: UnitCellOptions = {},
): PeriodicMesh {
  const relativeTolerance = options.periodicTolerance ?? DEFAULT_PERIODIC_TOLERANCE;
  if (!(relativeTolerance > 0 && relativeTolerance < 0.1)) {
    throw new UsageError(
      "periodic-tolerance-invalid",
      `the periodic tolerance is ${relativeTolerance}; it is relative to the unit cell and lies between 0 and 0.1`,
      { details: { periodicTolerance: relativeTolerance } },
    );
  }
  const survey = surveyMesh(kernel, mesh);
  const { partner, boundaryFacets } = survey;
  const unitCell = findUnitCell(mesh, survey, numPhases, options);
  const size = unitCellSize(unitCell);
  const distance = Math.max(relativeTolerance * size, coordinateRoundoff(survey.largestCoordinate));
  const near = listFaceNodes(kernel, mesh, unitCell, distance);
  requireInside(mesh, unitCell, near, distance);
  const filledShare = survey.volume / unitCellVolume(unitCell);
  requireNoOverlap(filledShare, unitCell);

  let faces = collectFaces(mesh, unitCell, boundaryFacets, near);
  const tolerance = Math.min(distance, LARGEST_EDGE_SHARE * shortestFaceEdge(mesh, faces.flat()));
  if (tolerance < distance) {
    faces = collectFaces(mesh, unitCell, boundaryFacets, narrowFaceNodes(mesh, unitCell, near, tolerance));
  }
  const wrap = new Int8Array(partner.length);
  const lowPartner = [0, 1, 2].map(() => new Int32Array(mesh.numNodes).fill(-1));
  const classes = createDisjointSets(mesh.numNodes);
  let maxMismatch = 0;
  faces.forEach(([low, high], k) => {
    const mismatch = pairFaceNodes(mesh, unitCell.vectors[k], low, high, tolerance, lowPartner[k]);
    maxMismatch = Math.max(maxMismatch, mismatch);
  });
  faces.forEach(([low, high], k) => {
    pairFaceFacets(mesh, low, high, lowPartner[k], partner, wrap, k);
    for (const node of high.nodes) joinSets(classes, node, lowPartner[k][node]);
  });
  for (const face of faces.flat()) {
    for (const node of face.nodes) classes[node] = findRoot(classes, node);
  }
  requireAgreement(mesh, classes);
  if (filledShare > 1 - FILLED_TOLERANCE) requireNoCrack(mesh, partner, boundaryFacets);
  return {
    mesh,
    unitCell,
    partner,
    wrap,
    lowPartner: [lowPartner[0], lowPartner[1], lowPartner[2]],
    nodeClass: classes,
    maxMismatch,
    tolerance,
  };
}

/** Number of periodic classes of each size: entry s counts the classes of s nodes; entry 0 is 0. */
export function countClassSizes(nodeClass: Int32Array): number[] {
  const size = new Int32Array(nodeClass.length);
  for (const representative of nodeClass) size[representative]++;
  const counts: number[] = [0];
  for (const s of size) {
    if (s === 0) continue;
    while (counts.length <= s) counts.push(0);
    counts[s]++;
  }
  return counts;
}

/** @throws MeshError `cells-overlap` */
export function requireNoOverlap(filledShare: number, unitCell: UnitCell): void {
  if (filledShare <= 1 + FILLED_TOLERANCE) return;
  throw new MeshError(
    "cells-overlap",
    `the cells of the mesh have ${filledShare.toPrecision(9)} times the volume of the unit cell ` +
      `(${unitCell.source}), so that some of them overlap; mesh the volumes as fragments of one another ` +
      `(BooleanFragments in Gmsh), or give the right cell with --unit-cell L1,L2,L3[@x,y,z]`,
    { details: { filledShare, unitCellVolume: unitCellVolume(unitCell) } },
  );
}

/** In a mesh that fills Y every facet has a partner; one without lies on a crack, where nodes are doubled. */
function requireNoCrack(mesh: TetMesh, partner: Int32Array, boundaryFacets: Int32Array): void {
  const open = boundaryFacets.filter((half) => partner[half] === NO_FACET);
  const numFacets = open.length;
  if (numFacets === 0) return;
  const nodeTags = [0, 1, 2].map((corner) => mesh.nodeTags[facetNode(mesh.cells, open[0], corner)]);
  throw new MeshError(
    "mesh-cracked",
    `the mesh fills its unit cell, yet ${numFacets} facets inside it have a cell on one side only, among them the one ` +
      `with nodes ${nodeTags.join(", ")}: nodes are doubled there and nothing passes; glue the volumes ` +
      `(BooleanFragments, or Coherence Mesh in Gmsh)`,
    { details: { numFacets, nodeTags, cellTag: mesh.cellTags[open[0] >> 2] } },
  );
}

/** @throws PeriodicityError `outside-unit-cell` */
export function requireInside(mesh: TetMesh, unitCell: UnitCell, near: FaceNodes, distance: number): void {
  const { node: worstNode, excess: worst } = near.outermost;
  if (worstNode < 0) return;
  const point = mesh.coordinates.slice(3 * worstNode, 3 * worstNode + 3);
  const lengths = unitCell.vectors.map(norm3);
  throw new PeriodicityError(
    "outside-unit-cell",
    `node ${mesh.nodeTags[worstNode]} at ${formatVector([...point])} lies ${worst.toExponential(3)} outside the unit ` +
      `cell of edges ${formatVector(lengths)} at ${formatVector(unitCell.origin)} (${unitCell.source}; tolerance ` +
      `${distance.toExponential(3)}); mesh the faces of the cell flat and periodic, or give the right cell with ` +
      `--unit-cell L1,L2,L3[@x,y,z]`,
    { details: { nodeTag: mesh.nodeTags[worstNode], point: [...point], excess: worst, tolerance: distance } },
  );
}

/** Every pair of the $Periodic section must lie in one class. */
function requireAgreement(mesh: TetMesh, classes: Int32Array): void {
  for (const link of mesh.periodicLinks) {
    for (let pair = 0; pair < link.nodePairs.length; pair += 2) {
      const slave = link.nodePairs[pair];
      const master = link.nodePairs[pair + 1];
      if (classes[slave] === classes[master]) continue;
      const at = (node: number): string => formatVector([...mesh.coordinates.slice(3 * node, 3 * node + 3)]);
      throw new PeriodicityError(
        "periodic-section-disagrees",
        `the $Periodic section makes node ${mesh.nodeTags[slave]} at ${at(slave)} the image of node ` +
          `${mesh.nodeTags[master]} at ${at(master)}, but they are not translates of each other in this unit cell; ` +
          `give the right cell with --unit-cell, or write the mesh without its $Periodic section`,
        { details: { slaveTag: mesh.nodeTags[slave], masterTag: mesh.nodeTags[master] } },
      );
    }
  }
}
