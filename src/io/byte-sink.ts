/** Numbers and text appended to a growing file; the counterpart of MshSource. */
export abstract class ByteSink {
  protected bytes = new Uint8Array(1 << 16);
  protected view = new DataView(this.bytes.buffer);
  protected length = 0;

  abstract writeInt(value: number): void;
  /** An integer, 0 to 2^53 - 1. */
  abstract writeSize(value: number): void;
  abstract writeDouble(value: number): void;
  /** Ends a record: a line in text, nothing in binary. */
  abstract endRecord(): void;

  /** Text as it is, in UTF-8. */
  writeText(text: string): void {
    const encoded = new TextEncoder().encode(text);
    const start = this.advance(encoded.length);
    this.bytes.set(encoded, start);
  }

  /** The bytes written so far, copied. */
  getBytes(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** Makes room for `count` bytes behind the end and returns where they begin. */
  protected advance(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, start));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    return start;
  }
}

/** Binary numbers, little-endian; size_t has 8 bytes (MSH 4.1) or 4 (the tags of MSH 2.2). */
export class BinarySink extends ByteSink {
  private readonly sizeBytes: 4 | 8;

  constructor(sizeBytes: 4 | 8) {
    super();
    this.sizeBytes = sizeBytes;
  }

  writeInt(value: number): void {
    const start = this.advance(4);
    this.view.setInt32(start, value, true);
  }

  writeSize(value: number): void {
    const start = this.advance(this.sizeBytes);
    this.view.setUint32(start, value % 4294967296, true);
    if (this.sizeBytes === 8) this.view.setUint32(start + 4, Math.floor(value / 4294967296), true);
  }

  writeDouble(value: number): void {
    const start = this.advance(8);
    this.view.setFloat64(start, value, true);
  }

  endRecord(): void {
    // Binary records follow each other without a mark.
  }
}

/** Numbers as text, one space between them: the shortest digits that give the same double again. */
export class TextSink extends ByteSink {
  private isLineStart = true;

  writeInt(value: number): void {
    this.writeNumber(value);
  }

  writeSize(value: number): void {
    this.writeNumber(value);
  }

  writeDouble(value: number): void {
    this.writeNumber(value);
  }

  endRecord(): void {
    const start = this.advance(1);
    this.bytes[start] = 10;
    this.isLineStart = true;
  }

  private writeNumber(value: number): void {
    const text = Object.is(value, -0) ? "-0" : String(value);
    const start = this.advance(text.length + (this.isLineStart ? 0 : 1));
    const { bytes } = this;
    let at = start;
    if (!this.isLineStart) bytes[at++] = 32;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.isLineStart = false;
  }
}
