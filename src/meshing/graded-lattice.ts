import { forEachTetrahedron, type PeriodicLattice } from "./periodic-lattice.js";

/**
 * A lattice whose cubes are joined to larger ones, of 2^level cubes along each edge, where the membrane is far: leaves of an
 * octree. Leaves that meet in a face, an edge or a corner, across the faces of the box too, differ by one level at most.
 */
export interface LatticeGrading {
  /** Level of the leaf that each cube lies in, first axis fastest; n1 n2 n3. */
  readonly levels: Uint8Array;
  readonly maxLevel: number;
}

/** Cubes of the finest level between the membrane's cubes and larger ones. */
const fineLayers = 2;

/** Fewest leaves of a level along an axis of the box: no two nodes are then joined by two edges. */
const minLeaves = 3;

/**
 * Joins cubes that are far from the membrane.
 *
 * @param side of each node of the torus: -1 inside, 1 outside, 0 on the membrane
 * @param ratio largest edge of a leaf over that of a cube, a power of two
 */
export function gradeLattice(lattice: PeriodicLattice, side: Int8Array, ratio: number): LatticeGrading {
  const { counts } = lattice;
  const levels = new Uint8Array(counts[0] * counts[1] * counts[2]);
  const mostLevels = Math.floor(Math.log2(Math.min(ratio, Math.min(...counts) / minLeaves)));
  if (!(mostLevels >= 1)) return { levels, maxLevel: 0 };
  let isFine = cubesOfMembrane(lattice, side);
  for (let layer = 0; layer < fineLayers; layer++) isFine = dilate(isFine, counts);
  let maxLevel = 0;
  for (let level = 1; level <= mostLevels; level++) {
    // A block of level 2 and more has a ring of cubes about it whose leaves are one level lower, or of its own.
    const isAllowed =
      level === 1 ? (cube: number) => isFine[cube] === 0 : (cube: number) => levels[cube] >= level - 1;
    if (!joinBlocks(levels, counts, level, isAllowed)) break;
    maxLevel = level;
  }
  return { levels, maxLevel };
}

/** Cubes with nodes on the membrane, or on both sides of it: 1, others 0. */
function cubesOfMembrane({ counts }: PeriodicLattice, side: Int8Array): Uint8Array {
  const [n1, n2, n3] = counts;
  const numCubes = n1 * n2 * n3;
  const found = new Uint8Array(numCubes);
  let cube = 0;
  for (let k = 0; k < n3; k++) {
    for (let j = 0; j < n2; j++) {
      for (let i = 0; i < n1; i++, cube++) {
        const own = side[numCubes + cube];
        let isUncut = own !== 0;
        for (let corner = 0; corner < 8 && isUncut; corner++) {
          const x = (i + (corner & 1)) % n1;
          const y = (j + ((corner >> 1) & 1)) % n2;
          const z = (k + (corner >> 2)) % n3;
          isUncut = side[x + n1 * (y + n2 * z)] === own;
        }
        if (!isUncut) found[cube] = 1;
      }
    }
  }
  markSquares(counts, side, found);
  return found;
}

/** Marks the cubes on both sides of a square on a face of the box whose centre is not on their side. */
function markSquares(counts: readonly number[], side: Int8Array, found: Uint8Array): void {
  const numCubes = found.length;
  const stride = [1, counts[0], counts[0] * counts[1]];
  let square = 2 * numCubes;
  for (let d = 0; d < 3; d++) {
    const [fast, slow] = [0, 1, 2].filter((axis) => axis !== d);
    for (let v = 0; v < counts[slow]; v++) {
      for (let u = 0; u < counts[fast]; u++, square++) {
        const low = stride[fast] * u + stride[slow] * v;
        const high = low + stride[d] * (counts[d] - 1);
        const own = side[square];
        if (side[numCubes + low] !== own || side[numCubes + high] !== own) found[low] = found[high] = 1;
      }
    }
  }
}

