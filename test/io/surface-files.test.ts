import { describe, expect, it } from "vitest";
import { ErfemError, ParseError } from "../../src/core/errors.js";
import { parseSurface } from "../../src/io/parse-surface.js";
import type { SurfaceFile } from "../../src/io/surface-file.js";
import { weldPoints } from "../../src/meshing/surface/weld-points.js";
import { expectError } from "../support/expect-error.js";
import { createRandom } from "../support/msh-text.js";
import { asciiStl, icosphere, objFile, offFile, stlFile } from "../support/surfaces.js";

const ball = icosphere(1, 2, [10, -20, 30]);
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const files: readonly (readonly [string, string, Uint8Array])[] = [
  ["binary STL", "er.stl", stlFile(ball)],
  ["ASCII STL", "er.stl", text(asciiStl(ball))],
  ["OBJ", "er.obj", text(objFile(ball))],
  ["OFF", "er.off", text(offFile(ball))],
];

/** Coordinates of the triangles' corners: the same for all formats. */
function corners({ points, triangles }: Pick<SurfaceFile, "points" | "triangles">): Float64Array {
  return Float64Array.from(triangles).reduce(
    (all, point, i) => {
      all.set(points.subarray(3 * point, 3 * point + 3), 3 * i);
      return all;
    },
    new Float64Array(3 * triangles.length),
  );
}

function codeOf(bytes: Uint8Array, name: string): string {
  try {
    const { points, triangles } = parseSurface(bytes, name);
    expect(points.every(Number.isFinite)).toBe(true);
    expect(triangles.every((point) => point >= 0 && 3 * point < points.length)).toBe(true);
    return "none";
  } catch (error) {
    expect(error).toBeInstanceOf(ErfemError);
    return (error as ErfemError).code;
  }
}

describe.each(files)("a %s file", (format, name, bytes) => {
  it("is known by its content and read", () => {
    const surface = parseSurface(bytes);
    expect(surface.format).toBe(format);
    const [found, expected] = [corners(surface), corners(ball)];
    expect(found.length).toBe(expected.length);
    // Single precision of numbers up to 32, or all digits.
    const tolerance = format === "binary STL" ? 2e-6 : 0;
    expected.forEach((x, i) => {
      expect(Math.abs(found[i] - x)).toBeLessThanOrEqual(tolerance);
    });
  });

  it("is welded to the points of the surface", () => {
    const { surface, report } = weldPoints(parseSurface(bytes));
    expect(surface.points.length).toBe(ball.points.length);
    expect(report.numAfter).toBe(ball.points.length / 3);
  });

  it("cut anywhere is refused, or a whole surface but for its last line", () => {
    let numWhole = 0;
    for (
      let length = 0;
      length < bytes.length;
      length += length < 300 || length > bytes.length - 300 ? 1 : 23
    ) {
      const code = codeOf(bytes.slice(0, length), name);
      if (code === "none") numWhole++;
      else expect(code, `${length} of ${bytes.length}`).toMatch(/^surface-/);
    }
    // Text has no count of bytes: OBJ ends anywhere, a last number may have lost digits.
    if (format === "binary STL") expect(numWhole).toBe(0);
    if (format === "ASCII STL") expect(numWhole).toBeLessThan(10);
    if (format === "OFF") expect(numWhole).toBeLessThan(4);
  });

  it("with 1 to 3 bytes changed, 1500 times, gives a surface or an error of ours", () => {
    const random = createRandom(bytes.length);
    const outcomes = new Map<string, number>();
    for (let i = 0; i < 1500; i++) {
      const changed = bytes.slice();
      for (let n = 1 + Math.floor(3 * random()); n > 0; n--) {
        changed[Math.floor(bytes.length * random())] = Math.floor(256 * random());
      }
      const code = codeOf(changed, name);
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    }
    // Both happen: the changes are neither all harmless nor all fatal.
    expect(outcomes.get("none")).toBeGreaterThan(10);
    expect(outcomes.size).toBeGreaterThan(1);
  });
});

