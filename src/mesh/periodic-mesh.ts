import { MeshError, PeriodicityError, UsageError } from "../core/errors.js";
import { norm3 } from "../core/tensor.js";
import { KernelBuffers, withKernelBuffers } from "../kernel/kernel-buffers.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import { facetNode, NO_FACET, pairFacetsOf } from "./facets.js";
import { unitCellSize, unitCellVolume, type UnitCell } from "./lattice.js";
import { collectFaces, listFaceNodes, narrowFaceNodes, type FaceNodes } from "./periodic-faces.js";
import { coordinateRoundoff, pairFaceFacets, pairFaceNodes, shortestFaceEdge } from "./periodic-matching.js";
import { placeCellsOf } from "./resident-cells.js";
import { surveyInKernel } from "./survey-mesh.js";
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

/** The arrays of a {@link PeriodicMesh}. */
export type NeighbourArrays = Pick<PeriodicMesh, "partner" | "wrap" | "nodeClass" | "lowPartner">;

/**
 * What of them lies in a kernel's memory: of half-facets only those that have no partner inside Y, the boundary. The others
 * are paired when somebody asks for all of them.
 */
export interface NeighbourAddresses {
  readonly numBoundary: number;
  /** Half-facets, ascending, numBoundary. */
  readonly boundary: KernelPointer;
  /** Partner and wrap of each. */
  readonly partner: KernelPointer;
  readonly wrap: KernelPointer;
  readonly nodeClass: KernelPointer;
  readonly lowPartner: readonly [KernelPointer, KernelPointer, KernelPointer];
}

/** A mesh whose opposite faces are identified, in the memory of a kernel. */
export interface KernelIdentification extends Omit<PeriodicMesh, keyof NeighbourArrays> {
  /** Own coordinates and cells. */
  readonly geometryBuffers: KernelBuffers;
  readonly coordinates: KernelPointer;
  readonly cells: KernelPointer;
  /** Own the neighbours. */
  readonly neighbourBuffers: KernelBuffers;
  readonly neighbours: NeighbourAddresses;
}

/**
 * Finds the unit cell of a mesh and identifies its opposite faces: every node and every facet on a face must have its
 * partner at a distance of one lattice vector.
 *
 * @param kernel pairs nodes and facets
 * @param numPhases number of phases with cells; decides whether a bounding box is a unit cell
 * @throws PeriodicityError see `findUnitCell`, and `outside-unit-cell`, `periodic-node-unmatched`,
 *   `periodic-node-ambiguous`, `periodic-facet-unmatched`, `periodic-diagonals-differ`, `periodic-section-disagrees`
 * @throws MeshError `facet-shared-by-three-cells`, `cells-overlap`, `mesh-cracked`
 * @throws KernelError `kernel-out-of-memory`
 */
export function identifyPeriodicFaces(
  kernel: Kernel,
  mesh: TetMesh,
  numPhases: number,
  options: UnitCellOptions = {},
): PeriodicMesh {
  const found = identifyInKernel(kernel, mesh, numPhases, options);
  const { geometryBuffers, neighbourBuffers, neighbours } = found;
  try {
    const { unitCell, maxMismatch, tolerance } = found;
    const read = <K extends keyof NeighbourArrays>(key: K): NeighbourArrays[K] =>
      readNeighbours(kernel, mesh, found.cells, neighbours, key);
    return {
      mesh,
      unitCell,
      partner: read("partner"),
      wrap: read("wrap"),
      lowPartner: read("lowPartner"),
      nodeClass: read("nodeClass"),
      maxMismatch,
      tolerance,
    };
  } finally {
    geometryBuffers.dispose();
    neighbourBuffers.dispose();
  }
}

/**
 * One of the arrays; partners are paired for it.
 * @param cells of the mesh in the kernel's memory
 * @throws KernelError `kernel-out-of-memory`
 */
