/** Marks between which the table stands in docs/problem-files.md. */
export const TABLE_START = "<!-- fields: made by scripts/docs/write-problem-fields.js -->";
export const TABLE_END = "<!-- end of fields -->";

/**
 * A Markdown table of the fields of a JSON Schema, inner ones as `outer.inner`, those of maps as `outer.NAME.inner`.
 *
 * @param {Readonly<Record<string, unknown>>} schema
 * @returns {string}
 */
export function formatSchemaTable(schema) {
  const rows = listFields(schema, "").map(
    ({ path, type, description }) => `| \`${path}\` | ${type} | ${description} |`,
  );
  return ["| field | type | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

/** The document with a new table between the marks. */
export function replaceTable(text, table) {
  const start = text.indexOf(TABLE_START);
  const end = text.indexOf(TABLE_END);
  if (start < 0 || end < start) throw new Error("the document has no marks for the table of fields");
  return `${text.slice(0, start + TABLE_START.length)}\n\n${table}\n\n${text.slice(end)}`;
}

function listFields(schema, prefix) {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const own = { path, type: describeType(field), description: field.description ?? "" };
    const variants = [field, ...(field.anyOf ?? [])];
    // The entries of a coefficient are told with the coefficient.
    const inner = isCoefficient(field) ? [] : variants.flatMap((variant) => listFields(variant, `${path}.`));
    const entry = field.additionalProperties;
    const named = typeof entry === "object" ? listFields(entry, `${path}.NAME.`) : [];
    const known = new Set();
    const once = [...inner, ...named].filter((row) => !known.has(row.path) && known.add(row.path));
    return [own, ...once];
  });
}

function describeType(field) {
  if (field.enum !== undefined) return field.enum.map((value) => `\`${value}\``).join(", ");
  if (isCoefficient(field)) return "coefficient";
  if (field.anyOf !== undefined) return [...new Set(field.anyOf.map(describeType))].join(" or ");
  if (field.type === "array") {
    const items = field.prefixItems ?? [];
    if (items.length > 0) return `list of ${items.length}`;
    return `list of ${describeType(field.items ?? {})}`;
  }
  if (field.type === "object") {
    const entry = field.additionalProperties;
    return typeof entry === "object" ? `${describeType(entry)} by name` : "map";
  }
  if (field.type === "string") return "text";
  return field.type === "integer" ? "whole number" : String(field.type);
}

function isCoefficient(field) {
  return typeof field.description === "string" && field.description.startsWith("Diffusion in um^2/ms");
}
