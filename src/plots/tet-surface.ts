/** Local nodes of the four facets of a tetrahedron of positive volume, counter-clockwise seen from outside. */
const facetNodes = [1, 2, 3, 0, 3, 2, 0, 1, 3, 0, 2, 1];

/** Triangles with a value at each corner. */
export interface ValuedTriangles {
  /** Corners, numTriangles x 3 x 3. */
  readonly corners: Float64Array;
  /** A value at each corner, numTriangles x 3. */
  readonly values: Float64Array;
}

/** Triangles of a cut. */
export interface CutTriangles extends ValuedTriangles {
  /** Cell that each triangle lies in, numTriangles. */
  readonly cells: Int32Array;
}

/**
 * Facets that belong to one tetrahedron only, as node indices, numTriangles x 3, counter-clockwise seen from outside.
 *
 * @param cells numCells x 4, each of positive volume
 */
export function extractSurface(cells: Int32Array, numPoints: number): Int32Array {
  return facetCorners(cells, listSurfaceFacets(cells, numPoints));
}

/** Corners of half-facets 4 cell + facet, numHalves x 3, counter-clockwise seen from outside of their cells. */
export function facetCorners(cells: Int32Array, halves: Int32Array): Int32Array {
  const corners = new Int32Array(3 * halves.length);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    for (let corner = 0; corner < 3; corner++)
      corners[3 * i + corner] = cells[(half & ~3) + facetNodes[3 * (half & 3) + corner]];
  }
  return corners;
}

/** Facets that belong to one tetrahedron only, as half-facets 4 cell + facet, ascending; facet i lies opposite corner i. */
export function listSurfaceFacets(cells: Int32Array, numPoints: number): Int32Array {
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
  const surface = new Int32Array(cells.length - numInner);
  let entry = 0;
  for (let half = 0; half < cells.length; half++) if (isInner[half] === 0) surface[entry++] = half;
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
): CutTriangles {
  const corners: number[] = [];
  const cutValues: number[] = [];
  const cutCells: number[] = [];
  const heights = new Float64Array(points.length / 3);
  for (let n = 0; n < heights.length; n++) {
    const x = 3 * n;
    heights[n] = normal[0] * points[x] + normal[1] * points[x + 1] + normal[2] * points[x + 2] - offset;
  }
  const height = (n: number): number => heights[n];
  for (let cell = 0; cell < cells.length; cell += 4) {
    let numAbove = 0;
    for (let i = 0; i < 4; i++) if (heights[cells[cell + i]] >= 0) numAbove++;
    if (numAbove === 0 || numAbove === 4) continue;
    const nodes = cells.subarray(cell, cell + 4);
    const above = nodes.filter((n) => height(n) >= 0);
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
      cutCells.push(cell / 4);
      for (const p of [polygon[0], polygon[i - 1], polygon[i]]) {
        corners.push(p[0], p[1], p[2]);
        cutValues.push(p[3]);
      }
    }
  }
  return {
    corners: Float64Array.from(corners),
    values: Float64Array.from(cutValues),
    cells: Int32Array.from(cutCells),
  };
}
