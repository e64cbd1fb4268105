import { cross, norm3, type Vector3 } from "../core/tensor.js";
import { facetArea, facetNode } from "./facets.js";
import { facePlanes, NUM_DIRECTIONS } from "./lattice.js";
import type { OpenCell } from "./open-cell.js";
import type { Face } from "./periodic-faces.js";

/** Number of entries of the symmetric 6 x 6 matrix of an overlap, its upper triangle row by row. */
export const OVERLAP_MOMENTS = 21;

/** Corners of a polygon cut from two triangles, at most. */
const MAX_CORNERS = 6;

/** Area of an overlap, relative to the smaller of its two triangles, below which it is round-off. */
const SMALLEST_SHARE = 1e-9;

/**
 * The polygons in which the facets of the high face of one direction, moved back by L_k, meet those of the low face.
 * Together they are the common refinement of the two triangulations.
 */
export interface FaceOverlaps {
  /** Half-facet on the high face of each overlap. */
  readonly high: Int32Array;
  /** Half-facet on the low face of each overlap. */
  readonly low: Int32Array;
  readonly areas: Float64Array;
  /**
   * int lambda_i lambda_j over each overlap, where lambda_0, 1, 2 are the barycentric coordinates of the corners of the
   * high facet, in the order of `facetNode`, and lambda_3, 4, 5 those of the low one; numOverlaps x 21, row-major upper
   * triangles.
   */
  readonly moments: Float64Array;
}

/** Triangles of a face in coordinates of its plane, six numbers each. */
interface FlatFace {
  readonly facets: Int32Array;
  readonly corners: Float64Array;
  /** Mean area of a triangle. */
  readonly meanArea: number;
}

/**
 * Cuts the triangulations of the two faces of each direction by each other. About linear in the number of facets, with
 * a grid of the mean size of those of the low face.
 */
export function overlapFaces({ periodic, faces }: OpenCell): FaceOverlaps[] {
  const { mesh, unitCell } = periodic;
  const { normals } = facePlanes(unitCell.vectors);
  return faces.map(([low, high], k) => {
    const along = unitCell.vectors[(k + 1) % NUM_DIRECTIONS];
    const length = norm3(along);
    const u: Vector3 = [along[0] / length, along[1] / length, along[2] / length];
    const v = cross(normals[k], u);
    const flatten = (face: Face, shift: Vector3): FlatFace => {
      const corners = new Float64Array(6 * face.facets.length);
      let area = 0;
      face.facets.forEach((half, f) => {
        for (let corner = 0; corner < 3; corner++) {
          const at = 3 * facetNode(mesh.cells, half, corner);
          const x = mesh.coordinates[at] - unitCell.origin[0] - shift[0];
          const y = mesh.coordinates[at + 1] - unitCell.origin[1] - shift[1];
          const z = mesh.coordinates[at + 2] - unitCell.origin[2] - shift[2];
          corners[6 * f + 2 * corner] = x * u[0] + y * u[1] + z * u[2];
          corners[6 * f + 2 * corner + 1] = x * v[0] + y * v[1] + z * v[2];
        }
        area += facetArea(mesh, half);
      });
      return { facets: face.facets, corners, meanArea: area / Math.max(1, face.facets.length) };
    };
    return cutTriangles(flatten(high, unitCell.vectors[k]), flatten(low, [0, 0, 0]));
  });
}

/** The overlaps of two sets of triangles in a plane. */
function cutTriangles(high: FlatFace, low: FlatFace): FaceOverlaps {
  const bins = binTriangles(low);
  const pairs: number[] = [];
  const areas: number[] = [];
  const moments: number[] = [];
  const seen = new Int32Array(low.facets.length).fill(-1);
  const cutter = createCutter();
  for (let h = 0; h < high.facets.length; h++) {
    const [minU, minV, maxU, maxV] = boundingBox(high.corners, h);
    for (let row = bins.row(minV); row <= bins.row(maxV); row++) {
      for (let column = bins.column(minU); column <= bins.column(maxU); column++) {
        const bin = row * bins.numColumns + column;
        for (let t = bins.start[bin]; t < bins.start[bin + 1]; t++) {
          const l = bins.triangles[t];
          if (seen[l] === h) continue;
          seen[l] = h;
          const area = cutter.cut(high.corners, h, low.corners, l);
          if (area === 0) continue;
          pairs.push(high.facets[h], low.facets[l]);
          areas.push(area);
          for (const moment of cutter.moments) moments.push(moment);
        }
      }
    }
  }
  return {
    high: Int32Array.from(areas, (_, i) => pairs[2 * i]),
    low: Int32Array.from(areas, (_, i) => pairs[2 * i + 1]),
    areas: Float64Array.from(areas),
    moments: Float64Array.from(moments),
  };
}

