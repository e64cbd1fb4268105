import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { formatCommandReference } from "../../scripts/docs/command-reference.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("docs/reference/commands.md is the help of the commands: npm run docs:reference", () => {
  const written = readFileSync(`${root}docs/reference/commands.md`, "utf8");
  expect(written).toBe(formatCommandReference(`${root}dist/cli/main.js`));
});
