import { defaultMaxBytes } from "./decompress.js";
import { reverseAxes } from "./reverse-axes.js";
import {
  checkLength,
  checkShape,
  imageError,
  type ReadImageOptions,
  type VolumeImage,
} from "./volume-image.js";
import { bytesOfType, decodeVoxels, type VoxelType } from "./voxel-values.js";

const magic = "\x93NUMPY";

/** A header is padded to a multiple of 64 bytes, and describes one type and three numbers. */
const maxHeaderBytes = 1 << 16;

const typeOfCode: Readonly<Record<string, VoxelType>> = {
  b1: "uint8",
  u1: "uint8",
  i1: "int8",
  u2: "uint16",
  i2: "int16",
  u4: "uint32",
  i4: "int32",
  u8: "uint64",
  i8: "int64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

/** Whether a file is one of NumPy's. */
export function isNpy(bytes: Uint8Array): boolean {
  return latin1(bytes.subarray(0, magic.length)) === magic;
}

/**
 * Reads an array of NumPy (format 1.0 to 3.0, either order of its axes, either byte order). It holds no spacing.
 * Its first index is z unless `axes` says xyz.
 *
 * Not by the package npyjs: it compares no count with the file, makes an object of every boolean (1 GB for 512^3 voxels)
 * and knows no other byte order than the machine's.
 *
 * @throws ParseError `image-header-damaged`, `image-unsupported`, `image-not-3d`, `image-too-large`, `image-truncated`,
 *   `image-value-too-large`
 * @see NumPy Enhancement Proposal 1, and numpy.lib.format
 */
export function parseNpy(bytes: Uint8Array, options: ReadImageOptions = {}): VolumeImage {
  const { header, dataOffset } = readHeader(bytes);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const tuple = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (order === undefined || tuple === undefined) throw damagedHeader("it gives no order or shape", header);
  const type = descr === undefined ? undefined : typeOfCode[descr.slice(1)];
  if (descr === undefined || type === undefined || !"<>|=".includes(descr[0])) {
    throw imageError(
      "image-unsupported",
      `The NumPy array has the type ${descr ?? "of records"}; expected booleans, whole numbers or real numbers. ` +
        "Convert it with array.astype().",
      { descr: descr ?? null },
    );
  }
  const sizes = tuple
    .split(",")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map(Number);
  // The array's index that runs fastest is x where the order of the axes and that of the memory say so.
  const isZyx = (options.axes ?? "zyx") === "zyx";
  const shapeXyz = isZyx ? sizes.reverse() : sizes;
  const { shape, numVoxels, numBytes } = checkShape(
    shapeXyz,
    bytesOfType(type),
    options.maxBytes ?? defaultMaxBytes,
  );
  checkLength(bytes.length - dataOffset, numBytes, shape);
  const data = decodeVoxels(bytes, dataOffset, numVoxels, type, !descr.startsWith(">"));
  const isXFastest = isZyx === (order === "False");
  return { shape, data: isXFastest ? data : reverseAxes(data, shape), spacing: null, unit: null };
}

function readHeader(bytes: Uint8Array): { readonly header: string; readonly dataOffset: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) throw damagedHeader(`the file has ${bytes.length} bytes`, "");
  const major = bytes[6];
  if (major < 1 || major > 3) throw damagedHeader(`its version is ${major}, expected 1, 2 or 3`, "");
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > maxHeaderBytes || start + length > bytes.length) {
    throw damagedHeader(`its length is ${length} bytes, the file has ${bytes.length}`, "");
  }
  return { header: latin1(bytes.subarray(start, start + length)), dataOffset: start + length };
}

function damagedHeader(what: string, header: string): Error {
  return imageError("image-header-damaged", `The header of the NumPy file is damaged: ${what}.`, {
    header: header.slice(0, 200),
  });
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
