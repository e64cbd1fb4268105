import { describe, expect, it } from "vitest";
import { MeshError, UsageError } from "../../src/core/errors.js";
import { meshLevelSet } from "../../src/meshing/mesh-level-set.js";
import { enclosedVolume } from "../../src/meshing/surface/enclosed-volume.js";
import { alignFaces, matchFaces } from "../../src/meshing/surface/match-faces.js";
import { prepareSurface } from "../../src/meshing/surface/prepare-surface.js";
import { findSelfIntersections } from "../../src/meshing/surface/self-intersections.js";
import { levelSetOfSurface } from "../../src/meshing/surface/surface-level-set.js";
import { surfaceArea, type TriangleSurface } from "../../src/meshing/surface/triangle-surface.js";
import { expectError } from "../support/expect-error.js";
import { createRandom } from "../support/msh-text.js";
import { icosphere, join, torus, tube } from "../support/surfaces.js";

const box = { min: [0, 0, 0], max: [1, 1, 1] } as const;
const ball = icosphere(2, 0.3, [0.5, 0.5, 0.5]);

const without = ({ points, triangles }: TriangleSurface, ...removed: number[]): TriangleSurface => ({
  points,
  triangles: triangles.filter((_, half) => !removed.includes(Math.floor(half / 3))),
});

const turned = ({ points, triangles }: TriangleSurface, ...chosen: number[]): TriangleSurface => {
  const copy = triangles.slice();
  for (const t of chosen) copy.set([triangles[3 * t + 1], triangles[3 * t]], 3 * t);
  return { points, triangles: copy };
};

/** Each triangle with points of its own, as in a STL file, in single precision. */
const soup = ({ points, triangles }: TriangleSurface): TriangleSurface => ({
  points: Float64Array.from(triangles).reduce(
    (all, point, i) => {
      for (let d = 0; d < 3; d++) all[3 * i + d] = Math.fround(points[3 * point + d]);
      return all;
    },
    new Float64Array(3 * triangles.length),
  ),
  triangles: triangles.map((_, i) => i),
});

describe("what is mended", () => {
  it("points of their own for each triangle, triangles without area, doubled ones", () => {
    const { points, triangles } = soup(ball);
    const dirty = {
      points,
      triangles: Int32Array.from([...triangles, 0, 0, 1, ...triangles.subarray(0, 6)]),
    };
    const { report } = prepareSurface(dirty, { box });
    expect(report.weld.numAfter).toBe(ball.points.length / 3);
    expect(report.clean).toEqual({ numCollapsed: 1, numFlat: 0, numDuplicates: 2 });
    expect(report.numTriangles).toBe(ball.triangles.length / 3);
    expect(report.notes.join("; ")).toMatch(/1 triangle without area removed; 2 triangles given twice/);
  });

  it("three points on a line, by the diagonal of the neighbour", () => {
    // The edge 0-1 of the first triangle gets a point in its middle, filled by a triangle without area.
    const [a, b] = ball.triangles;
    const middle = [0, 1, 2].map((d) => (ball.points[3 * a + d] + ball.points[3 * b + d]) / 2);
    const m = ball.points.length / 3;
    const split = {
      points: Float64Array.from([...ball.points, ...middle]),
      triangles: Int32Array.from([
        ...ball.triangles.subarray(3),
        a,
        b,
        m,
        a,
        m,
        ball.triangles[2],
        m,
        b,
        ball.triangles[2],
      ]),
    };
    const { report } = prepareSurface(split, { box });
    expect(report.clean.numFlat).toBe(1);
    expect(Math.abs(report.area / surfaceArea(ball) - 1)).toBeLessThan(1e-12);
  });

  it("triangles that look the wrong way, and a whole surface inside out", () => {
    const volume = enclosedVolume(prepareSurface(ball, { box }));
    const some = prepareSurface(turned(ball, 3, 17, 100), { box });
    expect(some.report.numTurned).toBe(3);
    expect(enclosedVolume(some)).toBeCloseTo(volume, 12);
    const all = prepareSurface(turned(ball, ...Array.from({ length: 320 }, (_, t) => t)), { box });
    expect(all.report).toMatchObject({ numTurned: 0, numInsideOut: 1 });
    expect(enclosedVolume(all)).toBeCloseTo(volume, 12);
  });

  it("a shell inside another: a cavity", () => {
    const inner = icosphere(2, 0.15, [0.5, 0.5, 0.5]);
    const prepared = prepareSurface(join(ball, inner), { box });
    expect(prepared.report).toMatchObject({ numClosed: 2, numCavities: 1, numInsideOut: 0 });
    expect(enclosedVolume(prepared)).toBeCloseTo(enclosedVolume(prepareSurface(ball, { box })) * (7 / 8), 12);
  });
});

