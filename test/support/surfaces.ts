import type { TriangleSurface } from "../../src/meshing/surface/triangle-surface.js";

/** A ball's surface: an icosahedron, each triangle cut into four `levels` times, corners on the sphere; normals outwards. */
export function icosphere(levels: number, radius: number, center: readonly number[]): TriangleSurface {
  const t = (1 + Math.sqrt(5)) / 2;
  const points: number[][] = [
    [-1, t, 0],
    [1, t, 0],
    [-1, -t, 0],
    [1, -t, 0],
    [0, -1, t],
    [0, 1, t],
    [0, -1, -t],
    [0, 1, -t],
    [t, 0, -1],
    [t, 0, 1],
    [-t, 0, -1],
    [-t, 0, 1],
  ].map((p) => p.map((x) => x / Math.hypot(1, t)));
  let triangles = (
    "0 11 5 0 5 1 0 1 7 0 7 10 0 10 11 1 5 9 5 11 4 11 10 2 10 7 6 7 1 8 3 9 4 3 4 2 3 2 6 3 6 8 3 8 9 4 9 5 2 4 11 6 2 10 " +
    "8 6 7 9 8 1"
  )
    .split(" ")
    .map(Number);
  for (let level = 0; level < levels; level++) {
    const middles = new Map<string, number>();
    const middle = (a: number, b: number): number => {
      const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
      const known = middles.get(key);
      if (known !== undefined) return known;
      const sum = points[a].map((x, d) => x + points[b][d]);
      points.push(sum.map((x) => x / Math.hypot(...sum)));
      middles.set(key, points.length - 1);
      return points.length - 1;
    };
    const finer: number[] = [];
    for (let i = 0; i < triangles.length; i += 3) {
      const [a, b, c] = triangles.slice(i, i + 3);
      const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
      finer.push(a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca);
    }
    triangles = finer;
  }
  return {
    points: Float64Array.from(points.flatMap((p) => p.map((x, d) => center[d] + radius * x))),
    triangles: Int32Array.from(triangles),
  };
}

/**
 * A tube around a line parallel to an axis, n points around, m rings of triangles; open at both ends, normals outwards.
 *
 * @param from, to ends along the axis
 * @param center the two other coordinates
 */
export function tube(
  axis: number,
  [from, to]: readonly [number, number],
  radius: number,
  center: readonly [number, number],
  n: number,
  m: number,
): TriangleSurface {
  const points = new Float64Array(3 * n * (m + 1));
  const triangles: number[] = [];
  const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
  for (let ring = 0; ring <= m; ring++) {
    for (let i = 0; i < n; i++) {
      const at = 3 * (ring * n + i);
      const angle = (2 * Math.PI * (i + 0.5)) / n;
      points[at + axis] = from + ((to - from) * ring) / m;
      points[at + u] = center[0] + radius * Math.cos(angle);
      points[at + v] = center[1] + radius * Math.sin(angle);
    }
  }
  for (let ring = 0; ring < m; ring++) {
    for (let i = 0; i < n; i++) {
      const [a, b] = [ring * n + i, ring * n + ((i + 1) % n)];
      triangles.push(a, b, b + n, a, b + n, a + n);
    }
  }
  return { points, triangles: Int32Array.from(triangles) };
}

/** A torus around an axis along z: circles of radius `small` around points of one of radius `large`; normals outwards. */
export function torus(
  large: number,
  small: number,
  center: readonly number[],
  n: number,
  m: number,
): TriangleSurface {
  const points: number[] = [];
  const triangles: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const [phi, theta] = [(2 * Math.PI * i) / n, (2 * Math.PI * j) / m];
      const r = large + small * Math.cos(theta);
      points.push(
        center[0] + r * Math.cos(phi),
        center[1] + r * Math.sin(phi),
        center[2] + small * Math.sin(theta),
      );
      const [a, b] = [i * m + j, i * m + ((j + 1) % m)];
      const [c, d] = [((i + 1) % n) * m + j, ((i + 1) % n) * m + ((j + 1) % m)];
      triangles.push(a, c, d, a, d, b);
    }
  }
  return { points: Float64Array.from(points), triangles: Int32Array.from(triangles) };
}

/** Several surfaces in one. */
export function join(...surfaces: readonly TriangleSurface[]): TriangleSurface {
  const points: number[] = [];
  const triangles: number[] = [];
  for (const surface of surfaces) {
    const first = points.length / 3;
    points.push(...surface.points);
    triangles.push(...Array.from(surface.triangles, (point) => first + point));
  }
  return { points: Float64Array.from(points), triangles: Int32Array.from(triangles) };
}

/** A surface with other places for its points. */
export function moved(
  { points, triangles }: TriangleSurface,
  move: (point: readonly number[]) => readonly number[],
): TriangleSurface {
  const places = points.slice();
  for (let i = 0; i < points.length; i += 3) places.set(move(Array.from(points.subarray(i, i + 3))), i);
  return { points: places, triangles };
}

/** A surface as a binary STL file; it begins with "solid", as many do. */
export function stlFile({ points, triangles }: TriangleSurface, count = triangles.length / 3): Uint8Array {
  const file = new Uint8Array(84 + (50 * triangles.length) / 3);
  file.set(new TextEncoder().encode("solid of a program that says so"));
  const view = new DataView(file.buffer);
  view.setUint32(80, count, true);
  triangles.forEach((point, half) => {
    for (let d = 0; d < 3; d++) {
      view.setFloat32(
        84 + 50 * Math.floor(half / 3) + 12 + 12 * (half % 3) + 4 * d,
        points[3 * point + d],
        true,
      );
    }
  });
  return file;
}

/** A surface as an ASCII STL file. */
export function asciiStl({ points, triangles }: TriangleSurface): string {
  const lines = ["solid test"];
  for (let i = 0; i < triangles.length; i += 3) {
    lines.push("facet normal 0 0 0", " outer loop");
    for (const point of triangles.subarray(i, i + 3)) {
      lines.push(`  vertex ${Array.from(points.subarray(3 * point, 3 * point + 3)).join(" ")}`);
    }
    lines.push(" endloop", "endfacet");
  }
  return [...lines, "endsolid test", ""].join("\n");
}

/** A surface as an OBJ file; odd faces with negative indices. */
export function objFile({ points, triangles }: TriangleSurface): string {
  const numPoints = points.length / 3;
  const lines = ["# test", "o er"];
  for (let i = 0; i < points.length; i += 3) lines.push(`v ${points.slice(i, i + 3).join(" ")}`);
  lines.push("vt 0 0", "vn 0 0 1");
  for (let i = 0; i < triangles.length; i += 3) {
    const corners = Array.from(triangles.subarray(i, i + 3));
    lines.push(
      i % 2 === 0
        ? `f ${corners.map((c) => `${c + 1}/1/1`).join(" ")}`
        : `f ${corners.map((c) => `${c - numPoints}//-1`).join(" ")}`,
    );
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** A surface as an OFF file with colours. */
export function offFile({ points, triangles }: TriangleSurface): string {
  const lines = ["COFF", `# a comment`, `${points.length / 3} ${triangles.length / 3} 0`];
  for (let i = 0; i < points.length; i += 3) lines.push(`${points.slice(i, i + 3).join(" ")} 255 0 0 255`);
  for (let i = 0; i < triangles.length; i += 3) lines.push(`3 ${triangles.slice(i, i + 3).join(" ")}`);
  return `${lines.join("\n")}\n`;
}
