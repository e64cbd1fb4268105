import { faceBits } from "./box-boundary.js";
import { clipSurface } from "./clip-surface.js";
import { orientSurface, turnTriangles } from "./orient-surface.js";
import { faceTolerance, prepareSurface, type PreparedSurface } from "./prepare-surface.js";
import { nextInTriangle, numberSurfaceEdges } from "./surface-edges.js";
import { syncLoops } from "./sync-loops.js";
import { boxSize, triangleNormal, type TriangleSurface } from "./triangle-surface.js";
import { buildTriangleTree, improveNearest, type NearestPoint } from "./triangle-tree.js";
import { weldPoints } from "./weld-points.js";

/** Points of loops on opposite faces that are nearer than this become one, in edges; farther ones are put into edges. */
const snapEdges = 0.3;

/** How far a point may lie from the edge of the other loop into which it is put, in edges: the sagitta of both. */
const distanceEdges = 0.2;

/**
 * Makes of a surface that has been meshed anew with another size what it was before: its loops on the faces of the box, with
 * the corners where they cross the edges of the box; the same points in loops on opposite faces, where these had the same;
 * and the side on which the ER is.
 *
 * @param triangles of the new mesh, points unwelded
 * @param size edge length of the new mesh
 */
export function adoptRemeshed(
  original: PreparedSurface,
  triangles: TriangleSurface,
  size: number,
  isPeriodic: boolean,
): PreparedSurface {
  const { box } = original;
  const tolerance = faceTolerance * boxSize(box);
  const welded = weldPoints(clipSurface(weldPoints(triangles).surface, box, tolerance).surface).surface;
  let surface = restoreCorners(original, welded, size);
  if (isPeriodic)
    surface = syncLoops(surface, box, { snap: snapEdges * size, distance: distanceEdges * size });
  const oriented = orientSurface(surface);
  const turned = alignComponents(
    original.surface,
    oriented.surface,
    oriented.componentOf,
    oriented.numComponents,
  );
  return prepareSurface(turned, { box });
}

/**
 * A loop that crosses an edge of the box has been cut short there: its new edge lies on no face. The corner is put back,
 * with a triangle to the point where the old loop crosses.
 */
function restoreCorners(original: PreparedSurface, surface: TriangleSurface, size: number): TriangleSurface {
  const { box } = original;
  const crossings = listCrossings(original);
  const { points, triangles } = surface;
  const edges = numberSurfaceEdges(triangles);
  const added: number[] = [];
  const more: number[] = [];
  const numPoints = points.length / 3;
  for (let half = 0; half < triangles.length; half++) {
    if (edges.count[edges.edgeOfHalf[half]] !== 1) continue;
    const a = triangles[half];
    const b = triangles[nextInTriangle(half)];
    const [bitsA, bitsB] = [faceBits(points, a, box), faceBits(points, b, box)];
    if ((bitsA & bitsB) !== 0) continue;
    let nearest = -1;
    let least = 2 * size;
    for (const [i, crossing] of crossings.entries()) {
      if ((crossing.bits & bitsA) === 0 || (crossing.bits & bitsB) === 0) continue;
      const gap = Math.hypot(
        ...[0, 1, 2].map((d) => crossing.place[d] - (points[3 * a + d] + points[3 * b + d]) / 2),
      );
      if (gap < least) {
        least = gap;
        nearest = i;
      }
    }
    if (nearest < 0) continue;
    more.push(b, a, numPoints + added.length / 3);
    added.push(...crossings[nearest].place);
  }
  if (more.length === 0) return surface;
  return {
    points: Float64Array.from([...points, ...added]),
    triangles: Int32Array.from([...triangles, ...more]),
  };
}

function listCrossings({ surface, edges, box }: PreparedSurface): { bits: number; place: number[] }[] {
  const crossings = new Map<number, { bits: number; place: number[] }>();
  for (let edge = 0; edge < edges.numEdges; edge++) {
    if (edges.count[edge] !== 1) continue;
    for (const point of edges.points.subarray(2 * edge, 2 * edge + 2)) {
      const bits = faceBits(surface.points, point, box);
      if ((bits & (bits - 1)) === 0) continue;
      crossings.set(point, { bits, place: Array.from(surface.points.subarray(3 * point, 3 * point + 3)) });
    }
  }
  return [...crossings.values()];
}

/** Turns components whose normals point against those of the nearest triangles of the original. */
function alignComponents(
  original: TriangleSurface,
  surface: TriangleSurface,
  componentOf: Int32Array,
  numComponents: number,
): TriangleSurface {
  const tree = buildTriangleTree(original);
  const agreement = new Float64Array(numComponents);
  const nearest: NearestPoint = { triangle: -1, feature: 0, squaredDistance: Infinity, point: [0, 0, 0] };
  const stack: number[] = [];
  const own: [number, number, number] = [0, 0, 0];
  const old: [number, number, number] = [0, 0, 0];
  const { points, triangles } = surface;
  for (let t = 0; t < triangles.length; t += 3) {
    const middle = [0, 1, 2].map(
      (d) =>
        (points[3 * triangles[t] + d] + points[3 * triangles[t + 1] + d] + points[3 * triangles[t + 2] + d]) /
        3,
    );
    nearest.squaredDistance = Infinity;
    improveNearest(tree, middle[0], middle[1], middle[2], nearest, stack);
    const [a, b, c] = original.triangles.subarray(3 * nearest.triangle, 3 * nearest.triangle + 3);
    triangleNormal(original.points, a, b, c, old);
    triangleNormal(points, triangles[t], triangles[t + 1], triangles[t + 2], own);
    const cosine = (own[0] * old[0] + own[1] * old[1] + own[2] * old[2]) / Math.hypot(...old);
    agreement[componentOf[t / 3]] += cosine;
  }
  return { points, triangles: turnTriangles(triangles, (t) => agreement[componentOf[t]] < 0) };
}