/** Marks the neighbours of marked cubes, across faces, edges and corners, on the torus: along one axis after the other. */
function dilate(marked: Uint8Array, counts: readonly number[]): Uint8Array {
  let from = marked;
  let stride = 1;
  for (const count of counts) {
    const to = new Uint8Array(from.length);
    for (let cube = 0; cube < from.length; cube++) {
      if (from[cube] === 0) continue;
      const at = Math.floor(cube / stride) % count;
      to[cube] = 1;
      to[at === 0 ? cube + stride * (count - 1) : cube - stride] = 1;
      to[at === count - 1 ? cube - stride * (count - 1) : cube + stride] = 1;
    }
    from = to;
    stride *= count;
  }
  return from;
}

/**
 * Makes leaves of a level of the blocks that it divides the lattice into, where all cubes of the block and of the ring about
 * it are allowed; what a block of cubes at the high faces that is cut off by the box would be stays as it is.
 */
function joinBlocks(
  levels: Uint8Array,
  counts: readonly [number, number, number],
  level: number,
  isAllowed: (cube: number) => boolean,
): boolean {
  const [n1, n2, n3] = counts;
  const edge = 1 << level;
  const isFree = (i0: number, j0: number, k0: number): boolean => {
    for (let k = k0 - 1; k <= k0 + edge; k++) {
      for (let j = j0 - 1; j <= j0 + edge; j++) {
        const row = n1 * (((j + n2) % n2) + n2 * ((k + n3) % n3));
        for (let i = i0 - 1; i <= i0 + edge; i++) if (!isAllowed(((i + n1) % n1) + row)) return false;
      }
    }
    return true;
  };
  let hasJoined = false;
  for (let k = 0; k + edge <= n3; k += edge) {
    for (let j = 0; j + edge <= n2; j += edge) {
      for (let i = 0; i + edge <= n1; i += edge) {
        if (!isFree(i, j, k)) continue;
        hasJoined = true;
        for (let z = k; z < k + edge; z++) {
          for (let y = j; y < j + edge; y++) {
            levels.fill(level, i + n1 * (y + n2 * z), i + edge + n1 * (y + n2 * z));
          }
        }
      }
    }
  }
  return hasJoined;
}

/**
 * Calls `visit` with the four box nodes of every tetrahedron of a graded lattice. All of them are nodes of the lattice
 * itself: the centre of a leaf is a corner of its cubes.
 *
 * Two leaves of one level have four tetrahedra between them, of their centres and an edge of their square, each cut into two
 * where the edge has a middle because a smaller leaf has it too. Where one is larger, its side of the square is four squares
 * of the smaller ones, and the two centres have half a pyramid each over the halves of these, divided at the diagonal
 * from the middle of the large square.
 *
 * @see Labelle and Shewchuk (2007), Isosurface stuffing, section 3.1
 */
export function forEachGradedTetrahedron(
  lattice: PeriodicLattice,
  grading: LatticeGrading,
  visit: (a: number, b: number, c: number, d: number) => void,
): void {
  if (grading.maxLevel === 0) {
    forEachTetrahedron(lattice, visit);
    return;
  }
  const [n1, n2, n3] = lattice.counts;
  const { levels } = grading;
  const faces = new LeafFaces(lattice, levels, visit);
  let cube = 0;
  for (let k = 0; k < n3; k++) {
    for (let j = 0; j < n2; j++) {
      for (let i = 0; i < n1; i++, cube++) {
        if (((i | j | k) & ((1 << levels[cube]) - 1)) === 0) faces.visitLeaf(i, j, k, levels[cube]);
      }
    }
  }
}

/** Nodes in the box of the tetrahedra of a graded lattice. */
export function countGradedNodes(lattice: PeriodicLattice, grading: LatticeGrading): number {
  if (grading.maxLevel === 0) return lattice.numBoxNodes;
  const isUsed = new Uint8Array(lattice.numBoxNodes);
  forEachGradedTetrahedron(lattice, grading, (a, b, c, d) => {
    isUsed[a] = isUsed[b] = isUsed[c] = isUsed[d] = 1;
  });
  let count = 0;
  for (const used of isUsed) count += used;
  return count;
}

type Visit = (a: number, b: number, c: number, d: number) => void;

/** The tetrahedra at the six squares of a leaf. Points are given in half edges of a cube from the lower corner of the box. */
class LeafFaces {
  readonly #counts: readonly [number, number, number];
  readonly #levels: Uint8Array;
  readonly #visit: Visit;
  // Strides of a step of one cube, and the first number, of corners, centres and squares.
  readonly #cornerStride: readonly number[];
  readonly #cubeStride: readonly number[];
  readonly #numCorners: number;
  readonly #firstSquare: readonly number[];

