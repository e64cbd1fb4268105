import type { ParseError } from "../core/errors.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { addSetLine, chooseRegions, type ElementSets } from "./abaqus-sets.js";
import { MeshText } from "./mesh-text.js";
import { NodeIndex } from "./node-index.js";
import { buildPlainMesh, unsupportedCell } from "./plain-mesh.js";

const format = "Abaqus";

/** Keywords that bring or make nodes and elements in ways that are not read: leaving them out would leave out volume. */
const refused: ReadonlyMap<string, string> = new Map([
  ["INCLUDE", "put the included file in its place"],
  ["NGEN", "write all nodes"],
  ["NFILL", "write all nodes"],
  ["NCOPY", "write all nodes"],
  ["NMAP", "write all nodes"],
  ["SYSTEM", "write global coordinates"],
  ["ELGEN", "write all elements"],
  ["ELCOPY", "write all elements"],
]);

/** Other solids by the beginning of their types. */
const otherSolids: readonly (readonly [pattern: RegExp, shape: string])[] = [
  [/^(C3D|DC3D|AC3D)(8|20|27)/, "hexahedron"],
  [/^(C3D|DC3D|AC3D)(6|15)/, "wedge"],
  [/^(C3D|DC3D|AC3D)5/, "pyramid"],
];

