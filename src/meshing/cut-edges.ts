import { forEachTorusEdge, type PeriodicLattice } from "./periodic-lattice.js";
import type { LevelSet } from "./level-set.js";

/** The edges of the lattice on which phi changes its sign, once for each edge of the torus. */
export interface CutEdges {
  readonly count: number;
  /** The two box nodes of each edge, count x 2. */
  readonly nodes: Int32Array;
  /** Where phi is zero: x = (1 - t) x_first + t x_second, count. */
  readonly position: Float64Array;
  /** Index of the edge between two nodes of the torus, or -1. */
  readonly find: (a: number, b: number) => number;
}

/** Points evaluated at a time. */
const batch = 1 << 15;

/** Steps of the secant method, and how near a zero must be, in parts of the edge. */
const maxSteps = 20;
const precision = 1e-12;

/**
 * phi at every node of the torus; a zero, and what is not told apart from it, counts as positive.
 *
 * @param coordinates of the box nodes, numBoxNodes x 3
 * @returns numTorusNodes
 */
export function evaluateNodes(
  lattice: PeriodicLattice,
  coordinates: Float64Array,
  levelSet: LevelSet,
): Float64Array {
  const values = new Float64Array(lattice.numTorusNodes);
  const points = new Float64Array(3 * batch);
  const target = new Int32Array(batch);
  const found = new Float64Array(batch);
  let count = 0;
  const flush = (): void => {
    levelSet.evaluate(points, count, found);
    for (let i = 0; i < count; i++) values[target[i]] = found[i] === 0 ? Number.MIN_VALUE : found[i];
    count = 0;
  };
  for (let node = 0; node < lattice.numBoxNodes; node++) {
    if (lattice.faces[node] >= 8) continue;
    for (let d = 0; d < 3; d++) points[3 * count + d] = coordinates[3 * node + d];
    target[count++] = lattice.torusNode[node];
    if (count === batch) flush();
  }
  flush();
  return values;
}

/** Finds the edges that the membrane cuts, and where: regula falsi in the variant of Illinois, for many edges at once. */
export function findCutEdges(
  lattice: PeriodicLattice,
  coordinates: Float64Array,
  values: Float64Array,
  levelSet: LevelSet,
): CutEdges {
  const { torusNode } = lattice;
  const isCut = (a: number, b: number): boolean => values[torusNode[a]] > 0 !== values[torusNode[b]] > 0;
  let count = 0;
  forEachTorusEdge(lattice, (a, b) => {
    if (isCut(a, b)) count++;
  });
  const nodes = new Int32Array(2 * count);
  let edge = 0;
  forEachTorusEdge(lattice, (a, b) => {
    if (!isCut(a, b)) return;
    nodes[2 * edge] = a;
    nodes[2 * edge + 1] = b;
    edge++;
  });
  const position = new Float64Array(count);
  for (let first = 0; first < count; first += batch) {
    const last = Math.min(count, first + batch);
    findZeros(
      nodes.subarray(2 * first, 2 * last),
      coordinates,
      values,
      torusNode,
      levelSet,
      position.subarray(first, last),
    );
  }
  return { count, nodes, position, find: indexEdges(nodes, count, torusNode) };
}

/** Writes the zero of phi on each edge. */
function findZeros(
  nodes: Int32Array,
  coordinates: Float64Array,
  values: Float64Array,
  torusNode: Int32Array,
  levelSet: LevelSet,
  position: Float64Array,
): void {
  const count = position.length;
  const low = new Float64Array(count);
  const high = new Float64Array(count).fill(1);
  const atLow = new Float64Array(count);
  const atHigh = new Float64Array(count);
  const lastSide = new Int8Array(count);
  const points = new Float64Array(3 * count);
  const found = new Float64Array(count);
  let open = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    atLow[i] = values[torusNode[nodes[2 * i]]];
    atHigh[i] = values[torusNode[nodes[2 * i + 1]]];
  }
  for (let step = 0; step < maxSteps && open.length > 0; step++) {
    for (const [slot, i] of open.entries()) {
      const t = low[i] + ((high[i] - low[i]) * atLow[i]) / (atLow[i] - atHigh[i]);
      // A guess on an end would stay there.
      position[i] = Math.min(
        Math.max(t, low[i] + 1e-3 * (high[i] - low[i])),
        high[i] - 1e-3 * (high[i] - low[i]),
      );
      for (let d = 0; d < 3; d++) {
        const a = coordinates[3 * nodes[2 * i] + d];
        points[3 * slot + d] = a + position[i] * (coordinates[3 * nodes[2 * i + 1] + d] - a);
      }
    }
    levelSet.evaluate(points, open.length, found);
    let numOpen = 0;
    for (const [slot, i] of open.entries()) {
      const value = found[slot];
      const scale = Math.abs(values[torusNode[nodes[2 * i]]]) + Math.abs(values[torusNode[nodes[2 * i + 1]]]);
      const isLowSide = value > 0 === atLow[i] > 0;
      if (isLowSide) {
        low[i] = position[i];
        atLow[i] = value;
        if (lastSide[i] === -1) atHigh[i] /= 2;
        lastSide[i] = -1;
      } else {
        high[i] = position[i];
        atHigh[i] = value;
        if (lastSide[i] === 1) atLow[i] /= 2;
        lastSide[i] = 1;
      }
      if (Math.abs(value) > precision * scale && high[i] - low[i] > precision) open[numOpen++] = i;
    }
    open = open.subarray(0, numOpen);
  }
}

/** A hash table with open addressing over the pairs of torus nodes. */
function indexEdges(nodes: Int32Array, count: number, torusNode: Int32Array): CutEdges["find"] {
  let size = 16;
  while (size < 2 * count) size *= 2;
  const table = new Int32Array(size).fill(-1);
  const low = (edge: number): number => Math.min(torusNode[nodes[2 * edge]], torusNode[nodes[2 * edge + 1]]);
  const high = (edge: number): number => Math.max(torusNode[nodes[2 * edge]], torusNode[nodes[2 * edge + 1]]);
  const hash = (a: number, b: number): number =>
    (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ (Math.imul(a, 0x9e3779b1) >>> 15)) & (size - 1);
  for (let edge = 0; edge < count; edge++) {
    let slot = hash(low(edge), high(edge));
    while (table[slot] >= 0) slot = (slot + 1) & (size - 1);
    table[slot] = edge;
  }
  return (a, b) => {
    const first = Math.min(a, b);
    const second = Math.max(a, b);
    let slot = hash(first, second);
    while (table[slot] >= 0) {
      const edge = table[slot];
      if (low(edge) === first && high(edge) === second) return edge;
      slot = (slot + 1) & (size - 1);
    }
    return -1;
  };
}
