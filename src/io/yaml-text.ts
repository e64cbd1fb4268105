import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  visit,
  type CST,
  type Document,
  type Pair,
} from "yaml";
import { ParseError } from "../core/errors.js";

/** A step into a document: the name of a field, or the place in a list from 0. */
export type PathStep = string | number;

/** Line and column, from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A text read as YAML, of which JSON is a part. */
export interface YamlText {
  /** Plain data. */
  readonly value: unknown;
  /**
   * Where the value at this path stands, or what comes nearest: its parent, where it is missing.
   * @param atName the name of the field instead of its value
   */
  readonly locate: (path: readonly PathStep[], atName?: boolean) => TextPlace;
}

/** Longest text accepted: problems and models are written by hand or by a script, and never long. */
const maxLength = 1_000_000;

/** Deepest nesting: problems and models have a handful of levels. */
const maxDepth = 50;

/** What the parser says where a formula or a name stands without the quotation marks that it needs. */
const needsQuotes: ReadonlySet<string> = new Set([
  "BLOCK_AS_IMPLICIT_KEY",
  "BLOCK_IN_FLOW",
  "BAD_SCALAR_START",
  "UNEXPECTED_TOKEN",
]);

/**
 * Reads a text as one YAML 1.2 document: maps with plain names as keys, lists, numbers, text, true and false.
 *
 * @param fileName for messages
 * @param code of errors
 * @throws ParseError of this code with `details.file`, `details.line`, `details.column`
 * @see https://yaml.org/spec/1.2.2/
 */
export function readYaml(text: string, fileName: string, code = "problem-syntax"): YamlText {
  const lines = new LineCounter();
  const placeOf = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const refuse = (message: string, offset: number): ParseError => {
    const place = placeOf(offset);
    return new ParseError(code, `${fileName}:${place.line}:${place.column}: ${message}`, {
      details: { file: fileName, ...place },
    });
  };
  if (text.length > maxLength) {
    throw refuse(`the text has ${text.length} characters; expected at most ${maxLength}`, 0);
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const tooDeep = findTooDeep(tokens);
  if (tooDeep !== undefined) throw refuse(`nested more than ${maxDepth} levels deep`, tooDeep);
  const documents = [...new Composer({ logLevel: "error" }).compose(tokens, true, text.length)];
  const [document] = documents;
  const second = documents.at(1);
  if (second !== undefined) throw refuse("a second document begins here; expected one", second.range[0]);
  const fault = [...document.errors, ...document.warnings].at(0);
  if (fault !== undefined) {
    const hint = needsQuotes.has(fault.code)
      ? '; text with ": ", or that begins with a sign, belongs in quotation marks'
      : "";
    throw refuse(`${fault.message}${hint}`, fault.pos[0]);
  }
  checkNodes(document, refuse);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), 0);
  }
  return { value, locate: (path, atName = false) => placeOf(findOffset(document, path, atName)) };
}

/**
 * Offset of a token below the deepest level allowed; undefined where there is none. What follows recurses, and an overflow
 * of the stack is no error that one could rely on to catch.
 */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > maxDepth) return token.offset;
    const items = "items" in token ? token.items : [];
    const children = items.flatMap(({ key, value }) => [key, value]);
    if (token.type === "document") children.push(token.value);
    for (const child of children) if (child) open.push({ token: child, depth: depth + 1 });
  }
  return undefined;
}

/** Refuses keys that are no plain names, and aliases of nothing or of what they stand in. */
function checkNodes(document: Document, refuse: (message: string, offset: number) => ParseError): void {
  visit(document, {
    Pair: (_, { key }: Pair) => {
      const offset = isScalar(key) || isMap(key) || isSeq(key) ? (key.range?.[0] ?? 0) : 0;
      if (!isScalar(key) || key.value === null) throw refuse("expected the name of a field", offset);
      if (key.value === "__proto__") throw refuse('"__proto__" is no name', offset);
    },
    Alias: (_, alias, ancestors) => {
      const target = alias.resolve(document);
      const offset = alias.range?.[0] ?? 0;
      if (target === undefined)
        throw refuse(`there is no anchor "&${alias.source}" before this alias`, offset);
      if (ancestors.includes(target)) throw refuse(`the alias "*${alias.source}" contains itself`, offset);
    },
  });
}

/** Offset of the last node on the path that exists. */
function findOffset(document: Document, path: readonly PathStep[], atName: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return offset;
      node = pair.value;
      const isLast = depth === path.length - 1;
      offset = (isLast && atName ? undefined : startOf(node)) ?? startOf(pair.key) ?? offset;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}
