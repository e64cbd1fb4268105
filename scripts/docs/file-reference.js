import { formatSchemaTable } from "./schema-table.js";

/**
 * A page about files that erfem writes: for each kind its name, what it is and the table of its fields.
 *
 * @param {string} title
 * @param {string} introduction
 * @param {readonly { name: string, file: string, meaning: string, schema: Readonly<Record<string, unknown>> }[]} kinds
 * @returns {string}
 */
export function formatFileReference(title, introduction, kinds) {
  const parts = kinds.flatMap(({ name, file, meaning, schema }) => [
    `## ${file}`,
    `${meaning} JSON Schema: [${name}.schema.json](schemas/${name}.schema.json).`,
    formatSchemaTable(schema),
  ]);
  return [
    `# ${title}`,
    "<!-- made by scripts/docs/write-reference.js: npm run docs:reference -->",
    introduction,
    ...parts,
  ]
    .join("\n\n")
    .concat("\n");
}
