import { cellVolume } from "./geometry.js";
import type { TetMesh } from "./tet-mesh.js";

/** Layers of prisms on triangles of a mesh. */
export interface ExtrudeOptions {
  /** Nodes of the triangles, numTriangles x 3. */
  readonly triangles: Int32Array;
  /** Direction and length of each layer's lower side from the triangles, numLayers x 3, outwards. */
  readonly offsets: Float64Array;
  /** Name of the new physical volume. */
  readonly volume: string;
  /**
   * Rank of each node of the mesh, which decides on the diagonals: equal for nodes that opposite faces identify, so that the
   * layers match there too.
   */
  readonly rank: Int32Array;
}

/** A mesh with its layers, and where they come from. */
export interface ExtrudedMesh {
  readonly mesh: TetMesh;
  /** Of each new node, the node of the triangles that it is a copy of, numLayers x numFaceNodes. */
  readonly source: Int32Array;
  readonly numLayers: number;
}

/**
 * Adds layers of prisms to triangles on the boundary of a mesh, each prism cut into three tetrahedra; cells conform with
 * each other and with the mesh. New nodes and cells follow those of the mesh, layer by layer.
 *
 * A prism over the triangle v0 < v1 < v2 (by rank) has the diagonals from the lower v_i to the upper v_j, i < j.
 */
export function extrudeFace(mesh: TetMesh, options: ExtrudeOptions): ExtrudedMesh {
  const { triangles, offsets, volume, rank } = options;
  const numLayers = offsets.length / 3;
  const faceNodes = Int32Array.from(new Set(triangles)).sort();
  const place = new Map(Array.from(faceNodes, (node, i) => [node, i]));
  const numFaceNodes = faceNodes.length;
  const numNodes = mesh.numNodes + numLayers * numFaceNodes;
  const coordinates = new Float64Array(3 * numNodes);
  coordinates.set(mesh.coordinates);
  const source = new Int32Array(numLayers * numFaceNodes);
  for (let layer = 0; layer < numLayers; layer++) {
    faceNodes.forEach((node, i) => {
      const at = layer * numFaceNodes + i;
      source[at] = node;
      for (let d = 0; d < 3; d++) {
        coordinates[3 * (mesh.numNodes + at) + d] = mesh.coordinates[3 * node + d] + offsets[3 * layer + d];
      }
    });
  }
  /** Copy of a face node, 0 being the face itself. */
  const copyOf = (node: number, level: number): number =>
    level === 0 ? node : mesh.numNodes + (level - 1) * numFaceNodes + (place.get(node) ?? 0);

  const numTriangles = triangles.length / 3;
  const numCells = mesh.numCells + 3 * numTriangles * numLayers;
  const cells = new Int32Array(4 * numCells);
  cells.set(mesh.cells);
  let cell = mesh.numCells;
  for (let layer = 0; layer < numLayers; layer++) {
    for (let first = 0; first < triangles.length; first += 3) {
      const nodes = Array.from(triangles.subarray(first, first + 3));
      nodes.sort((a, b) => rank[a] - rank[b] || a - b);
      const b = nodes.map((node) => copyOf(node, layer + 1));
      const t = nodes.map((node) => copyOf(node, layer));
      cells.set([b[0], b[1], b[2], t[2], b[0], b[1], t[1], t[2], b[0], t[0], t[1], t[2]], 4 * cell);
      cell += 3;
    }
  }
  const cellRegion = new Int32Array(numCells).fill(mesh.cellRegions.length);
  cellRegion.set(mesh.cellRegion);
  const extruded: TetMesh = {
    ...mesh,
    numNodes,
    numCells,
    coordinates,
    cells,
    cellRegion,
    cellRegions: [
      ...mesh.cellRegions,
      { entityTag: nextTag(mesh.cellRegions), groups: [mesh.volumes.length] },
    ],
    volumes: [
      ...mesh.volumes,
      { name: volume, tag: Math.max(0, ...mesh.volumes.map((group) => group.tag)) + 1 },
    ],
    periodicLinks: [],
    nodeTags: countOn(mesh.nodeTags, numNodes),
    cellTags: countOn(mesh.cellTags, numCells),
    cellData: [],
  };
  orient(extruded, mesh.numCells);
  return { mesh: extruded, source, numLayers };
}

/** Turns the new cells so that their volumes are positive. */
function orient(mesh: TetMesh, firstCell: number): void {
  const { cells } = mesh;
  for (let cell = firstCell; cell < mesh.numCells; cell++) {
    if (cellVolume(mesh, cell) > 0) continue;
    const kept = cells[4 * cell + 2];
    cells[4 * cell + 2] = cells[4 * cell + 3];
    cells[4 * cell + 3] = kept;
  }
}

function nextTag(regions: TetMesh["cellRegions"]): number {
  return Math.max(0, ...regions.map(({ entityTag }) => entityTag)) + 1;
}

/** The tags, and numbers above all of them for the rest. */
function countOn(tags: Float64Array, length: number): Float64Array {
  const largest = tags.reduce((most, tag) => Math.max(most, tag), 0);
  const all = Float64Array.from({ length }, (_, i) => largest + 1 + i - tags.length);
  all.set(tags);
  return all;
}
