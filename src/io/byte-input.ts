/** A file of known length that is read from its beginning to its end, piece by piece. */
export interface ByteInput {
  /** Length of the whole file, bytes. */
  readonly numBytes: number;
  /** Fills the front of `target` with the bytes that follow and returns how many they are; 0 at the end of the file. */
  read(target: Uint8Array): number;
}

/** Bytes read at a time: they stay in a processor's cache while they are decoded. */
export const windowBytes = 1 << 18;

/** The first bytes of a file, at most {@link windowBytes}. */
export function readWindow(input: ByteInput): Uint8Array {
  const window = new Uint8Array(Math.min(windowBytes, input.numBytes));
  return window.subarray(0, fillFrom(input, window, 0));
}

/** Fills `target` from index `length` on; returns where the bytes end: before its end only at the end of the file. */
export function fillFrom(input: ByteInput, target: Uint8Array, length: number): number {
  let end = length;
  while (end < target.length) {
    const numRead = input.read(target.subarray(end));
    if (numRead === 0) break;
    end += numRead;
  }
  return end;
}
