import { decode } from "tiff";
import type { Vector3 } from "../core/tensor.js";
import { defaultMaxBytes } from "./decompress.js";
import { writePageFile } from "./tiff-page-file.js";
import { surveyTiff, type TiffPage } from "./tiff-pages.js";
import { checkOneVolume, readTiffSpacing } from "./tiff-spacing.js";
import {
  checkLength,
  checkShape,
  imageError,
  type ReadImageOptions,
  type VolumeImage,
} from "./volume-image.js";
import { bytesOfType, decodeVoxels, isLittleEndianMachine, type VoxelType } from "./voxel-values.js";

/** LZW makes at most 4096 bytes of 12 bits, deflate at most 258 of 2: no file expands by more. */
const maxExpansion = 2732;

/** Compressions that the decoder knows: none, LZW, deflate by both of its numbers. */
const compressions = [1, 5, 8, 32946];

/**
 * Reads a TIFF stack: page k is the slice z = k, its rows are y, its columns x. One value a pixel, of 1, 8, 16 or 32
 * bits (64: real), as it is stored (of palettes and of "white is zero" too); strips or tiles; plain, LZW or deflate. The
 * spacing is that of ImageJ's or OME's description.
 *
 * The package `tiff` decodes the compressed pages, one at a time, each as a file of its own that has been checked; plain
 * strips are copied.
 *
 * @throws ParseError `image-header-damaged`, `image-truncated`, `image-unsupported`, `image-not-3d`, `image-too-large`,
 *   `image-data-damaged`
 */
export function parseTiff(bytes: Uint8Array, options: ReadImageOptions = {}): VolumeImage {
  const { pages, isLittleEndian } = surveyTiff(bytes);
  const [page] = pages;
  checkOneVolume(page.description, pages.length);
  pages.forEach((other, k) => {
    checkSamePage(page, other, k);
  });
  const type = findType(page);
  const { shape, numVoxels, numBytes } = checkShape(
    [page.width, page.height, pages.length],
    bytesOfType(type),
    options.maxBytes ?? defaultMaxBytes,
  );
  const stored = pages.reduce((sum, { byteCounts }) => byteCounts.reduce((n, count) => n + count, sum), 0);
  // Strips that share bytes would let a small file claim any size.
  if (stored > bytes.length)
    throw damagedData(0, `its strips have ${stored} bytes, the file ${bytes.length}`);
  checkLength(
    stored * (isPlain(page) ? 1 : maxExpansion),
    Math.ceil((numBytes * page.bitsPerSample) / (8 * bytesOfType(type))),
    shape,
  );
  const pageBytes = numBytes / pages.length;
  const content = new Uint8Array(numBytes);
  pages.forEach((one, k) => {
    const target = content.subarray(k * pageBytes, (k + 1) * pageBytes);
    if (isPlain(one)) copyStrips(bytes, one, target, k, shape);
    else decodePage(bytes, one, target, k, isLittleEndian);
  });
  const isLittle = isDecodedWide(page) ? isLittleEndianMachine : isLittleEndian;
  const data = decodeVoxels(content, 0, numVoxels, type, isLittle);
  return { shape, data, ...readTiffSpacing(page) };
}

function isPlain(page: TiffPage): boolean {
  return page.compression === 1 && page.tileWidth === null && page.bitsPerSample >= 8 && page.predictor === 1;
}

/** Whether the decoder must know that the values have two bytes: their differences are stored. */
function isDecodedWide(page: TiffPage): boolean {
  return page.predictor === 2 && page.bitsPerSample === 16;
}

function checkSamePage(page: TiffPage, other: TiffPage, k: number): void {
  for (const key of ["width", "height", "bitsPerSample", "sampleFormat", "predictor"] as const) {
    if (page[key] === other[key]) continue;
    throw imageError(
      "image-unsupported",
      `Page ${k + 1} of the TIFF file has ${key} ${other[key]}, the first page ${page[key]}; ` +
        "expected the slices of one volume. Save them as one stack.",
      { page: k, key, value: other[key], expected: page[key] },
    );
  }
}

function findType(page: TiffPage): VoxelType {
  const { bitsPerSample: bits, sampleFormat, compression, predictor } = page;
  const kind = ["uint", "uint", "int", "float", "uint"][sampleFormat] ?? "";
  const isKnownSize = kind === "float" ? bits === 32 || bits === 64 : [8, 16, 32].includes(bits);
  const isBinary = bits === 1 && kind === "uint" && predictor === 1;
  const isPredictorKnown = predictor === 1 || (predictor === 2 && bits <= 16);
  if (!compressions.includes(compression) || !isPredictorKnown || !(isKnownSize || isBinary) || kind === "") {
    throw imageError(
      "image-unsupported",
      `The TIFF file has ${bits} bits a value (format ${sampleFormat}), compression ${compression}, predictor ` +
        `${predictor}; expected 8, 16 or 32 bits, plain, LZW or deflate. Save it so, or as .nrrd or .npy.`,
      { bits, sampleFormat, compression, predictor },
    );
  }
  return isBinary ? "uint8" : (`${kind}${bits}` as VoxelType);
}

function copyStrips(bytes: Uint8Array, page: TiffPage, target: Uint8Array, k: number, shape: Vector3): void {
  const stripBytes = (target.length / shape[1]) * page.rowsPerBlock;
  page.offsets.forEach((offset, strip) => {
    const start = strip * stripBytes;
    const length = Math.min(stripBytes, target.length - start);
    if (page.byteCounts[strip] < length) {
      throw damagedData(k, `its strip ${strip + 1} has ${page.byteCounts[strip]} bytes, expected ${length}`);
    }
    target.set(bytes.subarray(offset, offset + length), start);
  });
}

/** Values of several bytes are decoded as so many pixels of one byte, unless their differences are stored. */
function decodePage(
  bytes: Uint8Array,
  page: TiffPage,
  target: Uint8Array,
  k: number,
  isLittleEndian: boolean,
): void {
  const isWide = isDecodedWide(page);
  const bitsPerSample = isWide ? 16 : Math.min(8, page.bitsPerSample);
  const scale = page.bitsPerSample / bitsPerSample;
  // A block of n bytes takes at most 1.5 n after LZW: more is not what it says.
  const width = page.tileWidth ?? page.width;
  const most = 1024 + 2 * Math.ceil((width * page.rowsPerBlock * page.bitsPerSample) / 8);
  const largest = page.byteCounts.reduce((max, count) => Math.max(max, count), 0);
  if (largest > most) throw damagedData(k, `a strip or tile has ${largest} bytes, expected at most ${most}`);
  const form = {
    width: page.width * scale,
    tileWidth: page.tileWidth === null ? null : page.tileWidth * scale,
    bitsPerSample,
  };
  let decoded;
  try {
    [{ data: decoded }] = decode(writePageFile(bytes, page, form, isLittleEndian));
  } catch (cause) {
    throw damagedData(k, "it cannot be decompressed", cause);
  }
  if (decoded.byteLength !== target.length) {
    throw damagedData(k, `it expands to ${decoded.byteLength} bytes, expected ${target.length}`);
  }
  target.set(new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.byteLength));
}

function damagedData(k: number, what: string, cause?: unknown): Error {
  return imageError(
    "image-data-damaged",
    `Page ${k + 1} of the TIFF file is damaged: ${what}.`,
    { page: k },
    cause,
  );
}
