import { invalidPoint, SurfaceBuilder, surfaceError, type SurfaceFile } from "./surface-file.js";
import { splitWords, visitLines } from "./text-lines.js";

/** `OFF` with colours, normals, texture (COFF, NOFF, STOFF); `4` and `n` say another number of coordinates. */
const header = /^(?:ST)?C?N?(4?n?)OFF( BINARY)?$/;

/**
 * Reads an OFF file: the word OFF (or COFF, NOFF, ...; it may be missing), numbers of points, faces and edges, then points
 * and faces, one a line; colours and normals are passed over.
 *
 * @throws ParseError `surface-unsupported` for binary files and other than three coordinates, `surface-damaged`,
 *   `surface-truncated`, `surface-value-invalid`, `surface-index-invalid`, `surface-empty`
 */
export function parseOff(bytes: Uint8Array): SurfaceFile {
  const builder = new SurfaceBuilder();
  const expected = { points: -1, faces: -1 };
  let numFaces = 0;
  let isFirst = true;
  visitLines(bytes, (raw, line) => {
    let words = splitWords(raw.split("#", 1)[0]);
    if (words.length === 0) return true;
    if (isFirst) {
      isFirst = false;
      words = readHeader(words);
      if (words.length === 0) return true;
    }
    if (expected.points < 0) {
      const [points, faces] = readCounts(words, line);
      expected.points = points;
      expected.faces = faces;
      return faces > 0 || points > 0;
    }
    if (builder.numPoints < expected.points) {
      if (words.length < 3) throw invalidPoint(words.join(" "), `line ${line}`, { line });
      builder.addPoint(words, line);
      return true;
    }
    if (numFaces < expected.faces) {
      builder.addPolygon(readFace(words, expected.points, line));
      numFaces++;
    }
    return numFaces < expected.faces;
  });
  if (expected.points < 0 || builder.numPoints < expected.points || numFaces < expected.faces) {
    throw surfaceError(
      "surface-truncated",
      expected.points < 0
        ? "The OFF file ends before the numbers of points, faces and edges. Copy or export it again."
        : `The OFF file states ${expected.points} points and ${expected.faces} faces, but has ${builder.numPoints} and ` +
            `${numFaces}. It is cut off, or its counts are wrong: copy or export it again.`,
      { ...expected, numPoints: builder.numPoints, numFaces },
    );
  }
  return builder.finish("OFF");
}

/** Whether a file begins with OFF or one of its variants. */
export function isOff(bytes: Uint8Array): boolean {
  return /^\s*(?:ST)?C?N?4?n?OFF\b/.test(new TextDecoder("latin1").decode(bytes.subarray(0, 64)));
}

/** What stands behind the word OFF on its line. */
function readHeader(words: string[]): string[] {
  const match = header.exec(words.at(1)?.toUpperCase() === "BINARY" ? `${words[0]} BINARY` : words[0]);
  if (match === null) return words;
  if (match[1] !== "" || match[0].endsWith("BINARY")) {
    throw surfaceError(
      "surface-unsupported",
      `The OFF file is a ${match[0]}; expected text with three coordinates for each point. Save it as plain OFF or OBJ.`,
      { header: match[0] },
    );
  }
  return words.slice(1);
}

function readCounts(words: readonly string[], line: number): [number, number] {
  const [points, faces] = words.map(Number);
  const isCount = (n: number | undefined): boolean =>
    n !== undefined && Number.isInteger(n) && n >= 0 && n < 2 ** 31;
  if (words.length < 2 || !isCount(points) || !isCount(faces)) {
    throw surfaceError(
      "surface-damaged",
      `Line ${line} of the OFF file is "${words.join(" ").slice(0, 60)}"; expected the numbers of points, faces and edges.`,
      { line },
    );
  }
  return [points, faces];
}

function readFace(words: readonly string[], numPoints: number, line: number): number[] {
  const numCorners = Number(words[0]);
  if (!Number.isInteger(numCorners) || numCorners < 3 || words.length < 1 + numCorners) {
    throw surfaceError(
      "surface-damaged",
      `The face on line ${line} of the OFF file is "${words.join(" ").slice(0, 60)}"; expected a number of corners, at least 3, ` +
        "and as many points. The file is cut off or damaged: export it again.",
      { line },
    );
  }
  const corners: number[] = [];
  for (let i = 1; i <= numCorners; i++) {
    const corner = Number(words[i]);
    if (!Number.isInteger(corner) || corner < 0 || corner >= numPoints) {
      throw surfaceError(
        "surface-index-invalid",
        `The face on line ${line} of the OFF file names point "${words[i]}"; expected 0 to ${numPoints - 1}.`,
        { line, index: words[i], numPoints },
      );
    }
    corners.push(corner);
  }
  return corners;
}
