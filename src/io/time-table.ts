import { ParseError } from "../core/errors.js";

/** A table of numbers over time. */
export interface TimeTable {
  readonly columns: readonly { readonly name: string; readonly unit: string }[];
  /** Rows in the order of time, the first column. */
  readonly rows: readonly (readonly number[])[];
}

/**
 * A table of a simulation: columns `name (unit)`, lines of numbers. A last line that is cut is left out: the run may go on.
 *
 * @throws ParseError `table-unreadable`
 */
export function parseTimeTable(text: string, file: string): TimeTable {
  const lines = text.split("\r\n");
  const columns = splitHeader(lines[0]).map((title) => {
    const match = /^(.*) \(([^()]*)\)$/.exec(title);
    return match === null ? { name: title, unit: "" } : { name: match[1], unit: match[2] };
  });
  const rows = lines
    .slice(1, -1)
    .map((line) => line.split(",").map((field) => (field === "" ? NaN : Number(field))));
  const wrong = rows.findIndex((row) => row.length !== columns.length);
  if (wrong < 0 && lines.length > 1) return { columns, rows };
  throw new ParseError(
    "table-unreadable",
    `${file} is not a table of erfem simulate (line ${wrong < 0 ? 1 : wrong + 2} has not ${columns.length} numbers)`,
    { details: { file, line: wrong + 2 } },
  );
}

/** Fields of a CSV line, quoted ones too. */
function splitHeader(line: string): string[] {
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(
    fields,
    ([, quoted, plain]) => (quoted as string | undefined)?.replaceAll('""', '"') ?? plain,
  );
}