describe("what surface files may hold", () => {
  it("polygons, as fans", () => {
    const obj = parseSurface(text("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 \\\n3 4\n"));
    expect(Array.from(obj.triangles)).toEqual([0, 1, 2, 0, 2, 3]);
    expect(obj.numPolygons).toBe(1);
    const off = parseSurface(text("OFF 4 1 0\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3 0.5 0.5 0.5\n"));
    expect(Array.from(off.triangles)).toEqual([0, 1, 2, 0, 2, 3]);
  });

  it("faces before their points, and negative indices from the point before", () => {
    const { triangles } = parseSurface(text("f 1 2 3\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf -3 -2 -1\n"), "er.obj");
    expect(Array.from(triangles)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it("an OFF file without its word", () => {
    expect(parseSurface(text("3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n"), "er.off").triangles.length).toBe(3);
  });
});

describe("what is refused", () => {
  const nan = stlFile(ball);
  new DataView(nan.buffer).setFloat32(84 + 50 * 7 + 12 + 4, NaN, true);
  it.each([
    ["a NaN in a binary STL", nan, "er.stl", "surface-value-invalid", /triangle 7, byte 450 is "NaN"/],
    [
      "too high a count",
      stlFile(ball, 81),
      "er.stl",
      "surface-truncated",
      /states 81 triangles, 4134 bytes, but has 4084/,
    ],
    ["too low a count", stlFile(ball, 79), "er.stl", "surface-damaged", /50 too many/],
    ["no triangle", stlFile(ball, 0).slice(0, 84), "er.stl", "surface-empty", /0 points and no triangle/],
    ["nothing", new Uint8Array(0), "er.stl", "surface-truncated", /has 0 bytes/],
    ["nothing, without a name", new Uint8Array(0), "", "surface-format-unknown", /no STL, OBJ or OFF/],
    ["a picture", text("\x89PNG\r\n"), "er.png", "surface-format-unknown", /no STL, OBJ or OFF/],
    [
      "a NaN in an OBJ",
      text("v 0 nan 0\nf 1 1 1\n"),
      "er.obj",
      "surface-value-invalid",
      /line 1 is "0 nan 0"/,
    ],
    [
      "an index of nothing",
      text("v 0 0 0\nf 1 2 3\n"),
      "er.obj",
      "surface-index-invalid",
      /point "2"; expected 1 to 1/,
    ],
    ["an index 0", text("v 0 0 0\nf 0 1 1\n"), "er.obj", "surface-index-invalid", /line 2\) names point "0"/],
    ["points only", text("v 0 0 0\nv 1 0 0\n"), "er.obj", "surface-empty", /2 points and no triangle/],
    ["an OFF of four dimensions", text("4OFF\n1 1 0\n"), "er.off", "surface-unsupported", /4OFF/],
    ["a binary OFF", text("OFF BINARY\n1 1 0\n"), "er.off", "surface-unsupported", /BINARY/],
    [
      "an OFF with an index too high",
      text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 3\n"),
      "er.off",
      "surface-index-invalid",
      /"3"; expected 0 to 2/,
    ],
    ["an OFF without points", text("OFF\n3 1 0\n0 0 0\n"), "er.off", "surface-truncated", /has 1 and 0/],
    [
      "a STL with a word too many",
      text("solid a\nfacet normal 0 0 0\nouter lop\n"),
      "er.stl",
      "surface-damaged",
      /"endloop|ends|begins|loop/,
    ],
  ])("%s", (_, bytes, name, code, message) => {
    const run = (): unknown => parseSurface(bytes, name);
    if (message.source.includes("|")) expect(codeOf(bytes, name)).toMatch(/^surface-/);
    else expect(expectError(ParseError, code, run).message).toMatch(message);
  });
});
