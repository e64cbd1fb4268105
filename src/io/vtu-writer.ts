import { UsageError } from "../core/errors.js";
import type { ProgressReporter } from "../core/progress.js";
import { concatenateBytes, deflateBlocks } from "./compress.js";

/** Numbers on the points, on the cells, or on the whole of a {@link VtuGrid}. */
export interface VtuArray {
  readonly name: string;
  /** 1 for a scalar, 3 for a vector, 9 for a tensor. */
  readonly numComponents: number;
  /** Tuples x numComponents, row-major. */
  readonly values: Float64Array | Int32Array | Uint8Array;
}

/** A list of texts on the whole of a {@link VtuGrid}. */
export interface VtuTexts {
  readonly name: string;
  readonly texts: readonly string[];
}

/** Tetrahedra with data, as VTK and ParaView know them. */
export interface VtuGrid {
  /** Coordinates, numPoints x 3. */
  readonly points: Float64Array;
  /** Points of the tetrahedra, numCells x 4, positive volume. */
  readonly cells: Int32Array;
  readonly pointData: readonly VtuArray[];
  readonly cellData: readonly VtuArray[];
  readonly fieldData: readonly (VtuArray | VtuTexts)[];
}

/** Options of {@link writeVtu}. */
export interface WriteVtuOptions {
  /** Blocks compressed by zlib; default true. */
  readonly compress?: boolean;
  readonly progress?: ProgressReporter;
}

/** VTK's number of the linear tetrahedron. */
const vtkTetra = 10;

/** Bytes of a block before compression; VTK's own 32 KiB cost a call for each. */
const blockBytes = 1 << 20;

/**
 * Writes a grid as VTK XML UnstructuredGrid: one piece, appended raw binary, header_type UInt64, by default in blocks
 * compressed by zlib (vtkZLibDataCompressor). Numbers keep all their bits; the byte order is that of the machine, which the
 * file names.
 *
 * @throws UsageError `vtu-array-length` for an array that does not fit the grid
 * @see VTK file formats, "XML file formats": an array of n blocks is preceded by n, the length of a block, the length of the
 *   last block where it is shorter (else 0), and n compressed lengths; an uncompressed one by its length
 */
export async function writeVtu(
  grid: VtuGrid,
  options: WriteVtuOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { compress = true } = options;
  const numPoints = grid.points.length / 3;
  const numCells = grid.cells.length / 4;
  for (const array of grid.pointData) checkLength(array, numPoints, "points");
  for (const array of grid.cellData) checkLength(array, numCells, "cells");

  const arrays: Uint8Array<ArrayBuffer>[] = [];
  const declare = (array: VtuArray | VtuTexts): string => {
    arrays.push("texts" in array ? encodeTexts(array.texts) : viewBytes(array.values));
    return describeArray(array, arrays.length - 1);
  };
  const offsets = Int32Array.from({ length: numCells }, (_, cell) => 4 * (cell + 1));
  const header = [
    '<?xml version="1.0"?>',
    `<VTKFile type="UnstructuredGrid" version="1.0" byte_order="${byteOrder()}" header_type="UInt64"` +
      `${compress ? ' compressor="vtkZLibDataCompressor"' : ""}>`,
    "<UnstructuredGrid>",
    ...section("FieldData", grid.fieldData.map(declare)),
    `<Piece NumberOfPoints="${numPoints}" NumberOfCells="${numCells}">`,
    ...section("PointData", grid.pointData.map(declare)),
    ...section("CellData", grid.cellData.map(declare)),
    ...section("Points", [declare({ name: "Points", numComponents: 3, values: grid.points })]),
    ...section("Cells", [
      declare({ name: "connectivity", numComponents: 1, values: grid.cells }),
      declare({ name: "offsets", numComponents: 1, values: offsets }),
      declare({ name: "types", numComponents: 1, values: new Uint8Array(numCells).fill(vtkTetra) }),
    ]),
    "</Piece>",
    "</UnstructuredGrid>",
    '<AppendedData encoding="raw">\n_',
  ].join("\n");
  const { chunks, starts } = await encodeArrays(arrays, compress, options.progress);
  const encoder = new TextEncoder();
  const placed = header.replace(offsetMark, (_, index: string) => String(starts[Number(index)]));
  return concatenateBytes([
    encoder.encode(placed),
    ...chunks,
    encoder.encode("\n</AppendedData>\n</VTKFile>\n"),
  ]);
}

/** Stands for the offset of an array until it is known; no character of it can come from a name, which is escaped. */
const offsetMark = /<offset (\d+)>/g;

function describeArray(array: VtuArray | VtuTexts, index: number): string {
  const name = escapeAttribute(array.name);
  const place = `format="appended" offset="<offset ${index}>"`;
  if ("texts" in array) {
    return `<Array type="String" Name="${name}" NumberOfTuples="${array.texts.length}" ${place}/>`;
  }
  const { values, numComponents } = array;
  const type = values instanceof Float64Array ? "Float64" : values instanceof Int32Array ? "Int32" : "UInt8";
  return (
    `<DataArray type="${type}" Name="${name}" NumberOfComponents="${numComponents}" ` +
    `NumberOfTuples="${values.length / numComponents}" ${place}/>`
  );
}

function section(name: string, arrays: readonly string[]): string[] {
  return [`<${name}>`, ...arrays, `</${name}>`];
}

/** The bytes of all arrays with their headers, in pieces, and where each array begins. */
async function encodeArrays(
  arrays: readonly Uint8Array<ArrayBuffer>[],
  compress: boolean,
  progress: ProgressReporter | undefined,
): Promise<{ chunks: Uint8Array[]; starts: number[] }> {
  const chunks: Uint8Array[] = [];
  const starts: number[] = [];
  let length = 0;
  let done = 0;
  const total = arrays.reduce((sum, array) => sum + array.length, 0);
  for (const bytes of arrays) {
    starts.push(length);
    const blocks = compress
      ? await deflateBlocks(bytes, blockBytes, (blockLength) => {
          done += blockLength;
          progress?.({ step: "compress VTU", fraction: done / total });
        })
      : [bytes];
    const head = compress
      ? [blocks.length, blockBytes, bytes.length % blockBytes, ...blocks.map((block) => block.length)]
      : [bytes.length];
    const encoded = [encodeHeader(head), ...blocks];
    for (const chunk of encoded) length += chunk.length;
    chunks.push(...encoded);
  }
  return { chunks, starts };
}

function encodeHeader(numbers: readonly number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(numbers, BigInt).buffer);
}

/** UTF-8, a zero byte behind each text. */
function encodeTexts(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  return concatenateBytes(texts.map((text) => encoder.encode(`${text.replaceAll("\0", "")}\0`)));
}

/** The bytes of an array, as they are in memory. */
function viewBytes(values: VtuArray["values"]): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = values;
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength));
}

function byteOrder(): "LittleEndian" | "BigEndian" {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? "LittleEndian" : "BigEndian";
}

/** Text for an XML attribute; control characters, which XML does not allow, become blanks. */
function escapeAttribute(text: string): string {
  return text.replace(/\p{Cc}/gu, " ").replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function checkLength(array: VtuArray, count: number, what: string): void {
  if (array.values.length === count * array.numComponents) return;
  throw new UsageError(
    "vtu-array-length",
    `the array "${array.name}" has ${array.values.length} values; expected ${array.numComponents} for each of the ` +
      `${count} ${what}`,
    { details: { name: array.name, length: array.values.length, numComponents: array.numComponents, count } },
  );
}
