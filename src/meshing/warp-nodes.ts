import type { CutEdges } from "./cut-edges.js";
import type { LevelSet } from "./level-set.js";
import { determinant, type Point } from "./guarantee/cotangent-range.js";
import { guaranteeFor, hasAnglesWithin } from "./guarantee/guaranteed-angles.js";
import { forEachTetrahedron, kindOfNode, type PeriodicLattice } from "./periodic-lattice.js";
import { edgeKind, SQUARE, WARP_LIMITS } from "./warp-limits.js";

/** What became of the nodes of the lattice. */
export interface WarpedNodes {
  /** Side of each node of the torus: -1 inside, 1 outside, 0 on the membrane; numTorusNodes. */
  readonly side: Int8Array;
  /** How far each node of the torus was moved, numTorusNodes x 3, mesh units. */
  readonly shift: Float64Array;
  /** Nodes that count as nodes of the membrane without having been moved onto it. */
  readonly numSnapped: number;
}

/** Halvings of the segment in which a node of a face meets the membrane. */
const slideSteps = 40;

/**
 * Moves nodes that are nearer to a cut than alpha of its edge onto the membrane, to the nearest such cut. A node of a face of
 * the box stays in its face (and one of an edge of the box on its edge), so that partners stay partners: where only edges
 * that leave the face have a cut so near, it goes along a lattice direction of the face, by alpha of an edge at most. Where
 * the membrane is not met there, it counts as a node of the membrane where it comes nearest; and so does, where it stands,
 * one node of a tetrahedron that has all four on the membrane and would be too flat (where the membrane is curved too much
 * for the lattice).
 *
 * @see Labelle and Shewchuk (2007), section 3.2
 */
export function warpNodes(
  lattice: PeriodicLattice,
  coordinates: Float64Array,
  values: Float64Array,
  cuts: CutEdges,
  levelSet: LevelSet,
): WarpedNodes {
  const { numTorusNodes, torusNode, faces } = lattice;
  const side = new Int8Array(numTorusNodes);
  for (let node = 0; node < numTorusNodes; node++) side[node] = values[node] > 0 ? 1 : -1;
  const shift = new Float64Array(3 * numTorusNodes);
  const { starts, edges } = listEdgesOfNodes(lattice, cuts);
  const boxNode = lowestCopies(lattice);
  const limitOf = (edge: number): number => {
    const [a, b] = [torusNode[cuts.nodes[2 * edge]], torusNode[cuts.nodes[2 * edge + 1]]];
    return WARP_LIMITS[edgeKind(kindOfNode(lattice, a), kindOfNode(lattice, b))];
  };
  let numSnapped = 0;
  for (let node = 0; node < numTorusNodes; node++) {
    let nearest = Infinity;
    let chosen = -1;
    let isNear = false;
    for (let entry = starts[node]; entry < starts[node + 1]; entry++) {
      const edge = edges[entry];
      const a = cuts.nodes[2 * edge];
      const b = cuts.nodes[2 * edge + 1];
      if (side[torusNode[a]] * side[torusNode[b]] >= 0) continue;
      const t = torusNode[a] === node ? cuts.position[edge] : 1 - cuts.position[edge];
      if (t >= limitOf(edge)) continue;
      isNear = true;
      const distance = t * edgeLength(coordinates, a, b);
      if (distance >= nearest || !liesInFaces(coordinates, a, b, faces[boxNode[node]])) continue;
      nearest = distance;
      chosen = edge;
    }
    if (!isNear) continue;
    side[node] = 0;
    if (chosen < 0) {
      if (!slideInFace(lattice, coordinates, boxNode[node], levelSet, shift.subarray(3 * node))) numSnapped++;
      continue;
    }
    const isFirst = torusNode[cuts.nodes[2 * chosen]] === node;
    const from = cuts.nodes[2 * chosen + (isFirst ? 0 : 1)];
    const to = cuts.nodes[2 * chosen + (isFirst ? 1 : 0)];
    const t = isFirst ? cuts.position[chosen] : 1 - cuts.position[chosen];
    for (let d = 0; d < 3; d++)
      shift[3 * node + d] = t * (coordinates[3 * to + d] - coordinates[3 * from + d]);
  }
  numSnapped += unmoveFlatTetrahedra(lattice, coordinates, side, shift);
  return { side, shift, numSnapped };
}

/**
 * Of each tetrahedron with all four nodes on the membrane, all of them moved, puts the node that was moved least back, unless
 * its angles are within the guarantee as it is.
 */
