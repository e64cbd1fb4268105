// Writes the table of fields into docs/problem-files.md. Needs `npm run build`.
import { readFileSync, writeFileSync } from "node:fs";
import { createProblemJsonSchema } from "../../dist/io/problem-schema.js";
import { formatSchemaTable, replaceTable } from "./schema-table.js";

const document = new URL("../../docs/problem-files.md", import.meta.url);
const table = formatSchemaTable(createProblemJsonSchema());
writeFileSync(document, replaceTable(readFileSync(document, "utf8"), table));
