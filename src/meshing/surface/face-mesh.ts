import { faceBits } from "./box-boundary.js";
import type { PreparedSurface } from "./prepare-surface.js";

/** The plane part of the boundary that Gmsh meshes: rectangles with points and edges of the surface in them. */
export interface FaceDrawing {
  /** Gmsh's commands. */
  readonly geo: string;
}

/** Longest piece of an edge of the box, and largest triangle of a face, in mean edges of the surface. */
const coarsening = 3;

/** Pieces of an edge of the box, at least. */
const fewestPieces = 4;

/**
 * Draws faces of the box for Gmsh: their edges cut into pieces at the points of the surface and in between, one piece one
 * element, alike on parallel edges that have the same points; and in them what of the surface lies there. A face is a Plane
 * Surface of its own, numbered 2 d + 1 (low) or 2 d + 2 (high).
 *
 * @param faces numbers 2 d + side of the faces to draw
 * @param size edge length wanted on the surface
 */
export function drawFaces(prepared: PreparedSurface, faces: readonly number[], size: number): FaceDrawing {
  const { surface, edges, box } = prepared;
  const { points } = surface;
  const numPoints = points.length / 3;
  const bits = Uint8Array.from({ length: numPoints }, (_, point) => faceBits(points, point, box));
  const lines: string[] = [
    "Mesh.Algorithm = 5;",
    "Mesh.RandomFactor = 1e-9;",
    "Mesh.CharacteristicLengthExtendFromBoundary = 1;",
    "Mesh.StlOneSolidPerSurface = 0;",
  ];
  const places: number[] = [];
  const tagOf = new Map<string, number>();
  const sizeAt: number[] = [];
  const addPoint = (x: readonly number[], edge: number): number => {
    const key = x.join(" ");
    const known = tagOf.get(key);
    if (known !== undefined) {
      sizeAt[known - 1] = Math.min(sizeAt[known - 1], edge);
      return known;
    }
    places.push(...x);
    sizeAt.push(edge);
    tagOf.set(key, sizeAt.length);
    return sizeAt.length;
  };
  const lengths = [0, 1, 2].map((d) => box.max[d] - box.min[d]);
  const largest = Math.min(coarsening * size, Math.min(...lengths) / fewestPieces);
  const localSize = edgeLengths(prepared);
  const surfacePoint = (point: number): number =>
    addPoint([...points.subarray(3 * point, 3 * point + 3)], Math.min(localSize[point], largest));
  const lineOf = new Map<string, number>();
  const drawn: string[] = [];
  const addLine = (a: number, b: number): number => {
    const known = lineOf.get(`${Math.min(a, b)} ${Math.max(a, b)}`);
    if (known !== undefined) return a < b ? known : -known;
    const tag = lineOf.size + 1;
    lineOf.set(`${Math.min(a, b)} ${Math.max(a, b)}`, tag);
    drawn.push(`Line(${tag}) = {${Math.min(a, b)}, ${Math.max(a, b)}};`);
    return a < b ? tag : -tag;
  };
  const surfaces: string[] = [];
  for (const face of faces) {
    const d = face >> 1;
    const plane = (face & 1) === 0 ? box.min[d] : box.max[d];
    const [u, v] = [(d + 1) % 3, (d + 2) % 3];
    const corner = (high: number): number[] => {
      const x = [0, 0, 0];
      x[d] = plane;
      x[u] = (high & 1) === 0 ? box.min[u] : box.max[u];
      x[v] = (high & 2) === 0 ? box.min[v] : box.max[v];
      return x;
    };
    const loop: number[] = [];
    const onLoop = new Set<number>();
    for (const [from, to] of [
      [0, 1],
      [1, 3],
      [3, 2],
      [2, 0],
    ]) {
      const tags = boxEdgePoints(corner(from), corner(to), points, bits, largest).map((x) =>
        addPoint(x, largest),
      );
      for (let i = 1; i < tags.length; i++) {
        loop.push(addLine(tags[i - 1], tags[i]));
        onLoop.add(Math.abs(loop[loop.length - 1]));
      }
    }
    surfaces.push(
      `Curve Loop(${face + 1}) = {${loop.join(", ")}};`,
      `Plane Surface(${face + 1}) = {${face + 1}};`,
    );
    const inside: number[] = [];
    const isLinked = new Uint8Array(numPoints);
    for (let edge = 0; edge < edges.numEdges; edge++) {
      const [a, b] = [edges.points[2 * edge], edges.points[2 * edge + 1]];
      if ((bits[a] & bits[b] & (1 << face)) === 0) continue;
      isLinked[a] = isLinked[b] = 1;
      const tag = Math.abs(addLine(surfacePoint(a), surfacePoint(b)));
      if (!onLoop.has(tag)) inside.push(tag);
    }
    if (inside.length > 0) surfaces.push(`Curve{${inside.join(", ")}} In Surface{${face + 1}};`);
    const single: number[] = [];
    for (let point = 0; point < numPoints; point++) {
      const isOnEdge = (bits[point] & ~(1 << face)) !== 0;
      if ((bits[point] & (1 << face)) !== 0 && isLinked[point] === 0 && !isOnEdge)
        single.push(surfacePoint(point));
    }
    if (single.length > 0) surfaces.push(`Point{${single.join(", ")}} In Surface{${face + 1}};`);
  }
  sizeAt.forEach((h, i) => {
    lines.push(`Point(${i + 1}) = {${places[3 * i]}, ${places[3 * i + 1]}, ${places[3 * i + 2]}, ${h}};`);
  });
  lines.push(...drawn, `Transfinite Curve{1:${drawn.length}} = 2;`, ...surfaces, "");
  return { geo: lines.join("\n") };
}

