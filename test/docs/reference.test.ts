import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { formatCommandReference } from "../../scripts/docs/command-reference.js";
import { formatReferenceFiles } from "../../scripts/docs/reference-files.js";
import { fileSchemas } from "../../src/io/file-schemas.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
const made = formatReferenceFiles(fileSchemas, read);

test("docs/reference/commands.md is the help of the commands: npm run docs:reference", () => {
  expect(read("docs/reference/commands.md")).toBe(formatCommandReference(`${root}dist/cli/main.js`));
});

test.each([...made.keys()])("%s is made of the schemas: npm run docs:reference", (path) => {
  expect(read(path)).toBe(made.get(path));
});

test("docs/reference has nothing else", () => {
  const files = readdirSync(`${root}docs/reference`, { recursive: true, encoding: "utf8" })
    .map((name) => `docs/reference/${name}`)
    .filter((name) => /\.(md|json)$/.test(name) && !name.startsWith("docs/reference/api/"));
  const known = [...made.keys(), "docs/reference/commands.md"].filter((name) =>
    name.startsWith("docs/reference/"),
  );
  expect(files.sort()).toEqual(known.sort());
});

test("every field has a meaning", () => {
  for (const [path, text] of made) {
    // In the text around the other tables there are models without states.
    if (path.startsWith("docs/reference/")) expect(text, path).not.toMatch(/^\| `.*\| {2}\|$/m);
  }
});
