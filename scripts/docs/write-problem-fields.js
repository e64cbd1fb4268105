// Writes the tables of fields into docs/problem-files.md and docs/model-files.md. Needs `npm run build`.
import { readFileSync, writeFileSync } from "node:fs";
import { createModelJsonSchema } from "../../dist/io/model-schema.js";
import { createProblemJsonSchema } from "../../dist/io/problem-schema.js";
import { formatSchemaTable, replaceTable } from "./schema-table.js";

for (const [name, schema] of [
  ["problem-files.md", createProblemJsonSchema()],
  ["model-files.md", createModelJsonSchema()],
]) {
  const document = new URL(`../../docs/${name}`, import.meta.url);
  writeFileSync(document, replaceTable(readFileSync(document, "utf8"), formatSchemaTable(schema)));
}