export function readNeighbours<K extends keyof NeighbourArrays>(
  kernel: Kernel,
  mesh: TetMesh,
  cells: KernelPointer,
  addresses: NeighbourAddresses,
  key: K,
): NeighbourArrays[K] {
  const { numNodes, numCells } = mesh;
  const { numBoundary } = addresses;
  return withKernelBuffers(kernel, (buffers) => {
    const fill = <T extends Int32Array | Int8Array>(target: T, values: T): T => {
      const boundary = buffers.readInt32(addresses.boundary, numBoundary);
      boundary.forEach((half, i) => (target[half] = values[i]));
      return target;
    };
    const read: { readonly [key in keyof NeighbourArrays]: () => NeighbourArrays[key] } = {
      partner: () =>
        fill(
          buffers.readInt32(pairFacetsOf(kernel, buffers, mesh, cells), 4 * numCells),
          buffers.readInt32(addresses.partner, numBoundary),
        ),
      wrap: () => fill(new Int8Array(4 * numCells), buffers.readInt8(addresses.wrap, numBoundary)),
      nodeClass: () => buffers.readInt32(addresses.nodeClass, numNodes),
      lowPartner: () => {
        const [low0, low1, low2] = addresses.lowPartner;
        return [
          buffers.readInt32(low0, numNodes),
          buffers.readInt32(low1, numNodes),
          buffers.readInt32(low2, numNodes),
        ];
      },
    };
    return read[key]();
  });
}

/**
 * {@link identifyPeriodicFaces}, leaving everything in the kernel's memory (wasm/periodic-faces.cpp): the caller disposes
 * of the buffers.
 */
export function identifyInKernel(
  kernel: Kernel,
  mesh: TetMesh,
  numPhases: number,
  options: UnitCellOptions = {},
): KernelIdentification {
  const relativeTolerance = options.periodicTolerance ?? DEFAULT_PERIODIC_TOLERANCE;
  if (!(relativeTolerance > 0 && relativeTolerance < 0.1)) {
    throw new UsageError(
      "periodic-tolerance-invalid",
      `the periodic tolerance is ${relativeTolerance}; it is relative to the unit cell and lies between 0 and 0.1`,
      { details: { periodicTolerance: relativeTolerance } },
    );
  }
  const geometryBuffers = new KernelBuffers(kernel);
  const neighbourBuffers = new KernelBuffers(kernel);
  try {
    const coordinates = geometryBuffers.copyIn(mesh.coordinates);
    const cells = placeCellsOf(mesh, kernel, geometryBuffers);
    const survey = surveyInKernel(kernel, mesh, coordinates, cells);
    const unitCell = findUnitCell(kernel, mesh, survey, numPhases, options);
    const size = unitCellSize(unitCell);
    const distance = Math.max(relativeTolerance * size, coordinateRoundoff(survey.largestCoordinate));
    const near = listFaceNodes(kernel, mesh, unitCell, distance, coordinates);
    requireInside(mesh, unitCell, near, distance);
    const filledShare = survey.volume / unitCellVolume(unitCell);
    requireNoOverlap(filledShare, unitCell);
    const { boundaryFacets } = survey;
    const neighbours: NeighbourAddresses = {
      numBoundary: boundaryFacets.length,
      boundary: neighbourBuffers.copyIn(boundaryFacets),
      partner: neighbourBuffers.allocate(4 * boundaryFacets.length),
      wrap: neighbourBuffers.allocate(boundaryFacets.length),
      nodeClass: neighbourBuffers.allocate(4 * mesh.numNodes),
      lowPartner: [0, 1, 2].map(() => neighbourBuffers.allocate(4 * mesh.numNodes)) as [
        number,
        number,
        number,
      ],
    };
    const paired = pairFaces(
      kernel,
      { mesh, unitCell, coordinates, cells, boundaryFacets, near, neighbours },
      distance,
    );
    if (!paired.isPaired) explainFaces(mesh, unitCell, boundaryFacets, near, distance);
    requireAgreement(mesh, kernel, neighbours.nodeClass);
    if (filledShare > 1 - FILLED_TOLERANCE) requireNoCrack(mesh, kernel, neighbours, boundaryFacets);
    const { maxMismatch, tolerance } = paired;
    return {
      mesh,
      unitCell,
      maxMismatch,
      tolerance,
      geometryBuffers,
      coordinates,
      cells,
      neighbourBuffers,
      neighbours,
    };
  } catch (error) {
    geometryBuffers.dispose();
    neighbourBuffers.dispose();
    throw error;
  }
}

/** The faces of a mesh in the kernel's memory, to be paired. */
interface FacesToPair {
  readonly mesh: TetMesh;
  readonly unitCell: UnitCell;
  readonly coordinates: KernelPointer;
  readonly cells: KernelPointer;
  readonly boundaryFacets: Int32Array;
  readonly near: FaceNodes;
  /** Written. */
  readonly neighbours: NeighbourAddresses;
}