/** Triangles by the squares of a grid that their bounding boxes meet. */
interface TriangleBins {
  readonly numColumns: number;
  readonly start: Int32Array;
  readonly triangles: Int32Array;
  column(u: number): number;
  row(v: number): number;
}

function binTriangles({ facets, corners, meanArea }: FlatFace): TriangleBins {
  let [minU, minV, maxU, maxV] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < corners.length; i += 2) {
    minU = Math.min(minU, corners[i]);
    maxU = Math.max(maxU, corners[i]);
    minV = Math.min(minV, corners[i + 1]);
    maxV = Math.max(maxV, corners[i + 1]);
  }
  const empty = facets.length === 0;
  const spacing = empty ? 1 : Math.sqrt(2 * meanArea);
  const limit = Math.ceil(Math.sqrt(4 * facets.length)) + 1;
  const count = (extent: number): number => (empty ? 1 : Math.min(limit, Math.floor(extent / spacing) + 1));
  const numColumns = count(maxU - minU);
  const numRows = count(maxV - minV);
  const clamp = (position: number, n: number): number => Math.max(0, Math.min(n - 1, Math.floor(position)));
  const column = (u: number): number => (empty ? 0 : clamp((u - minU) / spacing, numColumns));
  const row = (v: number): number => (empty ? 0 : clamp((v - minV) / spacing, numRows));
  const start = new Int32Array(numColumns * numRows + 1);
  const visit = (action: (bin: number, triangle: number) => void): void => {
    for (let t = 0; t < facets.length; t++) {
      const box = boundingBox(corners, t);
      for (let r = row(box[1]); r <= row(box[3]); r++) {
        for (let c = column(box[0]); c <= column(box[2]); c++) action(r * numColumns + c, t);
      }
    }
  };
  visit((bin) => start[bin + 1]++);
  for (let bin = 0; bin < numColumns * numRows; bin++) start[bin + 1] += start[bin];
  const next = start.slice();
  const triangles = new Int32Array(start[numColumns * numRows]);
  visit((bin, t) => (triangles[next[bin]++] = t));
  return { numColumns, start, triangles, column, row };
}

function boundingBox(corners: Float64Array, t: number): readonly [number, number, number, number] {
  const u = [0, 2, 4].map((i) => corners[6 * t + i]);
  const v = [1, 3, 5].map((i) => corners[6 * t + i]);
  return [Math.min(...u), Math.min(...v), Math.max(...u), Math.max(...v)];
}

/** Cuts pairs of triangles, without memory of its own for each. */
interface Cutter {
  /** Moments of the last overlap that was not empty, 21. */
  readonly moments: Float64Array;
  /** Area of the overlap of triangle h of one list and l of another; 0 where it is empty or round-off. */
  cut(high: Float64Array, h: number, low: Float64Array, l: number): number;
}

