import { ParseError } from "../core/errors.js";

/** A state of a computation: plain data, and arrays of numbers by name. */
export interface Checkpoint {
  /** What JSON can hold. */
  readonly header: unknown;
  readonly arrays: Readonly<Record<string, Float64Array>>;
}

const magic = "erfem/checkpoint@1\n";

/** Bytes of the number that tells the length of the header. */
const lengthBytes = 8;

/**
 * A checkpoint as bytes: the magic line, the length of the header in bytes (float64, little endian), the header as JSON with
 * the names and lengths of the arrays, then their numbers, little endian.
 */
export function encodeCheckpoint({ header, arrays }: Checkpoint): Uint8Array<ArrayBuffer> {
  const shapes = Object.entries(arrays).map(([name, { length }]) => ({ name, length }));
  const text = new TextEncoder().encode(JSON.stringify({ header, shapes }));
  const numNumbers = shapes.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(magic.length + lengthBytes + text.length + 8 * numNumbers);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(magic));
  view.setFloat64(magic.length, text.length, true);
  bytes.set(text, magic.length + lengthBytes);
  let at = magic.length + lengthBytes + text.length;
  for (const { name } of shapes) {
    for (const value of arrays[name]) {
      view.setFloat64(at, value, true);
      at += 8;
    }
  }
  return bytes;
}

/**
 * The checkpoint that {@link encodeCheckpoint} wrote.
 *
 * @param file for messages
 * @throws ParseError `checkpoint-damaged`
 */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const refuse = (fault: string, cause?: unknown): ParseError =>
    new ParseError("checkpoint-damaged", `${file}: ${fault}; start the run anew in another folder`, {
      cause,
      details: { file, fault },
    });
  const start = magic.length + lengthBytes;
  if (bytes.length < start || new TextDecoder().decode(bytes.subarray(0, magic.length)) !== magic) {
    throw refuse("expected a checkpoint of erfem, found another beginning");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textBytes = view.getFloat64(magic.length, true);
  let content: { header: unknown; shapes: { name: string; length: number }[] };
  try {
    content = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(start, start + textBytes)),
    ) as typeof content;
  } catch (cause) {
    throw refuse("its header is damaged", cause);
  }
  let at = start + textBytes;
  const expected = content.shapes.reduce((sum, { length }) => sum + 8 * length, at);
  if (bytes.length !== expected) throw refuse(`it has ${bytes.length} bytes, expected ${expected}`);
  const arrays = content.shapes.map(({ name, length }): [string, Float64Array] => {
    const values = new Float64Array(length);
    for (let i = 0; i < length; i++, at += 8) values[i] = view.getFloat64(at, true);
    return [name, values];
  });
  return { header: content.header, arrays: Object.fromEntries(arrays) };
}
