import { MeshError } from "../../core/errors.js";
import { createFacetTable, findFacet, insertFacet } from "../../mesh/facet-table.js";
import { nextInTriangle, numberSurfaceEdges, oppositeHalf, type SurfaceEdges } from "./surface-edges.js";
import {
  dropUnusedPoints,
  formatPoint,
  middleOf,
  triangleNormal,
  type TriangleSurface,
} from "./triangle-surface.js";

/** A triangle whose height is less than this part of its longest edge has no area. */
const flatness = 1e-9;

/** Places named in a message. */
const listed = 3;

/** What cleaning removed. */
export interface CleanReport {
  /** Triangles with two equal corners, removed. */
  readonly numCollapsed: number;
  /** Triangles of three points on a line: removed, and their neighbour cut at the middle one. */
  readonly numFlat: number;
  /** Triangles given more than once: one is kept. */
  readonly numDuplicates: number;
}

/** Removes triangles without area and those given twice. */
export function cleanSurface(surface: TriangleSurface): {
  readonly surface: TriangleSurface;
  readonly report: CleanReport;
} {
  const { points, triangles } = surface;
  const table = createFacetTable(triangles.length / 3);
  const kept = new Int32Array(triangles.length);
  let length = 0;
  let numCollapsed = 0;
  let numDuplicates = 0;
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = triangles.subarray(i, i + 3);
    if (a === b || b === c || c === a) {
      numCollapsed++;
    } else if (findFacet(table, a, b, c) >= 0) {
      numDuplicates++;
    } else {
      insertFacet(table, a, b, c, 1);
      kept.set([a, b, c], length);
      length += 3;
    }
  }
  const mended = mendFlatTriangles(points, kept.slice(0, length));
  return {
    surface: dropUnusedPoints({ points, triangles: mended.triangles }),
    report: { numCollapsed, numFlat: mended.numFlat, numDuplicates },
  };
}

/** Three corners on a line: the diagonal to the neighbour across the longest edge is swapped, which makes two proper ones. */
function mendFlatTriangles(
  points: Float64Array,
  given: Int32Array,
): { triangles: Int32Array; numFlat: number } {
  let triangles = given;
  let numFlat = 0;
  // A neighbour may be flat, too: several rounds, each with the edges of the one before.
  for (let round = 0; round < 8; round++) {
    const flat = listFlat(points, triangles);
    if (flat.length === 0) break;
    const edges = numberSurfaceEdges(triangles);
    const next = triangles.slice();
    const isTouched = new Uint8Array(triangles.length / 3);
    let numMended = 0;
    for (const half of flat) {
      const other = oppositeHalf(edges, half);
      const triangle = Math.floor(half / 3);
      const neighbour = Math.floor(other / 3);
      if (other < 0 || isTouched[triangle] === 1 || isTouched[neighbour] === 1) continue;
      isTouched[triangle] = isTouched[neighbour] = 1;
      const a = triangles[half];
      const c = triangles[nextInTriangle(half)];
      const b = triangles[nextInTriangle(nextInTriangle(half))];
      const d = triangles[nextInTriangle(nextInTriangle(other))];
      if (triangles[other] === a) {
        // The neighbour has the other orientation: it keeps it.
        next.set([b, a, d], 3 * triangle);
        next.set([c, b, d], 3 * neighbour);
      } else {
        next.set([a, d, b], 3 * triangle);
        next.set([d, c, b], 3 * neighbour);
      }
      numMended++;
    }
    triangles = next;
    numFlat += numMended;
    if (numMended === 0) break;
  }
  return { triangles, numFlat };
}

/** The longest half-edges of the triangles without area. */
function listFlat(points: Float64Array, triangles: Int32Array): number[] {
  const flat: number[] = [];
  const normal: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < triangles.length; i += 3) {
    triangleNormal(points, triangles[i], triangles[i + 1], triangles[i + 2], normal);
    let longest = -1;
    let length = -1;
    for (let half = i; half < i + 3; half++) {
      const a = 3 * triangles[half];
      const b = 3 * triangles[nextInTriangle(half)];
      const l = Math.hypot(
        points[a] - points[b],
        points[a + 1] - points[b + 1],
        points[a + 2] - points[b + 2],
      );
      if (l > length) {
        length = l;
        longest = half;
      }
    }
    if (Math.hypot(...normal) <= flatness * length * length) flat.push(longest);
  }
  return flat;
}

/**
 * Requires that no edge has more than two triangles.
 *
 * @throws MeshError `surface-not-manifold` with the number of such edges and the first places
 */
export function requireManifold(surface: TriangleSurface, edges: SurfaceEdges): void {
  const bad: number[] = [];
  for (let edge = 0; edge < edges.numEdges; edge++) if (edges.count[edge] > 2) bad.push(edge);
  if (bad.length === 0) return;
  const places = bad
    .slice(0, listed)
    .map((edge) => middleOf(surface, [...edges.points.subarray(2 * edge, 2 * edge + 2)]));
  throw new MeshError(
    "surface-not-manifold",
    `${bad.length} edges of the surface belong to more than two triangles, at ` +
      `${places.map(formatPoint).join(", ")}${bad.length > listed ? ", ..." : ""}; expected a surface with one inside and one ` +
      "outside: remove inner walls and doubled sheets (MeshLab: Select non manifold edges, delete, Close holes; pymeshfix does " +
      "it by itself)",
    { details: { count: bad.length, places } },
  );
}
