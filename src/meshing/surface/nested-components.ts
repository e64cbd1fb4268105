import { orientSurface, turnTriangles, type OrientedSurface } from "./orient-surface.js";
import { signedVolumes } from "./triangle-surface.js";

/** The closed components of a surface, and which of them lie in others. */
export interface NestedSurface {
  readonly oriented: OrientedSurface;
  /** 1 for a component without boundary, numComponents. */
  readonly isClosed: Uint8Array;
  readonly numClosed: number;
  /** Closed components inside an odd number of others: cavities, whose inside is cytosol. */
  readonly numCavities: number;
  /** Closed components that were inside out. */
  readonly numInsideOut: number;
}

/**
 * Turns every closed component so that its normals point away from the ER: outwards, or inwards where it lies inside an odd
 * number of the others. Open components stay as they are.
 */
export function orientClosedComponents(given: OrientedSurface): NestedSurface {
  const { surface, edges, numComponents, componentOf } = given;
  const isClosed = new Uint8Array(numComponents).fill(1);
  for (let half = 0; half < surface.triangles.length; half++) {
    if (edges.count[edges.edgeOfHalf[half]] === 1) isClosed[componentOf[Math.floor(half / 3)]] = 0;
  }
  const volumes = signedVolumes(surface, componentOf, numComponents);
  const depth = countEnclosing(given, isClosed);
  const shouldTurn = Uint8Array.from(volumes, (volume, c) =>
    isClosed[c] === 1 && volume > 0 === (depth[c] % 2 === 1) ? 1 : 0,
  );
  const numInsideOut = volumes.reduce((sum, volume, c) => sum + (isClosed[c] === 1 && volume < 0 ? 1 : 0), 0);
  const numCavities = depth.reduce((sum, n) => sum + (n % 2), 0);
  const numClosed = isClosed.reduce((sum, flag) => sum + flag, 0);
  if (!shouldTurn.includes(1)) return { oriented: given, isClosed, numClosed, numCavities, numInsideOut };
  const triangles = turnTriangles(surface.triangles, (t) => shouldTurn[componentOf[t]] === 1);
  const oriented = { ...orientSurface({ points: surface.points, triangles }), numTurned: given.numTurned };
  return { oriented, isClosed, numClosed, numCavities, numInsideOut };
}

/** Number of closed components that hold each closed component. */
function countEnclosing(given: OrientedSurface, isClosed: Uint8Array): Int32Array {
  const { surface, numComponents, componentOf } = given;
  const { points, triangles } = surface;
  const depth = new Int32Array(numComponents);
  if (numComponents < 2) return depth;
  const boxes = boxesOfComponents(given);
  const sample = new Int32Array(numComponents).fill(-1);
  const count = new Int32Array(numComponents + 1);
  for (const component of componentOf) count[component + 1]++;
  for (let c = 0; c < numComponents; c++) count[c + 1] += count[c];
  const list = new Int32Array(componentOf.length);
  const next = count.slice();
  componentOf.forEach((component, triangle) => {
    list[next[component]++] = triangle;
    if (sample[component] < 0) sample[component] = triangles[3 * triangle];
  });
  for (let outer = 0; outer < numComponents; outer++) {
    if (isClosed[outer] === 0) continue;
    for (let inner = 0; inner < numComponents; inner++) {
      if (inner === outer || isClosed[inner] === 0) continue;
      const isInBox = [0, 1, 2].every(
        (d) =>
          boxes[6 * inner + d] > boxes[6 * outer + d] && boxes[6 * inner + 3 + d] < boxes[6 * outer + 3 + d],
      );
      if (!isInBox) continue;
      const at = 3 * sample[inner];
      let angle = 0;
      for (let i = count[outer]; i < count[outer + 1]; i++) {
        const t = 3 * list[i];
        angle += solidAngle(points, triangles[t], triangles[t + 1], triangles[t + 2], points, at);
      }
      if (Math.abs(angle) > 2 * Math.PI) depth[inner]++;
    }
  }
  return depth;
}

function boxesOfComponents({ surface, numComponents, componentOf }: OrientedSurface): Float64Array {
  const boxes = new Float64Array(6 * numComponents);
  for (let c = 0; c < numComponents; c++) {
    boxes.fill(Infinity, 6 * c, 6 * c + 3);
    boxes.fill(-Infinity, 6 * c + 3, 6 * c + 6);
  }
  surface.triangles.forEach((point, half) => {
    const c = 6 * componentOf[Math.floor(half / 3)];
    for (let d = 0; d < 3; d++) {
      const x = surface.points[3 * point + d];
      boxes[c + d] = Math.min(boxes[c + d], x);
      boxes[c + 3 + d] = Math.max(boxes[c + 3 + d], x);
    }
  });
  return boxes;
}

/**
 * The solid angle of a triangle seen from a point: tan(omega/2) = a . (b x c) / (|a||b||c| + (a.b)|c| + (b.c)|a| + (c.a)|b|).
 *
 * @see van Oosterom and Strackee (1983), doi:10.1109/TBME.1983.325207
 */
function solidAngle(
  points: Float64Array,
  i: number,
  j: number,
  k: number,
  origin: Float64Array,
  at: number,
): number {
  const ax = points[3 * i] - origin[at];
  const ay = points[3 * i + 1] - origin[at + 1];
  const az = points[3 * i + 2] - origin[at + 2];
  const bx = points[3 * j] - origin[at];
  const by = points[3 * j + 1] - origin[at + 1];
  const bz = points[3 * j + 2] - origin[at + 2];
  const cx = points[3 * k] - origin[at];
  const cy = points[3 * k + 1] - origin[at + 1];
  const cz = points[3 * k + 2] - origin[at + 2];
  const a = Math.hypot(ax, ay, az);
  const b = Math.hypot(bx, by, bz);
  const c = Math.hypot(cx, cy, cz);
  const det = ax * (by * cz - bz * cy) - ay * (bx * cz - bz * cx) + az * (bx * cy - by * cx);
  const ab = ax * bx + ay * by + az * bz;
  const bc = bx * cx + by * cy + bz * cz;
  const ca = cx * ax + cy * ay + cz * az;
  return 2 * Math.atan2(det, a * b * c + ab * c + bc * a + ca * b);
}
