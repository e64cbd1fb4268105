/** Executes the blocks of the documentation that need a browser, with the words that stand there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium as playwright, type Browser } from "playwright-core";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listPages } from "../../scripts/docs/links.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { findBlocks, findRemark, replaceTexts } from "../docs/page-blocks.js";
import { findChromium, findExecutable } from "./chromium.js";
import { startServer, type StaticServer } from "./static-server.js";

const root = new URL("../../", import.meta.url);
const sample = fileURLToPath(new URL("meshes/samples/three-pipe-0.1.msh", root));

const chromium = findChromium();
if (chromium === undefined && process.env["CI"] !== undefined) {
  throw new Error(
    "NO CHROMIUM: programs of the documentation are NOT tested. Run scripts/setup --with-chromium.",
  );
}

const blocks = listPages(fileURLToPath(root)).flatMap((page) =>
  findBlocks(readFileSync(join(fileURLToPath(root), page), "utf8"))
    .filter((block) => findRemark(block, "browser") !== undefined)
    .map((block) => ({ page, line: block.line, text: replaceTexts(block) })),
);

/** A page with a file input; a block finds the file as `file`, too, and what it calls `result` is kept. */
function composePage(text: string): string {
  const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
    exports: Readonly<Record<string, { readonly default?: string }>>;
  };
  const entries = Object.entries(exports).flatMap(([entry, { default: target }]): [string, string][] =>
    target === undefined ? [] : [[`erfem${entry.slice(1)}`, target.slice(1)]],
  );
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const program = ts.transpileModule(text, { compilerOptions }).outputText;
  const source = `${program}
    if (typeof result !== "undefined") console.log(result.phases["ER"].homogenized);
    console.log("loaded");`;
  return `<!doctype html><meta charset="utf-8" /><input type="file" />
    <script type="importmap">${JSON.stringify({ imports: Object.fromEntries(entries) })}</script>
    <script type="module">
      const bytes = await (await fetch("/meshes/samples/three-pipe-0.1.msh")).arrayBuffer();
      globalThis.file = new File([bytes], "cell.msh");
      await import(URL.createObjectURL(new Blob([${JSON.stringify(source)}], { type: "text/javascript" })));
    </script>`;
}

describe.skipIf(chromium === undefined)("blocks of the documentation for browsers", () => {
  let server: StaticServer;
  let browser: Browser;
  const pathOf = (index: number): string => `/block-${index}.html`;

  beforeAll(async () => {
    server = await startServer(
      root,
      new Map(blocks.map(({ text }, index) => [pathOf(index), composePage(text)])),
    );
    browser = await playwright.launch({
      executablePath: findExecutable(chromium ?? ""),
      args: ["--no-sandbox"],
    });
  });

  afterAll(async () => {
    await browser.close();
    server.close();
  });

  it("are there", () => {
    expect(blocks.length).toBeGreaterThanOrEqual(2);
  });

  it.each(blocks.map(({ page, line }, index) => ({ page, line, index })))(
    "$page, line $line: solves the sample",
    async ({ index }) => {
      const page = await browser.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      const tensors = new Promise<unknown>((resolve) => {
        page.on("console", (message) => {
          void message
            .args()
            .at(0)
            ?.jsonValue()
            .then((value: unknown) => {
              if (Array.isArray(value)) resolve(value);
            });
        });
      });
      const loaded = page.waitForEvent("console", (message) => message.text() === "loaded");
      await page.goto(`${server.origin}${pathOf(index)}`);
      await loaded;
      await page.setInputFiles("input", sample);
      const found = (await tensors) as number[][];
      const { result } = await homogenize(parseMsh(readFileSync(sample)), { diffusion: { ER: 0.25 } });
      // Both blocks give the ER 0.25.
      const expected = result.phases["ER"].homogenized;
      found.flat().forEach((value, at) => {
        expect(Math.abs(value - expected.flat()[at])).toBeLessThan(1e-10);
      });
      expect(faults).toEqual([]);
      await page.close();
    },
  );
});
