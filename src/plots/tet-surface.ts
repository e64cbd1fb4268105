/** Local nodes of the four facets of a tetrahedron of positive volume, counter-clockwise seen from outside. */
const facetNodes = [1, 2, 3, 0, 3, 2, 0, 1, 3, 0, 2, 1];

/** Triangles with a value at each corner. */
export interface ValuedTriangles {
  /** Corners, numTriangles x 3 x 3. */
  readonly corners: Float64Array;
  /** A value at each corner, numTriangles x 3. */
  readonly values: Float64Array;
}

/**
 * Facets that belong to one tetrahedron only, as node indices, numTriangles x 3, counter-clockwise seen from outside.
 *
 * @param cells numCells x 4, each of positive volume
 */
export function extractSurface(cells: Int32Array, numPoints: number): Int32Array {
  // Half-facets by their smallest node, in chains.
  const first = new Int32Array(numPoints).fill(-1);
  const next = new Int32Array(cells.length).fill(-1);
  const isInner = new Uint8Array(cells.length);
  const node = (half: number, corner: number): number =>
    cells[(half & ~3) + facetNodes[3 * (half & 3) + corner]];
  let numInner = 0;
  for (let half = 0; half < cells.length; half++) {
    const [a, b, c] = [node(half, 0), node(half, 1), node(half, 2)];
    const smallest = Math.min(a, b, c);
    for (let other = first[smallest]; other >= 0; other = next[other]) {
      let shared = 0;
      for (let i = 0; i < 3; i++) {
        const n = node(other, i);
        if (n === a || n === b || n === c) shared++;
      }
      if (shared < 3) continue;
      isInner[half] = isInner[other] = 1;
      numInner += 2;
      break;
    }
    next[half] = first[smallest];
    first[smallest] = half;
  }
  const surface = new Int32Array(3 * (cells.length - numInner));
  let entry = 0;
  for (let half = 0; half < cells.length; half++) {
    if (isInner[half] === 1) continue;
    for (let i = 0; i < 3; i++) surface[entry++] = node(half, i);
  }
  return surface;
}

/**
 * The intersection of tetrahedra with the plane normal . x = offset, with the values interpolated linearly. A facet in the plane
 * is given once, for the cell on its lower side.
 *
 * @param points numPoints x 3
 * @param cells numCells x 4
 * @param values one for each point
 */
export function cutCells(
  points: Float64Array,
  cells: Int32Array,
  values: Float64Array,
  normal: readonly [number, number, number],
  offset: number,
): ValuedTriangles {
  const corners: number[] = [];
  const cutValues: number[] = [];
  const height = (n: number): number =>
    normal[0] * points[3 * n] + normal[1] * points[3 * n + 1] + normal[2] * points[3 * n + 2] - offset;
  for (let cell = 0; cell < cells.length; cell += 4) {
    const nodes = cells.subarray(cell, cell + 4);
    const above = nodes.filter((n) => height(n) >= 0);
    if (above.length === 0 || above.length === 4) continue;
    const below = nodes.filter((n) => height(n) < 0);
    const polygon: number[][] = [];
    const crossings =
      above.length === 2
        ? [0, 1, 3, 2].map((i) => [above[i >> 1], below[i & 1]]) // around the quadrilateral
        : Array.from(above).flatMap((a) => Array.from(below).map((b) => [a, b]));
    for (const [a, b] of crossings) {
      const share = height(a) / (height(a) - height(b));
      const mix = (p: number, q: number): number => p + share * (q - p);
      const position = [0, 1, 2].map((d) => mix(points[3 * a + d], points[3 * b + d]));
      polygon.push([...position, mix(values[a], values[b])]);
    }
    for (let i = 2; i < polygon.length; i++) {
      for (const p of [polygon[0], polygon[i - 1], polygon[i]]) {
        corners.push(p[0], p[1], p[2]);
        cutValues.push(p[3]);
      }
    }
  }
  return { corners: Float64Array.from(corners), values: Float64Array.from(cutValues) };
}
