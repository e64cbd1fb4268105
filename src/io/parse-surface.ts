import { isObj, parseObj } from "./obj-reader.js";
import { isOff, parseOff } from "./off-reader.js";
import { isStl, parseStl } from "./stl-reader.js";
import { surfaceError, type SurfaceFile } from "./surface-file.js";

/**
 * Reads a triangulated surface, STL (binary or text), OBJ or OFF. Which of them, its content says; where that says nothing,
 * as in a damaged file, the ending of its name does.
 *
 * @param name of the file; only its ending counts
 * @throws ParseError `surface-format-unknown`, `surface-truncated`, `surface-damaged`, `surface-value-invalid`,
 *   `surface-index-invalid`, `surface-unsupported`, `surface-empty`
 */
export function parseSurface(bytes: Uint8Array, name = ""): SurfaceFile {
  if (isOff(bytes)) return parseOff(bytes);
  if (isStl(bytes)) return parseStl(bytes);
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase();
  if (ending === "stl") return parseStl(bytes);
  if (ending === "off") return parseOff(bytes);
  if (ending === "obj" || isObj(bytes)) return parseObj(bytes);
  throw surfaceError(
    "surface-format-unknown",
    "The file is no STL, OBJ or OFF file by its content or its name. Save the surface as one of these.",
    { bytes: bytes.length },
  );
}
