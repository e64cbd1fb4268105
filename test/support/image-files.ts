import { deflateSync, gzipSync } from "node:zlib";
import { ErfemError } from "../../src/core/errors.js";
import type { VolumeImage, VoxelArray } from "../../src/io/volume-image.js";

type Shape = VolumeImage["shape"];

/** Header and data as one file. */
export function joinBytes(header: string, data: Uint8Array): Uint8Array {
  const front = Uint8Array.from(header, (character) => character.charCodeAt(0));
  const file = new Uint8Array(front.length + data.length);
  file.set(front);
  file.set(data, front.length);
  return file;
}

/** The bytes of an array, each value reversed where `isReversed`. */
export function rawBytes(values: VoxelArray | BigInt64Array, isReversed = false): Uint8Array {
  const bytes = new Uint8Array(values.buffer.slice(0));
  if (!isReversed) return bytes;
  const size = values.BYTES_PER_ELEMENT;
  return bytes.map((_, i) => bytes[size * Math.floor(i / size) + size - 1 - (i % size)]);
}

/** A NumPy file: `descr` as NumPy writes it, `shape` in NumPy's order. */
export function npyFile(
  descr: string,
  shape: readonly number[],
  data: Uint8Array,
  { fortran = false, version = 1 } = {},
): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${shape.join(", ")}), }`;
  const front = version === 1 ? 10 : 12;
  const header = `${text.padEnd(Math.ceil((text.length + front + 1) / 64) * 64 - front - 1)}\n`;
  const { length } = header;
  const count = [length & 255, length >> 8, ...(version === 1 ? [] : [0, 0])];
  return joinBytes(`\x93NUMPY${String.fromCharCode(version, 0, ...count)}${header}`, data);
}

/** A NRRD file of the fields given, and sizes, dimension and encoding. */
export function nrrdFile(
  fields: readonly string[],
  shape: readonly number[],
  data: Uint8Array,
  encoding = "raw",
): Uint8Array {
  const lines = ["NRRD0004", "# a comment", `dimension: ${shape.length}`, `sizes: ${shape.join(" ")}`];
  const header = [...lines, `encoding: ${encoding}`, ...fields, "key:=value", "", ""].join("\n");
  return joinBytes(header, encoding === "raw" ? data : new Uint8Array(gzipSync(data)));
}

/** What a TIFF file of {@link tiffFile} is to be. */
export interface TiffForm {
  readonly bits: number;
  readonly format?: number;
  readonly bigEndian?: boolean;
  readonly deflate?: boolean;
  readonly rowsPerStrip?: number;
  readonly description?: string;
  /** Pixels per 1000 units, along x and y. */
  readonly resolution?: readonly [number, number];
}

/** A TIFF stack of the bytes given, page by page. */
export function tiffFile(shape: Shape, data: Uint8Array, form: TiffForm): Uint8Array {
  const [width, height, numPages] = shape;
  const little = form.bigEndian !== true;
  const rows = form.rowsPerStrip ?? height;
  const rowBytes = (width * form.bits) / 8;
  const chunks: number[] = [];
  const word = (value: number, bytes: number): number[] => {
    const list = Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
    return little ? list : list.reverse();
  };
  chunks.push(...(little ? [0x49, 0x49] : [0x4d, 0x4d]), ...word(42, 2));
  let link = chunks.length;
  chunks.push(0, 0, 0, 0);
  const setLink = (): void => {
    word(chunks.length, 4).forEach((byte, i) => (chunks[link + i] = byte));
  };
  const store = (bytes: Iterable<number>): number => {
    const at = chunks.length;
    for (const byte of bytes) chunks.push(byte);
    return at;
  };
  for (let page = 0; page < numPages; page++) {
    const offsets: number[] = [];
    const counts: number[] = [];
    for (let row = 0; row < height; row += rows) {
      const start = rowBytes * (page * height + row);
      const strip = data.subarray(start, start + rowBytes * Math.min(rows, height - row));
      const stored = form.deflate === true ? new Uint8Array(deflateSync(strip)) : strip;
      offsets.push(store(stored));
      counts.push(stored.length);
    }
    const text = Array.from(`${form.description ?? "x"}\0`, (character) => character.charCodeAt(0));
    const textAt = store(text);
    const [rx, ry] = form.resolution ?? [72000, 72000];
    const xAt = store([...word(rx, 4), ...word(1000, 4)]);
    const yAt = store([...word(ry, 4), ...word(1000, 4)]);
    const table = (values: number[]): number =>
      values.length === 1 ? values[0] : store(values.flatMap((value) => word(value, 4)));
    const entries: (readonly [tag: number, type: number, count: number, value: number])[] = [
      [256, 4, 1, width],
      [257, 4, 1, height],
      [258, 4, 1, form.bits],
      [259, 4, 1, form.deflate === true ? 8 : 1],
      [262, 4, 1, 1],
      [270, 2, text.length, textAt],
      [273, 4, offsets.length, table(offsets)],
      [278, 4, 1, rows],
      [279, 4, counts.length, table(counts)],
      [282, 5, 1, xAt],
      [283, 5, 1, yAt],
      [339, 4, 1, form.format ?? 1],
    ];
    setLink();
    chunks.push(...word(entries.length, 2));
    for (const [tag, type, count, value] of entries) {
      chunks.push(...word(tag, 2), ...word(type, 2), ...word(count, 4), ...word(value, 4));
    }
    link = chunks.length;
    chunks.push(0, 0, 0, 0);
  }
  return Uint8Array.from(chunks);
}

/** The code of the error that a promise is rejected with; none where it is fulfilled. Other errors pass through. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "none";
  } catch (error) {
    if (error instanceof ErfemError) return error.code;
    throw error;
  }
}
