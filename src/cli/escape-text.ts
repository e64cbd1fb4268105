/** Control characters and line separators: a name from a mesh file may hold them, a terminal would obey them. */
const controls = /[\p{Cc}\u2028\u2029]/gu;

/** Text on one line, control characters as `\n`, `\u001b`. */
export function escapeText(text: string): string {
  return text.replace(controls, (character) => {
    const json = JSON.stringify(character).slice(1, -1);
    return json === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}` : json;
  });
}

/** {@link escapeText} for text of several lines: line ends and tabs stay. */
export function escapeLines(text: string): string {
  return text.replace(/[^\n\t]+/g, escapeText);
}

/** A name in a table: an empty one as `""`. */
export function showName(name: string): string {
  return name === "" ? '""' : name;
}
