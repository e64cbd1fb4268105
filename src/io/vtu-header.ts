import { ParseError } from "../core/errors.js";
import { parseNumberType } from "./stored-numbers.js";
import type { VtuDeclaration, VtuLayout } from "./vtu-data.js";
import { readXml, type TextRange } from "./xml-reader.js";

/** A piece of the grid as the file declares it. */
export interface VtuPiece {
  readonly numPoints: number;
  readonly numCells: number;
  readonly points: VtuDeclaration;
  readonly connectivity: VtuDeclaration;
  readonly offsets: VtuDeclaration;
  readonly types: VtuDeclaration;
  readonly pointData: readonly VtuDeclaration[];
  readonly cellData: readonly VtuDeclaration[];
}

/** The markup of a file. */
export interface VtuFile {
  readonly layout: VtuLayout;
  readonly pieces: readonly VtuPiece[];
}

type Attributes = Readonly<Record<string, string | undefined>>;

/** A piece while it is read: arrays by section. */
interface OpenPiece {
  readonly numPoints: number;
  readonly numCells: number;
  readonly sections: Map<string, VtuDeclaration[]>;
}

/**
 * Reads the markup of a .vtu file, up to the appended data.
 *
 * @throws ParseError `vtu-unsupported`, `mesh-syntax`, `mesh-truncated`, `mesh-xml-entities`, `mesh-count`
 */
export function readVtuHeader(bytes: Uint8Array): VtuFile {
  const root: Record<string, string | undefined> = {};
  const appended: Record<string, string | undefined> = {};
  const pieces: OpenPiece[] = [];
  const path: string[] = [];
  let array: VtuDeclaration | null = null;
  const end = readXml(
    bytes,
    "VTU",
    {
      open(name, attributes: Attributes) {
        if (path.length === 0) Object.assign(root, attributes);
        if (name === "Piece") pieces.push(openPiece(attributes, bytes.length));
        if (name === "AppendedData") Object.assign(appended, { encoding: "raw", ...attributes });
        const section = path.at(-1) ?? "";
        if (name === "DataArray" && pieces.length > 0) {
          array = declare(attributes);
          const { sections } = pieces[pieces.length - 1];
          sections.set(section, [...(sections.get(section) ?? []), array]);
        }
        path.push(name);
      },
      close(name, text) {
        path.pop();
        if (name === "DataArray" && array !== null) array.text = joinText(text);
        if (name === "DataArray") array = null;
      },
    },
    "AppendedData",
  );
  const layout = describeLayout(bytes, root, appended["encoding"], end);
  if (pieces.length === 0) throw headerError("mesh-syntax", "has no <Piece>; expected one or more");
  return { layout, pieces: pieces.map(closePiece) };
}

function describeLayout(
  bytes: Uint8Array,
  root: Attributes,
  appendedEncoding: string | undefined,
  end: number,
): VtuLayout {
  const { type, byte_order: order = "LittleEndian", header_type: header = "UInt32", compressor } = root;
  if (type !== "UnstructuredGrid") {
    throw headerError(
      "vtu-unsupported",
      `is a VTKFile of type ${type ?? "unknown"}; expected UnstructuredGrid: save the volume mesh as .vtu`,
    );
  }
  const headerType = parseNumberType(header);
  if (headerType?.kind !== "uint" || headerType.size < 4 || !["LittleEndian", "BigEndian"].includes(order)) {
    throw headerError("vtu-unsupported", `has the header_type ${header} and the byte_order ${order}`);
  }
  if (compressor !== undefined && compressor !== "vtkZLibDataCompressor") {
    throw headerError(
      "vtu-unsupported",
      `is compressed by ${compressor}; expected vtkZLibDataCompressor: save it with zlib, or not compressed`,
    );
  }
  const mark = appendedEncoding === undefined ? -1 : bytes.indexOf(95, end);
  return {
    bytes,
    isLittle: order === "LittleEndian",
    headerType,
    isCompressed: compressor !== undefined,
    appended: mark < 0 ? null : mark + 1,
    isAppendedBase64: appendedEncoding === "base64",
  };
}

function openPiece(attributes: Attributes, numBytes: number): OpenPiece {
  const count = (name: string): number => {
    const value = Number(attributes[name] ?? NaN);
    // A compressed array expands by at most 1032.
    if (Number.isSafeInteger(value) && value >= 0 && value <= 1032 * numBytes) return value;
    throw headerError(
      "mesh-count",
      `has a piece with ${name}="${attributes[name] ?? ""}", which it cannot hold`,
    );
  };
  return { numPoints: count("NumberOfPoints"), numCells: count("NumberOfCells"), sections: new Map() };
}

function declare(attributes: Attributes): VtuDeclaration {
  return {
    name: attributes["Name"] ?? "",
    type: attributes["type"] ?? "",
    numComponents: Math.max(1, Number(attributes["NumberOfComponents"] ?? 1) || 1),
    format: attributes["format"] ?? "ascii",
    offset: Number(attributes["offset"] ?? NaN),
    text: null,
  };
}

function closePiece({ numPoints, numCells, sections }: OpenPiece): VtuPiece {
  const find = (section: string, name: string | null): VtuDeclaration => {
    const array = sections.get(section)?.find((other) => name === null || other.name === name);
    if (array === undefined) throw headerError("mesh-syntax", `has no array "${name ?? ""}" in <${section}>`);
    return array;
  };
  return {
    numPoints,
    numCells,
    points: find("Points", null),
    connectivity: find("Cells", "connectivity"),
    offsets: find("Cells", "offsets"),
    types: find("Cells", "types"),
    pointData: sections.get("PointData") ?? [],
    cellData: sections.get("CellData") ?? [],
  };
}

/** The text of an array, whose comments would be no numbers. */
function joinText(text: readonly TextRange[]): TextRange | null {
  return text.length === 0 ? null : { start: text[0].start, end: text[text.length - 1].end };
}

function headerError(code: string, problem: string): ParseError {
  return new ParseError(code, `VTU: the file ${problem}.`);
}
