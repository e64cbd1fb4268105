import { ParseError, type ErrorDetails } from "../core/errors.js";
import { fillFrom, type ByteInput } from "./byte-input.js";

/** Numbers of each kind in one record: what {@link MshSource.checkCount} needs to know of its length. */
export interface RecordShape {
  readonly ints?: number;
  readonly sizes?: number;
  readonly doubles?: number;
}

/** Largest tag or count that a JavaScript number holds exactly. */
export const maxSafeTag = Number.MAX_SAFE_INTEGER;

const dollar = 36;
const newline = 10;

/**
 * A cursor over the bytes of an .msh file, all of them or a window that moves with the cursor. Sections, their names and
 * whole lines are text in every format; the numbers inside a section are text or binary, which the subclasses know.
 */
export abstract class MshSource {
  /** The bytes in memory. */
  bytes: Uint8Array;
  /** Next byte to read, an index into `bytes`. */
  position: number;
  /** Name of the section being read, without the dollar sign; empty between sections. */
  section = "";
  /** Place of `bytes` in the file. */
  protected base = 0;
  /** Where the bytes behind `bytes` come from; null where there are none. */
  protected input: ByteInput | null;
  private readonly numBytes: number;

  /** @param input the rest of the file, behind `bytes` */
  constructor(bytes: Uint8Array, position: number, input: ByteInput | null = null) {
    this.bytes = bytes;
    this.position = position;
    this.input = input;
    this.numBytes = input === null ? bytes.length : input.numBytes;
  }

  /** Place of the cursor in the file: unlike `position` it does not change when the window moves. */
  get offset(): number {
    return this.base + this.position;
  }

  /** What share of the file has been read, 0 to 1. */
  get fraction(): number {
    return this.offset / this.numBytes;
  }

  /** Whether `count` bytes follow the cursor; where they do, they are in memory. May change `bytes` and `position`. */
  fill(count: number): boolean {
    if (this.bytes.length - this.position < count && this.input !== null) this.refill(this.input, count);
    return this.bytes.length - this.position >= count;
  }

  /** Bytes from the cursor to the end of the file. */
  protected get bytesLeft(): number {
    return this.numBytes - this.offset;
  }

  /** Lets go of the bytes before the cursor and reads on, until at least `count` bytes follow it or the file ends. */
  protected refill(input: ByteInput, count: number): void {
    const rest = this.bytes.subarray(this.position);
    const buffer = new Uint8Array(this.bytes.buffer);
    const window = buffer.length < count ? new Uint8Array(Math.max(count, 2 * buffer.length)) : buffer;
    window.set(rest);
    this.base += this.position;
    this.position = 0;
    const end = fillFrom(input, window, rest.length);
    if (end < window.length) this.input = null;
    this.bytes = window.subarray(0, end);
  }

