/** A number of a Gmsh geometry that the command line can set. */
export interface GeoParameter {
  readonly name: string;
  /** Its value where nobody sets it, as written in the geometry: a number or an expression. */
  readonly defaultText: string;
  /** What it means, from `Name "..."`; empty where the geometry does not say. */
  readonly label: string;
}

/**
 * The numbers that `gmsh -setnumber name value` can change: those of `DefineConstant[ name = {value, Name "..."} ]`,
 * and those a geometry asks for by `Exists(name)`. Any other name Gmsh ignores without a word. Constants that hold
 * text are left out; so are numbers of `DefineNumber`, which Gmsh 4.8 does not let the command line set.
 *
 * @see the Gmsh reference manual, section "Gmsh scripting language", DefineConstant
 */
export function parseGeoParameters(text: string): GeoParameter[] {
  const code = stripComments(text);
  const parameters = new Map<string, GeoParameter>();
  for (const match of code.matchAll(/\bDefineConstant\s*\[/g)) {
    const start = match.index + match[0].length;
    for (const item of splitTopLevel(code.slice(start, endOfList(code, start)))) {
      const parameter = parseConstant(item);
      if (parameter !== undefined) parameters.set(parameter.name, parameter);
    }
  }
  for (const match of code.matchAll(/\bExists\s*\(\s*(\w+)\s*\)/g)) {
    const name = match[1];
    if (!parameters.has(name)) parameters.set(name, { name, defaultText: "", label: "" });
  }
  return [...parameters.values()];
}

/** Paths of the files that a geometry includes, as written, in order. */
export function parseGeoIncludes(text: string): string[] {
  return Array.from(stripComments(text).matchAll(/\bInclude\s+"([^"\n]+)"/g), (match) => match[1]);
}

/** Paths of the files whose content a geometry merges or imports (meshes, STEP, BREP), as written, in order. */
export function parseGeoMerges(text: string): string[] {
  const commands = /\b(?:Merge|ShapeFromFile\s*\()\s*"([^"\n]+)"/g;
  return Array.from(stripComments(text).matchAll(commands), (match) => match[1]);
}

/** `name`, `name = value` or `name = {value, Name "...", ...}`; undefined for text and for what is not a constant. */
function parseConstant(item: string): GeoParameter | undefined {
  const match = /^\s*([A-Za-z_]\w*)\s*(?:=\s*([^]*\S))?\s*$/.exec(item);
  if (match === null) return undefined;
  const name = match[1];
  const value = (match[2] as string | undefined) ?? "0";
  if (!value.startsWith("{")) return isText(value) ? undefined : { name, defaultText: value, label: "" };
  const attributes = splitTopLevel(value.slice(1, value.lastIndexOf("}")));
  const defaultText = attributes[0].trim();
  if (isText(defaultText)) return undefined;
  const label =
    attributes.map((attribute) => /^\s*Name\s+"([^"]*)"/.exec(attribute)?.[1]).find(Boolean) ?? "";
  return { name, defaultText, label };
}

function isText(value: string): boolean {
  return value.startsWith('"') || /^(?:Str|StrCat|Sprintf)\b/.test(value);
}

/** Position of the bracket that closes a list whose items begin at `start`. */
function endOfList(code: string, start: number): number {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    at = skipString(code, at);
    const char = code[at];
    if (char === "[" || char === "{" || char === "(") depth++;
    else if (char === "]" || char === "}" || char === ")") {
      if (depth === 0) return at;
      depth--;
    }
  }
  return code.length;
}

/** The parts between those commas that stand in no bracket and no string. */
function splitTopLevel(code: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < code.length; at++) {
    at = skipString(code, at);
    const char = code[at];
    if (char === "[" || char === "{" || char === "(") depth++;
    else if (char === "]" || char === "}" || char === ")") depth--;
    else if (char === "," && depth === 0) {
      parts.push(code.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(code.slice(start));
  return parts;
}

/** Position of the quote that ends the string at `at`, or `at` itself where no string begins. */
function skipString(code: string, at: number): number {
  if (code[at] !== '"') return at;
  const end = code.indexOf('"', at + 1);
  return end < 0 ? code.length : end;
}

/** Replaces `// ...` and the block comments by a blank, except inside strings. */
function stripComments(text: string): string {
  return text.replace(/"[^"\n]*"|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g, (token) =>
    token.startsWith('"') ? token : " ",
  );
}
