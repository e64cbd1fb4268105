/** Bytes decoded at a time. */
const windowBytes = 1 << 20;

/**
 * Calls `visit` with each line of a text and its number, from 1; without its end, which is LF, CR LF or CR. It stops
 * where `visit` returns false. Bytes are taken as Latin-1: what a surface says in numbers is the same in every encoding
 * that contains ASCII.
 */
export function visitLines(bytes: Uint8Array, visit: (line: string, number: number) => boolean): void {
  const decoder = new TextDecoder("latin1");
  let number = 0;
  let rest = "";
  for (let first = 0; first < bytes.length; first += windowBytes) {
    const text = rest + decoder.decode(bytes.subarray(first, first + windowBytes));
    const isLast = first + windowBytes >= bytes.length;
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    rest = isLast ? "" : (lines.pop() ?? "");
    for (const line of lines) if (!visit(line, ++number)) return;
  }
}

/** The words of a line. */
export function splitWords(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === "" ? [] : trimmed.split(/\s+/);
}
