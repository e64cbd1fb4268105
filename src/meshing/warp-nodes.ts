import type { CutEdges } from "./cut-edges.js";
import type { LevelSet } from "./level-set.js";
import type { PeriodicLattice } from "./periodic-lattice.js";

/** What became of the nodes of the lattice. */
export interface WarpedNodes {
  /** Side of each node of the torus: -1 inside, 1 outside, 0 on the membrane; numTorusNodes. */
  readonly side: Int8Array;
  /** How far each node of the torus was moved, numTorusNodes x 3, mesh units. */
  readonly shift: Float32Array | Float64Array;
  /** Nodes of the faces of the box that were called nodes of the membrane without being moved onto it. */
  readonly numSnapped: number;
}

/**
 * Share of an edge within which a cut is too near to a node: of edges of the cubes and between centres, and of all shorter
 * ones.
 *
 * @see Labelle and Shewchuk (2007), section 3.2
 */
const alphaLong = 0.25;
const alphaShort = 0.41;

/** Farthest move within a face of the box, in edges of a cube. */
const maxSlide = 0.3;

const slideSteps = 6;

/**
 * Moves nodes that are nearer to a cut than alpha onto the membrane. A node of a face of the box stays in its face (and
 * one of an edge of the box on its edge), so that partners stay partners: it goes to the nearest cut of an edge in the face,
 * or else along the gradient of phi within the face. Where the membrane is out of reach in the face, the node counts as a
 * node of the membrane where it stands.
 */
export function warpNodes(
  lattice: PeriodicLattice,
  coordinates: Float64Array,
  values: Float64Array,
  cuts: CutEdges,
  levelSet: LevelSet,
): WarpedNodes {
  const { numTorusNodes, torusNode, faces, spacing } = lattice;
  const side = new Int8Array(numTorusNodes);
  for (let node = 0; node < numTorusNodes; node++) side[node] = values[node] > 0 ? 1 : -1;
  const shift = new Float64Array(3 * numTorusNodes);
  const { starts, edges } = listEdgesOfNodes(lattice, cuts);
  const boxNode = lowestCopies(lattice);
  const longest = Math.max(...spacing);
  let numSnapped = 0;
  for (let node = 0; node < numTorusNodes; node++) {
    let nearest = Infinity;
    let chosen = -1;
    let isNear = false;
    const face = faces[boxNode[node]];
    for (let entry = starts[node]; entry < starts[node + 1]; entry++) {
      const edge = edges[entry];
      const a = cuts.nodes[2 * edge];
      const b = cuts.nodes[2 * edge + 1];
      if (side[torusNode[a]] * side[torusNode[b]] >= 0) continue;
      const length = edgeLength(coordinates, a, b);
      const t = torusNode[a] === node ? cuts.position[edge] : 1 - cuts.position[edge];
      if (t >= (length > 0.9 * longest ? alphaLong : alphaShort)) continue;
      isNear = true;
      if (t * length >= nearest || !liesInFaces(coordinates, a, b, face)) continue;
      nearest = t * length;
      chosen = edge;
    }
    if (!isNear) continue;
    side[node] = 0;
    if (chosen >= 0) {
      const isFirst = torusNode[cuts.nodes[2 * chosen]] === node;
      const from = cuts.nodes[2 * chosen + (isFirst ? 0 : 1)];
      const to = cuts.nodes[2 * chosen + (isFirst ? 1 : 0)];
      const t = isFirst ? cuts.position[chosen] : 1 - cuts.position[chosen];
      for (let d = 0; d < 3; d++)
        shift[3 * node + d] = t * (coordinates[3 * to + d] - coordinates[3 * from + d]);
    } else if (!slideInFace(coordinates, boxNode[node], face, longest, levelSet, shift.subarray(3 * node))) {
      numSnapped++;
    }
  }
  return { side, shift, numSnapped };
}

/** Newton's method along the gradient of phi within the face; whether it came to the membrane within reach. */
function slideInFace(
  coordinates: Float64Array,
  boxNode: number,
  face: number,
  size: number,
  levelSet: LevelSet,
  shift: Float64Array,
): boolean {
  const step = 1e-3 * size;
  const free = [0, 1, 2].filter((d) => (face & (9 << d)) === 0);
  const points = new Float64Array(3 * 7);
  const found = new Float64Array(7);
  const moved = [0, 0, 0];
  for (let iteration = 0; iteration < slideSteps; iteration++) {
    for (let i = 0; i < 1 + 2 * free.length; i++) {
      for (let d = 0; d < 3; d++) points[3 * i + d] = coordinates[3 * boxNode + d] + moved[d];
      if (i > 0) points[3 * i + free[(i - 1) >> 1]] += i % 2 === 1 ? step : -step;
    }
    levelSet.evaluate(points, 1 + 2 * free.length, found);
    if (Math.abs(found[0]) < 1e-9 * size) break;
    const slope = free.map((_, i) => (found[1 + 2 * i] - found[2 + 2 * i]) / (2 * step));
    const square = slope.reduce((sum, g) => sum + g * g, 0);
    if (square === 0) return false;
    for (const [i, d] of free.entries()) moved[d] -= (found[0] * slope[i]) / square;
    if (Math.hypot(...moved) > maxSlide * size) return false;
  }
  if (Math.abs(found[0]) > 1e-3 * size) return false;
  for (let d = 0; d < 3; d++) shift[d] = moved[d];
  return true;
}

/** Whether an edge lies in all faces of the box (bits) that its end lies in. */
function liesInFaces(coordinates: Float64Array, a: number, b: number, face: number): boolean {
  for (let d = 0; d < 3; d++) {
    if ((face & (9 << d)) !== 0 && coordinates[3 * a + d] !== coordinates[3 * b + d]) return false;
  }
  return true;
}

function edgeLength(coordinates: Float64Array, a: number, b: number): number {
  return Math.hypot(
    coordinates[3 * a] - coordinates[3 * b],
    coordinates[3 * a + 1] - coordinates[3 * b + 1],
    coordinates[3 * a + 2] - coordinates[3 * b + 2],
  );
}

/** For each node of the torus its copy on the low faces. */
function lowestCopies({ numBoxNodes, numTorusNodes, torusNode, faces }: PeriodicLattice): Int32Array {
  const boxNode = new Int32Array(numTorusNodes);
  for (let node = 0; node < numBoxNodes; node++) if (faces[node] < 8) boxNode[torusNode[node]] = node;
  return boxNode;
}

/** The cut edges of each node of the torus, by rows. */
function listEdgesOfNodes(
  { numTorusNodes, torusNode }: PeriodicLattice,
  cuts: CutEdges,
): { starts: Int32Array; edges: Int32Array } {
  const starts = new Int32Array(numTorusNodes + 1);
  for (const node of cuts.nodes) starts[torusNode[node] + 1]++;
  for (let node = 0; node < numTorusNodes; node++) starts[node + 1] += starts[node];
  const edges = new Int32Array(2 * cuts.count);
  const next = starts.slice();
  for (let end = 0; end < 2 * cuts.count; end++) edges[next[torusNode[cuts.nodes[end]]]++] = end >> 1;
  return { starts, edges };
}
