import { constants } from "node:buffer";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { aboveLimit, checkTrailer, damaged, outOfMemory, readContentLength } from "../io/gzip-errors.js";

const gunzipAsync = promisify(gunzip);

/** Bytes of the shortest gzip file. */
const minBytes = 18;
/** Deflate makes no more than this of one byte. */
const maxRatio = 1032;

/**
 * Does what `decompress` of the library does, faster: in another thread, into one buffer of the length that the file gives.
 *
 * @throws ParseError `gzip-too-large`, `gzip-damaged`
 */
export async function expandGzip(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  if (bytes.length < minBytes) throw damaged("its data is cut", 0);
  const limit = Math.min(maxBytes, constants.MAX_LENGTH - 1);
  const expected = Math.min(readContentLength(bytes), maxRatio * bytes.length, limit);
  // One byte more than is expected, so that the end is met before the buffer is full.
  const options = { chunkSize: Math.max(expected, 64) + 1, maxOutputLength: limit + 1 };
  const content: Uint8Array = await gunzipAsync(bytes, options).catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE") {
      throw aboveLimit(bytes.length, maxBytes);
    }
    if (cause instanceof RangeError) throw outOfMemory(bytes.length, expected, cause);
    throw damaged("its data is cut or wrong", 0, cause);
  });
  if (content.length > maxBytes) throw aboveLimit(bytes.length, maxBytes);
  checkTrailer(bytes, content.length);
  return content;
}
