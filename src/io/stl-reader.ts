import {
  emptySurface,
  invalidPoint,
  SurfaceBuilder,
  surfaceError,
  type SurfaceFile,
} from "./surface-file.js";
import { splitWords, visitLines } from "./text-lines.js";

/** Header and count of a binary file; bytes of a triangle: normal, three points, attribute. */
const headBytes = 84;
const triangleBytes = 50;

/**
 * Reads a STL file. It is binary where its length is that of the count it states, whatever it begins with ("solid" begins
 * many binary files); else text, where it has a facet; else a damaged binary file. Normals are not read.
 *
 * @throws ParseError `surface-truncated`, `surface-damaged`, `surface-value-invalid`, `surface-empty`
 */
export function parseStl(bytes: Uint8Array): SurfaceFile {
  const count = statedCount(bytes);
  if (count !== null && bytes.length === headBytes + triangleBytes * count) return parseBinary(bytes, count);
  if (isTextStl(bytes)) return parseText(bytes);
  if (count === null) {
    throw surfaceError(
      "surface-truncated",
      `The STL file has ${bytes.length} bytes; expected 84 at least, or text that begins with "solid". It is cut off, or ` +
        "no STL file: export it again.",
      { bytes: bytes.length },
    );
  }
  const expected = headBytes + triangleBytes * count;
  if (bytes.length < expected) {
    throw surfaceError(
      "surface-truncated",
      `The binary STL file states ${count} triangles, ${expected} bytes, but has ${bytes.length}. It is cut off, or its ` +
        "count is wrong: copy or export it again.",
      { count, expected, bytes: bytes.length },
    );
  }
  throw surfaceError(
    "surface-damaged",
    `The binary STL file states ${count} triangles, ${expected} bytes, but has ${bytes.length}: ${bytes.length - expected} too ` +
      "many. Its count is wrong, or several files have been joined: export it again.",
    { count, expected, bytes: bytes.length },
  );
}

/** Whether a file is a STL file by its content. */
export function isStl(bytes: Uint8Array): boolean {
  const count = statedCount(bytes);
  return (count !== null && bytes.length === headBytes + triangleBytes * count) || isTextStl(bytes);
}

function statedCount(bytes: Uint8Array): number | null {
  if (bytes.length < headBytes) return null;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(80, true);
}

/** Text: "solid", then on a line below "facet" or "endsolid"; the first 64 KiB are looked at, and hold no zero byte. */
function isTextStl(bytes: Uint8Array): boolean {
  const front = bytes.subarray(0, 1 << 16);
  if (front.includes(0)) return false;
  return /^\s*solid\b[^\r\n]*[\r\n]+\s*(?:facet\b|endsolid\b|$)/i.test(
    new TextDecoder("latin1").decode(front),
  );
}

function parseBinary(bytes: Uint8Array, count: number): SurfaceFile {
  if (count === 0) throw emptySurface("binary STL", 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const points = new Float64Array(9 * count);
  for (let triangle = 0; triangle < count; triangle++) {
    const at = headBytes + triangleBytes * triangle + 12;
    for (let i = 0; i < 9; i++) {
      const value = view.getFloat32(at + 4 * i, true);
      if (!Number.isFinite(value)) {
        throw invalidPoint(String(value), `triangle ${triangle}, byte ${at + 4 * i}`, {
          triangle,
          byte: at + 4 * i,
        });
      }
      points[9 * triangle + i] = value;
    }
  }
  return {
    format: "binary STL",
    points,
    triangles: Int32Array.from({ length: 3 * count }, (_, corner) => corner),
    numPolygons: 0,
  };
}

/** `vertex x y z` three times between `outer loop` and `endloop`; the other words are not needed. */
function parseText(bytes: Uint8Array): SurfaceFile {
  const builder = new SurfaceBuilder();
  let loopStart = -1;
  const end = { isReached: false, line: 0 };
  visitLines(bytes, (line, number) => {
    end.line = number;
    const words = splitWords(line);
    if (words.length === 0) return true;
    const word = words[0].toLowerCase();
    if (word === "vertex") {
      if (words.length !== 4)
        throw invalidPoint(words.slice(1).join(" "), `line ${number}`, { line: number });
      builder.addPoint(words.slice(1), number);
    } else if (word === "outer") {
      loopStart = builder.numPoints;
    } else if (word === "endloop") {
      const numCorners = builder.numPoints - loopStart;
      if (loopStart < 0 || numCorners < 3) {
        throw surfaceError(
          "surface-damaged",
          `The loop that ends on line ${number} of the STL file has ${loopStart < 0 ? "no beginning" : `${numCorners} points`}; ` +
            "expected three between outer loop and endloop. Export it again.",
          { line: number },
        );
      }
      builder.addPolygon(Array.from({ length: numCorners }, (_, i) => loopStart + i));
      loopStart = -1;
    } else if (!["facet", "endfacet", "solid", "endsolid"].includes(word)) {
      throw surfaceError(
        "surface-damaged",
        `Line ${number} of the STL file begins with "${words[0].slice(0, 40)}"; expected facet, outer loop, vertex, endloop, ` +
          "endfacet or endsolid. Export it again.",
        { line: number },
      );
    }
    end.isReached = word === "endsolid";
    return true;
  });
  if (!end.isReached) {
    throw surfaceError(
      "surface-truncated",
      `The text of the STL file ends on line ${end.line} without endsolid: it is cut off. Copy or export it again.`,
      { line: end.line },
    );
  }
  return builder.finish("ASCII STL");
}
