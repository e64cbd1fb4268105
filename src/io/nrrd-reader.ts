import { norm3, type Vector3 } from "../core/tensor.js";
import { decompress, defaultMaxBytes } from "./decompress.js";
import {
  checkLength,
  checkShape,
  imageError,
  type ReadImageOptions,
  type VolumeImage,
} from "./volume-image.js";
import { bytesOfType, decodeVoxels, isLittleEndianMachine, type VoxelType } from "./voxel-values.js";

/** Longest header that is looked through for the empty line at its end. */
const maxHeaderBytes = 1 << 20;

/** Largest cosine of the angle of two axes that still are at right angles: single precision in the file. */
const maxCosine = 1e-5;

/** The type by its names in the format's definition, C's and the sized ones. */
const typeOfName: readonly (readonly [VoxelType, readonly string[]])[] = [
  ["int8", ["signed char", "int8", "int8_t"]],
  ["uint8", ["uchar", "unsigned char", "uint8", "uint8_t"]],
  ["int16", ["short", "short int", "signed short", "signed short int", "int16", "int16_t"]],
  ["uint16", ["ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"]],
  ["int32", ["int", "signed int", "int32", "int32_t"]],
  ["uint32", ["uint", "unsigned int", "uint32", "uint32_t"]],
  ["int64", ["longlong", "long long", "long long int", "signed long long", "int64", "int64_t"]],
  ["uint64", ["ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"]],
  ["float32", ["float"]],
  ["float64", ["double"]],
];

/** Whether a file is a NRRD file. */
export function isNrrd(bytes: Uint8Array): boolean {
  return latin1(bytes.subarray(0, 7)) === "NRRD000";
}

/**
 * Reads a NRRD file with its data attached, raw or gzip, either byte order. The first axis is x, the one that runs
 * fastest; axes of size 1 beyond three are dropped. The spacing is `spacings`, or the lengths of `space directions`, which
 * must be at right angles: where the box lies and how it is turned is not kept.
 *
 * Not by a package: those for browsers (nrrd-js) read no gzip, and hold the data several times.
 *
 * @throws ParseError `image-header-damaged`, `image-unsupported`, `image-not-3d`, `image-too-large`, `image-truncated`,
 *   `image-oblique`, `image-value-too-large`, `gzip-damaged`
 * @see G. Kindlmann, Definition of NRRD File Format, teem.sourceforge.net/nrrd/format.html
 */
export async function parseNrrd(bytes: Uint8Array, options: ReadImageOptions = {}): Promise<VolumeImage> {
  const { fields, dataOffset } = readHeader(bytes);
  const type = findType(fields);
  const sizes = parseNumbers(fields.get("sizes") ?? "");
  const dimension = Number(fields.get("dimension") ?? sizes.length);
  if (dimension !== sizes.length || sizes.length === 0) {
    throw damagedHeader(`it has dimension ${dimension} and sizes "${fields.get("sizes") ?? ""}"`);
  }
  const kept = chooseAxes(sizes);
  const { shape, numVoxels, numBytes } = checkShape(
    kept.map((axis) => sizes[axis]),
    bytesOfType(type),
    options.maxBytes ?? defaultMaxBytes,
  );
  const spacing = findSpacing(fields, kept);
  const { content, start } = await readData(bytes, dataOffset, fields, numBytes, shape);
  const data = decodeVoxels(content, start, numVoxels, type, isLittleEndian(fields, type));
  return { shape, data, spacing, unit: findUnit(fields, kept) };
}