/** A line that begins with a star. */
interface Keyword {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** What has been read of a file. */
interface Model {
  readonly nodeTags: number[];
  readonly coordinates: number[];
  readonly cellTags: number[];
  /** Node tags, 4 for each cell. */
  readonly cellNodes: number[];
  readonly sets: ElementSets;
  reducedCells: number;
  parts: number;
  instances: number;
  isInAssembly: boolean;
}

/**
 * Reads the tetrahedra (C3D4, C3D10 and their kin, of which the corners are taken) of an Abaqus input file. Regions are the
 * element sets of the solid sections; without sections the sets of *ELSET where they hold every cell, else those that
 * *ELEMENT names. Elements that are no solids are passed over.
 *
 * @throws ParseError `mesh-syntax`, `mesh-truncated`, `abaqus-unsupported`, `abaqus-several-parts`, `mesh-duplicate-node`, and
 *   those of `buildPlainMesh`
 * @throws MeshError `unsupported-cell-type` and those of `buildTetMesh`
 * @see Abaqus Keywords Reference Guide: *NODE, *ELEMENT, *ELSET, *SOLID SECTION
 */
export function parseAbaqus(bytes: Uint8Array): TetMesh {
  // Commas separate: as blanks they leave every place what it is.
  const text = new MeshText(
    format,
    bytes.includes(44) ? bytes.map((byte) => (byte === 44 ? 32 : byte)) : bytes,
  );
  const model: Model = {
    nodeTags: [],
    coordinates: [],
    cellTags: [],
    cellNodes: [],
    sets: { byElement: new Map(), byKeyword: new Map(), sections: [] },
    reducedCells: 0,
    parts: 0,
    instances: 0,
    isInAssembly: false,
  };
  while (!text.isAtEnd) {
    if (text.bytes[text.position] !== 42) {
      skipLine(text);
      continue;
    }
    const start = text.position;
    const keyword = readKeyword(text, bytes);
    text.section = keyword === null ? "" : `*${keyword.name}`;
    if (keyword !== null) readBlock(text, bytes, keyword, model, start);
  }
  return buildModel(model);
}

function readBlock(text: MeshText, bytes: Uint8Array, keyword: Keyword, model: Model, start: number): void {
  const { name, parameters } = keyword;
  const remedy = refused.get(name);
  const isFromFile = parameters.has("INPUT") && (name === "NODE" || name === "ELEMENT" || name === "ELSET");
  if (remedy !== undefined || isFromFile) {
    throw unsupported(text, start, `*${name} is not read`, remedy ?? "put the file of INPUT= in its place");
  }
  if (name === "PART") model.parts++;
  if (name === "INSTANCE") model.instances++;
  if (name === "ASSEMBLY") model.isInAssembly = true;
  if (name === "END ASSEMBLY") model.isInAssembly = false;
  if (model.parts > 1 || model.instances > 1) {
    throw text.error(
      "abaqus-several-parts",
      "The file has several parts or instances, whose nodes have the same numbers; expected one: merge them into one " +
        "part, or write a flat input file",
      {},
      start,
    );
  }
  // Nodes of an assembly are reference points beside the part.
  if (name === "NODE" && !(model.isInAssembly && model.parts > 0)) {
    if ((parameters.get("SYSTEM") ?? "R").toUpperCase() !== "R") {
      throw unsupported(text, start, "*NODE has no Cartesian coordinates", "write them in SYSTEM=R");
    }
    readNodes(text, model);
  } else if (name === "ELEMENT") {
    readElements(text, parameters, model);
  } else if (name === "ELSET") {
    readSet(text, bytes, parameters, model, start);
  } else if (name === "SOLID SECTION") {
    const set = parameters.get("ELSET");
    if (set !== undefined && !model.sets.sections.includes(set)) model.sets.sections.push(set);
  }
}

/** A line `*NAME, KEY=VALUE, ...`, with the lines that a comma at its end continues; null for a comment. */
function readKeyword(text: MeshText, bytes: Uint8Array): Keyword | null {
  let line = "";
  do {
    const end = findLineEnd(bytes, text.position);
    if (end - text.position > 65536) throw text.error("mesh-syntax", "A line of a keyword has no end");
    line += new TextDecoder().decode(bytes.subarray(text.position, end)).trim();
    text.position = Math.min(end + 1, bytes.length);
  } while (
    line.endsWith(",") &&
    !line.startsWith("**") &&
    text.position < bytes.length &&
    line.length < 65536
  );
  if (line.startsWith("**")) return null;
  const [name, ...fields] = line.slice(1).split(",");
  const parameters = fields.map((field): readonly [string, string] => {
    const [key, ...value] = field.split("=");
    return [
      key.trim().toUpperCase(),
      value
        .join("=")
        .trim()
        .replace(/^"(.*)"$/, "$1"),
    ];
  });
  return { name: name.trim().replace(/\s+/g, " ").toUpperCase(), parameters: new Map(parameters) };
}

/** `tag, x, y, z` on each line; what follows is no coordinate. */
function readNodes(text: MeshText, model: Model): void {
  while (isAtData(text)) {
    model.nodeTags.push(text.readSize());
    for (let k = 0; k < 3; k++) model.coordinates.push(text.readDouble());
    skipLine(text);
  }
}

/** `tag, nodes` of each element, over as many lines as it takes. */
function readElements(text: MeshText, parameters: ReadonlyMap<string, string>, model: Model): void {
  const type = (parameters.get("TYPE") ?? "").toUpperCase();
  const isTetrahedron = /^(C3D|DC3D|AC3D)(4|10)(?!\d)/.test(type);
  const numNodes = /^(C3D|DC3D|AC3D)10/.test(type) ? 10 : 4;
  const set = parameters.get("ELSET");
  const tags: number[] = [];
  while (isAtData(text)) {
    if (!isTetrahedron) {
      const shape = otherSolids.find(([pattern]) => pattern.test(type))?.[1];
      if (shape !== undefined) throw unsupportedCell(format, text.readSize(), shape);
      skipLine(text);
      continue;
    }
    tags.push(text.readSize());
    for (let node = 0; node < numNodes; node++) {
      const tag = text.readSize();
      if (node < 4) model.cellNodes.push(tag);
    }
  }
  for (const tag of tags) model.cellTags.push(tag);
  if (numNodes > 4) model.reducedCells += tags.length;
  if (set !== undefined && tags.length > 0) {
    const members = model.sets.byElement.get(set) ?? [];
    for (const tag of tags) members.push(tag);
    model.sets.byElement.set(set, members);
  }
}

/** Tags, names of other sets, or with GENERATE `first, last, step` on each line. */
function readSet(
  text: MeshText,
  bytes: Uint8Array,
  parameters: ReadonlyMap<string, string>,
  model: Model,
  start: number,
): void {
  const name = parameters.get("ELSET");
  if (name === undefined) throw text.error("mesh-syntax", "*ELSET has no ELSET= that names it", {}, start);
  const isGenerated = parameters.has("GENERATE");
  while (isAtData(text)) {
    const end = findLineEnd(bytes, text.position);
    const lineStart = text.position;
    const line = new TextDecoder().decode(bytes.subarray(lineStart, Math.min(end, lineStart + 65536)));
    text.position = Math.min(end + 1, bytes.length);
    if (!addSetLine(model.sets, name, line, isGenerated)) {
      throw text.error(
        "mesh-syntax",
        "Expected numbers of elements, names of sets or first, last, step",
        {},
        lineStart,
      );
    }
  }
}

function buildModel(model: Model): TetMesh {
  const nodeTags = Float64Array.from(model.nodeTags);
  const index = new NodeIndex(nodeTags);
  const cellTags = Float64Array.from(model.cellTags);
  const cells = new NodeIndex(cellTags);
  for (const [what, { duplicateTag }] of [["node", index] as const, ["element", cells] as const]) {
    if (duplicateTag === undefined) continue;
    throw new MeshText(format, new Uint8Array(0)).error(
      `mesh-duplicate-${what}`,
      `The number ${duplicateTag} is that of two ${what}s; expected different ones: renumber the mesh`,
      { tag: duplicateTag },
    );
  }
  const warnings: string[] = [];
  return buildPlainMesh({
    format,
    coordinates: Float64Array.from(model.coordinates),
    nodeTags,
    cells: {
      nodes: Int32Array.from(model.cellNodes, (tag) => index.find(tag)),
      tags: cellTags,
      groups: chooseRegions(model.sets, cells, cellTags, warnings),
    },
    reducedCells: model.reducedCells,
    warnings,
  });
}

function isAtData(text: MeshText): boolean {
  for (;;) {
    if (text.isAtEnd) return false;
    const { bytes, position } = text;
    if (bytes[position] !== 42) return true;
    if (bytes[position + 1] !== 42) return false;
    skipLine(text);
  }
}

function skipLine(text: MeshText): void {
  text.position = Math.min(findLineEnd(text.bytes, text.position) + 1, text.bytes.length);
}

function findLineEnd(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(10, start);
  return end < 0 ? bytes.length : end;
}

function unsupported(text: MeshText, start: number, problem: string, remedy: string): ParseError {
  return text.error("abaqus-unsupported", `${problem}: ${remedy}`, {}, start);
}