function createCutter(): Cutter {
  const moments = new Float64Array(OVERLAP_MOMENTS);
  let polygon = new Float64Array(2 * (MAX_CORNERS + 3));
  let next = new Float64Array(2 * (MAX_CORNERS + 3));
  const lambda = new Float64Array(6);

  const cut = (high: Float64Array, h: number, low: Float64Array, l: number): number => {
    const highArea = signedArea(high, 6 * h);
    const lowArea = signedArea(low, 6 * l);
    polygon.set(high.subarray(6 * h, 6 * h + 6));
    let size = 3;
    const turn = Math.sign(lowArea);
    for (let edge = 0; edge < 3 && size > 0; edge++) {
      const a = 6 * l + 2 * edge;
      const b = 6 * l + 2 * ((edge + 1) % 3);
      size = clip(
        polygon,
        size,
        low[a],
        low[a + 1],
        turn * (low[b] - low[a]),
        turn * (low[b + 1] - low[a + 1]),
        next,
      );
      [polygon, next] = [next, polygon];
    }
    if (size < 3) return 0;
    let area = 0;
    moments.fill(0);
    for (let corner = 1; corner + 1 < size; corner++) {
      const part = Math.abs(fanArea(polygon, corner));
      if (part === 0) continue;
      area += part;
      // Exact for quadratics: the mid-points of the edges.
      for (let edge = 0; edge < 3; edge++) {
        const p = edge === 2 ? 2 * corner + 2 : 2 * edge * corner;
        const q = edge === 2 ? 0 : 2 * (corner + edge);
        const x = (polygon[p] + polygon[q]) / 2;
        const y = (polygon[p + 1] + polygon[q + 1]) / 2;
        barycentric(high, 6 * h, highArea, x, y, lambda, 0);
        barycentric(low, 6 * l, lowArea, x, y, lambda, 3);
        addMoments(moments, lambda, part / 3);
      }
    }
    return area > SMALLEST_SHARE * Math.min(Math.abs(highArea), Math.abs(lowArea)) ? area : 0;
  };
  return { moments, cut };
}

/** The part of a convex polygon to the left of a line through (x, y) along (dx, dy); returns its number of corners. */
function clip(
  polygon: Float64Array,
  size: number,
  x: number,
  y: number,
  dx: number,
  dy: number,
  result: Float64Array,
): number {
  let count = 0;
  for (let i = 0; i < size; i++) {
    const p = 2 * i;
    const q = 2 * ((i + 1) % size);
    const atP = dx * (polygon[p + 1] - y) - dy * (polygon[p] - x);
    const atQ = dx * (polygon[q + 1] - y) - dy * (polygon[q] - x);
    if (atP >= 0) {
      result[2 * count] = polygon[p];
      result[2 * count++ + 1] = polygon[p + 1];
    }
    if (atP >= 0 === atQ >= 0) continue;
    const t = atP / (atP - atQ);
    result[2 * count] = polygon[p] + t * (polygon[q] - polygon[p]);
    result[2 * count++ + 1] = polygon[p + 1] + t * (polygon[q + 1] - polygon[p + 1]);
  }
  return count;
}

function signedArea(corners: Float64Array, at: number): number {
  const x = corners[at];
  const y = corners[at + 1];
  return ((corners[at + 2] - x) * (corners[at + 5] - y) - (corners[at + 4] - x) * (corners[at + 3] - y)) / 2;
}

/** Signed area of the triangle of corners 0, i and i + 1. */
function fanArea(polygon: Float64Array, i: number): number {
  const p = 2 * i;
  const x = polygon[0];
  const y = polygon[1];
  return ((polygon[p] - x) * (polygon[p + 3] - y) - (polygon[p + 2] - x) * (polygon[p + 1] - y)) / 2;
}

/** Barycentric coordinates of a point, in a triangle of a signed area, to `lambda[to]` onwards. */
function barycentric(
  corners: Float64Array,
  at: number,
  area: number,
  x: number,
  y: number,
  lambda: Float64Array,
  to: number,
): void {
  for (let corner = 0; corner < 2; corner++) {
    const p = at + 2 * ((corner + 1) % 3);
    const q = at + 2 * ((corner + 2) % 3);
    lambda[to + corner] =
      ((corners[p] - x) * (corners[q + 1] - y) - (corners[q] - x) * (corners[p + 1] - y)) / (2 * area);
  }
  lambda[to + 2] = 1 - lambda[to] - lambda[to + 1];
}

function addMoments(moments: Float64Array, lambda: Float64Array, weight: number): void {
  let entry = 0;
  for (let i = 0; i < 6; i++) {
    for (let j = i; j < 6; j++) moments[entry++] += weight * lambda[i] * lambda[j];
  }
}
