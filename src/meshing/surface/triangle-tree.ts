import type { TriangleSurface } from "./triangle-surface.js";

/** Triangles of a leaf. */
const leafSize = 4;

/** A tree of boxes around triangles: node n has the children 2 n + 1 and 2 n + 2, or triangles where it is a leaf. */
export interface TriangleTree {
  readonly surface: TriangleSurface;
  /** Lowest and highest corner of each node's box, numNodes x 6. */
  readonly boxes: Float64Array;
  /** Triangles in the order of the leaves. */
  readonly order: Int32Array;
  /** Range of `order` below each node, numNodes x 2. */
  readonly ranges: Int32Array;
}

/** The point of a surface that is nearest to another point. */
export interface NearestPoint {
  /** Its triangle; -1 where none is nearer than the bound. */
  triangle: number;
  /** Where on the triangle: 0, 1, 2 a corner, 3, 4, 5 the edge from corner 0, 1, 2 to the next one, 6 inside. */
  feature: number;
  squaredDistance: number;
  readonly point: [number, number, number];
}

/** Builds the tree: halves of the triangles by their middles along the longest edge of the box; O(n log^2 n). */
export function buildTriangleTree(surface: TriangleSurface): TriangleTree {
  const { points, triangles } = surface;
  const numTriangles = triangles.length / 3;
  const middles = new Float64Array(3 * numTriangles);
  for (let half = 0; half < triangles.length; half++) {
    for (let d = 0; d < 3; d++) middles[3 * Math.floor(half / 3) + d] += points[3 * triangles[half] + d] / 3;
  }
  let numNodes = 1;
  for (let n = numTriangles; n > leafSize; n = Math.ceil(n / 2)) numNodes = 2 * numNodes + 1;
  const boxes = new Float64Array(6 * numNodes);
  const ranges = new Int32Array(2 * numNodes);
  const order = Int32Array.from({ length: numTriangles }, (_, triangle) => triangle);
  const build = (node: number, first: number, last: number): void => {
    ranges[2 * node] = first;
    ranges[2 * node + 1] = last;
    boxes.fill(Infinity, 6 * node, 6 * node + 3);
    boxes.fill(-Infinity, 6 * node + 3, 6 * node + 6);
    for (let i = first; i < last; i++) {
      for (let corner = 3 * order[i]; corner < 3 * order[i] + 3; corner++) {
        for (let d = 0; d < 3; d++) {
          const x = points[3 * triangles[corner] + d];
          if (x < boxes[6 * node + d]) boxes[6 * node + d] = x;
          if (x > boxes[6 * node + 3 + d]) boxes[6 * node + 3 + d] = x;
        }
      }
    }
    if (2 * node + 2 >= numNodes) return;
    const extents = [0, 1, 2].map((d) => boxes[6 * node + 3 + d] - boxes[6 * node + d]);
    const axis = extents.indexOf(Math.max(...extents));
    order.subarray(first, last).sort((a, b) => middles[3 * a + axis] - middles[3 * b + axis]);
    const middle = (first + last + 1) >> 1;
    build(2 * node + 1, first, middle);
    build(2 * node + 2, middle, last);
  };
  build(0, 0, numTriangles);
  return { surface, boxes, order, ranges };
}

/**
 * Finds a point of the surface nearer to (x, y, z) than `nearest` holds, and writes it there.
 *
 * @param stack nodes still to be looked at; any array, kept between calls
 */
export function improveNearest(
  tree: TriangleTree,
  x: number,
  y: number,
  z: number,
  nearest: NearestPoint,
  stack: number[],
): void {
  const { boxes, order, ranges, surface } = tree;
  const lastInner = ranges.length / 2 - 1;
  stack.length = 0;
  if (boxDistance(boxes, 0, x, y, z) < nearest.squaredDistance) stack.push(0);
  while (stack.length > 0) {
    const node = stack.pop() ?? 0;
    if (boxDistance(boxes, node, x, y, z) >= nearest.squaredDistance) continue;
    if (2 * node + 2 > lastInner) {
      for (let i = ranges[2 * node]; i < ranges[2 * node + 1]; i++) {
        improveWithTriangle(surface, order[i], x, y, z, nearest);
      }
      continue;
    }
    const low = boxDistance(boxes, 2 * node + 1, x, y, z);
    const high = boxDistance(boxes, 2 * node + 2, x, y, z);
    // The nearer child is looked at first.
    if (low < high) stack.push(2 * node + 2, 2 * node + 1);
    else stack.push(2 * node + 1, 2 * node + 2);
  }
}