  /** A 32-bit signed integer. @throws ParseError */
  abstract readInt(): number;
  /** A count or a 64-bit tag, 0 to 2^53 - 1. @throws ParseError */
  abstract readSize(): number;
  /** Reads `count` counts or tags into the front of `target`. @throws ParseError */
  readSizes(target: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) target[i] = this.readSize();
  }
  /** Bytes of a count or a tag; null where they differ. */
  abstract readonly sizeBytes: number | null;
  /** A number in double precision, not necessarily finite. @throws ParseError */
  abstract readDouble(): number;
  /**
   * Reads up to `count` points into `target`, from point `first` on, as long as they are finite; returns how many. None
   * where the format has no fast way: then they are read number by number.
   */
  takeFinitePoints(_target: Float64Array, _first: number, _count: number): number {
    return 0;
  }
  /**
   * Between 1 and `most` of the records that follow, each of `numSizes` numbers, as little-endian 64-bit integers; null
   * where they are not stored like that, or the file ends. The cursor does not move.
   */
  peekRecords(_numSizes: number, _most: number): Uint8Array | null {
    return null;
  }
  /** Passes over `count` records. @throws ParseError */
  abstract skipRecords(count: number, shape: RecordShape): void;
  /** Least number of bytes that a record can take. */
  protected abstract minRecordBytes(shape: RecordShape): number;
  /** Place of a byte of the file in the words that help the user find it: a line of text, or nothing beyond the byte offset. */
  protected abstract describePlace(byteOffset: number): {
    readonly text: string;
    readonly details: ErrorDetails;
  };

  /** A ParseError with section and place, a byte of the file; `details` adds facts. */
  error(code: string, message: string, details: ErrorDetails = {}, byteOffset = this.offset): ParseError {
    const place = this.describePlace(byteOffset);
    const section = this.section === "" ? "" : `, section $${this.section}`;
    return new ParseError(code, `${message} (${place.text}${section}).`, {
      details: { ...details, section: this.section, byteOffset, ...place.details },
    });
  }

  /** The error for a file that ends inside a section. */
  truncated(): ParseError {
    return this.error(
      "msh-truncated",
      "The file ends here, before the section does: it is cut; write it again",
    );
  }

  /**
   * Makes sure that the rest of the file could hold `count` records, before anything is allocated for them.
   * @throws ParseError `msh-count`
   */
  checkCount(count: number, shape: RecordShape, what: string): void {
    const { bytesLeft } = this;
    if (!this.canHold(count, shape)) {
      throw this.error(
        "msh-count",
        `${count} ${what} do not fit into the ${bytesLeft} bytes that are left: the file is cut or damaged`,
        { count, bytesLeft },
      );
    }
  }

  /** Whether the rest of the file could hold `count` records. */
  canHold(count: number, shape: RecordShape): boolean {
    return count * this.minRecordBytes(shape) <= this.bytesLeft + 1;
  }

  /** Text up to the end of the line, which is consumed; without the line end. @throws ParseError at the end of the file */
  readLine(): string {
    if (!this.fill(1)) throw this.truncated();
    let found = this.bytes.indexOf(newline, this.position);
    while (found < 0 && this.fill(this.bytes.length - this.position + 1)) {
      found = this.bytes.indexOf(newline, this.position);
    }
    const { bytes } = this;
    const end = found < 0 ? bytes.length : found;
    const line = new TextDecoder().decode(bytes.subarray(this.position, end));
    this.position = found < 0 ? end : found + 1;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  /** A line that holds one count and nothing else. @throws ParseError */
  readCountLine(): number {
    const start = this.offset;
    const line = this.readLine().trim();
    const count = Number(line);
    if (!/^\d+$/.test(line) || count > maxSafeTag) {
      throw this.error(
        "msh-syntax",
        `Expected a count alone on its line, found "${shorten(line)}"`,
        {},
        start,
      );
    }
    return count;
  }

  /**
   * Moves to the content of the next section; false at the end of the file.
   * @throws ParseError `msh-syntax` for anything else than white space between two sections
   */
  nextSection(): boolean {
    this.section = "";
    this.skipSpace();
    if (!this.fill(1)) return false;
    if (this.bytes[this.position] !== dollar) {
      throw this.error("msh-syntax", `Expected the start of a section ("$Name"), found ${this.quoteNext()}`);
    }
    const start = this.offset;
    const line = this.readLine().trim();
    if (!/^\$\w+$/.test(line) || line.startsWith("$End")) {
      throw this.error(
        "msh-syntax",
        `Expected the start of a section ("$Name"), found "${shorten(line)}"`,
        {},
        start,
      );
    }
    this.section = line.slice(1);
    return true;
  }

  /** Consumes the end mark of the section. @throws ParseError `msh-truncated`, or `msh-syntax` where something else stands */
  endSection(): void {
    this.skipSpace();
    const end = `$End${this.section}`;
    this.fill(end.length + 1);
    const start = this.position;
    if (!this.matches(end, start)) {
      if (start >= this.bytes.length || this.isCutHere(end)) throw this.truncated();
      throw this.error("msh-syntax", `Expected ${end} here, found ${this.quoteNext()}`);
    }
    this.position = start + end.length;
  }

  /** Passes over the rest of the section and its end mark. @throws ParseError `msh-truncated` */
  skipSection(): void {
    const end = `$End${this.section}`;
    let isAfterLine = this.base === 0;
    for (;;) {
      const at = this.bytes.indexOf(dollar, this.position);
      if (at < 0) {
        isAfterLine = this.bytes[this.bytes.length - 1] === newline;
        this.position = this.bytes.length;
        if (!this.fill(1)) throw this.truncated();
        continue;
      }
      const isLineStart = at === 0 ? isAfterLine : this.bytes[at - 1] === newline;
      this.position = at;
      this.fill(end.length + 1);
      if (isLineStart && this.matches(end, this.position)) break;
      this.position++;
    }
    this.position += end.length;
  }

  /** Moves to the next byte that is not white space. */
  skipSpace(): void {
    do {
      const { bytes } = this;
      let position = this.position;
      while (position < bytes.length && isSpace(bytes[position])) position++;
      this.position = position;
    } while (this.position === this.bytes.length && this.fill(1));
  }

  /** The text at the cursor up to white space, quoted and shortened, for a message. */
  quoteNext(): string {
    this.fill(60);
    const { bytes } = this;
    let end = this.position;
    while (end < bytes.length && end - this.position < 60 && !isSpace(bytes[end])) end++;
    return `"${shorten(printable(bytes.subarray(this.position, end)))}"`;
  }

  /** Whether `text` stands at `start`, followed by white space or the end of the file. */
  private matches(text: string, start: number): boolean {
    for (let i = 0; i < text.length; i++) if (this.bytes[start + i] !== text.charCodeAt(i)) return false;
    const after = start + text.length;
    return after >= this.bytes.length || isSpace(this.bytes[after]);
  }

  /** Whether the file stops in the middle of `text`, which begins at the cursor. */
  private isCutHere(text: string): boolean {
    const rest = this.bytes.subarray(this.position);
    return rest.length < text.length && rest.every((byte, i) => byte === text.charCodeAt(i));
  }
}

/** Whether a byte is white space in the sense of the text formats. */
export function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

function printable(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes).replace(/[^\x20-\x7e]/g, "?");
}
