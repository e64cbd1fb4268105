import { ParseError } from "../core/errors.js";
import { decodeBase64 } from "./base64.js";
import { MeshText } from "./mesh-text.js";
import { decodeNumbers, parseNumberType, type NumberType } from "./stored-numbers.js";
import type { TextRange } from "./xml-reader.js";

/** A <DataArray> as the file declares it. */
export interface VtuDeclaration {
  readonly name: string;
  readonly type: string;
  readonly numComponents: number;
  /** `ascii`, `binary` or `appended`. */
  readonly format: string;
  /** Of appended data. */
  readonly offset: number;
  /** Of data in place. */
  text: TextRange | null;
}

/** How a file stores its numbers. */
export interface VtuLayout {
  readonly bytes: Uint8Array;
  readonly isLittle: boolean;
  /** Bytes of the lengths before the data. */
  readonly headerType: NumberType;
  readonly isCompressed: boolean;
  /** Place of the first byte of the appended data, behind the underscore; null where there is none. */
  readonly appended: number | null;
  readonly isAppendedBase64: boolean;
}

/** A zlib stream expands by no more than this. */
const maxExpansion = 1032;

/** The first bytes of a stored array, as many as asked for. */
type Take = (count: number) => Uint8Array;

/**
 * The numbers of an array.
 *
 * @param count how many there must be
 * @throws ParseError `mesh-truncated`, `mesh-syntax`, `mesh-count`, `vtu-data-damaged`, `vtu-unsupported`
 */
export async function readVtuArray(
  layout: VtuLayout,
  array: VtuDeclaration,
  count: number,
): Promise<Float64Array<ArrayBuffer>> {
  const type = parseNumberType(array.type);
  if (type === null) {
    throw vtuError(
      "vtu-unsupported",
      `array "${array.name}" has the type ${array.type}; expected numbers`,
      array,
    );
  }
  const { text } = array;
  if (array.format === "ascii") {
    const source = new MeshText("VTU", layout.bytes.subarray(0, text?.end ?? 0), text?.start ?? 0);
    source.section = `array "${array.name}"`;
    const values = source.readDoubles(count, "numbers");
    if (!source.isAtEnd)
      throw source.error("mesh-count", `More than the ${count} numbers expected stand here`);
    return values;
  }
  const stored = await readStored(layout, array, count * type.size);
  if (stored.length !== count * type.size) {
    throw damaged(array, `it has ${stored.length} bytes, expected ${count} values of ${type.size} bytes`);
  }
  return decodeNumbers(stored, type, layout.isLittle);
}

async function readStored(layout: VtuLayout, array: VtuDeclaration, numBytes: number): Promise<Uint8Array> {
  const take = openArray(layout, array);
  const { size } = layout.headerType;
  const readHeader = (count: number): number[] =>
    Array.from(
      decodeNumbers(take(count * size).subarray(0, count * size), layout.headerType, layout.isLittle),
    );
  if (!layout.isCompressed) {
    const [length] = readHeader(1);
    if (length !== numBytes) throw damaged(array, `it has ${length} bytes, expected ${numBytes}`);
    return take(size + length).subarray(size);
  }
  const [numBlocks, blockBytes, lastBytes] = readHeader(3);
  if (numBlocks === 0) return new Uint8Array(0);
  const total = (numBlocks - 1) * blockBytes + (lastBytes === 0 ? blockBytes : lastBytes);
  if (total !== numBytes || lastBytes > blockBytes) {
    throw damaged(array, `its ${numBlocks} blocks have ${total} bytes, expected ${numBytes}`);
  }
  const lengths = readHeader(3 + numBlocks).slice(3);
  const stored = lengths.reduce((sum, length) => sum + length, 0);
  const start = (3 + numBlocks) * size;
  if (numBytes > stored * maxExpansion) throw damaged(array, `${stored} bytes cannot hold ${numBytes}`);
  const data = take(start + stored);
  const expanded = new Uint8Array(numBytes);
  let from = start;
  for (const [block, length] of lengths.entries()) {
    const target = expanded.subarray(block * blockBytes, Math.min(numBytes, (block + 1) * blockBytes));
    await inflateInto(target, data.subarray(from, from + length), array);
    from += length;
  }
  return expanded;
}

/** A reader of the first bytes of an array, which refuses more than there are before it allocates anything. */
function openArray({ bytes, appended, isAppendedBase64 }: VtuLayout, array: VtuDeclaration): Take {
  const isAppended = array.format === "appended";
  if (isAppended && (appended === null || !Number.isSafeInteger(array.offset) || array.offset < 0)) {
    throw damaged(array, "it has no place in the appended data");
  }
  if (!isAppended && array.format !== "binary") {
    const message = `array "${array.name}" has the format "${array.format}"; expected ascii, binary or appended`;
    throw vtuError("vtu-unsupported", message, array);
  }
  const start = isAppended ? (appended ?? 0) + array.offset : (array.text?.start ?? 0);
  const end = isAppended ? bytes.length : (array.text?.end ?? 0);
  const isText = !isAppended || isAppendedBase64;
  return (count) => {
    if (!(count <= end - start)) throw truncated(array, count);
    const piece = isText ? decodeBase64(bytes, start, end, count) : bytes.subarray(start, start + count);
    if (piece.length < count) throw truncated(array, count);
    return piece;
  };
}

/** Expands one block into its place, which it must fill. */
async function inflateInto(target: Uint8Array, block: Uint8Array, array: VtuDeclaration): Promise<void> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(Uint8Array.from(block));
      controller.close();
    },
  });
  const reader = source.pipeThrough(new DecompressionStream("deflate")).getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw damaged(array, "a block of it cannot be expanded", cause);
    });
    if (done) break;
    if (length + value.length > target.length) {
      reader.cancel().catch(() => undefined);
      throw damaged(array, `a block of it expands to more than ${target.length} bytes`);
    }
    target.set(value, length);
    length += value.length;
  }
  if (length !== target.length)
    throw damaged(array, `a block of it has ${length} bytes, expected ${target.length}`);
}

function truncated(array: VtuDeclaration, count: number): ParseError {
  return vtuError(
    "mesh-truncated",
    `the file ends before the ${count} bytes of array "${array.name}" do: it is cut, write it again`,
    array,
  );
}

function damaged(array: VtuDeclaration, problem: string, cause?: unknown): ParseError {
  const message = `array "${array.name}" is damaged: ${problem}; write the file again`;
  return vtuError("vtu-data-damaged", message, array, cause);
}

function vtuError(
  code: string,
  message: string,
  { name, type }: VtuDeclaration,
  cause?: unknown,
): ParseError {
  return new ParseError(code, `VTU: ${message}.`, { cause, details: { array: name, type } });
}
