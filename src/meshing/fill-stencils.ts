import type { CutEdges } from "./cut-edges.js";
import { forEachTetrahedron, type PeriodicLattice } from "./periodic-lattice.js";
import type { WarpedNodes } from "./warp-nodes.js";

/** The tetrahedra of both phases. */
export interface FilledStencils {
  readonly numNodes: number;
  readonly numCells: number;
  /** numNodes x 3, mesh units. */
  readonly coordinates: Float64Array;
  /** numCells x 4, of positive volume. */
  readonly cells: Int32Array;
  /** 0 inside, 1 outside, numCells. */
  readonly region: Int32Array;
  /** Triangles between the phases, numFacets x 3. */
  readonly membrane: Int32Array;
}

const INSIDE = 0;
const OUTSIDE = 1;

/**
 * Cuts every tetrahedron of the lattice into tetrahedra of the two phases. What a facet of the lattice looks like follows
 * from its three nodes alone: a quadrilateral of two nodes and two cuts has its diagonal at the node of the lower number in
 * the torus. So neighbours fit together, and so do the faces of the box.
 *
 * @param coordinates of the box nodes where the lattice has them, numBoxNodes x 3
 * @see Labelle and Shewchuk (2007), figure 3; Bronson, Levine and Whitaker (2014), Lattice cleaving, for both sides
 */
export function fillStencils(
  lattice: PeriodicLattice,
  coordinates: Float64Array,
  values: Float64Array,
  cuts: CutEdges,
  warped: WarpedNodes,
): FilledStencils {
  const { torusNode, faces } = lattice;
  const { side, shift } = warped;
  const nodes = new NodeList(lattice, coordinates, cuts, shift);
  const cells = new GrowingArray();
  const region = new GrowingArray();
  const membrane = new GrowingArray();

  const emit = (a: number, b: number, c: number, d: number, phase: number): void => {
    if (nodes.isPositive(a, b, c, d)) cells.push4(a, b, c, d);
    else cells.push4(b, a, c, d);
    region.push(phase);
  };
  // Facets with all nodes on the membrane, as box nodes, and the phase that they are seen from.
  const flat = new GrowingArray();
  const flatPhase = new GrowingArray();
  const triangle = (a: number, b: number, c: number): void => {
    membrane.push(a);
    membrane.push(b);
    membrane.push(c);
  };
  // Box nodes of the current tetrahedron by side, in the order of the torus.
  const minus = [0, 0, 0, 0];
  const plus = [0, 0, 0, 0];
  const zero = [0, 0, 0, 0];
  const at = (node: number): number => nodes.ofLattice(node);
  const cut = (a: number, b: number): number => nodes.ofCut(a, b, faces);

  /** One node p against one, two or three on the other side: the tip is of p's phase. */
  const cutOne = (p: number, others: readonly number[], numOthers: number, phase: number): void => {
    const [m1, m2, m3] = others;
    const tip = at(p);
    const c1 = cut(p, m1);
    if (numOthers === 1) {
      const z1 = at(zero[0]);
      const z2 = at(zero[1]);
      emit(tip, c1, z1, z2, phase);
      emit(at(m1), c1, z1, z2, 1 - phase);
      triangle(c1, z1, z2);
      return;
    }
    const c2 = cut(p, m2);
    if (numOthers === 2) {
      const z = at(zero[0]);
      emit(tip, c1, c2, z, phase);
      emit(z, at(m1), at(m2), c2, 1 - phase);
      emit(z, at(m1), c2, c1, 1 - phase);
      triangle(c1, c2, z);
      return;
    }
    const c3 = cut(p, m3);
    emit(tip, c1, c2, c3, phase);
    emit(at(m1), at(m2), at(m3), c3, 1 - phase);
    emit(at(m1), at(m2), c2, c3, 1 - phase);
    emit(at(m1), c1, c2, c3, 1 - phase);
    triangle(c1, c2, c3);
  };
  /** Two nodes against two: two wedges, their common quadrilateral along its shorter diagonal. */
  const cutTwo = (): void => {
    const [a, b] = plus;
    const [c, d] = minus;
    const [ac, ad, bc, bd] = [cut(a, c), cut(a, d), cut(b, c), cut(b, d)];
    emit(at(a), at(b), bc, bd, OUTSIDE);
    emit(at(c), at(d), ad, bd, INSIDE);
    const isFirst = nodes.distance(ac, bd) <= nodes.distance(ad, bc);
    const [s, t] = isFirst ? [bd, ac] : [bc, ad];
    const [u, v] = isFirst ? [ad, bc] : [ac, bd];
    emit(at(a), t, u, s, OUTSIDE);
    emit(at(a), t, s, v, OUTSIDE);
    emit(at(c), t, u, s, INSIDE);
    emit(at(c), t, s, v, INSIDE);
    triangle(t, u, s);
    triangle(t, s, v);
  };

  const tetrahedron = [0, 0, 0, 0];
  forEachTetrahedron(lattice, (n0, n1, n2, n3) => {
    tetrahedron[0] = n0;
    tetrahedron[1] = n1;
    tetrahedron[2] = n2;
    tetrahedron[3] = n3;
    sortByTorus(tetrahedron, torusNode);
    let numMinus = 0;
    let numPlus = 0;
    let numZero = 0;
    for (const node of tetrahedron) {
      const s = side[torusNode[node]];
      if (s < 0) minus[numMinus++] = node;
      else if (s > 0) plus[numPlus++] = node;
      else zero[numZero++] = node;
    }
    if (numMinus === 0 || numPlus === 0) {
      let phase = numMinus > 0 ? INSIDE : OUTSIDE;
      if (numZero === 4) {
        const sum = tetrahedron.reduce((total, node) => total + values[torusNode[node]], 0);
        phase = sum < 0 ? INSIDE : OUTSIDE;
      }
      emit(at(n0), at(n1), at(n2), at(n3), phase);
      for (let skipped = numZero === 4 ? 0 : 3; numZero >= 3 && skipped < 4; skipped++) {
        for (let i = 0; i < 4; i++) if (i !== skipped && i < numZero) flat.push(zero[i]);
        flatPhase.push(phase);
      }
      return;
    }
    if (numPlus === 1) cutOne(plus[0], minus, numMinus, OUTSIDE);
    else if (numMinus === 1) cutOne(minus[0], plus, numPlus, INSIDE);
    else cutTwo();
  });
  for (const facet of facetsBetweenPhases(flat.take(), flatPhase.take(), torusNode)) {
    triangle(at(facet[0]), at(facet[1]), at(facet[2]));
  }
  return {
    numNodes: nodes.count,
    numCells: region.length,
    coordinates: nodes.takeCoordinates(),
    cells: cells.take(),
    region: region.take(),
    membrane: membrane.take(),
  };
}

