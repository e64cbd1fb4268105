// Writes what the documentation has of commands and schemas: docs/reference, and the tables of fields in docs/problem-files.md and
// docs/model-files.md. Needs `npm run build`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fileSchemas } from "../../dist/io/file-schemas.js";
import { formatCommandReference } from "./command-reference.js";
import { formatReferenceFiles } from "./reference-files.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
mkdirSync(`${root}docs/reference/schemas`, { recursive: true });
const files = new Map([
  ["docs/reference/commands.md", formatCommandReference(`${root}dist/cli/main.js`)],
  ...formatReferenceFiles(fileSchemas, (path) => readFileSync(`${root}${path}`, "utf8")),
]);
for (const [path, text] of files) writeFileSync(`${root}${path}`, text);
