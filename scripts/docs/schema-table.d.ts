/** Marks between which the table stands in a document. */
export const TABLE_START: string;
export const TABLE_END: string;

/** A Markdown table of the fields of a JSON Schema. */
export function formatSchemaTable(schema: Readonly<Record<string, unknown>>): string;

/** The document with a new table between the marks. */
export function replaceTable(text: string, table: string): string;