/** Of facets that are seen twice, those seen from both phases; facets of opposite faces of the box are one. */
function facetsBetweenPhases(flat: Int32Array, phase: Int32Array, torusNode: Int32Array): Int32Array[] {
  const compare = (a: number, b: number): number => {
    for (let i = 0; i < 3; i++) {
      const difference = torusNode[flat[3 * a + i]] - torusNode[flat[3 * b + i]];
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const order = Int32Array.from({ length: phase.length }, (_, facet) => facet).sort(compare);
  const found: Int32Array[] = [];
  for (let i = 1; i < order.length; i++) {
    const [a, b] = [order[i - 1], order[i]];
    if (phase[a] !== phase[b] && compare(a, b) === 0) found.push(flat.subarray(3 * a, 3 * a + 3));
  }
  return found;
}

/** Sorts four box nodes by their number in the torus. */
function sortByTorus(nodes: number[], torusNode: Int32Array): void {
  for (let i = 1; i < 4; i++) {
    const node = nodes[i];
    let j = i - 1;
    for (; j >= 0 && torusNode[nodes[j]] > torusNode[node]; j--) nodes[j + 1] = nodes[j];
    nodes[j + 1] = node;
  }
}

/** The nodes of the mesh, numbered when they are first used. */
class NodeList {
  count = 0;
  #coordinates: Float64Array;
  readonly #newLattice: Int32Array;
  /** For each cut edge and each set of high faces that a copy of it lies in. */
  readonly #newCut: Int32Array;
  readonly #lattice: PeriodicLattice;
  readonly #lattices: Float64Array;
  readonly #cuts: CutEdges;
  readonly #shift: ArrayLike<number>;

  constructor(lattice: PeriodicLattice, coordinates: Float64Array, cuts: CutEdges, shift: ArrayLike<number>) {
    this.#lattice = lattice;
    this.#lattices = coordinates;
    this.#cuts = cuts;
    this.#shift = shift;
    this.#newLattice = new Int32Array(lattice.numBoxNodes).fill(-1);
    this.#newCut = new Int32Array(8 * cuts.count).fill(-1);
    this.#coordinates = new Float64Array(3 * (lattice.numBoxNodes + cuts.count + 64));
  }

  ofLattice(node: number): number {
    const known = this.#newLattice[node];
    if (known >= 0) return known;
    const torus = this.#lattice.torusNode[node];
    const x = this.#next();
    for (let d = 0; d < 3; d++) {
      this.#coordinates[x + d] = this.#lattices[3 * node + d] + this.#shift[3 * torus + d];
    }
    return (this.#newLattice[node] = this.count - 1);
  }

  ofCut(a: number, b: number, faces: Uint8Array): number {
    const { torusNode } = this.#lattice;
    const edge = this.#cuts.find(torusNode[a], torusNode[b]);
    const slot = 8 * edge + ((faces[a] & faces[b]) >> 3);
    const known = this.#newCut[slot];
    if (known >= 0) return known;
    const isTurned = torusNode[this.#cuts.nodes[2 * edge]] !== torusNode[a];
    const first = isTurned ? b : a;
    const second = isTurned ? a : b;
    const t = this.#cuts.position[edge];
    const x = this.#next();
    for (let d = 0; d < 3; d++) {
      const from = this.#lattices[3 * first + d];
      this.#coordinates[x + d] = from + t * (this.#lattices[3 * second + d] - from);
    }
    return (this.#newCut[slot] = this.count - 1);
  }

  /** Whether det(b - a, c - a, d - a) > 0. */
  isPositive(a: number, b: number, c: number, d: number): boolean {
    const x = this.#coordinates;
    const [u0, u1, u2] = [x[3 * b] - x[3 * a], x[3 * b + 1] - x[3 * a + 1], x[3 * b + 2] - x[3 * a + 2]];
    const [v0, v1, v2] = [x[3 * c] - x[3 * a], x[3 * c + 1] - x[3 * a + 1], x[3 * c + 2] - x[3 * a + 2]];
    const [w0, w1, w2] = [x[3 * d] - x[3 * a], x[3 * d + 1] - x[3 * a + 1], x[3 * d + 2] - x[3 * a + 2]];
    return u0 * (v1 * w2 - v2 * w1) + u1 * (v2 * w0 - v0 * w2) + u2 * (v0 * w1 - v1 * w0) > 0;
  }

  distance(a: number, b: number): number {
    const x = this.#coordinates;
    return Math.hypot(x[3 * a] - x[3 * b], x[3 * a + 1] - x[3 * b + 1], x[3 * a + 2] - x[3 * b + 2]);
  }

  takeCoordinates(): Float64Array {
    return this.#coordinates.slice(0, 3 * this.count);
  }

  /** Makes room for a node; returns the index of its first coordinate. */
  #next(): number {
    const x = 3 * this.count++;
    if (x + 3 > this.#coordinates.length) {
      const grown = new Float64Array(2 * this.#coordinates.length);
      grown.set(this.#coordinates);
      this.#coordinates = grown;
    }
    return x;
  }
}

/** An Int32Array that grows. */
class GrowingArray {
  length = 0;
  #values = new Int32Array(1 << 16);

  push(value: number): void {
    if (this.length === this.#values.length) this.#grow();
    this.#values[this.length++] = value;
  }

  push4(a: number, b: number, c: number, d: number): void {
    if (this.length + 4 > this.#values.length) this.#grow();
    const values = this.#values;
    values[this.length++] = a;
    values[this.length++] = b;
    values[this.length++] = c;
    values[this.length++] = d;
  }

  take(): Int32Array {
    return this.#values.slice(0, this.length);
  }

  #grow(): void {
    const grown = new Int32Array(2 * this.#values.length);
    grown.set(this.#values);
    this.#values = grown;
  }
}
