import { ParseError } from "../core/errors.js";

/** A grid of tetrahedra with fields: a snapshot of `erfem simulate`, or the correctors of `erfem homogenize --vtu`. */
export interface Snapshot {
  /** numPoints x 3, um, or mesh units. */
  readonly points: Float64Array;
  /** numCells x 4. */
  readonly cells: Int32Array;
  /** Fields and states by name, one value for each point; NaN where there is none. */
  readonly fields: ReadonlyMap<string, Float64Array>;
  /** Vector fields by name, numPoints x 3. */
  readonly vectors: ReadonlyMap<string, Float64Array>;
  /** Names of the phases, and the index of the phase of each cell; null where the file does not tell. */
  readonly phases: { readonly names: readonly string[]; readonly ofCell: Int32Array } | null;
}

const appendedMark = '<AppendedData encoding="raw">\n_';

/** An array as the header declares it. */
interface Declaration {
  readonly name: string;
  readonly type: string;
  readonly numComponents: number;
  readonly offset: number;
}

/**
 * Reads a .vtu file as `writeVtu` writes it: one piece of tetrahedra, appended raw little-endian data with UInt64 headers, in
 * blocks compressed by zlib.
 *
 * @param file for messages
 * @throws ParseError `snapshot-unreadable`
 */
export async function readSnapshot(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<Snapshot> {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1 << 16));
  const mark = head.indexOf(appendedMark);
  const isOurs =
    /^<\?xml[^>]*>\s*<VTKFile type="UnstructuredGrid" [^>]*byte_order="LittleEndian" header_type="UInt64"/;
  if (mark < 0 || !isOurs.test(head)) throw unreadable(file, "it is not laid out as erfem writes .vtu files");
  const isCompressed = head.includes('compressor="vtkZLibDataCompressor"');
  const header = new TextDecoder().decode(bytes.subarray(0, mark));
  const data = bytes.subarray(mark + appendedMark.length);
  const read = async ({ offset }: Declaration): Promise<ArrayBuffer> =>
    readArray(data, offset, isCompressed).catch((cause: unknown) => {
      throw unreadable(file, "its data is cut or damaged", cause);
    });
  const section = (name: string): Declaration[] => listArrays(header, name);
  const [points, connectivity] = [
    section("Points")[0],
    section("Cells").find(({ name }) => name === "connectivity"),
  ];
  if (connectivity === undefined) throw unreadable(file, "it has no cells");
  const fields = new Map<string, Float64Array>();
  const vectors = new Map<string, Float64Array>();
  for (const array of section("PointData")) {
    if (array.type !== "Float64" || ![1, 3].includes(array.numComponents)) continue;
    (array.numComponents === 1 ? fields : vectors).set(array.name, new Float64Array(await read(array)));
  }
  const coordinates = new Float64Array(await read(points));
  const cells = new Int32Array(await read(connectivity));
  const numPoints = coordinates.length / 3;
  const isWhole = cells.every((node) => node >= 0 && node < numPoints);
  const isOfPoints =
    [...fields.values()].every(({ length }) => length === numPoints) &&
    [...vectors.values()].every(({ length }) => length === 3 * numPoints);
  if (!isWhole || !isOfPoints) throw unreadable(file, "its cells or values belong to other points");
  const phases = await readPhases(header, read);
  if (phases !== null && !isPhaseOfCells(phases, cells.length / 4))
    throw unreadable(file, "its phases belong to other cells");
  return { points: coordinates, cells, fields, vectors, phases };
}

/** The phases of a file of correctors. */
async function readPhases(
  header: string,
  read: (array: Declaration) => Promise<ArrayBuffer>,
): Promise<Snapshot["phases"]> {
  const names = listArrays(header, "FieldData").find(({ name }) => name === "phases");
  const ofCell = listArrays(header, "CellData").find(({ name }) => name === "phase");
  if (names?.type !== "String" || ofCell?.type !== "Int32") return null;
  const texts = new TextDecoder().decode(await read(names)).split("\0");
  return { names: texts.slice(0, -1), ofCell: new Int32Array(await read(ofCell)) };
}

function isPhaseOfCells({ names, ofCell }: NonNullable<Snapshot["phases"]>, numCells: number): boolean {
  return ofCell.length === numCells && ofCell.every((phase) => phase >= 0 && phase < names.length);
}

/** The arrays of a section of the header. */
function listArrays(header: string, section: string): Declaration[] {
  const start = header.indexOf(`<${section}>`);
  const end = header.indexOf(`</${section}>`, start);
  if (start < 0 || end < 0) return [];
  const tags = header
    .slice(start, end)
    .matchAll(/<(?:Data)?Array type="(\w+)" Name="([^"]*)"([^>]*) offset="(\d+)"\/>/g);
  return Array.from(tags, ([, type, name, others, offset]) => ({
    type,
    name: unescape(name),
    numComponents: Number(/NumberOfComponents="(\d+)"/.exec(others)?.[1] ?? 1),
    offset: Number(offset),
  }));
}

/** Character references, which are all that `writeVtu` escapes with. */
function unescape(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

async function readArray(
  data: Uint8Array<ArrayBuffer>,
  offset: number,
  isCompressed: boolean,
): Promise<ArrayBuffer> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const number = (index: number): number => Number(view.getBigUint64(offset + 8 * index, true));
  if (!isCompressed) return data.slice(offset + 8, offset + 8 + number(0)).buffer;
  const numBlocks = number(0);
  const blocks: Blob[] = [];
  let start = offset + 8 * (3 + numBlocks);
  for (let block = 0; block < numBlocks; block++) {
    const length = number(3 + block);
    if (start + length > data.length) throw new RangeError("a block ends behind the end of the file");
    const stream = new Blob([data.subarray(start, start + length)]).stream();
    blocks.push(await new Response(stream.pipeThrough(new DecompressionStream("deflate"))).blob());
    start += length;
  }
  return new Blob(blocks).arrayBuffer();
}

function unreadable(file: string, problem: string, cause?: unknown): ParseError {
  return new ParseError(
    "snapshot-unreadable",
    `${file} cannot be read: ${problem}; expected a file that erfem simulate, or homogenize --vtu, wrote`,
    { cause, details: { file } },
  );
}
