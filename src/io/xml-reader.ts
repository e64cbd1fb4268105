import { SaxesParser } from "saxes";
import { ParseError } from "../core/errors.js";
import { isSpace } from "./msh-source.js";

/** A piece of text of an element: bytes `start` to `end` of the file. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Is told the elements of a file in their order. */
export interface XmlHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  /** `text`: what stood in the element and is no white space, not decoded. */
  close?(name: string, text: readonly TextRange[]): void;
}

/** Markup is given to the parser in pieces of about this length. */
const pieceBytes = 65536;

const [lessThan, greaterThan, quote, apostrophe] = [60, 62, 34, 39];

/**
 * Reads the elements of an XML file. Only the markup goes through the parser; text between tags stays in the bytes and is told
 * by its place, so that numbers of any length make no strings. A document type is passed over unless it declares anything.
 *
 * @param stopAt an element behind whose start tag the reading ends: what follows may be no XML
 * @returns the place behind the last tag that was read
 * @throws ParseError `mesh-syntax`, `mesh-truncated`, `mesh-xml-entities`
 */
export function readXml(bytes: Uint8Array, format: string, handler: XmlHandler, stopAt = ""): number {
  const parser = new SaxesParser({ position: false, xmlns: false });
  const decoder = new TextDecoder();
  const stack: TextRange[][] = [];
  /** Markup from here on has not been parsed. */
  let start = 0;
  const fail = (code: string, message: string, at = start): ParseError =>
    xmlError(code, format, message, bytes, at);
  parser.on("error", ({ message }) => {
    throw fail("mesh-syntax", `The XML is damaged: ${message}; write the file again`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    stack.push([]);
    handler.open(name, attributes);
  });
  parser.on("closetag", ({ name }) => {
    const text = stack.pop() ?? [];
    handler.close?.(name, text);
  });
  const flush = (end: number): void => {
    if (end > start) parser.write(decoder.decode(bytes.subarray(start, end)));
    start = end;
  };

  let end = 0;
  for (;;) {
    const tag = bytes.indexOf(lessThan, end);
    const textEnd = tag < 0 ? bytes.length : tag;
    // What stands before the first tag, a byte order mark, is the parser's.
    if (end > 0 && hasText(bytes, end, textEnd)) {
      flush(end);
      if (stack.length === 0) throw fail("mesh-syntax", "Text stands outside of all elements");
      stack[stack.length - 1].push({ start: end, end: textEnd });
      start = textEnd;
    }
    if (tag < 0) break;
    const kind = markupKind(bytes, tag);
    if (kind === "cdata") {
      const close = findText(bytes, "]]>", tag);
      flush(tag);
      if (close < 0 || stack.length === 0) throw fail("mesh-truncated", "The file ends in a CDATA section");
      stack[stack.length - 1].push({ start: tag + 9, end: close });
      start = end = close + 3;
      continue;
    }
    end = kind === "comment" ? findText(bytes, "-->", tag) + 3 : findTagEnd(bytes, tag);
    if (end < tag + 3) {
      flush(tag);
      throw fail("mesh-truncated", "The file ends inside a tag: it is cut, write it again", tag);
    }
    if (kind === "doctype" && bytes.subarray(tag, end).includes(lessThan, 1)) {
      const message =
        "The document type declares entities or elements; expected none: remove the <!DOCTYPE ...>";
      throw fail("mesh-xml-entities", message, tag);
    }
    if (stopAt !== "" && startsWith(bytes, `<${stopAt}`, tag)) {
      flush(end);
      return end;
    }
    if (end - start > pieceBytes) flush(end);
  }
  flush(bytes.length);
  if (stack.length > 0)
    throw fail("mesh-truncated", "The file ends before its elements do: it is cut, write it again");
  parser.close();
  return end;
}

/** A ParseError with the line of a byte. */
export function xmlError(
  code: string,
  format: string,
  message: string,
  bytes: Uint8Array,
  byteOffset: number,
): ParseError {
  let line = 1;
  for (let i = 0; i < byteOffset; i++) if (bytes[i] === 10) line++;
  return new ParseError(code, `${format}: ${message} (line ${line}).`, { details: { line, byteOffset } });
}

function hasText(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isSpace(bytes[at])) at++;
  return at < end;
}

function markupKind(bytes: Uint8Array, tag: number): "comment" | "cdata" | "doctype" | "tag" {
  if (startsWith(bytes, "<!--", tag)) return "comment";
  if (startsWith(bytes, "<![CDATA[", tag)) return "cdata";
  return startsWith(bytes, "<!DOCTYPE", tag) ? "doctype" : "tag";
}

function startsWith(bytes: Uint8Array, text: string, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Place of `text` from `at` on; far below 0 where it does not stand. */
function findText(bytes: Uint8Array, text: string, at: number): number {
  const last = text.charCodeAt(text.length - 1);
  for (let i = bytes.indexOf(last, at); i >= 0; i = bytes.indexOf(last, i + 1)) {
    if (i - text.length + 1 > at && startsWith(bytes, text, i - text.length + 1)) return i - text.length + 1;
  }
  return -10;
}

/** Place behind the > of a tag: not one in an attribute, nor one in the brackets of a document type. -1: none. */
function findTagEnd(bytes: Uint8Array, tag: number): number {
  let quoted = 0;
  let depth = 0;
  for (let i = tag + 1; i < bytes.length; i++) {
    const byte = bytes[i];
    if (quoted !== 0) {
      if (byte === quoted) quoted = 0;
    } else if (byte === quote || byte === apostrophe) {
      quoted = byte;
    } else if (byte === 91) {
      depth++;
    } else if (byte === 93) {
      depth--;
    } else if (byte === greaterThan && depth <= 0) {
      return i + 1;
    }
  }
  return -1;
}