/** Squared distance of a point from the box of a node. */
function boxDistance(boxes: Float64Array, node: number, x: number, y: number, z: number): number {
  const i = 6 * node;
  const dx = Math.max(boxes[i] - x, 0, x - boxes[i + 3]);
  const dy = Math.max(boxes[i + 1] - y, 0, y - boxes[i + 4]);
  const dz = Math.max(boxes[i + 2] - z, 0, z - boxes[i + 5]);
  return dx * dx + dy * dy + dz * dz;
}

/**
 * The nearest point of a triangle, by the region of the plane in which the point's projection lies.
 *
 * @see Ericson (2005), Real-Time Collision Detection, section 5.1.5
 */
function improveWithTriangle(
  { points, triangles }: TriangleSurface,
  triangle: number,
  x: number,
  y: number,
  z: number,
  nearest: NearestPoint,
): void {
  const a = 3 * triangles[3 * triangle];
  const b = 3 * triangles[3 * triangle + 1];
  const c = 3 * triangles[3 * triangle + 2];
  const ux = points[b] - points[a];
  const uy = points[b + 1] - points[a + 1];
  const uz = points[b + 2] - points[a + 2];
  const vx = points[c] - points[a];
  const vy = points[c + 1] - points[a + 1];
  const vz = points[c + 2] - points[a + 2];
  const px = x - points[a];
  const py = y - points[a + 1];
  const pz = z - points[a + 2];
  const d1 = ux * px + uy * py + uz * pz;
  const d2 = vx * px + vy * py + vz * pz;
  const uu = ux * ux + uy * uy + uz * uz;
  const uv = ux * vx + uy * vy + uz * vz;
  const vv = vx * vx + vy * vy + vz * vz;
  // Products with the point as seen from b and from c.
  const d3 = d1 - uu;
  const d4 = d2 - uv;
  const d5 = d1 - uv;
  const d6 = d2 - vv;
  const wc = d1 * d4 - d3 * d2;
  const wb = d5 * d2 - d1 * d6;
  const wa = d3 * d6 - d5 * d4;
  let s: number;
  let t: number;
  let feature: number;
  if (d1 <= 0 && d2 <= 0) [s, t, feature] = [0, 0, 0];
  else if (d3 >= 0 && d4 <= d3) [s, t, feature] = [1, 0, 1];
  else if (d6 >= 0 && d5 <= d6) [s, t, feature] = [0, 1, 2];
  else if (wc <= 0 && d1 >= 0 && d3 <= 0) [s, t, feature] = [d1 / (d1 - d3), 0, 3];
  else if (wb <= 0 && d2 >= 0 && d6 <= 0) [s, t, feature] = [0, d2 / (d2 - d6), 5];
  else if (wa <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
    t = (d4 - d3) / (d4 - d3 + d5 - d6);
    [s, feature] = [1 - t, 4];
  } else {
    s = wb / (wa + wb + wc);
    t = wc / (wa + wb + wc);
    feature = 6;
  }
  const qx = points[a] + s * ux + t * vx;
  const qy = points[a + 1] + s * uy + t * vy;
  const qz = points[a + 2] + s * uz + t * vz;
  const squared = (x - qx) ** 2 + (y - qy) ** 2 + (z - qz) ** 2;
  if (!(squared < nearest.squaredDistance)) return;
  nearest.squaredDistance = squared;
  nearest.triangle = triangle;
  nearest.feature = feature;
  nearest.point[0] = qx;
  nearest.point[1] = qy;
  nearest.point[2] = qz;
}