function unmoveFlatTetrahedra(
  lattice: PeriodicLattice,
  coordinates: Float64Array,
  side: Int8Array,
  shift: Float64Array,
): number {
  const { torusNode } = lattice;
  const guaranteed = guaranteeFor(lattice);
  const lengthOf = (node: number): number =>
    Math.hypot(shift[3 * node], shift[3 * node + 1], shift[3 * node + 2]);
  const pointOf = (node: number, isMoved: number): Point => {
    const torus = torusNode[node];
    return [
      coordinates[3 * node] + isMoved * shift[3 * torus],
      coordinates[3 * node + 1] + isMoved * shift[3 * torus + 1],
      coordinates[3 * node + 2] + isMoved * shift[3 * torus + 2],
    ];
  };
  let count = 0;
  forEachTetrahedron(lattice, (a, b, c, d) => {
    const nodes = [torusNode[a], torusNode[b], torusNode[c], torusNode[d]];
    if (nodes.some((node) => side[node] !== 0)) return;
    const lengths = nodes.map(lengthOf);
    const least = Math.min(...lengths);
    if (least === 0) return;
    const [still, moved] = [0, 1].map((isMoved) => [a, b, c, d].map((node) => pointOf(node, isMoved)));
    if (hasAnglesWithin(moved, Math.sign(determinant(still)), guaranteed)) return;
    const node = nodes[lengths.indexOf(least)];
    shift.fill(0, 3 * node, 3 * node + 3);
    count++;
  });
  return count;
}

/** Moves a node along the directions of the lattice in its face to where phi is least; whether it is zero there. */
function slideInFace(
  lattice: PeriodicLattice,
  coordinates: Float64Array,
  node: number,
  levelSet: LevelSet,
  shift: Float64Array,
): boolean {
  const moves = listSlides(lattice, node);
  const count = moves.length / 3;
  const points = new Float64Array(3 * count + 3);
  const found = new Float64Array(count + 1);
  const evaluateAt = (fractions: Float64Array): void => {
    for (let i = 0; i <= count; i++) {
      for (let d = 0; d < 3; d++) {
        points[3 * i + d] = coordinates[3 * node + d] + (i < count ? fractions[i] * moves[3 * i + d] : 0);
      }
    }
    levelSet.evaluate(points, count + 1, found);
  };
  const low = new Float64Array(count);
  const high = new Float64Array(count).fill(1);
  evaluateAt(high);
  const atNode = found[count];
  const isCut = Array.from({ length: count }, (_, i) => found[i] > 0 !== atNode > 0);
  const hasCut = isCut.includes(true);
  // Where no direction meets the membrane, the end of that which comes nearest, if it comes nearer at all.
  let best = -1;
  let least = hasCut ? Infinity : Math.abs(atNode);
  for (let step = 0; step < slideSteps && hasCut; step++) {
    const middle = low.map((t, i) => (t + high[i]) / 2);
    evaluateAt(middle);
    middle.forEach((t, i) => ((found[i] > 0 === atNode > 0 ? low : high)[i] = t));
  }
  for (let i = 0; i < count; i++) {
    const move = Math.hypot(moves[3 * i], moves[3 * i + 1], moves[3 * i + 2]);
    const value = hasCut ? (isCut[i] ? high[i] * move : Infinity) : Math.abs(found[i]);
    if (value >= least) continue;
    least = value;
    best = i;
  }
  if (best >= 0) for (let d = 0; d < 3; d++) shift[d] = high[best] * moves[3 * best + d];
  return hasCut;
}

/** The moves that are allowed for a node of a face, or of an edge of the box, n x 3. */
function listSlides(lattice: PeriodicLattice, node: number): Float64Array {
  const { spacing, faces, torusNode } = lattice;
  const free = [0, 1, 2].filter((d) => (faces[node] & (9 << d)) === 0);
  const moves: number[] = [];
  for (const u of [-1, 0, 1]) {
    for (const v of free.length === 2 ? [-1, 0, 1] : [0]) {
      const isAxis = Math.abs(u) + Math.abs(v) === 1;
      if ((u === 0 && v === 0) || free.length === 0) continue;
      if (isAxis && kindOfNode(lattice, torusNode[node]) === SQUARE) continue;
      const alpha = isAxis ? WARP_LIMITS.long : WARP_LIMITS.face / 2;
      const move = [0, 0, 0];
      move[free[0]] = alpha * u * spacing[free[0]];
      if (free.length === 2) move[free[1]] = alpha * v * spacing[free[1]];
      moves.push(...move);
    }
  }
  return Float64Array.from(moves);
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
