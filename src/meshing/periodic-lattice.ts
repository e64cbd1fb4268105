import { UsageError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import { CENTRE, CORNER, SQUARE } from "./warp-limits.js";

/**
 * The body-centred cubic lattice of a periodic box, n1 x n2 x n3 cubes, and its tetrahedra, cut along the faces of the box.
 *
 * Nodes of the torus, once each: corners (i, j, k) as i + n1 (j + n2 k), then centres in the same order, then for each
 * direction d the centres of the squares of the box face normal to d. Nodes of the box: the same, with a copy on each high
 * face that a node of a low face meets.
 *
 * Each square between two cubes has four tetrahedra, of the two centres and an edge of the square. A square on a face of the
 * box cuts its four tetrahedra into halves at its centre, so that the faces of the box are planes of the lattice.
 *
 * @see Labelle and Shewchuk (2007), Isosurface stuffing, section 3
 */
export interface PeriodicLattice {
  readonly origin: Vector3;
  readonly lengths: Vector3;
  /** Cubes along each axis, at least 3: no two nodes are then joined by two edges. */
  readonly counts: readonly [number, number, number];
  /** Edges of the cubes, mesh units. */
  readonly spacing: Vector3;
  readonly numTorusNodes: number;
  readonly numBoxNodes: number;
  /** Node of the torus, numBoxNodes. */
  readonly torusNode: Int32Array;
  /** Bit d: on the low face normal to d; bit 3 + d: on the high face; numBoxNodes. */
  readonly faces: Uint8Array;
}

/** Largest ratio of two edges of a cube. */
const maxAspect = 1.25;

/** The eight corners of a cube. */
const CORNERS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** The numbers of a lattice, without its nodes. */
export type LatticeLayout = Omit<PeriodicLattice, "origin" | "torusNode" | "faces">;

/**
 * The numbers of the lattice whose cubes are as near to `size` as divides the box; nothing large is made.
 *
 * @throws UsageError `size-not-fitting` where the box has fewer than three cubes along an axis, or cubes would be far from
 *   cubes
 */
export function layOutLattice(lengths: Vector3, size: number): LatticeLayout {
  const counts = lengths.map((length) => Math.round(length / size)) as [number, number, number];
  const spacing: Vector3 = [lengths[0] / counts[0], lengths[1] / counts[1], lengths[2] / counts[2]];
  const aspect = Math.max(...spacing) / Math.min(...spacing);
  if (!(size > 0) || counts.some((count) => !(count >= 3)) || !(aspect <= maxAspect)) {
    throw new UsageError(
      "size-not-fitting",
      `a size of ${size} divides the box ${lengths.join(" x ")} into ${counts.join(" x ")} cubes; expected three or more ` +
        `along each axis, with edges that differ by ${maxAspect} at most: take a size below ${Math.min(...lengths) / 3}`,
      { details: { size, lengths, counts } },
    );
  }
  const [n1, n2, n3] = counts;
  const cubes = n1 * n2 * n3;
  const squares = n2 * n3 + n1 * n3 + n1 * n2;
  return {
    lengths,
    counts,
    spacing,
    numTorusNodes: 2 * cubes + squares,
    numBoxNodes: (n1 + 1) * (n2 + 1) * (n3 + 1) + cubes + 2 * squares,
  };
}

/** Makes the nodes of a lattice. */
export function createPeriodicLattice(origin: Vector3, layout: LatticeLayout): PeriodicLattice {
  const { counts, numBoxNodes } = layout;
  const [n1, n2, n3] = counts;
  const cubes = n1 * n2 * n3;
  const squares = [n2 * n3, n1 * n3, n1 * n2];
  const torusNode = new Int32Array(numBoxNodes);
  const faces = new Uint8Array(numBoxNodes);
  let node = 0;
  for (let k = 0; k <= n3; k++) {
    for (let j = 0; j <= n2; j++) {
      for (let i = 0; i <= n1; i++) {
        torusNode[node] = (i % n1) + n1 * ((j % n2) + n2 * (k % n3));
        faces[node++] =
          (i === 0 ? 1 : i === n1 ? 8 : 0) |
          (j === 0 ? 2 : j === n2 ? 16 : 0) |
          (k === 0 ? 4 : k === n3 ? 32 : 0);
      }
    }
  }
  for (let cube = 0; cube < cubes; cube++) torusNode[node++] = cubes + cube;
  let first = 2 * cubes;
  for (let d = 0; d < 3; d++) {
    for (let side = 0; side < 2; side++) {
      for (let square = 0; square < squares[d]; square++) {
        torusNode[node] = first + square;
        faces[node++] = side === 0 ? 1 << d : 8 << d;
      }
    }
    first += squares[d];
  }
  return { ...layout, origin, torusNode, faces };
}

/** Whether a node of the torus is a corner, a centre or the middle of a square. */
export function kindOfNode({ counts }: PeriodicLattice, torusNode: number): number {
  const cubes = counts[0] * counts[1] * counts[2];
  return torusNode < cubes ? CORNER : torusNode < 2 * cubes ? CENTRE : SQUARE;
}

/** Coordinates of the nodes of the box, numBoxNodes x 3; those of partners differ by the period exactly. */
export function latticeCoordinates(lattice: PeriodicLattice): Float64Array {
  const { origin, lengths, counts, numBoxNodes } = lattice;
  const [n1, n2, n3] = counts;
  const x = new Float64Array(3 * numBoxNodes);
  let node = 0;
  // At 2 u half steps.
  const put = (u: number, v: number, w: number): void => {
    const halves = [u, v, w];
    for (let d = 0; d < 3; d++) x[3 * node + d] = origin[d] + (halves[d] / (2 * counts[d])) * lengths[d];
    node++;
  };
  for (let k = 0; k <= n3; k++) {
    for (let j = 0; j <= n2; j++) for (let i = 0; i <= n1; i++) put(2 * i, 2 * j, 2 * k);
  }
  for (let k = 0; k < n3; k++) {
    for (let j = 0; j < n2; j++) for (let i = 0; i < n1; i++) put(2 * i + 1, 2 * j + 1, 2 * k + 1);
  }
  for (let side = 0; side <= 1; side++) {
    for (let k = 0; k < n3; k++) for (let j = 0; j < n2; j++) put(2 * n1 * side, 2 * j + 1, 2 * k + 1);
  }
  for (let side = 0; side <= 1; side++) {
    for (let k = 0; k < n3; k++) for (let i = 0; i < n1; i++) put(2 * i + 1, 2 * n2 * side, 2 * k + 1);
  }
  for (let side = 0; side <= 1; side++) {
    for (let j = 0; j < n2; j++) for (let i = 0; i < n1; i++) put(2 * i + 1, 2 * j + 1, 2 * n3 * side);
  }
  return x;
}

/** Calls `visit` with the four box nodes of every tetrahedron. */
export function forEachTetrahedron(
  lattice: PeriodicLattice,
  visit: (a: number, b: number, c: number, d: number) => void,
): void {
  const { counts } = lattice;
  const [n1, n2, n3] = counts;
  const cornerStride = [1, n1 + 1, (n1 + 1) * (n2 + 1)];
  const cubeStride = [1, n1, n1 * n2];
  const numCorners = (n1 + 1) * (n2 + 1) * (n3 + 1);
  let firstSquare = numCorners + n1 * n2 * n3;
  for (let d = 0; d < 3; d++) {
    const e = (d + 1) % 3;
    const f = (d + 2) % 3;
    // The squares of a face are numbered with the lower of the two axes running fastest.
    const fast = Math.min(e, f);
    const numSquares = counts[e] * counts[f];
    const at = [0, 0, 0];
    for (at[2] = 0; at[2] < counts[2] + (d === 2 ? 1 : 0); at[2]++) {
      for (at[1] = 0; at[1] < counts[1] + (d === 1 ? 1 : 0); at[1]++) {
        for (at[0] = 0; at[0] < counts[0] + (d === 0 ? 1 : 0); at[0]++) {
          const corner = at[0] + cornerStride[1] * at[1] + cornerStride[2] * at[2];
          const cube = numCorners + at[0] + cubeStride[1] * at[1] + cubeStride[2] * at[2];
          const square = at[fast] + counts[fast] * at[e === fast ? f : e];
          const isLow = at[d] === 0;
          const isHigh = at[d] === counts[d];
          const below = isLow ? firstSquare + square : cube - cubeStride[d];
          const above = isHigh ? firstSquare + numSquares + square : cube;
          const c1 = corner + cornerStride[e];
          const c2 = c1 + cornerStride[f];
          const c3 = corner + cornerStride[f];
          visit(below, above, corner, c1);
          visit(below, above, c1, c2);
          visit(below, above, c2, c3);
          visit(below, above, c3, corner);
        }
      }
    }
    firstSquare += 2 * numSquares;
  }
}

/** Calls `visit` with the two box nodes of every edge, once for each edge of the torus. */
export function forEachTorusEdge(lattice: PeriodicLattice, visit: (a: number, b: number) => void): void {
  const { counts } = lattice;
  const [n1, n2, n3] = counts;
  const cornerStride = [1, n1 + 1, (n1 + 1) * (n2 + 1)];
  const cubeStride = [1, n1, n1 * n2];
  const numCorners = (n1 + 1) * (n2 + 1) * (n3 + 1);
  const numCubes = n1 * n2 * n3;
  for (let k = 0; k < n3; k++) {
    for (let j = 0; j < n2; j++) {
      for (let i = 0; i < n1; i++) {
        const corner = i + cornerStride[1] * j + cornerStride[2] * k;
        const centre = numCorners + i + cubeStride[1] * j + cubeStride[2] * k;
        for (let d = 0; d < 3; d++) visit(corner, corner + cornerStride[d]);
        for (const c of CORNERS) {
          visit(corner + (c & 1) + cornerStride[1] * ((c >> 1) & 1) + cornerStride[2] * (c >> 2), centre);
        }
        if (i + 1 < n1) visit(centre, centre + 1);
        if (j + 1 < n2) visit(centre, centre + cubeStride[1]);
        if (k + 1 < n3) visit(centre, centre + cubeStride[2]);
      }
    }
  }
  let firstSquare = numCorners + numCubes;
  for (let d = 0; d < 3; d++) {
    const [fast, slow] = [0, 1, 2].filter((axis) => axis !== d);
    const numSquares = counts[fast] * counts[slow];
    const across = (counts[d] - 1) * cubeStride[d];
    for (let v = 0; v < counts[slow]; v++) {
      for (let u = 0; u < counts[fast]; u++) {
        const square = firstSquare + u + counts[fast] * v;
        const corner = cornerStride[fast] * u + cornerStride[slow] * v;
        const centre = numCorners + cubeStride[fast] * u + cubeStride[slow] * v;
        visit(corner, square);
        visit(corner + cornerStride[fast], square);
        visit(corner + cornerStride[slow], square);
        visit(corner + cornerStride[fast] + cornerStride[slow], square);
        visit(square, centre);
        visit(square + numSquares, centre + across);
      }
    }
    firstSquare += 2 * numSquares;
  }
}
