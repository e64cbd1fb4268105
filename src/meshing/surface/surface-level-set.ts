import type { LevelSet } from "../level-set.js";
import type { PreparedSurface } from "./prepare-surface.js";
import { numberSurfaceEdges, nextInTriangle } from "./surface-edges.js";
import { boxSize, triangleNormal, type Box } from "./triangle-surface.js";
import { partnerTolerance } from "./match-faces.js";
import { buildTriangleTree, improveNearest, type NearestPoint } from "./triangle-tree.js";
import { weldPoints } from "./weld-points.js";

/**
 * The signed distance from a surface and its copies in the neighbouring cells, negative in the ER:
 *
 *     phi(x) = sign((x - q) . n_q) |x - q|,   q the nearest point,
 *
 * n_q the normal of the triangle where q lies inside it, else the sum of the normals at the edge, or at the corner, each
 * weighted with its angle there. With these phi has the right sign everywhere.
 *
 * @see Baerentzen and Aanaes (2005), Signed distance computation using the angle weighted pseudonormal,
 *   doi:10.1109/TVCG.2005.49
 */
export function levelSetOfSurface({ surface, box }: PreparedSurface): LevelSet {
  const { min, max } = box;
  const lengths = [max[0] - min[0], max[1] - min[1], max[2] - min[2]] as const;
  const normals = pseudoNormals(surface.points, surface.triangles, box);
  const tree = buildTriangleTree(surface);
  const nearest: NearestPoint = { triangle: -1, feature: 0, squaredDistance: Infinity, point: [0, 0, 0] };
  const stack: number[] = [];
  const x = [0, 0, 0];
  const evaluate: LevelSet["evaluate"] = (points, numPoints, values) => {
    for (let i = 0; i < numPoints; i++) {
      nearest.triangle = -1;
      nearest.squaredDistance = Infinity;
      for (let d = 0; d < 3; d++) {
        const place = points[3 * i + d] - min[d];
        x[d] = min[d] + place - lengths[d] * Math.floor(place / lengths[d]);
      }
      // The cell itself first: its distance spares most of the copies.
      improveNearest(tree, x[0], x[1], x[2], nearest, stack);
      let shift = [0, 0, 0];
      for (let copy = 0; copy < 27; copy++) {
        const [a, b, c] = [(copy % 3) - 1, (Math.floor(copy / 3) % 3) - 1, Math.floor(copy / 9) - 1];
        if (a === 0 && b === 0 && c === 0) continue;
        const before = nearest.squaredDistance;
        const moved = [a * lengths[0], b * lengths[1], c * lengths[2]];
        improveNearest(tree, x[0] + moved[0], x[1] + moved[1], x[2] + moved[2], nearest, stack);
        if (nearest.squaredDistance < before) shift = moved;
      }
      const n = 3 * (7 * nearest.triangle + nearest.feature);
      let side = 0;
      for (let d = 0; d < 3; d++) side += (x[d] + shift[d] - nearest.point[d]) * normals[n + d];
      values[i] = (side < 0 ? -1 : 1) * Math.sqrt(nearest.squaredDistance);
    }
  };
  return { origin: min, lengths: [lengths[0], lengths[1], lengths[2]], evaluate };
}

/**
 * Normals at the features of each triangle (three corners, three edges, its inside), numTriangles x 7 x 3. What meets at
 * the faces of the box across which the cell repeats counts as one.
 */
function pseudoNormals(points: Float64Array, triangles: Int32Array, box: Box): Float64Array {
  const normals = new Float64Array(7 * triangles.length);
  const wrapped = wrapPoints(points, triangles, box);
  const edges = numberSurfaceEdges(wrapped);
  const atPoint = new Float64Array(3 * (wrapped.reduce((most, point) => Math.max(most, point), 0) + 1));
  const atEdge = new Float64Array(3 * edges.numEdges);
  const normal: [number, number, number] = [0, 0, 0];
  for (let half = 0; half < triangles.length; half++) {
    const first = half - (half % 3);
    const triangle = first / 3;
    triangleNormal(points, triangles[first], triangles[first + 1], triangles[first + 2], normal);
    const length = Math.hypot(...normal);
    const angle = cornerAngle(points, triangles, half);
    for (let d = 0; d < 3; d++) {
      const n = normal[d] / length;
      atPoint[3 * wrapped[half] + d] += angle * n;
      atEdge[3 * edges.edgeOfHalf[half] + d] += n;
      normals[3 * (7 * triangle + 6) + d] = n;
    }
  }
  for (let half = 0; half < triangles.length; half++) {
    const at = 3 * (7 * Math.floor(half / 3) + (half % 3));
    for (let d = 0; d < 3; d++) {
      normals[at + d] = atPoint[3 * wrapped[half] + d];
      normals[at + 9 + d] = atEdge[3 * edges.edgeOfHalf[half] + d];
    }
  }
  return normals;
}

/** Triangles over points of the torus: those on high faces become those on the low ones where there are such. */
function wrapPoints(points: Float64Array, triangles: Int32Array, { min, max }: Box): Int32Array {
  const moved = points.slice();
  for (let i = 0; i < moved.length; i++) if (moved[i] === max[i % 3]) moved[i] = min[i % 3];
  return weldPoints({ points: moved, triangles }, partnerTolerance * boxSize({ min, max })).surface.triangles;
}

/** Angle of a triangle at the corner from which a half-edge goes out. */
function cornerAngle(points: Float64Array, triangles: Int32Array, half: number): number {
  const a = 3 * triangles[half];
  const b = 3 * triangles[nextInTriangle(half)];
  const c = 3 * triangles[nextInTriangle(nextInTriangle(half))];
  let dot = 0;
  let uu = 0;
  let vv = 0;
  for (let d = 0; d < 3; d++) {
    const u = points[b + d] - points[a + d];
    const v = points[c + d] - points[a + d];
    dot += u * v;
    uu += u * u;
    vv += v * v;
  }
  return Math.acos(Math.min(1, Math.max(-1, dot / Math.sqrt(uu * vv))));
}
