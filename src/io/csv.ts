/** A field of a table: text, a number with all digits, or nothing. */
export type CsvField = string | number | null;

/**
 * Rows as comma-separated values, each ended by CR LF; an empty field for null.
 *
 * @see RFC 4180, Common format and MIME type for comma-separated values files
 */
export function formatCsv(rows: readonly (readonly CsvField[])[]): string {
  return rows.map((row) => `${row.map(formatField).join(",")}\r\n`).join("");
}

function formatField(value: CsvField): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
