import { edgeKind } from "./warp-limits.js";

/** The phases of cells, in the order of the physical volumes. */
export const INSIDE = 0;
export const OUTSIDE = 1;

/** Sides of the four nodes of a tetrahedron of the lattice: -1 inside, 1 outside, 0 on the membrane. */
export type Sides = readonly [number, number, number, number];

/** The vertices of a stencil: 0 to 3 the nodes of the tetrahedron, and from 4 on the cuts of its edges. */
export const EDGE_NODES = [
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
  [2, 3],
] as const;

/** How a tetrahedron of the lattice that the membrane cuts is filled. */
export interface Stencil {
  /** Four vertices of each cell, in either orientation. */
  readonly cells: readonly (readonly [number, number, number, number])[];
  /** The phase of each cell. */
  readonly phases: readonly number[];
  /** The triangles of the membrane. */
  readonly membrane: readonly (readonly [number, number, number])[];
}

/** The cut between two nodes. */
function cut(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return 4 + EDGE_NODES.findIndex(([first, second]) => first === low && second === high);
}

/**
 * The stencil of a tetrahedron. Its nodes stand in an order of all nodes, squares before corners before centres: what a facet
 * looks like must follow from its three nodes alone, and a quadrilateral of two nodes and two cuts has its diagonal at the
 * first of its nodes. That which two wedges have in common joins no cut of a long edge.
 *
 * @param kinds of the nodes: corners, centres, squares
 * @returns null where the membrane does not pass through it
 * @see Labelle and Shewchuk (2007), figure 3; Bronson, Levine and Whitaker (2014), Lattice cleaving, for both sides
 */
export function createStencil(sides: Sides, kinds: readonly number[]): Stencil | null {
  const listSide = (side: number): number[] => [0, 1, 2, 3].filter((node) => sides[node] === side);
  const [minus, zero, plus] = [listSide(-1), listSide(0), listSide(1)];
  if (minus.length === 0 || plus.length === 0) return null;
  if (plus.length === 1) return cutOne(plus[0], minus, zero, OUTSIDE);
  if (minus.length === 1) return cutOne(minus[0], plus, zero, INSIDE);
  const isLong = plus.some((node, i) => edgeKind(kinds[node], kinds[minus[i]]) === "long");
  return cutTwo(plus, minus, isLong);
}

/** One node p against one, two or three on the other side: the tip is of p's phase. */
function cutOne(p: number, others: readonly number[], zero: readonly number[], phase: number): Stencil {
  const [m1, m2, m3] = others;
  const [z1, z2] = zero;
  const [c1, c2, c3] = others.map((m) => cut(p, m));
  const other = 1 - phase;
  if (others.length === 1) {
    return {
      cells: [
        [p, c1, z1, z2],
        [m1, c1, z1, z2],
      ],
      phases: [phase, other],
      membrane: [[c1, z1, z2]],
    };
  }
  if (others.length === 2) {
    return {
      cells: [
        [p, c1, c2, z1],
        [z1, m1, m2, c2],
        [z1, m1, c2, c1],
      ],
      phases: [phase, other, other],
      membrane: [[c1, c2, z1]],
    };
  }
  return {
    cells: [
      [p, c1, c2, c3],
      [m1, m2, m3, c3],
      [m1, m2, c2, c3],
      [m1, c1, c2, c3],
    ],
    phases: [phase, other, other, other],
    membrane: [[c1, c2, c3]],
  };
}

/** Two nodes a, b against two, c, d: two wedges, their common quadrilateral along the diagonal of bc, ad or of ac, bd. */
function cutTwo([a, b]: readonly number[], [c, d]: readonly number[], isFirstLong: boolean): Stencil {
  const [ac, ad, bc, bd] = [cut(a, c), cut(a, d), cut(b, c), cut(b, d)];
  const [s, t, u, v] = isFirstLong ? [bc, ad, ac, bd] : [bd, ac, ad, bc];
  return {
    cells: [
      [a, b, bc, bd],
      [c, d, ad, bd],
      [a, t, u, s],
      [a, t, s, v],
      [c, t, u, s],
      [c, t, s, v],
    ],
    phases: [OUTSIDE, INSIDE, OUTSIDE, OUTSIDE, INSIDE, INSIDE],
    membrane: [
      [t, u, s],
      [t, s, v],
    ],
  };
}
