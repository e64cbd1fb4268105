/** What the tests need of a mesh in ASCII MSH 2.2, read without any of the library's own code. */
export interface AsciiMesh {
  readonly numNodes: number;
  /** Volume of every physical volume, by tag. */
  readonly volumes: ReadonlyMap<number, number>;
  /** Area of every physical surface, by tag. */
  readonly areas: ReadonlyMap<number, number>;
  /** Triangles on the face `y_direction = 0` and `= 1` of the unit cube, each as its corners without y_direction. */
  readonly faceTriangles: (direction: number, at: 0 | 1) => string[];
}

/** Rounding of coordinates before they are compared: meshes copied by Gmsh agree to about 1e-15. */
const digits = 9;

export function readAsciiMesh(text: string): AsciiMesh {
  const points = new Map<string, number[]>();
  for (const line of section(text, "Nodes").slice(1)) {
    const [tag = "", ...xyz] = line.split(" ");
    points.set(tag, xyz.map(Number));
  }
  const volumes = new Map<number, number>();
  const areas = new Map<number, number>();
  const tetrahedra: number[][][] = [];
  for (const line of section(text, "Elements").slice(1)) {
    const fields = line.split(" ");
    const group = Number(fields[3]);
    const corners = fields.slice(3 + Number(fields[2])).map((tag) => points.get(tag) ?? []);
    const [u = [], v = [], w = []] = corners.slice(1).map((x) => x.map((value, k) => value - corners[0][k]));
    if (fields[1] === "2") areas.set(group, (areas.get(group) ?? 0) + Math.hypot(...cross(u, v)) / 2);
    if (fields[1] !== "4") continue;
    const triple = cross(u, v).reduce((sum, value, k) => sum + value * w[k], 0);
    volumes.set(group, (volumes.get(group) ?? 0) + Math.abs(triple) / 6);
    tetrahedra.push(corners);
  }
  const faceTriangles = (direction: number, at: 0 | 1): string[] =>
    tetrahedra
      .map((corners) => corners.filter((x) => Math.abs(x[direction] - at) < 1e-9))
      .filter((corners) => corners.length === 3)
      .map((corners) => corners.map((x) => inFace(x, direction)).sort())
      .map((corners) => corners.join(" | "))
      .sort();
  return { numNodes: points.size, volumes, areas, faceTriangles };
}

function inFace(x: readonly number[], direction: number): string {
  return x
    .filter((_, k) => k !== direction)
    .map((value) => Math.abs(value).toFixed(digits))
    .join(" ");
}

function section(text: string, name: string): string[] {
  const start = text.indexOf(`$${name}\n`) + name.length + 2;
  return text.slice(start, text.indexOf(`\n$End${name}`)).split("\n");
}

function cross(u: readonly number[], v: readonly number[]): number[] {
  return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
}