/** The field lines up to the empty line; keys and comments are passed over. */
function readHeader(bytes: Uint8Array): {
  readonly fields: ReadonlyMap<string, string>;
  readonly dataOffset: number;
} {
  const fields = new Map<string, string>();
  let start = 0;
  for (;;) {
    const end = bytes.subarray(0, maxHeaderBytes).indexOf(10, start);
    if (end < 0) throw damagedHeader("no empty line ends it");
    const line = latin1(bytes.subarray(start, end)).trimEnd();
    start = end + 1;
    if (line === "") return { fields, dataOffset: start };
    const colon = line.indexOf(": ");
    if (line.startsWith("#") || colon < 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    if (fields.has(name)) throw damagedHeader(`the field "${name}" stands in it twice`);
    fields.set(name, line.slice(colon + 2).trim());
  }
}

function findType(fields: ReadonlyMap<string, string>): VoxelType {
  const name = (fields.get("type") ?? "").toLowerCase();
  const found = typeOfName.find(([, names]) => names.includes(name));
  if (found === undefined) {
    throw imageError(
      "image-unsupported",
      `The NRRD file has the type "${name}"; expected whole or real numbers, such as uint8.`,
      { type: name },
    );
  }
  return found[0];
}

function isLittleEndian(fields: ReadonlyMap<string, string>, type: VoxelType): boolean {
  if (bytesOfType(type) === 1) return isLittleEndianMachine;
  const endian = (fields.get("endian") ?? "").toLowerCase();
  if (endian === "little" || endian === "big") return endian === "little";
  throw damagedHeader(`its endian is "${endian}", expected little or big for values of several bytes`);
}

/** All axes, or, of more than three, those that are longer than 1. */
function chooseAxes(sizes: readonly number[]): number[] {
  const axes = sizes.map((_, axis) => axis);
  return axes.length > 3 ? axes.filter((axis) => sizes[axis] !== 1) : axes;
}

function findSpacing(fields: ReadonlyMap<string, string>, kept: readonly number[]): Vector3 | null {
  const directions = fields.get("space directions");
  if (directions !== undefined) {
    const vectors = directions.match(/\([^)]*\)|none/gi) ?? [];
    const [u, v, w] = kept.map((axis) => parseNumbers((vectors[axis] ?? "").replace(/[(),]/g, " ")));
    if ([u, v, w].some((vector) => vector.length !== 3)) return null;
    const lengths: Vector3 = [norm3(toVector(u)), norm3(toVector(v)), norm3(toVector(w))];
    checkRightAngles([u, v, w], lengths);
    return lengths;
  }
  const spacings = parseNumbers(fields.get("spacings") ?? "");
  const spacing = kept.map((axis) => Math.abs(spacings[axis] ?? NaN));
  return spacing.every(Number.isFinite) ? toVector(spacing) : null;
}

function checkRightAngles(vectors: readonly (readonly number[])[], lengths: Vector3): void {
  for (const [a, b] of [
    [0, 1],
    [1, 2],
    [2, 0],
  ]) {
    const dot = vectors[a].reduce((sum, x, k) => sum + x * vectors[b][k], 0);
    if (Math.abs(dot) > maxCosine * lengths[a] * lengths[b]) {
      throw imageError(
        "image-oblique",
        `The axes ${a + 1} and ${b + 1} of the NRRD file are not at right angles (space directions); expected a box. ` +
          "Resample the image on one.",
        { axes: [a, b] },
      );
    }
  }
}

function findUnit(fields: ReadonlyMap<string, string>, kept: readonly number[]): string | null {
  const names = (fields.get("space units") ?? fields.get("units") ?? "").match(/"[^"]*"/g) ?? [];
  const [first, ...others] = (names.length === 3 ? names : kept.map((axis) => names[axis] ?? "")).map(
    (name) => name.replaceAll('"', "").trim(),
  );
  return first !== "" && others.every((name) => name === first) ? first : null;
}

/** The bytes that hold the data, and where it begins in them. */
async function readData(
  bytes: Uint8Array,
  dataOffset: number,
  fields: ReadonlyMap<string, string>,
  numBytes: number,
  shape: Vector3,
): Promise<{ readonly content: Uint8Array; readonly start: number }> {
  if (fields.has("data file") || fields.has("datafile")) {
    throw imageError(
      "image-unsupported",
      `The data of the NRRD header stands in another file (${fields.get("data file") ?? ""}); ` +
        "expected it attached. Save it as one .nrrd file, or read the other file as .raw.",
    );
  }
  const lineSkip = Number(fields.get("line skip") ?? fields.get("lineskip") ?? 0);
  const byteSkip = Number(fields.get("byte skip") ?? fields.get("byteskip") ?? 0);
  if (lineSkip !== 0 || !Number.isSafeInteger(byteSkip) || byteSkip < -1) {
    throw damagedHeader(`it skips ${lineSkip} lines and ${byteSkip} bytes; expected no lines`);
  }
  const encoding = (fields.get("encoding") ?? "").toLowerCase();
  if (encoding === "raw") {
    const start = byteSkip === -1 ? bytes.length - numBytes : dataOffset + byteSkip;
    checkLength(start < dataOffset ? 0 : bytes.length - start, numBytes, shape);
    return { content: bytes, start };
  }
  if (encoding === "gzip" || encoding === "gz") {
    const start = Math.max(0, byteSkip);
    const packed = bytes.subarray(dataOffset);
    if (packed[0] !== 0x1f || packed[1] !== 0x8b) throw damagedHeader("no gzip data follows it");
    const content = await decompress(packed, { maxBytes: start + numBytes });
    checkLength(content.length - start, numBytes, shape);
    return { content, start };
  }
  throw imageError(
    "image-unsupported",
    `The NRRD file has the encoding "${encoding}"; expected raw or gzip. Save it with one of these.`,
    { encoding },
  );
}

function parseNumbers(text: string): number[] {
  return text
    .split(/\s+/)
    .filter((part) => part !== "")
    .map(Number);
}

function toVector([x, y, z]: readonly number[]): Vector3 {
  return [x, y, z];
}

function damagedHeader(what: string): Error {
  return imageError("image-header-damaged", `The header of the NRRD file is damaged: ${what}.`);
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
