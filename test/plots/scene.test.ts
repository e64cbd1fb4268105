import { describe, expect, it } from "vitest";
import { sequentialColor, shadeColor } from "../../src/plots/color-map.js";
import { drawScene, type Scene } from "../../src/plots/scene.js";
import { cutCells, extractSurface } from "../../src/plots/tet-surface.js";

/** A few roundings. */
const ROUND_OFF = 1e-14;

/** Unit cube of six tetrahedra around the diagonal from node 0 to node 7; node = x + 2 y + 4 z. */
const points = Float64Array.from([0, 1, 2, 3, 4, 5, 6, 7].flatMap((n) => [n & 1, (n >> 1) & 1, n >> 2]));
const cells = Int32Array.from(
  [
    [0, 1, 3, 7],
    [0, 3, 2, 7],
    [0, 2, 6, 7],
    [0, 6, 4, 7],
    [0, 4, 5, 7],
    [0, 5, 1, 7],
  ].flat(),
);

const at = (corners: Float64Array, i: number): number[] => [...corners.subarray(3 * i, 3 * i + 3)];

/** Vector of area of a triangle. */
function areaVector(a: number[], b: number[], c: number[]): number[] {
  const [u, v] = [b, c].map((p) => p.map((x, d) => x - a[d]));
  return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]].map((x) => x / 2);
}

/** Coordinates of all corners of the drawn polygons. */
function pixels(svg: string): number[][] {
  const paths = [...svg.matchAll(/<path d="M([^"]*)Z" fill/g)].map((match) => match[1]);
  return paths.flatMap((path) => path.split("L").map((pair) => pair.split(" ").map(Number)));
}

function surfaceOfCube(): { corners: Float64Array; values: Float64Array } {
  const nodes = extractSurface(cells, 8);
  return {
    corners: Float64Array.from([...nodes].flatMap((n) => at(points, n))),
    values: Float64Array.from(nodes, (n) => points[3 * n]),
  };
}

describe("surface of tetrahedra", () => {
  it("has each outer facet once, turned outwards", () => {
    const nodes = extractSurface(cells, 8);
    expect(nodes.length / 3).toBe(12);
    const flux = Array.from({ length: 12 }, (_, t) => {
      const [a, b, c] = [0, 1, 2].map((i) => at(points, nodes[3 * t + i]));
      const area = areaVector(a, b, c);
      const out = a.map((x, d) => (x + b[d] + c[d]) / 3 - 0.5);
      expect(area[0] * out[0] + area[1] * out[1] + area[2] * out[2]).toBeGreaterThan(0);
      return Math.hypot(...area);
    });
    expect(Math.abs(flux.reduce((a, b) => a + b) - 6)).toBeLessThan(ROUND_OFF * 12);
  });
});

describe("cut through tetrahedra", () => {
  const values = Float64Array.from({ length: 8 }, (_, n) => points[3 * n] + 10 * points[3 * n + 1]);

  it.each([
    [[0, 0, 1], 0.3, 1],
    [[0, 0, 1], 1, 1],
    [[1, 1, 0], 1, Math.SQRT2],
    [[1, 1, 1], 1.5, 0.75 * Math.sqrt(3)],
    [[0, 0, 1], 1.5, 0],
  ] as const)("normal %j at %d has area %d and interpolated values", (normal, offset, expected) => {
    const cut = cutCells(points, cells, values, [...normal], offset);
    let area = 0;
    for (let i = 0; i < cut.values.length; i += 3) {
      area += Math.hypot(...areaVector(at(cut.corners, i), at(cut.corners, i + 1), at(cut.corners, i + 2)));
    }
    // Roundings of 36 corners.
    expect(Math.abs(area - expected)).toBeLessThan(1e-13);
    for (const [i, value] of cut.values.entries()) {
      const [x, y, z] = at(cut.corners, i);
      expect(Math.abs(value - (x + 10 * y))).toBeLessThan(1e-13);
      expect(Math.abs(normal[0] * x + normal[1] * y + normal[2] * z - offset)).toBeLessThan(1e-13);
    }
  });
});