  constructor({ counts }: PeriodicLattice, levels: Uint8Array, visit: Visit) {
    const [n1, n2, n3] = counts;
    this.#counts = counts;
    this.#levels = levels;
    this.#visit = visit;
    this.#cornerStride = [1, n1 + 1, (n1 + 1) * (n2 + 1)];
    this.#cubeStride = [1, n1, n1 * n2];
    this.#numCorners = (n1 + 1) * (n2 + 1) * (n3 + 1);
    const first = this.#numCorners + n1 * n2 * n3;
    this.#firstSquare = [first, first + 2 * n2 * n3, first + 2 * (n2 * n3 + n1 * n3)];
  }

  visitLeaf(i: number, j: number, k: number, level: number): void {
    const at = [i, j, k];
    const edge = 1 << level;
    for (let d = 0; d < 3; d++) {
      for (let side = 0; side < 2; side++) {
        const isBoxFace = side === 0 ? at[d] === 0 : at[d] + edge === this.#counts[d];
        const other = this.#levelBeyond(at, d, side === 0 ? at[d] - 1 : at[d] + edge);
        if (other < level) this.#visitDivided(at, edge, d, side, isBoxFace);
        else if (isBoxFace && other > level) this.#visitQuarter(at, edge, d, side);
        else if (other === level && (isBoxFace || side === 1)) {
          this.#visitWhole(at, edge, d, side, isBoxFace, level);
        }
      }
    }
  }

