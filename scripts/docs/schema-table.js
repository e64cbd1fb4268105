/** Marks between which the table stands in a document. */
export const TABLE_START = "<!-- fields: made by scripts/docs/write-reference.js -->";
export const TABLE_END = "<!-- end of fields -->";

const columns = ["field", "type", "unit", "default", "meaning"];

/**
 * A Markdown table of the fields of a JSON Schema, inner ones as `outer.inner`, those of maps as `outer.NAME.inner`. Columns
 * that no field has are left out.
 *
 * @param {Readonly<Record<string, unknown>>} schema
 * @returns {string}
 */
export function formatSchemaTable(schema) {
  const rows = listFields(schema, "").map(({ path, type, unit, description }) => {
    // Descriptions have unit and default in words, for those who read the schema in an editor.
    const [, stated = description, preset = ""] =
      /^(.*) \(default: (.*?)\)(?:, as .*)?$/.exec(description) ?? [];
    const meaning = unit === "" ? stated : stated.replace(`, as ${unit}`, "");
    return [`\`${path}\``, type, unit, preset, meaning].map((cell) => cell.replaceAll("|", "\\|"));
  });
  const used = columns.map((_, column) => rows.some((row) => row[column] !== ""));
  const format = (row) => `| ${row.filter((_, column) => used[column]).join(" | ")} |`;
  return [columns, columns.map(() => "---"), ...rows].map(format).join("\n");
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
    const { description = "", unit = "" } = field;
    const own = { path, type: describeType(field), unit, description };
    // The entries of a coefficient are told with the coefficient, those of a type with a name with the type.
    if (nameType(field) !== undefined) return [own];
    const inner = listInner(field, `${path}.`);
    const entry = field.additionalProperties;
    const named = typeof entry === "object" ? listInner(entry, `${path}.NAME.`) : [];
    const listed = typeof field.items === "object" ? listInner(field.items, `${path}[].`) : [];
    const once = new Map();
    for (const row of [...inner, ...named, ...listed]) {
      const known = once.get(row.path);
      if (known === undefined) once.set(row.path, row);
      else if (!known.type.includes(row.type)) known.type += `, ${row.type}`;
    }
    return [own, ...once.values()];
  });
}

/** The fields of a map, or of those among several types that are maps; none of a type with a name. */
function listInner(field, prefix) {
  if (nameType(field) !== undefined) return [];
  const own = listFields(field, prefix);
  return [...own, ...(field.anyOf ?? field.oneOf ?? []).flatMap((type) => listInner(type, prefix))];
}

function describeType(field) {
  if (field.enum !== undefined) return field.enum.map((value) => `\`${value}\``).join(", ");
  if (field.const !== undefined) return `\`${field.const}\``;
  const name = nameType(field);
  if (name !== undefined) return name;
  const types = field.anyOf ?? field.oneOf;
  if (types !== undefined) return [...new Set(types.map(describeType))].join(" or ");
  if (field.type === "array") return describeList(field);
  if (field.type === "object") {
    const entry = field.additionalProperties;
    return typeof entry === "object" ? `${describeType(entry)} by name` : "map";
  }
  return [field.type].flat().map(nameJsonType).join(" or ");
}

function nameJsonType(type) {
  return { string: "text", integer: "whole number" }[type] ?? String(type);
}

function describeList(field) {
  const items = field.prefixItems ?? [];
  if (items.length === 0) return `list of ${describeType(field.items ?? {})}`;
  const inner = items[0].prefixItems ?? [];
  return inner.length > 0 ? `${items.length}x${inner.length}` : `list of ${items.length}`;
}

/** The name of a type that is told in the text beside the table. */
function nameType(field) {
  if (field.title !== undefined) return field.title;
  const isCoefficient = field.description?.startsWith("Diffusion in um^2/ms");
  return isCoefficient ? "coefficient" : undefined;
}
