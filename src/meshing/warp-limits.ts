/**
 * Kinds of edges of the lattice: of cubes and between centres; between a corner and a centre; between a corner and the
 * middle of a square of a face of the box; between that and a centre. In cubes of edge 1 they have the lengths 1, 3^(1/2)/2,
 * 2^(1/2)/2 and 1/2.
 */
export type EdgeKind = "long" | "short" | "face" | "half";

/** Share alpha of an edge of each kind within which a cut is too near to a node, so that the node is moved onto it. */
export type WarpLimits = Readonly<Record<EdgeKind, number>>;

/**
 * The limits of the mesher. Those of long and short edges are the ones of Labelle and Shewchuk (2007), section 3.2, but for
 * rounding; that of edges in faces was chosen for the best worst angle (0.37: 5.2, 0.385: 5.3, 0.4: 5.1 degrees).
 */
export const WARP_LIMITS: WarpLimits = { long: 0.25, short: 0.41, face: 0.385, half: 0.41 };

/** Kinds of nodes of the lattice. */
export const CORNER = 0;
export const CENTRE = 1;
export const SQUARE = 2;

/** The kind of the edge between nodes of two kinds. */
export function edgeKind(a: number, b: number): EdgeKind {
  if (a === b) return "long";
  if (a + b === CORNER + CENTRE) return "short";
  return a + b === CORNER + SQUARE ? "face" : "half";
}
