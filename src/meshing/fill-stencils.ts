import type { CutEdges } from "./cut-edges.js";
import { forEachGradedTetrahedron, type LatticeGrading } from "./graded-lattice.js";
import { kindOfNode, type PeriodicLattice } from "./periodic-lattice.js";
import { createStencil, EDGE_NODES, INSIDE, OUTSIDE, type Sides, type Stencil } from "./stencils.js";
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

/**
 * Cuts every tetrahedron of the lattice into tetrahedra of the two phases, by stencils. What a facet of the lattice looks
 * like follows from its three nodes alone. So neighbours fit together, and so do the faces of the box.
 *
 * @param coordinates of the box nodes where the lattice has them, numBoxNodes x 3
 * @param expectedNodes about how many nodes the mesh will have
 */
export function fillStencils(
  lattice: PeriodicLattice,
  coordinates: Float64Array,
  values: Float64Array,
  cuts: CutEdges,
  warped: WarpedNodes,
  grading: LatticeGrading,
  expectedNodes: number,
): FilledStencils {
  const { torusNode, faces } = lattice;
  const { side, shift } = warped;
  const nodes = new NodeList(lattice, coordinates, cuts, shift, expectedNodes);
  const cells = new GrowingArray();
  const region = new GrowingArray();
  const membrane = new GrowingArray();
  // Facets with all nodes on the membrane, as box nodes, and the phase that they are seen from.
  const flat = new GrowingArray();
  const flatPhase = new GrowingArray();

  const emit = (a: number, b: number, c: number, d: number, phase: number): void => {
    if (nodes.isPositive(a, b, c, d)) cells.push4(a, b, c, d);
    else cells.push4(b, a, c, d);
    region.push(phase);
  };
  const fillUncut = (tetrahedron: readonly number[], zeros: readonly number[], phase: number): void => {
    const [a, b, c, d] = tetrahedron;
    emit(nodes.ofLattice(a), nodes.ofLattice(b), nodes.ofLattice(c), nodes.ofLattice(d), phase);
    if (zeros.length < 3) return;
    for (let skipped = zeros.length === 4 ? 0 : 3; skipped < 4; skipped++) {
      for (let i = 0; i < zeros.length; i++) if (i !== skipped) flat.push(zeros[i]);
      flatPhase.push(phase);
    }
  };
  const stencils = new StencilTable();
  const numVertices = 4 + EDGE_NODES.length;
  const vertices = new Int32Array(numVertices);
  const tetrahedron = [0, 0, 0, 0];
  const findVertex = (vertex: number): number => {
    if (vertices[vertex] >= 0) return vertices[vertex];
    if (vertex < 4) return (vertices[vertex] = nodes.ofLattice(tetrahedron[vertex]));
    const [a, b] = EDGE_NODES[vertex - 4];
    return (vertices[vertex] = nodes.ofCut(tetrahedron[a], tetrahedron[b], faces));
  };
  forEachGradedTetrahedron(lattice, grading, (n0, n1, n2, n3) => {
    tetrahedron[0] = n0;
    tetrahedron[1] = n1;
    tetrahedron[2] = n2;
    tetrahedron[3] = n3;
    sortNodes(tetrahedron, lattice);
    const stencil = stencils.find(tetrahedron, side, lattice);
    if (stencil === null) {
      const zeros = tetrahedron.filter((node) => side[torusNode[node]] === 0);
      fillUncut(tetrahedron, zeros, phaseOf(tetrahedron, side, values, torusNode));
      return;
    }
    vertices.fill(-1);
    stencil.cells.forEach(([a, b, c, d], i) => {
      emit(findVertex(a), findVertex(b), findVertex(c), findVertex(d), stencil.phases[i]);
    });
    for (const triangle of stencil.membrane) for (const vertex of triangle) membrane.push(findVertex(vertex));
  });
  for (const facet of facetsBetweenPhases(flat.take(), flatPhase.take(), torusNode)) {
    for (const node of facet) membrane.push(nodes.ofLattice(node));
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

/** The phase of a tetrahedron that is not cut: that of a node beside the membrane, or of the mean of phi. */
function phaseOf(
  tetrahedron: readonly number[],
  side: Int8Array,
  values: Float64Array,
  torusNode: Int32Array,
): number {
  let sum = 0;
  for (const node of tetrahedron) sum += side[torusNode[node]];
  if (sum === 0) for (const node of tetrahedron) sum += values[torusNode[node]];
  return sum < 0 ? INSIDE : OUTSIDE;
}

/** Sorts four box nodes into the order that stencils expect: squares, corners, centres, each by their number in the torus. */
function sortNodes(nodes: number[], { torusNode, counts }: PeriodicLattice): void {
  const firstSquare = 2 * counts[0] * counts[1] * counts[2];
  const rank = (node: number): number => {
    const torus = torusNode[node];
    return torus < firstSquare ? torus : torus - 2 ** 31;
  };
  for (let i = 1; i < 4; i++) {
    const node = nodes[i];
    let j = i - 1;
    for (; j >= 0 && rank(nodes[j]) > rank(node); j--) nodes[j + 1] = nodes[j];
    nodes[j + 1] = node;
  }
}

/** The stencils met so far, by the sides and kinds of the nodes. */
class StencilTable {
  readonly #stencils: (Stencil | null | undefined)[] = new Array<undefined>(81 * 81).fill(undefined);

  find(tetrahedron: readonly number[], side: Int8Array, lattice: PeriodicLattice): Stencil | null {
    let key = 0;
    for (const node of tetrahedron) {
      const torus = lattice.torusNode[node];
      key = 9 * key + 3 * kindOfNode(lattice, torus) + side[torus] + 1;
    }
    const known = this.#stencils[key];
    if (known !== undefined) return known;
    const sides = tetrahedron.map((node) => side[lattice.torusNode[node]]) as unknown as Sides;
    const kinds = tetrahedron.map((node) => kindOfNode(lattice, lattice.torusNode[node]));
    return (this.#stencils[key] = createStencil(sides, kinds));
  }
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

  constructor(
    lattice: PeriodicLattice,
    coordinates: Float64Array,
    cuts: CutEdges,
    shift: ArrayLike<number>,
    expected: number,
  ) {
    this.#lattice = lattice;
    this.#lattices = coordinates;
    this.#cuts = cuts;
    this.#shift = shift;
    this.#newLattice = new Int32Array(lattice.numBoxNodes).fill(-1);
    this.#newCut = new Int32Array(8 * cuts.count).fill(-1);
    this.#coordinates = new Float64Array(3 * (expected + 64));
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
