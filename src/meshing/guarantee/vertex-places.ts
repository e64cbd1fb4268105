import { EDGE_NODES, type Sides } from "../stencils.js";
import { CENTRE, CORNER, edgeKind, SQUARE, type WarpLimits } from "../warp-limits.js";
import type { Point, Segment } from "./cotangent-range.js";

/** Where a vertex of a stencil may lie: on some segments, of which the tips are the ends. */
export interface Place {
  readonly segments: readonly Segment[];
  readonly tips: readonly Point[];
}

/** A tetrahedron of the lattice, its nodes in the order in which stencils take them. */
export interface LatticeTetrahedron {
  readonly name: string;
  readonly nodes: readonly LatticeNode[];
}

/**
 * A node: where it stands, what it is, and how far it may be moved along its edges, one vector for each edge. One in a face
 * of the box may be moved along any of its edges in the face, others along those with a cut.
 */
interface LatticeNode {
  readonly isInFace: boolean;
  readonly at: Point;
  readonly kind: number;
  readonly moves: readonly Point[];
}

/**
 * The tetrahedra of the lattice, up to its symmetries and by what of them lies in faces of the box, where nodes are moved
 * along the edges in the face only. (A node of an edge of the box moves along this edge, as it may in a face.)
 */
export function listTetrahedra(limits: WarpLimits): LatticeTetrahedron[] {
  const freeMoves: Point[] = [
    ...axisMoves([0, 1, 2], limits.long),
    ...diagonalMoves([0, 1, 2], limits.short / 2),
  ];
  const inner = (at: Point, kind: number): LatticeNode => ({
    at,
    kind,
    isInFace: false,
    moves: freeMoves,
  });
  const inFace = (at: Point, normal: number): LatticeNode => {
    const axes = [0, 1, 2].filter((d) => d !== normal);
    return {
      at,
      kind: CORNER,
      isInFace: true,
      moves: [...axisMoves(axes, limits.long), ...diagonalMoves(axes, limits.face / 2)],
    };
  };
  const [low, high]: Point[] = [
    [0, 0, 0],
    [1, 0, 0],
  ];
  const below = inner([0.5, 0.5, -0.5], CENTRE);
  const above = inner([0.5, 0.5, 0.5], CENTRE);
  const square: LatticeNode = {
    at: [0.5, 0.5, 0],
    kind: SQUARE,
    isInFace: true,
    moves: diagonalMoves([0, 1], limits.face / 2),
  };
  const aboveSquare: LatticeNode = {
    ...above,
    moves: freeMoves.map((move) =>
      move[0] === 0 && move[1] === 0 && move[2] < 0 ? [0, 0, -limits.half / 2] : move,
    ),
  };
  return [
    { name: "inner tetrahedra", nodes: [inner(low, CORNER), inner(high, CORNER), below, above] },
    { name: "one node in a face", nodes: [inFace(low, 0), inner(high, CORNER), below, above] },
    { name: "the same, other order", nodes: [inner(high, CORNER), inFace(low, 0), below, above] },
    { name: "an edge in a face", nodes: [inFace(low, 1), inFace(high, 1), below, above] },
    { name: "halves at a face", nodes: [square, inFace(low, 2), inFace(high, 2), aboveSquare] },
  ];
}

function axisMoves(axes: readonly number[], length: number): Point[] {
  return axes.flatMap((axis) => [-length, length].map((move) => pointOf((d) => (d === axis ? move : 0))));
}

function diagonalMoves(axes: readonly number[], step: number): Point[] {
  return Array.from({ length: 1 << axes.length }, (_, code) =>
    pointOf((d) => (!axes.includes(d) ? 0 : ((code >> axes.indexOf(d)) & 1) === 1 ? step : -step)),
  );
}

/**
 * How nodes on the membrane may have come there: the side that each had, and for each edge both of whose ends were moved and
 * had different sides, the end that was not moved along it. For a node is moved towards nodes of the other side only, and
 * the one cut of an edge is near to one of its ends only.
 */
interface History {
  readonly sides: readonly number[];
  /** Pairs of a node and the node it was not moved to. */
  readonly barred: readonly (readonly [number, number])[];
}

/** All histories of a tetrahedron whose nodes have these sides now. */
export function listHistories(sides: Sides): History[] {
  const moved = [0, 1, 2, 3].filter((node) => sides[node] === 0);
  return Array.from({ length: 1 << moved.length }, (_, code) =>
    sides.map((side, node) => (side !== 0 ? side : ((code >> moved.indexOf(node)) & 1) === 1 ? 1 : -1)),
  ).flatMap((former) => {
    const shared = EDGE_NODES.filter(([i, j]) => sides[i] === 0 && sides[j] === 0 && former[i] !== former[j]);
    return Array.from({ length: 1 << shared.length }, (_, code) => ({
      sides: former,
      barred: shared.map(([i, j], edge) =>
        ((code >> edge) & 1) === 1 ? ([i, j] as const) : ([j, i] as const),
      ),
    }));
  });
}

/** Where a vertex lies: a node on the membrane was moved, or not, a node of a phase was not; a cut is near to neither end. */
export function placeVertex(
  vertex: number,
  { nodes }: LatticeTetrahedron,
  sides: Sides,
  history: History,
  limits: WarpLimits,
): Place {
  if (vertex < 4) {
    const { at } = nodes[vertex];
    const moves = sides[vertex] === 0 ? listMoves(vertex, nodes, history) : [];
    const still: Segment = { origin: at, direction: [0, 0, 0], low: 0, high: 0 };
    return {
      segments:
        moves.length === 0
          ? [still]
          : moves.map((move) => ({ origin: at, direction: move, low: 0, high: 1 })),
      tips: [at, ...moves.map((move) => add(at, move, 1))],
    };
  }
  const [a, b] = EDGE_NODES[vertex - 4].map((node) => nodes[node]);
  const direction = add(b.at, a.at, -1);
  const alpha = limits[edgeKind(a.kind, b.kind)];
  return {
    segments: [{ origin: a.at, direction, low: alpha, high: 1 - alpha }],
    tips: [add(a.at, direction, alpha), add(a.at, direction, 1 - alpha)],
  };
}

/** Moves of a node, if it is in no face without those towards another node of the tetrahedron that its history excludes. */
function listMoves(
  index: number,
  nodes: readonly LatticeNode[],
  { sides, barred }: History,
): readonly Point[] {
  const { at, moves, isInFace } = nodes[index];
  if (isInFace) return moves;
  return moves.filter((move) =>
    nodes.every((other, j) => {
      if (j === index || !isAlong(move, add(other.at, at, -1))) return true;
      return sides[index] !== sides[j] && !barred.some(([i, k]) => i === index && k === j);
    }),
  );
}

/** Whether two vectors of the lattice have the same direction. */
function isAlong(u: Point, v: Point): boolean {
  const product = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
  return product > (1 - 1e-9) * Math.hypot(...u) * Math.hypot(...v);
}

function add(p: Point, q: Point, factor: number): Point {
  return pointOf((d) => p[d] + factor * q[d]);
}

function pointOf(coordinate: (d: number) => number): Point {
  return [coordinate(0), coordinate(1), coordinate(2)];
}
