import { facetNode } from "../mesh/facets.js";
import { triangleArea } from "../mesh/geometry.js";
import { extrudeFace } from "../mesh/extrude-face.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { tileMesh } from "../mesh/tile-mesh.js";
import type { ResolvedUnitCell } from "./resolved-unit-cell.js";

/** Copies of a unit cell from x = 0 on, and the cytosol beside them. */
export interface ResolvedBlockOptions {
  /** n: copies along x. */
  readonly copies: number;
  /** n x n x n copies, closed on all sides; else n x 1 x 1, periodic in y and z. */
  readonly isCube: boolean;
  /** Of the block along x, um. */
  readonly length: number;
  /** Of the plain cytosol at x < 0, um; 0 where there is none. */
  readonly slabLength: number;
}

/** The mesh of a block, um: its own nodes come first, those that opposite faces identify with them last. */
export interface ResolvedBlock {
  readonly mesh: TetMesh;
  /** The node that each node is identified with, numNodes. */
  readonly nodeOf: Int32Array;
  /** Cell of the unit cell's mesh that each cell is a copy of, numCells; -1 in the slab. */
  readonly unitCellOf: Int32Array;
  /** Node of the unit cell's mesh that each node is a copy of, numNodes; -1 in the slab. */
  readonly unitNodeOf: Int32Array;
  /** Nodes of the facets of the membrane, numFacets x 3. */
  readonly membraneFacets: Int32Array;
  /** epsilon, the period along x, um. */
  readonly epsilon: number;
  /** um in a unit of the unit cell's mesh. */
  readonly scale: number;
  /** Physical volume of the slab; null where there is none. */
  readonly slabVolume: string | null;
}

/** Layers of the slab grow by this factor, up to this part of the period and of the block. */
const GROWTH = 1.3;
const PERIOD_SHARE = 4;
const LENGTH_SHARE = 64;

/**
 * Glues copies of a unit cell: epsilon = length / copies. A slab begins with layers as thin as the triangles of the face
 * x = 0 are wide; where these belong to the ER, the face is its wall (4.1b).
 *
 * @throws UsageError `invalid-parameter` for copies that are no whole number, or too many
 */
export function createResolvedBlock(unit: ResolvedUnitCell, options: ResolvedBlockOptions): ResolvedBlock {
  const { copies, isCube, length, slabLength } = options;
  const { periodic } = unit;
  const across = isCube ? copies : 1;
  const tiled = tileMesh(periodic, [copies, across, across]);
  const { origin, vectors } = periodic.unitCell;
  const scale = length / (copies * vectors[0][0]);
  const coordinates = tiled.coordinates.map((x, i) => (x - origin[i % 3]) * scale);
  const block: TetMesh = { ...tiled, coordinates };
  const numUnitCells = periodic.mesh.numCells;
  const unitNodeOf = new Int32Array(block.numNodes);
  for (let at = 0; at < block.cells.length; at++) {
    unitNodeOf[block.cells[at]] = periodic.mesh.cells[at % periodic.mesh.cells.length];
  }
  const nodeOf = isCube ? countUp(block.numNodes) : identifyAcross(periodic, block);
  const membraneFacets = copyFacets(unit.membrane, block, numUnitCells);
  const unitCellOf = countUp(block.numCells).map((cell) => cell % numUnitCells);
  const parts = { epsilon: length / copies, scale };
  if (slabLength === 0) {
    return {
      ...numberOwnFirst({ mesh: block, nodeOf, unitNodeOf, membraneFacets }),
      ...parts,
      unitCellOf,
      slabVolume: null,
    };
  }
  const slabVolume = chooseName(block);
  const triangles = listFace(periodic, block, copies);
  const offsets = placeLayers(block, triangles, slabLength, parts.epsilon, length);
  const extruded = extrudeFace(block, { triangles, offsets, volume: slabVolume, rank: nodeOf });
  const { mesh, source } = extruded;
  const perLayer = source.length / extruded.numLayers;
  const place = new Map(Array.from(source.subarray(0, perLayer), (node, i) => [node, i]));
  const partners = source.map((node, at) => {
    const layer = Math.floor(at / perLayer);
    return block.numNodes + layer * perLayer + (place.get(nodeOf[node]) ?? 0);
  });
  return {
    ...numberOwnFirst({
      mesh,
      nodeOf: join(nodeOf, partners),
      unitNodeOf: join(unitNodeOf, new Int32Array(source.length).fill(-1)),
      membraneFacets,
    }),
    ...parts,
    unitCellOf: join(unitCellOf, new Int32Array(mesh.numCells - block.numCells).fill(-1)),
    slabVolume,
  };
}

type NumberedBlock = Pick<ResolvedBlock, "mesh" | "nodeOf" | "unitNodeOf" | "membraneFacets">;

