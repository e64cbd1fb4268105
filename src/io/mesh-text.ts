import { ParseError, type ErrorDetails } from "../core/errors.js";
import { AsciiSource } from "./ascii-source.js";
import { isSpace } from "./msh-source.js";

/**
 * Numbers and words as text in the files of other programs: {@link AsciiSource} without sections of its own. Codes of errors
 * begin with `mesh-`, messages with the name of the format.
 */
export class MeshText extends AsciiSource {
  private readonly format: string;

  /** @param bytes the file up to where the text ends; the cursor begins at `position` */
  constructor(format: string, bytes: Uint8Array, position = 0) {
    super(bytes, position);
    this.format = format;
  }

  /** Whether only white space follows. */
  get isAtEnd(): boolean {
    this.skipSpace();
    return this.position >= this.bytes.length;
  }

  /** Whether the next token can be no number: it begins with a letter, and is neither nan nor inf. */
  get isAtWord(): boolean {
    if (this.isAtEnd) return false;
    const byte = this.bytes[this.position] | 32;
    return byte >= 97 && byte <= 122 && !/^(nan|inf|infinity)$/i.test(this.peekWord());
  }

  /** The next token, consumed; empty at the end. */
  readWord(): string {
    this.skipSpace();
    const word = this.peekWord();
    this.position += word.length;
    return word;
  }

  /** Passes over what is no word. */
  skipNumbers(): void {
    while (!this.isAtEnd && !this.isAtWord) this.skipToken();
  }

  /** `count` numbers, finite or not. @throws ParseError `mesh-truncated`, `mesh-syntax` */
  readDoubles(count: number, what: string): Float64Array<ArrayBuffer> {
    this.checkCount(count, { doubles: 1 }, what);
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = this.readDouble();
    return values;
  }

  override error(
    code: string,
    message: string,
    details: ErrorDetails = {},
    byteOffset = this.offset,
  ): ParseError {
    const place = this.describePlace(byteOffset);
    const section = this.section === "" ? "" : `, ${this.section}`;
    return new ParseError(
      code.replace(/^msh-/, "mesh-"),
      `${this.format}: ${message} (${place.text}${section}).`,
      { details: { ...details, section: this.section, byteOffset, ...place.details } },
    );
  }

  override truncated(): ParseError {
    return this.error(
      "mesh-truncated",
      "The numbers end here, before their count is full: write the file again",
    );
  }

  /** The bytes of a token as text; no token that is of use is longer than 80. */
  private peekWord(): string {
    const { bytes, position } = this;
    let end = position;
    while (end < bytes.length && end - position < 80 && !isSpace(bytes[end])) end++;
    return String.fromCharCode(...bytes.subarray(position, end));
  }

  private skipToken(): void {
    const { bytes } = this;
    while (this.position < bytes.length && !isSpace(bytes[this.position])) this.position++;
  }
}