describe("picture of a scene", () => {
  const cube: Scene = { triangles: [{ ...surfaceOfCube(), closed: true }], color: "#56b4e9" };

  it("shows the three visible faces of a closed body, two triangles each, inside the picture", () => {
    const svg = drawScene(cube);
    expect([...svg.matchAll(/<path/g)]).toHaveLength(6);
    expect(new Set([...svg.matchAll(/fill="(#[0-9a-f]+)" stroke/g)].map((match) => match[1])).size).toBe(3);
    const all = pixels(svg);
    const [u, v] = [0, 1].map((d) => all.map((pixel) => pixel[d]));
    expect([Math.min(...u), Math.max(...u)]).toEqual([16, 444]);
    expect(Math.min(...v)).toBe(16);
    const height = Number(/height="(\d+)"/.exec(svg)?.[1]);
    expect(height - Math.max(...v)).toBeGreaterThanOrEqual(16);
    expect(drawScene(cube)).toBe(svg);
  });

  it("divides a face where its colour changes, and covers it", () => {
    const svg = drawScene({
      eye: [0, 0, 1],
      triangles: [{ ...surfaceOfCube(), closed: true, flat: true }],
      bar: { label: "x < 1", unit: "um", range: [0, 1] },
    });
    const fills = [...svg.matchAll(/<path d="[^"]*" fill="(#[0-9a-f]+)"/g)].map((match) => match[1]);
    // Twenty bands; each lies in two triangles.
    expect(fills).toHaveLength(40);
    expect(new Set(fills).size).toBe(20);
    expect(fills).toContain(sequentialColor(0.5 / 20));
    expect(svg).toContain("x &lt; 1 (um)");
    const corners = [...svg.matchAll(/<path d="M([^"]*)Z"/g)].map((match) =>
      match[1].split("L").map((pair) => pair.split(" ").map(Number)),
    );
    const area = corners
      .map((polygon) => {
        const twice = polygon.map(([x, y], i) => {
          const [p, q] = polygon[(i + 1) % polygon.length];
          return x * q - p * y;
        });
        return Math.abs(twice.reduce((a, b) => a + b)) / 2;
      })
      .reduce((a, b) => a + b);
    // Corners are rounded to a tenth of a pixel.
    expect(Math.abs(area / 428 ** 2 - 1)).toBeLessThan(1e-3);
  });

  it("draws far things first", () => {
    const triangle = (z: number): number[] => [0, 0, z, 1, 0, z, 0, 1, z];
    const corners = Float64Array.from([...triangle(1), ...triangle(0)]);
    const svg = drawScene({
      eye: [0, 0, 1],
      triangles: [{ corners, values: Float64Array.from([1, 1, 1, 0, 0, 0]), flat: true }],
      bar: { label: "z", range: [0, 1] },
    });
    const fills = [...svg.matchAll(/<path d="[^"]*" fill="(#[0-9a-f]+)"/g)].map((match) => match[1]);
    expect(fills).toEqual([sequentialColor(0.5 / 20), sequentialColor(19.5 / 20)]);
  });

  it("draws an arrow for each vector that can be seen", () => {
    const svg = drawScene({
      eye: [0, 0, 1],
      lines: Float64Array.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]),
      arrows: {
        points: Float64Array.from([0.5, 0.5, 0, 0.2, 0.2, 0, 0.1, 0.1, 0]),
        vectors: Float64Array.from([1, 0, 0, 0, 2, 0, 0, 0, 1]),
        scale: 0.1,
      },
      bar: { label: "|v|", range: [0, 2] },
    });
    const fills = [...svg.matchAll(/class="arrow" d="[^"]*" fill="(#[0-9a-f]+)"/g)].map((match) => match[1]);
    expect(fills.sort()).toEqual([sequentialColor(0.5), sequentialColor(1)].sort());
  });

  it("has a picture of nothing", () => {
    expect(drawScene({})).toMatch(/^<svg[^]*<\/svg>\n$/);
  });
});

describe("colours", () => {
  it("get lighter from end to end, so that they are told apart in grey", () => {
    const luminance = (color: string): number =>
      [0.2126, 0.7152, 0.0722]
        .map((weight, i) => weight * (parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16) / 255) ** 2.2)
        .reduce((a, b) => a + b);
    const steps = Array.from({ length: 21 }, (_, i) => luminance(sequentialColor(i / 20)));
    for (let i = 1; i < steps.length; i++) expect(steps[i]).toBeGreaterThan(steps[i - 1]);
    expect(sequentialColor(-1)).toBe(sequentialColor(0));
    expect(sequentialColor(2)).toBe(sequentialColor(1));
  });

  it("are darkened channel by channel", () => {
    expect(shadeColor("#ff8040", 0.5)).toBe("#804020");
  });
});