/** Nodes on the high faces in y and z are those on the low faces; numNodes. */
function identifyAcross({ mesh, lowPartner }: PeriodicMesh, block: TetMesh): Int32Array {
  const nodeOf = countUp(block.numNodes);
  const numCopies = block.numCells / mesh.numCells;
  const placed = new Int32Array(mesh.numNodes);
  for (let copy = 0; copy < numCopies; copy++) {
    const first = copy * mesh.cells.length;
    for (let at = 0; at < mesh.cells.length; at++) placed[mesh.cells[at]] = block.cells[first + at];
    for (let node = 0; node < mesh.numNodes; node++) {
      let own = node;
      for (const k of [1, 2]) if (lowPartner[k][own] >= 0) own = lowPartner[k][own];
      nodeOf[placed[node]] = placed[own];
    }
  }
  return nodeOf;
}

/** Nodes of half-facets in every copy, numFacets x 3. */
function copyFacets(halves: Int32Array, block: TetMesh, numUnitCells: number): Int32Array {
  const numCopies = block.numCells / numUnitCells;
  const facets = new Int32Array(3 * halves.length * numCopies);
  for (let copy = 0, at = 0; copy < numCopies; copy++) {
    for (const half of halves) {
      for (let corner = 0; corner < 3; corner++) {
        facets[at++] = facetNode(block.cells, half + 4 * copy * numUnitCells, corner);
      }
    }
  }
  return facets;
}

/** Triangles of the face x = 0, whatever phase they belong to, numTriangles x 3. */
function listFace({ mesh, wrap }: PeriodicMesh, block: TetMesh, copies: number): Int32Array {
  const numCopies = block.numCells / mesh.numCells;
  const triangles: number[] = [];
  for (let half = 0; half < wrap.length; half++) {
    if (wrap[half] !== -1) continue;
    for (let copy = 0; copy < numCopies; copy += copies) {
      for (let corner = 0; corner < 3; corner++) {
        triangles.push(facetNode(block.cells, half + 4 * copy * mesh.numCells, corner));
      }
    }
  }
  return Int32Array.from(triangles);
}

/** Where the layers of the slab end, numLayers x 3, um. */
function placeLayers(
  block: TetMesh,
  triangles: Int32Array,
  slabLength: number,
  epsilon: number,
  length: number,
): Float64Array {
  let area = 0;
  for (let first = 0; first < triangles.length; first += 3) {
    area += triangleArea(block, triangles[first], triangles[first + 1], triangles[first + 2]);
  }
  const most = Math.min(epsilon / PERIOD_SHARE, length / LENGTH_SHARE);
  let thickness = Math.min(most, Math.sqrt((2 * area) / (triangles.length / 3)));
  const ends: number[] = [];
  let sum = 0;
  while (sum < slabLength) {
    sum += thickness;
    ends.push(sum);
    thickness = Math.min(most, thickness * GROWTH);
  }
  return Float64Array.from(ends.flatMap((end) => [-(end * slabLength) / sum, 0, 0]));
}

/** The same block with the nodes that are their own before all others. */
function numberOwnFirst({ mesh, nodeOf, unitNodeOf, membraneFacets }: NumberedBlock): NumberedBlock {
  const numberOf = new Int32Array(mesh.numNodes);
  let numOwn = 0;
  for (let node = 0; node < mesh.numNodes; node++) if (nodeOf[node] === node) numberOf[node] = numOwn++;
  let next = numOwn;
  for (let node = 0; node < mesh.numNodes; node++) if (nodeOf[node] !== node) numberOf[node] = next++;
  const coordinates = new Float64Array(mesh.coordinates.length);
  const newNodeOf = new Int32Array(mesh.numNodes);
  const newUnitNodeOf = new Int32Array(mesh.numNodes);
  numberOf.forEach((number, node) => {
    for (let d = 0; d < 3; d++) coordinates[3 * number + d] = mesh.coordinates[3 * node + d];
    newNodeOf[number] = numberOf[nodeOf[node]];
    newUnitNodeOf[number] = unitNodeOf[node];
  });
  return {
    mesh: {
      ...mesh,
      coordinates,
      cells: mesh.cells.map((node) => numberOf[node]),
      numFacets: 0,
      facets: new Int32Array(0),
      facetRegion: new Int32Array(0),
      facetRegions: [],
      surfaces: [],
    },
    nodeOf: newNodeOf,
    unitNodeOf: newUnitNodeOf,
    membraneFacets: membraneFacets.map((node) => numberOf[node]),
  };
}

/** `slab`, or that with a number where a volume has the name. */
function chooseName({ volumes }: TetMesh): string {
  const isTaken = (name: string): boolean => volumes.some((group) => group.name === name);
  let name = "slab";
  for (let i = 2; isTaken(name); i++) name = `slab${i}`;
  return name;
}

function countUp(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}

function join(first: Int32Array, second: Int32Array): Int32Array {
  const both = new Int32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
