import type { Vector3 } from "../../core/tensor.js";
import { faceBits } from "./box-boundary.js";
import { orientSurface } from "./orient-surface.js";
import type { PreparedSurface } from "./prepare-surface.js";
import { syncLoops } from "./sync-loops.js";
import { boxSize, formatPoint, type Box } from "./triangle-surface.js";

/** Partners on opposite faces agree within this distance, relative to the longest edge of the box. */
export const partnerTolerance = 1e-4;

/** Whether a surface meets opposite faces of its box alike. */
export interface FaceMatch {
  readonly isPeriodic: boolean;
  /** Where not, the first place without a partner; null where it is. */
  readonly mismatch: { readonly axis: number; readonly point: Vector3 } | null;
  /** Largest distance by which a point of a high face was moved to the place of its partner. */
  readonly largestMove: number;
  /** The surface with the points of high faces exactly at the places of their partners; the given one where not periodic. */
  readonly prepared: PreparedSurface;
}

/**
 * Finds for each point and each edge of the surface on a low face of the box the one on the opposite face, and puts the
 * latter exactly there, shifted by an edge of the box.
 */
export function matchFaces(prepared: PreparedSurface): FaceMatch {
  const { surface, edges, box } = prepared;
  const points = surface.points.slice();
  const numPoints = points.length / 3;
  const bits = Uint8Array.from({ length: numPoints }, (_, point) => faceBits(points, point, box));
  const tolerance = partnerTolerance * boxSize(box);
  let largestMove = 0;
  for (let d = 0; d < 3; d++) {
    const low = listOn(bits, 2 * d);
    const high = listOn(bits, 2 * d + 1);
    const match = pairPoints(points, low, high, d, tolerance, box);
    if (match.unpaired >= 0) return notPeriodic(prepared, d, match.unpaired);
    // Where the faces have the same points they must have the same edges, too.
    const unpaired = findUnpairedEdge(edges, bits, d, match.partner);
    if (unpaired >= 0) return notPeriodic(prepared, d, edges.points[2 * unpaired]);
    for (const point of high) {
      const partner = match.partner[point];
      let move = 0;
      for (let e = 0; e < 3; e++) {
        if (e === d) continue;
        move = Math.hypot(move, points[3 * point + e] - points[3 * partner + e]);
        points[3 * point + e] = points[3 * partner + e];
      }
      largestMove = Math.max(largestMove, move);
    }
  }
  const moved = { ...prepared, surface: { points, triangles: surface.triangles } };
  return { isPeriodic: true, mismatch: null, largestMove, prepared: moved };
}

/**
 * {@link matchFaces}, after loops that differ in their points only have been given the same ones.
 *
 * @throws MeshError as prepareSurface
 */
export function alignFaces(prepared: PreparedSurface): FaceMatch {
  const match = matchFaces(prepared);
  if (match.isPeriodic) return match;
  const { surface, box } = prepared;
  const distance = partnerTolerance * boxSize(box);
  const synced = syncLoops(surface, box, { snap: distance, distance });
  if (synced === surface) return match;
  const again = matchFaces({ ...prepared, ...orientSurface(synced) });
  return again.isPeriodic ? again : match;
}

/** What a user should know where opposite faces differ. */
export function describeMismatch({ mismatch }: FaceMatch): string {
  if (mismatch === null) return "";
  const axis = "xyz"[mismatch.axis];
  return (
    `the surface meets the two faces normal to ${axis} at different places, for instance at ${formatPoint(mismatch.point)}: the ` +
    "cell is not periodic. Homogenize it with --boundary dirichlet, flux, mixed or mirror, cut the surface so that opposite " +
    "faces agree, or close it at the faces with --mesher lattice"
  );
}

function notPeriodic(prepared: PreparedSurface, axis: number, point: number): FaceMatch {
  const { points } = prepared.surface;
  const place: Vector3 = [points[3 * point], points[3 * point + 1], points[3 * point + 2]];
  return { isPeriodic: false, mismatch: { axis, point: place }, largestMove: 0, prepared };
}

function listOn(bits: Uint8Array, face: number): number[] {
  const list: number[] = [];
  bits.forEach((b, point) => {
    if ((b & (1 << face)) !== 0) list.push(point);
  });
  return list;
}

/**
 * Pairs the points of two opposite faces one to one, by a sweep along an axis in the face.
 *
 * @returns partner of each point (both ways), -1 for the others; and a point without partner, or -1
 */
function pairPoints(
  points: Float64Array,
  low: readonly number[],
  high: readonly number[],
  d: number,
  tolerance: number,
  box: Box,
): { partner: Int32Array; unpaired: number } {
  const partner = new Int32Array(points.length / 3).fill(-1);
  const [u, v] = [(d + 1) % 3, (d + 2) % 3];
  const sorted = Int32Array.from(low).sort((a, b) => points[3 * a + u] - points[3 * b + u]);
  const bitsOf = (point: number): number => faceBits(points, point, box) & ~(3 << (2 * d));
  for (const point of high) {
    let first = 0;
    let last = sorted.length;
    while (first < last) {
      const middle = (first + last) >> 1;
      if (points[3 * sorted[middle] + u] < points[3 * point + u] - tolerance) first = middle + 1;
      else last = middle;
    }
    let nearest = -1;
    let distance = tolerance;
    for (
      let i = first;
      i < sorted.length && points[3 * sorted[i] + u] <= points[3 * point + u] + tolerance;
      i++
    ) {
      const other = sorted[i];
      const gap = Math.hypot(
        points[3 * other + u] - points[3 * point + u],
        points[3 * other + v] - points[3 * point + v],
      );
      if (gap <= distance && bitsOf(other) === bitsOf(point)) {
        distance = gap;
        nearest = other;
      }
    }
    if (nearest < 0 || partner[nearest] >= 0) return { partner, unpaired: point };
    partner[nearest] = point;
    partner[point] = nearest;
  }
  return { partner, unpaired: low.find((point) => partner[point] < 0) ?? -1 };
}

/** An edge on one of the two faces whose partners are not joined on the other, or -1. */
function findUnpairedEdge(
  edges: PreparedSurface["edges"],
  bits: Uint8Array,
  d: number,
  partner: Int32Array,
): number {
  const known = new Set<number>();
  const key = (a: number, b: number): number => Math.min(a, b) * bits.length + Math.max(a, b);
  const visit = (face: number, each: (a: number, b: number, edge: number) => void): void => {
    for (let edge = 0; edge < edges.numEdges; edge++) {
      const a = edges.points[2 * edge];
      const b = edges.points[2 * edge + 1];
      if ((bits[a] & bits[b] & (1 << face)) !== 0) each(a, b, edge);
    }
  };
  let numLow = 0;
  visit(2 * d, (a, b) => {
    known.add(key(a, b));
    numLow++;
  });
  let unpaired = -1;
  let numHigh = 0;
  let lastHigh = -1;
  visit(2 * d + 1, (a, b, edge) => {
    numHigh++;
    lastHigh = edge;
    if (!known.has(key(partner[a], partner[b]))) unpaired = edge;
  });
  if (unpaired < 0 && numLow !== numHigh) visit(2 * d, (_, __, edge) => (unpaired = edge));
  return unpaired < 0 && numLow !== numHigh ? lastHigh : unpaired;
}
