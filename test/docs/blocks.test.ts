/**
 * Runs every block of the documentation, as docs/contributing-docs.md says. ERFEM_DOCS=full runs those too that take long.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { ZodLiteral, type ZodType } from "zod";
import { listPages } from "../../scripts/docs/links.js";
import { fileSchemas } from "../../src/io/file-schemas.js";
import {
  describeBlock,
  findBlocks,
  findMissingLine,
  findRemark,
  replaceTexts,
  type Block,
} from "./page-blocks.js";
import { createPageFolders, type Printed } from "./page-folder.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const runsAll = process.env["ERFEM_DOCS"] === "full";

const pages = listPages(root).map((page) => ({
  page,
  blocks: findBlocks(readFileSync(join(root, page), "utf8")),
}));
const folders = createPageFolders(root);
afterAll(() => {
  folders.remove();
});

const isModule = ({ language }: Block): boolean => ["ts", "js"].includes(language);
const isShell = ({ language }: Block): boolean => ["sh", "bash"].includes(language);

/** Whether a block is left out of this run; that it is written down stays. */
function isLeftOut(block: Block): boolean {
  return findRemark(block, "not run") !== undefined || (findRemark(block, "full") !== undefined && !runsAll);
}

/** The module of a block, with what comes first; imports of both may stand anywhere. */
function moduleText(block: Block): string {
  return `${findRemark(block, "before") ?? ""}\n${replaceTexts(block)}`;
}

/** Messages of the type checker, by page and line. */
let typeMessages: ReadonlyMap<string, readonly string[]> | undefined;

function checkModules(): ReadonlyMap<string, readonly string[]> {
  const modules = pages.flatMap(({ page, blocks }) =>
    blocks
      .filter((block) => isModule(block) && findRemark(block, "not run") === undefined)
      .filter((block) => findRemark(block, "file") === undefined)
      .map((block) => [`${page}:${block.line}`, moduleText(block)] as const),
  );
  return folders.checkTypes(new Map(modules));
}

// Two pages at a time; the blocks of a page one after the other.
describe.concurrent.each(pages.filter(({ blocks }) => blocks.some(isChecked)))(
  "$page",
  ({ page, blocks }) => {
    let printed: Printed = { code: 0, text: "" };

    for (const block of blocks.filter(isChecked)) {
      test(describeBlock(block), { concurrent: false, skip: isLeftOut(block) }, async () => {
        const file = findRemark(block, "file");
        if (file !== undefined) {
          writeFileSync(join(folders.open(page), file), replaceTexts(block));
        } else if (isShell(block)) {
          printed = await runCommands(page, block);
          expect(printed.code, lastLines(printed.text)).toBe(Number(findRemark(block, "exits") ?? 0));
        } else if (isModule(block)) {
          typeMessages ??= checkModules();
          expect(typeMessages.get(`${page}:${block.line}`)).toEqual([]);
          if (findRemark(block, "browser") !== undefined) return;
          printed = await folders.runModule(page, block.line, moduleText(block));
          expect(printed.code, lastLines(printed.text)).toBe(0);
        } else {
          expect(
            findMissingLine(block.text, printed.text),
            `is missing in:\n${printed.text}`,
          ).toBeUndefined();
        }
      });
    }
  },
);

/** The end of what was printed, where an error is told. */
function lastLines(text: string): string {
  return text.split("\n").slice(-20).join("\n");
}

/** Blocks with which a test does something. */
function isChecked(block: Block): boolean {
  return isShell(block) || isModule(block) || block.remarks.some(({ name }) => /^(file|output)$/.test(name));
}

async function runCommands(page: string, block: Block): Promise<Printed> {
  const [text, before, awaited] = [
    replaceTexts(block),
    findRemark(block, "before"),
    findRemark(block, "until"),
  ];
  if (awaited === undefined) return folders.runShell(page, `${before ?? ""}\n${text}`);
  if (before !== undefined) expect((await folders.runShell(page, before)).code).toBe(0);
  for (const line of text.trim().split("\n")) {
    const { code, text: written } = await folders.runUntil(page, line, awaited.replaceAll('"', ""));
    expect(written).toContain(awaited.replaceAll('"', ""));
    expect([0, 130], written).toContain(code);
  }
  return { code: 0, text: "" };
}

test("the pages write every kind of file, and each is what its schema says", () => {
  const schemas = new Map(
    Object.values(fileSchemas).flatMap((schema): (readonly [unknown, ZodType])[] => {
      const { schema: name } = schema.shape as { readonly schema?: unknown };
      return name instanceof ZodLiteral ? [[name.value, schema]] : [];
    }),
  );
  const met = new Set<unknown>();
  for (const file of folders.listFiles(".json")) {
    const content = JSON.parse(readFileSync(file, "utf8")) as { schema?: unknown };
    const schema = schemas.get(content.schema);
    if (schema === undefined) continue;
    met.add(content.schema);
    expect(schema.safeParse(content).error?.issues ?? [], file).toEqual([]);
  }
  expect([...met].sort()).toEqual([...schemas.keys()].sort());
});
