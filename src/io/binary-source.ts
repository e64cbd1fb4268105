import type { ErrorDetails } from "../core/errors.js";
import type { ByteInput } from "./byte-input.js";
import { MshSource, maxSafeTag, type RecordShape } from "./msh-source.js";

/** How the numbers of a binary .msh file are stored. */
export interface BinaryLayout {
  readonly littleEndian: boolean;
  /** Bytes of a size_t: 4 or 8. */
  readonly sizeBytes: number;
}

/** Upper 32 bits of 2^53 - 1. */
const maxHighWord = 0x1fffff;

/** Points that are copied at a time. */
const batchPoints = 4096;

const isLittleEndianMachine = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Numbers in binary: int (4 bytes), size_t (4 or 8 bytes) and double (8 bytes), in either byte order, unaligned. */
export class BinarySource extends MshSource {
  /** Of the buffer in which `bytes` lies. */
  private view: DataView;
  private readonly littleEndian: boolean;
  readonly sizeBytes: number;

  constructor(bytes: Uint8Array, position: number, layout: BinaryLayout, input: ByteInput | null = null) {
    super(bytes, position, input);
    this.view = viewBytes(bytes);
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
        this.base + start,
      );
    }
    return value;
  }

  override readSizes(target: Float64Array, count: number): void {
    if (this.sizeBytes !== 8) {
      super.readSizes(target, count);
      return;
    }
    for (let first = 0; first < count;) {
      if (!this.fill(8)) throw this.truncated();
      const numHere = Math.min(count - first, Math.floor((this.bytes.length - this.position) / 8));
      this.decodeSizes(target, first, numHere);
      first += numHere;
    }
  }

  readDouble(): number {
    return this.view.getFloat64(this.advance(8), this.littleEndian);
  }

  override takeFinitePoints(target: Float64Array, first: number, count: number): number {
    this.fill(24);
    const inMemory = Math.floor((this.bytes.length - this.position) / 24);
    const numPoints = Math.min(count, inMemory, batchPoints);
    if (!this.hasNativeOrder || numPoints === 0) return 0;
    const copy = new Uint8Array(target.buffer, target.byteOffset + 24 * first, 24 * numPoints);
    copy.set(this.bytes.subarray(this.position, this.position + 24 * numPoints));
    const numFinite = countFinite(target, 3 * first, 3 * numPoints);
    const numTaken = Math.floor(numFinite / 3);
    this.position += 24 * numTaken;
    return numTaken;
  }

  override peekRecords(numSizes: number, most: number): Uint8Array | null {
    if (!this.hasNativeOrder || this.sizeBytes !== 8) return null;
    const length = 8 * numSizes;
    if (!this.fill(length)) return null;
    const inMemory = Math.floor((this.bytes.length - this.position) / length);
    return this.bytes.subarray(this.position, this.position + Math.min(most, inMemory) * length);
  }

  skipRecords(count: number, shape: RecordShape): void {
    let length = count * this.minRecordBytes(shape);
    if (length > this.bytesLeft) throw this.truncated();
    for (;;) {
      const inMemory = this.bytes.length - this.position;
      if (length <= inMemory) break;
      length -= inMemory;
      this.position = this.bytes.length;
      if (!this.fill(1)) throw this.truncated();
    }
    this.position += length;
  }

  protected override refill(input: ByteInput, count: number): void {
    super.refill(input, count);
    this.view = viewBytes(this.bytes);
  }

  protected minRecordBytes({ ints = 0, sizes = 0, doubles = 0 }: RecordShape): number {
    return 4 * ints + this.sizeBytes * sizes + 8 * doubles;
  }

  protected describePlace(byteOffset: number): { readonly text: string; readonly details: ErrorDetails } {
    return { text: `byte ${byteOffset}`, details: {} };
  }

  /** Whether numbers in the file stand as in this machine's memory. */
  private get hasNativeOrder(): boolean {
    return this.littleEndian && isLittleEndianMachine;
  }

  /** Decodes `count` 64-bit integers that are in memory. */
  private decodeSizes(target: Float64Array, first: number, count: number): void {
    const { view, littleEndian } = this;
    const low = littleEndian ? 0 : 4;
    let at = this.position;
    for (let i = first; i < first + count; i++, at += 8) {
      const high = view.getUint32(at + 4 - low, littleEndian);
      if (high > maxHighWord) {
        this.position = at;
        this.readSize();
      }
      target[i] = view.getUint32(at + low, littleEndian) + high * 4294967296;
    }
    this.position = at;
  }

  private advance(length: number): number {
    if (!this.fill(length)) throw this.truncated();
    const start = this.position;
    this.position = start + length;
    return start;
  }
}

function viewBytes(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** How many numbers from `start` on are finite before the first that is not. */
function countFinite(numbers: Float64Array, start: number, count: number): number {
  let i = 0;
  while (i < count && Number.isFinite(numbers[start + i])) i++;
  return i;
}
