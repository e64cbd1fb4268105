import { SurfaceBuilder, surfaceError, type SurfaceFile } from "./surface-file.js";
import { splitWords, visitLines } from "./text-lines.js";

/**
 * Reads the points and faces of a Wavefront OBJ file: `v x y z`, `f v/vt/vn ...`, indices from 1, negative ones from the
 * last point backwards. Texture, normals, groups, materials, lines and points are passed over; so are curves.
 *
 * @throws ParseError `surface-value-invalid`, `surface-index-invalid`, `surface-empty`, `surface-truncated`
 */
export function parseObj(bytes: Uint8Array): SurfaceFile {
  const builder = new SurfaceBuilder();
  const lines: { continued: string } = { continued: "" };
  visitLines(bytes, (raw, number) => {
    // A backslash at the end of a line continues it.
    if (raw.endsWith("\\")) {
      lines.continued += `${raw.slice(0, -1)} `;
      return true;
    }
    const words = splitWords((lines.continued + raw).split("#", 1)[0]);
    lines.continued = "";
    if (words[0] === "v") builder.addPoint(words.slice(1), number);
    else if (words[0] === "f") builder.addPolygon(readFace(words, builder.numPoints, number));
    return true;
  });
  checkIndices(builder);
  return builder.finish("OBJ");
}

/** Whether a file looks like an OBJ file: one of its first lines with words is a point. */
export function isObj(bytes: Uint8Array): boolean {
  let found = false;
  visitLines(bytes.subarray(0, 1 << 14), (line) => {
    const words = splitWords(line);
    found =
      words[0] === "v" &&
      words.length >= 4 &&
      words.slice(1, 4).every((word) => Number.isFinite(Number(word)));
    return !found;
  });
  return found;
}

function readFace(words: readonly string[], numPoints: number, line: number): number[] {
  if (words.length < 4) {
    throw surfaceError(
      "surface-truncated",
      `The face on line ${line} of the OBJ file has ${words.length - 1} corners; expected three or more. The file is cut off ` +
        "or damaged: export it again.",
      { line },
    );
  }
  const corners: number[] = [];
  for (let i = 1; i < words.length; i++) {
    const text = words[i].split("/", 1)[0];
    const index = Number(text);
    const corner = index > 0 ? index - 1 : numPoints + index;
    if (text === "" || !Number.isInteger(index) || index === 0 || corner < 0 || corner > 0x7fffffff) {
      throw invalidIndex(text, line, numPoints);
    }
    corners.push(corner);
  }
  return corners;
}

/** A face may name a point that comes later in the file, but not one that never comes. */
function checkIndices({ corners, numPoints }: SurfaceBuilder): void {
  for (let i = 0; i < corners.length; i++) {
    if (corners.at(i) >= numPoints) throw invalidIndex(String(corners.at(i) + 1), null, numPoints);
  }
}

function invalidIndex(text: string, line: number | null, numPoints: number): Error {
  return surfaceError(
    "surface-index-invalid",
    `A face of the OBJ file${line === null ? "" : ` (line ${line})`} names point "${text}"; expected 1 to ${numPoints}, or -1 to ` +
      `-${numPoints}. The file is cut off or damaged: export it again.`,
    { index: text, line, numPoints },
  );
}
