import { imageError } from "./volume-image.js";

/** Where the values of one page stand, and how. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  /** 1 unsigned, 2 signed, 3 real. */
  readonly sampleFormat: number;
  readonly compression: number;
  /** 1 none, 2 differences along a row. */
  readonly predictor: number;
  /** Rows of a strip; with tiles, of a tile. */
  readonly rowsPerBlock: number;
  /** Width of a tile, or null for strips. */
  readonly tileWidth: number | null;
  /** Byte offset and number of bytes of each strip or tile, all inside the file. */
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
  readonly description: string;
  /** Pixels per unit of length along x and y; NaN where the page does not say. */
  readonly resolution: readonly [number, number];
}

/** The tags read; the numbers are those of TIFF 6.0. */
const tags = {
  subfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  description: 270,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  predictor: 317,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
} as const;

const neededTags = new Set<number>(Object.values(tags));

/** Bytes of a value of the types 1 to 12. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const shortType = 3;
const longType = 4;
const rationalType = 5;

/** Whether a file is a TIFF file, a BigTIFF one too. */
export function isTiff(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return (
    (a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0) ||
    (a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43))
  );
}

/**
 * Walks through the directories of a TIFF file and checks every count and offset against its length, before anything is
 * allocated for it. Thumbnails are passed over.
 *
 * @throws ParseError `image-header-damaged`, `image-truncated`, `image-unsupported`
 * @see Adobe, TIFF Revision 6.0 (1992), sections 2 and 8
 */
export function surveyTiff(bytes: Uint8Array): {
  readonly pages: TiffPage[];
  readonly isLittleEndian: boolean;
} {
  const isLittleEndian = bytes[0] === 0x49;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[isLittleEndian ? 2 : 3] === 43) {
    throw imageError(
      "image-unsupported",
      "The file is a BigTIFF; expected TIFF. Save it so, or as .nrrd or .npy.",
    );
  }
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  let offset = readUint32(4);
  while (offset !== 0) {
    if (seen.has(offset)) throw damaged(`its directory at byte ${offset} follows itself`);
    seen.add(offset);
    const numEntries = readUint16(offset);
    const fields = readEntries(offset + 2, numEntries);
    // Bit 0: a smaller copy of another page.
    if ((first(fields, tags.subfileType, 0) & 1) === 0) pages.push(toPage(fields));
    offset = readUint32(offset + 2 + 12 * numEntries);
  }
  if (pages.length === 0) throw damaged("it holds no page");
  return { pages, isLittleEndian };

  function readUint16(at: number): number {
    checkInside(at, 2);
    return view.getUint16(at, isLittleEndian);
  }

  function readUint32(at: number): number {
    checkInside(at, 4);
    return view.getUint32(at, isLittleEndian);
  }

  function checkInside(at: number, length: number): void {
    if (at + length <= bytes.length) return;
    throw imageError(
      "image-truncated",
      `The TIFF file refers to ${length} bytes at byte ${at}, but has ${bytes.length}: it is cut or damaged.`,
      { offset: at, length, bytes: bytes.length },
    );
  }

  function readEntries(start: number, numEntries: number): Map<number, readonly number[]> {
    checkInside(start, 12 * numEntries);
    const fields = new Map<number, readonly number[]>();
    for (let entry = start; entry < start + 12 * numEntries; entry += 12) {
      const tag = readUint16(entry);
      if (neededTags.has(tag)) fields.set(tag, readValues(entry));
    }
    return fields;
  }

  function readValues(entry: number): number[] {
    const type = readUint16(entry + 2);
    const count = readUint32(entry + 4);
    const size = typeBytes[type] ?? 0;
    const length = count * size;
    const at = length <= 4 ? entry + 8 : readUint32(entry + 8);
    checkInside(at, length);
    const values: number[] = [];
    for (let i = 0; i < count && size > 0; i++) values.push(readValue(type, at + size * i));
    return values;
  }

  function readValue(type: number, at: number): number {
    if (type === shortType) return readUint16(at);
    if (type === longType) return readUint32(at);
    if (type === rationalType) return readUint32(at) / readUint32(at + 4);
    return bytes[at];
  }

  function toPage(fields: ReadonlyMap<number, readonly number[]>): TiffPage {
    const samples = first(fields, tags.samplesPerPixel, 1);
    if (samples !== 1) {
      throw imageError(
        "image-unsupported",
        `The TIFF file has ${samples} values a pixel (colours); expected 1, the label. Save it as grey values.`,
        { samples },
      );
    }
    const isTiled = fields.has(tags.tileOffsets);
    const height = first(fields, tags.height, 0);
    const page: TiffPage = {
      width: first(fields, tags.width, 0),
      height,
      bitsPerSample: first(fields, tags.bitsPerSample, 1),
      sampleFormat: first(fields, tags.sampleFormat, 1),
      compression: first(fields, tags.compression, 1),
      predictor: first(fields, tags.predictor, 1),
      rowsPerBlock: isTiled
        ? first(fields, tags.tileLength, 0)
        : Math.min(height, first(fields, tags.rowsPerStrip, height)),
      tileWidth: isTiled ? first(fields, tags.tileWidth, 0) : null,
      offsets: fields.get(isTiled ? tags.tileOffsets : tags.stripOffsets) ?? [],
      byteCounts: fields.get(isTiled ? tags.tileByteCounts : tags.stripByteCounts) ?? [],
      description: decodeText(fields.get(tags.description) ?? []),
      resolution: [first(fields, tags.xResolution, NaN), first(fields, tags.yResolution, NaN)],
    };
    checkBlocks(page, checkInside);
    return page;
  }
}

/** As many strips or tiles as cover the page, all of them inside the file. */
function checkBlocks(page: TiffPage, checkInside: (at: number, length: number) => void): void {
  const { width, height, rowsPerBlock, tileWidth, offsets, byteCounts } = page;
  const across = tileWidth === null ? 1 : Math.ceil(width / tileWidth);
  const numBlocks = across * Math.ceil(height / rowsPerBlock);
  if (!(width > 0 && height > 0) || numBlocks !== offsets.length || numBlocks !== byteCounts.length) {
    throw damaged(
      `a page of ${width} x ${height} pixels has ${offsets.length} strips or tiles of ${byteCounts.length} lengths, ` +
        `expected ${numBlocks}`,
    );
  }
  offsets.forEach((offset, block) => {
    checkInside(offset, byteCounts[block]);
  });
}

function first(fields: ReadonlyMap<number, readonly number[]>, tag: number, byDefault: number): number {
  return fields.get(tag)?.[0] ?? byDefault;
}

function decodeText(codes: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(codes.filter((code) => code !== 0)));
}

function damaged(what: string): Error {
  return imageError("image-header-damaged", `The TIFF file is damaged: ${what}.`);
}
