import { aboveLimit, checkTrailer, damaged, outOfMemory } from "./gzip-errors.js";

/** Options of {@link decompress}. */
export interface DecompressOptions {
  /** Limit on the length after expansion, bytes. */
  readonly maxBytes?: number;
}

/** Default limit on the bytes of a file, before and after expansion: 4 GiB. */
export const defaultMaxBytes = 2 ** 32;

const chunkBytes = 1 << 20;

/**
 * Expands a gzip file (one member), with a limit checked while it grows; other bytes are returned as they are.
 * @throws ParseError `gzip-too-large` above `maxBytes` (default 4 GiB) or where memory does not hold it, `gzip-damaged` where the data is cut, wrong or
 *   followed by anything
 * @see RFC 1952, GZIP file format specification 4.3
 */
export async function decompress(bytes: Uint8Array, options: DecompressOptions = {}): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const { maxBytes = defaultMaxBytes } = options;
  const reader = streamChunks(bytes).pipeThrough(new DecompressionStream("gzip")).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const chunk = await reader.read().catch((cause: unknown) => {
      if (cause instanceof RangeError) throw outOfMemory(bytes.length, length, cause);
      throw damaged("its data is cut or wrong", length, cause);
    });
    if (chunk.done) break;
    length += chunk.value.length;
    if (length > maxBytes) {
      reader.cancel().catch(() => undefined);
      throw aboveLimit(bytes.length, maxBytes);
    }
    chunks.push(chunk.value);
  }
  checkTrailer(bytes, length);
  try {
    return concatenate(chunks, length);
  } catch (cause) {
    throw outOfMemory(bytes.length, length, cause);
  }
}

function streamChunks(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) {
        controller.close();
        return;
      }
      controller.enqueue(bytes.slice(start, start + chunkBytes));
      start += chunkBytes;
    },
  });
}

function concatenate(chunks: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let start = 0;
  for (const chunk of chunks) {
    whole.set(chunk, start);
    start += chunk.length;
  }
  return whole;
}