  /** Tetrahedra about a square that has the same leaves on both sides, on both; on a face of the box, on one. */
  #visitWhole(
    at: readonly number[],
    edge: number,
    d: number,
    side: number,
    isBoxFace: boolean,
    level: number,
  ): void {
    const e = (d + 1) % 3;
    const f = (d + 2) % 3;
    const plane = 2 * (at[d] + side * edge);
    const [middleE, middleF] = [2 * at[e] + edge, 2 * at[f] + edge];
    const own = this.#node(d, 2 * at[d] + edge, middleE, middleF);
    const other = this.#node(d, isBoxFace ? plane : plane + edge, middleE, middleF);
    const corner = [0, 0, 0];
    corner[d] = at[d] + side * edge;
    // Around the square: to (1, 0), (1, 1), (0, 1), (0, 0).
    for (let turn = 0; turn < 4; turn++) {
      const [e0, f0, e1, f1] = TURNS[turn];
      const a = this.#node(d, plane, 2 * (at[e] + e0 * edge), 2 * (at[f] + f0 * edge));
      const b = this.#node(d, plane, 2 * (at[e] + e1 * edge), 2 * (at[f] + f1 * edge));
      corner[e] = at[e] + Math.min(e0, e1) * edge;
      corner[f] = at[f] + Math.min(f0, f1) * edge;
      if (level > 0 && this.#isSplit(corner, e0 === e1 ? f : e, level)) {
        const middle = this.#node(d, plane, 2 * at[e] + (e0 + e1) * edge, 2 * at[f] + (f0 + f1) * edge);
        this.#visit(own, other, a, middle);
        this.#visit(own, other, middle, b);
      } else {
        this.#visit(own, other, a, b);
      }
    }
  }

  /** Half pyramids at a square with four smaller leaves beyond, of them too unless they are beyond a face of the box. */
  #visitDivided(at: readonly number[], edge: number, d: number, side: number, isBoxFace: boolean): void {
    const e = (d + 1) % 3;
    const f = (d + 2) % 3;
    const plane = 2 * (at[d] + side * edge);
    const [middleE, middleF] = [2 * at[e] + edge, 2 * at[f] + edge];
    const own = this.#node(d, 2 * at[d] + edge, middleE, middleF);
    const half = edge / 2;
    for (const u of [-1, 1]) {
      for (const v of [-1, 1]) {
        const [cornerE, cornerF] = [middleE + u * edge, middleF + v * edge];
        this.#visitHalves(own, d, plane, middleE, middleF, cornerE, cornerF);
        if (isBoxFace) continue;
        const beyond = side === 0 ? plane - half : plane + half;
        const other = this.#node(d, beyond, middleE + u * half, middleF + v * half);
        this.#visitHalves(other, d, plane, middleE, middleF, cornerE, cornerF);
      }
    }
  }

  /** Half pyramids at a square on a face of the box that is a quarter of the square of the leaf at the opposite face. */
  #visitQuarter(at: readonly number[], edge: number, d: number, side: number): void {
    const e = (d + 1) % 3;
    const f = (d + 2) % 3;
    const own = this.#node(d, 2 * at[d] + edge, 2 * at[e] + edge, 2 * at[f] + edge);
    const isUpperE = (at[e] & edge) !== 0;
    const isUpperF = (at[f] & edge) !== 0;
    const low = [2 * at[e], 2 * at[f]];
    const high = [2 * (at[e] + edge), 2 * (at[f] + edge)];
    this.#visitHalves(
      own,
      d,
      2 * (at[d] + side * edge),
      isUpperE ? low[0] : high[0],
      isUpperF ? low[1] : high[1],
      isUpperE ? high[0] : low[0],
      isUpperF ? high[1] : low[1],
    );
  }

  /** The two halves of the pyramid with this tip over a square, divided from the middle of the large square to its corner. */
  #visitHalves(
    tip: number,
    d: number,
    plane: number,
    middleE: number,
    middleF: number,
    cornerE: number,
    cornerF: number,
  ): void {
    const middle = this.#node(d, plane, middleE, middleF);
    const corner = this.#node(d, plane, cornerE, cornerF);
    this.#visit(tip, middle, this.#node(d, plane, cornerE, middleF), corner);
    this.#visit(tip, middle, corner, this.#node(d, plane, middleE, cornerF));
  }

  /** Level of the leaf beyond a square, on the torus. */
  #levelBeyond(at: readonly number[], d: number, beyond: number): number {
    const count = this.#counts[d];
    const wrapped = beyond < 0 ? count - 1 : beyond === count ? 0 : beyond;
    const [s1, s2, s3] = this.#cubeStride;
    return this.#levels[at[0] * s1 + at[1] * s2 + at[2] * s3 + (wrapped - at[d]) * this.#cubeStride[d]];
  }

  /** Whether one of the four leaves around an edge, on the torus, is below a level. `corner` is where the edge begins. */
  #isSplit(corner: readonly number[], axis: number, level: number): boolean {
    const e = (axis + 1) % 3;
    const f = (axis + 2) % 3;
    for (let around = 0; around < 4; around++) {
      const [countE, countF] = [this.#counts[e], this.#counts[f]];
      const u = (corner[e] - (around & 1) + countE) % countE;
      const v = (corner[f] - (around >> 1) + countF) % countF;
      const cube = corner[axis] * this.#cubeStride[axis] + u * this.#cubeStride[e] + v * this.#cubeStride[f];
      if (this.#levels[cube] < level) return true;
    }
    return false;
  }

  /** The box node at half edges u along d, v and w along the two axes after it. */
  #node(d: number, u: number, v: number, w: number): number {
    const e = (d + 1) % 3;
    const f = (d + 2) % 3;
    const isOdd = (u & 1) + (v & 1) + (w & 1);
    if (isOdd === 0) {
      const stride = this.#cornerStride;
      return (u * stride[d] + v * stride[e] + w * stride[f]) / 2;
    }
    if (isOdd === 3) {
      const stride = this.#cubeStride;
      return this.#numCorners + ((u - 1) * stride[d] + (v - 1) * stride[e] + (w - 1) * stride[f]) / 2;
    }
    // The centre of a square on a face of the box: the lower of the two axes runs fastest.
    const [i, j] = [(v - 1) / 2, (w - 1) / 2];
    const square = e < f ? i + this.#counts[e] * j : j + this.#counts[f] * i;
    return this.#firstSquare[d] + square + (u === 0 ? 0 : this.#counts[e] * this.#counts[f]);
  }
}

/** From corner to corner around a square. */
const TURNS = [
  [0, 0, 1, 0],
  [1, 0, 1, 1],
  [1, 1, 0, 1],
  [0, 1, 0, 0],
] as const;
