import type { ErrorDetails } from "../core/errors.js";
import { MshSource, maxSafeTag, type RecordShape } from "./msh-source.js";

/** How the numbers of a binary .msh file are stored. */
export interface BinaryLayout {
  readonly littleEndian: boolean;
  /** Bytes of a size_t: 4 or 8. */
  readonly sizeBytes: number;
}

/** Upper 32 bits of 2^53 - 1. */
const maxHighWord = 0x1fffff;

/** Numbers in binary: int (4 bytes), size_t (4 or 8 bytes) and double (8 bytes), in either byte order, unaligned. */
export class BinarySource extends MshSource {
  private readonly view: DataView;
  private readonly littleEndian: boolean;
  private readonly sizeBytes: number;

  constructor(bytes: Uint8Array, position: number, layout: BinaryLayout) {
    super(bytes, position);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = layout.littleEndian;
    this.sizeBytes = layout.sizeBytes;
  }

  readInt(): number {
    return this.view.getInt32(this.advance(4), this.littleEndian);
  }

  readSize(): number {
    if (this.sizeBytes === 4) return this.view.getUint32(this.advance(4), this.littleEndian);
    const start = this.advance(8);
    const first = this.view.getUint32(start, this.littleEndian);
    const second = this.view.getUint32(start + 4, this.littleEndian);
    const value = this.littleEndian ? first + second * 4294967296 : second + first * 4294967296;
    if (value > maxSafeTag) {
      throw this.error(
        "msh-tag-range",
        `The 64-bit number ${value} is above 2^53 - 1: renumber the mesh`,
        { value },
        start,
      );
    }
    return value;
  }

  override readSizes(target: Float64Array, count: number): void {
    const { view, littleEndian } = this;
    if (this.sizeBytes !== 8 || count * 8 > this.bytes.length - this.position) {
      super.readSizes(target, count);
      return;
    }
    const low = littleEndian ? 0 : 4;
    let at = this.position;
    for (let i = 0; i < count; i++, at += 8) {
      const high = view.getUint32(at + 4 - low, littleEndian);
      if (high > maxHighWord) {
        this.position = at;
        this.readSize();
      }
      target[i] = view.getUint32(at + low, littleEndian) + high * 4294967296;
    }
    this.position = at;
  }

  readDouble(): number {
    return this.view.getFloat64(this.advance(8), this.littleEndian);
  }

  skipRecords(count: number, shape: RecordShape): void {
    const length = count * this.minRecordBytes(shape);
    if (length > this.bytes.length - this.position) throw this.truncated();
    this.position += length;
  }

  protected minRecordBytes({ ints = 0, sizes = 0, doubles = 0 }: RecordShape): number {
    return 4 * ints + this.sizeBytes * sizes + 8 * doubles;
  }

  protected describePlace(position: number): { readonly text: string; readonly details: ErrorDetails } {
    return { text: `byte ${position}`, details: {} };
  }

  private advance(length: number): number {
    const start = this.position;
    if (start + length > this.bytes.length) throw this.truncated();
    this.position = start + length;
    return start;
  }
}