describe("what is refused", () => {
  it.each([
    [
      "holes",
      without(ball, 4, 5, 200),
      "surface-has-holes",
      /has [23] holes .*edges, .* long, around \(0\.\d.*pymeshfix/,
    ],
    [
      "an edge of three triangles",
      {
        points: Float64Array.from([...ball.points, 0.5, 0.5, 0.5]),
        triangles: Int32Array.from([...ball.triangles, ball.triangles[0], ball.triangles[1], 162]),
      },
      "surface-not-manifold",
      /1 edges? of the surface .*more than two triangles, at \(/,
    ],
    [
      "two balls that cross",
      join(ball, icosphere(2, 0.2, [0.75, 0.5, 0.5])),
      "surface-self-intersecting",
      /\d+ pairs of triangles .* at \(0\.\d.*boolean union/,
    ],
    [
      "a surface somewhere else",
      icosphere(1, 0.3, [5, 5, 5]),
      "surface-outside-box",
      /no part of the surface, from \(4\.7/,
    ],
    [
      "no area",
      { points: new Float64Array(9), triangles: Int32Array.from([0, 1, 2]) },
      "surface-empty",
      /the surface is 0 long/,
    ],
  ])("%s", (_, surface, code, message) => {
    expect(expectError(MeshError, code, () => prepareSurface(surface, { box })).message).toMatch(message);
  });

  it("a Moebius strip", () => {
    const n = 24;
    const points: number[] = [];
    const triangles: number[] = [];
    for (let i = 0; i < n; i++) {
      const angle = (2 * Math.PI * i) / n;
      for (const side of [-0.1, 0.1]) {
        const r = 0.3 + side * Math.cos(angle / 2);
        points.push(0.5 + r * Math.cos(angle), 0.5 + r * Math.sin(angle), 0.5 + side * Math.sin(angle / 2));
      }
      const next = i === n - 1 ? [1, 0] : [2 * i + 2, 2 * i + 3];
      triangles.push(2 * i, next[0], next[1], 2 * i, next[1], 2 * i + 1);
    }
    const strip = { points: Float64Array.from(points), triangles: Int32Array.from(triangles) };
    expectError(MeshError, "surface-not-orientable", () => prepareSurface(strip, { box }));
  });

  it("no box, with a proposal; a box without volume", () => {
    const missing = expectError(UsageError, "box-missing", () => prepareSurface(ball));
    expect(missing.message).toMatch(/--box 0\.1\d*,0\.1\d*,0\.1\d*,0\.8/);
    expectError(UsageError, "box-degenerate", () =>
      prepareSurface(ball, { box: { min: [0, 0, 0], max: [1, 0, 1] } }),
    );
  });
});

describe("self-intersections", () => {
  it("are the pairs that a comparison of all finds", () => {
    const random = createRandom(7);
    const points = Float64Array.from({ length: 3 * 240 }, random);
    // Triangles of points near to each other, so that some cross and some do not.
    for (let i = 0; i < points.length; i += 9) {
      for (let j = 3; j < 9; j++) points[i + j] = points[i + (j % 3)] + random() - 0.5;
    }
    const surface = { points, triangles: Int32Array.from({ length: 240 }, (_, i) => i) };
    const found = findSelfIntersections(surface);
    const naive: string[] = [];
    for (let s = 0; s < 80; s++) {
      for (let t = s + 1; t < 80; t++) if (crossNaive(points, 9 * s, 9 * t)) naive.push(`${s} ${t}`);
    }
    const pairs = Array.from({ length: found.length / 2 }, (_, i) =>
      [found[2 * i], found[2 * i + 1]].sort((a, b) => a - b).join(" "),
    );
    expect(naive.length).toBeGreaterThan(20);
    expect(pairs.sort()).toEqual(naive.sort());
  });

  it("are none on a torus, and the crossings of two that are linked too tightly", () => {
    const one = torus(0.25, 0.08, [0.5, 0.5, 0.5], 40, 16);
    expect(findSelfIntersections(one)).toEqual([]);
    expect(
      findSelfIntersections(join(one, torus(0.25, 0.08, [0.6, 0.5, 0.5], 40, 16))).length,
    ).toBeGreaterThan(20);
  });
});

/** Two triangles without common corners cross where an edge of one has points inside the other: Moeller and Trumbore. */
function crossNaive(x: Float64Array, s: number, t: number): boolean {
  const at = (i: number): number[] => [x[i], x[i + 1], x[i + 2]];
  const minus = (a: number[], b: number[]): number[] => a.map((v, d) => v - b[d]);
  const dot = (a: number[], b: number[]): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const product = (a: number[], b: number[]): number[] => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const hits = (p: number[], q: number[], i: number): boolean => {
    const [a, e1, e2] = [at(i), minus(at(i + 3), at(i)), minus(at(i + 6), at(i))];
    const direction = minus(q, p);
    const h = product(direction, e2);
    const f = 1 / dot(e1, h);
    const r = minus(p, a);
    const u = f * dot(r, h);
    const k = product(r, e1);
    const v = f * dot(direction, k);
    const w = f * dot(e2, k);
    return u >= 0 && v >= 0 && u + v <= 1 && w >= 0 && w <= 1;
  };
  return [0, 3, 6].some(
    (i) => hits(at(s + i), at(s + ((i + 3) % 9)), t) || hits(at(t + i), at(t + ((i + 3) % 9)), s),
  );
}

describe("a surface that reaches the faces of the box", () => {
  const section = (r: number, n: number): number => (n / 2) * r ** 2 * Math.sin((2 * Math.PI) / n);

  it("is cut there, its volume known without a mesh", () => {
    const long = tube(0, [-0.3, 1.4], 0.2, [0.5, 0.5], 20, 17);
    const prepared = prepareSurface(long, { box });
    expect(prepared.report.clip.numOutside).toBeGreaterThan(0);
    expect(Math.abs(enclosedVolume(prepared) - section(0.2, 20))).toBeLessThan(1e-12);
    expect(matchFaces(prepared).isPeriodic).toBe(true);
  });

  it("across edges and a corner of the box: a quarter of a tube, an eighth of a ball", () => {
    const quarter = prepareSurface(tube(2, [0, 1], 0.2, [0, 1], 20, 10), { box });
    expect(Math.abs(enclosedVolume(quarter) - section(0.2, 20) / 4)).toBeLessThan(1e-12);
    const eighth = prepareSurface(icosphere(3, 0.4, [1, 1, 1]), { box });
    const whole = enclosedVolume(
      prepareSurface(icosphere(3, 0.4, [0, 0, 0]), { box: { min: [-1, -1, -1], max: [1, 1, 1] } }),
    );
    expect(Math.abs(enclosedVolume(eighth) / (whole / 8) - 1)).toBeLessThan(1e-12);
    expect(matchFaces(eighth).mismatch).not.toBeNull();
    // Only three of the faces are reached: there is nothing to bring into line.
    expect(alignFaces(eighth).isPeriodic).toBe(false);
  });

  it("gets the same points in loops that differ in their points only", () => {
    const straight = prepareSurface(tube(0, [0, 1], 0.2, [0.5, 0.5], 20, 10), { box });
    // Points in the middle of some edges of the high loop, which has no such points on the low face.
    const { points, triangles } = straight.surface;
    const added: number[] = [];
    const cut: number[] = [];
    for (let i = 0; i < triangles.length; i += 3) {
      const corners = Array.from(triangles.subarray(i, i + 3));
      const high = corners.filter((point) => points[3 * point] === 1);
      if (high.length !== 2 || i % 4 !== 3) cut.push(...corners);
      else {
        while (points[3 * corners[2]] === 1) corners.push(corners.shift() ?? 0);
        const m = (points.length + added.length) / 3;
        for (let d = 0; d < 3; d++) added.push((points[3 * corners[0] + d] + points[3 * corners[1] + d]) / 2);
        cut.push(corners[0], m, corners[2], m, corners[1], corners[2]);
      }
    }
    expect(added.length).toBeGreaterThan(0);
    const uneven = prepareSurface(
      { points: Float64Array.from([...points, ...added]), triangles: Int32Array.from(cut) },
      { box },
    );
    expect(matchFaces(uneven).isPeriodic).toBe(false);
    const match = alignFaces(uneven);
    expect(match.isPeriodic).toBe(true);
    expect(Math.abs(surfaceArea(match.prepared.surface) / surfaceArea(straight.surface) - 1)).toBeLessThan(
      1e-12,
    );
  });

  it("is not cut open anywhere else", () => {
    const open = tube(0, [0, 0.9], 0.2, [0.5, 0.5], 20, 9);
    const { message } = expectError(MeshError, "surface-has-holes", () => prepareSurface(open, { box }));
    expect(message).toMatch(/1 hole .*20 edges, 1\.25\d* long, around \(0\.9, 0\.5, 0\.5\)/);
  });
});

describe("the level set of a surface", () => {
  it("is the signed distance from the surface and its copies", () => {
    const prepared = prepareSurface(
      join(icosphere(2, 0.2, [0.3, 0.5, 0.5]), torus(0.15, 0.04, [0.75, 0.5, 0.5], 24, 8)),
      { box },
    );
    const { evaluate } = levelSetOfSurface(prepared);
    const random = createRandom(3);
    const n = 400;
    const points = Float64Array.from({ length: 3 * n }, () => 3 * random() - 1);
    const values = new Float64Array(n);
    evaluate(points, n, values);
    let worst = 0;
    for (let i = 0; i < n; i++) {
      let least = Infinity;
      for (let copy = 0; copy < 125; copy++) {
        const [x, y, z] = [0, 1, 2].map((d) => points[3 * i + d] + (Math.floor(copy / 5 ** d) % 5) - 2);
        least = Math.min(least, Math.hypot(x - 0.3, y - 0.5, z - 0.5) - 0.2);
        least = Math.min(least, Math.hypot(Math.hypot(x - 0.75, y - 0.5) - 0.15, z - 0.5) - 0.04);
      }
      worst = Math.max(worst, Math.abs(values[i] - least));
    }
    // The polyhedra lie inside by the sagitta of their edges: h^2 / (8 r), h = 0.06 on the ball; of the torus 8 sides, r (1 - cos(pi / 8)).
    expect(worst).toBeLessThan(0.005);
  });

  it("is meshed on the lattice where tubes cross the faces of the box", () => {
    const tubes = join(tube(0, [0, 1], 0.15, [0.5, 0], 24, 16), tube(0, [0, 1], 0.15, [0.5, 1], 24, 16));
    const prepared = prepareSurface(tubes, { box });
    const { report } = meshLevelSet(levelSetOfSurface(prepared), { size: 0.05 });
    // Second order: (0.05 / 0.15)^2 / 8 = 1.4 %.
    expect(Math.abs(report.volume / enclosedVolume(prepared) - 1)).toBeLessThan(0.03);
    expect(Math.abs(report.area / prepared.report.area - 1)).toBeLessThan(0.02);
  });
});
