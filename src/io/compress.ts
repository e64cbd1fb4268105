/** Blocks in work at a time: engines deflate in threads of their own. */
const concurrency = 4;

/**
 * Deflates blocks of bytes, each into a zlib stream of its own, in order.
 *
 * @param blockBytes length of the blocks; the last one may be shorter
 * @param onBlock called with the length of every block that is done
 * @see RFC 1950, ZLIB compressed data format specification 3.3
 */
export async function deflateBlocks(
  bytes: Uint8Array<ArrayBuffer>,
  blockBytes: number,
  onBlock?: (length: number) => void,
): Promise<Uint8Array[]> {
  const blocks: Uint8Array[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next * blockBytes < bytes.length) {
      const index = next++;
      const block = bytes.subarray(index * blockBytes, (index + 1) * blockBytes);
      blocks[index] = await deflate(block);
      onBlock?.(block.length);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return blocks;
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const reader = source.pipeThrough(new CompressionStream("deflate")).getReader();
  const chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatenateBytes(chunks);
    chunks.push(value);
  }
}

/** All bytes, one after the other. */
export function concatenateBytes(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let start = 0;
  for (const chunk of chunks) {
    whole.set(chunk, start);
    start += chunk.length;
  }
  return whole;
}