/** Pairs nodes and facets of opposite faces; `isPaired` is false where some of them have no partner. */
function pairFaces(
  kernel: Kernel,
  faces: FacesToPair,
  distance: number,
): { readonly isPaired: boolean; readonly maxMismatch: number; readonly tolerance: number } {
  const { mesh, unitCell, coordinates, cells, boundaryFacets, near, neighbours } = faces;
  const { numNodes } = mesh;
  return withKernelBuffers(kernel, (buffers) => {
    const require = (status: number): void => {
      if (status === KernelStatus.ok || status === KernelStatus.badArgument) return;
      throw createStatusError(status, { operation: "pairing of faces", heapBytes: kernel.heapBytes });
    };
    const { boundary } = neighbours;
    const nodes = buffers.copyIn(near.nodes);
    const sideOfFacet = buffers.allocate(boundaryFacets.length);
    const resultAt = buffers.allocate(8);
    const findSides = ({
      sides,
    }: FaceNodes): { readonly sidesAt: KernelPointer; readonly shortest: number } => {
      const sidesAt = buffers.copyIn(new Int8Array(sides.buffer, sides.byteOffset, sides.length));
      const counted = [
        numNodes,
        coordinates,
        cells,
        boundaryFacets.length,
        boundary,
        near.nodes.length,
        nodes,
      ];
      require(kernel.call("erfem_side_facets", ...counted, sidesAt, sideOfFacet, resultAt));
      return { sidesAt, shortest: buffers.readFloat64(resultAt, 1)[0] };
    };
    const widely = findSides(near);
    const tolerance = Math.min(distance, LARGEST_EDGE_SHARE * widely.shortest);
    const { sidesAt } =
      tolerance < distance ? findSides(narrowFaceNodes(mesh, unitCell, near, tolerance)) : widely;
    const vectors = buffers.copyIn(Float64Array.from([...unitCell.vectors.flat(), tolerance]));
    const status = kernel.call(
      "erfem_pair_faces",
      buffers.copyIn(
        Int32Array.of(
          ...[numNodes, coordinates, cells],
          ...[boundaryFacets.length, boundary, sideOfFacet],
          ...[near.nodes.length, nodes, sidesAt, vectors],
          ...[neighbours.partner, neighbours.wrap, neighbours.nodeClass, ...neighbours.lowPartner],
          resultAt,
        ),
      ),
    );
    require(status);
    return {
      isPaired: status === KernelStatus.ok,
      maxMismatch: buffers.readFloat64(resultAt, 1)[0],
      tolerance,
    };
  });
}

/** Pairs the faces once more, here, up to the node or facet without a partner. @throws PeriodicityError */
function explainFaces(
  mesh: TetMesh,
  unitCell: UnitCell,
  boundaryFacets: Int32Array,
  near: FaceNodes,
  distance: number,
): never {
  let faces = collectFaces(mesh, unitCell, boundaryFacets, near);
  const tolerance = Math.min(distance, LARGEST_EDGE_SHARE * shortestFaceEdge(mesh, faces.flat()));
  if (tolerance < distance) {
    faces = collectFaces(mesh, unitCell, boundaryFacets, narrowFaceNodes(mesh, unitCell, near, tolerance));
  }
  const lowPartner = faces.map(() => new Int32Array(mesh.numNodes).fill(-1));
  faces.forEach(([low, high], k) => {
    pairFaceNodes(mesh, unitCell.vectors[k], low, high, tolerance, lowPartner[k]);
  });
  faces.forEach(([low, high], k) => {
    pairFaceFacets(mesh, low, high, lowPartner[k]);
  });
  throw new Error("the kernel found no partners for faces that have them");
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
function requireNoCrack(
  mesh: TetMesh,
  kernel: Kernel,
  neighbours: NeighbourAddresses,
  boundaryFacets: Int32Array,
): void {
  const partner = new Int32Array(kernel.memory, neighbours.partner, neighbours.numBoundary);
  const open = boundaryFacets.filter((_, i) => partner[i] === NO_FACET);
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
function requireAgreement(mesh: TetMesh, kernel: Kernel, classesAt: KernelPointer): void {
  const classes = new Int32Array(kernel.memory, classesAt, mesh.numNodes);
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
