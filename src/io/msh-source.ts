import { ParseError, type ErrorDetails } from "../core/errors.js";

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
 * A cursor over the bytes of an .msh file. Sections, their names and whole lines are text in every format; the numbers
 * inside a section are text or binary, which the subclasses know.
 */
export abstract class MshSource {
  readonly bytes: Uint8Array;
  /** Next byte to read. */
  position: number;
  /** Name of the section being read, without the dollar sign; empty between sections. */
  section = "";

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  /** A 32-bit signed integer. @throws ParseError */
  abstract readInt(): number;
  /** A count or a 64-bit tag, 0 to 2^53 - 1. @throws ParseError */
  abstract readSize(): number;
  /** Reads `count` counts or tags into the front of `target`. @throws ParseError */
  readSizes(target: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) target[i] = this.readSize();
  }
  /** A number in double precision, not necessarily finite. @throws ParseError */
  abstract readDouble(): number;
  /** Passes over `count` records. @throws ParseError */
  abstract skipRecords(count: number, shape: RecordShape): void;
  /** Least number of bytes that a record can take. */
  protected abstract minRecordBytes(shape: RecordShape): number;
  /** Place of a byte in the words that help the user find it: a line of text, or nothing beyond the byte offset. */
  protected abstract describePlace(position: number): {
    readonly text: string;
    readonly details: ErrorDetails;
  };

  /** A ParseError with section and place; `details` adds facts. */
  error(code: string, message: string, details: ErrorDetails = {}, position = this.position): ParseError {
    const place = this.describePlace(position);
    const section = this.section === "" ? "" : `, section $${this.section}`;
    return new ParseError(code, `${message} (${place.text}${section}).`, {
      details: { ...details, section: this.section, byteOffset: position, ...place.details },
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
    const rest = this.bytes.length - this.position + 1;
    if (count * this.minRecordBytes(shape) > rest) {
      throw this.error(
        "msh-count",
        `${count} ${what} do not fit into the ${rest - 1} bytes that are left: the file is cut or damaged`,
        {
          count,
          bytesLeft: rest - 1,
        },
      );
    }
  }

  /** Text up to the end of the line, which is consumed; without the line end. @throws ParseError at the end of the file */
  readLine(): string {
    const { bytes } = this;
    if (this.position >= bytes.length) throw this.truncated();
    const found = bytes.indexOf(newline, this.position);
    const end = found < 0 ? bytes.length : found;
    const line = new TextDecoder().decode(bytes.subarray(this.position, end));
    this.position = found < 0 ? end : found + 1;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  /** A line that holds one count and nothing else. @throws ParseError */
  readCountLine(): number {
    const start = this.position;
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
    if (this.position >= this.bytes.length) return false;
    const start = this.position;
    if (this.bytes[start] !== dollar) {
      throw this.error("msh-syntax", `Expected the start of a section ("$Name"), found ${this.quoteNext()}`);
    }
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
    let at = this.bytes.indexOf(dollar, this.position);
    while (at >= 0 && !(this.matches(end, at) && (at === 0 || this.bytes[at - 1] === newline))) {
      at = this.bytes.indexOf(dollar, at + 1);
    }
    if (at < 0) {
      this.position = this.bytes.length;
      throw this.truncated();
    }
    this.position = at + end.length;
  }

  /** Moves to the next byte that is not white space. */
  skipSpace(): void {
    const { bytes } = this;
    let position = this.position;
    while (position < bytes.length && isSpace(bytes[position])) position++;
    this.position = position;
  }

  /** The text at the cursor up to white space, quoted and shortened, for a message. */
  quoteNext(): string {
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
