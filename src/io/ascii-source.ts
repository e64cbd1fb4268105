import type { ErrorDetails } from "../core/errors.js";
import { fillFrom, type ByteInput } from "./byte-input.js";
import { MshSource, isSpace, maxSafeTag, type RecordShape } from "./msh-source.js";

/** 10^0 to 10^22: the powers of ten that are exact in double precision. */
const exactPowersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** A decimal mantissa up to this value can take one more digit and stay below 2^53. */
const maxShortMantissa = 900719925474098;

const nonFinite = /^[+-]?(nan|inf|infinity)$/i;
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Numbers as text, scanned from the bytes without making strings. Decimals are exact: w 10^k with w < 2^53 and
 * |k| <= 22 is one correctly rounded operation on two exact doubles; all others go through `Number(text)`.
 * The bytes before the cursor are kept, for the lines of errors.
 * @see W. D. Clinger, How to read floating point numbers accurately, PLDI 1990
 */
export class AsciiSource extends MshSource {
  readonly sizeBytes = null;

  readInt(): number {
    const start = this.startToken();
    const byte = this.bytes[start];
    const signed = byte === 45 || byte === 43;
    const magnitude = this.scanDigits(signed ? start + 1 : start, start);
    const value = byte === 45 ? -magnitude : magnitude;
    if (value > 2147483647 || value < -2147483648) {
      throw this.error("msh-tag-range", `The integer ${value} does not fit into 32 bits`, { value }, start);
    }
    return value;
  }

  readSize(): number {
    const start = this.startToken();
    return this.scanDigits(start, start);
  }

  readDouble(): number {
    const { bytes } = this;
    const start = this.startToken();
    let at = start;
    let byte = bytes[at];
    const negative = byte === 45;
    if (negative || byte === 43) byte = bytes[++at];
    let mantissa = 0;
    let numDigits = 0;
    let exponent = 0;
    while (byte >= 48 && byte <= 57 && mantissa <= maxShortMantissa) {
      mantissa = mantissa * 10 + (byte - 48);
      numDigits++;
      byte = bytes[++at];
    }
    if (byte === 46) {
      byte = bytes[++at];
      const first = at;
      while (byte >= 48 && byte <= 57 && mantissa <= maxShortMantissa) {
        mantissa = mantissa * 10 + (byte - 48);
        byte = bytes[++at];
      }
      exponent = first - at;
      numDigits -= exponent;
    }
    if (byte === 101 || byte === 69) {
      let power = 0;
      byte = bytes[++at];
      const negativePower = byte === 45;
      if (negativePower || byte === 43) byte = bytes[++at];
      const first = at;
      while (byte >= 48 && byte <= 57 && power < 1000) {
        power = power * 10 + (byte - 48);
        byte = bytes[++at];
      }
      if (at === first) numDigits = 0;
      exponent += negativePower ? -power : power;
    }
    if (numDigits === 0 || exponent < -22 || exponent > 22 || (at < bytes.length && !isSpace(byte))) {
      return this.readSlowly(start);
    }
    this.position = at;
    const value =
      exponent < 0 ? mantissa / exactPowersOfTen[-exponent] : mantissa * exactPowersOfTen[exponent];
    return negative ? -value : value;
  }

  /** Consumes the next token where it is `word`; false, without moving, where it is anything else. */
  skipWord(word: string): boolean {
    this.skipSpace();
    for (let i = 0; i < word.length; i++) {
      if (this.bytes[this.position + i] !== word.charCodeAt(i)) return false;
    }
    this.position += word.length;
    return true;
  }

  /** Takes the whole file into memory: numbers are read from there. */
  readToEnd(): void {
    this.fill(Infinity);
  }

  /** The rest of the file, for another source that goes on from here. */
  takeInput(): ByteInput | null {
    const { input } = this;
    this.input = null;
    return input;
  }

  protected override refill(input: ByteInput): void {
    const whole = new Uint8Array(input.numBytes);
    whole.set(this.bytes);
    this.input = null;
    this.bytes = whole.subarray(0, fillFrom(input, whole, this.bytes.length));
  }

  skipRecords(count: number, { ints = 0, sizes = 0, doubles = 0 }: RecordShape): void {
    const numTokens = count * (ints + sizes + doubles);
    const { bytes } = this;
    for (let token = 0; token < numTokens; token++) {
      let at = this.startToken();
      while (at < bytes.length && !isSpace(bytes[at])) at++;
      this.position = at;
    }
  }

  protected minRecordBytes({ ints = 0, sizes = 0, doubles = 0 }: RecordShape): number {
    return 2 * (ints + sizes + doubles);
  }

  protected describePlace(byteOffset: number): { readonly text: string; readonly details: ErrorDetails } {
    let line = 1;
    for (let i = 0; i < byteOffset; i++) if (this.bytes[i] === 10) line++;
    return { text: `line ${line}`, details: { line } };
  }

  /** Moves to the next token, which must be inside the section, and returns its first byte's place. */
  private startToken(): number {
    this.skipSpace();
    const byte = this.bytes[this.position];
    if (this.position >= this.bytes.length) throw this.truncated();
    if (byte === 36) {
      throw this.error(
        "msh-syntax",
        `Expected a number, found ${this.quoteNext()}: the section holds less than it declares`,
      );
    }
    return this.position;
  }

  /** The unsigned integer whose digits begin at `first`; the cursor goes behind it. */
  private scanDigits(first: number, tokenStart: number): number {
    const { bytes } = this;
    let value = 0;
    let at = first;
    let byte = bytes[at];
    while (byte >= 48 && byte <= 57) {
      value = value * 10 + (byte - 48);
      byte = bytes[++at];
    }
    if (at === first || (at < bytes.length && !isSpace(byte))) {
      throw this.error("msh-syntax", `Expected an integer, found ${this.quoteNext()}`, {}, tokenStart);
    }
    if (value > maxSafeTag) {
      throw this.error(
        "msh-tag-range",
        `The number ${this.quoteNext()} is above 2^53 - 1: renumber the mesh`,
        {},
        tokenStart,
      );
    }
    this.position = at;
    return value;
  }

  /** The number at `start` by way of a string: long mantissas, large exponents, nan and inf. */
  private readSlowly(start: number): number {
    const { bytes } = this;
    let end = start;
    let text = "";
    while (end < bytes.length && !isSpace(bytes[end])) text += String.fromCharCode(bytes[end++]);
    if (!decimal.test(text)) {
      if (nonFinite.test(text)) {
        this.position = end;
        return Number.NaN;
      }
      throw this.error("msh-syntax", `Expected a number, found ${this.quoteNext()}`, {}, start);
    }
    this.position = end;
    return Number(text);
  }
}
