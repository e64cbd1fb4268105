/** A comment before a block, `<!-- name: text -->`, of those that docs/contributing-docs.md lists. */
export interface Remark {
  readonly name: RemarkName;
  readonly text: string;
}

/** A fenced block of a page. */
export interface Block {
  /** From 1: that of the opening fence. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  readonly remarks: readonly Remark[];
}

export const remarkNames = [
  "browser",
  "before",
  "exits",
  "file",
  "full",
  "not run",
  "output",
  "until",
  "with",
] as const;

export type RemarkName = (typeof remarkNames)[number];

/**
 * The fenced blocks of a Markdown text, with the remarks that stand right before each.
 *
 * @throws Error for a remark that stands before no block
 */
export function findBlocks(markdown: string): readonly Block[] {
  const pattern = /<!--([\s\S]*?)-->[^\S\n]*\n|^( *)(```+)([^\n]*)\n([\s\S]*?)^ *\3[^\S\n]*$\n?|[^\n]*\n/gm;
  const blocks: Block[] = [];
  let remarks: Remark[] = [];
  for (const match of `${markdown}\n`.matchAll(pattern)) {
    const [whole, comment, indent, fence, info, text] = match as (string | undefined)[];
    const line = markdown.slice(0, match.index).split("\n").length;
    if (fence !== undefined) {
      const language = (info ?? "").trim().split(/[\s{]/)[0];
      const content = (text ?? "").replaceAll(new RegExp(`^${indent ?? ""}`, "gm"), "");
      blocks.push({ line, language, text: content, remarks });
      remarks = [];
    } else if (comment !== undefined) {
      const remark = readRemark(comment);
      if (remark !== undefined) remarks.push(remark);
    } else if ((whole ?? "").trim() !== "") {
      const [first] = remarks;
      if (remarks.length > 0) throw new Error(`line ${line}: "${first.name}" stands before no block`);
    }
  }
  return blocks;
}

function readRemark(comment: string): Remark | undefined {
  const name = remarkNames.find((known) => new RegExp(`^\\s*${known}\\s*(:|$)`).test(comment));
  if (name === undefined) return undefined;
  return { name, text: comment.trim().slice(name.length).replace(/^\s*:/, "").trim() };
}

/** The text of the only remark of a name; undefined where there is none. */
export function findRemark(block: Block, name: RemarkName): string | undefined {
  return block.remarks.find((remark) => remark.name === name)?.text;
}

/**
 * The text of a block with the replacements of its `with` remarks, `"that" -> "this"`.
 *
 * @throws Error where a text to replace does not occur
 */
export function replaceTexts(block: Block): string {
  return block.remarks
    .filter(({ name }) => name === "with")
    .reduce((text, remark) => {
      const pair = /^"([\s\S]*)" -> "([\s\S]*)"$/.exec(remark.text);
      if (pair === null) throw new Error(`expected "that" -> "this", found ${remark.text}`);
      const [, from, to] = pair;
      if (!text.includes(from)) throw new Error(`"${from}" does not occur in the block`);
      return text.replaceAll(from, to);
    }, block.text);
}

/** A line that says what a block is and how it is run: `12 sh (with: ...)`. */
export function describeBlock({ line, language, remarks }: Block): string {
  const told = remarks.map(({ name, text }) =>
    text === "" || name === "before" ? name : `${name}: ${text.replaceAll(/\s+/g, " ")}`,
  );
  return `line ${line}, ${language === "" ? "text" : language}${told.length > 0 ? ` (${told.join("; ")})` : ""}`;
}

/**
 * The first line of an expected output that does not occur in what was printed; undefined where all do, in their order. Spaces
 * count as one; `...` stands for any text in a line, and alone for any lines.
 */
export function findMissingLine(expected: string, printed: string): string | undefined {
  const clean = (line: string): string => line.replaceAll(/\s+/g, " ").trim();
  const lines = printed.split("\n").map(clean);
  let next = 0;
  for (const line of expected.split("\n").map(clean)) {
    if (line === "" || line === "...") continue;
    const parts = line.split("...").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`^${parts.join(".*")}$`);
    const found = lines.findIndex((other, index) => index >= next && pattern.test(other));
    if (found < 0) return line;
    next = found + 1;
  }
  return undefined;
}
