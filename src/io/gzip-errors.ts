import { ParseError } from "../core/errors.js";

/** The error for a gzip file that expands to more than is allowed. */
export function aboveLimit(compressedBytes: number, maxBytes: number): ParseError {
  return new ParseError(
    "gzip-too-large",
    `The gzip file of ${compressedBytes} bytes expands to more than the limit of ${maxBytes} bytes: ` +
      "raise the limit if you trust the file, or decompress it yourself.",
    { details: { maxBytes, compressedBytes } },
  );
}

/** The error for one that memory does not hold: what an engine does not allocate, it refuses with a RangeError. */
export function outOfMemory(compressedBytes: number, expandedBytes: number, cause: unknown): ParseError {
  return new ParseError(
    "gzip-too-large",
    `The gzip file of ${compressedBytes} bytes expands to ${expandedBytes} bytes or more, for which there is no ` +
      "memory; use a machine with more, or a coarser mesh.",
    { cause, details: { compressedBytes, expandedBytes } },
  );
}

/** The error for one that is cut, wrong, or followed by anything. */
export function damaged(what: string, expandedBytes: number, cause?: unknown): ParseError {
  return new ParseError(
    "gzip-damaged",
    `The gzip file is damaged: ${what} (after ${expandedBytes} bytes of output).`,
    { cause, details: { expandedBytes } },
  );
}

/**
 * Compares the length of the content with what the file says: engines differ in what they accept behind the first member.
 * @throws ParseError `gzip-damaged`
 */
export function checkTrailer(bytes: Uint8Array, length: number): void {
  if (readContentLength(bytes) !== length % 2 ** 32) {
    throw damaged("its length does not agree with its last four bytes, or other data follows", length);
  }
}

/** Length of the content modulo 2^32: the last word of a gzip file of at least four bytes. */
export function readContentLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
}