/**
 * The points that cut an edge of the box: its ends, the points of the surface on it, and others between them, in order from
 * one end. Computed from the low end, so that parallel edges with the same points are cut alike.
 */
function boxEdgePoints(
  from: readonly number[],
  to: readonly number[],
  points: Float64Array,
  bits: Uint8Array,
  largest: number,
): number[][] {
  const axis = [0, 1, 2].find((d) => from[d] !== to[d]) ?? 0;
  const [low, high] = from[axis] < to[axis] ? [from, to] : [to, from];
  const stops = [low[axis], high[axis]];
  for (let point = 0; point < bits.length; point++) {
    if ((bits[point] & (bits[point] - 1)) === 0) continue;
    const isOn = [0, 1, 2].every((d) => d === axis || points[3 * point + d] === low[d]);
    if (isOn) stops.push(points[3 * point + axis]);
  }
  const sorted = [...new Set(stops)].sort((a, b) => a - b);
  const places: number[] = [sorted[0]];
  for (let i = 1; i < sorted.length; i++) {
    const length = sorted[i] - sorted[i - 1];
    const pieces = Math.max(1, Math.ceil(length / largest - 1e-6));
    for (let piece = 1; piece < pieces; piece++) places.push(sorted[i - 1] + (length * piece) / pieces);
    places.push(sorted[i]);
  }
  const result = places.map((x) => low.map((y, d) => (d === axis ? x : y)));
  return low === from ? result : result.reverse();
}

/** Mean length of the edges at each point of the surface. */
function edgeLengths({ surface, edges }: PreparedSurface): Float64Array {
  const { points } = surface;
  const sum = new Float64Array(points.length / 3);
  const count = new Int32Array(points.length / 3);
  for (let edge = 0; edge < edges.numEdges; edge++) {
    const [a, b] = [edges.points[2 * edge], edges.points[2 * edge + 1]];
    const length = Math.hypot(
      points[3 * a] - points[3 * b],
      points[3 * a + 1] - points[3 * b + 1],
      points[3 * a + 2] - points[3 * b + 2],
    );
    sum[a] += length;
    sum[b] += length;
    count[a]++;
    count[b]++;
  }
  return sum.map((length, point) => length / Math.max(1, count[point]));
}
